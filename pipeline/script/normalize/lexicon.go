package normalize

import "strings"

// LexiconClass is the class of spans that a lexicon decided.
const LexiconClass = "lexicon"

// Lexicon knows how some words of a text are read. Its readings win over every rule; the rules around them still see
// what is written there.
type Lexicon interface {
	// Readings gives the readings in a text, in order and without overlap.
	Readings(text string) []Reading
}

// Reading is how a stretch of text is read. Words that are as written, and words whose sound is given, are final: no rule
// changes them. Others are words of a text like those around them, so a number in them is said as rules say numbers.
type Reading struct {
	Start, End int    // bytes of the text, [Start, End)
	Say        string // the words
	IPA        string // how they sound; empty leaves it to the voice
}

// With returns a normaliser that asks a lexicon first.
func (n *Normalizer) With(l Lexicon) *Normalizer {
	with := *n
	with.lexicon = l
	return &with
}

// readings are what the lexicon says of a text.
func (n *Normalizer) readings(text string) []Reading {
	if n.lexicon == nil {
		return nil
	}
	return n.lexicon.Readings(text)
}

// readingsAgain are what the lexicon says of the words that r says for a text. Its own words it does not read again; it
// only keeps the rules from those that are final.
func (n *Normalizer) readingsAgain(text string, r Result) []Reading {
	if n.lexicon == nil {
		return nil
	}
	found := n.readings(r.Spoken)
	var list []Reading
	for _, s := range r.Spans {
		if s.Class != LexiconClass {
			continue
		}
		for len(found) > 0 && found[0].End <= s.From {
			list, found = append(list, found[0]), found[1:]
		}
		words := strings.TrimLeft(r.Spoken[s.From:s.To], " ")
		from := s.To - len(words)
		words = strings.TrimRight(words, " ")
		final := words != "" && (s.IPA != "" || words == strings.TrimSpace(text[s.Start:s.End]))
		if final {
			list = append(list, Reading{from, from + len(words), words, s.IPA})
		}
		for ; len(found) > 0 && found[0].Start < s.To; found = found[1:] {
			if f := found[0]; !final && f.Start >= s.From && f.End <= s.To && f.Say == r.Spoken[f.Start:f.End] {
				list = append(list, f)
			}
		}
	}
	return append(list, found...)
}

// claim is a reading for whole tokens.
type claim struct {
	from, to int // tokens, [from, to)
	say, ipa string
}

// claims makes readings of whole tokens. What a token holds before and behind a reading is said with it, as it is written;
// then its sound, which is for less than the token, is dropped.
func (t *tokens) claims(readings []Reading) []claim {
	var claims []claim
	i, done := 0, 0 // the token and the byte that the last claim reaches to
	rest := func() {
		if n := len(claims); n > 0 && done < int(t.toks[claims[n-1].to-1].end) {
			claims[n-1].add(t.s[done:t.toks[claims[n-1].to-1].end], "")
		}
	}
	for _, r := range readings {
		if r.Start < done || r.Start >= r.End || r.End > len(t.s) {
			continue
		}
		if n := len(claims); n > 0 && r.Start < int(t.toks[claims[n-1].to-1].end) { // in the token of the one before
			claims[n-1].add(t.s[done:r.Start], "")
		} else {
			rest()
			for int(t.toks[i].end) <= r.Start {
				i++
			}
			claims = append(claims, claim{from: i})
			if before := t.s[t.toks[i].start:r.Start]; before != "" {
				claims[n].add(before, "")
			}
		}
		for int(t.toks[i].end) < r.End {
			i++
		}
		last := &claims[len(claims)-1]
		last.add(r.Say, r.IPA)
		last.to, done = i+1, r.End
	}
	rest()
	return claims
}

func (c *claim) add(words, ipa string) {
	c.ipa = ipa
	if c.say != "" {
		c.ipa = ""
	}
	c.say += strings.ToValidUTF8(words, "")
}
