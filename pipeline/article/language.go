package article

import (
	"fmt"
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

// baseLanguage is the language of a tag, without script and region: "pt" of "pt_BR".
func baseLanguage(declared string) string {
	base, _ := textlanguage.Make(strings.ReplaceAll(declared, "_", "-")).Base()
	return base.String()
}

// settleLanguage checks what is declared against the text. The declaration stays unless the text can hardly be in it: a
// voice that reads another language's words says nothing that can be understood, and templates that declare English
// whatever they hold are common.
func settleLanguage(a *Article) {
	g := guessLanguage(a.Title, a.Blocks)
	declared := tag(a.Language)
	if declared == "" {
		a.Language = g.language
		return
	}
	a.Language = declared
	primary := baseLanguage(declared)
	switch {
	case family(primary) == family(g.language):
	case (g.sure || g.language != "en") && !writes(declared, g.language):
		a.Language = g.language
		a.Warnings = append(a.Warnings, fmt.Sprintf("the language is declared as %s, but the text is written in the script of %s and read as such", declared, g.language))
	case !g.sure || g.words < enoughWords:
	case g.fits(primary):
		a.Warnings = append(a.Warnings, fmt.Sprintf("the language is declared as %s, but the text looks like %s; it is read as declared", declared, g.language))
	default:
		a.Language = g.language
		a.Warnings = append(a.Warnings, fmt.Sprintf("the language is declared as %s, but the text is in %s and read as such", declared, g.language))
	}
}

// scriptLanguage guesses a language from the script of a text: the language most written in a script that is mainly one
// language's, or "en".
func scriptLanguage(title string, blocks []Block) string {
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
		counts["zh"] = 0
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
