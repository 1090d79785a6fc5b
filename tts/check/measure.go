package check

import (
	"math"

	"github.com/voicepress/voicepress/audio"
)

// silence is the mean square up to which a frame is silent: -50 dBFS, as in audio/join, whose measure of silence decides
// what a listener gets.
const silence = 1e-5

// framesPerSecond makes frames of 10 ms, the length over which loudness is taken.
const framesPerSecond = 100

// sound is what one pass over the samples tells.
type sound struct {
	clip    audio.Clip
	hop     int       // samples a frame
	power   []float64 // mean square of each frame
	from    int       // the first frame in which something is heard
	to      int       // the frame after the last one; from = to where nothing is
	level   float64   // dBFS: root mean square of the frames that are not silent
	offset  float64   // mean of all samples
	clipped int       // samples of full scale beside others of the same sign
	broken  bool      // some sample is no number
}

// fullScale is what a sample reaches whose peak was cut off, and clippedRun how many of them in a row do not come about
// otherwise: at 22,050 Hz a tone of 1 kHz has one sample within 0.1 % of its peak.
const (
	fullScale  = 0.999
	clippedRun = 3
)

func measure(clip audio.Clip) sound {
	s := sound{clip: clip, hop: max(clip.Rate/framesPerSecond, 1)}
	s.power = make([]float64, 0, len(clip.Samples)/s.hop+1)
	var total, squares float64
	run, active := 0, 0
	for at := 0; at < len(clip.Samples); at += s.hop {
		part := clip.Samples[at:min(at+s.hop, len(clip.Samples))]
		var sum, square float64
		for _, x := range part {
			v := float64(x)
			sum += v
			square += v * v
			switch {
			case v >= fullScale:
				run = max(run, 0) + 1
			case v <= -fullScale:
				run = min(run, 0) - 1
			default:
				run = 0
				continue
			}
			if n := max(run, -run); n == clippedRun {
				s.clipped += clippedRun
			} else if n > clippedRun {
				s.clipped++
			}
		}
		total += sum
		power := square / float64(len(part))
		s.power = append(s.power, power)
		if power <= silence {
			continue
		}
		if active == 0 {
			s.from = len(s.power) - 1
		}
		s.to = len(s.power)
		active++
		squares += power
	}
	if len(clip.Samples) > 0 {
		s.offset = total / float64(len(clip.Samples))
	}
	s.level = decibels(squares / float64(max(active, 1)))
	s.broken = clip.Rate <= 0 || math.IsNaN(total) || math.IsInf(squares, 0) || math.IsInf(total, 0)
	return s
}

// seconds is how long it is from the first to the last frame in which something is heard.
func (s *sound) seconds() float64 { return float64((s.to-s.from)*s.hop) / float64(s.clip.Rate) }

// gap is the longest silence inside, in seconds.
func (s *sound) gap() float64 {
	longest, run := 0, 0
	for _, p := range s.power[s.from:s.to] {
		if p > silence {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return float64(longest*s.hop) / float64(s.clip.Rate)
}

// loudest is the level in dBFS of the loudest frame that lies inside samples [from, to).
func (s *sound) loudest(from, to int) float64 {
	most := 0.0
	for i := (from + s.hop - 1) / s.hop; i < len(s.power) && min((i+1)*s.hop, len(s.clip.Samples)) <= to; i++ {
		most = max(most, s.power[i])
	}
	return decibels(most)
}

// decibels is the level of a mean square.
func decibels(power float64) float64 { return 10 * math.Log10(power) }
