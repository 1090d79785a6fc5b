package kokoro

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts/internal/pronounce"
)

// written is phonemes of words, divided by spaces, in Kokoro's symbols.
func written(d dialect, phonemes string) string {
	symbols, word := pronounce.Symbols(phonemes), 0
	for i := range symbols {
		if symbols[i].Rune == ' ' {
			word++
			continue
		}
		symbols[i].Word = word
	}
	var out strings.Builder
	for _, s := range d.write(symbols) {
		out.WriteRune(s.Rune)
	}
	return out.String()
}

// The phonemes are espeak-ng's, the symbols those of misaki's dictionaries for the same words, as far as both agree on how
// they are said.
func TestPhonemesAreWrittenAsTheNetworkLearntThem(t *testing.T) {
	for _, tc := range []struct{ phonemes, american, british string }{
		{"dʒˈʌmp tʃˈɜːtʃ", "ʤˈʌmp ʧˈɜɹʧ", "ʤˈʌmp ʧˈɜːʧ"},
		{"hˈeɪ aɪ hˈaʊ bˈɔɪ", "hˈA I hˈW bˈY", "hˈA I hˈW bˈY"},
		{"nˈoʊ nˈəʊ", "nˈO nˈO", "nˈQ nˈQ"},
		{"lˈɪɾəl", "lˈɪTᵊl", "lˈɪtᵊl"},
		{"ɹˈɛlətˌɪv fˈæməli əlˈaʊ", "ɹˈɛlətˌɪv fˈæməli əlˈW", "ɹˈɛlətˌɪv fˈaməli əlˈW"},
		{"bˈʌʔn\u0329", "bˈʌtᵊn", "bˈʌtᵊn"},
		{"lˈɛɾɚ bˈɜːd fˈɜːɹi", "lˈɛTəɹ bˈɜɹd fˈɜɹi", "lˈɛtə bˈɜːd fˈɜːɹi"},
		{"fˈoːɹ pˈʊɹ hˈɛɹ", "fˈɔɹ pˈʊɹ hˈɛɹ", "fˈɔːɹ pˈʊɹ hˈɛɹ"},
		{"hˈeə hˈiə dˈɒɡ", "hˈɛɹ hˈiə dˈɑɡ", "hˈɛː hˈɪə dˈɒɡ"},
		{"ɹˈoʊzᵻz ɐbˈaʊt", "ɹˈOzᵻz əbˈWt", "ɹˈQzɪz əbˈWt"},
		{"bˈɑːx ˈɑ̃ çˈiː", "bˈɑk ˈɑ kˈi", "bˈɑːk ˈɑ kˈiː"},
		{"t ʃ", "t ʃ", "t ʃ"}, // of two words
	} {
		require.Equal(t, tc.american, written(american, tc.phonemes))
		require.Equal(t, tc.british, written(british, tc.phonemes))
	}
}

func FuzzWrite(f *testing.F) {
	f.Add("ˈbʌʔn\u0329 lˈɪɾəl")
	f.Add("\u0329\u0329ə əl ə")
	f.Add("eɪeɪaɪ ")
	f.Fuzz(func(t *testing.T, phonemes string) {
		for _, d := range []dialect{american, british} {
			symbols := pronounce.Symbols(phonemes)
			for i := range symbols {
				symbols[i].Word = i / 3
			}
			out := d.write(symbols)
			require.LessOrEqual(t, len(out), 2*len(symbols))
			word := 0
			for _, s := range out {
				require.GreaterOrEqual(t, s.Word, word, "words stay in order")
				word = s.Word
			}
		}
	})
}
