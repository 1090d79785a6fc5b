package pronounce

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clause is a stretch of a text that is said in one breath, and the mark that ends it.
type clause struct {
	start, end int    // bytes of the text, [start, end), without the mark
	terminator string // as the voice was trained with it: one of . ? ! or ", " ": " "; "
}

// cut divides a text into clauses, as espeak-ng does when it reads whole sentences: at , ; : . ? ! before a space or
// the end, with closing quotes and brackets between, and at dashes that stand for a pause, which count as a semicolon.
// A text without a mark at its end gets a full stop. Clauses hold a letter or a number.
func cut(text string) []clause {
	var out []clause
	start := 0
	end := func(at, next int, mark rune) {
		if strings.ContainsFunc(text[start:at], spoken) {
			out = append(out, clause{start, at, terminator(mark)})
		} else if n := len(out); n > 0 && strings.ContainsRune(".?!", mark) {
			out[n-1].terminator = terminator(mark) // "really, ?"
		}
		start = next
	}
	for at, r := range text {
		if at < start {
			continue
		}
		size := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(text[at:])
		}
		switch {
		case r == '—' || r == '–' && spaced(text, at, at+size):
			end(at, at+size, ';')
		case strings.ContainsRune(marks, r):
			// A row of marks counts as its strongest one.
			mark, next := r, at+size
			for next < len(text) {
				m, n := utf8.DecodeRuneInString(text[next:])
				if strings.ContainsRune(marks, m) {
					if strings.IndexRune(marks, m) < strings.IndexRune(marks, mark) {
						mark = m
					}
				} else if !strings.ContainsRune(closing, m) {
					break
				}
				next += n
			}
			if next == len(text) || breaks(text[next:], mark) {
				end(at, next, mark)
			}
		}
	}
	if start < len(text) {
		end(len(text), len(text), '.')
	}
	if n := len(out); n > 0 && len(out[n-1].terminator) > 1 {
		out[n-1].terminator = "." // what ends the text ends a sentence
	}
	return out
}

// marks end a clause, the strongest first; an ellipsis is one character or several full stops.
const (
	marks   = "?!.…:;,"
	closing = "\"'”’»›)]}"
)

func terminator(mark rune) string {
	switch mark {
	case ',', ':', ';':
		return string(mark) + " "
	case '…':
		return "."
	default:
		return string(mark)
	}
}

// breaks says whether a mark ends a clause before this rest of the text: a space has to follow, and after a full stop not
// a small letter, for then it belongs to an abbreviation.
func breaks(rest string, mark rune) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	if !unicode.IsSpace(next) {
		return false
	}
	after, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(rest, unicode.IsSpace))
	return mark != '.' || !unicode.IsLower(after)
}

func spoken(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// spaced says whether there is a space on both sides of text[from:to].
func spaced(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	return unicode.IsSpace(before) && unicode.IsSpace(after)
}
