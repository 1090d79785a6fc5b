package join

import (
	"math"

	"github.com/voicepress/voicepress/audio/loudness"
)

const (
	mostGain = 3.0 // dB: a clip that is further off is as loud or soft as it is meant to be, or something else is wrong

	// Loudness is that of speech from 3 s on, which is what EBU Tech 3341 looks at for a short-term loudness. Of a word
	// or two it is that of their vowels: so a clip of one block (0.4 s) is left alone up to 2 LU off, and a longer one less.
	sureAfter = 3.0 // seconds
	block     = 0.4 // seconds
	unsure    = 2.0 // LU
)

// Level brings the clips of a programme to one level, each to that of those before it: the mean of their energies, weighted
// by their lengths. It is for one goroutine. The zero value is ready for the first clip, which stays as it is.
type Level struct {
	energy  float64 // of the clips so far, times seconds
	seconds float64

	expected float64 // LUFS, before the first clip; 0 where it is not known
	held     bool
}

// Match amplifies samples of mono speech at rate Hz, in place, by at most 3 dB up or down, and returns by how many dB. The
// measure is the gated loudness of ITU-R BS.1770-4. A clip below its gate of -70 LUFS stays as it is and does not count.
func (l *Level) Match(samples []float32, rate int) (float64, error) {
	own, err := loudness.Of(samples, rate)
	if err != nil || math.IsInf(own, 0) {
		return 0, err
	}
	seconds := float64(len(samples)) / float64(rate)
	gain := 0.0
	if l.seconds > 0 {
		off := l.Loudness() - own
		tolerance := unsure * min(max((sureAfter-seconds)/(sureAfter-block), 0), 1)
		gain = math.Copysign(min(max(math.Abs(off)-tolerance, 0), mostGain), off)
	}
	if gain != 0 {
		factor := float32(math.Pow(10, gain/20))
		for i := range samples {
			samples[i] *= factor
		}
	}
	if !l.held {
		l.energy += math.Pow(10, (own+gain)/10) * seconds
		l.seconds += seconds
	}
	return gain, nil
}

// Hold keeps the level of the clips so far for all that follow. Otherwise it moves with them, as those that are too short to
// be sure of are not brought to it.
func (l *Level) Hold() { l.held = true }

// Expect tells, before the first clip, how loud it will be. Otherwise nothing is known until that is matched.
func (l *Level) Expect(samples []float32, rate int) error {
	own, err := loudness.Of(samples, rate)
	l.expected = own
	return err
}

// Loudness is that of the clips so far, in LUFS; before the first what is expected of it, or -Inf.
func (l *Level) Loudness() float64 {
	switch {
	case l.seconds == 0 && l.expected != 0:
		return l.expected
	case l.seconds == 0:
		return math.Inf(-1)
	}
	return 10 * math.Log10(l.energy/l.seconds)
}
