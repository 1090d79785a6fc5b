package normalize

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// signed says a sign together with the number after it: "-5", "+3%", "~200", "±3", "< 10".
func (e *english) signed(t *tokens, i int) match {
	j := i + 1
	var head string
	switch s := t.text(i); s {
	case "-", "–", "‐", "‑":
		if !t.open(i) || s == "–" && t.kind(i-1) == space && t.kind(t.prev(i)) == word && !e.below(t, i) {
			return match{}
		}
		head = "minus"
	case "−":
		head, j = "minus", t.gap(j)
	case "+":
		if !t.open(i) {
			return match{}
		}
		head = "plus"
	case "~", "≈", "∼":
		head, j = "about", t.gap(j)
		if t.kind(i-1) == digits && j == i+1 { // "10~20"
			head = "to"
		}
	case "±":
		head, j = "plus or minus", t.gap(j)
	case "<", ">", "≤", "≥":
		if t.kind(t.prev(i)) == digits {
			s = "is " + s
		}
		head, j = map[string]string{
			"<": "less than", ">": "more than", "≤": "at most", "≥": "at least",
			"is <": "is less than", "is >": "is greater than", "is ≤": "is at most", "is ≥": "is at least",
		}[s], t.gap(j)
	default:
		return match{}
	}
	m := e.amountAt(t, j)
	if m.end == 0 {
		return match{}
	}
	return match{m.end, m.class, head + " " + m.say}
}

// below says whether the long dash at token i, glued to a number behind a word, can be a minus: a value is expected there.
func (e *english) below(t *tokens, i int) bool {
	switch t.left(i) {
	case "to", "at", "of", "from", "by", "was", "is", "be", "hit", "hits", "reached", "between", "and", "below", "around", "about", "minus", "near", "than":
		return true
	}
	switch m := e.amountAt(t, i+1); m.class {
	case "temperature", "percent":
		return true
	}
	return false
}

// amountAt is the number, measure or amount of money at token i.
func (e *english) amountAt(t *tokens, i int) match {
	rules := []rule{e.money, e.quantity, e.plain}
	if t.kind(i) == digits {
		rules = append(rules, e.size, e.slash)
	}
	var best match
	for _, r := range rules {
		if m := r(t, i); m.end > best.end {
			best = m
		}
	}
	return best
}

// named says the signs that have a name.
func (e *english) named(t *tokens, i int) match {
	s := t.text(i)
	m := match{end: i + 1, class: "symbol"}
	switch s {
	case "/", "⁄":
		return e.solidus(t, i)
	case "<", ">":
		return markup(t, i)
	case "§":
		m.say = "section"
		if t.is(i+1, "§") {
			m.end, m.say = i+2, "sections"
		}
		return m
	case "$":
		if w := t.text(i + 1); t.shape(i+1) == upper && len(w) <= 5 && t.open(i) {
			return match{i + 2, "ticker", spaced(w)}
		}
	case "*":
		if t.kind(t.prev(i)) == digits && t.kind(t.gap(i+1)) == digits {
			m.say = "times"
			return m
		}
	case "|":
		m.say = ","
		return m
	case "^":
		j, minus := i+1, ""
		if t.sym(j, "-−") {
			j, minus = j+1, "minus "
		}
		if t.kind(j) == digits && minus == "" {
			return match{j + 1, "exponent", "to the " + e.ordinal(t.text(j))}
		} else if t.kind(j) == digits {
			return match{j + 1, "exponent", "to the minus " + e.cardinal(t.text(j))}
		}
	case ".":
		if (t.kind(i-1) == space || t.kind(i-1) == none || t.is(i-1, "(")) && t.kind(i+1) == word && t.shape(i+1) != capital {
			m.say = "dot"
			return m
		}
	case "&":
		if t.kind(i+1) == word && t.is(i+2, ";") && entity(t.text(i+1)) {
			return match{i + 3, "markup", ""}
		} else if t.is(i+1, "#") && t.kind(i+2) == digits && t.is(i+3, ";") {
			return match{i + 4, "markup", ""}
		}
	}
	if m.say = e.symbols[s]; m.say == "" {
		return match{}
	}
	return m
}

// entity says whether a word is the name of an HTML entity that survived in the text and has no sound.
func entity(w string) bool {
	switch w {
	case "nbsp", "shy", "zwnj", "zwj", "quot", "lt", "gt", "thinsp", "ensp", "emsp", "apos":
		return true
	}
	return false
}

// solidus says a slash: "and/or", "he/she", "km/h" and the like.
func (e *english) solidus(t *tokens, i int) match {
	m := match{end: i + 1, class: "symbol", say: "slash"}
	before, after := t.low(i-1), t.low(i+1)
	switch {
	case t.kind(i-1) == space && t.kind(i+1) == space && t.is(i, "/"):
		m.say = "slash"
	case before == "and" && after == "or":
		m.say = ""
		if t.kind(i-1) == word {
			m.say = " "
		}
	case before == "yes" && after == "no", before == "he" && after == "she", before == "his" && after == "her", before == "him" && after == "her", before == "she" && after == "they":
		m.say = "or"
	case t.shape(i-1) == upper && t.shape(i+1) == upper && len(before) < 6 && len(after) < 6: // "HIV/AIDS", "AC/DC"
		m.say = " "
	case before == "c" && after == "o", before == "n" && after == "a", len(before) == 1 && len(after) == 1 && t.shape(i-1) == capital && t.shape(i+1) == capital:
		m.say = " "
	case t.kind(i-1) == word && (after == "h" || after == "s" || after == "hr" || after == "sec"):
		m.say = "per"
	}
	if k := t.kind(i + 1); k == none || t.kind(i-1) == none && k == space {
		m.say = ""
	}
	return m
}

// markup drops what looks like a tag, and angle brackets that compare nothing.
func markup(t *tokens, i int) match {
	if t.is(i, "<") {
		j := i + 1
		if t.is(j, "/") {
			j++
		}
		if t.kind(j) == word && t.shape(j) == lower {
			k := j + 1
			if t.kind(k) == digits { // <h1>
				k++
			}
			for attributes := t.kind(k) == space && t.kind(k+1) == word && t.is(k+2, "="); attributes && k < j+60 && t.kind(k) != none && !t.is(k, ">"); {
				k++
			}
			if k = t.gap(k); t.is(k, "/") {
				k++
			}
			if t.is(k, ">") {
				if t.kind(i-1) == word && t.kind(k+1) == word && !inline(t.low(j)) {
					return match{k + 1, "markup", " "}
				}
				return match{k + 1, "markup", ""}
			}
		}
	}
	say := ""
	if t.kind(i-1) == word && t.kind(i+1) == word {
		say = " "
	}
	return match{i + 1, "symbol", say}
}

// inserted says a word with letters that an editor put in square brackets: "[I]t", "say[s]", "mean[ing]ful".
func inserted(t *tokens, i int) match {
	if !t.is(i, "[") && !t.is(i+1, "[") || t.kind(i-1) == word || t.is(i-1, "]") {
		return match{}
	}
	var b strings.Builder
	j, brackets := i, 0
	for k := 0; k < 6; k++ {
		switch {
		case t.kind(j) == word && (j == i || !t.is(j-1, "[")):
			b.WriteString(t.text(j))
			j++
		case t.is(j, "[") && t.kind(j+1) == word && t.is(j+2, "]") && (t.kind(j-1) != word || j == i || ending(t.text(j+1)) || t.kind(j+3) == word):
			b.WriteString(t.text(j + 1))
			brackets++
			j += 3
		default:
			k = 6
		}
	}
	if brackets == 0 || j-i == 3 || t.kind(j) == digits {
		return match{}
	}
	return match{j, "bracket", b.String()}
}

// ending says whether letters in brackets after a word are its ending, not the mark of a footnote.
func ending(w string) bool {
	switch w {
	case "s", "d", "es", "ed", "ing", "er", "ly", "n't", "ion", "ute", "utes":
		return true
	}
	return false
}

// inline says whether a tag can stand inside a word.
func inline(tag string) bool {
	switch tag {
	case "a", "b", "i", "u", "s", "em", "strong", "span", "sub", "sup", "small", "font", "mark", "wbr":
		return true
	}
	return false
}

// sign is the last rule for symbols: punctuation stays, what can be taken apart into letters and digits is read so, and
// the rest is not heard.
func (e *english) sign(t *tokens, i int) match {
	s := t.text(i)
	if s == "-" && t.kind(i-1) != none && wordy(first(t.text(i-1))) && t.kind(i+1) != none && wordy(first(t.text(i+1))) || isKept(s) {
		return match{}
	}
	m := match{end: i + 1, class: "symbol"}
	if s == "´" || s == "′" || s == "`" {
		if t.kind(i-1) == word && t.kind(i+1) == word {
			m.say = "'"
		}
		return m
	}
	if strings.Contains("™℠©®", s) {
		return m
	}
	var parts []string
	inner := scan(norm.NFKC.String(s))
	for j := range inner.toks {
		switch inner.kind(j) {
		case digits:
			parts = append(parts, e.cardinal(inner.text(j)))
		case word:
			w := inner.text(j)
			if v := roman(w); v > 0 && v < 100 && len(s) > 1 {
				w = e.cardinal(itoa(v))
			}
			parts = append(parts, w)
		default:
		}
	}
	m.say = strings.Join(parts, " ")
	if m.say == "" && t.kind(i-1) == word && t.kind(i+1) == word {
		m.say = " "
	}
	return m
}

// exponent says superscripts: powers of numbers and of single letters. After a longer word they are the mark of a
// footnote and are not heard.
func (e *english) exponent(t *tokens, i int) match {
	d := strings.Map(plainDigit, t.text(i))
	m := match{end: i + 1, class: "exponent"}
	minus := ""
	if rest, ok := strings.CutPrefix(d, "-"); ok {
		minus, d = "minus ", rest
	}
	power := t.kind(i-1) == digits || t.is(i-1, ")") || t.kind(i-1) == word && len(t.text(i-1)) <= 2
	switch {
	case d == "" || strings.Trim(d, "0123456789") != "":
		if num, ok := strings.CutSuffix(d, "+"); t.kind(i-1) == word && minus == "" && ok && strings.Trim(num, "0123456789") == "" {
			m.say = "plus"
			if num != "" {
				m.say = e.cardinal(num) + " plus"
			}
		}
	case !power:
		m.class = "footnote"
	case d == "2" && minus == "":
		m.say = "squared"
	case d == "3" && minus == "":
		m.say = "cubed"
	case minus != "":
		m.say = "to the " + minus + e.cardinal(d)
	default:
		m.say = "to the " + e.ordinal(d)
	}
	return m
}

// plainDigit turns a superscript into the sign it raises.
func plainDigit(r rune) rune {
	switch {
	case r == '⁰' || r >= '⁴' && r <= '⁹':
		return '0' + r - '⁰'
	case r == '¹':
		return '1'
	case r == '²':
		return '2'
	case r == '³':
		return '3'
	case r == '⁺':
		return '+'
	}
	return '-'
}
