package split

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/voicepress/voicepress/tts"
)

// Piece is a part of a request: a request itself.
type Piece struct {
	tts.Request
	Start int // byte of the whole request's text that the piece's text begins at
	Cut   Cut // what stands between it and the next
}

// Pieces cuts a request into pieces that are within the limit and of about the same length. Every word of the text is in
// one of them, in order; white space at the cuts is in none, nor are signs that cannot be said and do not fit beside a
// word. A pronunciation is never cut; one that is longer than the limit itself is dropped, with a warning. Errors are
// tts.ErrNothingToSay, and *tts.TooLong if the limit is smaller than a letter of the text.
func Pieces(r tts.Request, limit tts.Limit) (pieces []Piece, warnings []string, err error) {
	kept := len(r.Phonemes)
	r.Phonemes = slices.DeleteFunc(inOrder(r), func(p tts.Phonemes) bool { return !limit.Fits(r.Text[p.Start:p.End]) })
	if len(r.Phonemes) < kept {
		warnings = append(warnings, "a pronunciation was not used: its words are more than one request may hold")
	}
	c := cutter{r.Text, r.Phonemes, limit}
	whole, ok := c.trim(part{to: len(r.Text)})
	if !ok {
		return nil, nil, tts.ErrNothingToSay
	}
	parts, err := c.fit(whole, nil)
	if err != nil {
		return nil, nil, err
	}
	return divide(r, parts), warnings, nil
}

// Halves cuts a request in two pieces of about the same length, where a reader would most likely breathe. ok is false
// where there are no two words or letters to cut between.
func Halves(r tts.Request) (first, second Piece, ok bool) {
	r.Phonemes = inOrder(r)
	c := cutter{r.Text, r.Phonemes, tts.Limit{}}
	whole, ok := c.trim(part{to: len(r.Text)})
	if !ok {
		return first, second, false
	}
	left, right, ok := c.halve(whole)
	if !ok {
		return first, second, false
	}
	pieces := divide(r, []part{left, right})
	return pieces[0], pieces[1], true
}

// inOrder are the pronunciations of a request that are what they should be: of whole letters, in order, without overlap. White
// space around the words is not theirs.
func inOrder(r tts.Request) []tts.Phonemes {
	var list []tts.Phonemes
	border := func(at int) bool { return at == len(r.Text) || utf8.RuneStart(r.Text[at]) }
	at := 0
	for _, p := range r.Phonemes {
		if p.Start < at || p.Start >= p.End || p.End > len(r.Text) || !border(p.Start) || !border(p.End) {
			continue
		}
		at = p.End
		words := strings.TrimRightFunc(r.Text[p.Start:p.End], unicode.IsSpace)
		p.End = p.Start + len(words)
		p.Start = p.End - len(strings.TrimLeftFunc(words, unicode.IsSpace))
		if p.Start < p.End {
			list = append(list, p)
		}
	}
	return list
}

// divide makes requests of the parts of one: each with its pronunciations, and with what is said around it.
func divide(r tts.Request, parts []part) []Piece {
	pieces := make([]Piece, len(parts))
	spans := r.Phonemes // of this part and those behind it
	for i, p := range parts {
		piece := Piece{Request: r, Start: p.from, Cut: p.cut}
		piece.Text, piece.Phonemes = r.Text[p.from:p.to], nil
		for ; len(spans) > 0 && spans[0].Start < p.to; spans = spans[1:] {
			if s := spans[0]; s.Start >= p.from && s.End <= p.to {
				piece.Phonemes = append(piece.Phonemes, tts.Phonemes{Start: s.Start - p.from, End: s.End - p.from, IPA: s.IPA})
			}
		}
		if i > 0 {
			piece.Before = pieces[i-1].Text
			pieces[i-1].After = piece.Text
		}
		pieces[i] = piece
	}
	return pieces
}

// part is bytes [from, to) of a text, and what stands behind them.
type part struct {
	from, to int
	cut      Cut
}

// cutter cuts a text.
type cutter struct {
	text  string
	spans []tts.Phonemes // in order; none is cut
	limit tts.Limit      // N = 0: none
}

func (c *cutter) fits(from, to int) bool { return c.limit.Fits(c.text[from:to]) }

// size is the length of bytes [from, to) in the limit's unit.
func (c *cutter) size(from, to int) int {
	if c.limit.Unit == tts.Bytes {
		return to - from
	}
	return utf8.RuneCountInString(c.text[from:to])
}

// fit halves a part until its pieces are within the limit: pieces of similar length differ less in pace and loudness than
// a long one and a small rest.
func (c *cutter) fit(p part, parts []part) ([]part, error) {
	if c.fits(p.from, p.to) {
		return append(parts, p), nil
	}
	left, right, ok := c.halve(p)
	if !ok {
		alone, err := c.alone(p)
		return append(parts, alone), err
	}
	parts, err := c.fit(left, parts)
	if err != nil {
		return nil, err
	}
	return c.fit(right, parts)
}

// alone is what is kept of a part that cannot be cut: what can be said, and of the signs behind it as many as there is
// room for.
func (c *cutter) alone(p part) (part, error) {
	core, ok := c.core(p.from, p.to)
	if !ok || !c.fits(core.from, core.to) {
		return part{}, &tts.TooLong{Limit: c.limit}
	}
	core.cut = p.cut
	room := c.limit.N - c.size(core.from, core.to)
	for core.to < p.to {
		_, n := utf8.DecodeRuneInString(c.text[core.to:])
		if room -= c.size(core.to, core.to+n); room < 0 {
			break
		}
		core.to += n
	}
	return core, nil
}

// core is what has to stay of bytes [from, to): what spoken says, and the pronunciations that reach over its ends.
func (c *cutter) core(from, to int) (part, bool) {
	p, ok := c.spoken(from, to)
	for i := c.spanAfter(from); ok && i < len(c.spans) && c.spans[i].End <= to; i++ {
		if s := c.spans[i]; s.Start >= from && s.Start < p.to && s.End > p.from {
			p.from, p.to = min(p.from, s.Start), max(p.to, s.End)
		}
	}
	return p, ok
}

// spoken is from the first to the last sign of bytes [from, to) that can be said.
func (c *cutter) spoken(from, to int) (part, bool) {
	text := c.text[from:to]
	first := strings.IndexFunc(text, sayable)
	if first < 0 {
		return part{}, false
	}
	last := strings.LastIndexFunc(text, sayable)
	_, n := utf8.DecodeRuneInString(text[last:])
	return part{from: from + first, to: from + last + n}, true
}

// trim takes white space off the ends. ok is false where nothing can be said.
func (c *cutter) trim(p part) (trimmed part, ok bool) {
	if _, ok := c.spoken(p.from, p.to); !ok {
		return p, false
	}
	text := c.text[p.from:p.to]
	p.from += len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	p.to = p.from + len(strings.TrimSpace(text))
	return p, true
}

// sayable is what tts.Info.Check asks for.
func sayable(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
