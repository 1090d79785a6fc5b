package normalize

import "strings"

// model says names made of letters and digits: "F-16", "COVID-19", "A320", "5G", "H5N1", "QX-7704", "a3f9c2".
func (e *english) model(t *tokens, i int) match {
	if t.kind(i-1) == word || t.kind(i-1) == digits || t.sym(i-1, "@#_") {
		return match{}
	}
	if m := e.lineage(t, i); m.end > 0 {
		return m
	}
	end, parts := e.chain(t, i)
	if parts < 2 {
		return match{}
	}
	if t.is(i, "WW") && t.kind(i+1) == digits && parts == 2 {
		return match{end, "code", "World War " + e.cardinal(t.text(i+1))}
	}
	if w := t.low(i + 1); t.kind(i) == digits && end == i+2 && (ordinalSuffix(t.text(i), w) || w == "s" && len(t.text(i)) > 1) {
		return match{}
	}
	if w := t.text(i + 1); t.kind(i) == digits && end == i+2 {
		switch w {
		case "st", "nd", "rd", "th": // no ordinal has this ending
			say := e.cardinal(t.text(i))
			if len(t.text(i)) > 2 {
				say = e.digits(t.text(i))
			}
			return match{end, "code", say + " " + w}
		case "s", "S":
			if p := t.prev(i); t.shape(p) == mixed || t.kind(p) == word && w == "S" { // "iPhone 5s"
				return match{end, "code", e.code(t.text(i)) + " S"}
			}
		}
	}
	if r := t.right(end); t.is(i, "U") && r != "sank" && r != "submarine" && r != "torpedoed" && parts == 2 && t.kind(end-1) == digits && t.text(end-1) >= "15" && t.text(end-1) <= "23" && len(t.text(end-1)) == 2 {
		return match{end, "code", "under " + e.cardinal(t.text(end-1))}
	}
	hash := parts >= 4 && !t.is(i+1, "-")
	for j := i; j < end; j++ {
		hash = hash && t.shape(j) == lower
	}
	var b strings.Builder
	for j := i; j < end; j++ {
		var say string
		switch t.kind(j) {
		case digits:
			d := t.text(j)
			switch {
			case hash:
				say = e.digits(d)
			case t.is(j+1, ".") && j+2 < end:
				say = e.number(number{whole: d, frac: t.text(j + 2)})
				j += 2
			default:
				say = e.code(d)
			}
			if t.is(j+1, "s") && j+2 == end {
				say = plural(say)
				j++
			}
		case word:
			say = e.codeWord(t.text(j), t.shape(j), hash, parts)
		default:
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(say)
	}
	return match{end, "code", b.String()}
}

// lineage says letters and numbers joined by full stops: "B.1.1.7", "BA.5".
func (e *english) lineage(t *tokens, i int) match {
	w := t.text(i)
	if t.kind(i) != word || len(w) > 3 || w != strings.ToUpper(w) || !t.is(i+1, ".") || t.kind(i+2) != digits || t.kind(i-1) == symbol && !t.open(i) {
		return match{}
	}
	say := spaced(w)
	j := i + 1
	for k := 0; k < 6 && t.is(j, ".") && t.kind(j+1) == digits; k++ {
		say += " " + e.code(t.text(j+1))
		j += 2
	}
	if t.kind(j) == word || t.sym(j, "-@_") {
		return match{}
	}
	return match{j, "code", say}
}

// chain finds the end of a name of letters and digits at token i and counts its parts; fewer than two are no name.
func (e *english) chain(t *tokens, i int) (end, parts int) {
	words, nums := 0, 0
	j := i
	for parts < 12 {
		switch t.kind(j) {
		case digits:
			nums++
		case word:
			s, n := t.shape(j), len(t.text(j))
			if parts > 0 && s == lower && n > 1 && (t.is(j-1, "-") || n > 2 && t.kind(i) == digits || n > 4) || n > 12 {
				return 0, 0
			}
			words++
		default:
			return 0, 0
		}
		parts++
		j++
		if t.is(j, ".") && t.kind(j-1) == digits && t.kind(j+1) == digits && words > 0 {
			if t.kind(j+2) == word || t.is(j+2, ".") && t.kind(j+3) == digits {
				return 0, 0
			}
			return e.chained(t, i, j+2, parts, words, nums)
		}
		k := j
		if t.sym(k, "-‑‐–") && t.kind(i) == word {
			k++
			// The hyphen joins a name only to digits, or to capitals after digits ("B-1B", "F-35A" but "5G-enabled").
			if t.kind(k) == digits && t.kind(j-1) == word && e.hyphened(t, j-1) || t.kind(k) == digits && t.kind(j-1) == digits && parts > 1 && words > 0 {
				if t.kind(k+1) == word && t.is(k+1, "s") && len(t.text(k)) == 4 || t.sym(k+1, ":/") {
					return 0, 0
				}
				j = k
				continue
			}
			return e.chained(t, i, j, parts, words, nums)
		}
		if t.kind(j) != word && t.kind(j) != digits {
			return e.chained(t, i, j, parts, words, nums)
		}
		if t.kind(j) == t.kind(j-1) {
			return 0, 0
		}
	}
	return 0, 0
}

func (e *english) chained(t *tokens, i, end, parts, words, nums int) (int, int) {
	if words == 0 || nums == 0 || t.kind(i) == word && t.kind(i+1) == digits && t.shape(i) == lower && len(t.text(i)) > 4 {
		return 0, 0
	}
	return end, parts
}

// hyphened says whether the word before a hyphen and digits makes a name of them: it has a capital, and is no prefix.
func (e *english) hyphened(t *tokens, j int) bool {
	return (t.shape(j) != lower || strings.EqualFold(t.text(j), "covid")) && !e.prefixes[t.low(j)]
}

// codeWord says the letters of a name.
func (e *english) codeWord(w string, s shape, hash bool, parts int) string {
	switch {
	case e.special[w] != "":
		return e.special[w]
	case hash || s == lower && (parts > 3 || w == "mp"):
		return strings.ToUpper(spaced(w))
	case w == "FY":
		return "fiscal year"
	case e.acronyms[w] == alone, s == upper && len(w) <= 3 && e.acronyms[w] != asWord && (len(w) < 3 || !e.common[strings.ToLower(w)]):
		return spaced(w)
	case s == upper:
		if e.acronyms[w] == asLetters || !pronounceable(w) && e.acronyms[w] != asWord {
			return spaced(w)
		}
	}
	return w
}
