package article_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
)

// rowsOf are the cells of each row of an article.
func rowsOf(a *article.Article) (rows [][]string) {
	for _, b := range a.Blocks {
		if b.Kind != article.TableRow {
			continue
		}
		var row []string
		start := 0
		for _, at := range b.Cells {
			row = append(row, b.Text[start:at-1])
			start = at
		}
		rows = append(rows, append(row, b.Text[start:]))
	}
	return rows
}

func TestRowsKnowWhereTheirCellsBegin(t *testing.T) {
	const prose = "The district serves more meals each year, and the cost of them has grown faster than the number, as this table shows."
	rows := article.Policy{Tables: "rows"}
	want := [][]string{{"Year", "Meals served", "Cost"}, {"2024-25", "4.1 million", "£19.8m & more"}, {"café", "6.9"}}
	for name, src := range map[string]article.Source{
		"<article><p>" + prose + "</p><p>" + prose + "</p><table><thead><tr><th>Year</th><th><p>Meals</p> <p>served</p></th><th>Cost</th></tr></thead>" +
			"<tbody><tr><td>2024-25</td><td><b>4.1</b> million</td><td>&pound;19.8m &amp; more</td></tr>" +
			"<tr><td>cafe\u0301</td><td> \u200b </td><td>6.9</td></tr></tbody></table><p>" + prose + "</p></article>": {As: article.HTML},
		prose + "\n\n| Year | Meals served | Cost |\n|---|---|---|\n| 2024-25 | **4.1** million | £19.8m & more |\n| cafe\u0301 | | 6.9 |\n\n" + prose: {As: article.Markdown},
	} {
		src.Policy = rows
		a, err := article.Read([]byte(name), src)
		require.NoError(t, err)
		require.Equal(t, want, rowsOf(a), "%+v", a.Blocks)

		text, err := json.Marshal(a)
		require.NoError(t, err)
		again, err := article.Read(text, article.Source{As: article.JSON, Policy: rows})
		require.NoError(t, err)
		require.Equal(t, want, rowsOf(again), "the article's own form keeps them")
		require.Equal(t, a.ID, again.ID)
	}
}

func TestCellsThatAreNoPlacesAreRefused(t *testing.T) {
	for _, cells := range []string{"[0]", "[-4]", "[3]", "[99]", "[4,4]", "[9,4]", "[4.5]", `["4"]`, "4", "[1e99]"} {
		_, err := article.Read([]byte(`{"blocks":[{"kind":"table-row","text":"The boat sank","cells":`+cells+`}]}`), article.Source{As: article.JSON})
		require.ErrorContains(t, err, "cells", cells)
	}
}

func TestOnlyTheInnermostTableHoldsData(t *testing.T) {
	const prose = "The district serves more meals each year, and the cost of them has grown faster than the number, as this table shows."
	page := "<article><p>" + prose + "</p><table><tr><td>First</td><td>Second</td></tr><tr><td>" +
		"<table><tr><td>Year</td><td>Cost</td></tr><tr><td>2024</td><td>19</td></tr></table></td><td>Fourth</td></tr></table>" +
		"<table><tr><td>A</td><td>" + prose + prose + prose + "</td></tr><tr><td>B</td><td>C</td></tr></table><p>" + prose + "</p></article>"
	post, err := json.Marshal(map[string]any{"content": map[string]string{"rendered": page}})
	require.NoError(t, err)
	a, err := article.Read(post, article.Source{As: article.JSON, Policy: article.Policy{Tables: "rows"}})
	require.NoError(t, err)
	require.Equal(t, [][]string{{"Year", "Cost"}, {"2024", "19"}}, rowsOf(a), "%+v", a.Blocks)
}
