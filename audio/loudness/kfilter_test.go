package loudness

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The numbers are tables 1 and 2 of ITU-R BS.1770-4 annex 1.
func TestFilterIsTheStandardsAt48kHz(t *testing.T) {
	f := newKFilter(48000)
	for _, c := range []struct{ want, got float64 }{
		{1.53512485958697, f.shelf.b0},
		{-2.69169618940638, f.shelf.b1},
		{1.19839281085285, f.shelf.b2},
		{-1.69065929318241, f.shelf.a1},
		{0.73248077421585, f.shelf.a2},
		{1, f.pass.b0},
		{-2, f.pass.b1},
		{1, f.pass.b2},
		{-1.99004745483398, f.pass.a1},
		{0.99007225036621, f.pass.a2},
	} {
		require.InDelta(t, c.want, c.got, 1e-9)
	}
}

func TestNoEstimateExceedsTheBound(t *testing.T) {
	f := newInterpolator()
	for p := range f.rows {
		// The worst input for a row has the signs of its weights.
		var x [peakMargin + peakBlock + peakMargin]float32
		for i := range x {
			x[i] = 1
		}
		for j, w := range f.rows[p] {
			if w < 0 {
				x[10+j] = -1
			}
		}
		var peaks [peakBlock]float32
		f.peaks(&peaks, &x)
		require.LessOrEqual(t, loudest(peaks[:]), f.gain)
		require.Greater(t, loudest(peaks[:]), 0.6*f.gain, "the bound should not be much too wide")
	}
}
