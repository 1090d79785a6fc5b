package article

import (
	"net/url"

	readability "codeberg.org/readeck/go-readability/v2"
	trafilatura "github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
)

// minText is how much text, in bytes, makes a second opinion unnecessary.
const minText = 250

// The largest page that trafilatura is asked about: it takes time with the square of the page, and about a second at
// this size. No article is near it (the longest pages of newspapers have 3,000 pieces of text); what is longer is read by
// readability alone, whose time grows with the page.
const (
	maxTrafilaturaPieces   = 5_000
	maxTrafilaturaText     = 1 << 20 // bytes
	maxTrafilaturaElements = 20_000
)

// extraction is what the extractors say about a page.
type extraction struct {
	kept   map[rune]bool // marks of the text nodes in the article
	second map[rune]bool // the same of the second opinion
	own    map[rune]bool // what trafilatura said, also where it does not decide; nil where it was not asked
	meta   trafilatura.Metadata
}

// extract finds the text nodes that make up the article. Trafilatura decides; readability is the second opinion, and
// decides where trafilatura finds next to nothing and readability more. The tree is left as it is.
func extract(doc *html.Node, base *url.URL, w *walker) extraction {
	e := extraction{kept: map[rune]bool{}, second: map[rune]bool{}}
	var kept, second int
	parser := readability.NewParser()
	var other *html.Node
	if article, err := parser.ParseDocument(doc, base); err == nil && article.Node != nil {
		other = article.Node
		second = marksOf(other, e.second)
	}
	if int(w.next-firstMark) > maxTrafilaturaPieces || w.size[w.root] > maxTrafilaturaText || len(w.size) > maxTrafilaturaElements {
		e.kept = e.second
		return e
	}
	result, err := trafilatura.ExtractDocument(doc, trafilatura.Options{
		OriginalURL:     base,
		ExcludeComments: true,
		EnableFallback:  true,
		HtmlDateMode:    trafilatura.Disabled,
	})
	e.own = e.kept
	if err == nil && result.ContentNode != nil {
		kept = marksOf(result.ContentNode, e.kept)
		e.meta = result.Metadata
	}
	if kept < minText && second > kept {
		e.kept = e.second
	}
	return e
}

// marksOf collects the marks in a tree and returns the bytes of marked text in it.
func marksOf(root *html.Node, marks map[rune]bool) int {
	size := 0
	for n := range root.Descendants() {
		if n.Type != html.TextNode {
			continue
		}
		found := false
		for _, r := range n.Data {
			if isMark(r) {
				marks[r], found = true, true
			}
		}
		if found {
			size += len(n.Data)
		}
	}
	return size
}
