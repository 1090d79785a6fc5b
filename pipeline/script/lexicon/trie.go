package lexicon

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// node is one rune in a tree of words. Its runes are folded: small letters, plain apostrophes and hyphens, single spaces.
type node struct {
	folded rune
	next   []*node // in order of folded
	ends   []int32 // the entries whose word ends here
}

func (n *node) child(r rune) *node {
	if len(n.next) == 1 { // the most of them
		if n.next[0].folded == r {
			return n.next[0]
		}
		return nil
	}
	at, ok := slices.BinarySearchFunc(n.next, r, func(c *node, r rune) int { return int(c.folded - r) })
	if !ok {
		return nil
	}
	return n.next[at]
}

// insert adds a word, composed and, where that differs, decomposed, as texts have both.
func (n *node) insert(word string, entry int32) {
	n.insertRunes(word, entry)
	if decomposed := norm.NFD.String(word); decomposed != word {
		n.insertRunes(decomposed, entry)
	}
}

func (n *node) insertRunes(word string, entry int32) {
	for _, r := range word {
		if ignorable(r) {
			continue
		}
		r = fold(r)
		at, ok := slices.BinarySearchFunc(n.next, r, func(c *node, r rune) int { return int(c.folded - r) })
		if !ok {
			n.next = slices.Insert(n.next, at, &node{folded: r})
		}
		n = n.next[at]
	}
	n.ends = append(n.ends, entry)
}

// fold maps the runes that stand for the same: capitals, and the forms of apostrophe, hyphen and space.
func fold(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		return r
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	}
	return unicode.ToLower(typed(r))
}

// typed is a rune as a keyboard has it.
func typed(r rune) rune {
	switch r {
	case '’', '‘', 'ʼ':
		return '\''
	case '‐', '‑':
		return '-'
	}
	if unicode.IsSpace(r) {
		return ' '
	}
	return r
}

// mostFiller is how many spaces or format characters in a row may stand inside a phrase.
const mostFiller = 4

// walk follows the text from a byte into the tree and yields every entry whose word is there, with its end.
func (n *node) walk(text string, at int, yield func(entry int32, end int)) {
	filler := 0
	var before rune
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		if r == utf8.RuneError && size < 2 {
			return
		}
		folded := fold(r)
		if before != 0 && (ignorable(r) || folded == ' ' && before == ' ') {
			if filler++; filler > mostFiller {
				return
			}
			at += size
			continue
		}
		if n = n.child(folded); n == nil {
			return
		}
		before, filler = folded, 0
		at += size
		for _, entry := range n.ends {
			yield(entry, at)
		}
	}
}

// sameCase says whether a text is a word, capitals and all.
func sameCase(text, word string) bool {
	if text == word {
		return true
	}
	text, word = norm.NFC.String(plain(text)), norm.NFC.String(plain(word))
	for {
		a, n := utf8.DecodeRuneInString(text)
		b, m := utf8.DecodeRuneInString(word)
		if typed(a) != typed(b) {
			return false
		}
		if n == 0 || m == 0 {
			return n == m
		}
		text, word = text[n:], word[m:]
	}
}

// wordy says whether a rune belongs to a word.
func wordy(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r))
}
