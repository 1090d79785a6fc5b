package resample

import "math"

// The filter, as parts of the lower of the two rates: flat up to passEdge, down by attenuation from half the rate on, so
// that nothing folds back. 0.40 of the rate is 8.8 kHz at the 22.05 kHz of most neural voices.
const (
	passEdge    = 0.40
	stopEdge    = 0.50
	attenuation = 110.0 // dB; tones of the pass band come out 117 dB or more above everything else
)

// design makes the taps of a low-pass filter for a change of rate by up/down: row p holds the weights of the input
// samples around a time that lies p/up samples behind an input sample, the middle of the row. The number of taps is a
// multiple of 8.
//
// Source of the formulas for length and shape: J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window
// function", Proc. IEEE ISCAS 1974.
func design(up, down int) [][]float32 {
	lower := min(1, float64(up)/float64(down)) // the lower rate, as a part of the input rate
	width := (stopEdge - passEdge) * lower
	cutoff := (stopEdge + passEdge) / 2 * lower
	beta := 0.1102 * (attenuation - 8.7)
	taps := int(math.Ceil((attenuation-7.95)/(14.36*width)/8)) * 8

	table := make([]float32, up*taps)
	rows := make([][]float32, up)
	weights := make([]float64, taps)
	for p := range rows {
		var sum float64
		for j := range weights {
			t := float64(p)/float64(up) - float64(j-(taps/2-1)) // in input samples, from the tap to the output sample
			weights[j] = 2 * cutoff * sinc(2*cutoff*t) * kaiser(2*t/float64(taps), beta)
			sum += weights[j]
		}
		rows[p] = table[p*taps : (p+1)*taps]
		for j, w := range weights {
			rows[p][j] = float32(w / sum) // every phase passes a constant unchanged
		}
	}
	return rows
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// kaiser is the Kaiser window at x, which runs from -1 to 1.
func kaiser(x, beta float64) float64 {
	return bessel0(beta*math.Sqrt(max(0, 1-x*x))) / bessel0(beta)
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
