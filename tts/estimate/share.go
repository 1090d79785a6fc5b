package estimate

import (
	"math"
	"strings"
	"unicode"
)

// weight is how long a word takes to say, in letters.
//
// Source: rules of thumb, not a measurement of speech: a digit is a spoken word of about four letters, an ideograph or a
// Hangul syllable is a syllable of about two and a half, and each word costs a little of its own.
func weight(word string) float64 {
	sum := 0.5
	for _, r := range word {
		switch {
		case unicode.IsNumber(r):
			sum += 4
		case unicode.In(r, unicode.Han, unicode.Hangul):
			sum += 2.5
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			sum += 2
		case unicode.IsLetter(r):
			sum++
		}
	}
	return sum
}

// stop says whether a pause may be expected at what stands between two words.
func stop(between string) bool {
	return strings.ContainsFunc(between, func(r rune) bool {
		return unicode.IsPunct(r) && r != '-' && r != '\'' && r != '’'
	})
}

// stretch is samples [from, to).
type stretch struct{ from, to int }

// Source of these and of strayCost: chosen against the exact times of the Piper voice en_US-joe-medium in eight English
// sentences (144 words): beginnings of words are off by 72 ms on average, 289 ms at
// most.
const (
	// frameSeconds is the length over which loudness is taken.
	frameSeconds = 0.010
	// pauseSeconds is the shortest silence taken for a pause; the closure of a plosive such as "t" takes up to 0.1 s.
	pauseSeconds = 0.150
	// silence is how much weaker than the loudest frame a silent frame is: -34 dB, above the noise of neural voices.
	silence = 0.02
)

// sounding finds the stretches of sound between pauses. There is at least one: all of the samples, if nothing is heard.
func sounding(samples []float32, rate int) []stretch {
	frame := max(int(frameSeconds*float64(rate)), 1)
	var levels []float64 // root mean square by frame
	loudest := 0.0
	for at := 0; at < len(samples); at += frame {
		part := samples[at:min(at+frame, len(samples))]
		sum := 0.0
		for _, x := range part {
			sum += float64(x) * float64(x)
		}
		levels = append(levels, math.Sqrt(sum/float64(len(part))))
		loudest = max(loudest, levels[len(levels)-1])
	}
	pause := int(pauseSeconds * float64(rate))
	var out []stretch
	for i, level := range levels {
		if level <= loudest*silence {
			continue
		}
		begin, end := i*frame, min((i+1)*frame, len(samples))
		if len(out) > 0 && begin-out[len(out)-1].to < pause {
			out[len(out)-1].to = end
		} else {
			out = append(out, stretch{begin, end})
		}
	}
	if len(out) == 0 {
		return []stretch{{0, len(samples)}}
	}
	return out
}

const (
	// strayCost is what it costs, in seconds squared, to let a pause fall where the text has no punctuation.
	strayCost = 1
	// maxWork bounds the time that share takes: about 0.1 s.
	maxWork = 20_000_000
)

// share gives each stretch a run of words and returns where the runs end. Each run has a word at least. It minimises
// the squares of the differences between how long the words of a run should take and how long the stretch is, and
// prefers runs that end at stops. Stretches that are too many for the words become one.
func share(weights []float64, stops []bool, stretches []stretch, rate int) []int {
	n, m := len(weights), len(stretches)
	if m == 1 || m > n || n*n*m > maxWork {
		stretches[0].to = stretches[m-1].to
		return []int{n}
	}
	sums := make([]float64, n+1) // of the weights before a word
	for i, w := range weights {
		sums[i+1] = sums[i] + w
	}
	sound := 0
	for _, s := range stretches {
		sound += s.to - s.from
	}
	seconds := float64(sound) / float64(rate) / sums[n] // a unit of weight takes

	// best[i] is the least cost of giving the first i words to the stretches so far; back says where the last run begins.
	best := make([]float64, n+1)
	for i := range best {
		best[i] = math.Inf(1)
	}
	best[0] = 0
	back := make([][]int, m)
	for k, s := range stretches {
		length := float64(s.to-s.from) / float64(rate)
		next := make([]float64, n+1)
		back[k] = make([]int, n+1)
		for j := range next {
			next[j] = math.Inf(1)
			for i := range j {
				off := (sums[j]-sums[i])*seconds - length
				cost := best[i] + off*off
				if !stops[j-1] {
					cost += strayCost
				}
				if cost < next[j] {
					next[j], back[k][j] = cost, i
				}
			}
		}
		best = next
	}
	ends := make([]int, m)
	for k, j := m-1, n; k >= 0; k-- {
		ends[k] = j
		j = back[k][j]
	}
	return ends
}
