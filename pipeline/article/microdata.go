package article

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// microdata reads what the microdata of a page says about its article: the first item of a type that is an article, with
// the properties that stand on its elements and in no item inside it.
//
// Source: https://html.spec.whatwg.org/multipage/microdata.html#values, https://schema.org/NewsArticle.
func microdata(doc *html.Node) linked {
	var l linked
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && articleItem(n) {
			l.properties(n)
			return l
		}
	}
	return l
}

func articleItem(n *html.Node) bool {
	return slices.ContainsFunc(strings.Fields(attr(n, "itemtype")), articleType)
}

// properties reads the properties of an item.
func (l *linked) properties(item *html.Node) {
	for n := item.FirstChild; n != nil; n = n.NextSibling {
		if n.Type != html.ElementNode {
			continue
		}
		inner := hasAttr(n, "itemscope")
		for name := range strings.FieldsSeq(attr(n, "itemprop")) {
			switch {
			case name == "author" && inner:
				l.authors = append(l.authors, authorNames(itemName(n))...)
			case name == "author" && n.DataAtom != atom.Meta:
				l.authors = append(l.authors, authorNames(shortText(n))...) // of a link the text is the name
			case name == "author":
				l.authors = append(l.authors, authorNames(itemValue(n))...)
			case name == "publisher" && inner:
				l.publisher = first(l.publisher, itemName(n))
			case inner:
			case name == "headline", name == "name":
				l.headline = first(l.headline, itemValue(n))
			case name == "datePublished":
				l.published = first(l.published, itemValue(n))
			case name == "articleSection":
				l.section = first(l.section, itemValue(n))
			case name == "inLanguage":
				l.language = first(l.language, itemValue(n))
			case name == "url", name == "mainEntityOfPage":
				l.url = first(l.url, itemValue(n))
			}
		}
		if !inner {
			l.properties(n)
		}
	}
}

// itemName is the name of an item.
func itemName(item *html.Node) string {
	for n := range item.Descendants() {
		if n.Type == html.ElementNode && attr(n, "itemprop") == "name" {
			return itemValue(n)
		}
	}
	return shortText(item)
}

// itemValue is the value of a property.
func itemValue(n *html.Node) string {
	key := ""
	switch n.DataAtom {
	case atom.Meta:
		key = "content"
	case atom.A, atom.Link, atom.Area:
		key = "href"
	case atom.Time:
		key = "datetime"
	case atom.Data, atom.Meter:
		key = "value"
	default:
		if hasAttr(n, "content") { // not in the standard, but common
			key = "content"
		}
	}
	if value := attr(n, key); key != "" && value != "" {
		return field(value)
	}
	return shortText(n)
}

// shortText is the text of an element, "" where it is longer than any property that is looked for.
func shortText(n *html.Node) string {
	const (
		longest = 1000 // bytes
		most    = 200  // elements and pieces of text
	)
	var b strings.Builder
	count := 0
	for d := range n.Descendants() {
		if count++; count > most {
			return ""
		}
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
		if b.Len() > longest {
			return ""
		}
	}
	return field(b.String())
}
