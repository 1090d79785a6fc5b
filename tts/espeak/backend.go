package espeak

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/wav"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/gate"
	"github.com/voicepress/voicepress/tts/internal/subprocess"
)

// Options set up the backend.
type Options struct {
	Program string `mapstructure:"program" doc:"The espeak-ng program: a path, or a name to look up in PATH; empty means espeak-ng."`
	Voice   string `mapstructure:"voice" doc:"Voice for requests that name neither voice nor language, as espeak-ng --voices lists them; empty means en-us."`
	Speed   int    `mapstructure:"speed" doc:"Words a minute at rate 1, 80 to 450; 0 means 175."`
}

const (
	// slowest and fastest are the speeds in words a minute between which espeak-ng keeps to what it is told.
	slowest, fastest = 80, 450
	// sampleRate is what espeak-ng's own synthesiser gives, in Hz. Measured on 1.51.
	sampleRate = 22050
	// maxText bounds a request, in bytes.
	maxText = 4096
	// maxSound bounds the answer to it: the slowest speech of the longest text is under 30 minutes.
	maxSound = 30 * 60 * sampleRate
	// timeout is far more than the longest request takes: espeak-ng is several hundred times faster than speech.
	timeout = 2 * time.Minute
)

// Backend speaks by espeak-ng's rules: plain, and in a hundred languages.
type Backend struct {
	path     string
	speed    int
	info     tts.Info
	voices   []voice
	variants []string
	gate     *gate.Gate
}

// Factory makes the backend from configuration.
func Factory() tts.Factory {
	return tts.Define("espeak", "espeak-ng's plain voices, for a hundred languages",
		func(ctx context.Context, o Options, env tts.Env) (tts.Backend, error) { return New(ctx, o, env) })
}

// New finds espeak-ng and its voices. If the program is missing the error is a *tts.Unavailable, and a *tts.NoSuchVoice
// if it has not the voice that the options or env want.
func New(ctx context.Context, o Options, env tts.Env) (*Backend, error) {
	if o.Speed == 0 {
		o.Speed = 175
	}
	if o.Speed < slowest || o.Speed > fastest {
		return nil, fmt.Errorf("open espeak: the speed is %d words a minute, not %d to %d", o.Speed, slowest, fastest)
	}
	path, version, err := find(ctx, o.Program)
	if err != nil {
		return nil, err
	}
	voices, variants, err := listVoices(ctx, path)
	if err != nil {
		return nil, err
	}
	concurrency := env.Concurrency
	if concurrency <= 0 {
		concurrency = runtime.NumCPU()
	}
	b := &Backend{
		path: path, speed: o.Speed, voices: voices, variants: variants, gate: gate.New(concurrency),
		info: tts.Info{
			Name:          "espeak",
			Fingerprint:   fmt.Sprintf("adapter 1, espeak-ng %s, %d words a minute", version, o.Speed),
			SampleRate:    sampleRate,
			Limit:         tts.Limit{N: maxText, Unit: tts.Bytes},
			Concurrency:   concurrency,
			Timing:        tts.TimingNone,
			Deterministic: true,
			SourceType:    disclosure.AlgorithmicMedia,
		},
	}
	for _, v := range voices {
		b.info.Voices = append(b.info.Voices, b.describe(v.id, v.language))
	}
	first := o.Voice
	if env.Voice != "" {
		first = env.Voice
	}
	if err := b.prefer(first); err != nil {
		return nil, fmt.Errorf("open espeak: %w", err)
	}
	return b, nil
}

func (b *Backend) describe(id, language string) tts.Voice {
	return tts.Voice{
		ID: id, Language: language, Licence: "GPL-3.0-or-later", Source: "https://github.com/espeak-ng/espeak-ng",
	}
}

// prefer puts the default voice first: the one asked for, or en-us, or whatever there is.
func (b *Backend) prefer(id string) error {
	if id == "" {
		id = "en-us"
		if _, err := b.info.Voice(id); err != nil {
			return nil //nolint:nilerr // an espeak-ng without English: its first voice will do
		}
	}
	v, err := b.voice(tts.Request{Voice: id})
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(b.info.Voices, func(o tts.Voice) bool { return o.ID == v.ID })
	b.info.Voices = append([]tts.Voice{v}, rest...)
	return nil
}

// voice chooses the voice for a request: the one it names, which may have a variant ("en-us+f3"), or one for its
// language, or the default.
func (b *Backend) voice(r tts.Request) (tts.Voice, error) {
	switch {
	case r.Voice != "":
		return b.named(r.Voice)
	case r.Language != "":
		v, ok := forLanguage(b.voices, r.Language)
		if !ok {
			return tts.Voice{}, &tts.NoSuchVoice{Voice: r.Language, Remedy: voicesRemedy}
		}
		return b.describe(v.id, v.language), nil
	default:
		return b.info.Voice("")
	}
}

// named finds a voice by name. Its ID keeps the variant.
func (b *Backend) named(id string) (tts.Voice, error) {
	name, variant, varied := strings.Cut(id, "+")
	v, err := b.info.Voice(name)
	var missing *tts.NoSuchVoice
	if errors.As(err, &missing) {
		return v, &tts.NoSuchVoice{Voice: id, Known: missing.Known, Remedy: voicesRemedy}
	}
	if varied && !slices.Contains(b.variants, variant) {
		near := tts.Nearest(variant, b.variants, 8)
		for i := range near {
			near[i] = name + "+" + near[i]
		}
		return v, &tts.NoSuchVoice{Voice: id, Known: near, Remedy: "espeak-ng --voices=variant lists the variants"}
	}
	v.ID = id
	return v, err
}

// Info describes the backend.
func (b *Backend) Info() tts.Info { return b.info }

// Speak says a request in a process of its own. The voice is chosen by the request's language if it names no voice.
func (b *Backend) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	ctx, leave, err := b.gate.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := b.info.Check(r); err != nil {
		return nil, err
	}
	v, err := b.voice(r)
	if err != nil {
		return nil, err
	}
	speed := math.Round(float64(b.speed) * r.Speed())
	if speed < slowest || speed > fastest {
		return nil, fmt.Errorf("speak with espeak-ng: rate %g is %g words a minute, not %d to %d", r.Rate, speed, slowest, fastest)
	}
	out, err := b.run(ctx, v.ID, int(speed), r.Text)
	if err != nil {
		return nil, err
	}
	clip, err := wav.ReadAll(bytes.NewReader(out), maxSound)
	if err != nil {
		return nil, fmt.Errorf("speak with espeak-ng: read its sound: %w", err)
	}
	speech := &tts.Speech{Clip: clip}
	if len(r.Phonemes) > 0 {
		speech.Warnings = []string{"espeak-ng was not told the lexicon's pronunciations: it does not read IPA"}
	}
	return speech, nil
}

// run has espeak-ng say text and returns its WAV.
func (b *Backend) run(ctx context.Context, id string, speed int, text string) ([]byte, error) {
	own, cancel := context.WithTimeoutCause(ctx, timeout, &tts.Temporary{Err: errHung})
	defer cancel()
	cmd, tail := subprocess.Command(own, b.path, "--stdin", "--stdout", "-b", "1", "-v", id, "-s", strconv.Itoa(speed))
	out, err := subprocess.Output(own, cmd, tail, strings.NewReader(strings.Join(lines(id, text), " ")), 4096+2*maxSound)
	if own.Err() != nil {
		return nil, context.Cause(own)
	}
	if err != nil {
		return nil, fmt.Errorf("speak with espeak-ng: %w", err)
	}
	return out, nil
}

// Close ends the backend and what it runs.
func (b *Backend) Close() error {
	b.gate.Close()
	return nil
}
