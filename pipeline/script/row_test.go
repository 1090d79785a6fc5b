package script_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
)

// tableRow is an article of one row with the given cells.
func tableRow(cells ...string) *article.Article {
	b := article.Block{Kind: article.TableRow, Text: strings.Join(cells, " ")}
	at := 0
	for _, cell := range cells[:len(cells)-1] {
		at += len(cell) + 1
		b.Cells = append(b.Cells, at)
	}
	return &article.Article{Language: "en", Blocks: []article.Block{b}}
}

func TestRowsPauseBetweenTheirCells(t *testing.T) {
	for _, tc := range []struct {
		cells []string
		want  string
	}{
		{[]string{"Year", "Meals", "Cost"}, "Year, Meals, Cost."},
		{[]string{"2024", "4.1", "$19.8"}, "two zero two four, four point one, dollar one nine point eight."},
		{[]string{"Really?", "It rained;", "yes,", "all day."}, "Really? It rained; yes, all day."},
		{[]string{"one", "🎉", "two"}, "one, two."},
		{[]string{"🎉", "one"}, "one."},
		{[]string{"one", "—"}, "one."},
		{[]string{"Smith No.", "5 boats"}, "Smith No. five boats."},
	} {
		s := build(t, tableRow(tc.cells...), script.Options{})
		require.Equal(t, []string{tc.want}, spoken(s))
		require.Equal(t, []string{strings.Join(tc.cells, " ")}, written(s))
	}
}

func TestRowsThatAreTooLongAreCut(t *testing.T) {
	s := build(t, tableRow("the first cell of the row", "the second cell of the row", "the third cell of the row"), script.Options{MaxRunes: 30})
	require.Equal(t, []string{"the first cell of the row,", "the second cell of the row,", "the third cell of the row."}, spoken(s))
}

func TestCellsThatDoNotFitTheTextLoseNothing(t *testing.T) {
	for _, cells := range [][]int{{0}, {-4}, {99}, {4, 4}, {9, 4}, {1, 2, 3}, {18}} {
		a := tableRow("The boat sank fast")
		a.Blocks[0].Cells = cells
		build(t, a, script.Options{})
	}
}
