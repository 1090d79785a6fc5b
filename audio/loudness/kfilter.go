package loudness

import "math"

// biquad is a filter of second order with a0 = 1.
type biquad struct{ b0, b1, b2, a1, a2 float64 }

// kFilter is the K weighting of ITU-R BS.1770-4: a high shelf for the head, then a high-pass.
type kFilter struct {
	shelf, pass    biquad
	s1, s2, p1, p2 float64 // the states of the two, in transposed direct form II
	squares        float64 // the sum of the squares of what came out
}

// newKFilter is the K weighting for rate Hz.
//
// The standard gives coefficients for 48 kHz alone and asks for the same frequency response elsewhere. The frequencies,
// gain and qualities below are those of the two analogue filters that the bilinear transform turns into the standard's
// numbers at 48 kHz, to nine places; a test compares them.
func newKFilter(rate float64) kFilter {
	const (
		shelfFrequency = 1681.974450955533 // Hz
		shelfGain      = 3.999843853973347 // dB
		shelfQ         = 0.7071752369554196
		shelfMiddle    = 0.4996667741545416 // the exponent of the gain at the shelf's own frequency, nearly one half
		passFrequency  = 38.13547087602444  // Hz
		passQ          = 0.5003270373238773
	)
	var f kFilter

	k := math.Tan(math.Pi * shelfFrequency / rate)
	high := math.Pow(10, shelfGain/20)
	middle := math.Pow(high, shelfMiddle)
	a0 := 1 + k/shelfQ + k*k
	f.shelf = biquad{
		b0: (high + middle*k/shelfQ + k*k) / a0,
		b1: 2 * (k*k - high) / a0,
		b2: (high - middle*k/shelfQ + k*k) / a0,
		a1: 2 * (k*k - 1) / a0,
		a2: (1 - k/shelfQ + k*k) / a0,
	}

	k = math.Tan(math.Pi * passFrequency / rate)
	a0 = 1 + k/passQ + k*k
	f.pass = biquad{b0: 1, b1: -2, b2: 1, a1: 2 * (k*k - 1) / a0, a2: (1 - k/passQ + k*k) / a0}
	return f
}

// write filters x and adds to squares.
func (f *kFilter) write(x []float32) {
	s, p := f.shelf, f.pass
	s1, s2, p1, p2 := f.s1, f.s2, f.p1, f.p2
	sum := f.squares
	for _, sample := range x {
		v := float64(sample)
		u := s.b0*v + s1
		s1 = s.b1*v - s.a1*u + s2
		s2 = s.b2*v - s.a2*u
		y := u + p1
		p1 = p2 - 2*u - p.a1*y
		p2 = u - p.a2*y
		sum += y * y
	}
	f.s1, f.s2, f.p1, f.p2, f.squares = s1, s2, p1, p2, sum
}

// end is the sum of the squares since the last end, and 0 where a false sample has spoilt it; then the filter starts anew.
func (f *kFilter) end() float64 {
	sum := f.squares
	f.squares = 0
	// A decay that cannot be heard is cut off before it reaches the numbers below 1e-308 that processors are slow with.
	const inaudible = 1e-30
	spoilt := math.IsNaN(sum) || math.IsInf(sum, 0)
	if spoilt || max(math.Abs(f.s1), math.Abs(f.s2), math.Abs(f.p1), math.Abs(f.p2)) < inaudible {
		f.s1, f.s2, f.p1, f.p2 = 0, 0, 0, 0
	}
	if spoilt {
		return 0
	}
	return sum
}
