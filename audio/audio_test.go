package audio_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
)

func TestDurationOfSamples(t *testing.T) {
	for _, c := range []struct {
		n, rate int
		want    time.Duration
	}{
		{0, 22050, 0},
		{22050, 22050, time.Second},
		{1, 44100, 22676 * time.Nanosecond}, // 22675.7 ns
		{2, 3, 666666667 * time.Nanosecond},
		{48000 * 3600 * 1000, 48000, 1000 * time.Hour},
		{100, 0, 0},
		{100, -1, 0},
	} {
		require.Equal(t, c.want, audio.Duration(c.n, c.rate), "%d samples at %d Hz", c.n, c.rate)
	}
	require.Equal(t, 500*time.Millisecond, audio.Clip{Samples: make([]float32, 8000), Rate: 16000}.Duration())
	require.Zero(t, audio.Clip{}.Duration())
}

func TestSamplesOfDuration(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		rate int
		want int
	}{
		{0, 22050, 0},
		{time.Second, 22050, 22050},
		{10 * time.Millisecond, 11025, 110},
		{5 * time.Millisecond, 44100, 221}, // 220.5 rounds up
		{1000 * time.Hour, 192000, 192000 * 3600 * 1000},
	} {
		require.Equal(t, c.want, audio.Samples(c.d, c.rate), "%v at %d Hz", c.d, c.rate)
	}
}

func TestSamplesUndoesDuration(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 10000 {
		rate := 1 + random.IntN(384000)
		n := random.IntN(rate * 1_000_000_000) // a Duration ends after 292 years
		require.Equal(t, n, audio.Samples(audio.Duration(n, rate), rate), "%d samples at %d Hz", n, rate)
	}
}
