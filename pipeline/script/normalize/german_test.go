package normalize

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGermanIsReadThroughTheSameInterface(t *testing.T) {
	n := New("de-DE")
	require.Equal(t, "de", n.Language())
	for written, spoken := range map[string]string{
		"Am 24. Februar 2022 und 1984":                          "Am vierundzwanzigsten Februar zweitausendzweiundzwanzig und neunzehnhundertvierundachtzig",
		"der 3. Platz, am 01.10.2010":                           "der dritte Platz, am ersten Oktober zweitausendzehn",
		"3,2 Mrd. Euro, 5 €, 4,50 €, 1 Mio. Euro":               "drei Komma zwei Milliarden Euro, fünf Euro, vier Euro und fünfzig Cent, eine Million Euro",
		"1.234.567 Menschen, 21 und 101":                        "eine Million zweihundertvierunddreißigtausendfünfhundertsiebenundsechzig Menschen, einundzwanzig und einhunderteins",
		"2,4 %, 10–15 Prozent, -5°C":                            "zwei Komma vier Prozent, zehn bis fünfzehn Prozent, minus fünf Grad Celsius",
		"um 14:05 Uhr, um 9 Uhr, 1 Uhr":                         "um vierzehn Uhr fünf, um neun Uhr, ein Uhr",
		"z. B. die CDU, ca. 30 km/h auf 1 km":                   "zum Beispiel die C D U, circa dreißig Kilometer pro Stunde auf ein Kilometer",
		"Der Rat – so Dr. Müller – sagte (heute):":              "Der Rat, so Doktor Müller, sagte, heute:",
		"Er gewann 3:1, mit 35-jährigen und 12-Jährigen":        "Er gewann drei zu eins, mit fünfunddreißigjährigen und zwölf-Jährigen",
		"In den 1990er-Jahren, den 80ern und am 3. und 4. Mai":  "In den neunzehnhundertneunziger-Jahren, den achtzigern und am dritten und vierten Mai",
		"Vom 3. bis 5. Mai spielte der 1. FC vor 3/4 der Leute": "Vom dritten bis fünften Mai spielte der erste F C vor drei Viertel der Leute",
		"Ludwig XIV. tanzte (S. 12), Tel. 030/1234":             "Ludwig der Vierzehnte tanzte, Seite zwölf, Telefon null drei null, eins zwei drei vier",
		"CDU/CSU, ein F-16-Jet":                                 "C D U C S U, ein F sechzehn-Jet",
		"2019–2021, im 19. Jahrhundert & §":                     "zweitausendneunzehn bis zweitausendeinundzwanzig, im neunzehnten Jahrhundert und Paragraf",
	} {
		r := n.Normalize(written)
		require.Equal(t, spoken, r.Spoken, written)
		checkResult(t, written, r)
		checkSpoken(t, n, written, r)
	}
}

func TestNoTwoGermanNumbersSoundTheSame(t *testing.T) {
	s := newGermanSpeller()
	seen := make(map[string]string)
	check := func(d string) {
		words := s.cardinal(d)
		if other, ok := seen[words]; ok {
			require.Failf(t, "two numbers sound the same", "%s and %s: %q", other, d, words)
		}
		seen[words] = d
	}
	most := 100_000
	if testing.Short() {
		most = 2000
	}
	for v := range most {
		check(strconv.Itoa(v))
	}
	for zeros := 4; zeros < 36; zeros++ {
		for _, head := range []string{"101", "117", "230", "999"} {
			check(head + strings.Repeat("0", zeros))
			check(head + strings.Repeat("0", zeros-1) + "1")
		}
	}
	require.Equal(t, "zwei und drei Viertel", New("de").Normalize("2 3/4").Spoken)
}

func FuzzGerman(f *testing.F) {
	f.Add("Am 24.02.2022 um 14:05 Uhr: 3,2 Mrd. € (10–15 %) z. B. -5°C, x² & #a @b 1/2 ½ 1.234,5")
	n := New("de")
	f.Fuzz(func(t *testing.T, text string) {
		r := n.Normalize(text)
		checkResult(t, text, r)
		require.False(t, strings.ContainsAny(r.Spoken, "0123456789$€£¥%°&@#/+=~^|<>[]"), "%q gives %q", text, r.Spoken)
		require.Equal(t, r.Spoken, n.Normalize(r.Spoken).Spoken, "speaking %q again", text)
	})
}
