package espeak

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzPhonemes asks the real espeak-ng: whatever the clause, the answers around it are theirs.
func FuzzPhonemes(f *testing.F) {
	for _, seed := range []string{"hello there", "[[h@loU]]", "a\nb\x00\x01", "\xff", "日本語", "\u0301\u0301", "<b>", "…", "1e9"} {
		f.Add(seed)
	}
	p := start(f, PhonemizerOptions{Processes: 1})
	f.Fuzz(func(t *testing.T, text string) {
		got, err := p.Phonemes(t.Context(), "en-us", []string{"before", text, "after"})
		require.NoError(t, err)
		require.Equal(t, []string{"bᵻfˈoːɹ", "ˈæftɚ"}, []string{got[0], got[2]})
	})
}

func FuzzLines(f *testing.F) {
	for _, seed := range []string{"hello there", "[[h@loU]]", "a\nb\x00\x01", "\xff", "日本語", "\u0301\u0301"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, line := range lines("en-us", text) {
			require.NotEmpty(t, line)
			require.LessOrEqual(t, len(line), maxLine)
			require.NotContains(t, line, "[")
			require.NotContains(t, line, "\n")
			require.NotContains(t, line, "\x00")
		}
	})
}
