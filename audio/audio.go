// Package audio holds the one audio type that crosses package borders, Clip, and the arithmetic on it.
//
// Its sub-packages are the crafts that work on clips: signal processing (resample, loudness, join), file formats
// (wav, mp3, flac, opus, m4a, and decode for all of them), and what a finished file says about itself (id3, timing, disclosure). It is not for reading articles or
// for speech engines, and imports neither.
package audio

import "time"

// Clip is mono sound: samples in [-1, 1] at Rate samples a second (Hz). A Clip owns its samples; a function that keeps
// or changes a caller's samples says so.
type Clip struct {
	Samples []float32
	Rate    int
}

// Duration is the length of the clip.
func (c Clip) Duration() time.Duration { return Duration(len(c.Samples), c.Rate) }

// Duration is the time that n samples take at rate Hz, rounded to the nearest nanosecond.
func Duration(n, rate int) time.Duration {
	if rate <= 0 {
		return 0
	}
	seconds, rest := int64(n)/int64(rate), int64(n)%int64(rate)
	return time.Duration(seconds)*time.Second + time.Duration((rest*int64(time.Second)+int64(rate)/2)/int64(rate))
}

// Samples is the number of samples nearest to d at rate Hz.
func Samples(d time.Duration, rate int) int {
	seconds, rest := int64(d/time.Second), int64(d%time.Second)
	return int(seconds*int64(rate) + (rest*int64(rate)+int64(time.Second)/2)/int64(time.Second))
}
