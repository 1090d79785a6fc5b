// Package plain makes text of what articles hold, for engines that choke on what is no text.
package plain

import (
	"unicode"
	"unicode/utf8"
)

// Text is the text on one line, of the same length in bytes: what is no text (control characters, line and paragraph
// separators, bytes that are no UTF-8) is replaced byte by byte with spaces. So the positions of engines in it are
// positions in the text.
func Text(text string) string {
	clean := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size <= 1 || unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			clean = append(clean, "   "[:size]...)
		} else {
			clean = append(clean, text[i:i+size]...)
		}
		i += size
	}
	return string(clean)
}

// Unmarked is Text without what some engines take for markup within plain text: square brackets ("[pause:60s]", "[word](/ipa/)",
// "[laughs]"), and the "<" of a tag. They are no words, and become spaces. Positions stay.
func Unmarked(text string) string {
	clean := []byte(Text(text))
	for i, c := range clean {
		switch {
		case c == '[' || c == ']':
			clean[i] = ' '
		case c == '<' && i+1 < len(clean) && startsTag(clean[i+1]):
			clean[i] = ' '
		}
	}
	return string(clean)
}

func startsTag(c byte) bool {
	return c == '/' || c == '!' || c == '?' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
