package pronounce

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPronunciationsAreWrittenAsVoicesLearntThem(t *testing.T) {
	for _, tc := range [][3]string{
		{"en-us", "ˈlɛstɚ", "lˈɛstɚ"},
		{"en-us", "lˈɛstɚ", "lˈɛstɚ"},
		{"en-us", "ˌɛdɪnˈbʌrə", "ˌɛdɪnbˈʌɹə"},
		{"en-us", "ˈd͡ʒɔːr.dʒə ˈgreɪ", "dʒˈɔːɹdʒə ɡɹˈeɪ"},
		{"en-us", "ˈstʀ ə", "stʀ ə"}, // no vowel to bear it
		{"en-us", "ˌˈwɝːstɚ", "wˈɜːstɚ"},
		{"fr-fr", "ru", "ru"},
		{"de", "ˈʤɔɪ", "dʒˈɔɪ"},
	} {
		require.Equal(t, tc[2], Respell(tc[1], tc[0]))
	}
}
