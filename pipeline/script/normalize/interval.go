package normalize

import "strings"

// second is the number after a dash that makes a range with the one before: "5-10", "40–52", "10 – 15".
func (e *english) second(t *tokens, n number) number {
	j := n.end
	if t.kind(j) == space && t.sym(j+1, "–-") && t.kind(j+2) == space && !t.toks[j].brk && !t.toks[j+2].brk && t.kind(j+3) == digits {
		if j++; t.is(t.gap(j+3), "=") {
			return number{}
		}
	} else if t.kind(j) == space {
		return number{}
	}
	if !t.sym(j, dashes) {
		return number{}
	}
	if j == n.end {
		j++
	} else {
		j = t.gap(j + 1)
	}
	if t.kind(j) != digits && !t.is(j, ".") {
		return number{}
	}
	return e.num(t, j)
}

// interval says two or three numbers joined by dashes: years, scores, records, votes, ranges.
func (e *english) interval(t *tokens, i int) match {
	n := e.num(t, i)
	if n.end == 0 {
		return match{}
	}
	m := e.second(t, n)
	if m.end == 0 {
		return match{}
	}
	if t.kind(m.end) == word { // "1960s-80s" is two decades, "3-5x" no range
		return match{}
	}
	if t.sym(m.end, dashes) && t.kind(m.end+1) == digits {
		third := e.num(t, m.end+1)
		if t.sym(third.end, dashes) && t.kind(third.end+1) == digits {
			return match{} // a serial number
		}
		return match{third.end, "score", e.number(n) + " " + e.number(m) + " " + e.number(third)}
	}
	if t.kind(i-2) == word && t.sym(i-1, "-") && len(t.text(i-2)) == 1 {
		return match{} // a row of signs
	}
	if len(n.whole) == 3 && n.plain() && m.plain() && (e.makers[t.left(i)] || len(m.whole) == 3 && n.whole[0] == '7' && n.whole[2] == '7' && m.whole[1:] == "00") {
		return match{m.end, "code", e.code(n.whole) + " " + e.code(m.whole)}
	}
	first, last := e.number(n), e.number(m)
	if n.plain() && m.plain() && len(n.whole) == 4 && (len(m.whole) == 4 || len(m.whole) == 2 && m.whole > n.whole[2:]) && e.isYear(t, i, n) &&
		!e.things(t, m.end) {
		end := e.year(m.whole)
		if len(m.whole) == 2 && m.whole[0] == '0' {
			end = e.year(n.whole[:2] + m.whole)
		}
		return match{m.end, "year", e.year(n.whole) + " to " + end}
	}
	class := "range"
	joint := " to "
	if n.plain() && m.plain() && !less(n.whole, m.whole) {
		class = "score"
		switch {
		case n.whole == m.whole, e.tennis(t, i, n, m):
			joint = " "
		case e.record(t, i, m.end):
			joint = " and "
		}
	} else if n.plain() && m.plain() && e.tennis(t, i, n, m) {
		class, joint = "score", " "
	}
	return match{m.end, class, first + joint + last}
}

// tennis says whether two numbers are a set: at most 7, with another set beside it.
func (e *english) tennis(t *tokens, i int, n, m number) bool {
	set := func(j int) bool {
		return t.kind(j) == digits && t.sym(j+1, dashes) && t.kind(j+2) == digits && len(t.text(j)) == 1 && len(t.text(j+2)) == 1
	}
	if len(n.whole) != 1 || len(m.whole) != 1 || n.whole > "7" || m.whole > "7" {
		return false
	}
	j := m.end
	if t.kind(j) == space && t.is(j+1, "(") && t.is(j+3, ")") { // the tie-break
		j += 4
	} else if t.is(j, "(") && t.is(j+2, ")") {
		j += 3
	}
	if t.sym(j, ",") {
		j++
	}
	k := t.prev(i)
	if t.is(k, ",") {
		k = t.prev(k)
	}
	if t.is(k, ")") && t.is(k-2, "(") {
		k = t.prev(k - 2)
	}
	return set(t.gap(j)) || set(k-2)
}

// record says whether a score is a team's wins and losses.
func (e *english) record(t *tokens, i, end int) bool {
	switch t.right(end) {
	case "record", "start", "mark", "season":
		return true
	case "down", "up", "ahead", "behind", "clear", "lead", "victory", "win", "defeat", "loss", "draw": // one game, not many
		return false
	}
	p := t.prev(i)
	switch t.left(p) {
	case "odds", "vote", "votes", "score", "result", "margin", "tally", "count", "final", "scores", "ratio", "spread", "chances", "it":
		return false
	}
	switch t.low(p) {
	case "record", "went", "going", "go", "are", "were", "is", "was", "started", "starting", "finished":
		return true
	case "to", "at", "of":
		switch t.left(p) {
		case "improved", "improve", "improves", "improving", "fell", "fall", "falls", "dropped", "drop", "drops", "moved", "moves", "record", "advanced",
			"rose", "slipped", "stand", "stands", "sit", "sits", "start", "mark":
			return true
		}
	}
	return false
}

// slash says two whole numbers with a slash between them: fractions, "9/11", "24/7", "2023/24", "120/80".
func (e *english) slash(t *tokens, i int) match {
	a, b := t.text(i), t.text(i+2)
	if !t.sym(i+1, "/⁄") || t.kind(i+2) != digits || t.sym(i+3, "/⁄") && t.kind(i+4) == digits || t.is(i-1, "/") {
		return match{}
	}
	m := match{end: i + 3, class: "fraction"}
	switch {
	case a == "9" && b == "11", a == "24" && b == "7", a == "7" && (b == "7" || b == "11"), a == b:
		m.class, m.say = "idiom", e.cardinal(a)+" "+e.cardinal(b)
	case len(a) == 4 && (len(b) == 2 || len(b) == 4) && a > "1000" && a < "2999":
		m.class, m.say = "year", e.year(a)+" "+e.pair(b, "hundred")
		if len(b) == 4 {
			m.say = e.year(a) + ", " + e.year(b)
		}
	case t.left(i) == "on" && !e.things(t, m.end) && e.monthDay(a, b) != "":
		m.class, m.say = "date", e.monthDay(a, b)
	case b == "1":
		m.class, m.say = "ratio", e.cardinal(a)+" to one"
	case strings.Trim(b, "0") == "":
		m.class, m.say = "number", e.cardinal(a)+" over "+e.cardinal(b)
	case !less(a, b) && len(b) > 1, len(a) > 1 && a[0] == '0':
		m.say = e.cardinal(a) + " over " + e.cardinal(b)
	default:
		m.say = e.fraction(a, b)
		if w := t.low(i + 3); t.kind(i+3) == word && ordinalSuffix(b, w) {
			m.end++
		}
	}
	return m
}

// ratio says "3:1" and "16:9", and chapter and verse.
func (e *english) ratio(t *tokens, i int) match {
	a, b := t.text(i), t.text(i+2)
	if !t.is(i+1, ":") || t.kind(i+2) != digits || t.is(i+3, ":") && t.kind(i+4) == digits {
		return match{}
	}
	if e.books[t.left(i)] {
		m := match{i + 3, "verse", e.cardinal(a) + " " + e.cardinal(b)}
		if n := e.num(t, i+2); t.sym(n.end, dashes) && t.kind(n.end+1) == digits {
			m.end, m.say = n.end+2, m.say+" to "+e.cardinal(t.text(n.end+1))
		}
		return m
	}
	second := e.num(t, i+2)
	return match{second.end, "ratio", e.cardinal(a) + " to " + e.number(second)}
}

// identifier says the number of a case, a licence or a badge: the parts one by one, short ones as pairs.
func (e *english) identifier(t *tokens, i int) match {
	p := t.prev(i)
	named := t.is(p, "#")
	if t.is(p, ".") {
		named = t.low(p-1) == "no" || t.low(p-1) == "nos"
	}
	switch t.low(p) {
	case "number", "case", "docket", "id", "pin", "code", "badge", "serial", "license", "licence", "policy", "claim", "reference", "permit", "plate":
		named = t.kind(p) == word
	}
	if !named {
		return match{}
	}
	say := e.code(t.text(i))
	j := i + 1
	for k := 0; k < 4 && t.is(j, "-") && t.kind(j+1) == digits; k++ {
		say += " " + e.code(t.text(j+1))
		j += 2
	}
	if j == i+1 {
		return match{}
	}
	return match{j, "identifier", say}
}
