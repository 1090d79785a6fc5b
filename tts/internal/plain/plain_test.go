package plain

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"naïve “quotes” 日本 😀":          "naïve “quotes” 日本 😀",
		"a\nb\r\nc\td\x00e\x1b[0m":     "a b  c d e [0m",
		"one\u2028two\u2029\u0085 end": "one   two      end",
		"\xff caf\xe9 \xed\xa0\x80":    "  caf     ",
		"\ufffd is a character":        "\ufffd is a character",
	} {
		require.Equal(t, want, Text(text), "%q", text)
	}
}

func TestUnmarked(t *testing.T) {
	for text, want := range map[string]string{
		"a [pause:60s] b":               "a  pause:60s  b",
		"[Worcester](/wˈʊstɚ/)":         " Worcester (/wˈʊstɚ/)",
		"one <break time=\"60s\"/> two": "one  break time=\"60s\"/> two",
		"</speak><!-- x --><?php":       " /speak> !-- x --> ?php",
		"5 < 7 and a<3, x<":             "5 < 7 and a<3, x<",
		"日\n[é]":                        "日  é ",
	} {
		require.Equal(t, want, Unmarked(text), "%q", text)
		require.Len(t, Unmarked(text), len(text))
	}
}

func FuzzText(f *testing.F) {
	f.Add("a\xffé\u2028")
	f.Fuzz(func(t *testing.T, text string) {
		got := Text(text)
		require.Len(t, got, len(text))
		require.True(t, utf8.ValidString(got))
		require.Equal(t, got, Text(got))
	})
}
