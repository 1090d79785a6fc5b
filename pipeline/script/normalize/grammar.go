package normalize

import "strings"

// match is what a rule found at a token: it claims the tokens up to end and wants them said so. The zero match is none.
type match struct {
	end   int
	class string
	say   string
}

// rule reads the tokens from i on. It must be fast where it does not apply, and must not look further ahead than it
// claims by more than a constant, or hostile text makes the whole quadratic.
type rule func(t *tokens, i int) match

// grammar is the rules of a language by the kind of token they can begin with.
type grammar struct {
	tag   string
	rules [calm + 1][]rule
	// known says whether a calm word can begin a match; nil for any.
	known func(t *tokens, i int) bool
	// sound gives the pronunciation of a word that is spoken as written, and the token after it; nil for none.
	sound func(t *tokens, i int) (ipa string, end int)
}

// quiet says whether no rule can begin at token i.
func (g *grammar) quiet(t *tokens, i int) bool {
	k := t.calm(i)
	return len(g.rules[k]) == 0 || k == calm && g.known != nil && !g.known(t, i)
}

// best is the longest match at token i; of equal ones the first.
func (g *grammar) best(t *tokens, i int) match {
	var best match
	for _, r := range g.rules[t.calm(i)] {
		if m := r(t, i); m.end > best.end {
			best = m
		}
	}
	return best
}

// bestBefore is the longest match that ends at or before token limit. A rule that would read beyond it reads what is
// before it as if that were all.
func (g *grammar) bestBefore(t *tokens, i, limit int) match {
	m := g.best(t, i)
	if m.end <= limit {
		return m
	}
	all, caps := t.toks, t.caps
	t.toks, t.numAt = all[:limit], -1
	m = g.best(t, i)
	t.toks, t.caps, t.numAt = all, caps, -1
	return m
}

// grammarOf finds the rules of a BCP 47 tag by its primary language; for English and German the region matters too.
func grammarOf(lang string) grammar {
	base, rest, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(lang, "_", "-")), "-")
	switch base {
	case "en", "eng":
		region := ""
		for part := range strings.SplitSeq(rest, "-") {
			if len(part) == 2 {
				region = strings.ToUpper(part)
			}
		}
		return newEnglish(region).grammar()
	case "de", "deu", "ger":
		return newGerman().grammar()
	}
	return neutral()
}
