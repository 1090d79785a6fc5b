package espeak

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheLetterAIsNamedAndTheArticleIsNot(t *testing.T) {
	p := start(t, PhonemizerOptions{})
	for text, want := range map[string]string{
		"an A I-generated voice": "ɐn ˈeɪ aɪdʒˈɛnɚɹˌeɪɾᵻd vˈɔɪs",
		"the W C A had":          "ðə dˈʌbəljˌuː sˈiː ˈeɪ hˌæd",
		"at six A M":             "æt sˈɪks ˈeɪ ˈɛm",
		"A T and T":              "ˈeɪ tˈiː ænd tˈiː",
		"plan A":                 "plˈæn ˈeɪ",
		"an A-level":             "ɐn ˈeɪlˈɛvəl",
		"A man":                  "ɐ mˈæn",
		"Once Upon A Time":       "wˈʌns əpˌɑːn ɐ tˈaɪm",
	} {
		got, err := p.Phonemes(t.Context(), "en-us", []string{text})
		require.NoError(t, err)
		require.Equal(t, []string{want}, got, text)
	}
	got, err := p.Phonemes(t.Context(), "fr-fr", []string{"il y A M"})
	require.NoError(t, err)
	require.NotContains(t, got[0], "eɪ", "other languages are left alone")
}
