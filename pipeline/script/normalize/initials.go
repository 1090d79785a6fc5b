package normalize

import (
	"slices"
	"strings"
)

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
	if dir := e.compass(t, w, k); dir != "" && k > i+2 {
		return match{i + 2, "address", dir}
	}
	if t.shape(i) != capital {
		if w == "c" && t.kind(k) == digits && k > i+2 {
			return match{i + 2, "abbreviation", "circa"}
		}
		return match{}
	}
	switch {
	case k > i+2 && t.kind(k) == word && t.shape(k) != lower && (len(t.text(k)) > 1 || t.is(k+1, ".")) && !t.ends(i+1) && (t.kind(t.prev(i)) != word || len(t.text(t.prev(i))) > 1 && !e.names(t.left(i))):
		return match{i + 2, "initials", w}
	case k > i+2 && t.kind(k) == word && t.shape(k) == lower && len(t.text(k)) > 2 && w != "I" && !t.toks[k-1].brk: // "E. coli"
		return match{i + 2, "initials", w}
	case t.kind(k) == digits && k > i+2 && (w == "S" || w == "K" || w == "D" || w == "H"): // bills, works of Mozart and Schubert
		return match{i + 2, "law", w}
	}
	return match{}
}

// names says whether a word is the name of a small number: "in four K. Google" holds no initial.
func (e *english) names(w string) bool {
	return slices.Contains(e.ones, w) || slices.Contains(e.tens, w)
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
