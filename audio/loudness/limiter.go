package loudness

import (
	"fmt"
	"math"
	"time"

	"github.com/voicepress/voicepress/audio"
)

// Times of the Limiter; the usual ones for speech, where the gain must be down before a plosive and back before the next
// syllable.
const (
	lookAhead = 5 * time.Millisecond
	release   = 50 * time.Millisecond
)

// released is how near to 1 the gain counts as 1: 0.001 dB.
const released = 1 - 1e-4

// Limiter keeps the true peak of mono or stereo sound below a ceiling by turning it down around each peak: both channels by
// the same gain, so that nothing moves between left and right. Where no peak is near, samples pass unchanged to the bit. The output does not depend on how the input is cut into calls. It is not safe for
// concurrent use.
//
// For each sample, the gain needed to bring the peak there under the ceiling is found with the interpolator of the
// Meter. The lowest gain needed within the look-ahead is held, released exponentially, and averaged over the look-ahead:
// so the gain goes down in a straight line and has arrived when the peak comes. The ceiling then holds to 0.05 dB, also for
// other meters, as long as the sound has little above 0.4 of its rate, as speech does; white noise up to half the rate is
// read up to 0.15 dB higher by meters whose filters fall off elsewhere.
type Limiter struct {
	interpolator *interpolator
	ceiling      float32 // absolute value
	recovery     float64 // how much of the way back to 1 the gain goes in a sample
	ahead        int     // by how many samples the gain found lags behind the sample searched

	bufs [][]float32 // of each channel: samples still to be put out (zeros before the first), then those still to be searched
	pos  int         // in bufs: the first sample still to be searched, at least ahead
	in   int         // samples taken of each channel
	out  int         // samples put out of each channel; negative while those before the first are passing

	now      int       // the number of the sample searched
	dips     []dip     // ring: gains needed below 1 within the look-ahead, the lowest first
	first, n int       // in dips
	gain     float64   // held and released
	average  []float64 // ring: the last gains
	next     int       // in average
	sum      float64   // of average
	low      int       // how many in average are below 1
}

// dip is a gain below 1 that the sample of that number needs.
type dip struct {
	sample int
	gain   float64
}

// NewLimiter is a Limiter for channels (1 or 2) at rate Hz (4 to 384 kHz) with a ceiling in dBTP (-60 to 0).
func NewLimiter(rate, channels int, ceiling float64) (*Limiter, error) {
	if rate < minRate || rate > maxRate {
		return nil, fmt.Errorf("limit peaks: sample rate of %d Hz: not between %d and %d", rate, minRate, maxRate)
	}
	if channels != 1 && channels != 2 {
		return nil, fmt.Errorf("limit peaks: %d channels: only one or two are supported", channels)
	}
	if !(ceiling >= -60 && ceiling <= 0) {
		return nil, fmt.Errorf("limit peaks: ceiling of %g dBTP: not between -60 and 0", ceiling)
	}
	window := audio.Samples(lookAhead, rate)
	l := &Limiter{
		interpolator: newInterpolator(),
		ceiling:      float32(math.Pow(10, ceiling/20)),
		recovery:     1 - math.Exp(-1/(release.Seconds()*float64(rate))),
		ahead:        window - 1, // at least 19, more than the margin that a block needs before it
		dips:         make([]dip, window+1),
		average:      make([]float64, window),
	}
	for range channels {
		l.bufs = append(l.bufs, make([]float32, 0, l.ahead+chunk))
	}
	l.reset()
	return l, nil
}

func (l *Limiter) reset() {
	for i, buf := range l.bufs {
		l.bufs[i] = buf[:l.ahead]
		clear(l.bufs[i])
	}
	l.pos, l.in, l.out, l.now = l.ahead, 0, -l.ahead, 0
	l.first, l.n = 0, 0
	l.gain = 1
	for i := range l.average {
		l.average[i] = 1
	}
	l.next, l.sum, l.low = 0, float64(len(l.average)), 0
}

// Process appends to dst what of the output is decided by the input so far, and returns the extended dst. Samples of two
// channels are interleaved, in whole pairs. It keeps no reference to src. About 6 ms of input wait for what follows them, or for Flush.
func (l *Limiter) Process(dst, src []float32) []float32 {
	l.in += len(src) / len(l.bufs)
	return l.process(dst, src)
}

// Flush appends the rest of the output and makes the Limiter ready for another stream. All output is as long as all
// input, and in step with it.
func (l *Limiter) Flush(dst []float32) []float32 {
	rest := l.in - max(l.out, 0)
	end := len(dst) + rest*len(l.bufs)
	dst = l.process(dst, make([]float32, (l.ahead+peakBlock+peakMargin)*len(l.bufs)))[:end]
	l.reset()
	return dst
}

func (l *Limiter) process(dst, src []float32) []float32 {
	for channels := len(l.bufs); len(src) >= channels; {
		n := min(len(src)/channels, cap(l.bufs[0])-len(l.bufs[0]))
		if channels == 1 {
			l.bufs[0] = append(l.bufs[0], src[:n]...)
		} else {
			for i := range n {
				l.bufs[0] = append(l.bufs[0], src[2*i])
				l.bufs[1] = append(l.bufs[1], src[2*i+1])
			}
		}
		src = src[n*channels:]
		for l.pos+peakBlock+peakMargin <= len(l.bufs[0]) {
			dst = l.limitBlock(dst)
		}
		done := l.pos - l.ahead
		for i, buf := range l.bufs {
			l.bufs[i] = buf[:copy(buf, buf[done:])]
		}
		l.pos = l.ahead
	}
	return dst
}

// limitBlock searches the next block and puts out the samples, as many, whose gain that decides.
func (l *Limiter) limitBlock(dst []float32) []float32 {
	var peaks [peakBlock]float32 // of the louder channel
	quiet := true
	for _, buf := range l.bufs {
		reach := (*[peakMargin + peakBlock + peakMargin]float32)(buf[l.pos-peakMargin:])
		if loudest(reach[:])*l.interpolator.gain <= l.ceiling {
			continue
		}
		quiet = false
		var own [peakBlock]float32
		l.interpolator.peaks(&own, reach)
		for i, peak := range own {
			if peak > peaks[i] {
				peaks[i] = peak
			}
		}
	}
	from := l.pos - l.ahead
	before := min(max(-l.out, 0), peakBlock) // samples before the first
	l.pos += peakBlock
	l.out += peakBlock
	if quiet && l.n == 0 && l.gain == 1 && l.low == 0 {
		l.now += peakBlock
		if len(l.bufs) == 1 {
			return append(dst, l.bufs[0][from+before:from+peakBlock]...)
		}
		for i := from + before; i < from+peakBlock; i++ {
			dst = append(dst, l.bufs[0][i], l.bufs[1][i])
		}
		return dst
	}
	for i, peak := range peaks {
		needed := 1.0
		if peak > l.ceiling {
			needed = float64(l.ceiling) / float64(peak)
		}
		gain := l.advance(needed)
		if i < before {
			continue
		}
		for _, buf := range l.bufs {
			dst = append(dst, float32(float64(buf[from+i])*gain))
		}
	}
	return dst
}

// wrapped is the place in the ring dips of i, which is at most one turn ahead. A division would take most of advance's time.
func (l *Limiter) wrapped(i int) int {
	if i >= len(l.dips) {
		return i - len(l.dips)
	}
	return i
}

// advance takes the gain that the sample searched needs, and is the gain of the sample that lies ahead samples back.
func (l *Limiter) advance(needed float64) float64 {
	// The lowest gain needed in the window, by a queue of falling minima: what a later and lower one hides is dropped.
	for l.n > 0 && l.dips[l.wrapped(l.first+l.n-1)].gain >= needed {
		l.n--
	}
	if needed < 1 {
		l.dips[l.wrapped(l.first+l.n)] = dip{l.now, needed}
		l.n++
	}
	if l.n > 0 && l.dips[l.first].sample < l.now-l.ahead {
		l.first = l.wrapped(l.first + 1)
		l.n--
	}
	l.now++

	l.gain += (1 - l.gain) * l.recovery
	if l.n > 0 {
		l.gain = min(l.gain, l.dips[l.first].gain)
	}
	if l.gain > released {
		l.gain = 1
	}
	old := l.average[l.next]
	l.average[l.next] = l.gain
	if l.next++; l.next == len(l.average) {
		l.next = 0
	}
	l.sum += l.gain - old
	if old < 1 {
		l.low--
	}
	if l.gain < 1 {
		l.low++
	}
	if l.low == 0 {
		l.sum = float64(len(l.average)) // without what rounding left in it
		return 1
	}
	return l.sum / float64(len(l.average))
}
