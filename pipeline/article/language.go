package article

import (
	"strings"
	"unicode"

	textlanguage "golang.org/x/text/language"
)

// tag is the BCP 47 form of a language that a page declares ("en_GB", "EN-us"), "" if it is none.
func tag(declared string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(declared), ",")
	t, err := textlanguage.Parse(strings.ReplaceAll(first, "_", "-"))
	if err != nil || t == textlanguage.Und {
		return ""
	}
	return t.String()
}

// language guesses a language from the script of a text, where nothing is declared: the language most written in a
// script that is mainly one language's, or "en".
func language(title string, blocks []Block) string {
	scripts := []struct {
		table    *unicode.RangeTable
		language string
	}{
		{unicode.Latin, "en"},
		{unicode.Hiragana, "ja"},
		{unicode.Katakana, "ja"},
		{unicode.Han, "zh"},
		{unicode.Hangul, "ko"},
		{unicode.Cyrillic, "ru"},
		{unicode.Greek, "el"},
		{unicode.Arabic, "ar"},
		{unicode.Hebrew, "he"},
		{unicode.Thai, "th"},
		{unicode.Devanagari, "hi"},
	}
	const sample = 4000 // letters
	counts := map[string]int{}
	total := 0
	count := func(text string) {
		for _, r := range text {
			if total >= sample {
				return
			}
			if !unicode.IsLetter(r) {
				continue
			}
			total++
			for _, s := range scripts {
				if unicode.Is(s.table, r) {
					counts[s.language]++
					break
				}
			}
		}
	}
	count(title)
	for _, b := range blocks {
		count(b.Text)
	}
	// Japanese is a mixture: a text of Han letters with kana among them.
	if counts["ja"]*10 > counts["zh"] {
		counts["ja"] += counts["zh"]
	}
	best := "en"
	for _, s := range scripts {
		if counts[s.language]*2 > total {
			best = s.language
		}
	}
	return best
}

// writes says whether a declared language may be written in the script that language guesses by.
func writes(declared, script string) bool {
	t := textlanguage.Make(declared)
	s, confidence := t.Script()
	if confidence == textlanguage.No {
		return true
	}
	want, _ := textlanguage.Make(script).Script()
	switch s.String() {
	case "Jpan", "Hans", "Hant", "Kore":
		return script == "ja" || script == "zh" || script == "ko"
	}
	if want.String() == "Hans" {
		return false
	}
	return s == want
}
