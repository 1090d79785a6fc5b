package check

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/voicepress/voicepress/tts/internal/words"
)

// size is how much there is to say in a text.
type size struct {
	letters float64
	words   int
	stops   float64 // pauses: 1 for a comma, 1.5 for a full stop
}

// Source of the numbers of letters: a digit is a spoken word, and the name of a letter a syllable; both chosen to fit the
// lengths of the utterances that docs/quality.md describes.
const (
	lettersOfDigit = 4
	lettersOfName  = 3 // of a letter that stands alone: "W C A"
	lettersOfShort = 2 // of a letter in a short word in capitals, which may be spelled: "NATO", "BBC"
	longestSpelled = 4
	fullStop       = 1.5
)

// sizeOf is the size of a text. ok is false where its length says little about how long it takes to say: where less than nine
// of ten letters belong to an alphabet of Europe, or there is more than one digit to four letters.
func sizeOf(text string) (s size, ok bool) {
	spans := words.Of(text)
	var letters, known, digits int
	for i, span := range spans {
		word := text[span.Start:span.End]
		each, capitals := 1.0, strings.ToUpper(word) == word
		switch n := utf8.RuneCountInString(word); {
		case n == 1 && capitals && word != "A" && word != "I":
			each = lettersOfName
		case n > 1 && n <= longestSpelled && capitals:
			each = lettersOfShort
		}
		for _, r := range word {
			switch {
			case unicode.IsLetter(r):
				letters++
				if unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek) {
					known++
				}
				s.letters += each
			case unicode.IsNumber(r):
				digits++
				s.letters += lettersOfDigit
			}
		}
		if i+1 < len(spans) {
			s.stops += stop(text[span.End:spans[i+1].Start])
		}
	}
	s.words = len(spans)
	return s, letters > 0 && 10*known >= 9*letters && 4*digits <= letters
}

// stop is how much of a pause what stands between two words makes.
func stop(between string) float64 {
	switch {
	case strings.ContainsAny(between, ".?!…"):
		return fullStop
	case strings.ContainsAny(between, ",;:–—()\"”»") || strings.Contains(between, " - "):
		return 1
	}
	return 0
}
