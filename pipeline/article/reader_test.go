package article_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
)

func TestTextIsCutAtEmptyLines(t *testing.T) {
	for name, c := range map[string]struct {
		input, title string
		want         []string
	}{
		"wrapped":               {"The council approved the new bridge on\nTuesday evening after a debate that last-\ned almost four hours.", "", []string{"paragraph: The council approved the new bridge on Tuesday evening after a debate that last-ed almost four hours."}},
		"wrapped, word known":   {"It lasted. The council approved the new bridge\non Tuesday evening after a debate that last-\ned almost four hours.", "", []string{"paragraph: It lasted. The council approved the new bridge on Tuesday evening after a debate that lasted almost four hours."}},
		"line endings":          {"One is here.\r\n\r\nTwo is here.\r\rThree is here.\u2029Four is here.", "", []string{"paragraph: One is here.", "paragraph: Two is here.", "paragraph: Three is here.", "paragraph: Four is here."}},
		"title":                 {"Bridge opens\n\nIt opened.", "Bridge opens", []string{"paragraph: It opened."}},
		"sentence, no title":    {"The bridge opens.\n\nIt opened.", "", []string{"paragraph: The bridge opens.", "paragraph: It opened."}},
		"one line, no title":    {"Bridge opens", "", []string{"paragraph: Bridge opens"}},
		"no empty line, none":   {"Bridge opens\nIt opened at noon.", "", []string{"paragraph: Bridge opens", "paragraph: It opened at noon."}},
		"subhead":               {"It opened.\n\nWhat comes next\n\nIt closes.", "", []string{"paragraph: It opened.", "heading: What comes next", "paragraph: It closes."}},
		"byline is no heading":  {"Bridge opens\n\nBy Ann Other\n\nIt opened.", "Bridge opens", []string{"paragraph: By Ann Other", "paragraph: It opened."}},
		"list":                  {"Three things:\n- one apple, which is\n  red\n- two pears\n1. three", "", []string{"paragraph: Three things:", "list-item: one apple, which is red", "list-item: two pears", "list-item: 1. three"}},
		"rows":                  {"Name\tVotes\nSmith\t12", "", []string{"table-row: Name Votes", "table-row: Smith 12"}},
		"numbers stay apart":    {"4,567\n12\n2026", "", []string{"paragraph: 4,567", "paragraph: 12", "paragraph: 2026"}},
		"verse":                 {"The sea,\nand then the long grey sea again,\nthe sea.\nThat is all.", "", []string{"paragraph: The sea,", "paragraph: and then the long grey sea again,", "paragraph: the sea.", "paragraph: That is all."}},
		"furniture is read":     {"Read more: the ferry.\n\nThis voice is AI-generated.", "", []string{"paragraph: Read more: the ferry.", "paragraph: This voice is AI-generated."}},
		"mark-up is only text":  {"If a < b and <i>c</i> then AT&amp;T wins.", "", []string{"paragraph: If a < b and <i>c</i> then AT&amp;T wins."}},
		"NUL parts words":       {"Nobody\x00complained.", "", []string{"paragraph: Nobody complained."}},
		"invisible characters":  {"The gov\u00adern\u200bment\u2060 \u202ecalled\u202c an\ue000 election\U000e0073.", "", []string{"paragraph: The government called an election."}},
		"terminal escapes":      {"A \x1b[1;31mred\x1b[0m \x1b]0;title\aword \u009b2Jhere.", "", []string{"paragraph: A red word here."}},
		"composed":              {"Cafe\u0301 opens e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 now.", "", []string{"paragraph: Café opens é\u0301\u0301\u0301 now."}},
		"empty lines of spaces": {"One is here.\n \t \u00a0\nTwo is here.", "", []string{"paragraph: One is here.", "paragraph: Two is here."}},
	} {
		t.Run(name, func(t *testing.T) {
			a := read(t, c.input, article.Source{As: article.Text})
			require.Equal(t, c.title, a.Title)
			require.Equal(t, c.want, lines(a))
			require.Empty(t, a.Skipped)
		})
	}
}

func TestMarkdownIsReadWithoutItsMarks(t *testing.T) {
	a := read(t, `---
title: "The {{ .Env.HOME }} bridge"
date: 2026-05-04
author: [Ann Other, "B. Third"]
lang: en-GB
path: ../../etc
---

# The {{ .Env.HOME }} bridge

It **opened** on [Monday](https://example.org "no") &amp; \*closed\* on <b>Friday</b>.[^1]
A line<br>break and `+"`code_word`"+`.

## ~~Old~~ New

> First said.
>
> - a point

1. one
   1. inner

   more of one

| A | B |
| - | - |
| x | 2 |

![A **red** bridge](x.png)

`+"```\nimport os\n```"+`

<div><p>From HTML.</p><script>alert("no")</script><p hidden>hidden</p></div>

[^1]: The note.
`, article.Source{As: article.Markdown, Policy: article.Policy{Tables: "rows"}})
	require.Equal(t, "The {{ .Env.HOME }} bridge", a.Title)
	require.Equal(t, "2026-05-04", a.Published)
	require.Equal(t, []string{"Ann Other", "B. Third"}, a.Authors)
	require.Equal(t, "en-GB", a.Language)
	require.Equal(t, []string{
		"paragraph: It opened on Monday & *closed* on Friday. A line break and code_word.",
		"heading: New",
		"quote: First said.",
		"list-item: a point",
		"list-item: one",
		"list-item: inner",
		"list-item: more of one",
		"table-row: A B",
		"table-row: x 2",
		"paragraph: From HTML.",
	}, lines(a))
	var skipped []string
	for _, s := range a.Skipped {
		skipped = append(skipped, s.Text+" ["+s.Reason+"]")
	}
	require.Equal(t, []string{
		"The {{ .Env.HOME }} bridge [title repeated]",
		"Old [struck out]",
		"A red bridge [description of a picture]",
		"import os [code]",
		"hidden [hidden on the page]", "The note. [footnote]",
	}, skipped)
}

func TestFirstStoryOfAFeedIsRead(t *testing.T) {
	rss := `<?xml version="1.0"?><rss version="2.0"><channel><title>Example News</title>
<item><title>Bridge &amp;amp; tunnel open</title><link>https://example.org/1</link><dc:creator>Ann Other</dc:creator>
<pubDate>Mon, 04 May 2026 10:00:00 +0000</pubDate><description>A summary.</description>
<content:encoded><![CDATA[<p>It opened &amp; closed.</p><script>alert(1)</script><p>Second.</p>]]></content:encoded></item>
<item><title>Second story</title><description>Another.</description></item></channel></rss>`
	a := read(t, rss, article.Source{As: article.Feed, Name: "feed.xml"})
	require.Equal(t, "Bridge & tunnel open", a.Title)
	require.Equal(t, "Example News", a.Site)
	require.Equal(t, "https://example.org/1", a.URL)
	require.Equal(t, "2026-05-04T10:00:00Z", a.Published)
	require.Equal(t, []string{"Ann Other"}, a.Authors)
	require.Equal(t, []string{"paragraph: It opened & closed.", "paragraph: Second."}, lines(a))
	require.Equal(t, []string{"the feed holds 2 stories; the first is read"}, a.Warnings)

	atom := `<feed xmlns="http://www.w3.org/2005/Atom"><title>Example News</title><entry><title>Bridge opens</title>
<link href="https://example.org/2"/><author><name>Ann Other</name></author><published>2026-05-04T10:00:00Z</published>
<content type="xhtml"><div><p>It <em>opened</em>.</p><p>Second.</p></div></content></entry></feed>`
	a = read(t, atom, article.Source{As: article.Feed})
	require.Equal(t, "Bridge opens", a.Title)
	require.Equal(t, []string{"Ann Other"}, a.Authors)
	require.Equal(t, []string{"paragraph: It opened.", "paragraph: Second."}, lines(a))
}
