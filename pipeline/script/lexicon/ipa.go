package lexicon

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters are those of the International Phonetic Alphabet.
//
// Source: the IPA chart, revised to 2020 (International Phonetic Association), and ᵻ ᵿ, which dictionaries of American
// English and espeak-ng use.
const letters = "pbtdʈɖcɟkɡgqɢʔmɱnɳɲŋɴʙrʀⱱɾɽɸβfvθðszʃʒʂʐçʝxɣχʁħʕhɦɬɮʋɹɻjɰlɭʎʟʘǀǃǂǁɓɗʄɠʛʍwɥʜʢʡɕʑɺɧ" +
	"iyɨʉɯuɪʏʊeøɘɵɤoəɛœɜɞʌɔæɐaɶɑɒɚɝᵻᵿɫ"

// marks are what stands beside the letters: stress, length, tone, secondary articulation, borders.
const marks = "ˈˌːˑ.|‖‿˥˦˧˨˩ʰʲʷˠˤʼ˞ⁿˡ "

// StrangeIPA gives the characters of a pronunciation that are not in the International Phonetic Alphabet, each once.
func StrangeIPA(ipa string) []rune {
	return UnknownIPA(ipa, func(r rune) bool {
		return strings.ContainsRune(letters, r) || strings.ContainsRune(marks, r) || unicode.Is(unicode.Mn, r)
	})
}

// UnknownIPA gives the characters of a pronunciation that a voice does not know, each once. Voices know characters one by
// one and decomposed (NFD).
func UnknownIPA(ipa string, known func(rune) bool) []rune {
	var unknown []rune
	for _, r := range norm.NFD.String(ipa) {
		if !known(r) && !strings.ContainsRune(string(unknown), r) {
			unknown = append(unknown, r)
		}
	}
	return unknown
}
