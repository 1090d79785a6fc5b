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

// interval says numbers joined by dashes: years, scores, records, votes, ranges.
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
		return e.row(t, n, m)
	}
	if t.is(i, "4") && t.left(i) == "big" && m.whole == "0" && m.plain() {
		return match{m.end, "idiom", "four oh"}
	}
	if t.kind(i-2) == word && t.sym(i-1, "-") && len(t.text(i-2)) == 1 {
		return match{} // a row of signs
	}
	if len(n.whole) == 3 && n.plain() && m.plain() && (e.makers[t.left(i)] || jet(n.whole) && (len(m.whole) == 3 && m.whole[1:] == "00" || len(m.whole) == 1)) {
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
	if t.right(m.end) == "punch" {
		return match{m.end, "idiom", first + " " + last}
	}
	if n.plain() && m.plain() && !less(n.whole, m.whole) {
		class = "score"
		switch {
		case n.whole == m.whole, e.tennis(t, i, n, m):
			joint = " "
		case t.is(i-1, "(") && t.shape(t.prev(i-1)) == capital && (t.is(m.end, ",") || t.is(m.end, ")") && (t.left(t.prev(i-1)) == "the" || t.kind(t.prev(t.prev(i-1))) == none)): // "The Eagles (6-5)"
			joint = " and "
		case e.record(t, i, m.end):
			joint = " and "
			if len(n.whole) == 3 && len(m.whole) == 1 { // runs for wickets
				joint = " for "
			}
		}
	} else if n.plain() && m.plain() && e.tennis(t, i, n, m) {
		class, joint = "score", " "
	} else if p := t.prev(i - 1); t.is(i-1, "(") && t.is(m.end, ")") && t.shape(p) == capital && t.left(p) == "the" && n.plain() && m.plain() && len(m.whole) < 3 {
		class, joint = "score", " and " // "the Bears (4-7)"
	}
	return match{m.end, class, first + joint + last}
}

// longestRow is how many numbers a row has at most, so that none is looked through again from each of its numbers.
const longestRow = 8

// row says three numbers or more joined by dashes, of which it is given two: wins, draws and losses ("10-4-2"), how a team
// lines up ("4-2-3-1"). More than three are a serial number unless each is a single digit.
func (e *english) row(t *tokens, n, m number) match {
	said, end, count := e.number(n)+" "+e.number(m), m.end, 2
	single := n.plain() && m.plain() && len(n.whole) == 1 && len(m.whole) == 1
	for t.sym(end, dashes) && t.kind(end+1) == digits && count < longestRow {
		next := e.num(t, end+1)
		said, end, count = said+" "+e.number(next), next.end, count+1
		single = single && len(next.whole) == 1 && next.plain()
	}
	if count > 3 && !single || t.sym(end, dashes) && t.kind(end+1) == digits {
		return match{}
	}
	return match{end, "score", said}
}

// jet says whether a number is a Boeing's: 737, 787.
func jet(d string) bool { return len(d) == 3 && d[0] == '7' && d[2] == '7' }

// tennis says whether two numbers are a set: at most 7, with another set beside it.
func (e *english) tennis(t *tokens, i int, n, m number) bool {
	set := func(j int) bool {
		return t.kind(j) == digits && t.sym(j+1, dashes) && t.kind(j+2) == digits && len(t.text(j)) == 1 && len(t.text(j+2)) == 1
	}
	if len(n.whole) != 1 || len(m.whole) != 1 || n.whole > "7" || m.whole > "7" {
		return false
	}
	j := m.end
	if k := t.gap(j); t.is(k, "(") { // the tie-break
		if t.is(k+2, ")") {
			j = k + 3
		} else if t.is(k+4, ")") {
			j = k + 5
		}
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
	} else if t.is(k, ")") && t.is(k-4, "(") {
		k = t.prev(k - 4)
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
	case len(a) == 2 && len(b) == 2 && (a[0] == '0' || b[0] == '0') && e.monthDay(a, b) != "": // "04/15"
		m.class, m.say = "date", e.monthDay(a, b)
	case len(a) == 2 && len(b) == 2 && atoi(a)+atoi(b) == 100: // the "80/20 rule"
		m.class, m.say = "idiom", e.cardinal(a)+" "+e.cardinal(b)
	case len(a) == 3 && len(b) == 1 && b > "1": // runs for wickets
		m.class, m.say = "score", e.cardinal(a)+" for "+e.cardinal(b)
	case b == "1":
		m.class, m.say = "ratio", e.cardinal(a)+" to one"
	case strings.Trim(b, "0") == "":
		m.class, m.say = "number", e.cardinal(a)+" over "+e.cardinal(b)
	case !less(a, b) && len(b) > 1, len(a) > 1 && a[0] == '0':
		m.say = e.cardinal(a) + " over " + e.cardinal(b)
	default:
		m.say = e.fraction(a, b)
		if w := t.low(i + 3); t.kind(i+3) == word && (ordinalSuffix(b, w) || ordinalSuffix(b, strings.TrimSuffix(w, "s"))) {
			m.end++
		}
	}
	return m
}

// ratio says "3:1" and "16:9", and chapter and verse.
func (e *english) ratio(t *tokens, i int) match {
	a, b := t.text(i), t.text(i+2)
	if n := e.num(t, i); n.frac != "" && t.is(n.end, ":") && t.kind(n.end+1) == digits { // "3.5:1"
		second := e.num(t, n.end+1)
		return match{second.end, "ratio", e.number(n) + " to " + e.number(second)}
	}
	if len(a) == 1 && a[0] >= '1' && a[0] <= '3' && t.gap(i+1) > i+1 && e.books[t.right(i+1)] && t.shape(t.gap(i+1)) == capital && t.kind(t.gap(t.gap(i+1)+1)) == digits {
		return match{i + 1, "verse", map[string]string{"1": "First", "2": "Second", "3": "Third"}[a]} // "1 Corinthians 13"
	}
	if c := t.gap(i + 1); c > i+1 && t.is(c, ":") && t.gap(c+1) > c+1 && t.kind(t.gap(c+1)) == digits { // "3 : 1"
		return match{t.gap(c+1) + 1, "ratio", e.cardinal(a) + " to " + e.cardinal(t.text(t.gap(c+1)))}
	}
	if !t.is(i+1, ":") || t.kind(i+2) != digits || t.is(i-1, ":") && t.kind(i-2) == digits {
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
	m := match{second.end, "ratio", e.cardinal(a) + " to " + e.number(second)}
	for t.is(m.end, ":") && t.kind(m.end+1) == digits && m.end < i+10 { // "1:2:3"
		next := e.num(t, m.end+1)
		m.end, m.say = next.end, m.say+" to "+e.number(next)
	}
	return m
}

// identifier says the number of a case, a licence or a badge: the parts one by one, short ones as pairs.
func (e *english) identifier(t *tokens, i int) match {
	p := t.prev(i)
	named := t.is(p, "#")
	if t.is(p, ".") {
		w := t.low(p - 1)
		named = w == "no" || w == "nos"
		if w == "ext" && t.kind(i+1) != digits {
			return match{i + 1, "identifier", e.digits(t.text(i))}
		}
	}
	switch q := t.left(p); t.low(p) {
	case "is", "was", "read", "reads": // "the code is 8829"
		named = q == "number" || q == "code" || q == "pin" || q == "plate" || q == "password" || q == "zip" || q == "isbn"
	case "number", "isbn", "ext", "extension", "case", "docket", "id", "pin", "code", "badge", "serial", "license", "licence", "policy", "claim", "reference", "permit", "plate":
		named = t.kind(p) == word
	}
	if !named {
		return match{}
	}
	d := t.text(i)
	say := e.code(d)
	j := i + 1
	for k := 0; k < 5 && t.is(j, "-") && (t.kind(j+1) == digits || t.kind(j+1) == word && len(t.text(j+1)) < 3); k++ {
		if t.kind(j+1) == word {
			say += " " + strings.ToUpper(spaced(t.text(j+1)))
		} else {
			say += " " + e.code(t.text(j+1))
		}
		j += 2
	}
	if t.kind(j) == word || j == i+1 && (len(d) < 5 && !t.is(p, "is") || len(d) < 4 || e.things(t, j) || e.num(t, i).end > j) {
		return match{}
	}
	return match{j, "identifier", say}
}
