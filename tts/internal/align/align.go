// Package align makes word marks of what an engine says about when it said what, where it tells it in words or letters of
// its own and not by places in the text.
//
// Engines cut words elsewhere than we do, and change some ("5" becomes "five"). So the letters of both sides are lined up
// by their longest common subsequence, and a word whose letters are not found lies between those that are. It is not for
// finding words in sound.
package align

import (
	"math"
	"slices"
	"unicode"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/words"
)

// Unit is a piece of what an engine said, a word or a letter, and when: seconds from the beginning of the sound.
type Unit struct {
	Text     string
	From, To float64
}

// letter is a letter or digit of the text or of a unit, in lower case.
type letter struct {
	r        rune
	of       int // the index of the word or unit that it belongs to
	from, to float64
	first    bool // it begins its word or unit
	last     bool // it ends it
}

// Words returns a mark for each word of the text that can be placed, in order. A word whose ends are those of units has
// its time from the engine; others have one that is computed, and say so (Estimated). Units need not be in order, finite or
// inside the clip: what cannot be is left out. Without any that can be used there are no marks.
func Words(text string, units []Unit, clip audio.Clip) []tts.Mark {
	spans := words.Of(text)
	ours := lettersOf(text, spans)
	theirs := lettersOfUnits(units, clip.Duration().Seconds())
	if len(ours) == 0 || len(theirs) == 0 {
		return nil
	}
	found := make([]place, len(spans))
	for _, p := range pairs(ours, theirs) {
		found[ours[p[0]].of].add(ours[p[0]], theirs[p[1]])
	}
	counts := make([]int, len(spans))
	for _, l := range ours {
		counts[l.of]++
	}
	for i := range found {
		if 2*found[i].letters <= counts[i] { // a few letters in common mean nothing
			found[i] = place{}
		}
	}
	begin, end := theirs[0].from, theirs[len(theirs)-1].to
	fill(found, counts, begin, end)
	return marks(spans, found, clip)
}

// place is where a word is heard, in seconds.
type place struct {
	from, to float64
	letters  int // of the word that were found
	begins   bool
	ends     bool
	filled   bool
}

func (p place) known() bool { return p.letters > 0 || p.filled }

// add takes the time of a letter that was found.
func (p *place) add(our, their letter) {
	if p.letters == 0 {
		p.from = their.from
		p.begins = our.first && their.first
	}
	p.to = their.to
	p.ends = our.last && their.last
	p.letters++
}

// fill gives words that were not found a share of the time between their neighbours.
func fill(found []place, counts []int, begin, end float64) {
	for i := 0; i < len(found); {
		if found[i].known() {
			i++
			continue
		}
		next, total := i, 0
		for next < len(found) && !found[next].known() {
			total += counts[next]
			next++
		}
		from, to := begin, end
		if i > 0 {
			from = found[i-1].to
		}
		if next < len(found) {
			to = found[next].from
		}
		step := (to - from) / float64(total)
		for ; i < next; i++ {
			if step > 0.001 { // else there is no room for it, and it was not said
				found[i] = place{from: from, to: from + step*float64(counts[i]), filled: true}
			}
			from += step * float64(counts[i])
		}
	}
}

// marks are the places in samples, made to follow each other.
func marks(spans []words.Span, found []place, clip audio.Clip) []tts.Mark {
	var list []tts.Mark
	at := 0
	for i, p := range found {
		if !p.known() {
			continue
		}
		sample := func(seconds float64) int {
			return min(max(int(math.Round(seconds*float64(clip.Rate))), at), len(clip.Samples))
		}
		from := sample(p.from)
		to := max(sample(p.to), from)
		list = append(list, tts.Mark{
			Kind: tts.TimingWord, Start: spans[i].Start, End: spans[i].End, From: from, To: to,
			Estimated: p.filled || !p.begins || !p.ends,
		})
		at = to
	}
	return list
}

// lettersOf are the letters of the words of a text.
func lettersOf(text string, spans []words.Span) []letter {
	var letters []letter
	for i, span := range spans {
		begin := len(letters)
		for _, r := range text[span.Start:span.End] {
			if sounds(r) {
				letters = append(letters, letter{r: fold(r), of: i})
			}
		}
		bounds(letters[begin:])
	}
	return letters
}

// lettersOfUnits are the letters of units, each with its share of the unit's time, which is inside the sound and after
// that of the unit before.
func lettersOfUnits(units []Unit, length float64) []letter {
	var letters []letter
	at := 0.0
	for i, unit := range units {
		if !(unit.From >= 0 && unit.To >= unit.From) { // not numbers, too
			continue
		}
		runes := slices.DeleteFunc([]rune(unit.Text), func(r rune) bool { return !sounds(r) })
		if len(runes) == 0 {
			continue
		}
		from := min(max(unit.From, at), length)
		to := min(max(unit.To, from), length)
		at = to
		begin, step := len(letters), (to-from)/float64(len(runes))
		for n, r := range runes {
			letters = append(letters, letter{r: fold(r), of: i, from: from + step*float64(n), to: from + step*float64(n+1)})
		}
		bounds(letters[begin:])
	}
	return letters
}

// bounds marks the first and the last of the letters of a word.
func bounds(letters []letter) {
	if len(letters) > 0 {
		letters[0].first, letters[len(letters)-1].last = true, true
	}
}

func sounds(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

func fold(r rune) rune { return unicode.ToLower(r) }
