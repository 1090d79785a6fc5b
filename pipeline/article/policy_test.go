package article_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
)

// told are all parts of an article in reading order, "- " before what is skipped, "+ " before what is announced.
func told(a *article.Article) []string {
	var list []string
	skipped, announced := a.Skipped, a.Announced
	for i := 0; i <= len(a.Blocks); i++ {
		for len(announced) > 0 && announced[0].Before <= i {
			list = append(list, fmt.Sprintf("+ %s %d", announced[0].Kind, announced[0].Rows))
			announced = announced[1:]
		}
		for len(skipped) > 0 && skipped[0].Before <= i {
			list = append(list, fmt.Sprintf("- %s: %s [%s]", skipped[0].Kind, skipped[0].Text, skipped[0].Reason))
			skipped = skipped[1:]
		}
		if i < len(a.Blocks) {
			b := a.Blocks[i]
			number := ""
			if b.Number > 0 {
				number = fmt.Sprintf(" (%d)", b.Number)
			}
			list = append(list, fmt.Sprintf("%s: %s%s", b.Kind, b.Text, number))
		}
	}
	return list
}

// around is what a page of prose tells with a piece of mark-up in its middle.
func around(middle ...string) []string {
	want := []string{"- title: Council approves new bridge [title repeated]", "paragraph: " + prose[0], "paragraph: " + prose[1]}
	return append(append(want, middle...), "paragraph: "+prose[2], "paragraph: "+prose[3])
}

const (
	figure = `<figure><img src=x><figcaption>The old bridge in winter. Photograph: Lena Abara/Courier</figcaption></figure>`
	table  = `<table><tr><th>Name<th>Votes</tr><tr><td>Smith<td>12</tr></table><table><tr><th>Year<th>Cost</tr><tr><td>2025<td>£3m</tr><tr><td>2026<td>£4m</tr></table>`
	list   = `<ol start=4><li>Pay the toll.</li><li value=7><p>Cross the river.</p><p>Go on.</p></li><li>Come back.</li></ol><ol reversed><li>Two of them.</li><li>One of them.</li></ol>
<ol type=a><li>No number.</li></ol><ol style="list-style: none"><li>None either.</li></ol><ol start=999999><li>Nor here.</li></ol><ul><li>A point.</li></ul>`
	notes = `<p>It was said.<sup><a href="#n1">1</a></sup></p><p id=n1>In a report of 1988.</p>`
	pull  = `<aside class="pull-quote"><p>the school year ends in the middle of June</p></aside><blockquote><p>no other project would have to wait for it</p></blockquote>`
	code  = `<pre>x := 1</pre><pre>y := 2</pre>`
)

func TestPolicyDecidesWhatIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		policy article.Policy
		middle string
		want   []string
	}{
		"captions: skip":      {article.Policy{}, figure, []string{"- caption: The old bridge in winter. Photograph: Lena Abara/Courier [picture caption]"}},
		"captions: read":      {article.Policy{Captions: "read"}, figure, []string{"caption: The old bridge in winter.", "- caption: Photograph: Lena Abara/Courier [credit]"}},
		"credits: read":       {article.Policy{Captions: "read", Credits: "read"}, figure, []string{"caption: The old bridge in winter. Photograph: Lena Abara/Courier"}},
		"credits: read alone": {article.Policy{Credits: "read"}, `<figure><figcaption>Foto: dpa</figcaption></figure>`, []string{"caption: Foto: dpa"}},
		"credits: skip":       {article.Policy{Captions: "read"}, `<figure><figcaption>Photograph: Lena Abara</figcaption></figure>`, []string{"- caption: Photograph: Lena Abara [credit]"}},
		"tables: summary": {article.Policy{}, table, []string{
			"+ table-row 2", "+ table-row 3", "- table-row: Name Votes [table]", "- table-row: Smith 12 [table]",
			"- table-row: Year Cost [table]", "- table-row: 2025 £3m [table]", "- table-row: 2026 £4m [table]",
		}},
		"tables: skip": {article.Policy{Tables: "skip"}, table, []string{
			"- table-row: Name Votes [table]", "- table-row: Smith 12 [table]",
			"- table-row: Year Cost [table]", "- table-row: 2025 £3m [table]", "- table-row: 2026 £4m [table]",
		}},
		"tables: rows": {article.Policy{Tables: "rows"}, table, []string{
			"table-row: Name Votes", "table-row: Smith 12", "table-row: Year Cost", "table-row: 2025 £3m", "table-row: 2026 £4m",
		}},
		"a table of sentences is text": {
			article.Policy{},
			`<table><tr><td>Why?<td>Because the old bridge was closed to all lorries.</tr><tr><td>When?<td>Work should begin in the spring of next year.</tr></table>`,
			[]string{"table-row: Why? Because the old bridge was closed to all lorries.", "table-row: When? Work should begin in the spring of next year."},
		},
		"a frame is no table": {article.Policy{}, `<table><tr><td><p>The engineers had expected clay under the river, and found gravel.</p></td></tr></table>`, []string{"paragraph: The engineers had expected clay under the river, and found gravel."}},
		"code: announce":      {article.Policy{}, code, []string{"+ code 0", "- code: x := 1 [code]", "- code: y := 2 [code]"}},
		"code: skip":          {article.Policy{Code: "skip"}, code, []string{"- code: x := 1 [code]", "- code: y := 2 [code]"}},
		"notes: skip":         {article.Policy{}, notes, []string{"- other: 1 [footnote mark]", "paragraph: It was said.", "- note: In a report of 1988. [footnote]"}},
		"notes: read":         {article.Policy{Notes: "read"}, notes, []string{"- other: 1 [footnote mark]", "paragraph: It was said.", "note: In a report of 1988."}},
		"pull quotes: skip":   {article.Policy{}, pull, []string{"- quote: the school year ends in the middle of June [quotation shown twice]", "- quote: no other project would have to wait for it [quotation shown twice]"}},
		"pull quotes: read":   {article.Policy{PullQuotes: "read"}, pull, []string{"quote: the school year ends in the middle of June", "quote: no other project would have to wait for it"}},
		"lists: numbers": {article.Policy{}, list, []string{
			"list-item: Pay the toll. (4)", "list-item: Cross the river. (7)", "list-item: Go on.", "list-item: Come back. (8)", "list-item: Two of them. (2)",
			"list-item: One of them. (1)", "list-item: No number.", "list-item: None either.", "list-item: Nor here.", "list-item: A point.",
		}},
		"lists: plain":   {article.Policy{Lists: "plain"}, `<ol><li>Pay the toll.</li></ol>`, []string{"list-item: Pay the toll."}},
		"lists: Nesting": {article.Policy{}, `<ol><li>Pay.<ol><li>In cash.</li></ol></li><li></li><li>Cross.</li></ol>`, []string{"list-item: Pay. (1)", "list-item: In cash. (1)", "list-item: Cross. (3)"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := read(t, page(c.middle, ""), article.Source{As: article.HTML, Policy: c.policy})
			require.Equal(t, around(c.want...), told(a)[:len(c.want)+5])
		})
	}
}

func TestSummaryUnderTheHeadlineIsReadIfWanted(t *testing.T) {
	const summary = "After four hours of debate, the river gets its second crossing."
	for name, mark := range map[string]string{
		"by its class":                 `<p class="article__dek">` + summary + `</p>`,
		"a heading":                    `<header><h2>` + summary + `</h2></header>`,
		"what the page says of itself": `<header><p>` + summary + `</p></header>`,
	} {
		t.Run(name, func(t *testing.T) {
			input := `<meta property="og:description" content="` + summary + `"><article><h1>Council approves new bridge</h1>` + mark + `<p>` + strings.Join(prose, "</p><p>") + `</p></article>`
			a := read(t, input, article.Source{As: article.HTML})
			require.Equal(t, body(), lines(a))
			require.Contains(t, reasons(a, 0), "summary under the headline")
			a = read(t, input, article.Source{As: article.HTML, Policy: article.Policy{Summaries: "read"}})
			require.Equal(t, append([]string{"paragraph: " + summary}, body()...), lines(a))
		})
	}
}

func TestFirstBylineIsReadOnce(t *testing.T) {
	input := `<article><h1>Council approves new bridge</h1><p class=byline>Staff</p><p class=byline>By Ann Other, city reporter</p><p>` + strings.Join(prose, "</p><p>") + `</p><p>By Ann Other</p></article>
<script type="application/ld+json">{"@type":"NewsArticle","author":{"name":"Ann Other"}}</script>`
	a := read(t, input, article.Source{As: article.HTML, Policy: article.Policy{Bylines: "read"}})
	require.Equal(t, "byline: By Ann Other, city reporter", lines(a)[0])
	require.Len(t, a.Blocks, 5)
	a = read(t, input, article.Source{As: article.HTML})
	require.Equal(t, body(), lines(a))
}

func TestMarkdownAndTextFollowThePolicyToo(t *testing.T) {
	input := "It opened.[^1]\n\n3. Pay.\n4. Cross.\n\n| A | B |\n| - | - |\n| x | 2 |\n\n| C | D |\n| - | - |\n| y | 3 |\n\n```\ncode\n```\n\nEditor's note: This was changed.\n\n[^1]: The note.\n"
	a := read(t, input, article.Source{As: article.Markdown, Policy: article.Policy{Notes: "read"}})
	require.Equal(t, []string{
		"correction: Editor's note: This was changed.", "paragraph: It opened.", "list-item: Pay. (3)", "list-item: Cross. (4)",
		"+ table-row 2", "+ table-row 2", "+ code 0", "- table-row: A B [table]", "- table-row: x 2 [table]", "- table-row: C D [table]",
		"- table-row: y 3 [table]", "- code: code [code]", "note: The note.",
	}, told(a))
	a = read(t, "| A | B |\n| - | - |\n| x | 2 |", article.Source{As: article.Markdown})
	require.Equal(t, []string{"table-row: A B", "table-row: x 2"}, told(a), "an article that is a table is read")
}

func TestCorrectionsComeFirstAndAreNeverDropped(t *testing.T) {
	for _, note := range []string{
		"Correction: An earlier version of this story gave the wrong date.",
		"CORRECTION (May 4): The date was wrong.",
		"Correction, May 4, 2026: The date was wrong.",
		"*Editor’s note: This story was first published in 2019.",
		"Clarification — The mayor spoke before the vote.",
		"Editor's Note. The writer is a member of the council.",
		"This article was amended on 4 May 2026 because the date was wrong.",
		"This story has been updated to include a statement by the mayor.",
		"An earlier version of this article misstated the date of the vote.",
		"In an earlier version of this post, we said that the vote was on Monday.",
		"Korrektur: In der ersten Fassung stand ein falsches Datum.",
		"Anmerkung der Redaktion: Der Name wurde geändert.",
		"Anm. d. Red.: Der Name wurde geändert.",
		"In einer früheren Version dieses Artikels hieß es, die Wahl sei am Montag gewesen.",
		"Note de la rédaction : le nom a été changé.",
		"Une première version de cet article donnait une date fausse.",
		"Fe de errores: la fecha era falsa en la primera edición.",
		"Nota della redazione: il nome è stato cambiato.",
		"Nota da redação: o nome foi alterado nesta história.",
		"Rectificatie: in dit artikel stond een verkeerde datum.",
		"In een eerdere versie van dit artikel stond een verkeerde datum.",
	} {
		for place, html := range map[string]string{
			"in the text":     page("<p>"+note+"</p>", ""),
			"after it":        page("", "<p><em>"+note+"</em></p>"),
			"in a footer":     page("", "<footer class=newsletter><p>"+note+"</p></footer>"),
			"in a box beside": strings.Replace(page("", ""), "</main>", "<aside class=related><div>"+note+"</div></aside></main>", 1),
		} {
			a := read(t, html, article.Source{As: article.HTML})
			want := strings.Join(strings.Fields(note), " ")
			require.Equal(t, append([]string{"correction: " + want}, body()...), lines(a), "%s: %s", place, note)
		}
	}
	a := read(t, page("", "<h4>Corrections</h4><p>The vote was on Tuesday, not on Monday.</p>"), article.Source{As: article.HTML, Policy: article.Policy{Corrections: "in_place"}})
	require.Equal(t, append(body(), "correction: Corrections", "correction: The vote was on Tuesday, not on Monday."), lines(a))
}

func TestSentencesThatSpeakOfCorrectionsStayWhereTheyAre(t *testing.T) {
	for _, sentence := range []string{
		"Correction officers at the county jail voted to strike on Tuesday evening.",
		"Clarification of the rules came only after the second season had begun.",
		"This story was told to the children of the valley for two hundred years.",
		"The article was published in 1988 and has been cited ever since then.",
		"This report was written by a committee of nine, of whom three resigned.",
		"An earlier version of the bill would have closed the harbour in winter.",
		"Korrekturen am Entwurf seien nicht vorgesehen, sagte die Ministerin am Dienstag.",
	} {
		a := read(t, page("<p>"+sentence+"</p>", ""), article.Source{As: article.HTML})
		require.Equal(t, body("paragraph: "+sentence), lines(a))
	}
}

func TestUnknownChoiceIsRefusedByName(t *testing.T) {
	require.NoError(t, article.Policy{}.Check())
	require.NoError(t, article.DefaultPolicy().Check())
	require.ErrorContains(t, article.Policy{Tables: "read"}.Check(), `tables is "read", not one of summary, rows, skip`)
	require.ErrorContains(t, article.Policy{Corrections: "skip"}.Check(), "corrections")
}
