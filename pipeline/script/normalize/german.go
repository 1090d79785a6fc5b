package normalize

import "strings"

// german is the rules of German: numbers, years, dates, times, money, percent, units and the commonest short forms.
type german struct {
	germanSpeller
	currency map[string]currency
	units    map[string]unit
	lists    map[string]map[string]string // "short", "letters", "month", "sign"
}

func newGerman() *german {
	g := &german{
		germanSpeller: newGermanSpeller(), currency: currencyTable("de/currencies.tsv"), units: unitTable("de/units.tsv"),
		lists: make(map[string]map[string]string),
	}
	for _, r := range rows("de/lists.tsv") {
		if g.lists[r[0]] == nil {
			g.lists[r[0]] = make(map[string]string)
		}
		g.lists[r[0]][r[1]] = r[2]
	}
	return g
}

func (g *german) grammar() grammar {
	out := neutral()
	out.tag = "de"
	out.rules[digits] = []rule{g.dialled, g.date, g.clock, g.quantity, g.decade, g.slash, g.ratio, g.plain}
	out.rules[word] = []rule{g.letters, g.page, g.short, g.rank, g.acronym, format}
	out.rules[calm] = []rule{g.short}
	out.rules[raised] = []rule{g.raised}
	out.rules[symbol] = []rule{g.money, g.signed, g.quantity, g.plain, footnote, ellipsis, g.sign, dash, bracket, asides, g.rest}
	return out
}

func (g *german) num(t *tokens, i int) number { return t.number(i, ".", ",") }

// span reads a number, or two joined by a dash.
func (g *german) span(t *tokens, i int) (say string, n number) {
	n = g.num(t, i)
	if n.end == 0 {
		return "", n
	}
	say = g.number(n)
	if t.sym(n.end, dashes) && t.kind(n.end+1) == digits {
		if m := g.num(t, n.end+1); m.end > 0 {
			return say + " bis " + g.number(m), m
		}
	}
	return say, n
}

// quantity says a number with its percent sign, magnitude, unit or currency.
func (g *german) quantity(t *tokens, i int) match {
	say, n := g.span(t, i)
	if n.end == 0 {
		return match{}
	}
	mag, j := g.magnitude(t, n)
	k := t.gap(j)
	if t.sym(k, "%") {
		return match{k + 1, "percent", say + " Prozent"}
	}
	if c, ok := g.currency[t.text(k)]; ok && (t.kind(k) == symbol || k > j) {
		return match{k + 1, "money", g.amount(n, say, mag, c)}
	}
	if mag != "" {
		return match{j, "number", g.article(n, say, mag) + " " + mag}
	}
	if t.is(k, "°") {
		m := match{k + 1, "temperature", say + " Grad"}
		switch t.text(k + 1) {
		case "C":
			m.end, m.say = k+2, m.say+" Celsius"
		case "F":
			m.end, m.say = k+2, m.say+" Fahrenheit"
		}
		return m
	}
	for _, end := range [...]int{k + 3, k + 2, k + 1} {
		if t.kind(k) != word || t.kind(end-1) == none || t.kind(end) == word || t.kind(end) == digits {
			continue
		}
		if u, ok := g.units[t.s[t.toks[k].start:t.toks[end-1].end]]; ok {
			name := u.many
			if n.one() {
				name, say = u.one, "ein"
				if strings.HasSuffix(name, "e") {
					say = "eine"
				}
			}
			return match{end, "measure", say + " " + name}
		}
	}
	return match{}
}

// magnitude reads "Mrd.", "Mio.", "Millionen" after a number.
func (g *german) magnitude(t *tokens, n number) (string, int) {
	j := t.gap(n.end)
	var name string
	switch t.text(j) {
	case "Mio", "Million", "Millionen":
		name = "Million"
	case "Mrd", "Milliarde", "Milliarden":
		name = "Milliarde"
	case "Billion", "Billionen", "Bio":
		name = "Billion"
	default:
		return "", n.end
	}
	if !n.one() {
		name = strings.TrimSuffix(name, "e") + "en"
	}
	if t.is(j+1, ".") {
		return name, j + 2
	}
	return name, j + 1
}

// article says a lone one before a magnitude as "eine".
func (g *german) article(n number, say, mag string) string {
	if n.one() && mag != "" {
		return "eine"
	}
	return say
}

// amount says an amount of money: "drei Komma zwei Milliarden Euro", "fünf Euro und fünfzig Cent".
func (g *german) amount(n number, say, mag string, c currency) string {
	switch {
	case mag != "":
		return g.article(n, say, mag) + " " + mag + " " + c.many
	case n.one():
		return "ein " + c.one
	case len(n.frac) != 2 || c.subOne == "":
		return say + " " + c.many
	}
	main := g.cardinal(n.whole) + " " + c.many
	if n.whole == "1" {
		main = "ein " + c.one
	}
	cents := strings.TrimLeft(n.frac, "0")
	switch cents {
	case "":
		return main
	case "1":
		cents = "ein " + c.subOne
	default:
		cents = g.cardinal(cents) + " " + c.subMany
	}
	return main + " und " + cents
}

// money says an amount whose sign stands before it.
func (g *german) money(t *tokens, i int) match {
	c, ok := g.currency[t.text(i)]
	if !ok {
		return match{}
	}
	n := g.num(t, t.gap(i+1))
	if n.end == 0 {
		return match{}
	}
	mag, end := g.magnitude(t, n)
	return match{end, "money", g.amount(n, g.number(n), mag, c)}
}

// date says "24. Februar 2022" and "24.02.2022" with the ending that the word before asks for.
func (g *german) date(t *tokens, i int) match {
	d := t.text(i)
	if v := atoi(d); len(d) > 2 || v < 1 || v > 31 || !t.is(i+1, ".") {
		return match{}
	}
	ending := g.ending(t.left(i))
	if t.kind(i+2) == digits && t.is(i+3, ".") {
		m := atoi(t.text(i + 2))
		if m < 1 || m > 12 || len(t.text(i+2)) > 2 {
			return match{}
		}
		month := [...]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}[m-1]
		out := match{i + 4, "date", g.ordinal(d, ending) + " " + month}
		if y := t.text(i + 4); t.kind(i+4) == digits && len(y) == 4 {
			out.end, out.say = i+5, out.say+" "+g.year(trimZero(y))
		}
		return out
	}
	k := t.gap(i + 2)
	if k == i+2 || t.kind(k) != word {
		return match{}
	}
	if month := g.lists["month"][t.low(k)]; month != "" && t.shape(k) == capital {
		end := k + 1
		if len(month) != len(t.text(k)) && t.is(end, ".") {
			end++
		}
		out := match{end, "date", g.ordinal(d, ending) + " " + month}
		if y := fullYear(t, t.gap(end)); y != "" {
			out.end, out.say = t.gap(end)+1, out.say+" "+g.year(y)
		}
		return out
	}
	if left := t.left(i); t.shape(k) != lower && left != "" && g.ending(left) != "er" {
		return match{i + 2, "ordinal", g.ordinal(d, ending)}
	}
	return g.days(t, i, d, ending)
}

// days says the first of two days of a month: "am 3. und 4. Mai", "vom 3. bis 5. Mai". The second is a date of its own,
// and takes its ending from the word between them.
func (g *german) days(t *tokens, i int, d, ending string) match {
	k := t.gap(i + 2)
	if w := t.text(k); w != "und" && w != "bis" && w != "oder" {
		return match{}
	}
	j := t.gap(k + 1)
	if t.kind(j) != digits || !t.is(j+1, ".") || g.lists["month"][t.low(t.gap(j+2))] == "" {
		return match{}
	}
	second := g.date(t, j)
	if second.end == 0 {
		return match{}
	}
	// The second day has the ending of the first, except after "bis", which asks for its own.
	words := second.say
	if own := g.ordinal(t.text(j), g.ending(t.text(k))); t.text(k) != "bis" && strings.HasPrefix(words, own) {
		words = g.ordinal(t.text(j), ending) + words[len(own):]
	}
	return match{second.end, "date", g.ordinal(d, ending) + " " + t.text(k) + " " + words}
}

// decade says "1990er", "80ern".
func (g *german) decade(t *tokens, i int) match {
	w := t.text(i + 1)
	if d := t.text(i); t.kind(i+1) == word && (w == "er" || w == "ern" || w == "ers") && (len(d) == 2 || len(d) == 4) && d[0] != '0' {
		return match{i + 2, "decade", g.year(d) + w}
	}
	return match{}
}

// slash says fractions.
func (g *german) slash(t *tokens, i int) match {
	a, b := t.text(i), t.text(i+2)
	if !t.sym(i+1, "/⁄") || t.kind(i+2) != digits || t.kind(i+3) == word || t.sym(i+3, "/.,") && t.kind(i+4) == digits || t.sym(i-1, "/") ||
		!less(a, b) || len(b) > 3 || a[0] == '0' || b[0] == '0' {
		return match{}
	}
	return match{i + 3, "fraction", g.fraction(a, b)}
}

// ratio says scores and ratios: "3:1".
func (g *german) ratio(t *tokens, i int) match {
	if !t.is(i+1, ":") || t.kind(i+2) != digits || t.is(i+3, ":") || t.is(i-1, ":") || len(t.text(i)) > 4 || len(t.text(i+2)) > 4 {
		return match{}
	}
	return match{i + 3, "score", g.cardinal(t.text(i)) + " zu " + g.cardinal(t.text(i+2))}
}

// dialled says telephone numbers with their area code: "030/123456", "0171-1234567".
func (g *german) dialled(t *tokens, i int) match {
	a, b := t.text(i), t.text(i+2)
	if len(a) < 3 || len(a) > 6 || a[0] != '0' || !t.sym(i+1, "/-") || t.kind(i+2) != digits || len(b) < 4 || len(b) > 12 {
		return match{}
	}
	return match{i + 3, "phone", g.digits(a) + ", " + g.digits(b)}
}

// page says "S. 12".
func (g *german) page(t *tokens, i int) match {
	if k := t.gap(i + 2); t.is(i, "S") && t.is(i+1, ".") && t.kind(k) == digits {
		return match{i + 2, "abbreviation", "Seite"}
	}
	return match{}
}

// rank says the number of a ruler: "Ludwig XIV.".
func (g *german) rank(t *tokens, i int) match {
	w := t.text(i)
	v := roman(w)
	if p := t.prev(i); v == 0 || v > 39 || len(w) < 2 || !t.is(i+1, ".") || t.kind(p) != word || t.shape(p) != capital {
		return match{}
	}
	end := i + 2
	if t.kind(end) == none || t.kind(t.gap(end)) == none {
		end--
	}
	rank := g.ordinal(itoa(v), "e")
	return match{end, "roman", "der " + strings.ToUpper(rank[:1]) + rank[1:]}
}

// ending is the ending of an ordinal after an article or preposition.
func (g *german) ending(left string) string {
	switch left {
	case "am", "vom", "zum", "dem", "den", "des", "im", "beim", "bis", "ab", "seit", "zur", "ihren", "seinen", "ihrem", "seinem":
		return "en"
	case "der", "die", "das":
		return "e"
	}
	return "er"
}

// clock says "14:05 Uhr" and "14 Uhr".
func (g *german) clock(t *tokens, i int) match {
	h := t.text(i)
	if v := atoi(h); len(h) > 2 || v < 0 || v > 24 {
		return match{}
	}
	end, minutes := i+1, ""
	if m := t.text(i + 2); t.sym(i+1, ":.") && t.kind(i+2) == digits && len(m) == 2 && m < "60" {
		end, minutes = i+3, strings.TrimLeft(m, "0")
	}
	k := t.gap(end)
	if !t.is(k, "Uhr") && (end == i+1 || !t.is(i+1, ":")) {
		return match{}
	}
	if t.is(k, "Uhr") {
		end = k + 1
	}
	hour := g.cardinal(trimZero(h))
	if hour == "eins" {
		hour = "ein"
	}
	say := hour + " Uhr"
	if minutes != "" {
		say += " " + g.cardinal(minutes)
	}
	return match{end, "time", say}
}

// plain says ranges, years, versions and numbers.
func (g *german) plain(t *tokens, i int) match {
	n := g.num(t, i)
	if n.end == 0 {
		return match{}
	}
	isYear := func(n number) bool { return n.plain() && len(n.whole) == 4 && n.whole >= "1100" && n.whole < "2100" }
	if t.sym(n.end, dashes) && t.kind(n.end+1) == digits {
		m := g.num(t, n.end+1)
		if isYear(n) && isYear(m) {
			return match{m.end, "year", g.year(n.whole) + " bis " + g.year(m.whole)}
		}
		say, last := g.span(t, i)
		return match{last.end, "range", say}
	}
	if isYear(n) {
		return match{n.end, "year", g.year(n.whole)}
	}
	return match{n.end, "number", g.number(n)}
}

// signed says a minus or plus with the number after it.
func (g *german) signed(t *tokens, i int) match {
	if !t.sym(i, "-−–+") || !t.open(i) || t.kind(i+1) != digits {
		return match{}
	}
	m := g.quantity(t, i+1)
	if m.end == 0 {
		m = g.plain(t, i+1)
	}
	head := "minus "
	if t.is(i, "+") {
		head = "plus "
	}
	return match{m.end, m.class, head + m.say}
}

// letters says short forms of several letters: "z. B.", "d. h."
func (g *german) letters(t *tokens, i int) match {
	if !t.is(i+1, ".") || len(t.text(i)) > 1 {
		return match{}
	}
	key := ""
	for j, k := i, 0; k < 3 && t.kind(j) == word && t.is(j+1, "."); k++ {
		key += t.text(j) + "."
		if say := g.lists["letters"][key]; say != "" {
			return match{j + 2, "abbreviation", say}
		}
		j = t.gap(j + 2)
	}
	return match{}
}

// short says a short form with its full stop.
func (g *german) short(t *tokens, i int) match {
	if !t.is(i+1, ".") || len(t.text(i)) > 5 {
		return match{}
	}
	say := g.lists["short"][t.text(i)+"."]
	if say == "" {
		return match{}
	}
	if t.kind(t.gap(i+2)) == none {
		return match{i + 1, "abbreviation", say}
	}
	return match{i + 2, "abbreviation", say}
}

// acronym says capitals letter by letter: up to three letters, or with no vowel.
func (g *german) acronym(t *tokens, i int) match {
	w := t.text(i)
	if t.shape(i) != upper || len(w) > 5 || t.shape(t.prev(i)) == upper || t.shape(t.gap(i+1)) == upper {
		return match{}
	}
	if len(w) > 3 && strings.ContainsAny(w, "AEIOUÄÖÜ") {
		return match{}
	}
	return match{i + 1, "acronym", spaced(w)}
}

// sign says a sign that has a name.
func (g *german) sign(t *tokens, i int) match {
	if t.is(i, "/") && t.shape(i-1) == upper && t.shape(i+1) == upper { // "CDU/CSU"
		return match{i + 1, "symbol", " "}
	}
	if say := g.lists["sign"][t.text(i)]; say != "" {
		return match{i + 1, "symbol", say}
	}
	return match{}
}

// raised says powers; after a word a raised number is the mark of a footnote.
func (g *german) raised(t *tokens, i int) match {
	d := strings.Map(plainDigit, t.text(i))
	if t.kind(i-1) != digits || strings.Trim(d, "0123456789") != "" {
		return match{i + 1, "footnote", ""}
	}
	return match{i + 1, "exponent", "hoch " + g.cardinal(d)}
}

// rest drops every other sign that is no punctuation.
func (g *german) rest(t *tokens, i int) match {
	s := t.text(i)
	switch {
	case isKept(s), s == "-" && t.kind(i+1) == word && (t.kind(i-1) == word || t.kind(i-1) == digits && t.shape(i+1) != lower): // but "35-jährig" is one word
		return match{}
	case t.kind(i-1) == word && t.kind(i+1) == word:
		return match{i + 1, "symbol", " "}
	}
	return match{i + 1, "symbol", ""}
}
