package normalize

import "strings"

// abbreviated says short forms that end in a full stop, by what stands around them: titles before names, "Inc." after
// names, streets, "No. 10" before numbers, and those that mean the same everywhere.
func (e *english) abbreviated(t *tokens, i int) match {
	w := t.text(i)
	if len(w) > 6 || t.kind(i-1) == symbol && t.sym(i-1, "@#_.'’") {
		return match{}
	}
	dot := t.is(i+1, ".")
	next := i + 1
	if dot {
		next++
	}
	follow := t.gap(next)
	spacedOut := follow > next
	name := t.kind(follow) == word && t.shape(follow) != lower && spacedOut || t.sym(follow, "“\"") && spacedOut
	named := e.nameBefore(t, i)

	if a, ok := e.short["number"][strings.ToLower(w)]; ok && spacedOut && dot && t.shape(i) != mixed {
		if t.kind(follow) == digits || t.kind(follow) == word && roman(t.text(follow)) > 0 && (len(w) > 1 && t.text(follow) != "I" || len(t.text(follow)) > 1) ||
			t.sym(follow, "$€£~") && (w == "approx" || w == "ca" || w == "max" || w == "min") {
			return match{next, "abbreviation", a.say}
		}
	}
	if w == "No" && !dot && spacedOut && t.kind(follow) == digits && t.kind(t.prev(i)) == word && !e.things(t, follow+1) {
		return match{next, "abbreviation", "number"}
	}
	if a, ok := e.short["street"][w]; ok && named && dot && (!name || t.ends(i+1) || t.shape(follow) == upper || e.addressed(t, i) || w == "St" && mainStreet(t.left(i))) {
		if m := (match{e.dotted(t, i+1), "address", a.say}); w != "Pt" || !name {
			return m
		}
	}
	if a, ok := e.short["title"][w]; ok && (dot || a.bare) && w != "Ft" || ok && w == "Ft" && dot {
		known := dot && a.bare && w != "Col" && w != "Lt" && w != "St" && w != "Capt" && w != "Mt"
		if (name || known) && (dot || t.shape(follow) == capital || t.shape(follow) == mixed || len(t.text(follow)) == 1) && !(t.ends(i+1) && !name) && !(dot && named && t.ends(i+1) && w == "Dr") {
			return match{next, "title", a.say}
		}
	}
	if a, ok := e.short["after"][w]; ok && (dot || a.bare) && (named || t.sym(t.prev(i), "&,")) {
		return match{e.dotted(t, i+1), "abbreviation", a.say}
	}
	lw := strings.ToLower(w)
	if lw == "v" && named && name {
		return match{next, "abbreviation", "versus"}
	}
	if a, ok := e.short["word"][lw]; ok && (dot || a.bare && t.shape(i) == lower) && t.shape(i) != mixed && t.shape(i) != upper {
		return match{e.dotted(t, i+1), "abbreviation", a.say}
	}
	if lw == "al" && dot && t.left(i) == "et" {
		return match{e.dotted(t, i+1), "abbreviation", w}
	}
	if (lw == "w" || lw == "w/o") && t.is(i+1, "/") {
		if t.is(i+2, "o") {
			return match{i + 3, "abbreviation", "without"}
		}
		if t.kind(i+2) == space || t.kind(i+2) == digits {
			return match{i + 2, "abbreviation", "with"}
		}
	}
	return match{}
}

// nameBefore says whether a name, or the number of a street, stands before token i.
func (e *english) nameBefore(t *tokens, i int) bool {
	p := t.prev(i)
	if t.sym(p, ",") {
		p = t.prev(p)
	}
	if t.is(p, ".") { // "John D. St."
		p--
	}
	switch t.shape(p) {
	case capital, mixed, upper:
		return !starter(t.text(p)) && e.short["title"][t.text(p)].say == ""
	}
	w := t.low(p)
	return t.kind(p) == word && t.kind(p-1) == digits && (w == "st" || w == "nd" || w == "rd" || w == "th")
}

// addressed says whether a house number stands one or two words before token i.
func (e *english) addressed(t *tokens, i int) bool {
	p := t.prev(i)
	for k := 0; k < 3 && t.kind(p) == word; k++ {
		p = t.prev(p)
		if t.is(p, ".") {
			p--
		}
	}
	return t.kind(p) == digits
}

func mainStreet(w string) bool {
	switch w {
	case "wall", "main", "fleet", "high", "elm", "bourbon", "downing", "oxford", "market", "broad", "canal":
		return true
	}
	return false
}

// address says a house number with its street: "1428 Elm St", "1420 Dr. King Dr."
func (e *english) address(t *tokens, i int) match {
	d := t.text(i)
	if len(d) > 5 || d[0] == '0' || t.sym(i-1, ".,$€£:/-") {
		return match{}
	}
	say := e.code(d)
	j := t.gap(i + 1)
	if j == i+1 {
		return match{}
	}
	for k := 0; k < 5 && t.kind(j) == word; k++ {
		w := t.text(j)
		if k > 0 {
			if a, ok := e.short["street"][w]; ok && !(t.is(j+1, ".") && t.shape(t.gap(j+2)) == capital && !t.ends(j+1) && w == "St" && k == 1 && false) {
				if next := t.gap(j + 1); t.is(j+1, ".") || t.kind(next) != word || t.shape(next) != capital {
					return match{e.dotted(t, j+1), "address", say + " " + a.say}
				}
			}
			switch w {
			case "Street", "Avenue", "Road", "Drive", "Lane", "Boulevard", "Court", "Place", "Square", "Highway", "Terrace", "Way", "Parkway", "Broadway":
				return match{j + 1, "address", say + " " + w}
			}
		}
		dir := map[string]string{"E": "East", "W": "West", "N": "North", "S": "South"}[w]
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

// state says the state after a town: "Springfield, Ill.", "City, NY".
func (e *english) state(t *tokens, i int) match {
	if p := t.prev(i); !t.sym(p, ",") || t.shape(p-1) == lower && !t.is(p-1, ".") {
		return match{}
	}
	name, end := e.stateAt(t, i)
	if name == "" || end == i+1 && !e.postalHere(t, i) {
		return match{}
	}
	return match{end, "address", name}
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
	p := map[string]string{"D": "Democrat", "R": "Republican", "I": "Independent", "L": "Libertarian"}[t.text(i)]
	if p == "" || !t.sym(i+1, "-–") {
		return match{}
	}
	if name, end := e.stateAt(t, i+2); name != "" {
		return match{end, "party", p + " of " + name}
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

// ticker says the sign of a share after its exchange, by letters.
func (e *english) ticker(t *tokens, i int) match {
	j := i + 1
	if !t.is(j, ":") || t.shape(i) == lower {
		return match{}
	}
	say := map[string]string{"NASDAQ": "Nasdaq", "Nasdaq": "Nasdaq", "NYSE": "N Y S E", "LSE": "L S E", "TSX": "T S X", "ASX": "A S X", "AMEX": "Amex", "LON": "London", "OTC": "O T C", "HKEX": "H K E X"}[t.text(i)]
	k := t.gap(j + 1)
	if say == "" || t.kind(k) != word || t.shape(k) == lower || len(t.text(k)) > 5 {
		return match{}
	}
	return match{k + 1, "ticker", say + ", " + spaced(t.text(k))}
}

// initials says letters with full stops: "U.S.", "J.K.", "a.m.", "e.g.", and the single initial of a name.
func (e *english) initials(t *tokens, i int) match {
	w := t.text(i)
	if !t.is(i+1, ".") || t.kind(i-1) == digits || t.sym(i-1, "@#_.-") && t.kind(i-2) != none && t.kind(i-1) == symbol && !t.is(i-1, "-") {
		return match{}
	}
	if w == "Ph" && t.is(i+2, "D") {
		return match{e.dotted(t, i+3), "initials", "P H D"}
	}
	if len(w) != 1 {
		return match{}
	}
	if t.kind(i+2) == word && len(t.text(i+2)) == 1 {
		return e.dottedLetters(t, i)
	}
	k := t.gap(i + 2)
	if t.shape(i) != capital {
		if w == "c" && t.kind(k) == digits && k > i+2 {
			return match{i + 2, "abbreviation", "circa"}
		}
		return match{}
	}
	switch {
	case k > i+2 && t.kind(k) == word && t.shape(k) != lower && !t.ends(i+1):
		return match{i + 2, "initials", w}
	case w == "S" && t.kind(k) == digits && k > i+2:
		return match{i + 2, "law", "S"}
	}
	return match{}
}

func (e *english) dottedLetters(t *tokens, i int) match {
	var b strings.Builder
	j := i
	for t.kind(j) == word && len(t.text(j)) == 1 && t.is(j+1, ".") {
		b.WriteString(t.text(j))
		j += 2
	}
	if t.kind(j) == word && len(t.text(j)) == 1 { // the last letter may lack its full stop
		b.WriteString(t.text(j))
		j++
	} else if t.kind(j) == word && t.shape(j-2) == lower {
		return match{}
	}
	letters := b.String()
	if t.is(j-1, ".") && t.ends(j-1) {
		j--
	}
	switch strings.ToLower(letters) {
	case "eg":
		return match{j, "abbreviation", "for example"}
	case "ie":
		return match{j, "abbreviation", "that is"}
	case "aka":
		return match{j, "abbreviation", "also known as"}
	}
	return match{j, "initials", strings.ToUpper(spaced(letters))}
}
