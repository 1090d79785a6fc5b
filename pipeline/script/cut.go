package script

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/voicepress/voicepress/pipeline/script/normalize"
	"github.com/voicepress/voicepress/pipeline/script/segment"
)

// cut is where an utterance ends inside a sentence.
type cut uint8

const (
	uncut       cut = iota
	cutClause       // behind a semicolon, colon or dash
	cutComma        // behind a comma
	cutJunction     // before a conjunction
	cutWord         // between two words
	cutBorder       // between two spans of the normaliser with no space
	cutSign         // inside a word that is too long by itself
	cutMark         // there, before a combining mark
)

// cost weighs a cut against its distance from where the parts would be even, as a share of the whole: a clause border
// may lie three tenths of the sentence farther from there than a mere space.
func (c cut) cost() float64 {
	switch c {
	case cutClause:
		return 0
	case cutComma:
		return 0.15
	case cutJunction:
		return 0.2
	case cutWord:
		return 0.3
	case cutBorder:
		return 0.8
	case cutSign:
		return 1
	default:
		return 2
	}
}

// TooLongError says that a voice's limit is too small for a single sign of the text.
type TooLongError struct{ Sign string }

func (e *TooLongError) Error() string {
	return fmt.Sprintf("the voice's limit is smaller than %q as it is spoken", e.Sign)
}

// Hint says what to do.
func (*TooLongError) Hint() string { return "choose a voice with a larger limit per request" }

// fit cuts a part until each piece is within the limits. Pieces of similar length are better than a small rest, so it
// halves: a text for n utterances is cut near n/2.
func (b *builder) fit(p part) ([]part, error) {
	if !sayable(p.Spoken) || b.fits(p) {
		return []part{p}, nil
	}
	left, right, err := b.halve(p)
	if err != nil {
		if b.Fits == nil || b.Fits(p.Spoken) {
			return []part{p}, nil // one sign that takes more than MaxRunes to say
		}
		return nil, err
	}
	first, err := b.fit(left)
	if err != nil {
		return nil, err
	}
	second, err := b.fit(right)
	return append(first, second...), err
}

// place is a place to cut: in span i, between bytes from and to of the written text, or before the span where both are
// its start.
type place struct {
	kind     cut
	i        int
	from, to int
}

func (b *builder) halve(p part) (left, right part, err error) {
	runes := utf8.RuneCountInString(p.Spoken)
	room := max(1, b.MaxRunes*9/10)
	n := max(2, (runes+room-1)/room)
	ideal := len(p.Spoken) * (n / 2) / n
	best, bestCost := place{}, 1e9
	for at := range b.places(p) {
		s := p.Spans[at.i]
		cost := at.kind.cost() + distance(s.From+at.from-s.Start, ideal)/float64(len(p.Spoken))
		if cost < bestCost {
			best, bestCost = at, cost
		}
	}
	if best.kind == uncut {
		return halveSpan(p)
	}
	left, right = p.at(best)
	return left, right, nil
}

func distance(a, b int) float64 { return float64(max(a-b, b-a)) }

// places gives every place to cut: borders of spans, and any rune border inside a span that is spoken as written. Both
// sides of each hold text.
func (b *builder) places(p part) func(yield func(place) bool) {
	return func(yield func(place) bool) {
		for i, s := range p.Spans {
			if s.Start > 0 && s.From > 0 && s.Start < len(p.written) && !yield(place{cutBorder, i, s.Start, s.Start}) {
				return
			}
			if s.Class != "" {
				continue
			}
			for at := s.Start; at < s.End; {
				r, n := utf8.DecodeRuneInString(p.written[at:])
				next := at + n
				here := place{b.kindAt(p.written, at, r), i, at, at}
				if unicode.IsSpace(r) {
					for next < s.End && p.written[next] == ' ' {
						next++
					}
					here.to = next
				}
				if here.from > 0 && here.to < len(p.written) && (here.from > s.Start || here.to > here.from) && !yield(here) {
					return
				}
				at = next
			}
		}
	}
}

// kindAt tells what a cut before the rune r at a byte would be.
func (b *builder) kindAt(written string, at int, r rune) cut {
	before, _ := utf8.DecodeLastRuneInString(written[:at])
	switch {
	case strings.ContainsRune("；：—", before):
		return cutClause
	case strings.ContainsRune("，、", before):
		return cutComma
	case unicode.IsSpace(r):
		mark := segment.LastMark(written[max(0, at-8):at])
		switch {
		case strings.ContainsRune(";:–—", mark):
			return cutClause
		case mark == ',':
			return cutComma
		}
		word, _, _ := strings.Cut(strings.TrimLeft(written[at:min(len(written), at+24)], " "), " ")
		if slices.Contains(b.conjunctions, strings.ToLower(word)) {
			return cutJunction
		}
		return cutWord
	case unicode.IsMark(r), r == '\u200d', before == '\u200d':
		return cutMark
	}
	return cutSign
}

// at cuts a part in two. The white space at the place belongs to neither.
func (p *part) at(c place) (left, right part) {
	s := p.Spans[c.i]
	before, after := s, s
	before.End, before.To = c.from, s.From+c.from-s.Start
	after.Start, after.From = c.to, s.From+c.to-s.Start
	spans := slices.Clone(p.Spans[:c.i])
	if c.from > s.Start {
		spans = append(spans, before)
	}
	left = part{start: p.start, written: p.written[:c.from], after: c.kind}
	left.Result = normalize.Result{Spoken: p.Spoken[:before.To], Spans: spans}
	if c.from == s.Start && c.to == s.Start {
		after = s // the whole span, whatever its class
	}
	right = part{start: p.start + c.to, written: p.written[c.to:], after: p.after}
	right.Spoken = p.Spoken[after.From:]
	if after.End > after.Start || after.To > after.From {
		right.Spans = append(right.Spans, after)
	}
	right.Spans = append(right.Spans, p.Spans[c.i+1:]...)
	for i := range right.Spans {
		right.Spans[i].Start -= c.to
		right.Spans[i].End -= c.to
		right.Spans[i].From -= after.From
		right.Spans[i].To -= after.From
	}
	return left, right
}

// halveSpan cuts a part that is one stretch which the normaliser renders as a whole and that is too long even so, such
// as a number of a thousand digits: the spoken text near its middle between two words, the written text in proportion.
// A pronunciation cannot be cut with it and is dropped.
func halveSpan(p part) (left, right part, err error) {
	_, n := utf8.DecodeRuneInString(p.written)
	tooLong := &TooLongError{Sign: p.written[:n]}
	i := slices.IndexFunc(p.Spans, func(s normalize.Span) bool { return s.To > s.From && s.End > s.Start })
	if i < 0 {
		return left, right, tooLong
	}
	s := p.Spans[i]
	written, spoken := p.written[s.Start:s.End], p.Spoken[s.From:s.To]
	w := middle(written)
	m := nearestSpace(spoken, len(spoken)*w/len(written))
	if m == 0 {
		m = middle(spoken)
	}
	if w == 0 || m == 0 {
		return left, right, tooLong
	}
	second := normalize.Span{Class: s.Class, Start: s.Start + w, End: s.End, From: s.From + m, To: s.To}
	split := p
	split.Spans = slices.Insert(slices.Clone(p.Spans), i+1, second)
	split.Spans[i].End, split.Spans[i].To, split.Spans[i].IPA = second.Start, second.From, ""
	left, right = split.at(place{cutSign, i + 1, second.Start, second.Start})
	left.Spoken = strings.TrimRight(left.Spoken, " ")
	left.Spans[i].To = len(left.Spoken)
	return left, right, nil
}

// nearestSpace gives the byte behind the space nearest to at with text on both sides, or 0.
func nearestSpace(text string, at int) int {
	next := strings.IndexByte(text[at:], ' ')
	last := strings.LastIndexByte(text[:at], ' ')
	switch {
	case next >= 0 && at+next+1 < len(text) && (last < 1 || next < at-last):
		return at + next + 1
	case last > 0:
		return last + 1
	}
	return 0
}

// middle gives the rune border inside a text near its middle, or 0 where there is none.
func middle(text string) int {
	at := len(text) / 2
	for at > 0 && !utf8.RuneStart(text[at]) {
		at--
	}
	if at == 0 {
		_, at = utf8.DecodeRuneInString(text)
	}
	if at >= len(text) {
		return 0
	}
	return at
}

// conjunctions are the words of a language before which a reader may breathe.
func conjunctions(language string) []string {
	var words string
	switch PrimaryLanguage(language) {
	case "en":
		words = "and but or nor yet because although though while whereas which who whose when where if that until unless since than"
	case "de":
		words = "und aber oder sondern denn weil dass ob wenn während obwohl damit als nachdem bevor"
	case "fr":
		words = "et mais ou ni car que qui dont où lorsque quand puisque parce tandis alors si"
	case "es":
		words = "y e pero o u sino ni porque que cuando aunque donde mientras si"
	case "it":
		words = "e ed ma o oppure né perché che quando mentre dove se benché"
	case "pt":
		words = "e mas ou nem porque que quando embora onde enquanto se"
	case "nl":
		words = "en maar of want omdat dat die toen als terwijl hoewel waar zodat"
	}
	return strings.Fields(words)
}
