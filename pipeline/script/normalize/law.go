package normalize

// law says the numbers of paragraphs: "50(2)", "501(c)(3)", "401(k)", and the number after a section sign.
func (e *english) law(t *tokens, i int) match {
	n := e.num(t, i)
	d := n.whole
	section := t.sym(t.prev(i), "§")
	switch t.left(i) {
	case "article", "section", "articles", "sections", "rule", "title":
		section = true
	case "":
		if p := t.prev(i); t.is(p, ".") {
			w := t.low(p - 1)
			section = section || w == "art" || w == "sec" || w == "arts" || w == "secs"
		}
	}
	if !n.plain() || (!t.is(n.end, "(") || !t.is(n.end+2, ")")) && (len(d) < 3 || !t.sym(t.prev(i), "§")) {
		return match{}
	}
	say := e.cardinal(d)
	if section && len(d) > 2 || len(d) == 3 {
		say = e.code(d)
	}
	m := match{end: n.end, class: "law"}
	for k := 0; k < 6 && t.is(m.end, "(") && t.is(m.end+2, ")"); k++ {
		part := t.text(m.end + 1)
		switch {
		case t.kind(m.end+1) == digits && len(part) <= 3 && (section || k > 0):
			if k == 0 {
				say += ", paragraph"
			}
			say += " " + e.cardinal(part)
		case t.kind(m.end+1) == word && len(part) == 1:
			say += " " + part
		case t.kind(m.end+1) == word && (section || k > 0) && t.shape(m.end+1) == lower && roman(upperASCII(part)) > 0:
			say += " " + e.cardinal(itoa(roman(upperASCII(part))))
		default:
			if k == 0 {
				return match{}
			}
			m.say = say
			return m
		}
		m.end += 3
	}
	m.say = say
	return m
}

func upperASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 32
		}
	}
	return string(b)
}
