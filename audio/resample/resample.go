// Package resample changes the sample rate of mono sound with a polyphase windowed-sinc filter, without delay and to the
// exact length. It is for rates that stand in a ratio of whole numbers; it is not for changing speed or pitch.
package resample

import (
	"fmt"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/internal/dot"
)

// Rates that New accepts, in Hz. The lower bound is below every format this project reads and keeps a false rate in a file
// header from blowing a short file up to fill the memory: the output is at most 96 times as long as the input.
const (
	MinRate = 4000
	MaxRate = 384000
)

// maxTerm bounds both terms of the reduced ratio of the rates, and with them the filter table: 14 MB of coefficients. All
// rates up to 48 kHz can be turned into one another; above, they must share a divisor, as the usual ones do.
const maxTerm = 48000

// block is how many input samples are filtered at a time.
const block = 4096

// RateError says which change of rate is impossible and why.
type RateError struct {
	From, To int // Hz
	Reason   string
}

// Error implements error.
func (e *RateError) Error() string {
	return fmt.Sprintf("resample from %d Hz to %d Hz: %s", e.From, e.To, e.Reason)
}

// Hint says what to do about it.
func (e *RateError) Hint() string {
	return "use a common rate such as 22050, 24000, 44100 or 48000 Hz; to convert a file: ffmpeg -i in.wav -ar 44100 out.wav"
}

// Resampler turns a stream of mono samples into one of another rate. It is not safe for concurrent use.
//
// Output sample m lies at the time of input sample m*from/to: the delay of the filter is taken out. The same input gives
// the same output however it is cut into calls of Process.
type Resampler struct {
	filter   [][]float32 // one row of taps for each of the up phases; nil when the rates are equal
	taps     int
	up, down int // the reduced ratio to/from

	buf   []float32 // the input that is still needed; the window of the next output sample begins at its start
	phase int       // in [0, up): how far the next output sample lies behind an input sample, in 1/up samples
}

// New is a Resampler from one rate to another, both in Hz. The error is a *RateError.
func New(from, to int) (*Resampler, error) {
	for _, rate := range []int{from, to} {
		if rate < MinRate || rate > MaxRate {
			return nil, &RateError{from, to, fmt.Sprintf("rates must be between %d and %d Hz", MinRate, MaxRate)}
		}
	}
	divisor := gcd(from, to)
	r := &Resampler{up: to / divisor, down: from / divisor}
	if max(r.up, r.down) > maxTerm {
		return nil, &RateError{from, to, fmt.Sprintf("the ratio %d/%d has no terms up to %d", r.up, r.down, maxTerm)}
	}
	if from == to {
		return r, nil
	}
	r.filter = design(r.up, r.down)
	r.taps = len(r.filter[0])
	r.buf = make([]float32, 0, r.taps+block)
	r.reset()
	return r, nil
}

// Clip is c at another rate (Hz), len(c.Samples)*to/c.Rate samples, rounded up. It leaves c alone; when c has the rate
// already, the result shares its samples.
func Clip(c audio.Clip, to int) (audio.Clip, error) {
	r, err := New(c.Rate, to)
	if err != nil {
		return audio.Clip{}, err
	}
	if c.Rate == to {
		return c, nil
	}
	samples := make([]float32, 0, r.length(len(c.Samples)))
	return audio.Clip{Samples: r.Flush(r.Process(samples, c.Samples)), Rate: to}, nil
}

// Process appends to dst the output that src, after all input before it, decides, and returns the extended dst. It
// keeps no reference to src. The last few milliseconds of input wait for what follows them, or for Flush.
func (r *Resampler) Process(dst, src []float32) []float32 {
	if r.filter == nil {
		return append(dst, src...)
	}
	for len(src) > 0 {
		n := min(len(src), cap(r.buf)-len(r.buf))
		r.buf = append(r.buf, src[:n]...)
		src = src[n:]
		dst = r.drain(dst)
	}
	return dst
}

// Flush appends the rest of the output to dst, as if silence followed, and makes the Resampler ready for another
// stream. All output for n samples of input is n*to/from samples, rounded up.
func (r *Resampler) Flush(dst []float32) []float32 {
	if r.filter == nil {
		return dst
	}
	dst = r.Process(dst, make([]float32, r.taps/2))
	r.reset()
	return dst
}

// reset puts zeros where the window of the first output sample reaches back before the input.
func (r *Resampler) reset() {
	r.buf = r.buf[:r.taps/2-1]
	clear(r.buf)
	r.phase = 0
}

// length is the number of output samples for n input samples.
func (r *Resampler) length(n int) int {
	whole, rest := n/r.down, n%r.down
	return whole*r.up + (rest*r.up+r.down-1)/r.down
}

// drain filters what is in buf and drops what no later output needs. The window is longer than the step from one to the
// next, so it never begins past the end of buf.
func (r *Resampler) drain(dst []float32) []float32 {
	step, rest := r.down/r.up, r.down%r.up
	pos, phase := 0, r.phase
	for pos+r.taps <= len(r.buf) {
		dst = append(dst, dot.Product(r.buf[pos:pos+r.taps], r.filter[phase]))
		pos += step
		if phase += rest; phase >= r.up {
			phase -= r.up
			pos++
		}
	}
	r.buf = r.buf[:copy(r.buf, r.buf[pos:])]
	r.phase = phase
	return dst
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
