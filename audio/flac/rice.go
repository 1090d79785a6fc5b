package flac

import "math/bits"

const (
	maxPartitions = 6  // binary logarithm
	narrowLimit   = 14 // the largest Rice parameter of the coding method with four bits; 15 is the escape code
)

// riceCode is how a residual is coded (section 9.2.7): in partitions, each with its parameter.
type riceCode struct {
	partitions uint // binary logarithm of their number
	parameters [1 << maxPartitions]uint8
	size       int // bits, estimated
}

// fold maps a residual to a number without a sign: 0, -1, 1, -2 to 0, 1, 2, 3.
func fold(e int32) uint32 { return uint32(e)<<1 ^ uint32(e>>31) }

// findRice finds the code for the residual of a block of n samples, of which order are not in it.
func findRice(residual []int32, n, order int) riceCode {
	most := uint(min(maxPartitions, bits.TrailingZeros(uint(n))))
	for most > 0 && n>>most <= order {
		most--
	}
	var sums [1 << maxPartitions]uint64
	rest, count := residual, n>>most-order
	for i := range sums[:1<<most] {
		for _, e := range rest[:count] {
			sums[i] += uint64(fold(e))
		}
		rest, count = rest[count:], n>>most
	}
	var best riceCode
	for logarithm := int(most); logarithm >= 0; logarithm-- {
		c := riceCode{partitions: uint(logarithm), size: 6} // method and number of partitions
		for i, sum := range sums[:1<<logarithm] {
			count := n >> logarithm
			if i == 0 {
				count -= order
			}
			k, size := parameter(sum, count)
			c.parameters[i] = k
			c.size += 4 + size
		}
		if logarithm == int(most) || c.size < best.size {
			best = c
		}
		for i := range 1 << logarithm / 2 {
			sums[i] = sums[2*i] + sums[2*i+1]
		}
	}
	return best
}

// parameter is the best Rice parameter for count numbers, and about how many bits they take: each k+1, and the number
// without its lowest k bits, which are half their highest value on average.
func parameter(sum uint64, count int) (uint8, int) {
	if count == 0 {
		return 0, 0
	}
	top := bits.Len64(sum / uint64(count))
	best, size := 0, int(sum)+count
	for k := max(1, top-2); k <= min(top, 30); k++ {
		if s := count*(k+1) + int(sum>>k) - (count-count>>k)/2; s < size {
			best, size = k, s
		}
	}
	return uint8(best), size
}

// write appends the coded residual.
func (c *riceCode) write(w *bitWriter, residual []int32, n, order int) {
	width := uint(4)
	for _, k := range c.parameters[:1<<c.partitions] {
		if k > narrowLimit {
			width = 5
		}
	}
	w.put(uint32(width-4), 2)
	w.put(uint32(c.partitions), 4)
	count := n>>c.partitions - order
	for _, k := range c.parameters[:1<<c.partitions] {
		w.put(uint32(k), width)
		for _, e := range residual[:count] {
			w.rice(fold(e), uint(k))
		}
		residual, count = residual[count:], n>>c.partitions
	}
}
