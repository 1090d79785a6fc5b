package kokoro

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts/internal/pronounce"
)

// clausesOf are pieces of so many tokens, a word every six.
func clausesOf(lengths ...int) []piece {
	var out []piece
	for _, n := range lengths {
		text := strings.Repeat("abcde ", n/6+1)[:n-2] + ", "
		var p piece
		for _, r := range text {
			p.tokens = append(p.tokens, token{pronounce.Symbol{Rune: r}, 1})
		}
		out = append(out, p)
	}
	return out
}

func sizes(all []chunk) []int {
	var out []int
	for _, c := range all {
		out = append(out, len(c.tokens))
	}
	return out
}

func TestChunksAreBalancedAndEndWithClauses(t *testing.T) {
	for _, tc := range []struct{ clauses, want []int }{
		{[]int{50, 60}, []int{110}},
		{[]int{100, 120}, []int{220}},
		{[]int{200, 60}, []int{200, 60}}, // the only place is between the clauses
		{[]int{60, 60, 60, 60}, []int{120, 120}},
		{[]int{110, 30, 110, 30}, []int{140, 140}},
		{[]int{100, 100, 100, 100, 100}, []int{200, 200, 100}},
		{[]int{12, 600}, []int{204, 204, 204}}, // between words where a clause is too long
	} {
		require.Equal(t, tc.want, sizes(chunks(clausesOf(tc.clauses...))), "%v", tc.clauses)
	}
}

func TestChunksLoseNothingAndFitTheNetwork(t *testing.T) {
	long := piece{}
	for range 5000 { // a word without an end
		long.tokens = append(long.tokens, token{pronounce.Symbol{Rune: 'a'}, 43})
	}
	for _, pieces := range [][]piece{{long}, append(clausesOf(7, 300, 9), long), clausesOf(511, 511, 3, 4, 1000)} {
		var all, got []token
		for _, p := range pieces {
			all = append(all, p.tokens...)
		}
		for _, c := range chunks(pieces) {
			require.NotEmpty(t, c.tokens)
			require.LessOrEqual(t, len(c.tokens), mostTokens)
			got = append(got, c.tokens...)
		}
		require.Equal(t, all, got)
	}
}
