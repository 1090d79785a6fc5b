package join

import (
	"math"
	"time"

	"github.com/voicepress/voicepress/audio"
)

// Fades short enough not to be heard as such and long enough not to click.
const (
	fadeIn  = 5 * time.Millisecond
	fadeOut = 10 * time.Millisecond
)

// FadeIn raises the first 5 ms of samples at rate Hz from silence, in place, along half a period of a cosine. Of sound
// shorter than 15 ms, it takes a third.
func FadeIn(samples []float32, rate int) {
	n := min(audio.Samples(fadeIn, rate), len(samples)/3)
	for i := range n {
		samples[i] *= ramp(i, n)
	}
}

// FadeOut lowers the last 10 ms of samples at rate Hz to silence, in place, as FadeIn raises the first. Of sound shorter
// than 15 ms, it takes two thirds.
func FadeOut(samples []float32, rate int) {
	n := min(audio.Samples(fadeOut, rate), len(samples)-len(samples)/3)
	for i := range n {
		samples[len(samples)-1-i] *= ramp(i, n)
	}
}

// FadedAt is the gain of sample i of n at rate Hz in sound that FadeIn and FadeOut are applied to, for sound that is never in
// memory as a whole.
func FadedAt(i, n int64, rate int) float32 {
	gain := float32(1)
	if in := min(int64(audio.Samples(fadeIn, rate)), n/3); i < in {
		gain = ramp(int(i), int(in))
	}
	if out := min(int64(audio.Samples(fadeOut, rate)), n-n/3); n-1-i < out {
		gain *= ramp(int(n-1-i), int(out))
	}
	return gain
}

// ramp is the gain of step i of n on the way from 0 to 1.
func ramp(i, n int) float32 {
	return float32((1 - math.Cos(math.Pi*(float64(i)+0.5)/float64(n))) / 2)
}

// RemoveDC takes the mean of samples from each, in place: a constant offset is not heard, but makes a step at each join and
// costs headroom. Samples with an infinity or a NaN among them have no mean and stay as they are.
func RemoveDC(samples []float32) {
	var sum float64
	for _, x := range samples {
		sum += float64(x)
	}
	mean := float32(sum / float64(max(len(samples), 1)))
	if math.IsNaN(float64(mean)) || math.IsInf(float64(mean), 0) {
		return
	}
	for i := range samples {
		samples[i] -= mean
	}
}
