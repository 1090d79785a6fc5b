// Package fake is a backend that answers text with tones: audible, exactly timed, the same every time, and so cheap
// that what is measured around it is the rest of the program. It can be told to fail.
//
// It is for tests, for measuring and for trying voicepress without a voice. It is not a voice: nobody understands it.
package fake

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/gate"
)

// Options set up the backend. The zero value is a backend without silence around the speech, delay or failures.
type Options struct {
	SampleRate      int           `mapstructure:"sample_rate" doc:"Sample rate in Hz, 8000 to 192000; 0 means 22050."`
	LeadingSilence  time.Duration `mapstructure:"leading_silence" doc:"Silence before the first word, as real engines leave it."`
	TrailingSilence time.Duration `mapstructure:"trailing_silence" doc:"Silence after the last word, as real engines leave it."`
	Latency         time.Duration `mapstructure:"latency" doc:"How long each request takes, besides the computing."`
	Concurrency     int           `mapstructure:"concurrency" doc:"How many requests may run at once; 0 means one per processor."`
	MaxRunes        int           `mapstructure:"max_runes" doc:"The most characters one request may hold; 0 means 5000."`
	NoMarks         bool          `mapstructure:"no_marks" doc:"Keep the word times back, as engines without them do."`
	Streams         bool          `mapstructure:"streams" doc:"Show signs of life during the latency, as services that stream do."`
	Failures        []Failure     `mapstructure:"failures" doc:"Failures to play; the first that fits a request is used."`
}

// Failure says which requests fail, and how. A request must fit both Nth and Text where they are given.
type Failure struct {
	Nth   int           `mapstructure:"nth" doc:"Fail the request of this number, counted from 1; 0 means any."`
	Text  string        `mapstructure:"text" doc:"Fail requests whose text contains this; empty means any."`
	Times int           `mapstructure:"times" doc:"Fail so many requests and then no more; 0 means without end."`
	Kind  string        `mapstructure:"kind" doc:"How: rate_limited, too_long, no_such_voice, not_authorised, refused, temporary, permanent or hang (until cancelled)."`
	After time.Duration `mapstructure:"after" doc:"The wait that rate_limited asks for."`
}

// Backend speaks in tones.
type Backend struct {
	options  Options
	info     tts.Info
	table    []float32 // one period of a sine
	gate     *gate.Gate
	requests atomic.Int64
	failed   []atomic.Int64 // times, by failure
}

// Factory makes the backend from configuration.
func Factory() tts.Factory {
	return tts.Define("fake", "tones instead of speech, for tests and measurements",
		func(_ context.Context, o Options, env tts.Env) (tts.Backend, error) {
			if o.Concurrency == 0 {
				o.Concurrency = env.Concurrency
			}
			b, err := New(o)
			if err != nil {
				return nil, err
			}
			if _, err := b.Info().Voice(env.Voice); err != nil {
				return nil, fmt.Errorf("open fake: %w", err)
			}
			return b, nil
		})
}

// New makes the backend.
func New(o Options) (*Backend, error) {
	if o.SampleRate == 0 {
		o.SampleRate = 22050
	}
	if o.SampleRate < 8000 || o.SampleRate > 192000 {
		return nil, fmt.Errorf("open fake: the sample rate is %d Hz, not 8000 to 192000", o.SampleRate)
	}
	if o.LeadingSilence < 0 || o.TrailingSilence < 0 || max(o.LeadingSilence, o.TrailingSilence) > maxSilence {
		return nil, fmt.Errorf("open fake: silence must be 0 to %v", maxSilence)
	}
	for i, failure := range o.Failures {
		if failure.Kind == "hang" {
			continue
		}
		if failure.err(tts.Info{}) == nil {
			return nil, fmt.Errorf("open fake: failure %d is of the unknown kind %q", i+1, failure.Kind)
		}
	}
	if o.Concurrency <= 0 {
		o.Concurrency = runtime.NumCPU()
	}
	if o.MaxRunes <= 0 {
		o.MaxRunes = 5000
	}
	b := &Backend{
		options: o,
		table:   sine(),
		gate:    gate.New(o.Concurrency),
		failed:  make([]atomic.Int64, len(o.Failures)),
		info: tts.Info{
			Name:        "fake",
			Fingerprint: fmt.Sprintf("adapter 1, %d Hz, silence %v and %v", o.SampleRate, o.LeadingSilence, o.TrailingSilence),
			SampleRate:  o.SampleRate,
			Voices: []tts.Voice{
				{ID: "tones-en", Language: "en-US", Licence: "Apache-2.0", Source: "built in"},
				{ID: "tones-de", Language: "de-DE", Licence: "Apache-2.0", Source: "built in"},
				{ID: "tones-fr", Language: "fr-FR", Licence: "Apache-2.0", Source: "built in"},
			},
			Limit:         tts.Limit{N: o.MaxRunes, Unit: tts.Runes},
			Concurrency:   o.Concurrency,
			Timing:        tts.TimingWord,
			Streams:       o.Streams,
			Deterministic: true,
			SourceType:    disclosure.TrainedAlgorithmicMedia, // so that the usual way of disclosing is taken
		},
	}
	if o.NoMarks {
		b.info.Timing = tts.TimingNone
	}
	return b, nil
}

// maxSilence bounds the memory of a request.
const maxSilence = 10 * time.Second

// Info describes the backend.
func (b *Backend) Info() tts.Info { return b.info }

// Speak says a request in tones, or fails as the options say.
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
	if err := b.wait(ctx); err != nil {
		return nil, err
	}
	if err := b.failure(ctx, r); err != nil {
		return nil, err
	}
	speech := b.sing(r, voice)
	if len(r.Phonemes) > 0 {
		speech.Warnings = append(speech.Warnings, "tones have no pronunciation: the lexicon was not used")
	}
	return speech, nil
}

// failure is the failure that the options plan for a request, if any.
func (b *Backend) failure(ctx context.Context, r tts.Request) error {
	nth := int(b.requests.Add(1))
	for i, failure := range b.options.Failures {
		if !failure.fits(nth, r.Text) {
			continue
		}
		if n := b.failed[i].Add(1); failure.Times > 0 && n > int64(failure.Times) {
			continue
		}
		if failure.Kind == "hang" {
			<-ctx.Done()
			return context.Cause(ctx)
		}
		return failure.err(b.info)
	}
	return nil
}

// Close ends the backend.
func (b *Backend) Close() error {
	b.gate.Close()
	return nil
}

// heartbeat is how often a backend that streams shows a sign of life.
const heartbeat = 100 * time.Millisecond

// wait lets the latency pass, unless ctx ends first.
func (b *Backend) wait(ctx context.Context) error {
	left := b.options.Latency
	for left > 0 {
		step := left
		if b.options.Streams {
			tts.Alive(ctx)
			step = min(left, heartbeat)
		}
		timer := time.NewTimer(step)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		}
		left -= step
	}
	return nil
}
