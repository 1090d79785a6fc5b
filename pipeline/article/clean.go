package article

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// maxMarks is how many combining marks one letter keeps. Vietnamese and Hebrew with all its points need three; a stack of
// forty is decoration, and takes Unicode normalisation out of linear time.
const maxMarks = 4

// clean turns any text into one line as Block promises: NFC, white space collapsed to single spaces, no control,
// zero-width, bidirectional, tag, private-use or unassigned characters and no terminal escape sequences.
func clean(text string) string {
	if plain(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	space, marks := false, 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if n := escapeLength(text[i:]); n > 0 {
			i += n
			continue
		}
		i += size
		switch {
		case unicode.IsSpace(r) || r == 0 || r == '\u180e' || r == '\u200b' && spaceAround(text[:i-size], text[i:]):
			space = true
		case invisible(r):
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks <= maxMarks {
				b.WriteRune(r)
			}
		default:
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space, marks = false, 0
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(norm.NFC.String(b.String()))
}

// plain says whether a text is clean already, which most are: printable ASCII with single spaces between.
func plain(text string) bool {
	before := byte(' ')
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c > '~' || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return before != ' ' || text == ""
}

// spaceAround says whether a zero-width space stands beside white space already or at an end; inside a word it is
// dropped.
func spaceAround(before, after string) bool {
	b, _ := utf8.DecodeLastRuneInString(before)
	a, _ := utf8.DecodeRuneInString(after)
	return unicode.IsSpace(b) || unicode.IsSpace(a)
}

// invisible says whether a character is never to be read: controls, format characters, private use, surrogates,
// noncharacters, the replacement character, and the variation selectors.
func invisible(r rune) bool {
	switch {
	case r == utf8.RuneError, r == '\u034f', r == '\u115f', r == '\u1160', r == '\u3164', r == '\uffa0', r == '\u2800':
		return true // replacement, grapheme joiner, Hangul fillers, empty braille: drawn as nothing
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef:
		return true
	case r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe:
		return true
	case r == '\u200c' || r == '\u200d':
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)
}

// escapeLength is the length in bytes of the terminal escape sequence at the start of a text, 0 if there is none.
//
// Source: ECMA-48, 5.4 (control sequences: parameters 0x30 to 0x3F, intermediates 0x20 to 0x2F, one final byte 0x40 to
// 0x7E) and 5.6 (control strings, ended by ST; terminals take BEL as well).
func escapeLength(text string) int {
	var n int
	var kind byte
	switch {
	case strings.HasPrefix(text, "\x1b") && len(text) > 1:
		n, kind = 2, text[1]
	case strings.HasPrefix(text, "\u009b"):
		n, kind = len("\u009b"), '['
	case strings.HasPrefix(text, "\u009d"):
		n, kind = len("\u009d"), ']'
	default:
		return 0
	}
	switch kind {
	case '[':
		// A bare CSI in broken text stands before words; only parameters and a final byte right after it belong to it.
		end := n
		for end < len(text) && text[end] >= 0x20 && text[end] <= 0x3f {
			end++
		}
		if end < len(text) && text[end] >= 0x40 && text[end] <= 0x7e && (end > n || text[0] == '\x1b') {
			return end + 1
		}
		return n
	case ']', 'P', '^', '_', 'X':
		const longest = 256 // bytes; what never ends is not taken for a control string
		end := strings.IndexAny(text[n:min(len(text), n+longest)], "\a\x1b\u009c\n")
		if end < 0 {
			return n
		}
		return n + end
	}
	if kind >= 0x30 && kind <= 0x7e {
		return n
	}
	return 1
}

// secondLayer matches the character references that pages escape twice, so that a reader sees "&amp;" on the page.
var secondLayer = regexp.MustCompile(`&(?:amp|quot|apos|nbsp|pound|euro|cent|yen|copy|reg|deg|hellip|mdash|ndash|[lr][sd]quo|[lr]aquo|bull|middot|[A-Za-z](?:acute|grave|uml|circ|tilde|cedil|ring)|szlig|#[0-9]{1,6}|#[xX][0-9a-fA-F]{1,5});`)

// unescapeAgain undoes a second layer of character references. Those of angle brackets are left: a text about mark-up
// means them.
func unescapeAgain(text string) string {
	if !strings.Contains(text, "&") {
		return text
	}
	return secondLayer.ReplaceAllStringFunc(text, html.UnescapeString)
}

// letters is the text with nothing but its letters and digits, in lower case: what is compared when two texts should be
// the same to a reader.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}
