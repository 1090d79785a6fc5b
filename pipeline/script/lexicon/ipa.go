package lexicon

import (
	"slices"
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

// StrangeIPA gives the characters of a pronunciation that are not in the International Phonetic Alphabet, each once and
// decomposed (NFD).
func StrangeIPA(ipa string) []rune {
	var strange []rune
	for _, r := range norm.NFD.String(ipa) {
		known := strings.ContainsRune(letters, r) || strings.ContainsRune(marks, r) || unicode.Is(unicode.Mn, r)
		if !known && !slices.Contains(strange, r) {
			strange = append(strange, r)
		}
	}
	return strange
}
