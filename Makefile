# The two commands to begin with:
#   make demo    install what is missing, build, convert an article, say how to hear it
#   make test    every test, with the real voices
# Both can be run again at any time and fetch nothing the second time.

GO      ?= go
BUILD   := build
PROGRAM := $(BUILD)/voicepress
LINT    := .tools/golangci-lint
LINT_VERSION := v2.15.0
# The version goes into every disclosure and into what batch compares, so a build of other code has another one.
VERSION := 0.1.0-dev+$(shell git describe --always --dirty 2>/dev/null || echo unknown)

.PHONY: demo test build voice kokoro packages judges lint format race cross fuzz bench score score-audio calibrate clean

demo: packages build voice
	@echo
	$(PROGRAM) convert testdata/articles/harbour-crossing.html -o $(BUILD)/demo --overwrite
	@echo
	$(PROGRAM) verify $(BUILD)/demo/*.mp3
	@echo
	@echo "Hear it:   xdg-open $(BUILD)/demo/*.mp3   (macOS: open; or any player)"
	@echo "Read what was changed and skipped:   $(PROGRAM) account $(BUILD)/demo/*.mp3"

test: packages judges build voice kokoro
	$(GO) test ./...

build:
	@mkdir -p $(BUILD)
	$(GO) build -ldflags "-X main.version=$(VERSION)" -o $(PROGRAM) ./cmd/voicepress

# What the program needs: espeak-ng for phonemes, LAME for MP3, mpg123 to check the result, libopus for Opus.
packages:
	@.ci/packages espeak-ng:espeak-ng libmp3lame0 libmpg123-0 libopus0 gcc:gcc python3-pip:pip3

# What the tests need besides: foreign tools that judge our files.
judges:
	@.ci/packages ffmpeg:ffmpeg libebur128-dev libimage-exiftool-perl:exiftool eyed3:eyeD3 python3-mutagen \
		exempi mp3val:mp3val atomicparsley:AtomicParsley mediainfo:mediainfo lame:lame sox libsox-fmt-mp3 flac:flac opus-tools:opusdec nodejs:node npm:npm openssl:openssl
	@[ -d .ci/c2pa/node_modules/@contentauth/c2pa-wasm ] || { echo "installing: the reference readers of C2PA"; \
		cd .ci/c2pa && npm install --ignore-scripts --no-package-lock --no-audit --no-fund --silent; }

voice: build
	@$(PROGRAM) install

# The other neural engine, 93 MB to fetch: the tests need it, the demo does not.
kokoro: build
	@$(PROGRAM) install kokoro

lint: $(LINT)
	$(LINT) fmt --diff ./...
	$(LINT) run ./...

format: $(LINT)
	$(LINT) fmt ./...

$(LINT):
	GOBIN=$(abspath .tools) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)

# The race detector makes code ten times slower; -short leaves out what only computes. The scripts of the command line start the
# program anew for each line, which takes seconds with the detector in it; what they run is tested in the packages.
race: packages judges voice kokoro
	$(GO) test -race -short -skip '^TestScripts$$' -timeout 25m ./...

# The program without the in-process neural backends builds for every platform with no C compiler.
cross:
	CGO_ENABLED=0 GOOS=linux   GOARCH=arm64 $(GO) build -o /dev/null ./cmd/voicepress
	CGO_ENABLED=0 GOOS=darwin  GOARCH=arm64 $(GO) build -o /dev/null ./cmd/voicepress
	CGO_ENABLED=0 GOOS=windows GOARCH=amd64 $(GO) build -o /dev/null ./cmd/voicepress

bench: packages build voice
	@.ci/bench $(PROGRAM)
	@.ci/first_sound $(PROGRAM)

# How well the text front end reads, beside goals and other programs, over the sets in DATA. The sets belong to others and
# are not in this repository; no test needs them.
DATA ?= $(wildcard ../shared/data)
score: build
	@[ -n "$(DATA)" ] || { echo "say where the sets are: make score DATA=DIR" >&2; exit 1; }
	@python3 .ci/score --data "$(DATA)" --program $(PROGRAM)

# How the sound is made: pauses, joins, levels, resampling, decoding, speed and memory, beside goals. MINUTES of speech are
# what the whole chain is measured with.
MINUTES ?= 60
score-audio: packages judges build
	@python3 .ci/score_audio --program $(PROGRAM) --minutes $(MINUTES)

# What quality control hears in real speech, how often it is wrong, and how much of damaged speech it finds. The sentences are those
# of the articles in DATA, which are not in this repository; ENGINE is the backend, VOICE its voice.
ENGINE ?= piper
VOICE  ?=
calibrate: build
	@[ -n "$(DATA)" ] || { echo "say where the sets are: make calibrate DATA=DIR" >&2; exit 1; }
	@python3 .ci/calibrate --data "$(DATA)" --program $(PROGRAM) --engine $(ENGINE) --voice "$(VOICE)"

# FUZZTIME a target, for every fuzz target.
FUZZTIME ?= 30s
fuzz:
	@.ci/fuzz $(FUZZTIME)

clean:
	rm -rf $(BUILD)
