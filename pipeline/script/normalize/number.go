package normalize

import "strings"

// number is a written number, its digits kept as text.
type number struct {
	whole, frac string // decimal digits; whole is "" in ".5"
	num, den    string // "1", "2" in "2 1/2" and "½"
	grouped     bool   // written with separators
	end         int
}

// number reads the number that begins at token i; its end is 0 when there is none.
func (t *tokens) number(i int, group, point string) number {
	if t.numAt != i {
		t.numAt, t.num = i, t.readNumber(i, group, point)
	}
	return t.num
}

func (t *tokens) readNumber(i int, group, point string) number {
	var n number
	switch {
	case t.kind(i) == digits:
		n.end = t.readWhole(i, group, &n)
	case t.is(i, point) && t.kind(i+1) == digits && t.kind(i-1) != word && t.kind(i-1) != digits && !t.is(i-1, point):
		n.frac, n.end = t.text(i+1), i+2
		if t.is(i+2, point) && t.kind(i+3) == digits {
			return number{}
		}
		return n
	case vulgar(t.text(i)) != "":
		n.num, n.den, _ = strings.Cut(vulgar(t.text(i)), "/")
		n.end = i + 1
		return n
	default:
		return n
	}
	fraction, version := t.is(n.end, point) && t.kind(n.end+1) == digits, t.is(n.end+2, point) && t.kind(n.end+3) == digits
	if fraction && !version {
		n.frac, n.end = t.text(n.end+1), n.end+2
		return n
	}
	j := t.gap(n.end)
	if t.is(n.end, "-") && t.kind(n.end+1) == digits && t.is(n.end+2, "/") && len(n.whole) < 3 { // "1-1/2"
		j = n.end + 1
	}
	if v := vulgar(t.text(j)); v != "" {
		n.num, n.den, _ = strings.Cut(v, "/")
		n.end = j + 1
		return n
	}
	if j == n.end || t.kind(j-1) == space && t.toks[j-1].odd && t.s[t.toks[j-1].start] != 0xc2 || n.grouped || len(n.whole) > 3 {
		return n
	}
	if t.kind(j) == digits && t.sym(j+1, "/⁄") && t.kind(j+2) == digits && len(t.text(j)) <= 2 && len(t.text(j+2)) <= 3 &&
		!t.sym(j+3, "/") && strings.Trim(t.text(j+2), "0") != "" && less(t.text(j), t.text(j+2)) {
		n.num, n.den, n.end = t.text(j), t.text(j+2), j+3
	}
	return n
}

// readWhole reads "1,402,318", Indian "12,34,567" and "1 402 318" with fixed spaces, and returns where the digits end.
func (t *tokens) readWhole(i int, group string, n *number) int {
	n.whole = t.text(i)
	i++
	if len(n.whole) > 3 || n.whole == "0" && !t.is(i, group) {
		return i
	}
	same := func(j int) bool { // the separator at j joins three digits at j+1
		if t.kind(j+1) != digits || len(t.text(j+1)) != 3 {
			return false
		}
		if t.is(j, group) {
			return true
		}
		sep := t.s[t.toks[j].start:t.toks[j].end]
		return t.kind(j) == space && (strings.Contains("\u00a0\u202f\u2009", sep) || sep == " " && t.text(j+1) == "000")
	}
	var parts []string
	j := i
	if t.is(j, group) && t.kind(j+1) == digits && len(t.text(j+1)) == 2 && len(n.whole) <= 2 {
		for t.is(j, group) && t.kind(j+1) == digits && len(t.text(j+1)) == 2 {
			parts = append(parts, t.text(j+1))
			j += 2
		}
		if !same(j) {
			return i
		}
	}
	for same(j) {
		parts = append(parts, t.text(j+1))
		j += 2
	}
	if len(parts) > 0 {
		n.whole += strings.Join(parts, "")
		n.grouped = true
	}
	return j
}

// plain says whether a number is nothing but a row of digits.
func (n number) plain() bool {
	return n.end > 0 && !n.grouped && n.frac == "" && n.den == "" && n.whole != ""
}

// one says whether a number is exactly 1.
func (n number) one() bool { return n.whole == "1" && n.frac == "" && n.den == "" }

// less compares two rows of digits by value.
func less(a, b string) bool {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

// atoi is the value of up to nine digits, -1 for anything longer or else.
func atoi(s string) int {
	if s == "" || len(s) > 9 {
		return -1
	}
	v := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return -1
		}
		v = v*10 + int(c-'0')
	}
	return v
}

// vulgar is the sign of a fraction as "numerator/denominator", "" for any other text.
func vulgar(s string) string {
	switch s {
	case "½":
		return "1/2"
	case "⅓":
		return "1/3"
	case "⅔":
		return "2/3"
	case "¼":
		return "1/4"
	case "¾":
		return "3/4"
	case "⅕":
		return "1/5"
	case "⅖":
		return "2/5"
	case "⅗":
		return "3/5"
	case "⅘":
		return "4/5"
	case "⅙":
		return "1/6"
	case "⅚":
		return "5/6"
	case "⅐":
		return "1/7"
	case "⅛":
		return "1/8"
	case "⅜":
		return "3/8"
	case "⅝":
		return "5/8"
	case "⅞":
		return "7/8"
	case "⅑":
		return "1/9"
	case "⅒":
		return "1/10"
	}
	return ""
}
