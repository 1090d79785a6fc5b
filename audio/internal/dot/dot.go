// Package dot has the inner product that the filters of package audio spend their time in. It is not for vectors of any
// other length or type.
package dot

// lanes is how many sums run side by side, because one addition waits for the one before it. It is also what a processor
// adds at once.
const lanes = 4

// step is how many products are computed in a turn of the loop.
const step = 2 * lanes

// Product is the inner product of x and the beginning of h: four sums, each of every fourth product, added up as
// (a+b)+(c+d). The length of x is a multiple of 8 that is not 0, and h is at least as long. On one kind of processor the
// result is the same to the bit however it is computed.
func Product(x, h []float32) float32 {
	if len(x) == 0 || len(x)%step != 0 {
		panic("dot: a length that is no multiple of 8")
	}
	return product(x, h[:len(x)])
}

func portable(x, h []float32) float32 {
	var a, b, c, d float32
	for len(x) >= lanes && len(h) >= lanes {
		p, q := (*[lanes]float32)(x), (*[lanes]float32)(h)
		a += p[0] * q[0]
		b += p[1] * q[1]
		c += p[2] * q[2]
		d += p[3] * q[3]
		x, h = x[lanes:], h[lanes:]
	}
	return (a + b) + (c + d)
}
