package article_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
)

// fuzzFormat reads anything as one format: it must end without a panic, and what it gives must keep the promises of the
// package.
func fuzzFormat(f *testing.F, format article.Format, seeds ...string) {
	for _, file := range articles(f) {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := article.Read(data, article.Source{As: format, HaveRights: true})
		if err != nil {
			require.Nil(t, a)
			return
		}
		requireCleanArticle(t, a)
		again, err := article.Read(data, article.Source{As: format, HaveRights: true})
		require.NoError(t, err)
		require.Equal(t, a, again)
	})
}

func FuzzHTML(f *testing.F) {
	fuzzFormat(f, article.HTML, page(`<p>a<sup>[1]</sup><del>b</del></p><table><tr><td>c`, `<script type="application/ld+json">{"@type":"Article","articleBody":"x"}</script>`),
		"<p>&#0;&amp;amp;\x00\xff", "<table><p><b><a><table>")
}

func FuzzMarkdown(f *testing.F) {
	fuzzFormat(f, article.Markdown, "---\ntitle: [a\n---\n# b", "[^1]: a\n\n> - > b[^1]", "| a |\n| - |\n| b |", "![![a](b)](c) ~~*d*~~ <b>")
}

func FuzzText(f *testing.F) {
	fuzzFormat(f, article.Text, "a-\nb\n\n- c\n  d\n1. e\tf", "\xff\xfea\x00b\x00", "\u2028\u2029\x1b[1m\x1b]", "e\u0301\u200b\u200d")
}

func FuzzFeed(f *testing.F) {
	fuzzFormat(f, article.Feed, "<rss><item><title>a</title><description>&lt;p>b</description></item>", `<feed><entry><content type="xhtml"><div>a`, "<!DOCTYPE a [<!ENTITY b 'c'>]><rss>")
}
