package normalize

import "strings"

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
	if t.sym(j+1, "-·⋅") && t.kind(j+2) == word {
		if u, end := try(w+"-"+t.text(j+2), j+3); end > j { // "lb-ft"
			return u, end
		}
	}
	if t.is(j+1, "/") && t.is(j+2, "s") && (t.is(j+3, "2") || t.is(j+3, "²")) {
		if u, end := try(w+"/s2", j+4); end > j {
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
		if (!glued || t.is(j-1, "-")) && t.kind(t.gap(j+1)) != none && (!t.is(j+1, ".") || t.ends(j+1)) || t.is(j+1, "-") {
			return unit{}, j
		}
	case "h":
		if glued {
			return unit{"hour", "hours"}, j + 1
		}
	case "m", "g", "l", "L", "W", "V", "hp", "cc":
		if !glued && (t.is(j+1, ".") && (t.kind(j+2) == word || t.shape(j) != lower && t.kind(j+2) == space) || t.sym(j+1, "&'’")) {
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
		return match{j + 1, "measure", say + map[bool]string{true: " inch", false: " inches"}[one || e.attributive(t, i, j+1)]}
	case glued && t.is(j, "′"), glued && t.sym(j, "'’") && tall(t.right(j+1)):
		return match{j + 1, "measure", say + map[bool]string{true: " foot", false: " feet"}[one]}
	case glued && t.is(j, "/"):
		if u, end := e.unitAt(t, j+1, true); end > j+1 {
			return match{end, "measure", say + " per " + u.one}
		}
		return match{}
	}
	if w := t.text(j); glued && len(w) == 1 && w >= "A" && w <= "Z" && e.placed(t.left(i)) { // "Route 9W", "Runway 27L"
		return match{}
	}
	if glued && t.is(j, "s") && n.frac != "" && t.kind(j+1) != digits { // "9.8s"
		return match{j + 1, "measure", say + " seconds"}
	}
	u, end := e.unitAt(t, j, glued || hyphen)
	if w := t.text(j); end == j && !glued && t.is(j+1, ".") && t.shape(t.gap(j+2)) == lower && t.kind(t.gap(j+2)) == word && w == "c" { // "1 c. sugar"
		u, end = unit{"cup", "cups"}, j+1
	} else if end == j && w == "pt" && !glued {
		u, end = unit{"pint", "pints"}, j+1
	}
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
	if one || hyphen || n.whole == "" && n.den != "" || e.attributive(t, i, after) || u.one == "meter" && (race(t.right(after)) || t.right(after) == "hurdles") {
		name = u.one
	}
	if n.whole == "" && n.den != "" && n.num != "1" && !e.attributive(t, i, after) {
		name = "of a " + u.one
		if strings.ContainsRune("aeio", rune(u.one[0])) || u.one == "hour" {
			name = "of an " + u.one
		}
	}
	m := match{after, "measure", say + " " + name}
	return e.per(t, m)
}

// per adds what an amount or a measure is counted by: "/day", "/kg", "/s".
func (e *english) per(t *tokens, m match) match {
	if !t.is(m.end, "/") || t.kind(m.end+1) != word {
		return m
	}
	by := ""
	if t.kind(m.end+2) != digits && t.kind(m.end+2) != raised {
		by = map[string]string{"d": "day", "s": "second", "h": "hour", "m": "month"}[t.text(m.end+1)]
	}
	if u, end := e.unitAt(t, m.end+1, true); by == "" && end > m.end+1 {
		m.end, m.say = end, m.say+" per "+u.one
		return m
	}
	if by == "" {
		by = t.text(m.end + 1)
		if t.shape(m.end+1) != lower || len(by) < 3 {
			return m
		}
	}
	m.end, m.say = m.end+2, m.say+" per "+by
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
func (e *english) heights(t *tokens, i int, say string, n number, one bool) match {
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
	k := n.end + 1
	if t.gap(k) > k && t.kind(t.gap(k)) == digits && t.sym(t.gap(k)+1, "\"″”") { // "6' 4\""
		k = t.gap(k)
	}
	if t.sym(n.end, "'′’") && t.kind(k) == digits && atoi(t.text(k)) >= 0 && atoi(t.text(k)) < 12 {
		second := e.num(t, k)
		end := second.end
		if t.sym(end, "\"″”") {
			end++
		} else if t.sym(end, "'’") && t.sym(end+1, "'’") {
			end += 2
		}
		if e.attributive(t, i, end) { // "a 6'2\" guard"
			return match{end, "measure", say + " " + feet.one + " " + e.number(second)}
		}
		return match{end, "measure", say + pick(feet, one) + " " + e.number(second) + pick(inches, second.one())}
	}
	j := t.gap(n.end)
	small := lesserUnits(t.text(j))
	if small == "" {
		return match{}
	}
	big := e.units[t.text(j)]
	switch t.text(j) {
	case "st":
		big = unit{"stone", "stone"}
		pounds := t.kind(t.gap(j+1)) == digits && strings.HasPrefix(t.low(t.gap(j+1)+1), "lb")
		if j > n.end || len(n.whole) > 2 || ordinalSuffix(n.whole, "st") && !pounds {
			return match{}
		}
	case "h":
		big = unit{"hour", "hours"}
	}
	k = j + 1
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

// placed says whether a word takes a number and a letter as its name: "Route 9W", "Gate 4A".
func (e *english) placed(w string) bool {
	switch w {
	case "runway", "exit", "seat", "row", "pier", "terminal", "line", "door", "bay", "berth", "lot":
		return true
	}
	return e.codeAfter[w] || e.numbered[w]
}

// room says two lengths in feet: "10' x 12'".
func (e *english) room(t *tokens, n number) match {
	x := t.gap(n.end + 1)
	y := t.gap(x + 1)
	if !t.sym(n.end, "'′’") || !t.is(x, "x") && !t.is(x, "×") && !t.is(x, "by") || t.kind(y) != digits {
		return match{}
	}
	m := e.num(t, y)
	if !t.sym(m.end, "'′’") {
		return match{}
	}
	name := " feet"
	if e.noun(t, m.end+1) {
		name = " foot"
	}
	return match{m.end + 1, "measure", e.number(n) + name + " by " + e.number(m) + name}
}

// lesserUnits are the units that can follow another with a number between them.
func lesserUnits(unit string) string {
	switch unit {
	case "ft":
		return "in ins inches"
	case "st":
		return "lb lbs"
	case "lb", "lbs":
		return "oz"
	case "h", "hr", "hrs":
		return "m min mins"
	case "min", "mins":
		return "s sec secs"
	}
	return ""
}

// size says dimensions and factors: "4x100m", "1920×1080", "10x".
func (e *english) size(t *tokens, i int) match {
	n := e.num(t, i)
	if n.end == 0 {
		return match{}
	}
	if m := e.room(t, n); m.end > 0 {
		return m
	}
	times := func(j int) bool { return t.is(j, "x") || t.is(j, "X") || t.is(j, "×") }
	say := e.number(n)
	if t.text(i) == "24" && times(i+1) && t.is(i+2, "7") {
		return match{i + 3, "idiom", "twenty-four seven"}
	}
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
		joint := " by "
		if t.is(y, "10") && (t.kind(y+1) == raised || t.is(y+1, "^")) {
			joint = " times " // scientific notation
		} else if k := t.gap(last.end); t.is(k, "=") || x > j && t.is(x, "×") && t.kind(k) != word {
			joint = " times "
		}
		say += joint + e.number(last)
		j = last.end
	}
	switch {
	case j == n.end && t.is(j, "x") && jet(n.whole):
		return match{}
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
