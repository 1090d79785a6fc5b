// Package audiotest holds what tests of audio code need: deterministic signals, the synthetic signals of the EBU loudness
// documents with their known readings, speech from espeak-ng, and files that fail after so many bytes. It is for tests
// only; nothing that ships imports it. Readers that give one byte at a time or an error at once are in testing/iotest.
package audiotest

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/voicepress/voicepress/audio"
)

// Tone is d of a sine at rate Hz: frequency in Hz, amplitude as peak (1 is full scale), phase in degrees.
func Tone(rate int, d time.Duration, frequency, amplitude, phase float64) []float32 {
	samples := make([]float32, audio.Samples(d, rate))
	for i := range samples {
		turns := frequency/float64(rate)*float64(i) + phase/360
		samples[i] = float32(amplitude * math.Sin(2*math.Pi*(turns-math.Floor(turns))))
	}
	return samples
}

// Noise is n samples of white noise, evenly spread over [-amplitude, amplitude]; the same seed gives the same samples.
func Noise(n int, amplitude float64, seed uint64) []float32 {
	random := rand.New(rand.NewPCG(seed, 0))
	samples := make([]float32, n)
	for i := range samples {
		samples[i] = float32(amplitude * (2*random.Float64() - 1))
	}
	return samples
}

// Bursts is d of a sound with the shape of speech: voiced syllables of 120 to 280 ms with a falling pitch and harmonics
// up to 4 kHz, every sixth one followed by a pause of 200 to 600 ms of digital silence. Its peak is about 0.7. The same
// seed gives the same samples.
func Bursts(rate int, d time.Duration, seed uint64) []float32 {
	random := rand.New(rand.NewPCG(seed, 1))
	samples := make([]float32, audio.Samples(d, rate))
	for at, syllable := 0, 0; at < len(samples); syllable++ {
		length := rate * (120 + random.IntN(160)) / 1000
		voice(samples[at:min(at+length, len(samples))], rate, 180-60*random.Float64(), 0.3+0.4*random.Float64())
		at += length
		if syllable%6 == 5 {
			at += rate * (200 + random.IntN(400)) / 1000
		}
	}
	return samples
}

// voice writes one syllable: harmonics of pitch (Hz) that fall by 6 dB an octave, under half a sine as envelope.
func voice(samples []float32, rate int, pitch, level float64) {
	top := min(4000, 0.45*float64(rate))
	for i := range samples {
		seconds, progress := float64(i)/float64(rate), float64(i)/float64(len(samples))
		var sum float64
		for k := 1.0; k*pitch < top; k++ {
			sum += math.Sin(2*math.Pi*k*pitch*seconds*(1-0.1*progress)) / k
		}
		samples[i] = float32(level * 0.55 * math.Sin(math.Pi*progress) * sum)
	}
}

// Silence is d of digital zero at rate Hz.
func Silence(rate int, d time.Duration) []float32 { return make([]float32, audio.Samples(d, rate)) }

// Peak is the largest absolute sample value.
func Peak(samples []float32) float64 {
	var peak float64
	for _, x := range samples {
		peak = max(peak, math.Abs(float64(x)))
	}
	return peak
}

// RMS is the root mean square of the samples, 0 for none.
func RMS(samples []float32) float64 {
	if len(samples) == 0 {
		return 0
	}
	var sum float64
	for _, x := range samples {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum / float64(len(samples)))
}

// DB is an amplitude in decibels: 0 for 1, -Inf for 0.
func DB(amplitude float64) float64 { return 20 * math.Log10(amplitude) }
