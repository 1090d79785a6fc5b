package normalize

import "strings"

// abbreviated says short forms, most of which end in a full stop, by what stands around them: titles before names, "Inc."
// after names, streets, "No. 10" before numbers, and those that mean the same everywhere.
func (e *english) abbreviated(t *tokens, i int) match {
	w := t.text(i)
	if len(w) > 6 || t.sym(i-1, "@#_.'’") {
		return match{}
	}
	if t.shape(i) == upper && t.is(i+1, ".") { // "ST. LOUIS", "BOLT INC."
		if word := w[:1] + strings.ToLower(w[1:]); e.capsShort(t, i, word) {
			w = word
		}
	}
	s := e.shortAt(t, i, w)
	for _, rule := range [...]func(*tokens, int, shortForm) match{e.beforeNumber, e.street, e.title, e.afterName, e.anywhere} {
		if m := rule(t, i, s); m.end > 0 {
			return m
		}
	}
	return match{}
}

// capsShort says whether a short form in capitals stands among capitals, as a title before a name or after the name of a firm.
func (e *english) capsShort(t *tokens, i int, w string) bool {
	next := t.gap(i + 2)
	if _, ok := e.short["title"][w]; ok && t.shape(next) == upper && len(t.text(next)) > 2 {
		return true
	}
	_, ok := e.short["after"][w]
	return ok && t.shape(t.prev(i)) == upper
}

// shortForm is a short form with what stands around it.
type shortForm struct {
	w      string
	dot    bool // a full stop follows
	next   int  // the token after it and its full stop
	follow int  // the token after the space that comes then
	apart  bool // there is such a space
	named  bool // a name stands before it
	name   bool // a word with a capital follows
}

func (e *english) shortAt(t *tokens, i int, w string) shortForm {
	s := shortForm{w: w, dot: t.is(i+1, "."), next: i + 1, named: e.nameBefore(t, i)}
	if s.dot {
		s.next++
	}
	s.follow = t.gap(s.next)
	s.apart = s.follow > s.next
	s.name = s.apart && (t.kind(s.follow) == word && t.shape(s.follow) != lower || t.sym(s.follow, "“\""))
	return s
}

// beforeNumber says "No. 10", "pp. 3-5", "Art. II", "approx. $40".
func (e *english) beforeNumber(t *tokens, i int, s shortForm) match {
	if !s.apart && (!s.dot || t.kind(s.next) != digits) {
		return match{}
	}
	number := t.kind(s.follow) == digits
	if s.w == "No" && !s.dot && number && t.kind(t.prev(i)) == word && !e.things(t, s.follow+1) {
		return match{s.next, "abbreviation", "number"}
	}
	lw := strings.ToLower(s.w)
	a, ok := e.short["number"][lw]
	if !ok || !s.dot && !a.bare || t.shape(i) == mixed || len(s.w) == 1 && t.shape(i) != lower {
		return match{}
	}
	about := t.sym(s.follow, "$€£~") && (lw == "approx" || lw == "ca" || lw == "max" || lw == "min")
	if numeral := t.text(s.follow); t.kind(s.follow) == word && roman(numeral) > 0 {
		number = len(numeral) > 1 || len(lw) > 1 && (numeral != "I" || lw != "no")
	}
	// "No. B-2207"
	coded := lw == "no" && s.dot && t.kind(s.follow) == word && t.shape(s.follow) != lower && len(t.text(s.follow)) < 4 &&
		(t.kind(s.follow+1) == digits || t.sym(s.follow+1, "-–") && t.kind(s.follow+2) == digits)
	if !number && !about && !coded {
		return match{}
	}
	say := a.say
	if i == 0 && t.shape(i) == capital {
		say = strings.ToUpper(say[:1]) + say[1:]
	}
	return match{s.next, "abbreviation", say}
}

// street says "Main St." and "5th Ave."
func (e *english) street(t *tokens, i int, s shortForm) match {
	a, ok := e.short["street"][s.w]
	if !ok || !s.named {
		return match{}
	}
	if s.w == "St" && s.dot && e.college(t, i) {
		return match{e.dotted(t, i+1), "abbreviation", "State"}
	}
	bare := s.w == "Ave" || s.w == "Blvd" || s.w == "Rd" || s.w == "Hwy" || s.w == "Pkwy"
	if !s.dot && (s.name || !bare) || s.w == "Pt" && s.name {
		return match{}
	}
	if s.name && !t.ends(i+1) && t.shape(s.follow) != upper && !e.addressed(t, i) && (s.w != "St" || !mainStreet(t.left(i))) {
		return match{}
	}
	return match{e.dotted(t, i+1), "address", a.say}
}

// college says whether the name before "St." is a state's, as in the names of university teams: "Ohio St. won".
func (e *english) college(t *tokens, i int) bool {
	p := t.prev(i)
	if w := t.low(p); !e.stateNames[w] && w != "penn" && w != "boise" && w != "fresno" {
		return false
	}
	switch t.left(p) {
	case "beat", "over", "against", "topped", "defeated", "versus", "vs", "routed", "upset", "beats", "beating", "facing", "hosts", "visits":
		return true
	}
	switch t.right(i + 2) {
	case "beat", "won", "lost", "defeated", "fell", "topped", "upset", "rallied", "advanced", "plays", "played", "routed", "scored", "coach", "quarterback", "guard",
		"forward", "fans", "players", "football", "basketball", "baseball", "linebacker", "receiver", "wins", "loses", "hosts", "visits":
		return true
	}
	return false
}

// title says a title before a name: "Sen. Lee", "Dr Who", "St. Louis".
func (e *english) title(t *tokens, i int, s shortForm) match {
	a, ok := e.short["title"][s.w]
	if !ok || !s.dot && !a.bare {
		return match{}
	}
	// "Mr. and Mrs. Lee": some are titles whatever follows.
	alone := s.dot && (strings.HasPrefix(s.w, "M") && len(s.w) < 4 && s.w != "Mt" || s.w == "Dr" || s.w == "Prof" || s.w == "Sgt" || s.w == "Cpl")
	switch {
	case s.dot && t.is(s.next, "-") && t.kind(s.next+1) == word: // "Gov.-elect"
	case !s.name && !alone, t.ends(i+1) && s.dot && (!s.name || s.named && s.w == "Dr"):
		return match{}
	case !s.dot && t.shape(s.follow) == upper && len(t.text(s.follow)) > 1:
		return match{}
	}
	return match{s.next, "title", a.say}
}

// afterName says "Jr.", "Corp." and the like, and the "v." between two names.
func (e *english) afterName(t *tokens, i int, s shortForm) match {
	if s.w == "v" && s.named && s.name {
		return match{s.next, "abbreviation", "versus"}
	}
	a, ok := e.short["after"][s.w]
	if !ok || !s.dot && !a.bare {
		return match{}
	}
	firm := s.dot && (s.w == "Inc" || s.w == "Ltd" || s.w == "Corp")
	if !s.named && !firm && !t.sym(t.prev(i), "&,") {
		return match{}
	}
	return match{e.dotted(t, i+1), "abbreviation", a.say}
}

// anywhere says the short forms that depend on nothing around them: "vs.", "etc.", "w/o".
func (e *english) anywhere(t *tokens, i int, s shortForm) match {
	lw := strings.ToLower(s.w)
	plain := t.shape(i) == lower || t.shape(i) == capital
	if t.sym(i+1, aposts) && t.kind(i+2) == word && len(t.text(i+2)) < 3 { // "Gov't"
		if a, ok := e.short["word"][lw+"'"+t.text(i+2)]; ok {
			return match{e.dotted(t, i+3), "abbreviation", likeFirst(s.w, a.say)}
		}
	}
	if (lw == "mr" || lw == "mrs" || lw == "dr") && (!s.apart || t.kind(s.follow) != word || t.shape(i) != lower) {
		return match{}
	}
	if (lw == "est" || lw == "min") && (!s.apart || t.shape(s.follow) != lower || t.kind(s.follow) != word || t.kind(t.prev(i)) == digits) {
		return match{} // at the end it is a zone, a place or minutes
	}
	if a, ok := e.short["word"][lw]; ok && plain && (s.dot || a.bare && t.shape(i) == lower) {
		return match{e.dotted(t, i+1), "abbreviation", likeFirst(s.w, a.say)}
	}
	switch {
	case lw == "al" && s.dot && t.left(i) == "et":
		return match{e.dotted(t, i+1), "abbreviation", s.w}
	case t.is(i+1, "/") && t.low(i+2) == lw && (lw == "y" || lw == "q" || lw == "m") && t.kind(i+3) != word: // "y/y"
		by := map[string]string{"y": "year", "q": "quarter", "m": "month"}[lw]
		return match{i + 3, "abbreviation", by + " over " + by}
	case lw == "w" && t.is(i+1, "/") && t.is(i+2, "o"):
		return match{i + 3, "abbreviation", "without"}
	case lw == "w" && t.is(i+1, "/") && (t.kind(i+2) == space || t.kind(i+2) == digits):
		return match{i + 2, "abbreviation", "with"}
	}
	return match{}
}

// likeFirst gives words the capital of the short form.
func likeFirst(w, say string) string {
	if w[0] >= 'A' && w[0] <= 'Z' {
		return strings.ToUpper(say[:1]) + say[1:]
	}
	return say
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
	default:
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
