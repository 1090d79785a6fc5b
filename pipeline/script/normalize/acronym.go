package normalize

import "strings"

// acronym says words in capitals: by letters (FBI), as a word (NATO, left as it is), or, where all the words around are
// in capitals too, as the common word.
func (e *english) acronym(t *tokens, i int) match {
	w := t.text(i)
	s := t.shape(i)
	if s == capital && len(w) == 1 && t.inCaps(e, i) {
		if p := t.prev(i); w == "A" && t.kind(p) == word || t.sym(i-1, aposts) && t.kind(i-2) == word {
			return match{i + 1, "capitals", strings.ToLower(w)}
		}
	}
	if s == lower || s == capital || len(w) > 40 {
		return match{}
	}
	if s == mixed {
		return e.pluralAcronym(i, w)
	}
	if t.inCaps(e, i) {
		return e.inCaps(t, i, w)
	}
	if t.sym(i-1, "'’") && t.kind(i-2) == word && len(w) <= 2 || t.sym(i+1, "'’") && contraction(t.text(i+2)) {
		return match{}
	}
	if e.byLetters(t, i, w) {
		return match{i + 1, "acronym", e.letters(w)}
	}
	return match{}
}

// letters parts a word by letters; plain ASCII dashes and accents stay with theirs.
func (e *english) letters(w string) string {
	if say := e.special[w]; say != "" {
		return say
	}
	return spaced(w)
}

// contraction says whether capitals after an apostrophe belong to the word before: DON'T, WE'RE.
func contraction(w string) bool {
	switch w {
	case "T", "RE", "LL", "VE", "D", "M":
		return true
	}
	return false
}

// pluralAcronym says "MPs", "CEOs", "mRNA".
func (e *english) pluralAcronym(i int, w string) match {
	if e.special[w] != "" {
		return match{}
	}
	if base, ok := strings.CutSuffix(w, "s"); ok && len(base) > 1 && base == strings.ToUpper(base) && strings.ToLower(base) != base {
		if e.acronyms[base] == asWord || e.acronyms[base] == 0 && len(base) > 3 && pronounceable(base) || len(base) > 6 {
			return match{}
		}
		return match{i + 1, "acronym", spaced(base) + "'s"}
	}
	if len(w) >= 3 && len(w) <= 5 && w[0] >= 'a' && w[0] <= 'z' && w[1:] == strings.ToUpper(w[1:]) && !pronounceable(w[1:]) {
		return match{i + 1, "acronym", strings.ToUpper(spaced(w))}
	}
	return match{}
}

// byLetters decides how a single word in capitals is read: by the table, else by its length, by whether it is a common
// word said loudly, and by whether it can be pronounced at all.
func (e *english) byLetters(t *tokens, i int, w string) bool {
	switch e.acronyms[w] {
	case asLetters, alone:
		return true
	case asWord:
		return false
	}
	switch {
	case e.common[strings.ToLower(w)], e.months[strings.ToLower(w)] != "", !ascii(w):
		return false
	case len(w) <= 3:
		return true
	case t.kind(i-1) == none && (t.is(i+1, ",") || t.is(t.gap(i+1), "(")): // the town at the head of a report
		return false
	case len(w) > 6:
		return false
	}
	return !sayable(w)
}

// sayable says whether a word in capitals that no table has is said as a word. Abbreviations of five letters and more that
// are spelled mostly lack vowels, so a name that is odd in English (DELHI, SIOUX, TOYOTA) is given the doubt.
func sayable(w string) bool {
	if len(w) < 5 {
		return pronounceable(w)
	}
	for _, pair := range [...]string{"TH", "CH", "SH", "PH", "GH", "CK", "NG"} { // two letters for one consonant
		w = strings.ReplaceAll(w, pair, pair[:1])
	}
	from, vowels := 0, 0
	for i := 0; i <= len(w); i++ {
		if i < len(w) && !strings.ContainsRune("AEIOU", rune(w[i])) && (w[i] != 'Y' || i == 0) {
			continue
		}
		cluster := strings.ToLower(w[from:i])
		switch {
		case len(cluster) < 3:
		case i == len(w):
			for len(cluster) > 2 && strings.ContainsRune("std", rune(cluster[len(cluster)-1])) {
				cluster = cluster[:len(cluster)-1]
			}
			if len(cluster) > 2 {
				return false
			}
		case from == 0 && !onset(cluster), from > 0 && (len(cluster) > 3 || !onset(cluster[1:])):
			return false
		}
		if i < len(w) {
			vowels++
		}
		from = i + 1
	}
	return vowels > 0
}

// inCaps reads a word among words in capitals.
func (e *english) inCaps(t *tokens, i int, w string) match {
	kind := e.acronyms[w]
	lw := strings.ToLower(w)
	spell := false
	switch {
	case w == "US":
		spell = !pronounUS(t, i)
	case w == "WHO", w == "IT":
		spell = organised(w, t.left(i), t.right(i+1))
	case kind == asWord, !ascii(w) && kind == 0 && len(w) > 40:
		return match{}
	case t.sym(i+1, "'’") && contraction(t.text(i+2)), t.sym(i-1, "'’") && contraction(w) && t.kind(i-2) == word, kind == alone, e.common[lw]:
	case kind == asLetters:
		spell = true
	case len(w) == 2 && !t.is(i+1, "-") && !particle(lw):
		spell = true
	default:
		spell = ascii(w) && !sayable(w) && len(w) <= 6
	}
	if spell {
		return match{i + 1, "acronym", e.letters(w)}
	}
	if e.special[w] != "" {
		return match{i + 1, "acronym", e.special[w]}
	}
	if e.months[lw] != "" && len(lw) > 3 && lw != "march" {
		return match{i + 1, "capitals", e.months[lw]}
	}
	if p := t.prev(i); t.kind(p) == none || t.sym(p, ".!?:\"'“‘") || !e.ordinary(lw) && len(w) > 2 {
		r := first(w)
		n := len(string(r))
		lw = w[:n] + strings.ToLower(w[n:])
	}
	return match{i + 1, "capitals", lw}
}

// particle says whether two letters are part of names or words of other languages.
func particle(w string) bool {
	switch w {
	case "de", "la", "le", "el", "al", "di", "du", "da", "ex", "re", "vs", "mr", "dr", "st", "jr", "sr", "mt", "ft", "oh", "ah", "hi", "ha", "lo", "fe", "bo", "ed", "jo", "li", "xi", "wu", "yu", "ng", "ye", "ok":
		return true
	}
	return false
}

// ordinary says whether a word in small letters is a common one, or a form of one.
func (e *english) ordinary(w string) bool {
	if e.common[w] {
		return !e.proper[w]
	}
	for _, end := range [...][2]string{{"ies", "y"}, {"es", ""}, {"s", ""}, {"ed", ""}, {"ed", "e"}, {"ing", ""}, {"ing", "e"}, {"er", ""}, {"ly", ""}} {
		if stem, ok := strings.CutSuffix(w, end[0]); ok && e.common[stem+end[1]] {
			return true
		}
	}
	return false
}

// pronounUS tells the pronoun from the country in a line of capitals: it follows a verb or preposition that takes an object.
func pronounUS(t *tokens, i int) bool {
	switch t.left(i) {
	case "leave", "leaves", "left", "tell", "tells", "told", "give", "gives", "gave", "let", "lets", "help", "helps", "helped", "of", "for", "with", "among", "between",
		"make", "makes", "made", "save", "saved", "join", "about", "all", "both", "behind", "like", "failed", "fails", "killed", "kills", "bring", "show", "shows", "teach",
		"teaches", "ask", "asked", "asks", "keep", "keeps", "kept", "unites", "divides", "hurt", "hurts", "haunts", "against", "around", "upon", "owe", "owes", "sent", "stop",
		"need", "needs", "cost", "costs", "remind", "reminds", "warn", "want", "wants", "trust", "believe", "call", "hear", "see", "take", "takes", "put", "puts":
		return true
	}
	return false
}

// organised says whether WHO or IT in a line of capitals is the organisation or the trade: the word beside it tells.
func organised(w, left, right string) bool {
	switch right {
	case "chief", "official", "officials", "boss", "head", "director", "team", "report", "data", "expert", "experts", "says", "warns", "declares", "urges", "adviser":
		return w == "WHO"
	case "department", "staff", "worker", "workers", "system", "systems", "firm", "firms", "outage", "giant", "sector", "support", "services", "company", "companies",
		"manager", "specialist", "security", "contractor", "failure", "meltdown", "jobs", "industry", "skills", "budget":
		return w == "IT"
	}
	return w == "WHO" && left == "the"
}

// inCaps says whether token i belongs to a run of words in capitals. The runs of a text are found once, together.
func (t *tokens) inCaps(e *english, i int) bool {
	if t.caps == nil {
		t.findCaps(e)
	}
	return t.caps[i]
}

// findCaps marks the runs: two words or more in capitals, one after the other, of which one at least is a common word or
// two are long.
func (t *tokens) findCaps(e *english) {
	t.caps = make([]bool, len(t.toks))
	start, count, proof, long := -1, 0, false, 0
	flush := func(end int) {
		if start >= 0 && count > 1 && (proof || long > 1) {
			for j := start; j < end; j++ {
				t.caps[j] = t.toks[j].kind == word
			}
		}
		start, count, proof, long = -1, 0, false, 0
	}
	for i := range t.toks {
		tok := &t.toks[i]
		switch {
		case tok.kind == space && tok.brk:
			flush(i)
		case tok.kind != word:
		case tok.shape == upper:
			if start < 0 {
				start = i
			}
			count++
			w := t.low(i)
			if e.common[w] && e.acronyms[t.text(i)] == 0 {
				proof = true
			}
			if n := len(w); n > 5 && e.acronyms[t.text(i)] == 0 {
				long++
			}
		case tok.shape == capital && tok.end-tok.start == 1:
		default:
			flush(i)
		}
	}
	flush(len(t.toks))
}

// joint says letters joined by an ampersand: "AT&T", "R&D", "S&P".
func (e *english) joint(t *tokens, i int) match {
	if !t.is(i+1, "&") || t.kind(i-1) == symbol && t.sym(i-1, "&@#_") {
		return match{}
	}
	var b strings.Builder
	j := i
	for {
		w := t.text(j)
		if base, ok := strings.CutSuffix(w, "s"); ok && t.kind(j) == word && j > i && t.shape(j) != lower && len(base) > 0 && len(base) < 3 && base == strings.ToUpper(base) {
			return match{j + 1, "acronym", b.String() + spaced(base) + "'s"} // "A&Es"
		}
		if t.kind(j) != word || len(w) > 4 || t.shape(j) != upper && (t.shape(j) != capital || len(w) > 1) {
			return match{}
		}
		b.WriteString(spaced(w))
		j++
		if !t.is(j, "&") {
			break
		}
		b.WriteString(" and ")
		j++
	}
	return match{j, "acronym", b.String()}
}

func ascii(w string) bool {
	for i := range len(w) {
		if w[i] >= 0x80 {
			return false
		}
	}
	return true
}

// pronounceable says whether English could read a word in capitals as a word: every syllable has a vowel, and the
// consonants before, between and after the vowels are ones that English puts there.
func pronounceable(w string) bool {
	w = strings.ToLower(w)
	vowel := func(i int) bool { return strings.IndexByte("aeiou", w[i]) >= 0 || w[i] == 'y' && i > 0 }
	if len(w) < 2 || len(w) > 1 && w[0] == w[1] {
		return false
	}
	vowels, run, from := 0, 0, 0
	for i := 0; i <= len(w); i++ {
		if i < len(w) && !vowel(i) {
			run = 0
			continue
		}
		cluster := w[from:i]
		switch {
		case i == len(w):
			if cluster != "" && !coda(cluster) {
				return false
			}
		case from == 0:
			if !onset(cluster) {
				return false
			}
		case len(cluster) > 3, len(cluster) == 3 && !onset(cluster[1:]), len(cluster) == 2 && cluster[0] != cluster[1] && !medial(cluster):
			return false
		}
		if i < len(w) {
			vowels++
			if run++; run > 2 {
				return false
			}
		}
		from = i + 1
	}
	return vowels > 0 && vowels < len(w)
}

func onset(c string) bool {
	if len(c) < 2 {
		return c != "q"
	}
	switch c {
	case "bl", "br", "ch", "chr", "cl", "cr", "dr", "dw", "fl", "fr", "gl", "gr", "kl", "kn", "kr", "ph", "pl", "pr", "qu", "rh", "sc", "sch", "scr", "sh", "shr", "sk", "sl",
		"sm", "sn", "sp", "spl", "spr", "sq", "st", "str", "sw", "th", "thr", "tr", "tw", "vl", "wh", "wr", "ky", "gh":
		return true
	}
	return false
}

func coda(c string) bool {
	if len(c) == 1 {
		return c != "j" && c != "q" && c != "v"
	}
	switch c {
	case "bs", "ch", "ck", "cks", "ct", "cts", "ds", "ff", "ffs", "ft", "fts", "gh", "ght", "ghts", "gs", "ks", "lb", "ld", "lds", "lf", "lk", "ll", "lls", "lm", "lms", "lp", "ls", "lt", "lts", "mb", "mp", "mps",
		"ms", "nce", "nch", "nd", "nds", "ng", "ngs", "nk", "nks", "nn", "ns", "nt", "nth", "nts", "ps", "pt", "pts", "rb", "rc", "rch", "rd", "rds", "rf", "rg", "rk", "rks", "rl", "rm", "rms", "rn", "rns",
		"rp", "rs", "rsh", "rst", "rt", "rth", "rts", "rve", "sh", "sk", "sm", "sms", "sp", "ss", "st", "sts", "tch", "th", "ths", "ts", "tt", "wl", "wn", "ws", "x", "xt", "zz":
		return true
	}
	return false
}

// medial says whether two consonants can meet inside a word.
func medial(c string) bool {
	return onset(c) || coda(c) || strings.IndexByte("lmnrsxc", c[0]) >= 0 && strings.IndexByte("bcdfgklmnpstvz", c[1]) >= 0 ||
		strings.IndexByte("bdgkpt", c[0]) >= 0 && strings.IndexByte("lmnrsw", c[1]) >= 0
}
