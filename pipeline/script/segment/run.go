package segment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind says what the scanner does at a byte.
type kind uint8

const (
	plain kind = iota // part of a word: go on
	space
	stop // a mark that can end a sentence
	own  // one that can in some languages
	wide // the first byte of a longer rune that may be either
)

func byteKind(c byte) kind {
	switch c {
	case ' ', '\t', '\n', '\v', '\f', '\r':
		return space
	case '.', '!', '?':
		return stop
	case ';', ':':
		return own
	}
	// The lead bytes of Latin, Greek and Cyrillic letters hold no terminator and no white space, but for U+0085 and
	// U+00A0 (lead byte C2), the Greek question mark (CD) and those of Armenian and Arabic (D6, D8, DB).
	if c < 0xc2 || c > 0xc2 && c < 0xd6 && c != 0xcd || c == 0xd7 {
		return plain
	}
	return wide
}

// isFused tells the terminators of scripts that have no letter case, behind which a space may be missing.
func isFused(r rune) bool {
	return r > 0x580 && (r < 0x2000 || r > 0x206f)
}

// isClosing tells the signs that may stand between a terminator and the end of its sentence.
func isClosing(r rune) bool {
	switch r {
	case ')', ']', '}', '"', '\'', '*', '_', '’', '‘', '”', '“', '»', '«', '›', '‹', '†', '‡':
		return true
	}
	return r > 0x7f && unicode.In(r, unicode.Pe, unicode.Pf, unicode.No)
}

// isOpening tells the signs that may stand before the first word of a sentence.
func isOpening(r rune) bool {
	switch r {
	case '(', '[', '{', '"', '\'', '*', '_', '‘', '’', '“', '”', '„', '‚', '«', '»', '‹', '›', '¿', '¡', '-', '–', '—', '~':
		return true
	}
	return r > 0x7f && unicode.In(r, unicode.Ps, unicode.Pi)
}

// run is a group of marks that may end a sentence, with the closing signs that belong to it.
type run struct {
	end     int  // behind the last sign
	dots    int  // full stops before any closing sign
	strong  bool // holds ! or ? or a full stop of another script
	fused   bool // of a script that writes no space after the mark
	spaced  bool // written with spaces between the full stops
	closers bool // holds quotation marks or brackets
	quoted  bool // of those, a quotation mark
	split   int  // the end of a first full stop on a word that three spaced ones follow, or 0
}

// readRun reads the run at i. Marks are those that end sentences besides the ones of all languages.
func readRun(text string, i int, marks string) run {
	r := run{end: i}
	attached := i > 0 && !spaceBefore(text, i)
	for r.end < len(text) {
		c, n := utf8.DecodeRuneInString(text[r.end:])
		switch {
		case IsTerminator(c):
			if !r.closers && c == '.' {
				r.dots++
				if r.dots == 1 && attached {
					r.split = r.end + n
				}
			} else if c == '…' {
				r.dots += 3
			} else {
				r.strong = true
				r.fused = r.fused || isFused(c)
			}
			r.end += n
		case strings.ContainsRune(marks, c):
			r.strong = true
			r.end += n
		case isClosing(c) && !opensNext(text, r.end+n, c):
			r.closers = true
			r.quoted = r.quoted || strings.ContainsRune(`"'’”“»«›‹`, c)
			r.end += n
		case c == ' ' && spacedCloser(text, r.end) > 0:
			r.end = spacedCloser(text, r.end)
		case c == '[' && noteEnd(text, r.end) > 0:
			r.end = noteEnd(text, r.end)
		default:
			if m := spacedMark(text, r.end); m > 0 && !r.closers {
				r.spaced = true
				r.end = m - 1
				continue
			}
			if r.dots != 4 || !r.spaced {
				r.split = 0
			}
			return r
		}
	}
	r.split = 0
	return r
}

// omission tells marks that end nothing: in brackets of their own ("[...]", "(!)") or right behind a colon.
func (r *run) omission(text string, begin int) bool {
	switch text[begin-1] {
	case '[', '(':
		return r.closers
	case ':':
		return true
	}
	return false
}

// spaceBefore tells whether white space ends at i.
func spaceBefore(text string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return unicode.IsSpace(r)
}

// spacedMark gives the end of a terminator that one space parts from what is before i: ". . ." or "! ! !". It is none
// where the sign begins a number or a name (".5", ".com").
func spacedMark(text string, i int) int {
	if i+1 >= len(text) || text[i] != ' ' {
		return 0
	}
	if c := text[i+1]; c != '.' && c != '!' && c != '?' {
		return 0
	}
	if i+2 < len(text) {
		c, _ := utf8.DecodeRuneInString(text[i+2:])
		if !unicode.IsSpace(c) && !IsTerminator(c) && !isClosing(c) {
			return 0
		}
	}
	return i + 2
}

// spacedCloser gives the end of what still goes with the sentence behind a space at i: a closing sign between two
// spaces ("here. )", "« Oui. »"), a smiley or an emoji; or 0.
func spacedCloser(text string, i int) int {
	c, n := utf8.DecodeRuneInString(text[i+1:])
	end := i + 1 + n
	switch {
	case strings.ContainsRune(")]}»›”", c) && (end == len(text) || strings.IndexByte(" ,;:.", text[end]) >= 0):
		return end
	case isPicture(c):
		end = i + 1
		for isPicture(c) || c == 0xfe0f || c == 0x200d || 0x1f3fb <= c && c <= 0x1f3ff { // with variants, joiners and skin tones
			end += n
			c, n = utf8.DecodeRuneInString(text[end:])
		}
		return end
	}
	end = min(i+6, len(text))
	if j := strings.IndexByte(text[i+1:end], ' '); j >= 0 {
		end = i + 1 + j
	} else if end < len(text) {
		return 0
	}
	if isSmiley(text[i+1 : end]) {
		return end
	}
	return 0
}

// isPicture tells emoji.
func isPicture(r rune) bool {
	return r >= 0x2600 && r != utf8.RuneError && unicode.Is(unicode.So, r)
}

// beginsWord tells whether a letter or digit stands at i.
func beginsWord(text string, i int) bool {
	c, _ := utf8.DecodeRuneInString(text[i:])
	return unicode.IsLetter(c) || unicode.IsDigit(c)
}

// opensNext tells whether a sign that can open as well as close, with the text behind it at i, opens a sentence that a
// missing space glued on.
func opensNext(text string, i int, c rune) bool {
	switch c {
	case '"':
		next, _ := utf8.DecodeRuneInString(text[i:])
		return unicode.IsUpper(next)
	case '“', '‘', '«', '‹', '*', '_':
		return beginsWord(text, i)
	}
	return false
}

// noteEnd gives the end of a footnote marker such as "[12]" at i, or 0.
func noteEnd(text string, i int) int {
	j := i + 1
	for j < len(text) && j < i+5 && '0' <= text[j] && text[j] <= '9' {
		j++
	}
	if j > i+1 && j < len(text) && text[j] == ']' {
		return j + 1
	}
	return 0
}

// IsTerminator tells the marks that can end a sentence: Unicode's Sentence_Terminal property, which the standard
// library has, the ellipsis, and the Greek question mark.
func IsTerminator(r rune) bool {
	switch r {
	case '.', '!', '?', '…', '\u037e':
		return true
	}
	return r > 0x7f && unicode.Is(unicode.STerm, r)
}

// LastMark gives the last sign of a text that is neither white space nor a closing quotation mark or bracket; 0 where
// there is none. A text is a finished sentence if that sign IsTerminator.
func LastMark(text string) rune {
	for text != "" {
		r, n := utf8.DecodeLastRuneInString(text)
		if !unicode.IsSpace(r) && !isClosing(r) {
			return r
		}
		text = text[:len(text)-n]
	}
	return 0
}
