package loudness_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/loudness"
	"github.com/voicepress/voicepress/audio/resample"
)

func limit(tb testing.TB, samples []float32, rate int, ceiling float64) []float32 {
	tb.Helper()
	l, err := loudness.NewLimiter(rate, 1, ceiling)
	require.NoError(tb, err)
	return l.Flush(l.Process(nil, samples))
}

func scaled(samples []float32, decibels float64) []float32 {
	out := make([]float32, len(samples))
	for i, x := range samples {
		out[i] = x * float32(math.Pow(10, decibels/20))
	}
	return out
}

// faded has its ends ramped over 0.1 s at 44.1 kHz.
func faded(samples []float32) []float32 {
	for i := range 4410 {
		samples[i] *= float32(i) / 4410
		samples[len(samples)-1-i] *= float32(i) / 4410
	}
	return samples
}

func TestLimiterKeepsTheCeiling(t *testing.T) {
	judge := libebur128(t)
	narrow, err := resample.Clip(audio.Clip{Samples: audiotest.Noise(48000, 1, 2), Rate: 24000}, 44100)
	require.NoError(t, err)
	type signal struct {
		name    string
		samples []float32
		others  float64 // dB above the ceiling that other meters may read
	}
	signals := []signal{
		{"bursts", audiotest.Bursts(44100, 10*time.Second, 2), 0.05},
		{"noise to 12 kHz", narrow.Samples, 0.05},
		{"noise to 22 kHz", audiotest.Noise(88200, 1, 2), 0.15}, // where filters that all follow the standard differ
		{"tone 60 Hz", faded(audiotest.Tone(44100, 2*time.Second, 60, 1, 0)), 0.05},
		{"tone 11025 Hz", faded(audiotest.Tone(44100, 2*time.Second, 11025, 1, 45)), 0.05},
		{"tone 17 kHz", faded(audiotest.Tone(44100, 2*time.Second, 17000, 1, 45)), 0.05},
		{"hard start", append(audiotest.Silence(44100, time.Second), audiotest.Tone(44100, time.Second, 1234, 1, 90)...), 0.15},
	}
	for _, s := range audiotest.Sentences() {
		clip, err := resample.Clip(audiotest.Speak(t, s[0], s[1]), 44100)
		require.NoError(t, err)
		signals = append(signals, signal{s[1][:10], clip.Samples, 0.05})
	}
	for _, s := range signals {
		for _, over := range []float64{2, 12} {
			const ceiling = -1.5
			in := scaled(s.samples, over-audiotest.DB(audiotest.Peak(s.samples)))
			out := limit(t, in, 44100, ceiling)
			require.Len(t, out, len(in))
			got, lib, ff := measure(t, out, 44100, 1), judge(out, 44100, 1), ffmpeg(t, out, 44100, 1)
			t.Logf("%s, %.0f dB over: from %.2f to %.3f dBTP; libebur128 %.3f; ffmpeg %.1f", s.name, over, measure(t, in, 44100, 1).truePeak,
				got.truePeak, lib.truePeak, ff.truePeak)
			require.LessOrEqual(t, got.truePeak, ceiling+0.05, "%s, %.0f dB over", s.name, over)
			require.LessOrEqual(t, lib.truePeak, ceiling+s.others, "%s, %.0f dB over: libebur128", s.name, over)
			require.LessOrEqual(t, ff.truePeak, ceiling+s.others+0.05, "%s, %.0f dB over: ffmpeg, to one decimal place", s.name, over)
			require.Greater(t, got.truePeak, ceiling-0.5, "%s, %.0f dB over: no more than needed", s.name, over)
		}
	}
}

// The gain of both channels is the one that the louder needs, so a peak on the left turns the right down as much.
func TestLimiterMovesNothingBetweenLeftAndRight(t *testing.T) {
	left, right := scaled(audiotest.Bursts(44100, 5*time.Second, 3), 9), scaled(audiotest.Bursts(44100, 5*time.Second, 5), -6)
	both := make([]float32, 0, 2*len(left))
	for i := range left {
		both = append(both, left[i], right[i])
	}
	stereo := func(in []float32) []float32 {
		l, err := loudness.NewLimiter(44100, 2, -1.5)
		require.NoError(t, err)
		var out []float32
		for rest := in; len(rest) > 0; rest = rest[min(8888, len(rest)):] {
			out = l.Process(out, rest[:min(8888, len(rest))])
		}
		return l.Flush(out)
	}
	out := stereo(both)
	require.Len(t, out, len(both))
	require.LessOrEqual(t, libebur128(t)(out, 44100, 2).truePeak, -1.45)
	turned := 0
	for i := range left {
		if math.Abs(float64(left[i])) < 1e-6 || math.Abs(float64(right[i])) < 1e-6 {
			continue
		}
		gain := float64(out[2*i] / left[i])
		require.LessOrEqual(t, gain, 1.000001)
		require.InDelta(t, gain, float64(out[2*i+1]/right[i]), 1e-5)
		if gain < 0.9 {
			turned++
		}
	}
	require.Greater(t, turned, 1000)

	alone := limit(t, left, 44100, -1.5)
	for i := range left {
		both[2*i], both[2*i+1] = left[i], left[i]
	}
	for i, x := range stereo(both) {
		require.InDelta(t, alone[i/2], x, 0, "the same in both channels is as in one")
	}
}

func TestLimiterLeavesQuietSoundAlone(t *testing.T) {
	for _, n := range []int{0, 1, 31, 32, 33, 219, 220, 221, 5000, 50000} {
		noise := audiotest.Noise(n, 0.4, 1)
		require.Equal(t, noise, append([]float32{}, limit(t, noise, 44100, -1)...), "%d samples", n)
	}
}

// One loud sample: 6 ms before it and 0.6 s after it, everything is as it was; at the peak, it is at the ceiling.
func TestLimiterTouchesOnlyWhatIsNearAPeak(t *testing.T) {
	const at = 30000
	noise := audiotest.Noise(2*at, 0.1, 1)
	noise[at] = 1
	out := limit(t, noise, 44100, -6)
	require.Equal(t, noise[:at-265], out[:at-265])
	require.NotEqual(t, noise[at-100], out[at-100])
	require.Equal(t, noise[at+26460:], out[at+26460:])
	require.InDelta(t, 0.5012, float64(out[at]), 0.03)
}

func TestLimiterIsInStepAndDoesNotDependOnChunks(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 9))
	loud := scaled(audiotest.Bursts(24000, 5*time.Second, 4), 9)
	l, err := loudness.NewLimiter(24000, 1, -1)
	require.NoError(t, err)
	whole := l.Flush(l.Process(nil, loud))
	require.Len(t, whole, len(loud))
	for i, x := range loud {
		require.LessOrEqual(t, math.Abs(float64(whole[i])), math.Abs(float64(x))) // a shifted output would be larger somewhere
		require.GreaterOrEqual(t, whole[i]*x, float32(0))
	}
	for range 10 {
		var out []float32
		for rest := loud; len(rest) > 0; {
			n := min(len(rest), 1+random.IntN(1<<random.IntN(14)))
			out = l.Process(out, rest[:n])
			rest = rest[n:]
		}
		require.Equal(t, whole, l.Flush(out))
	}
}

func TestLimiterSurvivesFalseSamples(t *testing.T) {
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(-1))} {
		noise := audiotest.Noise(60000, 0.3, 1)
		noise[10000] = bad
		out := limit(t, noise, 44100, -1)
		require.Len(t, out, len(noise))
		require.Equal(t, noise[:9000], out[:9000])
		require.Equal(t, noise[50000:], out[50000:])
	}
}

func TestImpossibleLimitersAreRefused(t *testing.T) {
	for _, c := range []struct {
		rate, channels int
		ceiling        float64
	}{{0, 1, -1}, {44100, 1, 0.1}, {44100, 1, -61}, {44100, 1, math.NaN()}, {1 << 40, 1, -1}, {44100, 0, -1}, {44100, 3, -1}} {
		_, err := loudness.NewLimiter(c.rate, c.channels, c.ceiling)
		require.Error(t, err)
	}
}

func BenchmarkLimiter(b *testing.B) {
	sentence := audiotest.Sentences()[0]
	speech, err := resample.Clip(audiotest.Speak(b, sentence[0], sentence[1]), 44100)
	require.NoError(b, err)
	for _, c := range []struct {
		name    string
		samples []float32
	}{
		{"speech-3-dB-over", scaled(speech.Samples, 3)},
		{"speech-like", audiotest.Bursts(44100, 10*time.Second, 1)},
		{"speech-like-9-dB-over", scaled(audiotest.Bursts(44100, 10*time.Second, 1), 9)},
		{"noise-always-limited", audiotest.Noise(441000, 1, 1)},
	} {
		b.Run(c.name, func(b *testing.B) {
			l, err := loudness.NewLimiter(44100, 1, -1.5)
			require.NoError(b, err)
			out := make([]float32, 0, len(c.samples)+1000)
			b.ReportAllocs()
			for b.Loop() {
				out = l.Flush(l.Process(out[:0], c.samples))
			}
			b.ReportMetric(float64(len(c.samples))/44100*float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
		})
	}
}
