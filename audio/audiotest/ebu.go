package audiotest

import (
	"math"
	"time"
)

// Loudness is a test signal and what a correct meter reads on it. A reading the documents do not give is NaN.
type Loudness struct {
	Name     string
	Rate     int // Hz
	Channels int
	Samples  []float32 // interleaved

	Integrated float64 // LUFS, within 0.1 LU
	Range      float64 // LU, within 1 LU
	TruePeak   float64 // dBTP, within +0.2 and -0.4 dB
}

// EBU is the signals of EBU Tech 3341 (cases 1 to 5 and 15 to 19) and EBU Tech 3342 (cases 1 to 4) that can be
// generated, at rate Hz: sines of 1 kHz in both channels at stepped levels, and sines whose peaks fall between samples.
func EBU(rate int) []Loudness {
	none := math.NaN()
	steps := func(name string, integrated, loudnessRange float64, levels ...level) Loudness {
		return Loudness{name, rate, 2, stereoSteps(rate, levels), integrated, loudnessRange, none}
	}
	peak := func(name string, divisor, phase, amplitude, want float64) Loudness {
		samples := Tone(rate, 3*time.Second, float64(rate)/divisor, amplitude, phase)
		fadeEnds(samples, rate/5)
		return Loudness{name, rate, 1, samples, none, none, want}
	}
	return []Loudness{
		steps("tech 3341 case 1", -23, none, level{-23, 20}),
		steps("tech 3341 case 2", -33, none, level{-33, 20}),
		steps("tech 3341 case 3", -23, none, level{-36, 10}, level{-23, 60}, level{-36, 10}),
		steps("tech 3341 case 4", -23, none, level{-72, 10}, level{-36, 10}, level{-23, 60}, level{-36, 10}, level{-72, 10}),
		steps("tech 3341 case 5", -23, none, level{-26, 20}, level{-20, 20.1}, level{-26, 20}),
		steps("tech 3342 case 1", none, 10, level{-20, 20}, level{-30, 20}),
		steps("tech 3342 case 2", none, 5, level{-20, 20}, level{-15, 20}),
		steps("tech 3342 case 3", none, 20, level{-40, 20}, level{-20, 20}),
		steps("tech 3342 case 4", none, 15, level{-50, 20}, level{-35, 20}, level{-20, 20}, level{-35, 20}, level{-50, 20}),
		peak("tech 3341 case 15", 4, 0, 0.5, -6),
		peak("tech 3341 case 16", 4, 45, 0.5, -6),
		peak("tech 3341 case 17", 6, 60, 0.5, -6),
		peak("tech 3341 case 18", 8, 67.5, 0.5, -6),
		peak("tech 3341 case 19", 4, 45, 1.41, 3),
	}
}

type level struct{ dBFS, seconds float64 }

// stereoSteps is a sine of 1 kHz without a break, the same in both channels, whose peak level steps through levels.
func stereoSteps(rate int, levels []level) []float32 {
	var samples []float32
	for _, l := range levels {
		amplitude := math.Pow(10, l.dBFS/20)
		for range int(math.Round(l.seconds * float64(rate))) {
			turns := 1000 * float64(len(samples)/2) / float64(rate)
			x := float32(amplitude * math.Sin(2*math.Pi*(turns-math.Floor(turns))))
			samples = append(samples, x, x)
		}
	}
	return samples
}

// fadeEnds ramps the first and last n samples: a hard start is itself a peak between samples, up to 0.6 dB higher.
func fadeEnds(samples []float32, n int) {
	for i := range n {
		gain := float32(i) / float32(n)
		samples[i] *= gain
		samples[len(samples)-1-i] *= gain
	}
}
