package cache

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/tts"
)

// sentence is a backend that always gives the same five seconds of a neural voice's kind of sound, in 24 bits, at once.
func sentence(b *testing.B) (tts.Backend, time.Duration) {
	clip := audio.Clip{Rate: 22050, Samples: audiotest.Bursts(22050, 5*time.Second, 7)}
	s := &scripted{Backend: tones(b)}
	var marks []tts.Mark
	for i := range 70 {
		marks = append(marks, tts.Mark{Kind: tts.TimingPhoneme, Start: 0, End: 1, From: 1000 * i, To: 1000*i + 1000})
	}
	s.speak = func(context.Context, tts.Request) (*tts.Speech, error) {
		return &tts.Speech{Clip: clip, Marks: marks}, nil
	}
	return s, clip.Duration()
}

func perSecond(b *testing.B, d time.Duration) {
	b.ReportMetric(float64(b.Elapsed().Microseconds())/(d.Seconds()*float64(b.N)), "µs/s-of-audio")
}

// BenchmarkHit is what a sentence costs that is kept: read, checked, decoded.
func BenchmarkHit(b *testing.B) {
	voice, d := sentence(b)
	c := open(b, b.TempDir()).Wrap(voice)
	_, err := c.Speak(b.Context(), text(0))
	require.NoError(b, err)
	for b.Loop() {
		s, err := c.Speak(b.Context(), text(0))
		if err != nil || !s.Cached {
			b.Fatal("it was not kept", err)
		}
	}
	perSecond(b, d)
}

// BenchmarkHas is what a sentence costs that is asked after: read and checked.
func BenchmarkHas(b *testing.B) {
	voice, d := sentence(b)
	c := open(b, b.TempDir()).Wrap(voice)
	_, err := c.Speak(b.Context(), text(0))
	require.NoError(b, err)
	for b.Loop() {
		c.Has(text(0))
	}
	perSecond(b, d)
}

// BenchmarkMiss is what the cache adds to a sentence that is spoken: rounded, encoded, written.
func BenchmarkMiss(b *testing.B) {
	voice, d := sentence(b)
	c := open(b, b.TempDir()).Wrap(voice)
	n := 0
	for b.Loop() {
		n++
		if _, err := c.Speak(b.Context(), text(n)); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b, d)
}

// BenchmarkSync is what an fsync for each sentence would add.
func BenchmarkSync(b *testing.B) {
	dir, data := b.TempDir(), make([]byte, 200_000)
	n := 0
	for b.Loop() {
		n++
		file, err := os.Create(filepath.Join(dir, fmt.Sprint(n)))
		require.NoError(b, err)
		_, err = file.Write(data)
		require.NoError(b, err)
		require.NoError(b, file.Sync())
		require.NoError(b, file.Close())
	}
}

// BenchmarkSweep is what looking through a full folder of 10,000 sentences takes, about 14 hours of a neural voice.
func BenchmarkSweep(b *testing.B) {
	c := bounded(b, b.TempDir(), 1<<40)
	for n := range 10_000 {
		k := KeyOf(info(), text(n))
		require.NoError(b, os.MkdirAll(filepath.Dir(c.path(k)), 0o700))
		require.NoError(b, os.WriteFile(c.path(k), nil, 0o600))
	}
	for b.Loop() {
		c.swept = false
		c.account(1)
	}
}
