package normalize

import "strings"

// phone says telephone numbers digit by digit, their groups apart, and numbers written in the same shape.
func (e *english) phone(t *tokens, i int) match {
	plus := t.is(i, "+")
	if t.kind(i) == symbol && !plus && !t.is(i, "(") || !t.open(i) {
		return match{}
	}
	j := i
	if plus {
		j++
	}
	groups := make([]string, 0, 7)
	seps := ""
	total, paren := 0, false
	for len(groups) < 7 {
		if t.is(j, "(") && !paren && t.kind(j+1) == digits && t.is(j+2, ")") {
			paren = true
			groups, total = append(groups, t.text(j+1)), total+len(t.text(j+1))
			seps += ")"
			j = t.gap(j + 3)
			if t.sym(j, "-") {
				j++
			}
			continue
		}
		if t.kind(j) != digits || len(t.text(j)) > 12 {
			break
		}
		groups, total = append(groups, t.text(j)), total+len(t.text(j))
		j++
		next := j
		switch {
		case t.sym(j, "-‐‑."):
			next = j + 1
		case t.gap(j) > j:
			next = t.gap(j)
		}
		code := t.is(next, "(") && t.kind(next+1) == digits
		if !code && (next == j || t.kind(next) != digits) {
			break
		}
		seps += t.s[t.toks[j].start : t.toks[j].start+1]
		j = next
	}
	if len(groups) == 0 || len(groups) == 1 && !plus && !paren {
		return match{}
	}
	if len(groups) == 2 && groups[0] == "1" && tollFree(groups[1]) && t.is(j, "-") {
		if m := e.vanity(t, j, groups); m.end > 0 {
			return m
		}
	}
	if len(groups) == 2 && len(groups[0]) == 3 && len(groups[1]) == 3 && seps == "-" && t.is(j, "-") && t.shape(j+1) == upper && len(t.text(j+1)) == 4 {
		return match{j + 2, "phone", e.digits(groups[0]) + ", " + e.digits(groups[1]) + ", " + t.text(j+1)} // "801-555-TIPS"
	}
	end := j
	switch class := e.dialShape(t, i, groups, seps, total, plus, paren); class {
	case "":
		return match{}
	default:
		if t.kind(end-1) == space {
			end--
		}
		if t.kind(end) == word {
			return match{}
		}
		say := make([]string, len(groups))
		for k, g := range groups {
			say[k] = e.digits(g)
			if g == "800" && class == "phone" {
				say[k] = "eight hundred"
			}
		}
		head := ""
		if plus {
			head = "plus "
		}
		return match{end, class, head + strings.Join(say, ", ")}
	}
}

// dialShape tells by the lengths of the groups and what parts them whether this is a telephone number.
func (e *english) dialShape(t *tokens, i int, groups []string, seps string, total int, plus, paren bool) string {
	var lens strings.Builder
	for _, g := range groups {
		lens.WriteByte(byte('0' + min(len(g), 9)))
	}
	shape := strings.TrimPrefix(lens.String(), "1")
	if groups[0] != "1" {
		shape = lens.String()
	}
	same := strings.Trim(seps, "-") == "" || strings.Trim(seps, ".") == "" || strings.Trim(seps, " ") == ""
	switch {
	case plus:
		if total >= 8 && len(groups) >= 2 || total >= 9 {
			return "phone"
		}
	case paren:
		if shape == "334" || total >= 9 && total <= 13 {
			return "phone"
		}
	case strings.HasPrefix(shape, "334") && same:
		return "phone"
	case lens.String() == "324" && seps == "--":
		return "identifier"
	case lens.String() == "34" && seps == "-" && i == 0 && t.kind(i+3) == none: // nothing else stands there
		return "phone"
	case lens.String() == "34" && seps == "-":
		if groups[0] == "555" || groups[1][0] == '0' || e.dialled[t.left(i)] || t.left(i) == "number" || t.left(i) == "at" && groups[1] < groups[0]+"0" {
			return "phone"
		}
	case len(groups) > 3 && strings.Trim(seps, "-") == "" && total > 7:
		return "identifier"
	case groups[0][0] == '0' && (len(groups[0]) >= 3 || seps == "--") && len(groups) >= 2 && total >= 9 && total <= 12 && same:
		return "phone"
	}
	return ""
}

func tollFree(g string) bool { return len(g) == 3 && g[0] == '8' && g[1] == g[2] }

// vanity reads "1-800-GO-U-HAUL" from the hyphen at token j on.
func (e *english) vanity(t *tokens, j int, groups []string) match {
	code := "eight hundred"
	if groups[1] != "800" {
		code = e.digits(groups[1])
	}
	say := e.digits(groups[0]) + ", " + code + ","
	end := j
	for k := 0; k < 6 && t.is(end, "-") && (t.kind(end+1) == digits || t.kind(end+1) == word && t.shape(end+1) != lower); k++ {
		if t.kind(end+1) == digits {
			say += " " + e.digits(t.text(end+1))
		} else {
			say += " " + t.text(end+1)
		}
		end += 2
	}
	if end == j || t.kind(j+1) != word {
		return match{}
	}
	return match{end, "phone", say}
}
