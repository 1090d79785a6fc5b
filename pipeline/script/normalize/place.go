package normalize

// address says a house number with its street: "1428 Elm St", "1420 Dr. King Dr."
func (e *english) address(t *tokens, i int) match {
	d := t.text(i)
	if len(d) > 5 || d[0] == '0' || t.sym(i-1, ".,$€£:/-") {
		return match{}
	}
	j := t.gap(i + 1)
	if j == i+1 || t.kind(j) != digits && t.shape(j) != capital {
		return match{}
	}
	say := e.code(d)
	for k := 0; k < 5; k++ {
		if n := e.num(t, j); t.kind(j) == digits && t.kind(j+1) == word && n.plain() && ordinalSuffix(n.whole, t.low(j+1)) && t.gap(j+2) > j+2 {
			say += " " + e.ordinal(n.whole)
			j = t.gap(j + 2)
			continue
		}
		if t.kind(j) != word {
			return match{}
		}
		w := t.text(j)
		if k > 0 {
			if a, ok := e.short["street"][w]; ok {
				if next := t.gap(j + 1); t.is(j+1, ".") || t.kind(next) != word || t.shape(next) != capital {
					return match{e.dotted(t, j+1), "address", say + " " + a.say}
				}
			}
			if e.streets[w] {
				return match{j + 1, "address", say + " " + w}
			}
		}
		dir := direction(w)
		next := j + 1
		switch {
		case dir != "" && k == 0:
			w = dir
			if t.is(next, ".") {
				next++
			}
		case t.shape(j) != capital:
			return match{}
		case t.is(next, "."):
			a, ok := e.short["title"][w]
			if !ok {
				return match{}
			}
			w, next = a.say, next+1
		}
		say += " " + w
		if t.gap(next) == next {
			return match{}
		}
		j = t.gap(next)
	}
	return match{}
}

func direction(w string) string {
	switch w {
	case "N":
		return "North"
	case "E":
		return "East"
	case "S":
		return "South"
	case "W":
		return "West"
	}
	return ""
}

// compass is the direction that a capital with a full stop stands for before the name of a street at token i: "N. Main St.",
// "E. 42nd Street".
func (e *english) compass(t *tokens, w string, i int) string {
	dir := direction(w)
	if dir == "" {
		return ""
	}
	if d := t.text(i); t.kind(i) == digits && t.kind(i+1) == word && ordinalSuffix(d, t.low(i+1)) {
		return dir
	}
	for k := 0; k < 3 && t.kind(i) == word && t.shape(i) == capital; k++ {
		name := t.text(i)
		if _, ok := e.short["street"][name]; k > 0 && (ok || e.streets[name]) {
			return dir
		}
		i = t.gap(i + 1)
	}
	return ""
}

// state says the state after a town: "Springfield, Ill.", "City, NY".
func (e *english) state(t *tokens, i int) match {
	if m := bracketParty(t, i); m.end > 0 {
		return m
	}
	if w := t.text(i); len(w) > 2 && t.is(i+1, ".") && e.states[w] != "" && t.kind(t.prev(i)) == word && t.shape(t.prev(i)) == lower {
		switch w {
		case "Calif", "Fla", "Tenn", "Conn", "Ariz", "Minn", "Okla", "Wis", "Colo", "Mich", "Neb", "Nev":
			return match{e.dotted(t, i+1), "address", e.states[w]}
		}
	}
	if p := t.prev(i); !t.sym(p, ",") || t.shape(p-1) == lower && !t.is(p-1, ".") {
		return match{}
	}
	name, end := e.stateAt(t, i)
	if name == "" || end == i+1 && !e.postalHere(t, i) {
		return match{}
	}
	return match{end, "address", name}
}

// bracketParty says the short form of a party that stands in brackets behind a name: "Hanne Sorby (Ind.)".
func bracketParty(t *tokens, i int) match {
	end := i + 1
	if t.is(end, ".") {
		end++
	}
	if !t.is(i-1, "(") || !t.is(end, ")") {
		return match{}
	}
	switch t.text(i) {
	case "Ind":
		return match{end, "party", "independent"}
	case "Lab":
		return match{end, "party", "Labour"}
	case "Con", "Cons":
		return match{end, "party", "Conservative"}
	}
	return match{}
}

// postalHere says whether two capitals are a postal code: a ZIP code or no word follows.
func (e *english) postalHere(t *tokens, i int) bool {
	j := t.gap(i + 1)
	return t.kind(j) == digits && len(t.text(j)) == 5 || t.kind(j) != word && t.kind(j) != digits
}

// stateAt finds a state's name at token i in any form.
func (e *english) stateAt(t *tokens, i int) (string, int) {
	w := t.text(i)
	if t.kind(i) != word || t.shape(i) == lower || len(w) > 14 {
		return "", i
	}
	if t.is(i+1, ".") && t.kind(i+2) == word {
		if name := e.states[w+"."+t.text(i+2)]; name != "" {
			end := i + 3
			if t.is(end, ".") && !t.ends(end) {
				end++
			}
			return name, end
		}
	}
	if name := e.states[w]; name != "" && t.is(i+1, ".") {
		return name, e.dotted(t, i+1)
	}
	if name := e.postal[w]; name != "" {
		return name, i + 1
	}
	return "", i
}

// party says the label of a member of Congress: "(D-Calif.)", "R-Ohio".
func (e *english) party(t *tokens, i int) match {
	if !t.sym(i+1, "-–") {
		return match{}
	}
	var p string
	switch t.text(i) {
	case "D":
		p = "Democrat"
	case "R":
		p = "Republican"
	case "I":
		p = "Independent"
	case "L":
		p = "Libertarian"
	default:
		return match{}
	}
	if name, end := e.stateAt(t, i+2); name != "" {
		return match{end, "party", p + " of " + name}
	}
	if name := e.states[t.text(i+2)]; name != "" && t.sym(i+3, ",);") { // "R-Calif,"
		return match{i + 3, "party", p + " of " + name}
	}
	w := t.low(i + 2)
	if e.stateNames[w] && t.shape(i+2) == capital {
		return match{i + 3, "party", p + " of " + t.text(i+2)}
	}
	if two := w + " " + t.low(i+4); t.kind(i+3) == space && e.stateNames[two] {
		return match{i + 5, "party", p + " of " + t.text(i+2) + " " + t.text(i+4)}
	}
	return match{}
}
