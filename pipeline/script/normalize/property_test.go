package normalize

import (
	"fmt"
	"math/rand/v2"
	"slices"
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

// lossless speaks generated values in a sentence and reads them back.
type lossless struct {
	*testing.T
	reader
	n    *Normalizer
	rng  *rand.Rand
	each int // values a kind
	done int
}

func (l *lossless) speak(written string) string {
	const before, after = "It was, ", ", he said."
	spoken := l.n.Normalize(before + written + after).Spoken
	require.True(l, strings.HasPrefix(spoken, before) && strings.HasSuffix(spoken, after), "%q gives %q", written, spoken)
	return spoken[len(before) : len(spoken)-len(after)]
}

func (l *lossless) same(written, want, got string, err error) {
	l.done++
	if err != nil || got != want {
		require.NoError(l, err, "%q is said %q", written, l.speak(written))
		require.Equal(l, want, got, "%q is said %q", written, l.speak(written))
	}
}

// cut takes a known ending off what is said.
func (l *lossless) cut(written, said, end string) string {
	head, found := strings.CutSuffix(said, end)
	require.True(l, found, "%q is said %q, without %q", written, said, end)
	return head
}

// TestNoNumberIsLost speaks generated numbers, amounts, dates and times in a sentence and reads them back. One value that
// comes back different would be an error no listener could notice.
func TestNoNumberIsLost(t *testing.T) {
	each := 12_000
	if testing.Short() {
		each = 500
	}
	l := &lossless{T: t, n: New("en"), rng: rand.New(rand.NewPCG(1, 2)), each: each}
	for _, kind := range []func(){
		l.numbers, l.ordinals, l.money, l.magnitudes, l.dates, l.times, l.quantities, l.ranges, l.fractions, l.years, l.codes,
	} {
		kind()
	}
	if !testing.Short() {
		require.Greater(t, l.done, 100_000)
	}
}

func (l *lossless) numbers() { // whole numbers below 10^37 and decimals, negative ones too
	for range l.each {
		d := randomDigits(l.rng, 37)
		w := grouped(d)
		got, err := l.whole(l.speak(w))
		l.same(w, d, got, err)
		f := randomDigits(l.rng, 6)
		w = w + "." + f
		got, err = l.decimal(l.speak(w))
		l.same(w, d+"."+f, got, err)
		minus := [...]string{"-", "−"}[l.rng.IntN(2)]
		said, found := strings.CutPrefix(l.speak(minus+w), "minus ")
		require.True(l, found, "%q is said %q", minus+w, said)
		got, err = l.decimal(said)
		l.same(minus+w, d+"."+f, got, err)
	}
}

func (l *lossless) ordinals() {
	for range l.each {
		d := randomDigits(l.rng, 12)
		got, err := l.ordinal(l.speak(grouped(d) + suffixOf(d)))
		l.same(grouped(d)+suffixOf(d), d, got, err)
	}
}

func suffixOf(d string) string {
	if len(d) < 2 || d[len(d)-2] != '1' {
		if s := map[byte]string{'1': "st", '2': "nd", '3': "rd"}[d[len(d)-1]]; s != "" {
			return s
		}
	}
	return "th"
}

// money is amounts with hundredths in every currency of the table that can stand before a number; what the table calls
// them is the one thing this test takes from the code.
func (l *lossless) money() {
	signs, table := currencies()
	for range l.each {
		sign := signs[l.rng.IntN(len(signs))]
		c := table[sign]
		d, cents := randomDigits(l.rng, 9), fmt.Sprintf("%02d", l.rng.IntN(100))
		if l.rng.IntN(10) == 0 {
			d = "0"
		}
		space := ""
		if last := sign[len(sign)-1]; last >= 'A' && last <= 'z' {
			space = " "
		}
		w := sign + space + grouped(d) + "." + cents
		said := l.speak(w)
		if c.subOne == "" { // has no hundredths
			got, err := l.decimal(strings.TrimSuffix(strings.TrimSuffix(said, " "+c.many), " "+c.one))
			l.same(w, d+"."+cents, got, err)
			continue
		}
		main, rest, both := strings.Cut(said, " "+c.many+" and ")
		if !both {
			main, rest, both = strings.Cut(said, " "+c.one+" and ")
		}
		gotCents := "00"
		var err error
		if !both && (strings.HasSuffix(said, " "+c.subMany) || strings.HasSuffix(said, " "+c.subOne)) {
			// Less than one is said by its hundredths alone; then they have to say whose they are.
			if whose := strings.TrimSuffix(c.one, " dollar"); c.subOne == "cent" && c.one != "dollar" {
				require.Contains(l, said, " "+whose+" cent")
				said = strings.Replace(said, " "+whose, "", 1)
			}
			main, rest, both = "zero", said, true
		}
		if both {
			gotCents, err = l.twoDigits(strings.TrimSuffix(strings.TrimSuffix(rest, " "+c.subMany), " "+c.subOne))
			require.NoError(l, err, "%q is said %q", w, said)
		}
		got, err := l.whole(strings.TrimSuffix(strings.TrimSuffix(main, " "+c.many), " "+c.one))
		l.same(w, d+"."+cents, got+"."+gotCents, err)
	}
}

// currencies are the signs and codes that can stand before a number.
func currencies() ([]string, map[string]currency) {
	table := currencyTable("en/currencies.tsv")
	var signs []string
	for sign := range table {
		if sign != "¢" {
			signs = append(signs, sign)
		}
	}
	slices.Sort(signs)
	return signs, table
}

func (l *lossless) magnitudes() {
	signs, table := currencies()
	scales := map[string]string{"k": "thousand", "m": "million", "bn": "billion", "tn": "trillion", " million": "million", "B": "billion", " crore": "crore", "M": "million", "-million": "million"}
	for short, long := range scales {
		for range l.each / len(scales) {
			sign := signs[l.rng.IntN(len(signs))]
			c := table[sign]
			d, f := randomDigits(l.rng, 3), randomDigits(l.rng, 3)
			space := ""
			if last := sign[len(sign)-1]; last >= 'A' && last <= 'z' {
				space = " "
			}
			w := sign + space + d + "." + f + short
			said := l.speak(w)
			head, found := strings.CutSuffix(said, " "+long+" "+c.many)
			if !found {
				head = l.cut(w, said, " "+long+" "+c.one)
			}
			got, err := l.decimal(head)
			l.same(w, d+"."+f, got, err)
		}
	}
	for range l.each / 4 { // and of things
		d, f := randomDigits(l.rng, 3), randomDigits(l.rng, 2)
		for short, long := range map[string]string{" million": " million", "bn": " billion", " trillion": " trillion"} {
			w := d + "." + f + short + " people"
			got, err := l.decimal(l.cut(w, l.speak(w), long+" people"))
			l.same(w, d+"."+f, got, err)
		}
	}
}

var monthNames = strings.Fields("January February March April May June July August September October November December")

func (l *lossless) dates() {
	for range l.each {
		m, day, y := l.rng.IntN(12), 1+l.rng.IntN(31), 1100+l.rng.IntN(1000)
		w := [...]string{
			fmt.Sprintf("%s %d, %d", monthNames[m], day, y), fmt.Sprintf("%d-%02d-%02d", y, m+1, day), fmt.Sprintf("%d/%d/%d", m+1, day, y),
			fmt.Sprintf("%s %d, %d", shortMonth(m), day, y), fmt.Sprintf("%d %s %d", day, monthNames[m], y),
		}[l.rng.IntN(5)]
		said := l.speak(w)
		want := fmt.Sprintf("%s %d %d", monthNames[m], day, y)
		if rest, dayFirst := strings.CutPrefix(said, "the "); dayFirst {
			dayWords, tail, _ := strings.Cut(rest, " of ")
			name, year, _ := strings.Cut(tail, " ")
			gotDay, err := l.ordinal(dayWords)
			require.NoError(l, err)
			gotYear, err := l.year(year)
			l.same(w, want, name+" "+gotDay+" "+gotYear, err)
			continue
		}
		head, year, _ := strings.Cut(said, ", ")
		name, rest, _ := strings.Cut(head, " ")
		gotDay, err := l.ordinal(rest)
		require.NoError(l, err, "%q is said %q", w, said)
		gotYear, err := l.year(year)
		l.same(w, want, name+" "+gotDay+" "+gotYear, err)
	}
}

func shortMonth(m int) string {
	if name := monthNames[m]; len(name) > 3 {
		return name[:3] + "."
	}
	return monthNames[m]
}

func (l *lossless) times() {
	for h := range 24 {
		for m := range 60 {
			for _, half := range []string{"", " a.m.", "pm", " PM EST"} {
				w := fmt.Sprintf("%d:%02d%s", h, m, half)
				if half != "" && (h == 0 || h > 12) {
					continue
				}
				said := strings.TrimSuffix(l.speak(w), " E S T")
				tail := ""
				for _, end := range []string{" A M", " P M", " o'clock"} {
					if s, ok := strings.CutSuffix(said, end); ok {
						said, tail = s, end
					}
				}
				if half != "" {
					require.Equal(l, strings.ToUpper(strings.Trim(half, " ")[:1]), tail[1:2], w)
				}
				hour, minute, found := strings.Cut(said, " ")
				if !found {
					minute = "zero"
				}
				gotHour, err := l.whole(hour)
				require.NoError(l, err, w)
				gotMinute, err := l.twoDigits(minute)
				l.same(w, fmt.Sprintf("%d:%02d", h, m), gotHour+":"+gotMinute, err)
			}
		}
	}
}

func (l *lossless) quantities() { // percentages, measures and temperatures, negative too
	units := map[string]string{"%": "percent", " km": "kilometers", "kg": "kilograms", "°C": "degrees Celsius", " mph": "miles per hour", "GB": "gigabytes", " m²": "square meters"}
	for short, long := range units {
		for range l.each / len(units) {
			d, f := randomDigits(l.rng, 4), randomDigits(l.rng, 2)
			w, sign := grouped(d)+"."+f+short, ""
			if l.rng.IntN(2) == 0 {
				sign = [...]string{"-", "−"}[l.rng.IntN(2)]
			}
			said := l.speak(sign + w)
			if sign != "" {
				rest, ok := strings.CutPrefix(said, "minus ")
				require.True(l, ok, "%q is said %q", sign+w, said)
				said = rest
			}
			got, err := l.decimal(l.cut(w, said, " "+long))
			l.same(w, d+"."+f, got, err)
		}
	}
}

func (l *lossless) ranges() { // of numbers, percentages and money: both ends, in order
	for range l.each {
		a, b := 1+l.rng.IntN(5000), 1+l.rng.IntN(5000)
		if a > b {
			a, b = b, a
		}
		first, second := grouped(fmt.Sprint(a)), grouped(fmt.Sprint(b+1))
		dash := [...]string{"-", "–"}[l.rng.IntN(2)]
		w, end := first+dash+second+" jobs", " jobs"
		switch l.rng.IntN(3) {
		case 0:
			w, end = first+dash+second+"%", " percent"
		case 1:
			w, end = "$"+first+dash+"$"+second, " dollars"
		}
		low, high, found := strings.Cut(l.cut(w, l.speak(w), end), " to ")
		require.True(l, found, "%q is said %q", w, l.speak(w))
		gotLow, err := l.whole(low)
		require.NoError(l, err, "%q is said %q", w, l.speak(w))
		gotHigh, err := l.whole(high)
		l.same(w, fmt.Sprintf("%d to %d", a, b+1), gotLow+" to "+gotHigh, err)
	}
}

func (l *lossless) fractions() {
	for range l.each {
		den := 2 + l.rng.IntN(98)
		num := 1 + l.rng.IntN(den-1)
		whole := l.rng.IntN(20)
		w := fmt.Sprintf("%d/%d of it", num, den)
		if num == 9 && den == 11 || num+den == 100 && num > 9 && den > 9 || num == 7 && den == 11 {
			continue // said as the day, the shop, or the parts of a whole
		}
		if whole > 0 {
			w = fmt.Sprintf("%d %s", whole, w)
		}
		said := l.cut(w, l.speak(w), " of it")
		if whole > 0 {
			head, rest, found := strings.Cut(said, " and ")
			require.True(l, found, "%q is said %q", w, said)
			gotWhole, err := l.whole(head)
			require.NoError(l, err)
			require.Equal(l, fmt.Sprint(whole), gotWhole, w)
			said = strings.Replace(rest, "a half", "one half", 1)
		}
		got, err := l.fraction(said, num)
		l.same(w, fmt.Sprintf("%d/%d", num, den), got, err)
	}
}

// fraction reads "three quarters", "one twenty-first". The numerator's words end where its value is reached.
func (r reader) fraction(s string, num int) (string, error) {
	words := strings.Fields(s)
	for k := 1; k < len(words); k++ {
		n, err := r.whole(strings.Join(words[:k], " "))
		if err != nil || n != fmt.Sprint(num) {
			continue
		}
		part := strings.Join(words[k:], " ")
		if num != 1 {
			part = strings.TrimSuffix(part, "s")
		}
		switch part {
		case "half", "halve":
			return n + "/2", nil
		case "quarter":
			return n + "/4", nil
		}
		d, err := r.ordinal(part)
		return n + "/" + d, err
	}
	return "", fmt.Errorf("no fraction in %q", s)
}

func (l *lossless) years() {
	for y := 1100; y < 2100; y++ {
		w := fmt.Sprintf("in %d", y)
		said, found := strings.CutPrefix(l.speak(w), "in ")
		require.True(l, found)
		got, err := l.year(said)
		l.same(w, fmt.Sprint(y), got, err)
	}
}

// codes are read sign by sign or in groups; the digits have to come back in their order.
func (l *lossless) codes() {
	for range l.each {
		a, b, c := 200+l.rng.IntN(700), 200+l.rng.IntN(700), l.rng.IntN(10000)
		w := fmt.Sprintf("(%d) %d-%04d", a, b, c)
		var got strings.Builder
		said := strings.Replace(l.speak(w), "eight hundred", "eight zero zero", 1)
		for word := range strings.FieldsFuncSeq(said, func(r rune) bool { return r == ' ' || r == ',' }) {
			v, ok := smallNumbers[word]
			require.True(l, ok && v < 10, "%q is said %q", w, said)
			fmt.Fprint(&got, v)
		}
		l.same(w, fmt.Sprintf("%d%d%04d", a, b, c), got.String(), nil)
	}
}

// TestLongDigitRowsAreSaidOneByOne holds beyond the largest name of a number.
func TestLongDigitRowsAreSaidOneByOne(t *testing.T) {
	n := New("en")
	require.Equal(t, "one undecillion of them", n.Normalize("1"+strings.Repeat("0", 36)+" of them").Spoken)
	require.Equal(t, strings.TrimSuffix(strings.Repeat("nine ", 40), " "), n.Normalize(strings.Repeat("9", 40)).Spoken)
}
