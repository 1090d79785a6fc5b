package piper

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// symbol is one character of a phoneme string, and the word it belongs to.
type symbol struct {
	r    rune
	word int // index of the word in the request, or pause
}

// pause is the word of symbols that are between words: spaces and punctuation.
const pause = -1

// symbolsOf decomposes phonemes (NFD), which is how voices know them: one symbol is one character.
func symbolsOf(phonemes string) []symbol {
	var out []symbol
	for _, r := range norm.NFD.String(phonemes) {
		out = append(out, symbol{r, pause})
	}
	return out
}

// sequence is what the network is fed, with what it stands for.
type sequence struct {
	ids     []int64
	symbols []symbol // the symbols that have ids
	first   int      // the index of the first id of a symbol
	ends    []int    // the index behind the last id of each symbol and its padding
	unknown map[rune]int
}

// encode turns symbols into ids as the voice was trained with them: the beginning, a padding, every symbol followed by
// a padding, and the end without one. A symbol that the voice does not know is left out and counted.
func (c *config) encode(symbols []symbol) sequence {
	s := sequence{unknown: map[rune]int{}}
	s.ids = append(append(s.ids, c.bos...), c.pad...)
	s.first = len(s.ids)
	for _, sym := range symbols {
		ids, ok := c.ids[sym.r]
		if !ok {
			if sym.r != ' ' {
				s.unknown[sym.r]++
			}
			continue
		}
		s.ids = append(append(s.ids, ids...), c.pad...)
		s.symbols = append(s.symbols, sym)
		s.ends = append(s.ends, len(s.ids))
	}
	s.ids = append(s.ids, c.eos...)
	return s
}

// sounds says whether r is a phoneme of itself, not a stress, length or tie mark, or something between words.
func sounds(r rune) bool {
	return !strings.ContainsRune("ˈˌːˑ‖|.-'_ ", r) && !unicode.IsMark(r) && !unicode.IsPunct(r) && !unicode.IsSpace(r)
}

// vowel says whether r is a vowel of the International Phonetic Alphabet.
func vowel(r rune) bool {
	return strings.ContainsRune("iyɨʉɯuɪʏᵻʊeøɘɵɤoəɚɛœɜɝɞʌɔæɐaɶäɑɒ", r)
}
