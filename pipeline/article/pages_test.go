package article_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/voicepress/voicepress/pipeline/article"
)

// The pages of testdata/pages have the shapes of other people's pages, with text of our own. An element with data-read is
// one block that is read; one with data-skip is one that is not, for the reason given. Nothing else is read.
func TestPagesOfManyShapesAreReadAsTheirMarksSay(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "pages", "*.html"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 20)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".html"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			a, err := article.Read(data, article.Source{Name: file})
			require.NoError(t, err)
			requireCleanArticle(t, a)
			doc, err := html.Parse(strings.NewReader(string(data)))
			require.NoError(t, err)
			var want, got []string
			for n := range doc.Descendants() {
				for _, attr := range n.Attr {
					switch attr.Key {
					case "data-read":
						want = append(want, line(n))
					case "data-skip":
						require.Contains(t, skips(a), attr.Val+": "+line(n))
					case "data-title":
						require.Equal(t, line(n), a.Title)
					}
				}
			}
			for _, b := range a.Blocks {
				got = append(got, b.Text)
			}
			require.Equal(t, want, got)
		})
	}
}

// line is the text of an element in one line, without what is marked as not read inside it.
func line(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for c := range n.ChildNodes() {
			if c.Type == html.TextNode {
				b.WriteString(c.Data)
			}
			skip := false
			for _, a := range c.Attr {
				skip = skip || a.Key == "data-skip"
			}
			if !skip {
				walk(c)
			}
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func skips(a *article.Article) []string {
	var list []string
	for _, s := range a.Skipped {
		list = append(list, s.Reason+": "+s.Text)
	}
	return list
}
