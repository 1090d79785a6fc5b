package normalize

import (
	"strings"
	"unicode"
)

// The longest local part and domain of an address (RFC 5321, 4.5.3.1), in tokens; more is no address.
const addressTokens = 64

// web says links, mail addresses and file names: dots as "dot", "@" as "at", the rest as words. What follows a "?" or "#" is
// not said; the scheme and "www" only where the link is the whole text, which then has nothing else to tell.
func (e *english) web(t *tokens, i int) match {
	if k := t.kind(i - 1); k == word || k == digits || t.sym(i-1, "@_./$") && t.kind(i-2) != space && k == symbol {
		return match{}
	}
	if t.is(i+1, ":") && t.is(i+2, "/") && t.is(i+3, "/") && t.kind(i+4) != space {
		start := i + 4
		for t.is(start, "/") {
			start++
		}
		if t.is(start, "www") && t.is(start+1, ".") {
			start += 2
		}
		m := e.link(t, start, start)
		if m.end > 0 && t.whole(i, m.end) {
			m.say = e.spellOut(t.s[t.toks[i].start:t.toks[start].start]) + " " + m.say
		}
		return m
	}
	// Words joined by . - _ + up to an @ or to where the name ends.
	j, dots, under, lastDot := i, 0, false, -1
	for j-i < addressTokens && (t.kind(j) == word || t.kind(j) == digits) {
		for t.kind(j) == word || t.kind(j) == digits {
			j++
		}
		if t.is(j, "@") && (t.kind(j+1) == word || t.kind(j+1) == digits) {
			return e.mail(t, i, j)
		}
		if k := t.kind(j + 1); !t.sym(j, ".-_+") || k != word && k != digits {
			break
		}
		if t.is(j, ".") {
			dots, lastDot = dots+1, j
		}
		under = under || t.is(j, "_")
		j++
	}
	if dots == 0 || t.kind(i) == digits && t.kind(lastDot+1) == digits {
		return match{}
	}
	last := t.low(lastDot + 1)
	domain := e.domains[last] && (t.shape(lastDot+1) == lower) && j == lastDot+2
	file := e.extensions[last] && t.shape(lastDot+1) == lower && (t.kind(j) != word)
	switch {
	case domain || t.is(i, "www"):
		start := i
		if t.is(i, "www") {
			start += 2
		}
		m := e.link(t, start, j)
		if m.end > 0 && start > i && t.whole(i, m.end) {
			m.say = "W W W dot " + m.say
		}
		return m
	case file || under, t.kind(i) == word && t.shape(i) == lower && t.shape(lastDot+1) == lower && t.kind(lastDot+1) == word && j == lastDot+2 &&
		len(t.text(i)) > 1 && len(last) > 1 && !e.common[last]:
		return match{j, "web", e.spellOut(t.s[t.toks[i].start:t.toks[j-1].end])}
	}
	return match{}
}

// link says a link whose host begins at token host and ends at or after token j, with its path.
func (e *english) link(t *tokens, host, j int) match {
	for t.kind(j) == word || t.kind(j) == digits || t.kind(j) == symbol && t.sym(j, ".-_") && (t.kind(j+1) == word || t.kind(j+1) == digits) {
		j++
	}
	end := j
	if t.sym(j, "/:?#") {
		for t.kind(end) != none && t.kind(end) != space {
			end++
		}
		for end > j && t.sym(end-1, ".,;:!?)]}>'\"’”…") {
			end--
		}
	}
	if end <= host {
		return match{}
	}
	s := t.s[t.toks[host].start:t.toks[end-1].end]
	if cut := strings.IndexAny(s, "?#"); cut >= 0 {
		s = s[:cut]
	}
	return match{end, "web", e.spellOut(strings.TrimRight(s, "/"))}
}

// mail says a mail address whose @ is token at.
func (e *english) mail(t *tokens, i, at int) match {
	j := at + 1
	for j-at < addressTokens && (t.kind(j) == word || t.kind(j) == digits || t.sym(j, ".-_") && (t.kind(j+1) == word || t.kind(j+1) == digits)) {
		j++
	}
	if t.is(j, "/") && (t.kind(j+1) == word || t.kind(j+1) == digits) {
		return e.link(t, i, j)
	}
	return match{j, "web", e.spellOut(t.s[t.toks[i].start:t.toks[j-1].end])}
}

// spellOut says an address sign by sign and word by word.
func (e *english) spellOut(s string) string {
	var b strings.Builder
	add := func(w string) {
		if b.Len() > 0 && w != "" {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	names := map[rune]string{
		'.': "dot", '@': "at", '/': "slash", '_': "underscore", '+': "plus", ':': "colon", '=': "equals", '&': "and", '%': "percent", '~': "tilde", '-': "dash",
	}
	start, prev := 0, none
	flush := func(end int) {
		if start < end {
			w := strings.Map(func(r rune) rune {
				if ignorable(r) {
					return -1
				}
				return r
			}, s[start:end])
			switch prev {
			case word:
				add(e.labelWord(w))
			case digits:
				add(e.typed(strings.Map(asciiDigit, w)))
			default:
			}
		}
	}
	for i, r := range s {
		k := kindOf(r, len(string(r)))
		if ignorable(r) {
			continue
		}
		if k != prev || k == symbol {
			flush(i)
			start = i
		}
		if k == symbol {
			add(names[r])
		}
		prev = k
	}
	flush(len(s))
	return b.String()
}

// typed says the digits of an address as one would dictate them: years and round numbers by name, others one by one.
func (e *english) typed(d string) string {
	if len(d) < 3 && d[0] != '0' || len(d) == 4 && (d[:2] == "19" || d[:2] == "20" || d[2:] == "00" && d[0] != '0') {
		return e.code(d)
	}
	return e.digits(d)
}

// labelWord says one word of an address: by letters when it is a country's domain, a format or has no vowel.
func (e *english) labelWord(w string) string {
	lw := strings.ToLower(w)
	switch {
	case len(lw) == 1:
		return strings.ToUpper(lw)
	case lw == "jpg", lw == "jpeg":
		return "J peg"
	case lw == "com", lw == "org", lw == "net", lw == "gov", lw == "edu", lw == "info", lw == "biz", lw == "news", lw == "blog", lw == "zip", lw == "co":
		return lw
	case len(lw) <= 4 && (e.domains[lw] && len(lw) == 2 || e.extensions[lw] && !e.common[lw] && lw != "doc" && lw != "app" || !strings.ContainsAny(lw, "aeiouy")), lw == "https", e.acronyms[w] == asLetters:
		return strings.ToUpper(spaced(lw))
	}
	if w != strings.ToUpper(w) {
		return e.camel(w)
	}
	return lw
}

// handle says "@name" and "#SaveOurPool", "#1" and "C#".
func (e *english) handle(t *tokens, i int) match {
	at := t.is(i, "@")
	if !at && !t.is(i, "#") {
		return match{}
	}
	if !at && t.kind(i-1) == word && len(t.text(i-1)) == 1 && t.kind(i+1) != word && t.kind(i+1) != digits {
		return match{i + 1, "symbol", "sharp"}
	}
	j := i + 1
	letters := false
	for t.kind(j) == word || t.kind(j) == digits || t.is(j, "_") || at && t.is(j, ".") && t.kind(j+1) == word && t.kind(j-1) == word {
		letters = letters || t.kind(j) == word
		j++
	}
	switch {
	case letters && at:
		return match{j, "handle", "at " + e.humps(t, i+1, j)}
	case letters && t.is(j, "#"): // "#text#"
		return match{i + 1, "symbol", "hash"}
	case letters:
		return match{j, "hashtag", "hashtag " + e.humps(t, i+1, j)}
	case at:
		return match{i + 1, "symbol", "at"}
	case t.kind(t.gap(j)) == digits || j > i+1:
		return match{i + 1, "symbol", "number"}
	}
	return match{i + 1, "symbol", "hash"}
}

// humps says the words of a name that are told apart by capitals, digits and underscores.
func (e *english) humps(t *tokens, i, j int) string {
	var parts []string
	for ; i < j; i++ {
		switch t.kind(i) {
		case digits:
			if d := t.text(i); len(d) == 4 {
				parts = append(parts, e.year(d))
			} else {
				parts = append(parts, e.code(d))
			}
		case symbol:
			if t.is(i, ".") {
				parts = append(parts, "dot")
			}
		case word:
			parts = append(parts, e.camel(t.text(i)))
		default:
		}
	}
	return strings.Join(parts, " ")
}

// camel says a word whose parts begin with capitals.
func (e *english) camel(w string) string {
	var parts []string
	start, prev := 0, ' '
	for k, r := range w {
		next := after(w, k)
		if k > start && unicode.IsUpper(r) && (!unicode.IsUpper(prev) || unicode.IsLower(next)) {
			parts = append(parts, e.hump(w[start:k]))
			start = k
		}
		prev = r
	}
	return strings.Join(append(parts, e.hump(w[start:])), " ")
}

// hump says one word of a joined name.
func (e *english) hump(w string) string {
	if len(w) > 1 && w == strings.ToUpper(w) && ascii(w) && e.acronyms[w] != asWord && !e.common[strings.ToLower(w)] &&
		(e.acronyms[w] == asLetters || len(w) <= 3 || !pronounceable(w)) && len(w) <= 6 {
		return spaced(w)
	}
	return w
}

// after is the rune after the one at byte k, or a space.
func after(s string, k int) rune {
	for i, r := range s[k:] {
		if i > 0 {
			return r
		}
	}
	return ' '
}
