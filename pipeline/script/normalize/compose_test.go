package normalize

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestComposeKeepsASoundOnlyWithItsOwnWords(t *testing.T) {
	same := func(start, end, from, to int) Span { return Span{Start: start, End: end, From: from, To: to} }
	for name, tc := range map[string]struct {
		a, b Result
		want []Span
	}{
		"of the first result": {
			Result{"a bee c", []Span{same(0, 2, 0, 2), {"x", 2, 3, 2, 5, "biː"}, same(3, 5, 5, 7)}},
			Result{"a bee sea", []Span{same(0, 6, 0, 6), {"y", 6, 7, 6, 9, ""}}},
			[]Span{same(0, 2, 0, 2), {"x", 2, 3, 2, 5, "biː"}, same(3, 4, 5, 6), {"y", 4, 5, 6, 9, ""}},
		},
		"of the second result": {
			Result{"a bee", []Span{same(0, 2, 0, 2), {"x", 2, 3, 2, 5, ""}}},
			Result{"a bea", []Span{same(0, 2, 0, 2), {"y", 2, 5, 2, 5, "biː"}}},
			[]Span{same(0, 2, 0, 2), {"x", 2, 3, 2, 5, "biː"}},
		},
		"not where the second result changes the words": {
			Result{"a bee", []Span{same(0, 2, 0, 2), {"x", 2, 3, 2, 5, "biː"}}},
			Result{"a fly", []Span{same(0, 2, 0, 2), {"y", 2, 5, 2, 5, ""}}},
			[]Span{same(0, 2, 0, 2), {"x", 2, 3, 2, 5, ""}},
		},
		"not where it knows the sound of a part": {
			Result{"two bees", []Span{{"x", 0, 2, 0, 8, ""}}},
			Result{"two bees", []Span{same(0, 4, 0, 4), {"y", 4, 8, 4, 8, "biːz"}}},
			[]Span{{"x", 0, 2, 0, 8, ""}},
		},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.want, compose(tc.a, tc.b).Spans) })
	}
}
