package normalize

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// reader understands spoken English numbers on its own: it shares no table and no code with what speaks them.
type reader struct{}

var smallNumbers = map[string]int{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
	"twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
	"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}

var scalePowers = map[string]int{
	"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "quadrillion": 15, "quintillion": 18, "sextillion": 21, "septillion": 24,
	"octillion": 27, "nonillion": 30, "decillion": 33, "undecillion": 36,
}

// whole reads a cardinal into decimal digits.
func (reader) whole(s string) (string, error) {
	groups := make(map[int]int)
	current, seen := 0, false
	top := 1 << 30
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '-' }) {
		if v, ok := smallNumbers[w]; ok {
			if seen && current%10 != 0 || seen && v >= 10 && current%100 != 0 {
				return "", fmt.Errorf("%q follows a number in %q", w, s)
			}
			current, seen = current+v, true
			continue
		}
		if w == "hundred" {
			if current < 1 || current > 9 {
				return "", fmt.Errorf("no digit before the hundred in %q", s)
			}
			current *= 100
			continue
		}
		p, ok := scalePowers[w]
		if !ok || p >= top || current == 0 {
			return "", fmt.Errorf("cannot read %q in %q", w, s)
		}
		groups[p], top, current, seen = current, p, 0, false
	}
	groups[0] = current
	var b strings.Builder
	for p := 36; p >= 0; p -= 3 {
		fmt.Fprintf(&b, "%03d", groups[p])
	}
	d := strings.TrimLeft(b.String(), "0")
	if d == "" {
		d = "0"
	}
	return d, nil
}

// decimal reads "three point one four".
func (r reader) decimal(s string) (string, error) {
	head, tail, found := strings.Cut(s, " point ")
	d, err := r.whole(head)
	if err != nil || !found {
		return d, err
	}
	d += "."
	for w := range strings.FieldsSeq(tail) {
		v, ok := smallNumbers[w]
		if !ok || v > 9 {
			return "", fmt.Errorf("%q is no digit", w)
		}
		d += fmt.Sprint(v)
	}
	return d, nil
}

// twoDigits reads "oh five", "forty-five".
func (r reader) twoDigits(s string) (string, error) {
	if rest, ok := strings.CutPrefix(s, "oh "); ok {
		d, err := r.whole(rest)
		return "0" + d, err
	}
	d, err := r.whole(s)
	if len(d) == 1 {
		d = "0" + d
	}
	return d, err
}

// year reads "nineteen oh five", "nineteen hundred", "two thousand five", "twenty twenty-six".
func (r reader) year(s string) (string, error) {
	if strings.Contains(s, "thousand") {
		return r.whole(s)
	}
	head, tail, _ := strings.Cut(s, " ")
	century, err := r.whole(head)
	if err != nil {
		return "", err
	}
	if tail == "hundred" {
		return century + "00", nil
	}
	d, err := r.twoDigits(tail)
	return century + d, err
}

// ordinalEnds are the endings of ordinals and what stands for them in cardinals, the longer ones first.
var ordinalEnds = [...][2]string{
	{"first", "one"},
	{"second", "two"},
	{"third", "three"},
	{"fifth", "five"},
	{"eighth", "eight"},
	{"ninth", "nine"},
	{"twelfth", "twelve"},
	{"tieth", "ty"},
	{"th", ""},
}

func (r reader) ordinal(s string) (string, error) {
	cut := strings.LastIndexAny(s, " -") + 1
	for _, end := range ordinalEnds {
		if stem, ok := strings.CutSuffix(s[cut:], end[0]); ok {
			return r.whole(s[:cut] + stem + end[1])
		}
	}
	return "", fmt.Errorf("%q is no ordinal", s)
}

// randomDigits is a whole number of up to n digits without leading zeros.
func randomDigits(rng *rand.Rand, n int) string {
	b := make([]byte, 1+rng.IntN(n))
	for i := range b {
		b[i] = byte('0' + rng.IntN(10))
		if rng.IntN(3) == 0 {
			b[i] = '0'
		}
	}
	if b[0] == '0' {
		b[0] = '1'
	}
	return string(b)
}

func grouped(d string) string {
	var b strings.Builder
	for i, c := range d {
		if i > 0 && (len(d)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// TestNoNumberIsLost speaks generated numbers, amounts, dates and times in a sentence and reads them back. One value that
// comes back different would be an error no listener could notice.
func TestNoNumberIsLost(t *testing.T) {
	n := New("en")
	read := reader{}
	rng := rand.New(rand.NewPCG(1, 2))
	each := 20_000
	if testing.Short() {
		each = 1000
	}
	speak := func(written string) string {
		const before, after = "It was, ", ", he said."
		spoken := n.Normalize(before + written + after).Spoken
		require.True(t, strings.HasPrefix(spoken, before) && strings.HasSuffix(spoken, after), "%q gives %q", written, spoken)
		return spoken[len(before) : len(spoken)-len(after)]
	}
	same := func(written, want string, got string, err error) {
		if err != nil || got != want {
			require.NoError(t, err, "%q is said %q", written, speak(written))
			require.Equal(t, want, got, "%q is said %q", written, speak(written))
		}
	}
	for range each { // whole numbers and decimals
		d := randomDigits(rng, 37)
		w := grouped(d)
		got, err := read.whole(speak(w))
		same(w, d, got, err)
		f := randomDigits(rng, 6)
		w = w + "." + f
		got, err = read.decimal(speak(w))
		same(w, d+"."+f, got, err)
	}
	for range each { // ordinals
		d := randomDigits(rng, 12)
		suffix := "th"
		if len(d) < 2 || d[len(d)-2] != '1' {
			suffix = map[byte]string{'1': "st", '2': "nd", '3': "rd"}[d[len(d)-1]]
			if suffix == "" {
				suffix = "th"
			}
		}
		got, err := read.ordinal(speak(grouped(d) + suffix))
		same(grouped(d)+suffix, d, got, err)
	}
	currencies := []struct{ sign, one, many, cent, cents string }{
		{"$", "dollar", "dollars", "cent", "cents"},
		{"€", "euro", "euros", "cent", "cents"},
		{"£", "pound", "pounds", "penny", "pence"},
		{"C$", "Canadian dollar", "Canadian dollars", "cent", "cents"},
		{"₽", "ruble", "rubles", "kopeck", "kopecks"},
	}
	for range each { // money with hundredths
		c := currencies[rng.IntN(len(currencies))]
		d, cents := randomDigits(rng, 9), fmt.Sprintf("%02d", rng.IntN(100))
		if rng.IntN(10) == 0 {
			d = "0"
		}
		w := c.sign + grouped(d) + "." + cents
		said := speak(w)
		main, rest, both := strings.Cut(said, " and ")
		gotCents := "00"
		var err error
		if !both && (strings.HasSuffix(said, " "+c.cents) || strings.HasSuffix(said, " "+c.cent)) {
			// Less than one is said by its hundredths alone; then they have to say whose they are.
			if whose := strings.TrimSuffix(c.one, " dollar"); c.cent == "cent" && c.sign != "$" {
				require.Contains(t, said, " "+whose+" cent")
				said = strings.Replace(said, " "+whose, "", 1)
			}
			main, rest, both = "zero "+c.many, said, true
		}
		if both {
			gotCents, err = read.twoDigits(strings.TrimSuffix(strings.TrimSuffix(rest, " "+c.cents), " "+c.cent))
			require.NoError(t, err)
		}
		got, err := read.whole(strings.TrimSuffix(strings.TrimSuffix(main, " "+c.many), " "+c.one))
		same(w, d+"."+cents, got+"."+gotCents, err)
	}
	scales := map[string]string{"k": "thousand", "m": "million", "bn": "billion", "tn": "trillion", " million": "million", "B": "billion"}
	for short, long := range scales {
		for range each / 6 { // money with magnitudes
			c := currencies[rng.IntN(len(currencies))]
			d, f := randomDigits(rng, 3), randomDigits(rng, 3)
			w := c.sign + d + "." + f + short
			main, found := strings.CutSuffix(speak(w), " "+long+" "+c.many)
			require.True(t, found, "%q is said %q", w, speak(w))
			got, err := read.decimal(main)
			same(w, d+"."+f, got, err)
		}
	}
	months := strings.Fields("January February March April May June July August September October November December")
	for range each { // dates
		m, day, y := rng.IntN(12), 1+rng.IntN(31), 1100+rng.IntN(1000)
		w := [...]string{
			fmt.Sprintf("%s %d, %d", months[m], day, y), fmt.Sprintf("%d-%02d-%02d", y, m+1, day), fmt.Sprintf("%d/%d/%d", m+1, day, y),
		}[rng.IntN(3)]
		head, year, _ := strings.Cut(speak(w), ", ")
		name, rest, _ := strings.Cut(head, " ")
		gotDay, err := read.ordinal(rest)
		require.NoError(t, err)
		gotYear, err := read.year(year)
		same(w, fmt.Sprintf("%s %d %d", months[m], day, y), name+" "+gotDay+" "+gotYear, err)
	}
	for h := range 24 { // times
		for m := range 60 {
			for _, half := range []string{"", " a.m.", "pm", " PM EST"} {
				w := fmt.Sprintf("%d:%02d%s", h, m, half)
				if half != "" && (h == 0 || h > 12) {
					continue
				}
				said := strings.TrimSuffix(speak(w), " E S T")
				tail := ""
				for _, end := range []string{" A M", " P M", " o'clock"} {
					if s, ok := strings.CutSuffix(said, end); ok {
						said, tail = s, end
					}
				}
				if half != "" {
					require.Equal(t, strings.ToUpper(strings.Trim(half, " ")[:1]), tail[1:2], w)
				}
				hour, minute, found := strings.Cut(said, " ")
				if !found {
					minute = "zero"
				}
				gotHour, err := read.whole(hour)
				require.NoError(t, err, w)
				gotMinute, err := read.twoDigits(minute)
				same(w, fmt.Sprintf("%d:%02d", h, m), gotHour+":"+gotMinute, err)
			}
		}
	}
	for range each { // percentages and measures, negative too
		d, f := randomDigits(rng, 4), randomDigits(rng, 2)
		w := grouped(d) + "." + f + [...]string{"%", " km", "kg"}[rng.IntN(3)]
		sign := ""
		if rng.IntN(2) == 0 {
			sign = "-"
		}
		said := speak(sign + w)
		if sign != "" {
			rest, ok := strings.CutPrefix(said, "minus ")
			require.True(t, ok, "%q is said %q", sign+w, said)
			said = rest
		}
		for _, u := range []string{" percent", " kilometers", " kilograms"} {
			said = strings.TrimSuffix(said, u)
		}
		got, err := read.decimal(said)
		same(w, d+"."+f, got, err)
	}
}

// TestLongDigitRowsAreSaidOneByOne holds beyond the largest name of a number.
func TestLongDigitRowsAreSaidOneByOne(t *testing.T) {
	n := New("en")
	require.Equal(t, "one undecillion of them", n.Normalize("1"+strings.Repeat("0", 36)+" of them").Spoken)
	require.Equal(t, strings.TrimSuffix(strings.Repeat("nine ", 40), " "), n.Normalize(strings.Repeat("9", 40)).Spoken)
}
