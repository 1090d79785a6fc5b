package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// place says where on the page a leaf stands: the landmarks and lists it is in.
type place uint16

const (
	inNav place = 1 << iota
	inHeader
	inFooter
	inAside
	inFigure
	inForm
	inQuote
	inList
	inTable
	inLabel // legend, label or caption of a table
	inComments
)

// kindOf is the kind of block that the text of an element is.
func kindOf(n *html.Node, s state) (Kind, int) {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return Heading, int(n.Data[1] - '0')
	case atom.Blockquote:
		return Quote, 0
	case atom.Li, atom.Dd, atom.Dt:
		return ListItem, 0
	case atom.Figure, atom.Figcaption, atom.Caption:
		return Caption, 0
	case atom.Pre, atom.Listing, atom.Xmp:
		return Code, 0
	case atom.Table:
		if dataTable(n) {
			return TableRow, 0
		}
		return Paragraph, 0
	case atom.Address:
		return Byline, 0
	default:
		return s.kind, s.level
	}
}

func placeOf(n *html.Node) place {
	switch n.DataAtom {
	case atom.Nav, atom.Menu:
		return inNav
	case atom.Header:
		return inHeader
	case atom.Footer:
		return inFooter
	case atom.Aside:
		return inAside
	case atom.Figure, atom.Figcaption:
		return inFigure
	case atom.Form, atom.Fieldset:
		return inForm
	case atom.Blockquote:
		return inQuote
	case atom.Ul, atom.Ol, atom.Dl:
		return inList
	case atom.Table:
		return inTable
	case atom.Legend, atom.Caption:
		return inLabel
	default:
	}
	switch attr(n, "role") {
	case "navigation", "menu", "menubar", "search":
		return inNav
	case "complementary":
		return inAside
	case "contentinfo":
		return inFooter
	case "banner":
		return inHeader
	}
	return 0
}

// dataTable says whether a table holds data and no layout: two rows and two columns at least, no table inside it, and no
// cell with more than a long sentence.
func dataTable(table *html.Node) bool {
	const longCell = 300 // bytes
	rows, cells, columns := 0, 0, 0
	layout := false
	var count func(n *html.Node) (size int) // once through the table, however deep it is
	count = func(n *html.Node) (size int) {
		for c := n.FirstChild; c != nil && !layout; c = c.NextSibling {
			if c.Type == html.TextNode {
				size += len(c.Data)
				continue
			}
			cell := false
			switch c.DataAtom {
			case atom.Table:
				layout = true
				return size
			case atom.Tr:
				rows, cells = rows+1, 0
			case atom.Td, atom.Th:
				cell = true
				cells++
				columns = max(columns, cells)
			default:
			}
			inside := count(c)
			layout = layout || cell && inside > longCell
			size += inside
		}
		return size
	}
	count(table)
	return !layout && rows >= 2 && columns >= 2
}

// unread says whether an element holds nothing that a reader of the page sees as text.
func unread(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Iframe, atom.Object, atom.Embed, atom.Video,
		atom.Audio, atom.Canvas, atom.Select, atom.Textarea, atom.Button, atom.Input, atom.Datalist, atom.Progress, atom.Meter,
		atom.Map, atom.Dialog, atom.Head, atom.Rp, atom.Annotation:
		return true
	default:
		return false
	}
}

// hidden says whether a page hides an element from its readers: by attribute or style, behind a class that only screen
// readers look at, or as a window that is not open. An element with much of the page's text is not hidden for good: a
// script shows it.
func (w *walker) hidden(n *html.Node) bool {
	if w.size[n]*2 > w.size[w.root] {
		return false
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "aria-hidden":
			// In a line it stands on what is seen and not to be said twice: the large first letter, which is part of a word.
			if a.Val == "true" && !inline(n) && w.size[n] < 2*furnitureSize && w.links[n].headlines == 0 {
				return true
			}
		case "style":
			style := styleOf(n)
			if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
				return true
			}
		case "class":
			for class := range strings.FieldsSeq(a.Val) {
				switch class {
				case "sr-only", "visually-hidden", "visuallyhidden", "u-visually-hidden", "screen-reader-text", "screen-reader-only",
					"screenreader-only", "element-invisible", "assistive-text", "a11y-hidden", "offscreen", "show-for-sr":
					return w.size[n] < furnitureSize
				}
			}
		}
	}
	return false
}

// styleOf is the style attribute of an element in lower case without white space, to look for declarations in.
func styleOf(n *html.Node) string {
	return strings.ToLower(strings.Join(strings.Fields(attr(n, "style")), ""))
}
