package article_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/testdata/hostile"
)

// TestHostileInputsAreReadOrRefusedAsTheSetDemands runs the reader over the whole set.
func TestHostileInputsAreReadOrRefusedAsTheSetDemands(t *testing.T) {
	inputs, err := hostile.Load()
	require.NoError(t, err)
	require.Len(t, inputs, 119)
	for _, in := range inputs {
		t.Run(in.ID, func(t *testing.T) {
			start := processorTime(t)
			a, err := article.Read(in.Data, article.Source{Name: in.ID, As: article.Format(in.Kind)})
			if limit := in.Limit(); limit > 0 && !testing.Short() { // the race detector takes ten times as long
				require.Less(t, processorTime(t)-start, limit)
			}
			got := outcome(err)
			require.Contains(t, in.Allow, got, "error: %v", err)
			if got != hostile.Speak {
				hinted, ok := errors.AsType[interface {
					error
					Hint() string
				}](err)
				require.True(t, ok, "no hint: %v", err)
				require.NotEmpty(t, hinted.Hint())
				require.Less(t, len(err.Error()), 300)
				return
			}
			requireCleanArticle(t, a)
			text := a.Title
			for _, b := range a.Blocks {
				text += " " + b.Text
			}
			text = strings.Join(strings.Fields(norm.NFC.String(text)), " ")
			for _, s := range in.Contains {
				require.Contains(t, text, s)
			}
			for _, s := range in.Excludes {
				require.NotContains(t, text, s)
			}
			for _, s := range in.Once {
				require.Equal(t, 1, strings.Count(text, s), "%q", s)
			}
			for _, s := range in.Title.Excludes {
				require.NotContains(t, a.Title, s)
			}
			requireSafeSlug(t, article.Slug(a.Title, in.ID))
		})
	}
}

// outcome translates an error of Read into the words of the set.
func outcome(err error) hostile.Outcome {
	switch {
	case err == nil:
		return hostile.Speak
	case errors.Is(err, article.ErrNothingToRead):
		return hostile.Nothing
	}
	return hostile.Refuse
}

// requireCleanArticle checks what Block promises of every text.
func requireCleanArticle(t *testing.T, a *article.Article) {
	t.Helper()
	require.Len(t, a.ID, 64)
	require.NotEmpty(t, a.Language)
	require.NotEmpty(t, a.Blocks)
	requireCleanLine(t, a.Title)
	for _, b := range a.Blocks {
		require.NotEmpty(t, b.Text)
		requireCleanLine(t, b.Text)
	}
	for _, s := range a.Skipped {
		require.NotEmpty(t, s.Reason)
		require.LessOrEqual(t, s.Before, len(a.Blocks))
		requireCleanLine(t, s.Text)
	}
	require.True(t, slices.IsSortedFunc(a.Skipped, func(x, y article.Skipped) int { return x.Before - y.Before }))
	for _, w := range a.Warnings {
		requireCleanLine(t, w)
	}
}

func requireCleanLine(t *testing.T, text string) {
	t.Helper()
	if text == "" {
		return
	}
	require.True(t, norm.NFC.IsNormalString(text))
	require.Equal(t, strings.Join(strings.Fields(text), " "), text)
	require.False(t, strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs) || r == '\ufffd'
	}), "%+q", text)
}
