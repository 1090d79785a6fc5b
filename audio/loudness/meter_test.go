package loudness_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/loudness"
	"github.com/voicepress/voicepress/audio/resample"
)

func TestMeterReadsTheEBUSignals(t *testing.T) {
	t.Parallel()
	judge := libebur128(t)
	rates := []int{24000, 44100}
	if testing.Short() {
		rates = rates[:1]
	}
	for _, rate := range rates {
		for _, s := range audiotest.EBU(rate) {
			got, lib := measure(t, s.Samples, s.Rate, s.Channels), judge(s.Samples, s.Rate, s.Channels)
			t.Logf("%d Hz %s: %.3f; libebur128 %.3f", rate, s.Name, got, lib)
			if !math.IsNaN(s.Integrated) {
				require.InDelta(t, s.Integrated, got.integrated, 0.1, "%s at %d Hz: LUFS", s.Name, rate)
			}
			if !math.IsNaN(s.Range) {
				require.InDelta(t, s.Range, got.loudnessRange, 0.1, "%s at %d Hz: LU", s.Name, rate)
			}
			if !math.IsNaN(s.TruePeak) {
				require.InDelta(t, s.TruePeak, got.truePeak, 0.05, "%s at %d Hz: dBTP", s.Name, rate)
			}
			seconds := float64(len(s.Samples)/s.Channels) / float64(rate)
			requireAgreement(t, got, lib, s.Name+", libebur128", seconds, 0)
			if rate == 44100 {
				requireAgreement(t, got, ffmpeg(t, s.Samples, s.Rate, s.Channels), s.Name+", ffmpeg", seconds, 0.05)
			}
		}
	}
}

func TestMeterAgreesOnSpeech(t *testing.T) {
	t.Parallel()
	judge := libebur128(t)
	var together []float32
	check := func(name string, clip audio.Clip) {
		got, lib, ff := measure(t, clip.Samples, clip.Rate, 1), judge(clip.Samples, clip.Rate, 1), ffmpeg(t, clip.Samples, clip.Rate, 1)
		t.Logf("%s, %.1f s at %d Hz: %.3f; libebur128 %.3f; ffmpeg %.1f", name, clip.Duration().Seconds(), clip.Rate, got, lib, ff)
		requireAgreement(t, got, lib, name+", libebur128", clip.Duration().Seconds(), 0)
		requireAgreement(t, got, ff, name+", ffmpeg", clip.Duration().Seconds(), 0.05)
	}
	for i, s := range audiotest.Sentences() {
		clip := audiotest.Speak(t, s[0], s[1])
		up, err := resample.Clip(clip, 44100)
		require.NoError(t, err)
		check("sentence "+strconv.Itoa(i), clip)
		check("sentence "+strconv.Itoa(i), up)
		for k, x := range up.Samples {
			together = append(together, x*float32(1-0.2*float64(i)*float64(k)/float64(len(up.Samples))))
		}
		together = append(together, audiotest.Silence(44100, 700*time.Millisecond)...)
	}
	check("all", audio.Clip{Samples: together, Rate: 44100})
	if testing.Short() {
		return
	}
	for _, variant := range []string{"+f2", "+m3", "+croak"} { // with the five above, 20 files
		for i, s := range audiotest.Sentences() {
			check(fmt.Sprintf("sentence %d, %s%s", i, s[0], variant), audiotest.Speak(t, s[0]+variant, s[1]))
		}
	}
	var long []float32
	for _, level := range []float64{0, -4, -7, -2, -12} {
		long = append(long, scaled(together, level)...)
	}
	check("all, five times", audio.Clip{Samples: long, Rate: 44100})
	check("bursts", audio.Clip{Samples: audiotest.Bursts(44100, time.Minute, 1), Rate: 44100})
}

// requireAgreement holds two readings against each other; rounding is what the printing of the second one costs. The range
// is compared from 60 s on: below, it hangs on how few windows there are, and libebur128 takes one a second where ffmpeg
// takes ten, those at the start only partly filled.
func requireAgreement(t *testing.T, got, want readings, name string, seconds, rounding float64) {
	t.Helper()
	require.InDelta(t, want.integrated, got.integrated, 0.02+rounding, "%s: LUFS", name)
	if seconds >= 60 {
		require.InDelta(t, want.loudnessRange, got.loudnessRange, 0.2+rounding, "%s: LU", name)
	}
	require.InDelta(t, want.truePeak, got.truePeak, 0.1+rounding, "%s: dBTP", name)
}

func TestReadingsDoNotDependOnChunks(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, channels := range []int{1, 2} {
		samples := audiotest.Bursts(24000, 8*time.Second, 3)
		whole := measure(t, samples, 24000, channels)
		for range 10 {
			m, err := loudness.NewMeter(24000, channels)
			require.NoError(t, err)
			for rest := samples; len(rest) > 0; {
				n := min(len(rest), channels*(1+random.IntN(1<<random.IntN(14))))
				m.Write(rest[:n])
				_, _, _ = m.Integrated(), m.Range(), m.TruePeak() // reading changes nothing
				rest = rest[n:]
			}
			got := readings{m.Integrated(), m.Range(), m.TruePeak()}
			require.Equal(t, whole, got)
		}
	}
}

// The mean of two levels as long is 3 dB below the louder; what is another 20 LU below that does not count.
func TestRangeLeavesOutTheVeryQuiet(t *testing.T) {
	for _, c := range []struct{ quiet, want float64 }{{-42, 22}, {-44, 0}} {
		samples := audiotest.Tone(24000, 30*time.Second, 1000, 0.1, 0)
		samples = append(samples, scaled(samples, c.quiet+20)...)
		require.InDelta(t, c.want, measure(t, samples, 24000, 1).loudnessRange, 0.5)
	}
}

// Full scale at 997 Hz in one channel reads -3.01 by the definition of the unit, at any rate and length; the hard start
// of a tone this short adds a little.
func TestShortSoundIsOneBlock(t *testing.T) {
	for _, d := range []time.Duration{20 * time.Millisecond, 150 * time.Millisecond, 399 * time.Millisecond, 401 * time.Millisecond} {
		for _, rate := range []int{22050, 44100} {
			got := measure(t, audiotest.Tone(rate, d, 997, 1, 0), rate, 1)
			require.InDelta(t, -3.01, got.integrated, 0.25, "%v at %d Hz", d, rate)
			require.Zero(t, got.loudnessRange)
		}
	}
}

func TestSilenceHasNoLoudness(t *testing.T) {
	for _, n := range []int{0, 1, 100, 44100, 441000} {
		got := measure(t, make([]float32, n), 44100, 1)
		require.Equal(t, readings{math.Inf(-1), 0, math.Inf(-1)}, got, "%d samples", n)
	}
	quiet := measure(t, audiotest.Tone(44100, 5*time.Second, 1000, 1e-4, 0), 44100, 1)
	require.True(t, math.IsInf(quiet.integrated, -1), "-80 dBFS is below the gate")
	require.InDelta(t, -80, quiet.truePeak, 0.1)
}

func TestFalseSamplesDoNotSpoilTheMeter(t *testing.T) {
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1))} {
		tone := audiotest.Tone(44100, 10*time.Second, 1000, 0.1, 0)
		tone[100000] = bad
		got := measure(t, tone, 44100, 1)
		require.InDelta(t, -23, got.integrated, 0.1)
		require.False(t, math.IsNaN(got.truePeak))
	}
}

// The peak of a sine is its amplitude wherever the samples fall; four points a sample alone would miss up to 0.5 dB here.
func TestTruePeakOfSinesUpToTheEdge(t *testing.T) {
	for _, frequency := range []float64{100, 3000, 8000, 11030, 14700, 17000, 18500} {
		for phase := 0.0; phase < 180; phase += 7.5 {
			tone := audiotest.Tone(44100, 200*time.Millisecond, frequency, 0.5, phase)
			for i := range 2000 {
				tone[i] *= float32(i) / 2000
				tone[len(tone)-1-i] *= float32(i) / 2000
			}
			got := measure(t, tone, 44100, 1)
			require.InDelta(t, -6.02, got.truePeak, 0.1, "%.0f Hz, %.1f degrees", frequency, phase)
		}
	}
}

// Leaving out the interpolation of what cannot be the peak must not change the peak: a meter that sees the loud end first
// prunes nearly everything, one that sees it last nearly nothing.
func TestPruningIsExact(t *testing.T) {
	for seed := range uint64(20) {
		noise := audiotest.Noise(20000, 1, seed)
		for i := range noise {
			noise[i] *= float32(i) / 20000
		}
		rising := measure(t, noise, 44100, 1).truePeak
		for i := range len(noise) / 2 {
			noise[i], noise[len(noise)-1-i] = noise[len(noise)-1-i], noise[i]
		}
		require.InDelta(t, rising, measure(t, noise, 44100, 1).truePeak, 1e-4)
	}
}

func TestImpossibleMetersAreRefused(t *testing.T) {
	for _, c := range [][2]int{{0, 1}, {-1, 1}, {3999, 1}, {1 << 40, 1}, {44100, 0}, {44100, 3}, {44100, -1}} {
		_, err := loudness.NewMeter(c[0], c[1])
		require.Error(t, err)
	}
}

func BenchmarkMeter(b *testing.B) {
	sentence := audiotest.Sentences()[0]
	speech, err := resample.Clip(audiotest.Speak(b, sentence[0], sentence[1]), 44100)
	require.NoError(b, err)
	for _, c := range []struct {
		name    string
		samples []float32
	}{
		{"speech", speech.Samples},
		{"speech-like", audiotest.Bursts(44100, 10*time.Second, 1)},
		{"tone", audiotest.Tone(44100, 10*time.Second, 1000, 0.5, 0)},
		{"noise", audiotest.Noise(441000, 0.5, 1)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m, err := loudness.NewMeter(44100, 1)
				require.NoError(b, err)
				m.Write(c.samples)
				_, _, _ = m.Integrated(), m.Range(), m.TruePeak()
			}
			b.ReportMetric(float64(len(c.samples))/44100*float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
		})
	}
}
