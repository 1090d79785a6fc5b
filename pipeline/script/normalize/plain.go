package normalize

import "strings"

// plain says a number that no other rule explains: years, decades, ordinals, versions, emergency numbers, ZIP codes and at
// last the cardinal number itself.
func (e *english) plain(t *tokens, i int) match {
	n := e.num(t, i)
	if n.end == 0 {
		return match{}
	}
	if n.frac == "" && n.den == "" {
		if m := e.suffixed(t, n); m.end > 0 {
			if k := t.gap(m.end); m.class == "decade" && t.sym(k, dashes) && t.kind(k+1) == digits {
				if second := e.suffixed(t, e.num(t, k+1)); second.class == "decade" {
					return match{second.end, "decade", m.say + " to " + second.say}
				}
			}
			return m
		}
	}
	if !n.plain() {
		if say := e.pointed(t, i, n); say != "" {
			return match{n.end, "number", say}
		}
		return match{n.end, "number", e.number(n)}
	}
	if t.is(n.end, ".") && t.kind(n.end+1) == digits {
		return e.version(t, n.end, e.cardinal(n.whole))
	}
	d := n.whole
	switch {
	case e.emergency(t, i, n), e.zip(t, i, n):
		if t.is(n.end, "-") && len(d) == 5 && t.kind(n.end+1) == digits && len(t.text(n.end+1)) == 4 {
			return match{n.end + 2, "identifier", e.digits(d + t.text(n.end+1))}
		}
		return match{n.end, "identifier", e.digits(d)}
	case len(d) > 4 && t.whole(i, n.end): // nothing says what it counts
		return match{n.end, "identifier", e.digits(d)}
	case e.coded(t, i, n):
		return match{n.end, "code", e.code(d)}
	case e.isYear(t, i, n):
		return match{n.end, "year", e.year(d)}
	case len(d) == 3 && d[0] != '0' && e.era(t, n.end):
		return match{n.end, "year", e.year(d)}
	}
	return match{n.end, "number", e.cardinal(d)}
}

// pointed says the numbers with a full stop that are no decimals: the bore of a gun (".38 revolver"), a batting average
// ("hit .312"), and thousands as the Continent parts them ("1.000 seats").
func (e *english) pointed(t *tokens, i int, n number) string {
	switch {
	case n.den != "" || n.grouped:
	case n.whole == "" && len(n.frac) < 4 && n.frac[0] != '0':
		j := t.gap(n.end)
		if t.is(j, "-") {
			j++
		}
		if e.caliber[t.low(j)] {
			return e.code(n.frac)
		}
		if l := t.left(i); len(n.frac) == 3 && (t.right(n.end) == "average" || l == "hit" || l == "hits" || l == "hitting" || l == "batting" || l == "batted" || l == "bats" || l == "slugging") {
			return e.code(n.frac)
		}
	case n.frac == "000" && n.whole != "" && n.whole[0] != '0' && len(n.whole) < 4 && e.things(t, n.end):
		return e.cardinal(n.whole + n.frac)
	}
	return ""
}

// suffixed reads what hangs on a whole number: "3rd", "1990s", "'90s", "F-16s".
func (e *english) suffixed(t *tokens, n number) match {
	w := t.low(n.end)
	if t.kind(n.end) == word && ordinalSuffix(n.whole, w) {
		return match{n.end + 1, "ordinal", e.ordinal(n.whole)}
	}
	var end int
	switch {
	case t.is(n.end, "ers"): // "the 49ers"
		return match{n.end + 1, "number", strings.TrimSuffix(e.cardinal(n.whole), "e") + "ers"}
	case t.is(n.end, "s") && jet(n.whole):
		return match{n.end + 1, "code", plural(e.code(n.whole))}
	case t.is(n.end, "s") && len(n.whole) > 1:
		end = n.end + 1
	case t.sym(n.end, aposts) && t.is(n.end+1, "s") && strings.HasSuffix(n.whole, "0") && (len(n.whole) == 2 || len(n.whole) == 4):
		end = n.end + 2
	case t.kind(n.end) == space && t.is(n.end+1, "s") && len(n.whole) == 4 && strings.HasSuffix(n.whole, "0") && !t.sym(n.end+2, aposts):
		end = n.end + 2
	default:
		return match{}
	}
	if d := n.whole; !n.grouped && len(d) == 4 && d[3] == '0' && d[0] != '0' && d[1:] != "000" {
		return match{end, "decade", plural(e.year(d))}
	}
	return match{end, "decade", plural(e.cardinal(n.whole))}
}

// ordinalSuffix says whether s is the right ending of the ordinal written with digits d.
func ordinalSuffix(d, s string) bool {
	want := "th"
	if len(d) < 2 || d[len(d)-2] != '1' {
		switch d[len(d)-1] {
		case '1':
			want = "st"
		case '2':
			want = "nd"
		case '3':
			want = "rd"
		}
	}
	return s == want
}

// version says "4.2.1" from the first full stop on.
func (e *english) version(t *tokens, j int, first string) match {
	end, groups, threes := j, 0, true
	for t.is(end, ".") && t.kind(end+1) == digits {
		threes = threes && len(t.text(end+1)) == 3
		groups++
		end += 2
	}
	point, say := " point ", e.cardinal
	whole := t.text(j - 1)
	switch {
	case threes && len(whole) <= 3 && whole[0] != '0' && groups > 1: // "1.000.000", as the Continent parts thousands
		for k := j + 1; k < end; k += 2 {
			whole += t.text(k)
		}
		return match{end, "number", e.cardinal(whole)}
	case groups == 3: // the address of a computer
		point, say, first = " dot ", e.code, e.code(whole)
	}
	var b strings.Builder
	b.WriteString(first)
	for k := j + 1; k < end; k += 2 {
		b.WriteString(point + say(t.text(k)))
	}
	return match{end, "version", b.String()}
}

// isYear says whether a bare row of four digits is a year: by the word before it, or because most are and no counted
// thing follows.
func (e *english) isYear(t *tokens, i int, n number) bool {
	d := n.whole
	if len(d) != 4 || d[0] == '0' || d[0] > '2' || e.yearNever[t.right(n.end)] {
		return false
	}
	left := t.left(i)
	if e.yearAfter[left] && left != "the" && left != "of" && left != "than" && left != "for" && left != "to" && left != "and" && left != "between" {
		return true
	}
	if d < "1066" || d >= "2100" {
		return e.yearAfter[left] && left != "than" && left != "for" && left != "to" && !e.things(t, n.end)
	}
	return left == "the" || !e.things(t, n.end) || !e.amounts[left] && !e.counted[t.right(n.end)]
}

// era says whether B.C. or A.D. follows.
func (e *english) era(t *tokens, j int) bool {
	j = t.gap(j)
	switch t.text(j) {
	case "AD", "BC", "CE", "BCE", "bc", "bce":
		return true
	case "A", "B":
		return t.is(j+1, ".") && (t.is(j+2, "D") || t.is(j+2, "C"))
	}
	return false
}

// emergency says whether a short number is one to call.
func (e *english) emergency(t *tokens, i int, n number) bool {
	if len(n.whole) < 3 || len(n.whole) > 6 {
		return false
	}
	if e.dialled[t.left(i)] && !e.things(t, n.end) {
		return true
	}
	if l := t.left(i); l == "or" || l == "and" { // "dial 999 or 112"
		if p := t.prev(t.prev(i)); t.kind(p) == digits && e.dialled[t.left(p)] && !e.things(t, n.end) {
			return true
		}
	}
	if n.whole != "911" && n.whole != "999" {
		return false
	}
	if t.whole(i, n.end) {
		return true
	}
	switch t.right(n.end) {
	case "call", "calls", "caller", "callers", "operator", "operators", "dispatcher", "dispatchers", "emergency", "tape", "recording", "center":
		return true
	}
	return false
}

// zip says whether five digits follow a state.
func (e *english) zip(t *tokens, i int, n number) bool {
	if len(n.whole) != 5 {
		return false
	}
	p := t.prev(i)
	if t.is(p, ".") {
		p--
		return e.states[t.text(p)] != "" || t.shape(p) == upper || len(t.text(p)) == 1
	}
	if t.kind(p) != word {
		return false
	}
	two := t.low(t.prev(p)) + " " + t.low(p)
	return e.stateNames[t.low(p)] && t.shape(p) == capital || e.stateNames[two] || e.postal[t.text(p)] != "" && (t.sym(t.prev(p), ",") || t.kind(t.prev(p)) == none)
}

// coded says whether the word before makes a number a name: "Flight 1047", "Boeing 737", "H.R. 1234".
func (e *english) coded(t *tokens, i int, n number) bool {
	if len(n.whole) < 3 {
		return false
	}
	left := t.left(i)
	switch {
	case left == "a" && (jet(n.whole) || n.whole == "180" || n.whole == "360") && !e.things(t, n.end) && t.right(n.end) != "degree",
		len(n.whole) == 3 && strings.HasPrefix(t.right(n.end), "error") && t.right(n.end) != "errors":
		return true
	}
	// "UA 232", "RTX 4090": letters with a number that counts nothing.
	if p := t.prev(i); t.shape(p) == upper && p == i-2 && len(t.text(p)) < 4 && len(n.whole) < 5 && n.whole[0] != '0' && !t.inCaps(e, p) &&
		e.acronyms[t.text(p)] != asWord && (e.acronyms[t.text(p)] == 0 || e.acronyms[t.text(p)] == asLetters && len(t.text(p)) < 3) {
		k := t.gap(n.end)
		return t.kind(k) != word && !t.sym(k, "%°") && !t.sym(n.end, "-–") || e.notNoun[t.low(k)] || t.shape(k) != lower
	}
	if e.codeAfter[left] {
		return len(n.whole) > 3 || !strings.HasSuffix(n.whole, "00")
	}
	if p := t.prev(i); t.is(p, ".") && t.is(p-1, "R") && t.is(p-2, ".") && t.is(p-3, "H") {
		return true
	}
	if len(n.whole) == 3 && n.whole[0] == '7' && n.whole[2] == '7' {
		switch t.right(n.end) {
		case "max", "dreamliner", "jet", "jets", "jetliner", "jetliners", "jumbo", "freighter", "pilot", "pilots":
			return true
		}
	}
	return false
}

// apostrophe reads the year or decade that an apostrophe shortens: "'90s", "the class of '24".
func (e *english) apostrophe(t *tokens, i int) match {
	joint := ""
	switch {
	case t.is(i-1, "-") && t.kind(i-2) == digits && len(t.text(i-2)) == 4: // "2022-'23"
		joint = "to "
	case t.kind(i-1) == digits && t.kind(i-2) == word && len(t.text(i-2)) == 1 && t.shape(i-2) == capital: // "Q2'23"
	case !t.open(i):
		return match{}
	}
	if !t.sym(i, aposts) || t.kind(i+1) != digits || len(t.text(i+1)) != 2 {
		return match{}
	}
	n := e.num(t, i+1)
	if m := e.suffixed(t, n); m.class == "decade" {
		return m
	}
	if d := t.text(n.end + 1); joint == "" && t.sym(n.end, "-–") && t.kind(n.end+1) == digits && len(d) == 2 && t.kind(n.end+2) != word { // "'24-25"
		return match{n.end + 2, "year", e.pair(n.whole, "zero zero") + " to " + e.pair(d, "zero zero")}
	}
	if k := t.kind(n.end); n.frac != "" || k == word || t.sym(n.end, "%:-–/") {
		return match{}
	}
	return match{n.end, "year", joint + e.pair(n.whole, "zero zero")}
}
