// Package command is the backend for any program that turns text on its standard input into a WAV file on its standard
// output. It is how an engine that voicepress does not know is plugged in without writing Go.
//
// The program is started once for each request, without a shell. Text reaches it over standard input alone, never as an
// argument. It tells what went wrong by its exit status and on standard error; exit status 75 (EX_TEMPFAIL of BSD
// sysexits.h) says that the same request may succeed later. It may write word times into a file, see ParseMarks.
//
// It is not for engines that take long to start; those are better served by a backend that keeps them running.
package command

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/digest"
	"github.com/voicepress/voicepress/tts/internal/gate"
)

// Options set up the backend.
type Options struct {
	Command         []string      `mapstructure:"command" doc:"The program and its arguments; no shell reads them. {voice}, {language}, {rate}, {seed} and {marks} (the path of a file to write word times to) are replaced within an argument."`
	Version         string        `mapstructure:"version" doc:"Version of the program and its models. Change it whenever the sound may change: finished sentences are kept under it."`
	Voices          []Voice       `mapstructure:"voices" doc:"The voices that {voice} may name; the first is the default."`
	SampleRate      int           `mapstructure:"sample_rate" doc:"Sample rate of the WAV in Hz; 0 means that it varies."`
	Deterministic   bool          `mapstructure:"deterministic" doc:"Whether the same request always gives the same sound."`
	Remote          bool          `mapstructure:"remote" doc:"Whether the program sends the text to another machine."`
	PricePerMillion float64       `mapstructure:"price_per_million" doc:"What a million characters cost in US dollars; 0 is nothing."`
	Terms           string        `mapstructure:"terms" doc:"The terms of use of what the program uses: an address or a short text."`
	NoticeRequired  bool          `mapstructure:"notice_required" doc:"Whether those terms forbid to leave the spoken notice out."`
	Concurrency     int           `mapstructure:"concurrency" doc:"How many programs may run at once; 0 means one per processor."`
	MaxRunes        int           `mapstructure:"max_runes" doc:"The most characters that one request may hold; 0 means 5000."`
	Timeout         time.Duration `mapstructure:"timeout" doc:"How long the program may take for one request; 0 means 2m."`
	MaxDuration     time.Duration `mapstructure:"max_duration" doc:"The longest sound that is taken from it; 0 means 30m."`
	Environment     []string      `mapstructure:"environment" doc:"Names of environment variables to pass on, besides PATH, HOME and the like."`
}

// Voice is a voice of the program.
type Voice struct {
	ID       string `mapstructure:"id" doc:"What {voice} becomes."`
	Language string `mapstructure:"language" doc:"Its BCP 47 language, such as en-US."`
	Licence  string `mapstructure:"licence" doc:"Its licence, as an SPDX identifier or a short text."`
	Source   string `mapstructure:"source" doc:"Where it comes from: a URL or a package."`
}

// Backend runs the program.
type Backend struct {
	path      string // of the program
	arguments []string
	options   Options
	info      tts.Info
	gate      *gate.Gate
}

// Factory makes the backend from configuration.
func Factory() tts.Factory {
	return tts.Define("command", "any program that reads text and writes a WAV file",
		func(_ context.Context, o Options, env tts.Env) (tts.Backend, error) { return New(o, env) })
}

//nolint:gochecknoglobals // read-only patterns
var (
	placeholderPattern = regexp.MustCompile(`\{[a-z_]+\}`)
	languagePattern    = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)
)

// New finds the program and reads it once for its fingerprint. If it is missing the error is a *tts.Unavailable, and a
// *tts.NoSuchVoice if env wants a voice that the options do not list.
func New(o Options, env tts.Env) (*Backend, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("open command: %w", err)
	}
	path, err := exec.LookPath(o.Command[0])
	if err != nil {
		return nil, unavailable(o.Command[0], err)
	}
	hash, err := hashFile(path)
	if err != nil {
		return nil, unavailable(o.Command[0], err)
	}
	if o.Concurrency <= 0 {
		o.Concurrency = env.Concurrency
	}
	if o.Concurrency <= 0 {
		o.Concurrency = runtime.NumCPU()
	}
	if o.MaxRunes <= 0 {
		o.MaxRunes = 5000
	}
	if o.Timeout <= 0 {
		o.Timeout = 2 * time.Minute
	}
	if o.MaxDuration <= 0 {
		o.MaxDuration = 30 * time.Minute
	}
	b := &Backend{
		path: path, arguments: o.Command[1:], options: o, gate: gate.New(o.Concurrency),
		info: tts.Info{
			Name:            "command",
			Fingerprint:     fmt.Sprintf("command 1, arguments %s, version %q, program sha256:%s", digest.Of(o.Command), o.Version, hash),
			SampleRate:      o.SampleRate,
			Limit:           tts.Limit{N: o.MaxRunes, Unit: tts.Runes},
			Concurrency:     o.Concurrency,
			Deterministic:   o.Deterministic,
			Remote:          o.Remote,
			PricePerMillion: o.PricePerMillion,
			Terms:           o.Terms,
			NoticeRequired:  o.NoticeRequired,
			// Nobody knows what the program is; it is not taken for less than it may be.
			SourceType: disclosure.TrainedAlgorithmicMedia,
		},
	}
	if b.uses("{marks}") {
		b.info.Timing = tts.TimingWord
	}
	for _, v := range o.Voices {
		b.info.Voices = append(b.info.Voices, tts.Voice(v))
	}
	if len(b.info.Voices) == 0 {
		b.info.Voices = []tts.Voice{{ID: "default", Language: "und"}}
	}
	wanted, err := b.info.Voice(env.Voice)
	if err != nil {
		return nil, fmt.Errorf("open command: %w", err)
	}
	rest := slices.DeleteFunc(b.info.Voices, func(v tts.Voice) bool { return v.ID == wanted.ID })
	b.info.Voices = append([]tts.Voice{wanted}, rest...)
	return b, nil
}

// check looks for what cannot work.
func (o Options) check() error {
	if !(o.PricePerMillion >= 0 && o.PricePerMillion <= 1e9) {
		return fmt.Errorf("price_per_million is %v, not 0 or more", o.PricePerMillion)
	}
	if len(o.Command) == 0 || o.Command[0] == "" {
		return &tts.Unavailable{
			What: "the program to run", Err: errors.New("none is configured"),
			Remedy: `set backends.command.command, such as ["piper", "--model", "{voice}", "--output_file", "-"]`,
		}
	}
	if strings.Contains(o.Command[0], "{") {
		return fmt.Errorf("the program %q holds a placeholder; only arguments may", o.Command[0])
	}
	for _, argument := range o.Command[1:] {
		for _, name := range placeholderPattern.FindAllString(argument, -1) {
			if !slices.Contains(placeholders(), name) {
				return fmt.Errorf("no placeholder %s; there are: %s", name, strings.Join(placeholders(), ", "))
			}
		}
	}
	for i, v := range o.Voices {
		if v.ID == "" || strings.HasPrefix(v.ID, "-") || strings.ContainsRune(v.ID, 0) {
			return fmt.Errorf("voice %d: the ID %q is empty or could be taken for an option", i+1, v.ID)
		}
		if !languagePattern.MatchString(v.Language) {
			return fmt.Errorf("voice %s: %q is no BCP 47 language", v.ID, v.Language)
		}
		if slices.ContainsFunc(o.Voices[:i], func(other Voice) bool { return other.ID == v.ID }) {
			return fmt.Errorf("voice %s is listed twice", v.ID)
		}
	}
	return nil
}

func unavailable(program string, err error) error {
	return &tts.Unavailable{What: program, Err: err, Remedy: "install it, or correct backends.command.command"}
}

// hashFile is the SHA-256 of a file in hexadecimal.
func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// placeholders are the names that are replaced.
func placeholders() []string { return []string{"{voice}", "{language}", "{rate}", "{seed}", "{marks}"} }

// uses says whether an argument holds a placeholder.
func (b *Backend) uses(placeholder string) bool {
	return slices.ContainsFunc(b.arguments, func(a string) bool { return strings.Contains(a, placeholder) })
}

// Info describes the backend.
func (b *Backend) Info() tts.Info { return b.info }

// Speak runs the program for a request.
func (b *Backend) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	ctx, leave, err := b.gate.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := b.info.Check(r); err != nil {
		return nil, err
	}
	voice, err := b.info.Voice(r.Voice)
	if err != nil {
		return nil, err
	}
	if r.Language == "" {
		r.Language = voice.Language
	}
	if !languagePattern.MatchString(r.Language) {
		return nil, fmt.Errorf("speak with %s: %.40q is no BCP 47 language", b.options.Command[0], r.Language)
	}
	r.Voice = voice.ID
	speech, err := b.run(ctx, r)
	if err != nil {
		return nil, err
	}
	if len(r.Phonemes) > 0 {
		speech.Warnings = append(speech.Warnings, "the program was not told the lexicon's pronunciations: it gets plain text")
	}
	if r.Speed() != 1 && !b.uses("{rate}") {
		speech.Warnings = append(speech.Warnings, "the program was not told the rate of speech: its arguments have no {rate}")
	}
	return speech, nil
}

// Close ends the backend and the programs that run.
func (b *Backend) Close() error {
	b.gate.Close()
	return nil
}
