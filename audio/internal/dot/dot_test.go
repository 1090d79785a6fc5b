package dot

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProductIsTheSameToTheBitAsInPlainGo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	odd := []float32{0, float32(math.Copysign(0, -1)), math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, 1e-40}
	for n := step; n <= 96; n += step {
		for range 200 {
			x, h := make([]float32, n), make([]float32, n+3)
			for i := range x {
				x[i], h[i] = float32(r.NormFloat64()), float32(r.NormFloat64())
				if r.IntN(20) == 0 {
					x[i] = odd[r.IntN(len(odd))]
				}
			}
			require.Equal(t, math.Float32bits(portable(x, h[:n])), math.Float32bits(Product(x, h)), "%v x %v", x, h)
		}
	}
}

func TestProductIsTheInnerProduct(t *testing.T) {
	x, h := []float32{1, 2, 3, 4, 5, 6, 7, 8}, []float32{9, 8, 7, 6, 5, 4, 3, 2, 1}
	require.InDelta(t, 9+2*8+3*7+4*6+5*5+6*4+7*3+8*2, Product(x, h), 0)
	x[3], h[3] = float32(math.Inf(1)), 0
	require.True(t, math.IsNaN(float64(Product(x, h))))
}

func TestALengthThatCannotBeComputedIsRefused(t *testing.T) {
	for _, n := range []int{0, 1, 4, 12} {
		require.Panics(t, func() { Product(make([]float32, n), make([]float32, 16)) })
	}
	require.Panics(t, func() { Product(make([]float32, 8), make([]float32, 4)) })
}

func BenchmarkProduct(b *testing.B) {
	x, h := make([]float32, 72), make([]float32, 72)
	for name, f := range map[string]func(x, h []float32) float32{"as it is": Product, "in plain Go": portable} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f(x, h)
			}
		})
	}
}
