package normalize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	none   kind = iota // before the first and after the last token
	space              // white space, and what is never said: control and format characters, emoji, bytes that are no UTF-8
	word               // letters and marks
	digits             // decimal digits of any script, subscripts included
	raised             // superscript digits and signs
	symbol             // one rune of anything else
	calm               // for grammars only: a word that is as written unless a table has it
)

// shape is how a word uses capitals.
type shape uint8

const (
	lower   shape = iota // also words of scripts without case
	capital              // first letter a capital, and no other
	upper                // two letters or more, all of them capitals
	mixed
)

// token is a stretch of the text, 16 bytes of memory each.
type token struct {
	start, end int32
	kind       kind
	shape      shape
	odd        bool // its text has to be rewritten: format characters in a word, foreign digits, more than plain spaces
	brk        bool // a space that holds a line break
	quoted     bool // an odd number of straight double quotes stands before it
}

// tokens is a text that was cut up, and the cursor arithmetic of the rules on it.
type tokens struct {
	s    string
	toks []token
	caps []bool // by token: part of a run of words in capitals; nil when not looked for yet

	numAt int // memo of the last number read, so that several rules can ask for it at the cost of one
	num   number
}

// scan cuts a text into tokens that cover all of it.
func scan(s string) *tokens {
	t := &tokens{s: s, toks: make([]token, 0, len(s)*2/5+8), numAt: -1}
	quoted := false
	for i := 0; i < len(s); {
		start := i
		tok := token{start: int32(i), quoted: quoted}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch k := kindOf(r, n); k {
		case word:
			i = scanWord(s, &tok)
		case symbol:
			i += n
			tok.kind = symbol
			if r == '"' && (quoted || start == 0 || s[start-1] < '0' || s[start-1] > '9') { // after a digit it is a mark for inches
				quoted = !quoted
			}
		default:
			tok.kind = k
			for i < len(s) && kindOf(r, n) == k {
				tok.brk = tok.brk || k == space && (r == '\n' || r == '\u2028' || r == '\u2029')
				tok.odd = tok.odd || k == space && r != ' ' && r != '\n' || k == digits && r >= utf8.RuneSelf
				i += n
				r, n = utf8.DecodeRuneInString(s[i:])
			}
			if k == space && !tok.brk && i-start > 1 && strings.Trim(s[start:i], " ") == "" {
				tok.odd = false
			}
		}
		tok.end = int32(i)
		t.toks = append(t.toks, tok)
	}
	return t
}

// scanWord reads the word that begins at tok.start, sets the token's shape and returns where the word ends.
func scanWord(s string, tok *token) int {
	tok.kind = word
	letters, capitals, firstUp := 0, 0, false
	i := int(tok.start)
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			small := 'a' <= c && c <= 'z'
			if !small && (c < 'A' || c > 'Z') {
				break
			}
			i++
			letters++
			if !small {
				capitals++
				firstUp = firstUp || letters == 1
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if ignorable(r) && n > 1 { // a soft hyphen does not end a word, but what follows it must be one
			end := i + n
			next, m := utf8.DecodeRuneInString(s[end:])
			for ; m > 1 && ignorable(next); next, m = utf8.DecodeRuneInString(s[end:]) {
				end += m
			}
			if kindOf(next, m) != word {
				break
			}
			tok.odd, n = true, end-i
		} else if kindOf(r, n) != word {
			break
		} else if up := unicode.IsUpper(r); up || !unicode.IsMark(r) {
			letters++
			if up {
				capitals++
				firstUp = firstUp || letters == 1
			}
		}
		i += n
	}
	switch {
	case capitals == 0:
	case letters > 1 && capitals == letters:
		tok.shape = upper
	case firstUp && capitals == 1:
		tok.shape = capital
	default:
		tok.shape = mixed
	}
	return i
}

func kindOf(r rune, n int) kind {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		return word
	case r == ' ' || r == '\n':
		return space
	case '0' <= r && r <= '9':
		return digits
	case n == 0:
		return none
	case r < ' ', r == 0x7f, r == utf8.RuneError && n == 1:
		return space
	case r < utf8.RuneSelf:
		return symbol
	case ignorable(r), emoji(r), unicode.IsSpace(r):
		return space
	case unicode.IsLetter(r), unicode.IsMark(r):
		return word
	case unicode.IsDigit(r), r >= '₀' && r <= '₉':
		return digits
	case strings.ContainsRune("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", r):
		return raised
	}
	return symbol
}

// ignorable says whether a rune shapes or steers text and is nothing by itself: soft hyphens, zero-width spaces, marks of
// direction, variation selectors.
func ignorable(r rune) bool {
	return r >= 0xad && (r == 0xad || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f ||
		r >= 0xfe00 && r <= 0xfe0f || r == 0xfeff || r >= 0xe0000 && r <= 0xe0fff || r == 0x20e3)
}

// emoji says whether a rune is a picture or drawing that has no name a newsreader would say.
func emoji(r rune) bool {
	if strings.ContainsRune("°©®™№℃℉♭♮℠⇒", r) {
		return false
	}
	return unicode.Is(unicode.So, r) || unicode.Is(unicode.Co, r) || unicode.Is(unicode.Sk, r) && r > 0x1f000 ||
		!unicode.IsPrint(r) && !unicode.IsSpace(r)
}

func (t *tokens) kind(i int) kind {
	if i < 0 || i >= len(t.toks) {
		return none
	}
	return t.toks[i].kind
}

// calm is the kind of token i for a grammar: calm for most words of prose, none for most spaces and punctuation, to which no
// rule applies.
func (t *tokens) calm(i int) kind {
	tok := &t.toks[i]
	switch {
	case tok.odd:
	case tok.kind == space && t.kind(i+1) != symbol, tok.kind == symbol && t.calmSign(i):
		return none
	case tok.kind == word && t.calmWord(i):
		return calm
	}
	return tok.kind
}

// calmSign says whether symbol i is punctuation as it stands in prose: no sign of a number, a footnote or an omission.
func (t *tokens) calmSign(i int) bool {
	before, after := t.kind(i-1), t.kind(i+1)
	switch t.s[t.toks[i].start:t.toks[i].end] {
	case ",", ";", ":", "!", "?", "\"", "“", "”":
		return after != digits && !t.is(i+1, "[")
	case "'", "’", "-":
		return before == word && after == word
	case ".":
		return (before == word || before == digits) && (after == none || after == space && t.kind(i+2) != symbol)
	}
	return false
}

// calmWord says whether word i is one that only a table of its grammar can make anything but itself: not in capitals, no
// single letter that can be an initial or a numeral, and not glued to a number, an address or a bracket.
func (t *tokens) calmWord(i int) bool {
	tok := &t.toks[i]
	after, next := t.kind(i+1), t.kind(i+2)
	switch {
	case tok.shape == lower && after <= space:
		return true
	case tok.shape > capital, tok.end-tok.start == 1:
		return false
	case after == space:
		return next == word
	case after != symbol:
		return after == none
	}
	switch t.s[t.toks[i+1].start:t.toks[i+1].end] {
	case ",", ";", "!", "?", "\"", "“", "”", "'", "’":
		return !t.is(i+2, "[")
	case ".":
		return next <= space
	case "-":
		return next == word && t.kind(i+3) <= space
	}
	return false
}

func (t *tokens) shape(i int) shape {
	if t.kind(i) != word {
		return lower
	}
	return t.toks[i].shape
}

// text is a token as a rule wants to read it: without format characters, digits in ASCII.
func (t *tokens) text(i int) string {
	if i < 0 || i >= len(t.toks) {
		return ""
	}
	tok := &t.toks[i]
	s := t.s[tok.start:tok.end]
	if !tok.odd {
		return s
	}
	switch tok.kind {
	case digits:
		return strings.Map(asciiDigit, s)
	case word:
		return strings.Map(func(r rune) rune {
			if ignorable(r) {
				return -1
			}
			return r
		}, s)
	default:
		return s
	}
}

// low is the text in lower case. Words longer than any table entry come as they are.
func (t *tokens) low(i int) string {
	if s := t.text(i); len(s) <= 40 {
		return strings.ToLower(s)
	}
	return ""
}

// asciiDigit gives the digit 0-9 of any script's decimal digit. Scripts keep theirs in runs of ten that begin at a code
// point ending in 0 or 6; the mathematical alphabets are one run of five tens from U+1D7CE (Unicode 16, DerivedNumericType).
func asciiDigit(r rune) rune {
	switch {
	case r < utf8.RuneSelf, ignorable(r):
		return r
	case r >= '₀' && r <= '₉':
		return '0' + r - '₀'
	case r >= 0x1d7ce && r <= 0x1d7ff:
		return '0' + (r-0x1d7ce)%10
	}
	zero := r &^ 15
	if !unicode.IsDigit(zero) {
		zero += 6
	}
	return '0' + r - zero
}

// sym says whether token i is a symbol, one of the given.
func (t *tokens) sym(i int, of string) bool {
	return t.kind(i) == symbol && strings.Contains(of, t.s[t.toks[i].start:t.toks[i].end])
}

// is says whether token i is exactly s.
func (t *tokens) is(i int, s string) bool { return t.text(i) == s }

const (
	dashes = "-–−‐‑" // between two numbers, and before a negative one
	aposts = "'’‘ʼ"
)

// gap skips one space token that holds no line break.
func (t *tokens) gap(i int) int {
	if t.kind(i) == space && !t.toks[i].brk {
		return i + 1
	}
	return i
}

// prev is the token before i, a space skipped; -1 at the start of a line.
func (t *tokens) prev(i int) int {
	i--
	if t.kind(i) == space {
		if t.toks[i].brk {
			return -1
		}
		i--
	}
	return i
}

// left is the word before token i in lower case, "" when something else stands there.
func (t *tokens) left(i int) string {
	if p := t.prev(i); t.kind(p) == word {
		return t.low(p)
	}
	return ""
}

// right is the word at or one space after token i in lower case, "" when something else stands there.
func (t *tokens) right(i int) string {
	if i = t.gap(i); t.kind(i) == word {
		return t.low(i)
	}
	return ""
}

// whole says whether tokens i to end are all that the text holds but white space.
func (t *tokens) whole(i, end int) bool {
	return (i == 0 || i == 1 && t.kind(0) == space) && (end == len(t.toks) || end == len(t.toks)-1 && t.kind(end) == space)
}

// open says whether nothing is glued to the left of token i: it begins the text or follows a space, an opening bracket, a
// quotation mark or a dash.
func (t *tokens) open(i int) bool {
	switch t.kind(i - 1) {
	case none, space:
		return true
	case symbol:
		return t.sym(i-1, "([{\"'“‘«—–,;:/=!?")
	default:
		return false
	}
}

// ends says whether the full stop at token i closes a sentence and must stay to be heard: nothing follows, or a word
// follows that seldom stands in a sentence's middle with a capital.
func (t *tokens) ends(i int) bool {
	i++
	for t.sym(i, "\"'”’)]»") {
		i++
	}
	if t.kind(i) == none {
		return true
	}
	if t.kind(i) != space {
		return false
	}
	if t.toks[i].brk || t.kind(i+1) == none {
		return true
	}
	i++
	for t.sym(i, "\"'“‘([«") {
		i++
	}
	return t.shape(i) == capital && starter(t.text(i))
}

// starter says whether a capitalised word almost surely begins a sentence (English).
func starter(w string) bool {
	switch w {
	case "The", "It", "He", "She", "They", "We", "You", "In", "But", "And", "A", "An", "I", "This", "That", "These", "Those", "There",
		"At", "On", "If", "When", "While", "As", "For", "After", "Before", "Its", "His", "Her", "Their", "Our", "My", "So", "No", "Not",
		"What", "Who", "How", "Why", "Some", "Many", "Most", "Nobody", "Now", "Then", "Yet", "By", "To", "With", "From", "Is", "Was",
		"Since", "Until", "All", "One", "Two", "Police", "Officials", "Both", "Crews", "Residents", "However", "Meanwhile":
		return true
	}
	return false
}
