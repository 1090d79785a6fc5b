// Package loudness measures and bounds how loud sound is: integrated loudness and loudness range after ITU-R BS.1770-4
// and EBU R 128, true peak, and a look-ahead limiter for true peaks. It is not for choosing a target or for applying a
// plain gain; whoever makes the programme does that.
package loudness

import (
	"fmt"
	"math"
)

// Sample rates that a Meter and a Limiter work at, in Hz: those that package resample knows.
const (
	minRate = 4000
	maxRate = 384000
)

// chunk is how many frames are worked on at a time.
const chunk = 4096

// Meter measures a stream of one or two channels. It keeps one number for each 100 ms: 0.3 MB for an hour. It is not
// safe for concurrent use.
//
// A stretch of 100 ms with an infinite sample or a NaN in it counts as silence.
type Meter struct {
	channels []channel
	scratch  []float32 // one channel of a chunk
	hop      int       // frames in 100 ms
	frames   int       // in the hop that is being filled
	peakless bool      // leaves peaks out, which take most of the time
	energies []float64 // mean square of each full hop, summed over the channels
}

// channel is what a Meter remembers about one channel.
type channel struct {
	weighting kFilter
	peak      peakTracker
}

// NewMeter is a Meter for channels (1 or 2) at rate Hz. The sample rates it takes are 4 to 384 kHz.
func NewMeter(rate, channels int) (*Meter, error) {
	if rate < minRate || rate > maxRate {
		return nil, fmt.Errorf("measure loudness: sample rate of %d Hz: not between %d and %d", rate, minRate, maxRate)
	}
	if channels != 1 && channels != 2 {
		return nil, fmt.Errorf("measure loudness: %d channels: only one or two are supported", channels)
	}
	m := &Meter{channels: make([]channel, channels), scratch: make([]float32, chunk), hop: (rate + 5) / 10}
	interpolator := newInterpolator()
	for i := range m.channels {
		m.channels[i] = channel{newKFilter(float64(rate)), newPeakTracker(interpolator)}
	}
	return m, nil
}

// Of is the integrated loudness of mono samples at rate Hz (4 to 384 kHz), in LUFS. See Meter.Integrated.
func Of(samples []float32, rate int) (float64, error) {
	m, err := NewMeter(rate, 1)
	if err != nil {
		return 0, err
	}
	m.peakless = true
	m.Write(samples)
	return m.Integrated(), nil
}

// Write measures samples, interleaved when there are two channels; an incomplete last frame is ignored. The readings do
// not depend on how the stream is cut into calls.
func (m *Meter) Write(samples []float32) {
	for n := len(m.channels); len(samples) >= n; {
		frames := min(chunk, m.hop-m.frames, len(samples)/n)
		for i := range m.channels {
			x := samples[:frames]
			if n > 1 {
				x = m.scratch[:frames]
				for k := range x {
					x[k] = samples[k*n+i]
				}
			}
			m.channels[i].weighting.write(x)
			if !m.peakless {
				m.channels[i].peak.write(x)
			}
		}
		samples = samples[frames*n:]
		if m.frames += frames; m.frames == m.hop {
			var sum float64
			for i := range m.channels {
				sum += m.channels[i].weighting.end()
			}
			m.energies = append(m.energies, sum/float64(m.hop))
			m.frames = 0
		}
	}
}

// TruePeak is the highest level the sound reaches between its samples, in dBTP; -Inf for silence.
func (m *Meter) TruePeak() float64 {
	var peak float64
	for i := range m.channels {
		peak = max(peak, float64(m.channels[i].peak.value()))
	}
	return 20 * math.Log10(peak)
}
