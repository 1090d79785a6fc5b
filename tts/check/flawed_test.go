package check

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

// flawed is a backend whose takes are bad as planned.
type flawed struct {
	tts.Backend
	// plan says what is done to the take of a request; nil leaves it good.
	plan func(r tts.Request) *damage
	// fail gives the error of a request.
	fail func(r tts.Request) error
	bill tts.Bill      // of each take
	wait time.Duration // at most, at random
	info func(*tts.Info)

	takes atomic.Int64
	mu    sync.Mutex
	asked []tts.Request
}

func (b *flawed) Info() tts.Info {
	info := b.Backend.Info()
	if b.info != nil {
		b.info(&info)
	}
	return info
}

func (b *flawed) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	b.takes.Add(1)
	b.mu.Lock()
	b.asked = append(b.asked, r)
	b.mu.Unlock()
	if b.wait > 0 {
		time.Sleep(rand.N(b.wait))
	}
	if b.fail != nil {
		if err := b.fail(r); err != nil {
			return nil, err
		}
	}
	speech, err := b.Backend.Speak(ctx, r)
	if err != nil {
		return nil, err
	}
	if b.plan != nil {
		if d := b.plan(r); d != nil {
			speech = d.apply(speech)
		}
	}
	speech.Bill = b.bill
	return speech, nil
}

func tones(t testing.TB, o fake.Options) tts.Backend {
	t.Helper()
	b, err := fake.New(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// usual is what configs/voicepress.yaml has.
func usual() Options { return Options{Enabled: true, Retakes: 3} }

// mostMissing leaves a third of a take, which is too little for any voice.
func mostMissing() *damage {
	return &damage{"most missing", func(s *tts.Speech) { cutOut(s, len(s.Clip.Samples)/3, len(s.Clip.Samples)) }}
}

// damaged is the damage of that name.
func damaged(t testing.TB, name string) *damage {
	t.Helper()
	all := damages()
	i := slices.IndexFunc(all, func(d damage) bool { return d.name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return &all[i]
}
