package piper

import (
	"math"
	"slices"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/words"
)

// What is kept before the first phoneme and after the last one. The network goes on making sound in the pause after a
// sentence, and in some voices that is static: it is faded out and cut. Measured on
// en_US-joe-medium, the sound is 65 dB below the sentence's level 40 to 60 ms after the last phoneme.
const (
	keepBefore = 0.030 // seconds
	keepAfter  = 0.060
	fadeIn     = 0.005
	fadeOut    = 0.030 // the end of keepAfter
)

// times says when each symbol of a sequence sounds, in samples.
type times struct {
	symbols  []symbol
	from, to []int
}

// newTimes adds up the durations. The time of a padding goes to the symbol before it.
func newTimes(s sequence, frames []float32, hop int) times {
	at := make([]int, len(frames)+1) // sample at which each id begins
	for i, f := range frames {
		at[i+1] = at[i] + int(f)*hop
	}
	t := times{symbols: s.symbols}
	begin := s.first
	for _, end := range s.ends {
		t.from = append(t.from, at[begin])
		t.to = append(t.to, at[end])
		begin = end
	}
	return t
}

// marks gives each word the time from its first symbol to the end of its last one.
func (t times) marks(spans []words.Span) []tts.Mark {
	out := make([]tts.Mark, len(spans))
	symbol, end := 0, 0
	for w, span := range spans {
		m := tts.Mark{Kind: tts.TimingWord, Start: span.Start, End: span.End, From: -1}
		for symbol < len(t.symbols) && t.symbols[symbol].word <= w {
			if t.symbols[symbol].word == w {
				if m.From < 0 {
					m.From = t.from[symbol]
				}
				m.To = t.to[symbol]
			}
			symbol++
		}
		if m.From < 0 {
			m.From, m.To = end, end
		}
		end = m.To
		out[w] = m
	}
	return out
}

// trim cuts the sound, in place, to shortly before the first phoneme and shortly after the last one, with short fades,
// and moves the marks with it.
func (t times) trim(samples []float32, marks []tts.Mark, rate int) []float32 {
	inWord := func(s symbol) bool { return s.word != pause || sounds(s.r) }
	first := slices.IndexFunc(t.symbols, inWord)
	last := len(t.symbols) - 1
	for last >= 0 && !inWord(t.symbols[last]) {
		last--
	}
	if first < 0 {
		return samples
	}
	n := func(seconds float64) int { return int(math.Round(seconds * float64(rate))) }
	from := max(0, t.from[first]-n(keepBefore))
	to := min(len(samples), t.to[last]+n(keepAfter))
	samples = samples[from:to]
	fade(samples[:min(len(samples), n(fadeIn))], 0, 1)
	fade(samples[max(0, len(samples)-n(fadeOut)):], 1, 0)
	for i := range marks {
		marks[i].From = min(max(marks[i].From-from, 0), len(samples))
		marks[i].To = min(max(marks[i].To-from, 0), len(samples))
	}
	return samples
}

// fade multiplies samples by a raised cosine from one gain to another.
func fade(samples []float32, from, to float64) {
	for i := range samples {
		x := (1 - math.Cos(math.Pi*(float64(i)+0.5)/float64(len(samples)))) / 2
		samples[i] *= float32(from + (to-from)*x)
	}
}
