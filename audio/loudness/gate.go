package loudness

import (
	"math"
	"slices"
)

// Blocks and gates. Sources: ITU-R BS.1770-4 annex 1 for the integrated loudness, EBU Tech 3342 for the loudness range.
const (
	blockHops    = 4     // a gating block is 400 ms; a new one begins each 100 ms, an overlap of 75 %
	absoluteGate = -70.0 // LUFS
	relativeGate = -10.0 // LU below the loudness of the blocks above the absolute gate

	rangeHops         = 30    // the loudness range looks at 3 s
	rangeRelativeGate = -20.0 // LU
	rangeLow          = 0.10  // the quantiles whose distance is the range
	rangeHigh         = 0.95
)

// lufs is the loudness of a K-weighted mean square.
//
// Source: ITU-R BS.1770-4 annex 1; the constant makes a sine of 997 Hz at full scale in one channel read -3.01.
func lufs(energy float64) float64 { return -0.691 + 10*math.Log10(energy) }

// energyAt is the K-weighted mean square whose loudness is l.
func energyAt(l float64) float64 { return math.Pow(10, (l+0.691)/10) }

// Integrated is the gated loudness of all that was written, in LUFS; -Inf when nothing is above the gate of -70 LUFS.
//
// The standard knows no loudness below 400 ms. Shorter sound is measured as one block of the length it has, so that a
// word of 300 ms has the loudness of its mean power.
func (m *Meter) Integrated() float64 {
	blocks := m.blocks(blockHops)
	if len(blocks) == 0 {
		blocks = m.everything()
	}
	blocks = above(blocks, energyAt(absoluteGate))
	return lufs(mean(above(blocks, mean(blocks)*math.Pow(10, relativeGate/10))))
}

// Range is the loudness range of all that was written, in LU: the distance between its quiet and its loud parts, without
// the very quiet and the very loud. Sound shorter than 3 s has the range 0.
func (m *Meter) Range() float64 {
	blocks := above(m.blocks(rangeHops), energyAt(absoluteGate))
	blocks = above(blocks, mean(blocks)*math.Pow(10, rangeRelativeGate/10))
	if len(blocks) == 0 {
		return 0
	}
	slices.Sort(blocks)
	quantile := func(q float64) float64 { return blocks[int(math.Round(q*float64(len(blocks)-1)))] }
	return lufs(quantile(rangeHigh)) - lufs(quantile(rangeLow))
}

// blocks is the mean square of each full window of hops, one for each hop that ends one.
func (m *Meter) blocks(hops int) []float64 {
	var blocks []float64
	for end := hops; end <= len(m.energies); end++ {
		blocks = append(blocks, mean(m.energies[end-hops:end]))
	}
	return blocks
}

// everything is one block of all frames so far, also those of the hop that is not full.
func (m *Meter) everything() []float64 {
	frames := len(m.energies)*m.hop + m.frames
	if frames == 0 {
		return nil
	}
	var sum float64
	for _, e := range m.energies {
		sum += e * float64(m.hop)
	}
	for i := range m.channels {
		sum += m.channels[i].weighting.squares
	}
	return []float64{sum / float64(frames)}
}

// above is the values greater than gate; it reuses the storage of values.
func above(values []float64, gate float64) []float64 {
	return slices.DeleteFunc(values, func(v float64) bool { return !(v > gate) })
}

// mean is the mean of values, 0 for none.
func mean(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	var sum float64
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}
