// Package pronounce turns text into phonemes that know which word they belong to, by espeak-ng and the publisher's
// lexicon, and the times of phonemes into word marks. It is what neural voices share that learnt to speak from
// espeak-ng's phonemes.
//
// It is not for the symbols of one network or its ids, and not for running espeak-ng (see tts/espeak).
package pronounce

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/voicepress/voicepress/tts"
)

// Symbol is one character of a phoneme string, and the word it belongs to.
type Symbol struct {
	Rune rune
	Word int // index of the word in the request, or Pause
}

// Pause is the word of symbols that are between words: spaces and punctuation.
const Pause = -1

// Symbols decomposes phonemes (NFD), which is how voices know them: one symbol is one character.
func Symbols(phonemes string) []Symbol {
	var out []Symbol
	for _, r := range norm.NFD.String(phonemes) {
		out = append(out, Symbol{r, Pause})
	}
	return out
}

// Sounds says whether r is a phoneme of itself, not a stress, length or tie mark, or something between words.
func Sounds(r rune) bool {
	return !strings.ContainsRune("ˈˌːˑ‖|.-'_ ", r) && !unicode.IsMark(r) && !unicode.IsPunct(r) && !unicode.IsSpace(r)
}

// Vowel says whether r is a vowel of the International Phonetic Alphabet.
func Vowel(r rune) bool {
	return strings.ContainsRune("iyɨʉɯuɪʏᵻʊeøɘɵɤoəɚɛœɜɝɞʌɔæɐaɶäɑɒ", r)
}

// Unknown is the warning about phonemes that a voice does not know, with how often each was met; none if there are none.
func Unknown(phonemes map[rune]int) []string {
	if len(phonemes) == 0 {
		return nil
	}
	n := 0
	var list []string
	for _, r := range slices.Sorted(maps.Keys(phonemes)) {
		n += phonemes[r]
		if len(list) < 8 {
			list = append(list, string(r))
		}
	}
	return []string{fmt.Sprintf("%d phonemes are unknown to the voice and were left out: %s", n, strings.Join(list, " "))}
}

// OtherLanguage is the warning that a voice speaks another language than that of the text; none if it does not. Languages
// are compared by what comes first in their BCP 47 tags, and an empty one is like any.
func OtherLanguage(voice tts.Voice, text string) []string {
	spoken, _ := language.Make(voice.Language).Base()
	written, _ := language.Make(text).Base()
	if voice.Language == "" || text == "" || spoken == written {
		return nil
	}
	return []string{fmt.Sprintf("the voice %s speaks %s, and the text is in %s", voice.ID, voice.Language, text)}
}
