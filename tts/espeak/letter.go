package espeak

import (
	"strings"
	"unicode/utf8"
)

// letterA is how the letter is named in English, in espeak-ng's own phonemes.
const letterA = "[['eI]]"

// nameLetters makes espeak-ng say the letter A of a row of letters ("the U S A", "six A M", "an A I-generated voice") or at
// the end of a clause ("plan A") by its name. It takes every lone A for the article, as in "a man". Other letters, and
// other languages, have no such double. words are the cleaned words of one clause and are changed in place.
func nameLetters(voice string, words []string) {
	if voice != "en" && !strings.HasPrefix(voice, "en-") && !strings.HasPrefix(voice, "en+") {
		return
	}
	for i, word := range words {
		rest, found := strings.CutPrefix(word, "A")
		if !found || !letterEnds(rest) {
			continue
		}
		last := i == len(words)-1 || rest != ""
		if last || isLetter(words[i+1]) || i > 0 && isLetter(words[i-1]) {
			words[i] = letterA + rest
		}
	}
}

// isLetter says whether a word is one capital letter, alone or before a hyphen, a stop or an ending ("M", "C's", "I-run").
func isLetter(word string) bool {
	return word != "" && word[0] >= 'A' && word[0] <= 'Z' && letterEnds(word[1:]) || strings.HasPrefix(word, letterA)
}

// letterEnds says whether rest, what follows a capital in its word, makes the capital a letter of its own.
func letterEnds(rest string) bool {
	rest = strings.TrimSuffix(strings.Replace(rest, "’", "'", 1), "'s")
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || strings.ContainsRune(`-–.,;:!?)"”`, r)
}
