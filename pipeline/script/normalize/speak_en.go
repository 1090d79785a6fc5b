package normalize

import "strings"

// Words for numbers in English. Everything works on rows of digits; no value is ever computed beyond two digits.

const (
	enOnes = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen " +
		"eighteen nineteen"
	enTens = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
	// Short scale, Conway and Guy, The Book of Numbers, p. 14.
	enScales = "thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion decillion undecillion"
)

// speller says rows of digits in English.
type speller struct {
	ones, tens, scales []string
	and                string // "and " between hundreds and tens, as in British use, or ""
}

func newSpeller(and bool) speller {
	s := speller{ones: strings.Fields(enOnes), tens: strings.Fields(enTens), scales: strings.Fields(enScales)}
	if and {
		s.and = "and "
	}
	return s
}

// cardinal says a whole number. A row with leading zeros or too long for the names of numbers (40 digits and more) is
// said digit by digit.
func (s speller) cardinal(d string) string {
	if len(d) > 3*(len(s.scales)+1) || len(d) > 1 && d[0] == '0' {
		return s.digits(d)
	}
	if len(d) == 1 || len(d) == 2 {
		return s.below100(d)
	}
	var b strings.Builder
	for len(d) > 0 {
		n := (len(d)-1)%3 + 1
		group, rest := d[:n], d[n:]
		if strings.Trim(group, "0") != "" || b.Len() == 0 {
			if b.Len() > 0 {
				b.WriteByte(' ')
				if rest == "" && group[0] == '0' {
					b.WriteString(s.and)
				}
			}
			s.below1000(&b, group)
			if rest != "" {
				b.WriteString(" " + s.scales[len(rest)/3-1])
			}
		}
		d = rest
	}
	return b.String()
}

func (s speller) below1000(b *strings.Builder, d string) {
	if len(d) == 3 {
		if d[0] != '0' {
			b.WriteString(s.ones[d[0]-'0'] + " hundred")
			if d[1:] == "00" {
				return
			}
			b.WriteString(" " + s.and)
		}
		d = d[1:]
	}
	b.WriteString(s.below100(d))
}

// below100 says one or two digits.
func (s speller) below100(d string) string {
	last := d[len(d)-1] - '0'
	switch {
	case len(d) == 1 || d[0] == '0':
		return s.ones[last]
	case d[0] == '1':
		return s.ones[10+last]
	case last == 0:
		return s.tens[d[0]-'0']
	}
	return s.tens[d[0]-'0'] + "-" + s.ones[last]
}

// digits says a row digit by digit.
func (s speller) digits(d string) string {
	var b strings.Builder
	b.Grow(len(d) * 5)
	for i, c := range []byte(d) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s.ones[c-'0'])
	}
	return b.String()
}

// pair says two digits as the second half of a year or a time: "oh five", "hundred", "forty-five".
func (s speller) pair(d, zero string) string {
	switch {
	case d == "00":
		return zero
	case d[0] == '0':
		return "oh " + s.ones[d[1]-'0']
	}
	return s.cardinal(d)
}

// year says four digits as a year: 1905 "nineteen oh five", 1900 "nineteen hundred", 2005 "two thousand five", 2026
// "twenty twenty-six"; three as "three forty".
func (s speller) year(d string) string {
	switch {
	case len(d) == 3 && d[0] != '0' && d[1:] != "00":
		return s.ones[d[0]-'0'] + " " + s.pair(d[1:], "")
	case len(d) != 4 || d[0] == '0' || d[1:3] == "00":
		return s.cardinal(d)
	}
	return s.cardinal(d[:2]) + " " + s.pair(d[2:], "hundred")
}

// code says the digits of a name or number plate: 320 "three twenty", 101 "one oh one", 800 "eight hundred", 1187 "eleven
// eighty-seven", longer rows digit by digit.
func (s speller) code(d string) string {
	switch {
	case d[0] == '0' || len(d) > 4:
		return s.digits(d)
	case len(d) <= 2 || strings.Trim(d[1:], "0") == "":
		return s.cardinal(d)
	}
	return s.year4(d)
}

func (s speller) year4(d string) string {
	h := len(d) - 2
	return s.cardinal(d[:h]) + " " + s.pair(d[h:], "hundred")
}

// ordinal says a whole number as an ordinal.
func (s speller) ordinal(d string) string { return ordinalOf(s.cardinal(d)) }

// ordinalOf turns the last word of a cardinal into an ordinal.
func ordinalOf(words string) string {
	cut := strings.LastIndexAny(words, " -") + 1
	head, last := words[:cut], words[cut:]
	switch last {
	case "one":
		last = "first"
	case "two":
		last = "second"
	case "three":
		last = "third"
	case "five":
		last = "fifth"
	case "eight":
		last = "eighth"
	case "nine":
		last = "ninth"
	case "twelve":
		last = "twelfth"
	default:
		last = strings.TrimSuffix(last, "y") + map[bool]string{true: "ieth", false: "th"}[strings.HasSuffix(last, "y")]
	}
	return head + last
}

// plural turns the last word into a plural: "nineties", "sixes", "hundreds".
func plural(words string) string {
	switch {
	case strings.HasSuffix(words, "y") && !strings.HasSuffix(words, "ay"):
		return strings.TrimSuffix(words, "y") + "ies"
	case strings.HasSuffix(words, "x"), strings.HasSuffix(words, "s"), strings.HasSuffix(words, "ch"), strings.HasSuffix(words, "sh"):
		return words + "es"
	}
	return words + "s"
}

// fraction says numerator and denominator: "three quarters", "one half", "five sixteenths".
func (s speller) fraction(num, den string) string {
	part := s.ordinal(den)
	switch strings.TrimLeft(den, "0") {
	case "", "1":
		return s.cardinal(num) + " over " + s.cardinal(den)
	case "2":
		if num == "1" {
			return "one half"
		}
		return s.cardinal(num) + " halves"
	case "4":
		part = "quarter"
	}
	if num != "1" {
		part = plural(part)
	}
	return s.cardinal(num) + " " + part
}

// number says any number that was read.
func (s speller) number(n number) string {
	switch {
	case n.den != "" && n.whole == "":
		return s.fraction(n.num, n.den)
	case n.den == "2" && n.num == "1":
		return s.cardinal(n.whole) + " and a half"
	case n.den != "":
		return s.cardinal(n.whole) + " and " + s.fraction(n.num, n.den)
	case n.frac == "":
		return s.cardinal(n.whole)
	case n.whole == "":
		return "point " + s.digits(n.frac)
	}
	return s.cardinal(n.whole) + " point " + s.digits(n.frac)
}
