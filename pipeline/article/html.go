package article

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readHTML reads a page.
func readHTML(a *Article, page string, src Source) error {
	doc, err := parsePage(page)
	if err != nil {
		return err
	}
	var base *url.URL
	if address := webAddress(first(src.URL, src.Name), nil); address != "" {
		base, _ = url.Parse(address) //nolint:errcheck // webAddress parsed it
	}
	meta := pageMetadata(doc, base)
	if meta.notFree && !src.HaveRights {
		return ErrNotFree
	}
	body := element(doc, atom.Body)
	if body == nil {
		return errNoText
	}
	drop(doc, atom.Script, atom.Style, atom.Noscript)
	decisions, err := src.Rules.decide(doc, first(src.URL, webAddress(src.Name, nil), meta.url))
	if err != nil {
		return err
	}
	w, err := cut(body, decisions)
	if err != nil {
		return err
	}
	restore := w.hide()
	var e extraction
	w.withoutComments(func() { e = extract(doc, base, w) })
	restore()
	meta.complete(e.meta)
	a.Authors, a.Site, a.Section, a.Published, a.Language, a.URL = meta.authors, meta.site, meta.section, meta.published, meta.language, meta.url
	s := newSelection(w, e, &meta)
	src.trace.add(s)
	s.choose()
	if err := s.check(); err != nil {
		if meta.body == "" {
			return err
		}
		return readArticleBody(a, &meta, src)
	}
	s.fill(a)
	return nil
}

// parsePage parses a page. Pages nested more deeply than 512 elements are refused by the parser: what walks the tree may
// recurse.
func parsePage(page string) (*html.Node, error) {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		if strings.Contains(err.Error(), "512") {
			return nil, &TooLarge{What: "levels of nested elements", Limit: 512}
		}
		return nil, fmt.Errorf("parse HTML: %w", err)
	}
	return doc, nil
}

// element finds the first element of a type.
func element(root *html.Node, want atom.Atom) *html.Node {
	for n := range root.Descendants() {
		if n.DataAtom == want {
			return n
		}
	}
	return nil
}

// drop removes all elements of some types.
func drop(root *html.Node, unwanted ...atom.Atom) {
	var found []*html.Node
	for n := range root.Descendants() {
		for _, u := range unwanted {
			if n.DataAtom == u {
				found = append(found, n)
			}
		}
	}
	for _, n := range found {
		n.Parent.RemoveChild(n)
	}
}

// takeOut removes nodes from their tree, and returns what puts them back.
func takeOut(nodes []*html.Node) (restore func()) {
	type removed struct{ node, parent, next *html.Node }
	var list []removed
	for _, n := range nodes {
		if n.Parent != nil {
			list = append(list, removed{n, n.Parent, n.NextSibling})
			n.Parent.RemoveChild(n)
		}
	}
	return func() {
		for _, r := range slices.Backward(list) { // the next sibling may be one of them
			r.parent.InsertBefore(r.node, r.next)
		}
	}
}

// readArticleBody takes the text from the JSON-LD of a page that shows none without a browser.
func readArticleBody(a *Article, meta *metadata, src Source) error {
	a.Title = first(meta.title, withoutSite(meta.docTitle, meta.site))
	a.Warnings = append(a.Warnings, "the page shows no article; the text was taken from articleBody in its JSON-LD")
	if strings.Contains(meta.body, "<p") || strings.Contains(meta.body, "<br") {
		return readFragment(a, meta.body, src)
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(meta.body, "\r", "\n"), "\n") {
		if text := field(line); text != "" {
			a.Blocks = append(a.Blocks, Block{Kind: Paragraph, Text: text})
		}
	}
	return nil
}

// readFragment reads mark-up that is all article: an item of a feed, HTML inside Markdown, articleBody of JSON-LD.
func readFragment(a *Article, markup string, src Source) error {
	doc, err := parsePage(markup)
	if err != nil {
		return err
	}
	body := element(doc, atom.Body)
	if body == nil {
		return nil
	}
	decisions, err := src.Rules.decide(doc, first(a.URL, src.URL))
	if err != nil {
		return err
	}
	w, err := cut(body, decisions)
	if err != nil {
		return err
	}
	s := newSelection(w, extraction{}, &metadata{title: a.Title, authors: a.Authors, site: a.Site})
	src.trace.add(s)
	s.keepAll()
	s.fill(a)
	return nil
}
