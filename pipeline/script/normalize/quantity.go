package normalize

import "strings"

// quantity says a number or a range of numbers with what it counts: percent, a magnitude, degrees, a unit, or a currency
// written after it.
func (e *english) quantity(t *tokens, i int) match {
	m := e.measured(t, i)
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
	case t.is(j, "pct"), t.is(j, "pc") && j > n.end:
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
		if !money && glued && w != "t" && w != "T" && e.things(t, k+1) && !race(t.right(k+1)) {
			name = long
		}
	}
	if name == "" || money && t.is(j, "-") && name != w {
		return "", j
	}
	return name, k + 1
}

// race says whether a word makes "100m" and "10k" distances.
func race(w string) bool {
	switch w {
	case "hurdles", "relays", "races", "runners", "swimmers", "sprints", "steps", "finals", "butterfly", "freestyle", "heats":
		return true
	}
	return false
}

// scaled reads a magnitude, and a currency after the number.
func (e *english) scaled(t *tokens, i int, say string, n number, one bool) match {
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
	case ok && mag == "" && k == n.end+1 && t.kind(k) == word && len(t.text(k)) < 3:
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
	if one {
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
	case j == n.end || t.is(j, "F") && len(n.whole) > 1 && !t.is(j+1, "."):
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

// unitAt finds the longest unit at token j. Glued says that it touches its number.
func (e *english) unitAt(t *tokens, j int, glued bool) (unit, int) {
	if t.kind(j) != word {
		return unit{}, j
	}
	w := t.text(j)
	if len(w) > 10 {
		return unit{}, j
	}
	try := func(key string, end int) (unit, int) {
		u, ok := e.units[key]
		if !ok || t.kind(end) == word {
			return unit{}, j
		}
		return u, end
	}
	square := func(key string, end int) (unit, int) {
		if s := t.text(end); s == "²" || s == "³" || s == "2" || s == "3" {
			return try(key+strings.NewReplacer("²", "2", "³", "3").Replace(s), end+1)
		}
		return unit{}, j
	}
	next := j + 1
	if t.is(next, ".") && (w == "sq" || w == "cu" || w == "fl") {
		next++
	}
	if k := t.gap(next); k > j+1 && t.kind(k) == word && len(t.text(k)) < 8 {
		if u, end := try(strings.ToLower(w)+" "+t.text(k), k+1); end > j {
			return u, end
		}
	}
	if t.is(j+1, "/") && t.kind(j+2) == word {
		if u, end := try(w+"/"+t.text(j+2), j+3); end > j {
			return u, end
		}
	}
	if u, end := square(w, j+1); end > j {
		return u, end
	}
	if t.kind(j+1) == digits || t.kind(j+1) == raised {
		return unit{}, j
	}
	switch w {
	case "in":
		if !glued && !(t.is(j+1, ".") && !t.ends(j+1)) {
			return unit{}, j
		}
	case "h":
		if glued {
			return unit{"hour", "hours"}, j + 1
		}
	case "m", "g", "l", "L", "W", "V", "hp", "cc":
		if !glued && (t.is(j+1, ".") && t.kind(j+2) == word || t.sym(j+1, "&'’")) {
			return unit{}, j
		}
	case "mo", "ms", "pp", "pps", "MP", "Mt", "PB", "J", "MB":
		if !glued && w != "MB" {
			return unit{}, j
		}
	case "mi", "min", "sec", "lb", "ft", "yd":
	}
	if u, end := try(w, j+1); end > j {
		return u, end
	}
	if t.shape(j) == upper && glued {
		return try(strings.ToLower(w), j+1)
	}
	return unit{}, j
}

// unitOf reads a unit after a number, a second unit after a slash, and the full stop of the abbreviation.
func (e *english) unitOf(t *tokens, i int, say string, n number, one bool) match {
	j := t.gap(n.end)
	glued := j == n.end
	hyphen := false
	switch {
	case glued && t.is(j, "-"):
		j, hyphen = j+1, true
	case glued && t.sym(j, "″") || glued && t.is(j, "\"") && !t.toks[j].quoted:
		return match{j + 1, "measure", say + map[bool]string{true: " inch", false: " inches"}[one]}
	case glued && t.is(j, "′"), glued && t.sym(j, "'’") && tall(t.right(j+1)):
		return match{j + 1, "measure", say + map[bool]string{true: " foot", false: " feet"}[one]}
	case glued && t.is(j, "/"):
		if u, end := e.unitAt(t, j+1, true); end > j+1 {
			return match{end, "measure", say + " per " + u.one}
		}
		return match{}
	}
	u, end := e.unitAt(t, j, glued || hyphen)
	if end == j {
		return match{}
	}
	if !glued && t.text(j) == "st" {
		return match{}
	}
	name := u.many
	after := e.dotted(t, end)
	if t.is(end, ".") && t.kind(end+1) == word {
		after = end
	}
	if one || hyphen || n.whole == "" && n.den != "" || e.attributive(t, i, after) {
		name = u.one
	}
	if n.whole == "" && n.den != "" && !e.attributive(t, i, after) {
		name = "of a " + u.one
		if strings.ContainsRune("aeio", rune(u.one[0])) || u.one == "hour" {
			name = "of an " + u.one
		}
		if say == "one half" {
			say, name = "half", strings.TrimPrefix(name, "of ")
		}
	}
	m := match{after, "measure", say + " " + name}
	if t.is(m.end, "/") {
		if per, next := e.unitAt(t, m.end+1, true); next > m.end+1 {
			m.end, m.say = next, m.say+" per "+per.one
		} else if t.kind(m.end+1) == word && t.shape(m.end+1) == lower {
			m.end, m.say = m.end+2, m.say+" per "+t.text(m.end+1)
		}
	}
	return m
}

func tall(w string) bool {
	switch w {
	case "tall", "long", "wide", "high", "deep", "by", "thick", "above", "below":
		return true
	}
	return false
}

// heights reads two units that belong together: 5'11", 6ft 2in, 8lb 3oz, 12st 4lb, 1h 30m.
func (e *english) heights(t *tokens, _ int, say string, n number, one bool) match {
	if n.frac != "" || n.den != "" {
		return match{}
	}
	pick := func(u unit, one bool) string {
		if one {
			return " " + u.one
		}
		return " " + u.many
	}
	feet, inches := e.units["ft"], e.units["in"]
	if t.sym(n.end, "'′’") && t.kind(n.end+1) == digits && atoi(t.text(n.end+1)) >= 0 && atoi(t.text(n.end+1)) < 12 {
		second := e.num(t, n.end+1)
		end := second.end
		if t.sym(end, "\"″”") {
			end++
		} else if t.sym(end, "'’") && t.sym(end+1, "'’") {
			end += 2
		}
		return match{end, "measure", say + pick(feet, one) + " " + e.number(second) + pick(inches, second.one())}
	}
	j := t.gap(n.end)
	small := map[string]string{"ft": "in ins inches", "st": "lb lbs", "lb": "oz", "lbs": "oz", "h": "m min mins", "hr": "min mins m", "hrs": "min mins", "min": "s sec secs", "mins": "sec secs"}[t.text(j)]
	if small == "" {
		return match{}
	}
	big := e.units[t.text(j)]
	switch t.text(j) {
	case "st":
		big = unit{"stone", "stone"}
		if j > n.end || len(n.whole) > 2 || ordinalSuffix(n.whole, "st") && !(t.kind(t.gap(j+1)) == digits && strings.HasPrefix(t.low(t.gap(j+1)+1), "lb")) {
			return match{}
		}
	case "h":
		big = unit{"hour", "hours"}
	}
	k := j + 1
	if t.is(k, ".") {
		k++
	}
	k = t.gap(k)
	if t.kind(k) != digits {
		if t.is(j, "st") {
			return match{j + 1, "measure", say + " stone"}
		}
		return match{}
	}
	second := e.num(t, k)
	u := t.gap(second.end)
	w := t.text(u)
	lesser := e.units[strings.TrimSuffix(w, "s")]
	switch w {
	case "m":
		lesser = e.units["min"]
	case "s":
		lesser = e.units["sec"]
	case "inches":
		lesser = inches
	}
	for s := range strings.FieldsSeq(small) {
		if s == w {
			end := u + 1
			if w != "inches" {
				end = e.dotted(t, end)
			}
			return match{end, "measure", say + pick(big, one) + " " + e.number(second) + pick(lesser, second.one())}
		}
	}
	if t.is(j, "ft") && atoi(second.whole) < 12 && second.frac == "" && (t.kind(second.end) != word && !e.noun(t, second.end) || t.right(second.end) == "tall") {
		return match{second.end, "measure", say + pick(big, one) + " " + e.number(second) + pick(inches, second.one())}
	}
	return match{}
}

// size says dimensions and factors: "4x100m", "1920×1080", "10x".
func (e *english) size(t *tokens, i int) match {
	n := e.num(t, i)
	if n.end == 0 {
		return match{}
	}
	times := func(j int) bool { return t.is(j, "x") || t.is(j, "X") || t.is(j, "×") }
	say := e.number(n)
	j, last := n.end, n
	for k := 0; k < 3; k++ {
		x := t.gap(j)
		if !times(x) || t.is(x, "X") && x > j {
			break
		}
		y := t.gap(x + 1)
		if y > x+1 && x == j || t.kind(y) != digits {
			break
		}
		last = e.num(t, y)
		say += " by " + e.number(last)
		j = last.end
	}
	switch {
	case j == n.end && t.is(j, "x") && t.kind(j+1) != digits:
		return match{j + 1, "measure", say + " times"}
	case j == n.end:
		return match{}
	}
	if u, end := e.unitAt(t, t.gap(j), t.gap(j) == j); end > t.gap(j) {
		name := u.many
		if e.noun(t, end) || last.one() {
			name = u.one
		}
		return match{e.dotted(t, end), "measure", say + " " + name}
	}
	return match{j, "measure", say}
}
