package normalize

import "strings"

// roman is the value of a Roman numeral in its one proper form, up to 3999; 0 for any other word.
func roman(w string) int {
	if len(w) == 0 || len(w) > 15 {
		return 0
	}
	pairs := [...]struct {
		sign  string
		value int
	}{
		{"M", 1000}, {"CM", 900}, {"D", 500}, {"CD", 400}, {"C", 100}, {"XC", 90}, {"L", 50}, {"XL", 40}, {"X", 10}, {"IX", 9}, {"V", 5}, {"IV", 4}, {"I", 1},
	}
	rest, v := w, 0
	for _, p := range pairs {
		for strings.HasPrefix(rest, p.sign) && (len(p.sign) == 1 || !strings.HasSuffix(p.sign, "M") || v < 4000) {
			rest, v = rest[len(p.sign):], v+p.value
			if len(p.sign) == 2 {
				break
			}
		}
	}
	if rest != "" || strings.Contains(w, "IIII") || strings.Contains(w, "XXXX") || strings.Contains(w, "CCCC") || strings.Contains(w, "MMMM") ||
		strings.Contains(w, "VV") || strings.Contains(w, "LL") || strings.Contains(w, "DD") {
		return 0
	}
	return v
}

// roman says Roman numerals: "World War II" as a number, "Henry VIII" as a rank. A numeral counts only after a word that
// takes one, since MIX, DIM and I are words too.
func (e *english) roman(t *tokens, i int) match {
	w := t.text(i)
	if t.shape(i) == lower || strings.Trim(w, "IVXLCDM") != "" || t.kind(i-1) == symbol || t.is(i+1, ".") && t.kind(i+2) == word {
		return match{}
	}
	v := roman(w)
	if v == 0 || strings.HasPrefix(t.right(i+1), "chromosome") {
		return match{}
	}
	if r := t.right(i + 1); len(w) > 1 && v > 1 && (r == "olympiad" || r == "century" || r == "centuries" || r == "dynasty" || r == "corps" || r == "legion" || r == "games") {
		return match{i + 1, "roman", e.ordinal(itoa(v))}
	}
	p := t.prev(i)
	if t.is(p, ".") && t.kind(p-1) == word { // "Vol. II"
		p--
	}
	if t.kind(p) != word || t.shape(p) == lower && v < 2 {
		return match{}
	}
	d := itoa(v)
	left := t.low(p)
	single := len(w) == 1
	if single && t.kind(t.gap(i+1)) == word && len(t.text(t.gap(i+1))) == 1 {
		return match{} // a row of letters
	}
	_, numbered := e.short["number"][strings.TrimSuffix(left, ".")]
	switch {
	case (left == "generation" || left == "gen") && single, t.is(p, "The"):
		return match{}
	case (e.numbered[left] || numbered && t.is(p+1, ".")) && (t.shape(p) != lower || !single) && left != "no":
		if single && v > 5 && v != 10 || single && v == 1 && !t.bounded(i+1) {
			return match{}
		}
		if t.shape(p) == capital && !single && (left == "pope" || left == "emperor" || left == "king") {
			return match{}
		}
		say := e.cardinal(d)
		if t.shape(p) != lower && left != "bowl" {
			say = strings.ToUpper(say[:1]) + say[1:]
		}
		return match{i + 1, "roman", say}
	case t.shape(p) != capital || v > 39:
		return match{}
	case e.regnal[left] && (!single || v == 5 || v == 1 && t.bounded(i+1) || v == 10 && left != "malcolm"):
	case !single && v <= 5 && t.shape(t.prev(p)) == capital && t.kind(t.prev(p)) == word && !starter(t.text(t.prev(p))):
	case !single:
		return match{i + 1, "roman", e.cardinal(d)}
	default:
		return match{}
	}
	rank := e.ordinal(d)
	return match{i + 1, "roman", "the " + strings.ToUpper(rank[:1]) + rank[1:]}
}

// bounded says whether the letter I before token j is a numeral, not the pronoun: no verb in small letters follows that
// would make it one.
func (t *tokens) bounded(j int) bool {
	switch t.right(j) {
	case "am", "was", "have", "had", "will", "would", "think", "know", "want", "said", "say", "believe", "feel", "do", "did", "can", "could", "never", "just":
		return t.right(j) == "was" || t.right(j) == "had" || t.right(j) == "will" || t.right(j) == "did" || t.right(j) == "could" || t.right(j) == "would"
	}
	return true
}

func itoa(v int) string {
	var b [8]byte
	i := len(b)
	for ; v > 0 || i == len(b); v /= 10 {
		i--
		b[i] = byte('0' + v%10)
	}
	return string(b[i:])
}
