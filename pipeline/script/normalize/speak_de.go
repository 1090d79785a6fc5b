package normalize

import "strings"

const (
	deOnes = "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"
	deTens = "null zehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
	// Long scale (Duden, "Zahlen und Ziffern"): a thousand Millionen are a Milliarde.
	deScales = "Million Milliarde Billion Billiarde Trillion Trilliarde Quadrillion Quadrilliarde Quintillion Quintilliarde Sextillion"
)

// germanSpeller says rows of digits in German.
type germanSpeller struct{ ones, tens, scales []string }

func newGermanSpeller() germanSpeller {
	return germanSpeller{strings.Fields(deOnes), strings.Fields(deTens), strings.Fields(deScales)}
}

// cardinal says a whole number; with leading zeros, or of 40 digits and more, digit by digit.
func (s germanSpeller) cardinal(d string) string {
	if len(d) > 3*(len(s.scales)+2) || len(d) > 1 && d[0] == '0' {
		return s.digits(d)
	}
	var parts []string
	for len(d) > 6 {
		n := (len(d)-1)%3 + 1
		if group := strings.TrimLeft(d[:n], "0"); group != "" {
			scale := s.scales[(len(d)-n)/3-2]
			switch {
			case group == "1":
				parts = append(parts, "eine "+scale)
			case strings.HasSuffix(scale, "e"):
				parts = append(parts, s.below1000(group, "eins")+" "+scale+"n")
			default:
				parts = append(parts, s.below1000(group, "eins")+" "+scale+"en")
			}
		}
		d = d[n:]
	}
	if rest := strings.TrimLeft(d, "0"); rest != "" || len(parts) == 0 {
		parts = append(parts, s.belowMillion(rest))
	}
	return strings.Join(parts, " ")
}

func (s germanSpeller) belowMillion(d string) string {
	if d == "" {
		return s.ones[0]
	}
	if len(d) <= 3 {
		return s.below1000(d, "eins")
	}
	head, tail := d[:len(d)-3], strings.TrimLeft(d[len(d)-3:], "0")
	words := s.below1000(head, "ein") + "tausend"
	if tail != "" {
		words += s.below1000(tail, "eins")
	}
	return words
}

// below1000 says up to three digits without leading zeros; one is the word for a final 1.
func (s germanSpeller) below1000(d, one string) string {
	words := ""
	if len(d) == 3 {
		words = s.below1000(d[:1], "ein") + "hundert"
		if d = strings.TrimLeft(d[1:], "0"); d == "" {
			return words
		}
	}
	switch {
	case d == "1":
		return words + one
	case len(d) == 1:
		return words + s.ones[d[0]-'0']
	case d[0] == '1':
		return words + s.ones[10+d[1]-'0']
	case d[1] == '0':
		return words + s.tens[d[0]-'0']
	}
	return words + s.below1000(d[1:], "ein") + "und" + s.tens[d[0]-'0']
}

func (s germanSpeller) digits(d string) string {
	var b strings.Builder
	for i, c := range []byte(d) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s.ones[c-'0'])
	}
	return b.String()
}

// year says 1100 to 1999 by hundreds: "neunzehnhundertvierundachtzig".
func (s germanSpeller) year(d string) string {
	if len(d) != 4 || d < "1100" || d > "1999" {
		return s.cardinal(d)
	}
	words := s.cardinal(d[:2]) + "hundert"
	if rest := strings.TrimLeft(d[2:], "0"); rest != "" {
		words += s.below1000(rest, "eins")
	}
	return words
}

// ordinal says an ordinal with its ending: "e" (der dritte), "en" (am dritten), "er" (dritter).
func (s germanSpeller) ordinal(d, ending string) string {
	d = trimZero(d)
	stem := s.cardinal(d)
	last := d[max(0, len(d)-2):]
	switch v := atoi(last); {
	case v == 1:
		stem = strings.TrimSuffix(stem, "eins") + "erst"
	case v == 3:
		stem = strings.TrimSuffix(stem, "drei") + "dritt"
	case v == 7:
		stem = strings.TrimSuffix(stem, "en") + "t"
	case v == 8: // achte
	case v > 0 && v < 20:
		stem += "t"
	default:
		stem += "st"
	}
	return stem + ending
}

// number says any number that was read.
func (s germanSpeller) number(n number) string {
	head := s.cardinal(n.whole)
	if n.whole == "" {
		head = s.ones[0]
	}
	switch {
	case n.den != "" && n.whole == "":
		return s.fraction(n.num, n.den)
	case n.den != "":
		return head + " und " + s.fraction(n.num, n.den)
	case n.frac != "":
		return head + " Komma " + s.digits(n.frac)
	}
	return head
}

// fraction says "ein halb", "drei Viertel", "fünf Sechzehntel".
func (s germanSpeller) fraction(num, den string) string {
	part := "halb"
	if den != "2" {
		part = s.ordinal(den, "el")
		part = strings.ToUpper(part[:1]) + part[1:]
	}
	if num == "1" {
		return "ein " + part
	}
	return s.cardinal(num) + " " + part
}
