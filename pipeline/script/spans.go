package script

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/voicepress/voicepress/pipeline/script/normalize"
)

// covered tells whether the spans of a result cover every byte of both texts, in order, those without a class say what is
// written, and those with a pronunciation have a class and say something; else at which byte of the written text that
// breaks.
func covered(written string, r normalize.Result) (at int, ok bool) {
	from := 0
	for _, s := range r.Spans {
		if s.Start != at || s.From != from || s.End < s.Start || s.To < s.From || s.End > len(written) || s.To > len(r.Spoken) {
			return at, false
		}
		if s.Class == "" && written[s.Start:s.End] != r.Spoken[s.From:s.To] {
			return at, false
		}
		if s.IPA != "" && (s.Class == "" || s.From == s.To) {
			return at, false
		}
		at, from = s.End, s.To
	}
	return at, at == len(written) && from == len(r.Spoken)
}

// Source gives the byte of Written that byte i of Spoken renders. Inside a stretch that is said in another form it is
// the stretch's first byte. Where i is past the end it is len(Written).
func (u *Utterance) Source(i int) int {
	k := sort.Search(len(u.Spans), func(k int) bool { return u.Spans[k].To > i })
	if k == len(u.Spans) {
		return len(u.Written)
	}
	if s := u.Spans[k]; s.Class == "" {
		return s.Start + max(0, i-s.From)
	}
	return u.Spans[k].Start
}

// SpokenAt gives the byte of Spoken where byte i of Written is said. Inside a stretch that is said in another form it is
// where that form begins. Where i is past the end it is len(Spoken).
func (u *Utterance) SpokenAt(i int) int {
	k := sort.Search(len(u.Spans), func(k int) bool { return u.Spans[k].End > i })
	if k == len(u.Spans) {
		return len(u.Spoken)
	}
	if s := u.Spans[k]; s.Class == "" {
		return s.From + max(0, i-s.Start)
	}
	return u.Spans[k].From
}

// Word is a spoken word and what it renders. Several spoken words render the same written stretch where that is said
// in another form: all of "three point two billion dollars" render "$3.2bn". The stretches of two words are the same or
// do not overlap.
type Word struct {
	WrittenStart int // bytes of Utterance.Written, [WrittenStart, WrittenEnd)
	WrittenEnd   int
	Start        int // bytes of Utterance.Spoken, [Start, End), without punctuation around the word
	End          int
}

// Words gives the words of an utterance in spoken order. A word is what stands between white space or hyphens and holds
// a letter or digit; in Chinese and Japanese, which write no spaces, it is one sign. A written word that is said as it
// stands in one part and in another form in the next, as "90s" is, counts as one stretch.
func Words(u Utterance) []Word {
	var words []Word
	k := 0
	for start, end := range spokenWords(u.Spoken) {
		for k < len(u.Spans) && u.Spans[k].To <= start {
			k++
		}
		w := Word{WrittenStart: len(u.Written), Start: start, End: end}
		for j := k; j < len(u.Spans) && u.Spans[j].From < end; j++ {
			s := u.Spans[j]
			first, last := s.Start, s.End
			if s.Class == "" {
				first, last = s.Start+max(0, start-s.From), s.Start+min(s.To, end)-s.From
			}
			w.WrittenStart, w.WrittenEnd = min(w.WrittenStart, first), max(w.WrittenEnd, last)
		}
		w.trim(u.Written)
		if w.WrittenStart < w.WrittenEnd {
			words = append(words, w)
			join(words)
		}
	}
	return words
}

// trim leaves out what stands around a written word and is neither letter, digit nor sign: a hyphen that parts it from the
// next word, a bracket, a space.
func (w *Word) trim(written string) {
	around := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Ps, unicode.Pe, unicode.Pi, unicode.Pf)
	}
	if w.WrittenStart < w.WrittenEnd {
		text := written[w.WrittenStart:w.WrittenEnd]
		if kept := strings.TrimLeftFunc(text, around); kept != "" {
			w.WrittenStart += len(text) - len(kept)
			w.WrittenEnd = w.WrittenStart + len(strings.TrimRightFunc(kept, around))
		}
	}
}

// join gives the last word and those before it that overlap with it in the written text one stretch.
func join(words []Word) {
	last := words[len(words)-1]
	start, end := last.WrittenStart, last.WrittenEnd
	from := len(words) - 1
	for from > 0 && words[from-1].WrittenEnd > start {
		before := words[from-1]
		if before.WrittenStart == start && before.WrittenEnd == end {
			break // and so are all of its stretch
		}
		from--
		start, end = min(start, before.WrittenStart), max(end, before.WrittenEnd)
	}
	for i := from; i < len(words); i++ {
		words[i].WrittenStart, words[i].WrittenEnd = start, end
	}
}

// spokenWords gives the bytes of each word.
func spokenWords(text string) func(yield func(int, int) bool) {
	return func(yield func(int, int) bool) {
		start, end := -1, 0 // from the first letter or digit to behind the last
		for i, r := range text {
			size := utf8.RuneLen(r)
			if r == utf8.RuneError {
				_, size = utf8.DecodeRuneInString(text[i:])
			}
			alone := unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
			if start >= 0 && (alone || unicode.IsSpace(r) || unicode.Is(unicode.Pd, r)) {
				if !yield(start, end) {
					return
				}
				start = -1
			}
			switch {
			case alone:
				if !yield(i, i+size) {
					return
				}
			case unicode.IsLetter(r) || unicode.IsDigit(r) || start >= 0 && unicode.IsMark(r):
				if start < 0 {
					start = i
				}
				end = i + size
			}
		}
		if start >= 0 {
			yield(start, end)
		}
	}
}
