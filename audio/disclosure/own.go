package disclosure

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Own is a publisher's own wording in one language. An empty one of the two is said and written as the other.
type Own struct {
	Written string `mapstructure:"written"` // for readers
	Spoken  string `mapstructure:"spoken"`  // for listeners
}

// How long an own wording may be, in characters; each Chinese and Korean one counts as three, each kana as two.
// What is spoken then takes about six seconds: the longest of the built-in ones, 104 characters of French, takes just under.
const (
	maxOwnSpoken  = 110
	maxOwnWritten = 300
)

// WordingError says what is wrong with a publisher's own wording.
type WordingError struct {
	Language string // as it was given
	Text     string // "written" or "spoken"; empty where neither is wrong
	Problem  string
	hint     string
}

func (e *WordingError) Error() string {
	return fmt.Sprintf("own wording of the notice, language %s: %s", e.Language, strings.TrimSpace(e.Text+" "+e.Problem))
}

// Hint says what to write instead.
func (e *WordingError) Hint() string { return e.hint }

// CheckOwn finds the first own wording, by language, that does not say of a voice that came to be as s says what the
// built-in wording says of it. That can only be judged by words: in each text a sentence must hold a word for what the voice
// is, whole and as it is spelled, and no word that denies it. A *WordingError names the words.
func CheckOwn(own map[string]Own, s SourceType) error {
	for _, lang := range slices.Sorted(maps.Keys(own)) {
		o := own[lang]
		if parseLanguage(lang).IsRoot() {
			return &WordingError{Language: lang, Problem: "this is no language", hint: `name languages as BCP 47 does: "en", "pt-BR"`}
		}
		if o.Written == "" && o.Spoken == "" {
			return &WordingError{Language: lang, Problem: "it is empty", hint: "give written, spoken or both"}
		}
		for _, t := range []struct {
			name, text string
			limit      int
		}{
			{"written", o.Written, maxOwnWritten},
			{"spoken", o.Spoken, maxOwnSpoken},
			{"written", o.Written, maxOwnSpoken}, // where it is spoken too
		} {
			if t.text == "" || t.limit == maxOwnSpoken && t.name == "written" && o.Spoken != "" {
				continue
			}
			if problem, hint := problemOf(lang, s, t.text, t.limit); problem != "" {
				return &WordingError{lang, t.name, problem, hint}
			}
		}
	}
	return nil
}

func problemOf(lang string, s SourceType, text string, limit int) (problem, hint string) {
	terms := termsOf(written(lang))
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unprintable):
		return "holds control or invisible characters", "write plain text"
	case length(text) > limit:
		return fmt.Sprintf("has %d characters, more than %d", length(text), limit), "what is spoken may take about six seconds; make it shorter"
	}
	words := terms.ai
	if s == AlgorithmicMedia { // to call it AI says more than it must
		words = append(slices.Clone(terms.computer), words...)
	}
	found := false
	for _, sentence := range sentencesOf(text) {
		if term, ok := sentence.find(terms.human); ok {
			return fmt.Sprintf("speaks of a %q", term), "say only what the voice is"
		}
		if _, ok := sentence.find(words); !ok {
			continue
		}
		if term, ok := sentence.find(terms.not); ok {
			return fmt.Sprintf("holds %q in the sentence that says what the voice is", term), "say it without a negation"
		}
		found = true
	}
	if !found {
		return "does not say what the voice is", "it must hold one of: " + strings.ReplaceAll(strings.Join(words, ", "), "*", "...")
	}
	return "", ""
}

// WordingFrom is the wording in a BCP 47 language: the publisher's own for the language or what it is a form of, or else
// WordingFor. Where there is none in the language but an own one in English, that is taken.
func WordingFrom(own map[string]Own, lang string, s SourceType) Wording {
	w := WordingFor(lang, s)
	tag := parseLanguage(lang)
	candidates := []string{tag.String()}
	for !tag.IsRoot() {
		tag = tag.Parent()
		candidates = append(candidates, tag.String())
	}
	candidates = append(candidates, w.Language)
	for _, candidate := range candidates {
		for _, key := range slices.Sorted(maps.Keys(own)) {
			if o := own[key]; cleanLanguage(key) == candidate && candidate != "und" && (o.Written != "" || o.Spoken != "") {
				names := WordingFor(candidate, s)
				return Wording{
					Language: candidate, Written: line(cmp.Or(o.Written, o.Spoken), maxTitle), Spoken: line(cmp.Or(o.Spoken, o.Written), maxTitle),
					Voice: names.Voice, Chapter: names.Chapter,
				}
			}
		}
	}
	return w
}

// unprintable are characters that do not belong into a sentence: controls but white space, and what is not seen.
func unprintable(r rune) bool {
	return !unicode.IsSpace(r) && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' && r != '\u00ad') || r == unicode.ReplacementChar
}

func length(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hangul):
			n += 3
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			n += 2
		default:
			n++
		}
	}
	return n
}

// sentence is a sentence as its words, and as it is written.
type sentence struct {
	text  string
	words []string
}

// sentencesOf cuts a text into sentences and words. A word is a run of letters, digits and marks of one script, so that
// "AI로" and "AI-Stimme" hold the word AI.
func sentencesOf(text string) []sentence {
	text = strings.NewReplacer("A.I.", "AI", "K.I.", "KI", "I.A.", "IA").Replace(text)
	var all []sentence
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(".!?…。！？؟\n", r) }) {
		s := sentence{text: strings.ToLower(part)}
		var word strings.Builder
		var script *unicode.RangeTable
		flush := func() {
			if word.Len() > 0 {
				s.words = append(s.words, word.String())
			}
			word.Reset()
		}
		for _, r := range part {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
				flush()
				continue
			}
			if next := scriptOf(r); next != nil && next != script {
				flush()
				script = next
			}
			word.WriteRune(r)
		}
		flush()
		all = append(all, s)
	}
	return all
}

// scriptOf is the script of a letter as far as it matters here; nil for digits and marks, which go with any.
func scriptOf(r rune) *unicode.RangeTable {
	if !unicode.IsLetter(r) {
		return nil
	}
	for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul} {
		if unicode.Is(script, r) {
			return script
		}
	}
	return unicode.Common
}

// find gives the first of the terms that a sentence holds. A term of capitals only is an acronym and has to be spelled so
// ("ai" is an Italian preposition); a word that ends in * may go on. Terms of scripts that do not space words are found anywhere.
func (s sentence) find(terms []string) (string, bool) {
	for _, term := range terms {
		if strings.ContainsFunc(term, func(r rune) bool {
			return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Arabic)
		}) {
			if strings.Contains(s.text, term) {
				return term, true
			}
			continue
		}
		parts := strings.Fields(term)
		for i := 0; i+len(parts) <= len(s.words); i++ {
			all := true
			for k, part := range parts {
				all = all && fitsTerm(s.words[i+k], part)
			}
			if all {
				return strings.ReplaceAll(term, "*", ""), true
			}
		}
	}
	return "", false
}

func fitsTerm(word, term string) bool {
	if term == strings.ToUpper(term) {
		return word == term
	}
	word = strings.ToLower(word)
	if stem, open := strings.CutSuffix(term, "*"); open {
		return strings.HasPrefix(word, stem)
	}
	return word == term
}
