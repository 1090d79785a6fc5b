package words

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOf(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                 nil,
		" … — !":                           nil,
		"Don't pay 3.5 % more, please.":    {"Don't", "pay", "3.5", "more", "please"},
		"a well-known “quote”":             {"a", "well", "known", "quote"},
		"日本語":                              {"日", "本", "語"},
		"\xff broken \xfe":                 {"broken"},
		"naïve cafe\u0301 \U0001F600 ½ x²": {"naïve", "cafe\u0301", "½", "x", "²"},
	} {
		var got []string
		for _, span := range Of(text) {
			got = append(got, text[span.Start:span.End])
		}
		require.Equal(t, want, got, "%q", text)
	}
}
