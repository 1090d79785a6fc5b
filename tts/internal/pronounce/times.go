package pronounce

import (
	"math"
	"slices"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/words"
)

// What Trim keeps before the first phoneme and after the last one. Networks go on making sound in the pause after a
// sentence, and in some voices that is static: it is faded out and cut. Measured on the Piper voice
// en_US-joe-medium, the sound is 65 dB below the sentence's level 40 to 60 ms after the last phoneme.
const (
	KeepBefore = 0.030 // seconds
	KeepAfter  = 0.060
	fadeIn     = 0.005
	fadeOut    = 0.030 // the end of KeepAfter
)

// Times says when each symbol of a sequence sounds: samples [From, To) of a sound.
type Times struct {
	Symbols  []Symbol
	From, To []int
}

// Add puts a symbol behind the others.
func (t *Times) Add(s Symbol, from, to int) {
	t.Symbols, t.From, t.To = append(t.Symbols, s), append(t.From, from), append(t.To, to)
}

// Append puts another sequence behind this one, whose sound begins at sample at.
func (t *Times) Append(of Times, at int) {
	for i, s := range of.Symbols {
		t.Add(s, at+of.From[i], at+of.To[i])
	}
}

// Marks gives each word the time from its first symbol to the end of its last one. A word without a symbol has an empty
// mark where the word before it ends.
func (t *Times) Marks(spans []words.Span) []tts.Mark {
	out := make([]tts.Mark, len(spans))
	symbol, end := 0, 0
	for w, span := range spans {
		m := tts.Mark{Kind: tts.TimingWord, Start: span.Start, End: span.End, From: -1}
		for symbol < len(t.Symbols) && t.Symbols[symbol].Word <= w {
			if t.Symbols[symbol].Word == w {
				if m.From < 0 {
					m.From = t.From[symbol]
				}
				m.To = t.To[symbol]
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

// Trim cuts the sound of the sequence, in place, to shortly before the first phoneme and shortly after the last one, with
// short fades, and moves the times with it. rate is in Hz.
func (t *Times) Trim(samples []float32, rate int) []float32 {
	inWord := func(s Symbol) bool { return s.Word != Pause || Sounds(s.Rune) }
	first := slices.IndexFunc(t.Symbols, inWord)
	last := len(t.Symbols) - 1
	for last >= 0 && !inWord(t.Symbols[last]) {
		last--
	}
	if first < 0 {
		return samples
	}
	n := func(seconds float64) int { return int(math.Round(seconds * float64(rate))) }
	from := max(0, t.From[first]-n(KeepBefore))
	to := min(len(samples), t.To[last]+n(KeepAfter))
	samples = samples[from:to]
	fade(samples[:min(len(samples), n(fadeIn))], 0, 1)
	fade(samples[max(0, len(samples)-n(fadeOut)):], 1, 0)
	for i := range t.Symbols {
		t.From[i] = min(max(t.From[i]-from, 0), len(samples))
		t.To[i] = min(max(t.To[i]-from, 0), len(samples))
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
