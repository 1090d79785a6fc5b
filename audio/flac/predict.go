package flac

import "math"

const (
	maxFixed  = 4
	maxLinear = 8 // orders of linear prediction that are searched

	// precision is the bits of a coefficient: with 17-bit samples and maxLinear of them a sum fits in 32 bits, which some
	// decoders make use of.
	precision = 12
)

// fixedOrder is the order of the fixed predictor (section 9.2.5) with the smallest residual. Its coefficients are those
// of differences of differences.
func fixedOrder(x []int32) int {
	if len(x) <= maxFixed {
		return 0
	}
	var sums [maxFixed + 1]uint64
	last := [maxFixed]int32{x[3], x[3] - x[2], x[3] - 2*x[2] + x[1], x[3] - 3*x[2] + 3*x[1] - x[0]}
	for _, e := range x[maxFixed:] {
		for order := range maxFixed {
			sums[order] += magnitude(e)
			e, last[order] = e-last[order], e
		}
		sums[maxFixed] += magnitude(e)
	}
	best := 0
	for order, sum := range sums {
		if sum < sums[best] {
			best = order
		}
	}
	return best
}

func magnitude(x int32) uint64 {
	sign := x >> 31
	return uint64(uint32((x ^ sign) - sign))
}

// fixedResidual appends to residual what the fixed predictor of that order leaves.
func fixedResidual(residual, x []int32, order int) []int32 {
	for i := order; i < len(x); i++ {
		e := x[i]
		switch order {
		case 1:
			e -= x[i-1]
		case 2:
			e -= 2*x[i-1] - x[i-2]
		case 3:
			e -= 3*x[i-1] - 3*x[i-2] + x[i-3]
		case 4:
			e -= 4*x[i-1] - 6*x[i-2] + 4*x[i-3] - x[i-4]
		}
		residual = append(residual, e)
	}
	return residual
}

// tukey is a window of n samples whose outer quarters rise and fall as half a cosine.
func tukey(n int) []float64 {
	window := make([]float64, n)
	edge := n / 4
	for i := range window {
		window[i] = 1
		if at := min(i, n-1-i); at < edge {
			window[i] = 0.5 - 0.5*math.Cos(math.Pi*(float64(at)+0.5)/float64(edge))
		}
	}
	return window
}

// linear is a linear predictor (section 9.2.6): the sum of coefficients times the samples before, shifted right.
type linear struct {
	order        int
	coefficients [maxLinear]int32 // the first is for the sample just before
	shift        uint
}

// findLinear finds the predictor for x: by the autocorrelation of x under window, of which scratch takes the product,
// Levinson and Durbin's recursion, and the order that promises the fewest bits. It has order 0 where there is none. Sums
// are written so that no compiler makes fused multiplications of them: every machine finds the same predictor.
func findLinear(x []int32, bits uint, window, scratch []float64) linear {
	for i, v := range x {
		scratch[i] = float64(v) * window[i]
	}
	windowed := scratch[:len(x)]
	highest := min(maxLinear, len(x)-1)
	var auto [maxLinear + 1]float64
	for lag := range highest + 1 {
		var sum float64
		late := windowed[lag:]
		for i, v := range windowed[:len(late)] {
			sum += float64(v * late[i])
		}
		auto[lag] = sum
	}
	if auto[0] == 0 {
		return linear{}
	}
	var a, best [maxLinear]float64
	order, fewest := 0, math.Inf(1)
	left := auto[0] // energy of the residual
	for i := range highest {
		reflection := auto[i+1]
		for j := range i {
			reflection -= float64(a[j] * auto[i-j])
		}
		reflection /= left
		before := a
		a[i] = reflection
		for j := range i {
			a[j] = before[j] - float64(reflection*before[i-1-j])
		}
		left *= 1 - float64(reflection*reflection)
		if !(left > 0) {
			break
		}
		// A Laplacian residual of that variance takes half its binary logarithm, and a constant, of bits a sample.
		perSample := max(0, 0.5*math.Log2(left/float64(len(x))))
		if n := float64(perSample*float64(len(x)-i-1)) + float64((i+1)*(precision+int(bits))); n < fewest {
			order, fewest, best = i+1, n, a
		}
	}
	return quantize(best[:order])
}

// quantize rounds coefficients to integers of precision bits. What rounding one loses is made up for by the next.
func quantize(a []float64) linear {
	var largest float64
	for _, c := range a {
		largest = max(largest, math.Abs(c))
	}
	if largest == 0 {
		return linear{}
	}
	_, exponent := math.Frexp(largest) // largest < 2^exponent
	shift := min(precision-1-exponent, 15)
	if shift < 0 {
		return linear{} // a predictor so steep is none
	}
	p := linear{order: len(a), shift: uint(shift)}
	const highest = 1<<(precision-1) - 1
	var rest float64
	for i, c := range a {
		rest += math.Ldexp(c, shift)
		rounded := min(max(math.Round(rest), -highest-1), highest)
		p.coefficients[i] = int32(rounded)
		rest -= rounded
	}
	return p
}

// maxResidual bounds a residual far below the 32 bits that it may have (section 9.2.7.3).
const maxResidual = 1 << 28

// residual appends to out what the predictor leaves of x. It is false where that is far too much.
func (p *linear) residual(out, x []int32) ([]int32, bool) {
	c := p.coefficients
	for i := p.order; i < len(x); i++ {
		var sum int64
		for j, v := range x[i-p.order : i] {
			sum += int64(c[(p.order-1-j)&(maxLinear-1)]) * int64(v)
		}
		e := int64(x[i]) - sum>>p.shift
		if e <= -maxResidual || e >= maxResidual {
			return out, false
		}
		out = append(out, int32(e))
	}
	return out, true
}
