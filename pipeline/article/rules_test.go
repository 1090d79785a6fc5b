package article_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
)

func rules(t *testing.T, list ...article.Rule) *article.Rules {
	t.Helper()
	compiled, err := article.CompileRules(list)
	require.NoError(t, err)
	return compiled
}

func TestPublishersRulesWinOverAllElse(t *testing.T) {
	const promo = "The Morning Tide brings you the news of the harbour at seven every day, before the first ferry sails."
	for name, c := range map[string]struct {
		rule   article.Rule
		policy article.Policy
		middle string
		want   []string
	}{
		"excludes what all would read":       {article.Rule{Exclude: []string{"p.promo"}}, article.Policy{}, `<p class=promo>` + promo + `</p>`, []string{"- paragraph: " + promo + " [the publisher's rule: p.promo]"}},
		"excludes a box and all in it":       {article.Rule{Exclude: []string{".box"}}, article.Policy{}, `<div class=box><h2>Tide</h2><p>` + promo + `</p></div>`, []string{"- heading: Tide [the publisher's rule: .box]", "- paragraph: " + promo + " [the publisher's rule: .box]"}},
		"excludes a piece of a line":         {article.Rule{Exclude: []string{".live"}}, article.Policy{}, `<p>The tide <b class=live>Watch live</b> turned at noon.</p>`, []string{"- other: Watch live [the publisher's rule: .live]", "paragraph: The tide turned at noon."}},
		"includes furniture":                 {article.Rule{Include: []string{".facts"}}, article.Policy{}, `<aside class="facts newsletter"><h3>In numbers</h3><p>Sign up for our newsletter</p></aside>`, []string{"heading: In numbers", "paragraph: Sign up for our newsletter"}},
		"includes what is hidden":            {article.Rule{Include: []string{".transcript"}}, article.Policy{}, `<div class=transcript hidden><p>Tide.</p></div>`, []string{"paragraph: Tide."}},
		"includes a caption":                 {article.Rule{Include: []string{"figcaption"}}, article.Policy{}, figure, []string{"caption: The old bridge in winter. Photograph: Lena Abara/Courier"}},
		"includes rows of a table":           {article.Rule{Include: []string{"table"}}, article.Policy{}, `<table><tr><th>Name<th>Votes</tr><tr><td>Smith<td>12</tr></table>`, []string{"table-row: Name Votes", "table-row: Smith 12"}},
		"excludes a correction":              {article.Rule{Exclude: []string{".note"}}, article.Policy{}, `<p class=note>Correction: the date was wrong.</p>`, []string{"- correction: Correction: the date was wrong. [the publisher's rule: .note]"}},
		"the inner element decides":          {article.Rule{Exclude: []string{".box"}, Include: []string{".box p"}}, article.Policy{}, `<div class=box><h2>Tide</h2><p>` + promo + `</p></div>`, []string{"- heading: Tide [the publisher's rule: .box]", "paragraph: " + promo}},
		"the more specific selector decides": {article.Rule{Exclude: []string{"p"}, Include: []string{"article > p"}}, article.Policy{}, "", nil},
		"excluding decides a tie":            {article.Rule{Include: []string{"p.a"}, Exclude: []string{"p.b"}}, article.Policy{}, `<p class="a b">Tide.</p>`, []string{"- paragraph: Tide. [the publisher's rule: p.b]"}},
		"a role of heading":                  {article.Rule{Roles: []article.Role{{Select: ".h", Kind: article.Heading}}}, article.Policy{}, `<p class=h>The tide</p>`, []string{"heading: The tide"}},
		"a role of quote":                    {article.Rule{Roles: []article.Role{{Select: ".q", Kind: article.Quote}}}, article.Policy{}, `<div class="q share">Share the tide</div>`, []string{"quote: Share the tide"}},
		"a role of caption, skipped":         {article.Rule{Roles: []article.Role{{Select: ".c", Kind: article.Caption}}}, article.Policy{}, `<p class=c>` + promo + `</p>`, []string{"- caption: " + promo + " [picture caption]"}},
		"a role of caption, read":            {article.Rule{Roles: []article.Role{{Select: ".c", Kind: article.Caption}}}, article.Policy{Captions: "read"}, `<p class=c>` + promo + `</p>`, []string{"caption: " + promo}},
		"a role of code":                     {article.Rule{Roles: []article.Role{{Select: ".c", Kind: article.Code}}}, article.Policy{Code: "skip"}, `<p class=c>` + promo + `</p>`, []string{"- code: " + promo + " [code]"}},
		"a role of note":                     {article.Rule{Roles: []article.Role{{Select: ".c", Kind: article.Note}}}, article.Policy{Notes: "read"}, `<p class=c>Tide tables.</p>`, []string{"note: Tide tables."}},
		"a role of other":                    {article.Rule{Roles: []article.Role{{Select: ".c", Kind: article.Other}}}, article.Policy{}, `<p class=c>` + promo + `</p>`, []string{"- paragraph: " + promo + " [the publisher's rule: .c]"}},
		"a role in a line parts it":          {article.Rule{Roles: []article.Role{{Select: "b", Kind: article.Heading}}}, article.Policy{}, `<p><b>Turning tide</b> It turned at noon.</p>`, []string{"heading: Turning tide", "paragraph: It turned at noon."}},
	} {
		t.Run(name, func(t *testing.T) {
			a := read(t, page(c.middle, ""), article.Source{As: article.HTML, Policy: c.policy, Rules: rules(t, c.rule)})
			require.Equal(t, around(c.want...), told(a)[:len(c.want)+5])
		})
	}
	a := read(t, page(`<p class=correction>The date was wrong in the first edition.</p>`, ""), article.Source{As: article.HTML, Rules: rules(t, article.Rule{Roles: []article.Role{
		{Select: ".correction", Kind: article.Correction}, {Select: "article > p:last-of-type", Kind: article.Title},
	}})})
	require.Equal(t, prose[3], a.Title)
	require.Equal(t, "correction: The date was wrong in the first edition.", lines(a)[0])
}

func TestRuleCanNameTheArticleAndNothingElse(t *testing.T) {
	a := read(t, page(`<div class=story><p>Tide.</p><h3>Share</h3></div>`, ""), article.Source{As: article.HTML, Rules: rules(t, article.Rule{Exclude: []string{"body"}, Include: []string{".story"}})})
	require.Equal(t, []string{"paragraph: Tide.", "heading: Share"}, lines(a))
	_, err := article.Read([]byte(page("", "")), article.Source{As: article.HTML, Rules: rules(t, article.Rule{Exclude: []string{"html"}})})
	var none *article.NoArticle
	require.ErrorAs(t, err, &none)
}

func TestExtractorsDoNotSeeWhatIsExcluded(t *testing.T) {
	long := "<div class=other><p>" + strings.Repeat(strings.Join(prose, " ")+"</p><p>", 8) + "</p></div>"
	html := "<body><div class=text><p>" + prose[0] + "</p><p>" + prose[1] + "</p></div>" + long
	a := read(t, html, article.Source{As: article.HTML, Rules: rules(t, article.Rule{Exclude: []string{".other"}})})
	require.Equal(t, []string{"paragraph: " + prose[0], "paragraph: " + prose[1]}, lines(a))
}

func TestRuleIsForPagesOfItsHostAndPath(t *testing.T) {
	for name, c := range map[string]struct {
		host, path, url string
		want            bool
	}{
		"any":                          {"", "", "https://courier.example/a", true},
		"any, also without an address": {"", "", "", true},
		"host":                         {"courier.example", "", "https://courier.example/a", true},
		"host with www":                {"courier.example", "", "https://www.courier.example:8080/a", true},
		"www asked for":                {"www.Courier.example", "", "https://courier.example/a", true},
		"another host":                 {"courier.example", "", "https://courier.example.org/a", false},
		"a host that ends alike":       {"courier.example", "", "https://mycourier.example/a", false},
		"a host below":                 {"courier.example", "", "https://sport.courier.example/a", false},
		"hosts below":                  {"*.courier.example", "", "https://a.sport.courier.example/a", true},
		"hosts below and itself":       {"*.courier.example", "", "https://courier.example/a", true},
		"hosts below, another":         {"*.courier.example", "", "https://mycourier.example/a", false},
		"host unknown":                 {"courier.example", "", "", false},
		"path":                         {"", "/news", "https://courier.example/news/", true},
		"path is all of it":            {"", "/news", "https://courier.example/news/1", false},
		"path and all below":           {"", "/news/*", "https://courier.example/news/2026/bridge?x=1", true},
		"path and all below, itself":   {"", "/news/*", "https://courier.example/news", true},
		"path, another":                {"", "/news/*", "https://courier.example/newsletter/1", false},
		"path in the middle":           {"", "/*/opinion/*", "https://courier.example/2026/opinion/1", true},
		"end of a path":                {"", "*.amp", "https://courier.example/2026/1.amp", true},
		"path with dots":               {"", "/news/*", "https://courier.example/a/../news/1", true},
		"both":                         {"courier.example", "/news/*", "https://courier.example/sport/1", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := rules(t, article.Rule{Host: c.host, Path: c.path, Exclude: []string{"p.x"}})
			html := page("<p class=x>Tide.</p>", "")
			fetched := read(t, html, article.Source{As: article.HTML, URL: c.url, Rules: r})
			canonical := read(t, strings.Replace(html, "<title>", `<link rel=canonical href="`+c.url+`"><title>`, 1), article.Source{As: article.HTML, Name: "page.html", Rules: r})
			for _, a := range []*article.Article{fetched, canonical} {
				require.Equal(t, c.want, len(a.Blocks) == 4)
			}
			if c.url != "" {
				feed := read(t, `<rss><item><link>`+c.url+`</link><description>&lt;p class=x>Tide.&lt;/p>&lt;p>Noon.&lt;/p></description></item></rss>`, article.Source{As: article.Feed, Rules: r})
				require.Equal(t, c.want, len(feed.Blocks) == 1)
			}
		})
	}
}

func TestWrongRuleIsNamedWithItsSelector(t *testing.T) {
	good := article.Rule{Exclude: []string{"p"}}
	for want, rule := range map[string]article.Rule{
		`rules[1]: exclude: selector "p..x"`:                   {Exclude: []string{"b", "p..x"}},
		`rules[1]: include: selector ""`:                       {Include: []string{""}},
		`rules[1]: include: selector "p::before"`:              {Include: []string{"p::before"}},
		`rules[1]: roles: selector "["`:                        {Roles: []article.Role{{Select: "[", Kind: article.Quote}}},
		`rules[1]: roles: selector "p": unknown kind "quotes"`: {Roles: []article.Role{{Select: "p", Kind: "quotes"}}},
		`rules[1]: it has no selector`:                         {Host: "courier.example"},
		`rules[1]: host "https://courier.example"`:             {Host: "https://courier.example", Include: []string{"p"}},
		`rules[1]: path "news"`:                                {Path: "news", Include: []string{"p"}},
	} {
		_, err := article.CompileRules([]article.Rule{good, rule})
		require.ErrorContains(t, err, want, want)
	}
}

func TestSelectorThatLooksAtSiblingsHasALimit(t *testing.T) {
	r := rules(t, article.Rule{Exclude: []string{"p:nth-child(2)"}})
	a := read(t, page("", ""), article.Source{As: article.HTML, Rules: r})
	require.Len(t, a.Blocks, 3)
	_, err := article.Read([]byte(page(strings.Repeat("<i>a</i>", 20_000), "")), article.Source{As: article.HTML, Rules: r})
	var large *article.TooLarge
	require.ErrorAs(t, err, &large)
	require.ErrorContains(t, err, "p:nth-child(2)")
}

func TestExplainSaysWhatBecameOfABlock(t *testing.T) {
	input := page(figure+`<div id=b class="box wide"><p class=promo>The tide turned at noon.</p></div><ul class=share><li>Share on Facebook</li></ul><p>It was <b class=live>Watch live</b> late.</p>`, "")
	src := article.Source{As: article.HTML, Rules: rules(t, article.Rule{Include: []string{".promo"}, Exclude: []string{".live"}})}
	explain := func(query string) []article.Explanation {
		list, err := article.Explain([]byte(input), src, query)
		require.NoError(t, err, query)
		return list
	}
	require.Equal(t, []article.Explanation{{
		Kind: article.Paragraph, Text: "The tide turned at noon.", Element: "main > article > div#b.box.wide > p.promo", Read: true, Block: 2, Rule: ".promo",
		Trafilatura: explain(".promo")[0].Trafilatura, Readability: explain(".promo")[0].Readability,
	}}, explain("div.box"))
	require.Equal(t, explain("div.box"), explain("  TIDE\nturned "))
	caption := explain("figcaption")[0]
	require.Equal(t, []any{article.Caption, false, "picture caption", 2}, []any{caption.Kind, caption.Read, caption.Reason, caption.Block})
	require.Equal(t, "share and follow links", explain("Share on Facebook")[0].Reason)
	require.Equal(t, "the publisher's rule: .live", explain("watch live")[0].Reason)
	require.Equal(t, "took it", explain("article p")[0].Trafilatura)
	require.Equal(t, "title repeated", explain("h1")[0].Reason)
	require.Equal(t, "not taken for part of the article", explain("nav")[0].Reason)
	require.Equal(t, "It was late.", explain("b")[0].Text+explain("late")[0].Text[len("It was late."):])

	for _, query := range []string{"dodo", "div.none", "", "p..x", "p:nth-child(2)"} {
		_, err := article.Explain([]byte(input), src, query)
		var none *article.NoMatch
		require.ErrorAs(t, err, &none, query)
		require.NotEmpty(t, none.Hint())
	}
	list, err := article.Explain([]byte("# Title\n\nThe tide turned.\n\n```\ncode\n```\n"), article.Source{As: article.Markdown}, "tide")
	require.NoError(t, err)
	require.Equal(t, []article.Explanation{{Kind: article.Paragraph, Text: "The tide turned.", Read: true}}, list)
}
