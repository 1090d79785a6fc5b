package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// commentSection says whether an element is where a page keeps the comments of its readers.
func commentSection(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Ol, atom.Ul, atom.Aside:
	default:
		return false
	}
	for name := range strings.FieldsSeq(attr(n, "id") + " " + attr(n, "class")) {
		switch strings.ToLower(name) {
		case "comments", "comment-list", "commentlist", "comments-list", "comments-area", "comment-area", "comments-section", "comment-section",
			"comments-container", "comments-wrapper", "disqus_thread", "respond", "comment-respond", "fb-comments":
			return true
		}
	}
	return false
}

// withoutComments calls a function while the comments are not in the tree: extractors take them for the article where they
// are longer. A page that has no running text but them is left whole.
func (w *walker) withoutComments(do func()) {
	alone := true
	for _, l := range w.leaves {
		if l.place&(inComments|apart) == 0 && prose(l) && wordCount(l.text) >= 12 {
			alone = false
			break
		}
	}
	if alone {
		do()
		return
	}
	restore := takeOut(w.comments)
	do()
	restore()
}
