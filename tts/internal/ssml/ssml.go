// Package ssml builds documents of the Speech Synthesis Markup Language (W3C Recommendation, version 1.1) around a text:
// elements around all of it, a mark before each word, and the pronunciation of some words.
//
// A document is built, never pasted together: every character of the text and of every value is written so that an XML
// parser gives back just that character, so no text can become markup. What each service understands, and how it counts,
// is the business of its backend. The package is not for reading SSML.
package ssml

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/words"
)

// Element is an element with what it says about the text inside it.
type Element struct {
	Name       string // a name of the specification or of a vendor, known when the program is written: never data
	Attributes []Attribute
}

// Attribute is a property of an element.
type Attribute struct {
	Name  string // as for Element
	Value string // anything; it is escaped
}

// Spec is what to build.
type Spec struct {
	// Text is the text to say.
	Text string
	// Around are the elements around the text, the outermost first. The first is "speak".
	Around []Element
	// Marks puts a mark before each word.
	Marks bool
	// Phonemes say how stretches of Text sound: in order, without overlap. Those that cannot be are left out.
	Phonemes []tts.Phonemes
}

// Document is a document that was built.
type Document struct {
	// SSML is the document: UTF-8 without an XML declaration.
	SSML string
	// Words are the stretches of Spec.Text that have a mark before them; MarkName(i) is the name of the mark of Words[i].
	// A pronunciation can hold no mark, so words that share one share a stretch.
	Words []words.Span
	// Phonemes is how many of Spec.Phonemes are in the document.
	Phonemes int
	// Runes is the length of the document in characters (Unicode code points); its length in bytes is len(SSML).
	Runes int
	// TextRunes is how many characters of the document are text, each counted once, however it is written.
	TextRunes int
	// TagRunes is how many characters of the document are tags, by the name of the element: Runes without TagRunes["mark"]
	// is the length without marks.
	TagRunes map[string]int

	runs []run
}

// run is a stretch of the document that is the same, byte by byte, as one of the text.
type run struct{ ssml, text int }

// MarkName is the name of the mark of word i: "w0", "w1" and so on.
func MarkName(i int) string { return "w" + strconv.Itoa(i) }

// Word is the word whose mark has that name.
func (d *Document) Word(mark string) (i int, ok bool) {
	digits, ok := strings.CutPrefix(mark, "w")
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(digits)
	if err != nil || i < 0 || i >= len(d.Words) || MarkName(i) != mark {
		return 0, false
	}
	return i, true
}

// TextByte is the byte of Spec.Text that is written at a byte of the document, for services that say what they mean by
// its place in the document. For a byte of a tag it is where the text goes on behind the tag.
func (d *Document) TextByte(at int) int {
	i, found := slices.BinarySearchFunc(d.runs, at, func(r run, at int) int { return r.ssml - at })
	if !found {
		i--
	}
	if i < 0 {
		return 0
	}
	end := d.runs[len(d.runs)-1].text
	if i+1 < len(d.runs) {
		end = d.runs[i+1].text
	}
	return min(d.runs[i].text+at-d.runs[i].ssml, end)
}

// Clean is the text as the document says it: characters that XML 1.0 cannot hold (section 2.2: most control characters,
// U+FFFE, U+FFFF) and bytes that are no UTF-8 become spaces, which nobody hears.
func Clean(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !allowed(r, size) {
			r = ' '
		}
		b.WriteRune(r)
		i += size
	}
	return b.String()
}

// allowed says whether XML 1.0 can hold a character that was read from so many bytes.
func allowed(r rune, size int) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xfffd && (r != utf8.RuneError || size > 1) || r >= 0x10000
}
