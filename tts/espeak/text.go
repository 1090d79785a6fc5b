package espeak

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The sizes at which espeak-ng 1.51 loses or tears text, measured, with room to spare.
const (
	// maxLine is the longest line in bytes: the program reads 999 bytes at a time, tearing words there, and breaks up
	// clauses of more than about 730.
	maxLine = 500
	// maxWord is the longest run without a space in bytes: of a word longer than about 160 the program drops the rest
	// without a word.
	maxWord = 120
)

// clean makes text safe to hand to espeak-ng on one line: valid UTF-8, no control characters (a line break would start
// another clause, byte 1 starts an embedded command), and no square brackets ("[[" starts raw phonemes). Each becomes a
// space; what is spoken is the same.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '[', r == ']', r == utf8.RuneError, unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		default:
			return r
		}
	}, text)
}

// lines cleans a clause for a voice and cuts it into lines that espeak-ng takes whole, none longer than maxLine bytes and
// no word in them longer than maxWord. A clause with nothing in it gives no line.
func lines(voice, clause string) []string {
	var out []string
	var line strings.Builder
	words := strings.Fields(clean(clause))
	nameLetters(voice, words)
	for _, word := range words {
		for word != "" {
			part := word[:cut(word)]
			word = word[len(part):]
			if line.Len() > 0 && line.Len()+1+len(part) > maxLine {
				out = append(out, line.String())
				line.Reset()
			}
			if line.Len() > 0 {
				line.WriteByte(' ')
			}
			line.WriteString(part)
		}
	}
	if line.Len() > 0 {
		out = append(out, line.String())
	}
	return out
}

// cut is how many bytes of word may go before a space: all, or up to maxWord at a rune that is not a combining mark.
func cut(word string) int {
	if len(word) <= maxWord {
		return len(word)
	}
	last, end := 0, 0
	for i, r := range word {
		if i > maxWord {
			break
		}
		end = i
		if !unicode.IsMark(r) {
			last = i
		}
	}
	if last == 0 {
		return end // nothing but marks
	}
	return last
}
