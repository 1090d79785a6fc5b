package segment

import (
	"unicode"
	"unicode/utf8"
)

// marker is the sign that begins a list item inside a paragraph: "1.", "2)", "3.)", "b.", "•".
type marker struct {
	bullet rune // a bullet; 0 without one
	value  int  // the number, or the letter's place in the alphabet
	letter bool
	style  string // what follows the number: ".", ")" or ".)"
}

// readMarker reads a list marker at i. It must be followed by white space, but for a bullet; a number has at most two
// digits, for years and house numbers are no markers.
func readMarker(text string, i int) (m marker, end int, ok bool) {
	if c, n := utf8.DecodeRuneInString(text[i:]); isBullet(c) {
		i += n
		if i < len(text) && text[i] == ' ' {
			i++
		}
		if after, _ := utf8.DecodeRuneInString(text[i:]); !isBullet(after) {
			if inner, end, ok := readMarker(text, i); ok {
				inner.bullet = c
				return inner, end, true
			}
		}
		return marker{bullet: c}, i, true
	}
	start := i
	for i < len(text) && i < start+2 && '0' <= text[i] && text[i] <= '9' {
		m.value = m.value*10 + int(text[i]-'0')
		i++
	}
	if i == start {
		if i >= len(text) || text[i] < 'a' || text[i] > 'z' {
			return m, 0, false
		}
		m.letter, m.value = true, int(text[i]-'a')+1
		i++
	}
	begin := i
	if i < len(text) && text[i] == '.' {
		i++
	}
	if i < len(text) && text[i] == ')' {
		i++
	}
	m.style = text[begin:i]
	if m.style == "" || i >= len(text) || m.value < 1 {
		return m, 0, false
	}
	c, _ := utf8.DecodeRuneInString(text[i:])
	return m, i, unicode.IsSpace(c)
}

// openItem notes the list marker that begins the sentence and moves past it.
func (s *scanner) openItem() {
	m, end, ok := readMarker(s.text, s.start)
	if !ok || m.style == "." && !startsUpper(s.lookAhead(end)) && m.bullet == 0 {
		return
	}
	s.list = m
	s.pos = trimSpace(s.text, s.start, end)
}

// startsItem tells whether the list marker at pos goes on the list: the same sort as the one before and the next in
// the count, with a capitalised item where only a full stop marks it. A bullet goes on a list of bullets. A first
// item follows a colon, which ends at before.
func (s *scanner) startsItem(before int) bool {
	first := s.list == (marker{})
	if first && s.text[before-1] != ':' {
		return false
	}
	m, end, ok := readMarker(s.text, s.pos)
	if first {
		return ok && m.value == 1 && m.style != "" && startsUpper(s.lookAhead(end)) // "What to know: 1. It is free."
	}
	if !ok || m.bullet != s.list.bullet || m.style != s.list.style || m.letter != s.list.letter {
		return false
	}
	if m.style == "" {
		return true
	}
	return m.value == s.list.value+1 && (m.style != "." || startsUpper(s.lookAhead(end)))
}

// isMarker tells whether the sentence up to end is a list marker alone.
func (s *scanner) isMarker(end int) bool {
	_, stop, ok := readMarker(s.text, s.start)
	return ok && stop == end
}

func isBullet(r rune) bool {
	switch r {
	case '•', '⁃', '‣', '◦', '▪', '●', '■', '·':
		return true
	}
	return false
}
