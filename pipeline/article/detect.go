package article

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
)

// guess is what a text itself says about its language.
type guess struct {
	language string         // BCP 47 primary subtag
	sure     bool           // its words decided, clearly; else its script is what there is to go by
	words    int            // words read
	hits     map[string]int // function words read, by language
}

const (
	// The most words that are read: enough to be sure many times over, few enough to cost nothing.
	sampleWords = 1000
	// How many more function words of a language there must be than of any other, in all and among 100 words. Shared
	// words count for both and so for nothing.
	leadWords, leadShare = 3, 4
	// How many of 100 words must be function words of the language: in running text it is 25 to 50, in another language
	// mostly below 10.
	leastShare = 12
	// The words that are enough to doubt a declaration: a paragraph.
	enoughWords = 50
)

// guessLanguage tells the language of a text by function words, and by script where those do not decide: "en" for the Latin
// one.
func guessLanguage(title string, blocks []Block) guess {
	g := guess{hits: map[string]int{}}
	known := functionWords()
	count := func(text string) {
		for word := range words(text) {
			if g.words == sampleWords {
				return
			}
			g.words++
			for _, language := range known[strings.ToLower(word)] {
				g.hits[language]++
			}
		}
	}
	// The text first: a title is short, and often in the language of what it speaks of.
	for _, b := range blocks {
		count(b.Text)
	}
	count(title)
	best, second := "", 0
	for language, n := range g.hits {
		if top := g.hits[best]; best == "" || n > top || n == top && language < best {
			best, second = language, max(second, top)
		} else {
			second = max(second, n)
		}
	}
	g.language = scriptLanguage(title, blocks)
	lead := g.hits[best] - second
	if writes(best, g.language) && lead >= leadWords && lead*100 >= g.words*leadShare && g.hits[best]*100 >= g.words*leastShare {
		g.language, g.sure = best, true
	}
	return g
}

// fits tells whether a text may be in a language: there is no list for it, or a third as many of its function words as
// of the language that the text is in.
func (g *guess) fits(primary string) bool {
	if family(primary) == family(g.language) {
		return true
	}
	return !listed(primary) || g.hits[primary]*3 >= g.hits[g.language]
}

// languagesOf are the language that a page declares and the one that its text is written in, which are the same as a rule.
func languagesOf(declared string, leaves []*leaf) []string {
	const sample = 50 // paragraphs
	var text []Block
	for _, l := range leaves {
		if len(text) < sample && prose(l) {
			text = append(text, Block{Text: l.text})
		}
	}
	return []string{baseLanguage(declared), guessLanguage("", text).language}
}

// words gives the runs of letters of a text.
func words(text string) func(yield func(string) bool) {
	return strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
}

// family gives one tag for languages that are written nearly alike, so that their function words do not tell them apart.
func family(primary string) string {
	switch primary {
	case "no", "nn":
		return "nb"
	case "ms":
		return "id"
	case "hr", "bs", "sh":
		return "sr"
	case "gl":
		return "pt"
	case "be":
		return "ru"
	case "mk":
		return "bg"
	case "af":
		return "nl"
	}
	return primary
}

func listed(primary string) bool {
	for _, languages := range functionWords() {
		for _, l := range languages {
			if l == primary {
				return true
			}
		}
	}
	return false
}

//go:embed languages.txt
var wordLists string

// functionWords gives the languages of each function word.
//
//nolint:gochecknoglobals // a read-only table
var functionWords = sync.OnceValue(func() map[string][]string {
	known := map[string][]string{}
	for paragraph := range strings.SplitSeq(wordLists, "\n\n") {
		fields := strings.Fields(paragraph)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		seen := map[string]bool{}
		for _, word := range fields[1:] {
			if !seen[word] {
				seen[word] = true
				known[word] = append(known[word], fields[0])
			}
		}
	}
	return known
})
