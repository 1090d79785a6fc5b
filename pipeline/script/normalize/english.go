package normalize

import "strings"

// english is the rules of English: American words and dates unless the region says otherwise.
type english struct {
	speller
	tag      string
	dayFirst bool // 3/4/2024 is the third of April

	currency   map[string]currency
	units      map[string]unit
	short      map[string]map[string]abbreviation // by place ("title", "after", "street", "number", "word") and short form
	states     map[string]string                  // "Calif" and "N.Y" to the state's name
	postal     map[string]string                  // "CA"
	stateNames map[string]bool                    // in lower case
	acronyms   map[string]reading
	special    map[string]string // words with capitals in odd places
	common     map[string]bool   // words that are words in capitals too
	proper     map[string]bool   // those of them that keep their capital
	symbols    map[string]string
	months     map[string]string
	weekdays   map[string]string
	sounds     *heteronyms
	cues       map[string]bool // calm words that can begin a match, some only with the sign after them

	yearAfter, yearNever, notNoun, regnal, numbered, counted, codeAfter, dialled           map[string]bool
	domains, extensions, zones, makers, prefixes, books, amounts, streets, priced, caliber map[string]bool
}

// newEnglish reads the tables. Outside the United States (and with no region) numbers have an "and" and dates begin
// with the day.
func newEnglish(region string) *english {
	british := region != "" && region != "US" && region != "CA" && region != "PH"
	e := &english{
		speller: newSpeller(british), tag: "en", dayFirst: british,
		currency: currencyTable("en/currencies.tsv"), units: unitTable("en/units.tsv"),
		short: make(map[string]map[string]abbreviation), states: make(map[string]string), postal: make(map[string]string),
		stateNames: make(map[string]bool), acronyms: make(map[string]reading), special: make(map[string]string),
		symbols: make(map[string]string), sounds: newHeteronyms("en/heteronyms.tsv", british),
	}
	if region != "" {
		e.tag += "-" + region
	}
	for _, r := range rows("en/abbreviations.tsv") {
		if e.short[r[0]] == nil {
			e.short[r[0]] = make(map[string]abbreviation)
		}
		key, bare := strings.CutSuffix(r[1], "~")
		e.short[r[0]][key] = abbreviation{r[2], bare}
	}
	for _, r := range rows("en/states.tsv") {
		e.postal[r[0]], e.states[r[1]] = r[2], r[2]
		e.stateNames[strings.ToLower(r[2])] = true
	}
	for _, r := range rows("en/acronyms.tsv") {
		if r[0] == "as" {
			e.special[r[1]] = r[2]
			continue
		}
		kind := map[string]reading{"spell": asLetters, "word": asWord, "alone": alone}[r[0]]
		for w := range strings.FieldsSeq(r[1]) {
			e.acronyms[w] = kind
		}
	}
	for _, r := range rows("en/symbols.tsv") {
		e.symbols[r[0]] = r[1]
	}
	lists := make(map[string]string)
	for _, r := range rows("en/lists.tsv") {
		lists[r[0]] += " " + r[1]
	}
	words := ""
	for _, r := range rows("en/words.txt") {
		words += r[0] + " "
	}
	e.common, e.proper = set(words+lists["names"]), set(lists["names"])
	e.months, e.weekdays = calendar(lists["months"]), calendar(lists["weekdays"])
	e.cues = e.readCues()
	for name, m := range map[string]*map[string]bool{
		"year-after": &e.yearAfter, "year-never": &e.yearNever, "not-noun": &e.notNoun, "regnal": &e.regnal, "numbered": &e.numbered,
		"counted": &e.counted, "code-after": &e.codeAfter, "dialled": &e.dialled, "domains": &e.domains,
		"extensions": &e.extensions, "zones": &e.zones, "makers": &e.makers, "prefixes": &e.prefixes, "books": &e.books, "amounts": &e.amounts, "streets": &e.streets, "priced": &e.priced, "caliber": &e.caliber,
	} {
		*m = set(lists[name])
	}
	return e
}

// readCues collects from the tables what cued looks for.
func (e *english) readCues() map[string]bool {
	cues := map[string]bool{"al": true, "Al.": true} // "et al."
	for w := range e.symbols {
		cues[w] = true
	}
	for w := range e.currency {
		cues[w] = true
	}
	for w := range e.states {
		cues[w+"."] = true
	}
	for _, names := range []map[string]string{e.months, e.weekdays} {
		for w := range names {
			cues[w], cues[capitalised(w)] = true, true
		}
	}
	for _, place := range e.short {
		for w := range place {
			small := strings.ToLower(w)
			cues[w], cues[small], cues[capitalised(small)+"."] = true, true, true
			if stem, _, ok := strings.Cut(small, "'"); ok { // "gov't"
				for _, a := range [...]string{"'", "’"} {
					cues[stem+a], cues[capitalised(stem)+a] = true, true
				}
			}
		}
	}
	return cues
}

// capitalised gives an ASCII word a capital.
func capitalised(w string) string { return strings.ToUpper(w[:1]) + w[1:] }

// calendar makes a table from "January/jan February/feb ...": every form in lower case to the full name.
func calendar(list string) map[string]string {
	m := make(map[string]string)
	for entry := range strings.FieldsSeq(list) {
		forms := strings.Split(entry, "/")
		for _, f := range forms {
			m[strings.ToLower(f)] = forms[0]
		}
	}
	return m
}

func (e *english) grammar() grammar {
	g := grammar{tag: e.tag, known: e.cued, sound: e.sounds.sound}
	g.rules[space] = []rule{blank, pause}
	g.rules[digits] = []rule{
		e.phone, e.date, e.address, e.clock, e.money, e.quantity, e.size, e.law, e.slash, e.ratio, e.identifier, e.model, e.interval, e.plain, e.web,
	}
	g.rules[word] = []rule{
		e.web, inserted, e.money, e.date, e.initials, e.party, e.state, e.abbreviated, e.roman, e.ticker, e.joint, e.model, e.acronym, e.oddWord, e.speed, e.greek, format,
	}
	g.rules[calm] = []rule{e.money, e.date, e.state, e.abbreviated, e.greek}
	g.rules[raised] = []rule{e.exponent}
	g.rules[symbol] = []rule{
		e.phone, e.money, e.signed, e.plain, e.quantity, e.apostrophe, e.handle, inserted, footnote, ellipsis, e.named, dash, bracket, e.sign,
	}
	return g
}

// cued says whether a calm word is in the tables of the rules for such.
func (e *english) cued(t *tokens, i int) bool {
	tok := &t.toks[i]
	return e.cues[t.s[tok.start:tok.end]] || t.kind(i+1) == symbol && e.cues[t.s[tok.start:t.toks[i+1].end]]
}

// num is the number at token i as English writes it.
func (e *english) num(t *tokens, i int) number { return t.number(i, ",", ".") }

// noun says whether the word at or one space after token i can be the thing that a number before it describes.
func (e *english) noun(t *tokens, i int) bool {
	j := t.gap(i)
	w := t.low(j)
	return j > i && t.kind(j) == word && len(w) > 1 && !e.notNoun[w] && !strings.HasSuffix(w, "ed") && !strings.HasSuffix(w, "ly")
}

// things says whether a plural noun in small letters stands one space after token i.
func (e *english) things(t *tokens, i int) bool {
	j := t.gap(i)
	if j == i || t.kind(j) != word || t.shape(j) != lower {
		return false
	}
	switch w := t.text(j); w {
	case "people", "men", "women", "children", "more", "new", "other", "troops", "percent", "of", "square", "cubic", "metric", "different":
		return w != "of" && w != "more" && w != "new" && w != "other"
	default:
		return len(w) > 3 && w[len(w)-1] == 's' && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "is") && !strings.HasSuffix(w, "us") && !e.notNoun[w]
	}
}

// attributive says whether what stands from token i to end describes a noun after it, so that its unit is singular:
// "a five million dollar deal".
func (e *english) attributive(t *tokens, i, end int) bool {
	if t.sym(end, "-") && t.kind(end+1) == word {
		if t.low(end+1) != "plus" { // "the $3bn-a-year fund"
			return true
		}
		left := t.left(i)
		return left == "a" || left == "an" || left == "the"
	}
	if k := t.gap(end); k > end && t.kind(k) == word && e.priced[t.text(k)] && t.s[t.toks[end-1].start:t.toks[end-1].end] != "%" {
		return true
	}
	switch t.left(i) {
	case "a", "an", "the", "its", "his", "her", "their", "our", "this", "that", "another", "every", "each", "new", "one":
		return e.noun(t, end)
	}
	return false
}

// dotted skips the full stop of an abbreviation that ends before token j, unless it also ends the sentence.
func (e *english) dotted(t *tokens, j int) int {
	if t.is(j, ".") && !t.is(j+1, ".") && !t.ends(j) {
		return j + 1
	}
	return j
}

// oddWord spells the words that have capitals in odd places: "PhD", "iOS", "pH".
func (e *english) oddWord(t *tokens, i int) match {
	if s := t.shape(i); s != mixed && s != upper {
		return match{}
	}
	if say := e.special[t.text(i)]; say != "" {
		return match{end: i + 1, class: "acronym", say: say}
	}
	return match{}
}

// speed says a unit of speed that stands without a number: "in km/h".
func (e *english) speed(t *tokens, i int) match {
	if !t.is(i+1, "/") || len(t.text(i)) > 2 {
		return match{}
	}
	if u, ok := e.units[t.text(i)+"/"+t.text(i+2)]; ok {
		return match{end: i + 3, class: "measure", say: u.many}
	}
	return match{}
}

// greek says a Greek letter that stands as a word of its own.
func (e *english) greek(t *tokens, i int) match {
	if s := t.text(i); len(s) == 2 && e.symbols[s] != "" {
		return match{end: i + 1, class: "symbol", say: e.symbols[s]}
	}
	return match{}
}
