package normalize

import "strings"

// month finds a month's name at token i: in full, or short with or without its full stop. End is the token after it.
func (e *english) month(t *tokens, i int) (name string, end int, short bool) {
	if t.kind(i) != word || t.shape(i) == mixed || len(t.text(i)) > 9 {
		return "", i, false
	}
	w := t.low(i)
	name = e.months[w]
	if name == "" || t.shape(i) == lower && (w == "may" || w == "march" || (w == "mar" || w == "dec") && t.kind(t.gap(i+1)) != digits) {
		return "", i, false
	}
	end = i + 1
	if short = len(name) != len(w); short && t.is(end, ".") {
		end++
	}
	if t.shape(i) == lower && !short {
		name = w
	}
	return name, end, short
}

// day reads a day of the month with or without its ending; 0 when there is none. Hour and amounts are no days.
func (e *english) day(t *tokens, i int) (string, int) {
	d := t.text(i)
	if v := atoi(d); t.kind(i) != digits || len(d) > 2 || v < 1 || v > 31 {
		return "", 0
	}
	end := i + 1
	if n := e.num(t, i); n.grouped || n.frac != "" || t.is(end, ":") && t.kind(end+1) == digits || t.sym(end, "%°/") {
		return "", 0
	}
	if t.kind(end) == word {
		if !ordinalSuffix(d, t.low(end)) {
			return "", 0
		}
		end++
	}
	return strings.TrimPrefix(d, "0"), end
}

// fullYear reads four digits of a year.
func fullYear(t *tokens, i int) string {
	d := t.text(i)
	if t.kind(i) != digits || len(d) != 4 || d[0] == '0' || d[0] > '2' || t.is(i+1, ",") && t.kind(i+2) == digits || t.is(i+1, ".") && t.kind(i+2) == digits {
		return ""
	}
	return d
}

// date says dates with the month in letters or in numbers, months and days of the week that are cut short.
func (e *english) date(t *tokens, i int) match {
	if t.kind(i) == digits {
		if m := e.numericDate(t, i); m.end > 0 {
			return m
		}
		return e.dayMonth(t, i)
	}
	if t.shape(i) == mixed || t.kind(i-1) == symbol && t.sym(i-1, "@#_.'’&") {
		return match{}
	}
	name, end, short := e.month(t, i)
	if name == "" {
		return e.weekday(t, i)
	}
	j := t.gap(end)
	if end == i+1 && short && t.is(end, "-") {
		return match{}
	}
	d, next := e.day(t, j)
	if d == "" || j == end && !t.is(end-1, ".") {
		return e.monthOnly(t, i, name, end, short)
	}
	m := match{next, "date", name + " " + e.ordinal(d)}
	if t.sym(next, dashes) || t.kind(next) == space && t.is(next+1, "–") {
		k := t.gap(t.gap(next) + 1)
		if d2, end2 := e.day(t, k); d2 != "" && !t.sym(end2, dashes) {
			m.end, m.say = end2, m.say+" to "+e.ordinal(d2)
		} else if name2, end2, _ := e.month(t, k); name2 != "" {
			if d2, end3 := e.day(t, t.gap(end2)); d2 != "" {
				m.end, m.say = end3, m.say+" to "+name2+" "+e.ordinal(d2)
			}
		}
	}
	return e.withYear(t, m)
}

// withYear adds ", 2022" or " 2022".
func (e *english) withYear(t *tokens, m match) match {
	j, comma := m.end, ""
	if t.is(j, ",") {
		j, comma = j+1, ","
	}
	k := t.gap(j)
	if y := fullYear(t, k); y != "" && (k > j || comma != "") && !t.sym(k+1, "%-–") {
		m.end, m.say = k+1, m.say+comma+" "+e.year(y)
	} else if k > j && t.sym(k, aposts) && t.kind(k+1) == digits && len(t.text(k+1)) == 2 {
		m.end, m.say = k+2, m.say+comma+" "+e.pair(t.text(k+1), "hundred")
	}
	return m
}

// monthOnly says a month without a day: with a year, or written short.
func (e *english) monthOnly(t *tokens, i int, name string, end int, short bool) match {
	m := match{end, "date", name}
	if y := fullYear(t, t.gap(end)); y != "" && t.gap(end) > end && !e.things(t, t.gap(end)+1) {
		m.end, m.say = t.gap(end)+1, name+" "+e.year(y)
		if k := m.end; t.sym(k, "-–") && t.kind(k+1) == digits {
			m.end, m.say = end, name // a range of years speaks for itself
		}
	}
	if m.end > end {
		return m
	}
	if !short || t.shape(i) == lower || end == i+1 {
		return match{}
	}
	if t.ends(end - 1) {
		m.end--
	}
	return m
}

// weekday says the short name of a day.
func (e *english) weekday(t *tokens, i int) match {
	w := t.text(i)
	if t.shape(i) != capital || len(w) > 5 {
		return match{}
	}
	name := e.weekdays[strings.ToLower(w)]
	if name == "" || len(name) == len(w) {
		return match{}
	}
	j := i + 1
	if t.is(j, ".") && t.sym(j+1, "-–") {
		j++
	}
	if t.sym(j, "-–") && t.shape(j+1) == capital && e.weekdays[t.low(j+1)] != "" {
		return match{e.dotted(t, j+2), "date", name + " to " + e.weekdays[t.low(j+1)]}
	}
	if left := t.left(i); !t.is(i+1, ".") || left == "the" || left == "a" {
		if next, _, _ := e.month(t, t.gap(i+2)); t.is(i+1, ",") && next != "" {
			return match{i + 1, "date", name}
		}
		return match{}
	}
	return match{e.dotted(t, i+1), "date", name}
}

// dayMonth says "24 February 2022" and "3-5 Oct."
func (e *english) dayMonth(t *tokens, i int) match {
	d, end := e.day(t, i)
	if d == "" || t.sym(i-1, ".,-–/:$€£") && t.kind(i-2) == digits || t.sym(i-1, "$€£#") {
		return match{}
	}
	say := e.ordinal(d)
	if t.sym(end, dashes) {
		d2, end2 := e.day(t, end+1)
		if d2 == "" {
			return match{}
		}
		say, end = say+" to "+e.ordinal(d2), end2
	}
	j := t.gap(end)
	if j == end {
		return match{}
	}
	bare := false
	if t.is(j, "of") {
		if end == i+1 {
			return match{}
		}
		j = t.gap(j + 1)
	}
	name, next, short := e.month(t, j)
	if name == "" {
		if w := t.low(j); w != "may" && w != "march" || fullYear(t, t.gap(j+1)) == "" {
			return match{}
		}
		name, next, bare = e.months[t.low(j)], j+1, true
	}
	if short && t.is(next-1, ".") && t.ends(next-1) {
		next--
	}
	// "10 May voters": a name or month that belongs to what follows has no day before it.
	if !bare && !short && t.shape(j) == capital && (t.is(j, "May") || t.is(j, "March")) && t.low(t.gap(next)) == "s" {
		return match{}
	}
	if t.left(i) != "the" {
		say = "the " + say
	}
	return e.withYear(t, match{next, "date", say + " of " + name})
}

// numericDate says "2024-11-23", "11/23/2024", "23.11.2024".
func (e *english) numericDate(t *tokens, i int) match {
	sep := t.text(i + 1)
	if sep != "-" && sep != "/" && sep != "." || t.kind(i+2) != digits || !t.is(i+3, sep) || t.kind(i+4) != digits ||
		t.is(i+5, sep) && t.kind(i+6) == digits || t.is(i-1, sep) || t.kind(i+5) == word {
		return match{}
	}
	a, b, c := t.text(i), t.text(i+2), t.text(i+4)
	var y, mon, d string
	dayFirst := e.dayFirst
	switch {
	case len(a) == 4 && len(b) <= 2 && len(c) <= 2:
		y, mon, d = a, b, c
		dayFirst = false
	case len(a) <= 2 && len(b) <= 2 && (len(c) == 4 || len(c) == 2 && sep == "/"):
		y, mon, d = c, a, b
		if e.dayFirst && atoi(b) <= 12 || atoi(a) > 12 {
			mon, d, dayFirst = b, a, true
		}
	default:
		return match{}
	}
	if len(y) == 4 && (y < "1000" || y > "2999") {
		return match{}
	}
	name := e.monthDay(mon, d)
	if name == "" {
		return match{}
	}
	year := e.year(y)
	if len(y) == 2 {
		year = e.pair(y, "zero zero")
		if y[0] == '0' {
			year = e.digits(y)
		}
	}
	if dayFirst {
		head, tail, _ := strings.Cut(name, " ")
		name = "the " + tail + " of " + head
		if t.left(i) == "the" {
			name = name[len("the "):]
		}
	}
	return match{i + 5, "date", name + ", " + year}
}

// monthDay says month and day in numbers, "" when there is no such day.
func (e *english) monthDay(mon, d string) string {
	names := [...]string{
		"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
	}
	m, v := atoi(mon), atoi(d)
	if m < 1 || m > 12 || v < 1 || v > 31 || len(mon) > 2 || len(d) > 2 {
		return ""
	}
	return names[m-1] + " " + e.ordinal(strings.TrimPrefix(d, "0"))
}
