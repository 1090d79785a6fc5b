// Package normalize turns written text into words as a newsreader would say them ("$3.2bn" to "three point two billion
// dollars") and keeps an exact two-way map between the two. Rules and tables are data by language. It is not for
// splitting sentences and does not change the meaning: no value, currency or unit is lost, and no number ever passes
// through floating point.
//
// A text is cut into tokens with byte offsets; at each token every rule that can begin there is asked, the longest match
// wins (the earlier rule when two are equal), and what no rule claims is spoken as written. docs/text.md has the classes,
// an example of each, and where the readings differ on purpose from the test cases of other projects.
package normalize

import (
	"maps"
	"slices"
	"unicode/utf8"
)

// Span maps a stretch of the written text to a stretch of the spoken text. The spans of a Result follow each other
// without gap or overlap and cover every byte of both texts.
type Span struct {
	Class string `json:"class,omitempty"` // the rule: "money", "year"...; empty where the text is spoken as written
	Start int    `json:"start"`           // bytes of the written text, [Start, End)
	End   int    `json:"end"`
	From  int    `json:"from"` // bytes of the spoken text, [From, To); From == To where nothing is said
	To    int    `json:"to"`
	// IPA is how the spoken bytes sound, in the International Phonetic Alphabet, where that is known; empty leaves it to
	// the voice. A span that has it has a class and says something.
	IPA string `json:"ipa,omitempty"`
}

// Result is a normalised text.
type Result struct {
	Spoken string
	Spans  []Span
}

// Normalizer speaks the numbers, signs and short forms of one language. It never changes after it is made, so it may be
// used by many goroutines at once.
type Normalizer struct {
	grammar grammar
	off     map[string]bool
	lexicon Lexicon // or nil
}

// New makes the normaliser of a BCP 47 language ("en", "en-GB", "de-AT"). A language without rules of its own gets the
// minimum that holds for all: pauses for dashes and brackets, nothing said for emoji and format characters, no phoneme
// brackets; its numbers and signs are left to the voice. Language tells which of the two it was.
func New(lang string) *Normalizer {
	return &Normalizer{grammar: grammarOf(lang)}
}

// Language is the language whose rules are used: "en", "en-GB", "de", or "und" for the minimum.
func (n *Normalizer) Language() string { return n.grammar.tag }

// Without returns a normaliser that leaves the named classes as they are written, for a voice that reads them better
// itself. A stretch of a class that is switched off is spoken as written, whole.
func (n *Normalizer) Without(classes ...string) *Normalizer {
	off := maps.Clone(n.off)
	if off == nil {
		off = make(map[string]bool, len(classes))
	}
	for _, c := range classes {
		off[c] = true
	}
	return &Normalizer{grammar: n.grammar, off: off, lexicon: n.lexicon}
}

// passes is how often a text is gone over at most. What one rule says can complete the context of another, in odd texts;
// a text is finished when a pass changes nothing.
const passes = 5

// Normalize returns the words for a text: a sentence, a heading or a paragraph. Normalising the words again changes
// nothing. Time and memory are linear in the length of the text. Bytes that are no UTF-8 are mapped to nothing.
func (n *Normalizer) Normalize(text string) Result {
	r := n.pass(text, n.readings(text))
	for range passes - 1 {
		if len(r.Spans) == 0 || len(r.Spans) == 1 && r.Spans[0].Class == "" {
			break
		}
		again := n.pass(r.Spoken, n.readingsAgain(text, r))
		done := again.Spoken == r.Spoken
		if !done || slices.ContainsFunc(again.Spans, func(s Span) bool { return s.IPA != "" }) {
			r = compose(r, again) // the words may have become ones whose sound is known
		}
		if done {
			break
		}
	}
	return r
}

// pass goes over a text once. The readings are the lexicon's.
func (n *Normalizer) pass(text string, readings []Reading) Result {
	t := scan(text)
	b := newBuilder(text)
	claims := t.claims(readings)
	for i := 0; i < len(t.toks); {
		limit := len(t.toks)
		if len(claims) > 0 {
			if c := &claims[0]; c.from == i {
				b.say(LexiconClass, int(t.toks[i].start), int(t.toks[c.to-1].end), c.say)
				b.pronounce(c.ipa)
				i, claims = c.to, claims[1:]
				continue
			}
			limit = claims[0].from
		}
		tok := &t.toks[i]
		var m match
		if !n.grammar.quiet(t, i) {
			m = n.grammar.bestBefore(t, i, limit)
		}
		switch {
		case m.end <= i:
			if n.grammar.sound != nil && !n.off[classHeteronym] && tok.kind == word {
				if ipa, end := n.grammar.sound(t, i); end > i && end <= limit {
					b.sound(int(tok.start), int(t.toks[end-1].end), ipa)
					i = end
					continue
				}
			}
			b.same(int(tok.start), int(tok.end))
			i++
		case n.off[m.class] && utf8.ValidString(text[tok.start:t.toks[m.end-1].end]):
			b.same(int(tok.start), int(t.toks[m.end-1].end))
			i = m.end
		default:
			b.say(m.class, int(tok.start), int(t.toks[m.end-1].end), m.say)
			i = m.end
		}
	}
	return b.result()
}
