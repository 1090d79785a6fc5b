package split

import (
	"math"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// Cut is what stands between two pieces.
type Cut int

// The kinds of cut, from the best place to the worst.
const (
	Sentence Cut = iota // the end of a sentence
	Clause              // a semicolon, colon or dash
	Comma               // a comma
	Word                // the space between two words
	Inside              // inside what belongs together: a title and a name, a word that is too long by itself
	Combined            // inside a letter of many signs
)

// cost weighs a cut against its distance from where the parts would be even, as a share of the whole. Between a space in
// the middle and the end of a sentence, the end is taken while the smaller part is more than a fifth.
func (c Cut) cost() float64 { return [...]float64{0, 0.1, 0.2, 0.3, 1, 2}[c] }

const (
	// stray is what a place costs in addition that would make more pieces than the text needs.
	stray = 0.5
	// filled is how full pieces are planned to be. Planned to the brim, they would leave no choice of places.
	filled = 0.9
)

// place is a place to cut: before it ends at byte from, after it begins at byte to. What is between is white space.
type place struct {
	from, to int
	cut      Cut
}

// halve cuts a part near its middle, or where more than two pieces are needed near what half of them hold.
func (c *cutter) halve(p part) (left, right part, ok bool) {
	total := c.size(p.from, p.to)
	n, room := 2, math.Inf(1)
	if c.limit.N > 0 {
		room = float64(c.limit.N)
		n = max(2, int(math.Ceil(float64(total)/(filled*room))))
	}
	half := n / 2
	ideal := float64(total) * float64(half) / float64(n)
	best, least := place{}, math.Inf(1)
	at, before := p.from, 0 // before is the size of the text up to at
	for _, place := range c.places(p) {
		before += c.size(at, place.from)
		gap := c.size(place.from, place.to)
		cost := place.cut.cost() + math.Abs(float64(before)+float64(gap)/2-ideal)/float64(total)
		if float64(before) > float64(half)*room || float64(total-before-gap) > float64(n-half)*room {
			cost += stray
		}
		if cost < least {
			best, least = place, cost
		}
		at, before = place.to, before+gap
	}
	if math.IsInf(least, 1) {
		return part{}, part{}, false
	}
	return part{p.from, best.from, best.cut}, part{best.to, p.to, p.cut}, true
}

// places are where a part can be cut, in order: between words, and inside those that are too long by themselves. On both
// sides of each there is something to say, and none is inside a pronunciation.
func (c *cutter) places(p part) []place {
	spoken, ok := c.spoken(p.from, p.to)
	if !ok {
		return nil
	}
	bad := func(x place) bool { return x.from <= spoken.from || x.to >= spoken.to || c.inSpan(x) }
	between := slices.DeleteFunc(c.borders(p), bad)
	if c.limit.N == 0 && len(between) > 0 {
		return between
	}
	var all []place
	at := p.from
	for _, x := range append(between, place{from: p.to, to: p.to}) {
		if word, ok := c.core(at, x.from); ok && (c.limit.N == 0 || !c.fits(word.from, word.to)) {
			all = append(all, slices.DeleteFunc(c.letters(at, x.from), bad)...)
		}
		if x.from < p.to {
			all = append(all, x)
		}
		at = x.to
	}
	return all
}

// borders are the spaces of a part, and the places behind the marks of scripts that are written without spaces.
func (c *cutter) borders(p part) []place {
	var list []place
	var before rune // the sign before at
	for at := p.from; at < p.to; {
		r, n := utf8.DecodeRuneInString(c.text[at:p.to])
		next := at + n
		switch {
		case breaks(r):
			for next < p.to {
				r, n := utf8.DecodeRuneInString(c.text[next:p.to])
				if !breaks(r) {
					break
				}
				next += n
			}
			list = append(list, place{at, next, c.cutAt(p, at, next)})
		case sayable(r) && unicode.IsPunct(before) && strings.ContainsRune(wideMarks, lastMark(c.text[max(p.from, at-maxClosers):at])):
			list = append(list, place{at, at, c.cutAt(p, at, at)})
		}
		at, before = next, r
	}
	return list
}

// breaks says whether a line may be broken at a space.
func breaks(r rune) bool {
	return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' && r != '\u2007'
}

const (
	// wideMarks end something in Chinese and Japanese, where no space follows them.
	wideMarks = "。！？；：，、"
	// closers stand between the mark that ends a sentence and the space.
	closers = "\"'”’»)]}」』）》〉】"
	// maxClosers is how many bytes are looked at for the mark.
	maxClosers = 16
)

// lastMark is the last sign of a text before closing quotes and brackets.
func lastMark(text string) rune {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, closers))
	return r
}

// cutAt tells what a cut at bytes [from, to) of a part would be.
func (c *cutter) cutAt(p part, from, to int) Cut {
	if gap := c.text[from:to]; strings.Count(gap, "\n") > 1 || strings.Contains(gap, "\u2029") {
		return Sentence // a paragraph
	}
	before := c.text[max(p.from, from-maxClosers):from]
	next, _ := utf8.DecodeRuneInString(c.text[to:p.to])
	switch mark := lastMark(before); {
	case strings.ContainsRune("!?…。！？", mark):
		if unicode.IsLower(next) { // “Why?” he asked.
			return Comma
		}
		return Sentence
	case mark == '.':
		switch {
		case abbreviated(before):
			return Inside
		case unicode.IsLower(next):
			return Word
		}
		return Sentence
	case strings.ContainsRune(";:–—；：", mark), mark == '-' && strings.HasSuffix(before, " -"):
		return Clause
	case strings.ContainsRune(",，、", mark):
		return Comma
	}
	return Word
}

// abbreviated says whether the full stop at the end of a text may be that of a title or an initial: Dr., Mrs., J.
func abbreviated(text string) bool {
	word := strings.TrimRight(text, closers+".")
	word = word[strings.LastIndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })+1:]
	first, n := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(first) && utf8.RuneCountInString(word) <= 3 && !strings.ContainsFunc(word[n:], unicode.IsUpper)
}

// letters are the places between the letters of bytes [from, to): between what a reader takes for one sign (Unicode's
// grapheme clusters), and inside those that are longer than a request themselves.
func (c *cutter) letters(from, to int) []place {
	var list []place
	for it := graphemes.FromString(c.text[from:to]); it.Next(); {
		at, end := from+it.Start(), from+it.End()
		list = append(list, place{at, at, Inside})
		if c.fits(at, end) && !c.spanBorder(at, end) {
			continue
		}
		for i := range c.text[at:end] {
			if i > 0 {
				list = append(list, place{at + i, at + i, Combined})
			}
		}
	}
	return list
}

// spanAfter is the first span that ends behind byte at.
func (c *cutter) spanAfter(at int) int {
	return sort.Search(len(c.spans), func(i int) bool { return c.spans[i].End > at })
}

// inSpan says whether a place is inside a pronunciation.
func (c *cutter) inSpan(x place) bool {
	i := c.spanAfter(x.from)
	return i < len(c.spans) && c.spans[i].Start < x.to
}

// spanBorder says whether a pronunciation begins or ends inside bytes (from, to).
func (c *cutter) spanBorder(from, to int) bool {
	i := c.spanAfter(from)
	return i < len(c.spans) && c.spans[i].Start < to && (c.spans[i].Start > from || c.spans[i].End < to)
}
