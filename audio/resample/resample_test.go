package resample_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/resample"
)

// fit is the sine of a known frequency that is nearest to samples: its amplitude, its phase in degrees against a sine
// that starts at sample 0, and the level of what is left over below it, in dB.
func fit(samples []float32, frequency float64, rate int) (amplitude, phase, snr float64) {
	w := 2 * math.Pi * frequency / float64(rate)
	var ss, sc, cc, xs, xc float64
	for i, x := range samples {
		s, c := math.Sincos(w * float64(i))
		ss, sc, cc = ss+s*s, sc+s*c, cc+c*c
		xs, xc = xs+float64(x)*s, xc+float64(x)*c
	}
	det := ss*cc - sc*sc
	a, b := (xs*cc-xc*sc)/det, (xc*ss-xs*sc)/det
	var signal, residual float64
	for i, x := range samples {
		s, c := math.Sincos(w * float64(i))
		y := a*s + b*c
		signal += y * y
		residual += (float64(x) - y) * (float64(x) - y)
	}
	return math.Hypot(a, b), math.Atan2(b, a) * 180 / math.Pi, 10 * math.Log10(signal/residual)
}

var ratePairs = [][2]int{
	{22050, 44100},
	{24000, 44100},
	{16000, 44100},
	{22050, 48000},
	{24000, 48000},
	{8000, 44100},
	{11025, 48000},
	{44100, 48000},
	{48000, 44100},
	{44100, 24000},
	{44100, 22050},
	{48000, 16000},
	{44100, 8000},
	{96000, 44100},
	{22051, 44100},
}

func TestTonesKeepLevelPhaseAndPurity(t *testing.T) {
	for _, p := range ratePairs {
		from, to := p[0], p[1]
		lower := float64(min(from, to))
		for _, part := range []float64{0.005, 0.05, 0.2, 0.3, 0.375, 0.4} {
			frequency := part * lower
			clip := audio.Clip{Samples: audiotest.Tone(from, time.Second, frequency, 0.5, 0), Rate: from}
			out, err := resample.Clip(clip, to)
			require.NoError(t, err)
			start := to / 10 // the ends, where silence meets the tone, are left out
			amplitude, phase, snr := fit(out.Samples[start:len(out.Samples)-start], frequency, to)
			gain := audiotest.DB(amplitude / 0.5)
			late := math.Remainder(phase-360*math.Mod(frequency/float64(to)*float64(start), 1), 360)
			t.Logf("%d -> %d Hz, %7.1f Hz: SNR %5.1f dB, gain %+.3f dB", from, to, frequency, snr, gain)
			require.Greater(t, snr, 100.0, "%d -> %d Hz: tone of %.0f Hz", from, to, frequency)
			require.InDelta(t, 0, gain, 0.1, "%d -> %d Hz: tone of %.0f Hz", from, to, frequency)
			require.InDelta(t, 0, late, 0.01, "%d -> %d Hz: tone of %.0f Hz: phase in degrees", from, to, frequency)
		}
	}
}

// Going up, tones above the pass band have an image above half the lower rate; going down, tones above half the lower
// rate fold back. Neither may be heard.
func TestImagesAndAliasesAreGone(t *testing.T) {
	for _, p := range ratePairs {
		from, to := p[0], p[1]
		lower := float64(min(from, to))
		if from < to {
			for _, part := range []float64{0.42, 0.45, 0.48} {
				tone := audio.Clip{Samples: audiotest.Tone(from, time.Second, part*lower, 0.5, 0), Rate: from}
				out, err := resample.Clip(tone, to)
				require.NoError(t, err)
				image := tonePower(out.Samples[to/10:len(out.Samples)-to/10], (1-part)*lower, to)
				require.Less(t, audiotest.DB(image/0.5), -100.0, "%d -> %d Hz: image of %.0f Hz", from, to, part*lower)
			}
			continue
		}
		for frequency := 0.502 * lower; frequency < 0.5*float64(from); frequency += 0.061 * lower {
			tone := audio.Clip{Samples: audiotest.Tone(from, time.Second, frequency, 0.5, 0), Rate: from}
			out, err := resample.Clip(tone, to)
			require.NoError(t, err)
			rest := audiotest.RMS(out.Samples[to/10:len(out.Samples)-to/10]) * math.Sqrt2
			require.Less(t, audiotest.DB(rest/0.5), -100.0, "%d -> %d Hz: alias of %.0f Hz", from, to, frequency)
		}
	}
}

// tonePower is the amplitude of the part of samples at frequency, under a Hann window so that other tones do not leak in.
func tonePower(samples []float32, frequency float64, rate int) float64 {
	var re, im, weight float64
	for i, x := range samples {
		h := 1 - math.Cos(2*math.Pi*float64(i)/float64(len(samples)))
		s, c := math.Sincos(2 * math.Pi * frequency / float64(rate) * float64(i))
		re, im, weight = re+h*float64(x)*c, im+h*float64(x)*s, weight+h
	}
	return 2 * math.Hypot(re, im) / weight
}

func TestOutputDoesNotDependOnChunks(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, p := range append(ratePairs, [2]int{44100, 44100}, [2]int{384000, 4000}, [2]int{4000, 384000}) {
		noise := audiotest.Noise(20000, 1, 5)
		r, err := resample.New(p[0], p[1])
		require.NoError(t, err)
		whole := r.Flush(r.Process(nil, noise))
		for range 5 {
			var out []float32
			for rest := noise; len(rest) > 0; {
				n := min(len(rest), 1+random.IntN(1<<random.IntN(15)))
				out = r.Process(out, rest[:n])
				rest = rest[n:]
			}
			require.Equal(t, whole, r.Flush(out), "%d -> %d Hz", p[0], p[1])
		}
	}
}

func TestLengthIsExact(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		from, to := 4000+random.IntN(44001), 4000+random.IntN(44001)
		if random.IntN(2) == 0 {
			p := ratePairs[random.IntN(len(ratePairs))]
			from, to = p[0], p[1]
		} else {
			from, to = from/100*100, to/100*100
		}
		n := random.IntN(5000)
		out, err := resample.Clip(audio.Clip{Samples: make([]float32, n), Rate: from}, to)
		require.NoError(t, err)
		require.Len(t, out.Samples, (n*to+from-1)/from, "%d samples from %d to %d Hz", n, from, to)
		require.Equal(t, to, out.Rate)
	}
}

func TestConstantStaysConstant(t *testing.T) {
	ones := make([]float32, 10000)
	for i := range ones {
		ones[i] = 0.25
	}
	for _, p := range ratePairs {
		out, err := resample.Clip(audio.Clip{Samples: ones, Rate: p[0]}, p[1])
		require.NoError(t, err)
		edge := len(out.Samples) / 8
		middle := out.Samples[edge : len(out.Samples)-edge]
		require.InDelta(t, 0.25, slices.Min(middle), 1e-6)
		require.InDelta(t, 0.25, slices.Max(middle), 1e-6)
	}
}

func TestEqualRatesChangeNothing(t *testing.T) {
	noise := audiotest.Noise(1000, 1, 1)
	out, err := resample.Clip(audio.Clip{Samples: noise, Rate: 24000}, 24000)
	require.NoError(t, err)
	require.Equal(t, noise, out.Samples)
}

func TestImpossibleRatesAreRefused(t *testing.T) {
	for _, p := range [][2]int{{0, 44100}, {44100, 0}, {-1, 44100}, {1, 384000}, {1 << 40, 44100}, {383999, 384000}, {48001, 44100}} {
		_, err := resample.New(p[0], p[1])
		var rates *resample.RateError
		require.ErrorAs(t, err, &rates)
		require.NotEmpty(t, rates.Hint())
		_, err = resample.Clip(audio.Clip{Rate: p[0]}, p[1])
		require.Error(t, err)
	}
}

// The judge is libsoxr at 28 bits. The speech is first limited to our pass band, so that only accuracy is compared and not
// where the two filters begin to fall.
func TestSpeechIsWhatSoxrMakesOfIt(t *testing.T) {
	for _, to := range []int{44100, 48000, 24000, 16000} {
		sentence := audiotest.Sentences()[0]
		clip := audiotest.Speak(t, sentence[0], sentence[1])
		narrow, err := resample.Clip(clip, min(clip.Rate, to)*8/10)
		require.NoError(t, err)
		clip, err = resample.Clip(narrow, clip.Rate)
		require.NoError(t, err)

		command := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "f32le", "-ar", strconv.Itoa(clip.Rate), "-ac", "1", "-i", "-",
			"-af", "aresample=resampler=soxr:precision=28", "-f", "f32le", "-ar", strconv.Itoa(to), "-")
		command.Stdin = bytes.NewReader(audiotest.Encode(clip.Samples))
		data, err := command.Output()
		require.NoError(t, err, "this test needs ffmpeg with libsoxr: make test installs it")
		want := audiotest.Decode(data)

		out, err := resample.Clip(clip, to)
		require.NoError(t, err)
		require.InDelta(t, len(want), len(out.Samples), 2)
		var signal, difference float64
		for i := range min(len(want), len(out.Samples)) {
			w, d := float64(want[i]), float64(want[i]-out.Samples[i])
			signal, difference = signal+w*w, difference+d*d
		}
		snr := 10 * math.Log10(signal/difference)
		t.Logf("%d -> %d Hz: %.1f dB below the speech", clip.Rate, to, snr)
		require.Greater(t, snr, 100.0)
	}
}

func BenchmarkResample(b *testing.B) {
	for _, p := range [][2]int{{22050, 44100}, {24000, 44100}, {44100, 22050}, {48000, 44100}} {
		b.Run(strconv.Itoa(p[0])+"-"+strconv.Itoa(p[1]), func(b *testing.B) {
			r, err := resample.New(p[0], p[1])
			require.NoError(b, err)
			second := audiotest.Noise(p[0], 1, 1)
			out := make([]float32, 0, 2*p[1])
			b.ReportAllocs()
			for b.Loop() {
				out = r.Process(out[:0], second)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for _, p := range [][2]int{{22050, 44100}, {22050, 48000}, {47999, 48000}} {
		b.Run(strconv.Itoa(p[0])+"-"+strconv.Itoa(p[1]), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := resample.New(p[0], p[1])
				require.NoError(b, err)
			}
		})
	}
}
