// Package words finds the words of a text for word marks: what a reader would call a word and a caption would highlight.
package words

import (
	"strings"
	"unicode"

	uax29 "github.com/clipperhouse/uax29/v2/words"
)

// Span is a word: bytes [Start, End) of the text.
type Span struct{ Start, End int }

// Of returns the words of a text in order: the segments between word boundaries (Unicode Standard Annex 29) that hold a
// letter or a number. "Don't" and "3.5" are one word, "well-known" is two, and an ideograph is one.
func Of(text string) []Span {
	var spans []Span
	it := uax29.FromString(text)
	for it.Next() {
		if strings.ContainsFunc(it.Value(), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			spans = append(spans, Span{it.Start(), it.End()})
		}
	}
	return spans
}
