package pronounce

import "strings"

// Respell writes a pronunciation the way espeak-ng writes those that voices are trained on: the mark of stress before the
// vowel and not before the syllable, no borders of syllables and no ties, one character for each of what IPA and
// dictionaries have two forms for. In English, dictionaries write r for the sound ɹ.
func Respell(ipa, espeak string) string {
	// forms that voices do not know, or not as what they stand for
	ipa = strings.NewReplacer("g", "ɡ", "ʧ", "tʃ", "ʤ", "dʒ", "ɝː", "ɜː", "ɝ", "ɜː", "ɫ", "l", "'", "ˈ", ":", "ː").Replace(ipa)
	if strings.HasPrefix(espeak, "en") {
		ipa = strings.ReplaceAll(ipa, "r", "ɹ")
	}
	var out strings.Builder
	var stress rune // not yet written
	for _, r := range ipa {
		switch {
		case r == 'ˈ' || r == 'ˌ' && stress == 0:
			stress = r
		case r == 'ˌ', strings.ContainsRune(".|‖‿\u0361\u035c-", r):
		default:
			if stress != 0 && Vowel(r) {
				out.WriteRune(stress)
				stress = 0
			}
			if r == ' ' {
				stress = 0
			}
			out.WriteRune(r)
		}
	}
	return out.String()
}
