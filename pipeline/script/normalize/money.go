package normalize

import "strings"

// money says an amount whose currency is written before it: "$3.2bn", "US$5m", "EUR 3 million", "$5-10 million", "$10/day".
func (e *english) money(t *tokens, i int) match {
	c, j := e.currencyAt(t, i)
	if j == i {
		return match{}
	}
	minus := ""
	if t.sym(j, "-−") && t.kind(j+1) == digits {
		minus, j = "minus ", j+1
	}
	n := e.num(t, j)
	if n.end == 0 || n.den != "" && n.whole == "" {
		return match{}
	}
	if f := t.text(n.end + 1); t.is(n.end, ",") && t.kind(n.end+1) == digits && len(f) < 3 && n.plain() && len(n.whole) < 4 && !t.sym(n.end+2, ",.") {
		n.frac, n.end = f, n.end+2 // "€1,5 million", as the Continent writes it
	}
	mag, end := e.magnitude(t, n.end, true)
	if m, mag2, end2 := e.secondAmount(t, i, end); end2 > 0 {
		var first string
		switch {
		case mag == "" && (mag2 != "" || n.frac == "" && m.frac == "") && n.frac+n.den == "" || mag == mag2 && mag != "":
			first = e.number(n)
			if mag == mag2 && mag != "" {
				first += " " + mag
			}
		case mag == "" && mag2 != "" && !t.sym(end+1, "$€£¥"): // "$1.2-1.5bn"
			first = e.number(n)
		default:
			first = e.amount(n, mag, c, false)
		}
		return e.rate(t, match{end2, "money", minus + first + " to " + e.amount(m, mag2, c, e.attributive(t, i, end2))})
	}
	adjective := end > n.end && t.is(n.end, "-") || e.attributive(t, i, end)
	return e.rate(t, match{end, "money", minus + e.amount(n, mag, c, adjective)})
}

// currencyAt finds the currency written before a number at token i.
func (e *english) currencyAt(t *tokens, i int) (currency, int) {
	j := i
	key := t.text(i)
	switch t.kind(i) {
	case word:
		if len(key) > 4 || t.kind(i-1) == digits || t.kind(i-1) == symbol && t.sym(i-1, ".@#_&'’") {
			return currency{}, i
		}
		if t.sym(i+1, "$£¥") {
			key, j = key+t.text(i+1), i+1
		} else if t.is(i+1, ".") && key == "Rs" {
			j++
		}
		c, ok := e.currency[key]
		if !ok {
			return currency{}, i
		}
		j++
		k := t.gap(j)
		if t.kind(k) != digits {
			return currency{}, i
		}
		return c, k
	case symbol:
		c, ok := e.currency[key]
		if !ok || key == "¢" {
			return currency{}, i
		}
		if k := t.gap(j + 1); t.kind(k) == digits {
			return c, k
		}
		return c, j + 1
	default:
		return currency{}, i
	}
}

// secondAmount reads the upper end of a range after a dash at token j: "-10 million", "–$10".
func (e *english) secondAmount(t *tokens, i, j int) (number, string, int) {
	k := j
	if t.kind(k) == space && t.sym(k+1, "–") && t.kind(k+2) == space {
		k++
	}
	if !t.sym(k, "-–—") {
		return number{}, "", 0
	}
	k = t.gap(k + 1)
	if sign, end := e.currencyAt(t, k); end > k {
		if first, _ := e.currencyAt(t, i); sign != first {
			return number{}, "", 0
		}
		k = end
	}
	if t.kind(k) != digits {
		return number{}, "", 0
	}
	n := e.num(t, k)
	mag, end := e.magnitude(t, n.end, true)
	if mag == "" && (t.is(end, "-") && t.kind(end+1) == word && t.low(end+1) != "a" && t.low(end+1) != "an" || t.sym(end, "%")) {
		return number{}, "", 0
	}
	return n, mag, end
}

// amount says a number of a currency. Two decimals, or one, are its hundredths: they are spoken as such, never rounded.
func (e *english) amount(n number, mag string, c currency, adjective bool) string {
	name := c.many
	if n.one() && mag == "" || adjective {
		name = c.one
	}
	if mag != "" {
		return e.number(n) + " " + mag + " " + name
	}
	if c.subOne == "" || n.frac == "" || len(n.frac) > 2 || n.den != "" {
		return e.number(n) + " " + name
	}
	cents := n.frac
	if len(cents) == 1 {
		cents += "0"
	}
	cents = strings.TrimLeft(cents, "0")
	whole := strings.TrimLeft(n.whole, "0")
	name = c.many
	if whole == "1" || adjective && cents == "" { // but "a $69.99 fee" is sixty-nine dollars and ninety-nine cents
		name = c.one
	}
	switch {
	case cents == "":
		if whole == "" {
			whole = "0"
		}
		return e.cardinal(whole) + " " + name
	case whole == "":
		return e.hundredths(cents, c.aloneBelowOne())
	}
	return e.cardinal(n.whole) + " " + name + " and " + e.hundredths(cents, c)
}

// aloneBelowOne is the currency with hundredths that can stand without it: a cent that is not a dollar's says whose it
// is ("ninety-two euro cents"), because a cent alone is taken for an American one.
func (c currency) aloneBelowOne() currency {
	if c.subOne == "cent" && c.one != "dollar" {
		whose := strings.TrimSuffix(c.one, " dollar") + " "
		c.subOne, c.subMany = whose+c.subOne, whose+c.subMany
	}
	return c
}

func (e *english) hundredths(cents string, c currency) string {
	if cents == "1" {
		return "one " + c.subOne
	}
	return e.cardinal(cents) + " " + c.subMany
}

// rate adds what the amount is paid for ("/day") or a plus sign after it.
func (e *english) rate(t *tokens, m match) match {
	switch {
	case t.is(m.end, "s"): // "the $20s"
		m.end++
	case t.is(m.end, "+") && t.kind(m.end+1) != digits:
		m.end, m.say = m.end+1, m.say+" plus"
	}
	return e.per(t, m)
}
