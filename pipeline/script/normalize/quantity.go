package normalize

import "strings"

// quantity says a number or a range of numbers with what it counts: percent, a magnitude, degrees, a unit, or a currency
// written after it.
func (e *english) quantity(t *tokens, i int) match {
	m := e.measured(t, i)
	if x := t.gap(m.end); m.class == "measure" && (t.is(x, "x") || t.is(x, "×")) && t.kind(t.gap(x+1)) == digits { // "2 cm x 3 cm"
		if second := e.measured(t, t.gap(x+1)); second.class == "measure" {
			return match{second.end, m.class, m.say + " by " + second.say}
		}
	}
	if m.end == 0 || !t.sym(m.end, "-–—") || t.kind(m.end+1) != digits {
		return m
	}
	// "5km-10km", "10%-15%": the same again after a dash.
	if second := e.measured(t, m.end+1); second.end > 0 && second.class == m.class {
		return match{second.end, m.class, m.say + " to " + second.say}
	}
	return m
}

func (e *english) measured(t *tokens, i int) match {
	n := e.num(t, i)
	if n.end == 0 {
		return match{}
	}
	if t.sym(n.end, "/⁄") && n.plain() && t.kind(n.end+1) == digits && less(n.whole, t.text(n.end+1)) && !t.sym(n.end+2, "/") && len(t.text(n.end+1)) < 4 {
		n = number{num: n.whole, den: t.text(n.end + 1), end: n.end + 2}
		if _, end := e.unitAt(t, t.gap(n.end), t.gap(n.end) == n.end); end == t.gap(n.end) {
			return match{}
		}
	}
	say, last := e.number(n), n
	if m := e.second(t, n); m.end > 0 {
		say, last = say+" to "+e.number(m), m
	}
	one := last.end == n.end && (n.one() || n.whole == "" && n.den != "")
	for _, rule := range []func(*tokens, int, string, number, bool) match{e.percent, e.heights, e.degrees, e.scaled, e.unitOf} {
		if m := rule(t, i, say, last, one); m.end > 0 {
			return m
		}
	}
	return match{}
}

// percent reads "%", "pct" and points of it.
func (e *english) percent(t *tokens, _ int, say string, n number, _ bool) match {
	j := t.gap(n.end)
	if t.sym(j, "%") {
		return match{j + 1, "percent", say + " percent"}
	}
	switch {
	case t.is(j, "pct"), t.is(j, "pc"):
		return match{e.dotted(t, j+1), "percent", say + " percent"}
	case t.low(j) == "per" && t.kind(j+1) == space && t.low(j+2) == "cent":
		return match{j + 3, "percent", say + " percent"}
	}
	return match{}
}

// magnitude reads "bn", "m", "k", "million" after a number that ends at j. For money any letter counts; for other numbers
// a letter must be glued to the number and followed by what is counted.
func (e *english) magnitude(t *tokens, j int, money bool) (string, int) {
	k := t.gap(j)
	glued := k == j
	if money && t.is(j, "-") && t.kind(j+1) == word {
		k, glued = j+1, false
	}
	if t.kind(k) != word || t.kind(k+1) == digits {
		return "", j
	}
	w := t.text(k)
	name := ""
	switch w {
	case "hundred", "thousand", "million", "billion", "trillion", "quadrillion", "crore", "lakh", "dozen":
		name = w
	case "bn", "Bn", "BN", "bln":
		name = "billion"
	case "mn", "Mn", "MN", "mln", "mio":
		name = "million"
	case "tn", "Tn", "trn", "tr":
		name = "trillion"
	case "cr":
		name = "crore"
	case "k", "K", "m", "M", "b", "B", "t", "T":
		long := map[string]string{"k": "thousand", "m": "million", "b": "billion", "t": "trillion"}[strings.ToLower(w)]
		if money && (glued || (w == "b" || w == "m") && !t.sym(k+1, ".") && !e.noun(t, k+1)) {
			name = long
		}
		if !money && glued && w != "t" && w != "T" && (e.things(t, k+1) || t.left(j-1) == "per" || t.is(k+1, "+") && e.things(t, k+2)) && !race(t.right(k+1)) && (w != "K" || !t.is(j-1, "4") && !t.is(j-1, "8")) {
			name = long // but "4K sets"
		}
	}
	if name == "" || money && t.is(j, "-") && name != w {
		return "", j
	}
	if next := t.gap(k + 1); name == "lakh" && t.is(next, "crore") {
		return "lakh crore", next + 1
	}
	return name, k + 1
}

// race says whether a word makes "100m" and "10k" distances.
func race(w string) bool {
	switch w {
	case "relay", "sprint", "dash", "final", "race", "event", "heat", "medley", "backstroke", "breaststroke", "title", "gold", "record":
		return true
	case "hurdles", "relays", "races", "runners", "swimmers", "sprints", "steps", "finals", "butterfly", "freestyle", "heats":
		return true
	}
	return false
}

// scaled reads a magnitude, and a currency after the number.
func (e *english) scaled(t *tokens, _ int, say string, n number, one bool) match {
	mag, j := e.magnitude(t, n.end, false)
	k := t.gap(j)
	c, ok := e.currency[t.text(k)]
	switch {
	case !ok && (t.is(n.end, "m") || t.is(n.end, "bn") || t.is(n.end, "tn") || t.is(n.end, "k")):
		// "5m euros": the name of the currency tells that m is no metre.
		long, next := e.magnitude(t, n.end, true)
		if mag == "" && money(t.right(next)) {
			mag, j = long, next
		}
	case ok && k > j && (t.is(k, "Fr") || t.is(k, "Ft") || t.is(k, "RM") || t.is(k, "Rp")):
		ok = false
	}
	if ok && (t.kind(k) == symbol && t.kind(k+1) != digits || t.kind(k) == word && t.kind(k+1) != digits && !t.sym(k+1, "$")) {
		name := c.many
		if one && mag == "" {
			name = c.one
		}
		return match{k + 1, "money", strings.TrimSpace(say+" "+mag) + " " + name}
	}
	if mag == "" {
		if n.end == j && t.kind(j) == word && t.kind(j+1) != digits {
			switch {
			case t.is(j, "p") && n.frac == "" && len(n.whole) <= 3 && n.whole != "720" && n.whole != "480":
				return match{j + 1, "money", say + map[bool]string{true: " penny", false: " pence"}[one]}
			case t.is(j, "c") && n.frac == "" && len(n.whole) <= 2:
				return match{j + 1, "money", say + map[bool]string{true: " cent", false: " cents"}[one]}
			}
		}
		return match{}
	}
	if u, end := e.unitAt(t, k, false); k > j && end > k {
		return match{e.dotted(t, end), "measure", say + " " + mag + " " + u.many}
	}
	return match{j, "number", say + " " + mag}
}

func money(w string) bool {
	switch w {
	case "dollars", "euros", "pounds", "yen", "yuan", "rupees", "francs", "rubles", "roubles", "pesos", "won", "rand", "kronor", "kroner", "lira":
		return true
	}
	return false
}

// degrees reads temperatures and positions on the globe.
func (e *english) degrees(t *tokens, i int, say string, n number, one bool) match {
	j := t.gap(n.end)
	name := " degrees"
	if left := t.left(i); one || left == "a" || left == "an" {
		name = " degree"
	}
	scale := func(k int) (string, int) {
		if t.kind(k) != word || t.kind(k+1) == digits {
			return "", k
		}
		switch t.text(k) {
		case "C":
			return " Celsius", k + 1
		case "F":
			return " Fahrenheit", k + 1
		}
		return "", k
	}
	switch {
	case t.sym(j, "℃"):
		return match{j + 1, "temperature", say + name + " Celsius"}
	case t.sym(j, "℉"):
		return match{j + 1, "temperature", say + name + " Fahrenheit"}
	case t.is(j, "ºC"):
		return match{j + 1, "temperature", say + name + " Celsius"}
	case t.is(j, "ºF"):
		return match{j + 1, "temperature", say + name + " Fahrenheit"}
	case t.is(j, "°") || t.is(j, "º"):
		if s, k := scale(t.gap(j + 1)); s != "" {
			return match{k, "temperature", say + name + s}
		}
		return e.bearing(t, j+1, say+name)
	case j > n.end && n.frac != "" && (t.sym(j+1, ",;)") || t.is(j+1, ".") && t.ends(j+1)): // "38.3 N, 142.4 E"
		if m := e.bearing(t, n.end, say+name); m.end > n.end {
			return m
		}
	case j == n.end || t.is(j, "F") && len(n.whole) > 1 && (!t.is(j+1, ".") || t.ends(j+1)) || t.is(j, "C") && len(n.whole) < 3 && !e.noun(t, j+1) && (!t.is(j+1, ".") || t.ends(j+1)):
		if p := t.left(i); e.codeAfter[p] || e.numbered[p] || p == "row" || p == "seat" || p == "rule" {
			return match{}
		}
		if s, k := scale(j); s != "" && len(n.whole) < 4 {
			return match{k, "temperature", say + name + s}
		}
	}
	return match{}
}

// bearing reads minutes, seconds and the direction after degrees.
func (e *english) bearing(t *tokens, j int, say string) match {
	m := match{end: j, class: "temperature", say: say}
	for _, part := range [2][2]string{{"′'’", " minutes"}, {"″\"”", " seconds"}} {
		k := t.gap(m.end)
		if n := e.num(t, k); n.end > 0 && t.sym(n.end, part[0]) {
			m.end, m.say, m.class = n.end+1, m.say+" "+e.number(n)+part[1], "coordinate"
		}
	}
	k := t.gap(m.end)
	if t.kind(k) == word && (!t.is(k+1, ".") || t.kind(t.gap(k+2)) != word || t.ends(k+1)) {
		dir := map[string]string{"N": " north", "S": " south", "E": " east", "W": " west"}[t.text(k)]
		if dir != "" {
			return match{k + 1, "coordinate", m.say + dir}
		}
	}
	return m
}
