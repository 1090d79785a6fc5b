package ttstest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

func good(t *testing.T, o fake.Options) tts.Backend {
	t.Helper()
	b, err := fake.New(o)
	require.NoError(t, err)
	return b
}

func TestAGoodBackendPasses(t *testing.T) {
	Run(t, func(t *testing.T) tts.Backend { return good(t, fake.Options{}) })
}

func TestAGoodBackendWithoutMarksPasses(t *testing.T) {
	Run(t, func(t *testing.T) tts.Backend {
		return good(t, fake.Options{NoMarks: true, Concurrency: 1, Latency: time.Millisecond, LeadingSilence: 50 * time.Millisecond})
	})
}

// broken is a good backend with one thing wrong.
type broken struct {
	tts.Backend
	info  func(tts.Info) tts.Info
	speak func(context.Context, tts.Request, tts.Backend) (*tts.Speech, error)
	close func(tts.Backend) error
}

func (b broken) Info() tts.Info {
	if b.info == nil {
		return b.Backend.Info()
	}
	return b.info(b.Backend.Info())
}

func (b broken) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	if b.speak == nil {
		return b.Backend.Speak(ctx, r)
	}
	return b.speak(ctx, r, b.Backend)
}

func (b broken) Close() error {
	if b.close == nil {
		return b.Backend.Close()
	}
	return b.close(b.Backend)
}

// changing makes a backend that changes what a good one says.
func changing(change func(tts.Request, *tts.Speech)) broken {
	return broken{speak: func(ctx context.Context, r tts.Request, good tts.Backend) (*tts.Speech, error) {
		speech, err := good.Speak(ctx, r)
		if err == nil {
			change(r, speech)
		}
		return speech, err
	}}
}

// asking makes a backend that asks a good one for something else.
func asking(change func(*tts.Request)) broken {
	return broken{speak: func(ctx context.Context, r tts.Request, good tts.Backend) (*tts.Speech, error) {
		change(&r)
		return good.Speak(ctx, r)
	}}
}

// telling makes a backend that says something wrong about itself.
func telling(change func(*tts.Info)) broken {
	return broken{info: func(i tts.Info) tts.Info { change(&i); return i }}
}

// failing makes a backend that changes errors.
func failing(change func(error) error) broken {
	return broken{speak: func(ctx context.Context, r tts.Request, good tts.Backend) (*tts.Speech, error) {
		speech, err := good.Speak(ctx, r)
		if err != nil {
			err = change(err)
		}
		return speech, err
	}}
}

func TestBrokenBackendsAreFound(t *testing.T) {
	var count atomic.Int64
	var mixed atomic.Pointer[tts.Speech]
	var once sync.Once
	for name, test := range map[string]struct {
		check string
		b     broken
	}{
		"no name":             {"describes itself", telling(func(i *tts.Info) { i.Name = "" })},
		"no fingerprint":      {"describes itself", telling(func(i *tts.Info) { i.Fingerprint = "" })},
		"no source type":      {"describes itself", telling(func(i *tts.Info) { i.SourceType = "" })},
		"no voices":           {"describes itself", telling(func(i *tts.Info) { i.Voices = nil })},
		"a voice twice":       {"describes itself", telling(func(i *tts.Info) { i.Voices = append(i.Voices, i.Voices[0]) })},
		"a strange language":  {"describes itself", telling(func(i *tts.Info) { i.Voices = []tts.Voice{{ID: "a", Language: "English (US)"}} })},
		"an inconstant Info":  {"describes itself", telling(func(i *tts.Info) { i.Fingerprint = fmt.Sprint(count.Add(1)) })},
		"another sample rate": {"speaks", telling(func(i *tts.Info) { i.SampleRate = 24000 })},
		"missing marks":       {"speaks", changing(func(_ tts.Request, s *tts.Speech) { s.Marks = nil })},
		"unpromised marks":    {"speaks", telling(func(i *tts.Info) { i.Timing = tts.TimingNone })},
		"silence":             {"speaks", changing(func(_ tts.Request, s *tts.Speech) { clear(s.Clip.Samples) })},
		"no sound":            {"speaks", changing(func(_ tts.Request, s *tts.Speech) { s.Clip.Samples, s.Marks = nil, nil })},
		"not a number":        {"speaks", changing(func(_ tts.Request, s *tts.Speech) { s.Clip.Samples[99] = float32(math.NaN()) })},
		"too loud":            {"speaks", changing(func(_ tts.Request, s *tts.Speech) { s.Clip.Samples[99] = -1.01 })},
		"half the text": {"speaks", asking(func(r *tts.Request) {
			if len(r.Text) > 20 {
				r.Text = r.Text[:5]
			}
		})},
		"marks out of the text":  {"speaks", changing(func(_ tts.Request, s *tts.Speech) { s.Marks[len(s.Marks)-1].End++ })},
		"marks out of the sound": {"speaks", changing(func(_ tts.Request, s *tts.Speech) { s.Clip.Samples = s.Clip.Samples[:len(s.Clip.Samples)-1] })},
		"marks out of order": {"speaks", changing(func(_ tts.Request, s *tts.Speech) {
			if len(s.Marks) > 1 {
				s.Marks[0], s.Marks[1] = s.Marks[1], s.Marks[0]
			}
		})},
		"overlapping marks": {"speaks", changing(func(_ tts.Request, s *tts.Speech) {
			if len(s.Marks) > 1 {
				s.Marks[0].To = s.Marks[1].From + 1
			}
		})},
		"marks that cut a character": {"survives hostile text", changing(func(r tts.Request, s *tts.Speech) {
			if len(s.Marks) > 0 && strings.HasPrefix(r.Text, "ש") {
				s.Marks[0].Start++
			}
		})},
		"neither speech nor error": {"speaks", broken{speak: func(context.Context, tts.Request, tts.Backend) (*tts.Speech, error) { return nil, nil }}},
		"speech and error": {"speaks", changing(func(tts.Request, *tts.Speech) {}).with(func(s *tts.Speech) (*tts.Speech, error) {
			return s, errors.New("oops")
		})},
		"speech of nothing":     {"has nothing to say", asking(func(r *tts.Request) { r.Text += "a" })},
		"another error":         {"has nothing to say", failing(func(err error) error { return errors.New(err.Error()) })},
		"no limit":              {"refuses too long text", asking(func(r *tts.Request) { r.Text = r.Text[:min(len(r.Text), 99)] })},
		"another limit":         {"refuses too long text", telling(func(i *tts.Info) { i.Limit.N-- })},
		"a limit in bytes":      {"refuses too long text", telling(func(i *tts.Info) { i.Limit = tts.Limit{N: i.Limit.N, Unit: tts.Bytes} })},
		"chokes on NUL":         {"survives hostile text", chokesOn("\x00")},
		"chokes on emoji":       {"survives hostile text", chokesOn("😀")},
		"chokes on bad UTF-8":   {"survives hostile text", chokesOn("\xff")},
		"obeys markup":          {"does not read markup", changing(obeyBreaks)},
		"takes any voice":       {"refuses unknown voices", asking(func(r *tts.Request) { r.Voice = "" })},
		"knows no other voices": {"refuses unknown voices", failing(func(error) error { return &tts.NoSuchVoice{Voice: "no-such-voice"} })},
		"deaf to the rate":      {"follows the rate or says not", asking(func(r *tts.Request) { r.Rate = min(r.Rate, 1) })},
		"the rate upside down": {"follows the rate or says not", asking(func(r *tts.Request) {
			if r.Rate > 0 {
				r.Rate = 1 / r.Rate
			}
		})},
		"deaf to the lexicon": {"takes the lexicon or says not", changing(func(_ tts.Request, s *tts.Speech) { s.Warnings = nil })},
		"not deterministic":   {"is deterministic where it says so", asking(func(r *tts.Request) { r.Seed += uint64(count.Add(1)) })},
		"mixed up": {"keeps concurrent requests apart", changing(func(_ tts.Request, s *tts.Speech) {
			if count.Add(1) > 4 { // only after those that are spoken alone
				if other := mixed.Swap(&tts.Speech{Clip: s.Clip, Marks: s.Marks}); other != nil {
					s.Clip, s.Marks = other.Clip, other.Marks
				}
			}
		})},
		"deaf to the context": {"ends with the context", broken{speak: func(ctx context.Context, r tts.Request, good tts.Backend) (*tts.Speech, error) {
			return good.Speak(context.WithoutCancel(ctx), r)
		}}},
		"hides the cause": {"ends with the context", failing(func(error) error { return context.Canceled })},
		"spoiled by cancelling": {"speaks after cancelled requests", broken{speak: func(ctx context.Context, r tts.Request, good tts.Backend) (*tts.Speech, error) {
			if _, ok := ctx.Deadline(); ok && r.Text == sentence {
				once.Do(func() { count.Store(1 << 20) })
			}
			if count.Load() >= 1<<20 {
				r.Seed = 7
			}
			return good.Speak(ctx, r)
		}}},
		"open after Close":     {"closes twice", broken{close: func(tts.Backend) error { return nil }}},
		"an error at Close":    {"closes while busy", broken{close: func(tts.Backend) error { return errors.New("oops") }}},
		"another closed error": {"closes while busy", failing(func(err error) error { return errors.New(err.Error()) })},
		"a second Close": {"closes twice", broken{close: func(good tts.Backend) error {
			if count.Add(1) > 1 {
				return errors.New("oops")
			}
			return good.Close()
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			count.Store(0)
			test.b.Backend = good(t, fake.Options{})
			defer test.b.Backend.Close()
			found := false
			for _, c := range checks() {
				if c.name == test.check {
					found = true
					require.Error(t, c.run(t.Context(), test.b))
				}
			}
			require.True(t, found, test.check)
		})
	}
}

// with replaces what Speak returns.
func (b broken) with(result func(*tts.Speech) (*tts.Speech, error)) broken {
	speak := b.speak
	b.speak = func(ctx context.Context, r tts.Request, good tts.Backend) (*tts.Speech, error) {
		speech, err := speak(ctx, r, good)
		if err != nil {
			return nil, err
		}
		return result(speech)
	}
	return b
}

// chokesOn makes a backend that fails on a piece of text.
func chokesOn(piece string) broken {
	return broken{speak: func(ctx context.Context, r tts.Request, good tts.Backend) (*tts.Speech, error) {
		if strings.Contains(r.Text, piece) {
			return nil, errors.New("oops")
		}
		return good.Speak(ctx, r)
	}}
}

// obeyBreaks adds the pause that markup asks for.
func obeyBreaks(r tts.Request, s *tts.Speech) {
	if strings.Contains(r.Text, "60s") {
		s.Clip.Samples = append(s.Clip.Samples, make([]float32, 60*s.Clip.Rate)...)
	}
}

func TestEveryCheckCanFail(t *testing.T) {
	// A backend that fails at everything fails every check but the ones about itself.
	b := broken{
		Backend: good(t, fake.Options{}),
		speak: func(context.Context, tts.Request, tts.Backend) (*tts.Speech, error) {
			return nil, errors.New("oops")
		},
	}
	defer b.Backend.Close()
	for _, c := range checks() {
		if c.name != "describes itself" {
			require.Error(t, c.run(t.Context(), b), c.name)
		}
	}
}

func TestBoundary(t *testing.T) {
	text := "aé\xff日"
	var got []int
	for i := range len(text) + 2 {
		if boundary(text, i) {
			got = append(got, i)
		}
	}
	require.Equal(t, []int{0, 1, 3, 4, 7}, got)
}
