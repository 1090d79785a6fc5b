package loudness

import (
	"math"

	"github.com/voicepress/voicepress/audio/internal/dot"
)

// The filter that finds peaks between samples: four times oversampling as in ITU-R BS.1770-4 annex 2, with twice the
// taps of its example, so that it is flat (0.02 dB) up to 0.42 of the sample rate.
const (
	oversampling    = 4
	peakTaps        = 24
	peakAttenuation = 60.0 // dB

	// peakBlock samples are searched, or found to be too quiet to matter, at a time; peakMargin more are needed on
	// either side of them.
	peakBlock  = 32
	peakMargin = peakTaps / 2
)

// interpolator estimates the peaks between samples.
type interpolator struct {
	rows [oversampling - 1][peakTaps]float32 // the weights for 1/4, 2/4 and 3/4 after a sample
	gain float32                             // no estimate is more than this times the largest sample in reach
}

func newInterpolator() *interpolator {
	// Kaiser's formula for the window's shape at 50 dB and above.
	beta := 0.1102 * (peakAttenuation - 8.7)
	var f interpolator
	for p := range f.rows {
		var weights [peakTaps]float64
		var sum, absolute float64
		for j := range weights {
			t := float64(p+1)/oversampling - float64(j-(peakMargin-1))
			window := bessel0(beta*math.Sqrt(1-t*t/(peakMargin*peakMargin))) / bessel0(beta)
			weights[j] = math.Sin(math.Pi*t) / (math.Pi * t) * window
			sum += weights[j]
			absolute += math.Abs(weights[j])
		}
		for j, w := range weights {
			f.rows[p][j] = float32(w / sum)
		}
		f.gain = max(f.gain, float32(absolute/sum))
	}
	// summit adds at most an eighth of the step between two neighbours, which is at most twice the largest of them. The
	// last factor makes up for rounding.
	f.gain *= 1.25 * 1.0001
	return &f
}

// bessel0 is the modified Bessel function of the first kind and order 0, by its power series.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-17*sum; k++ {
		term *= x * x / (4 * k * k)
		sum += term
	}
	return sum
}

// peaks sets dst[i] to the largest absolute value from a bit (an eighth of a sample) before sample i to as much before
// the next one. x is a block of samples with the margin before and after it.
func (f *interpolator) peaks(dst *[peakBlock]float32, x *[peakMargin + peakBlock + peakMargin]float32) {
	const last = oversampling - 2
	var fine [1 + oversampling*peakBlock + 1]float32
	fine[0] = dot.Product(f.rows[last][:], x[:])
	for i := range peakBlock {
		window := x[i+1:]
		fine[oversampling*i+1] = x[peakMargin+i]
		for p := range f.rows {
			fine[oversampling*i+2+p] = dot.Product(f.rows[p][:], window)
		}
	}
	fine[len(fine)-1] = x[peakMargin+peakBlock]
	for i := range dst {
		dst[i] = 0
		for k := oversampling*i + 1; k <= oversampling*(i+1); k++ {
			if y := summit(fine[k-1], fine[k], fine[k+1]); y > dst[i] {
				dst[i] = y
			}
		}
	}
}

// summit is the absolute value of b, or, where it is the largest of the three, the height of the parabola through them:
// that finds the peak of a sine of 0.45 of the sample rate to 0.04 dB where four points a sample alone miss 0.55 dB.
func summit(a, b, c float32) float32 {
	if b < 0 {
		a, b, c = -a, -b, -c
	}
	if a > b || c > b || a+c == 2*b {
		return b
	}
	return b + (c-a)*(c-a)/(8*(2*b-a-c))
}

// loudest is the largest absolute value in x.
func loudest(x []float32) float32 {
	const sign = 1 << 31
	var most uint32 // the bits of absolute values are in the order of the values
	for _, v := range x {
		most = max(most, math.Float32bits(v)&^sign)
	}
	return math.Float32frombits(most)
}

// peakTracker finds the true peak of a stream. It interpolates only where the samples in reach are large enough to
// exceed the peak so far, which changes nothing in the result.
type peakTracker struct {
	*interpolator
	buf  []float32 // the margin, then samples not yet searched
	peak float32   // so far, absolute
}

func newPeakTracker(f *interpolator) peakTracker {
	return peakTracker{interpolator: f, buf: make([]float32, peakMargin, peakMargin+peakBlock+peakMargin+chunk)}
}

// write takes at most chunk samples.
func (t *peakTracker) write(x []float32) {
	t.buf = append(t.buf, x...)
	rest := t.search(t.buf)
	t.buf = t.buf[:copy(t.buf, rest)]
}

// search raises the peak to that of the full blocks in x and is what is left: the margin and an unfinished block.
func (t *peakTracker) search(x []float32) []float32 {
	for ; len(x) >= peakMargin+peakBlock+peakMargin; x = x[peakBlock:] {
		reach := (*[peakMargin + peakBlock + peakMargin]float32)(x)
		if loudest(reach[:])*t.gain <= t.peak {
			continue
		}
		var peaks [peakBlock]float32
		t.peaks(&peaks, reach)
		for _, y := range peaks {
			if y > t.peak {
				t.peak = y
			}
		}
	}
	return x
}

// value is the peak of all that was written, as if silence followed. The stream may go on after it.
func (t *peakTracker) value() float32 {
	end := *t
	end.search(append(t.buf[:len(t.buf):len(t.buf)], make([]float32, peakMargin+peakBlock)...))
	return end.peak
}
