package lexicon

import (
	"fmt"
	"strings"
)

// xsampaSymbols are the symbols of X-SAMPA that are not written the same in IPA, each followed by its IPA.
//
// Source: J. C. Wells, Computer-coding the IPA: a proposed extension of SAMPA (1995, revised 2000).
const xsampaSymbols = "" +
	"g ɡ b_< ɓ d` ɖ d_< ɗ g_< ɠ h\\ ɦ j\\ ʝ l` ɭ l\\ ɺ n` ɳ p\\ ɸ r` ɽ r\\ ɹ r\\` ɻ s` ʂ s\\ ɕ t` ʈ v\\ ʋ P ʋ x\\ ɧ z` ʐ " +
	"z\\ ʑ B β B\\ ʙ C ç D ð F ɱ G ɣ G\\ ɢ G\\_< ʛ H ɥ H\\ ʜ J ɲ J\\ ɟ J\\_< ʄ K ɬ K\\ ɮ L ʎ L\\ ʟ M\\ ɰ N ŋ N\\ ɴ O\\ ʘ " +
	"R ʁ R\\ ʀ S ʃ T θ W ʍ X χ X\\ ħ Z ʒ 5 ɫ ? ʔ ?\\ ʕ >\\ ʡ <\\ ʢ |\\ ǀ |\\|\\ ǁ !\\ ǃ =\\ ǂ A ɑ E ɛ I ɪ I\\ ᵻ M ɯ O ɔ " +
	"Q ɒ U ʊ U\\ ᵿ V ʌ Y ʏ 1 ɨ 2 ø 3 ɜ 3\\ ɞ 4 ɾ 6 ɐ 7 ɤ 8 ɵ 9 œ & ɶ @ ə @` ɚ 3` ɝ @\\ ɘ { æ } ʉ \" ˈ % ˌ : ː :\\ ˑ " +
	"-\\ ‿ | | || ‖ _T ˥ _H ˦ _M ˧ _L ˨ _B ˩ ' ʲ _j ʲ _h ʰ _w ʷ _G ˠ _?\\ ˤ _> ʼ ` ˞ _0 \u0325 _v \u032c = \u0329 " +
	"_= \u0329 ~ \u0303 _~ \u0303 _^ \u032f _d \u032a _a \u033a _m \u033b _k \u0330 _t \u0324 _r \u031d _o \u031e " +
	"_+ \u031f _- \u0320 _\" \u0308 _x \u033d _A \u0318 _q \u0319 _O \u0339 _c \u031c _e \u0334 _} \u031a _n ⁿ _l ˡ " +
	"_ \u0361 "

// xsampaTable maps symbols of X-SAMPA to IPA.
func xsampaTable() map[string]string {
	table := map[string]string{"-": ""} // parts what could be read as one symbol
	for _, r := range "abcdefhijklmnopqrstuvwxyz .|" {
		table[string(r)] = string(r)
	}
	symbols := strings.Fields(xsampaSymbols)
	for i := 0; i+1 < len(symbols); i += 2 {
		table[symbols[i]] = symbols[i+1]
	}
	return table
}

// longestSymbol is the length of the longest symbol in bytes.
const longestSymbol = 4

// fromXSAMPA turns X-SAMPA into IPA. Of the symbols that can begin at a place the longest is meant.
func fromXSAMPA(text string, table map[string]string) (string, error) {
	var out strings.Builder
	for rest := text; rest != ""; {
		n := min(longestSymbol, len(rest))
		for n > 0 {
			if ipa, ok := table[rest[:n]]; ok {
				out.WriteString(ipa)
				break
			}
			n--
		}
		if n == 0 {
			return "", fmt.Errorf("%q is no X-SAMPA: no symbol is written %q", text, []rune(rest)[0])
		}
		rest = rest[n:]
	}
	return out.String(), nil
}
