package check

import "math"

const (
	// tailFrame is the length in seconds over which sound is called noise or not: two or more periods of any voice.
	tailFrame = 0.020
	// tailOrder is the order of the linear prediction: enough for two formants a kHz below 3 kHz, and far below the pitch.
	tailOrder = 12
	// noisy is the flatness from which a frame is noise. White noise has 1, pink noise some 0.2, vowels below 0.02.
	noisy = 0.12
	// longestTail is how far the end is looked at, in seconds.
	longestTail = 1.0
)

// noiseAtEnd is how long the last sound has been nothing but noise, in seconds. A consonant such as s is noise too, but a
// short one.
func (s *sound) noiseAtEnd() float64 {
	n := int(tailFrame * float64(s.clip.Rate))
	if n <= tailOrder {
		return 0
	}
	end, noise := min(s.to*s.hop, len(s.clip.Samples)), 0
	var frame [maxFrame]float64
	for at := end - n; at >= 0 && noise < int(longestTail/tailFrame); at -= n {
		part := frame[:min(n, maxFrame)]
		power := 0.0
		for i := range part {
			part[i] = float64(s.clip.Samples[at+i])
			power += part[i] * part[i]
		}
		if power/float64(len(part)) <= silence || flatness(part) < noisy {
			break
		}
		noise++
	}
	return float64(noise) * tailFrame
}

// maxFrame is a tailFrame at the highest rate that any file has.
const maxFrame = 8192

// flatness is the spectral flatness of a frame: the geometric by the arithmetic mean of its power spectrum, 1 for white
// noise and 0 for a tone. It is the part of the power that linear prediction leaves over, to which it is equal for high orders
// (A. H. Gray and J. D. Markel, A spectral-flatness measure for studying the autocorrelation method of linear prediction of
// speech analysis, IEEE Transactions on Acoustics, Speech, and Signal Processing 22, 1974). It windows the frame (Hann) in
// place, and solves by the recursion of Levinson and Durbin.
func flatness(frame []float64) float64 {
	mean := 0.0
	for _, x := range frame {
		mean += x
	}
	mean /= float64(len(frame))
	for i := range frame {
		frame[i] = (frame[i] - mean) * (0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/float64(len(frame))))
	}
	var r [tailOrder + 1]float64
	for lag := range r {
		for i := lag; i < len(frame); i++ {
			r[lag] += frame[i] * frame[i-lag]
		}
	}
	if r[0] <= 0 {
		return 1
	}
	rest := r[0]
	var a, next [tailOrder + 1]float64
	for i := 1; i <= tailOrder; i++ {
		k := r[i]
		for j := 1; j < i; j++ {
			k += a[j] * r[i-j]
		}
		k /= -rest
		next = a
		for j := 1; j < i; j++ {
			next[j] = a[j] + k*a[i-j]
		}
		next[i] = k
		a = next
		if rest *= 1 - k*k; rest <= 0 {
			return 0
		}
	}
	return rest / r[0]
}
