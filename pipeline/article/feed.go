package article

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
)

// item is one story of a feed.
type item struct {
	title, link, author, date string

	content string // the whole story, as mark-up
	summary string
}

// readFeed reads the first item of an RSS 2.0, RSS 1.0 or Atom feed. An item that holds only a summary is read as that,
// with a warning. A feed that defines entities of its own is refused: no publisher's does, and they are how a small file
// grows to gigabytes or reads other files.
//
// Source: https://www.rssboard.org/rss-specification, RFC 4287.
func readFeed(a *Article, source string, src Source) error {
	items, site, err := feedItems(source)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		return &NoArticle{Why: "the feed holds no story"}
	}
	it := items[0]
	if len(items) > 1 {
		a.Warnings = append(a.Warnings, fmt.Sprintf("the feed holds %d stories; the first is read", len(items)))
	}
	var base *url.URL
	if address := webAddress(src.URL, nil); address != "" {
		base, _ = url.Parse(address) //nolint:errcheck // webAddress parsed it
	}
	a.Title, a.Site = field(it.title), field(site)
	a.URL, a.Published = webAddress(it.link, base), isoDate(it.date)
	a.Authors = authorNames(field(it.author))
	markup := it.content
	if markup == "" {
		markup = it.summary
		a.Warnings = append(a.Warnings, "the feed holds only a summary of the story")
	}
	return readFragment(a, markup, src)
}

// feedItems reads all items of a feed and the name of its site.
func feedItems(source string) (items []item, site string, err error) {
	d := xml.NewDecoder(strings.NewReader(source))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // decoded before
	const most = 10_000                                                                        // items
	var current *item
	var path []string
	var open struct { // the element being read
		target *string
		text   strings.Builder
		depth  int
		markup int64 // where its content starts, if that is mark-up in place; 0 if not
	}
	done := func(end int64) {
		if open.target != nil {
			*open.target = open.text.String()
			if open.markup > 0 {
				*open.target = source[open.markup:end]
			}
		}
		open.target, open.markup = nil, 0
		open.text.Reset()
	}
	for {
		start := d.InputOffset()
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return items, site, nil
		}
		if err != nil {
			// A feed that was cut off is read as far as it goes.
			done(start)
			if len(items) > 0 || current != nil && (current.content != "" || current.summary != "") {
				if current != nil {
					items = append(items, *current)
				}
				return items, site, nil
			}
			return nil, "", fmt.Errorf("read the feed: %w", err)
		}
		switch t := token.(type) {
		case xml.Directive:
			if strings.Contains(string(t), "<!ENTITY") {
				return nil, "", &Unreadable{Problem: "the feed defines entities of its own, which are not expanded", Remedy: "give the address of the story itself"}
			}
		case xml.StartElement:
			if len(path) >= 512 {
				return nil, "", &TooLarge{What: "levels of nested elements", Limit: 512}
			}
			path = append(path, t.Name.Local)
			switch {
			case t.Name.Local == "item" || t.Name.Local == "entry":
				if len(items) >= most {
					return nil, "", &TooLarge{What: "stories", Limit: most}
				}
				current = &item{}
			case open.target != nil:
			case current == nil && t.Name.Local == "title" && len(path) <= 3 && site == "":
				open.target, open.depth = &site, len(path)
			case current != nil:
				open.target, open.depth = current.field(t, path), len(path)
				if open.target == &current.content && slices.ContainsFunc(t.Attr, func(a xml.Attr) bool { return a.Name.Local == "type" && a.Value == "xhtml" }) {
					open.markup = d.InputOffset()
				}
			}
		case xml.EndElement:
			if len(path) == open.depth {
				done(start)
			}
			if len(path) > 0 {
				path = path[:len(path)-1]
			}
			if current != nil && (t.Name.Local == "item" || t.Name.Local == "entry") {
				items, current = append(items, *current), nil
			}
		case xml.CharData:
			if open.target != nil {
				open.text.Write(t)
			}
		}
	}
}

// field is where the text of an element of an item goes, nil for elements that are not read.
func (it *item) field(t xml.StartElement, path []string) *string {
	switch t.Name.Local {
	case "title":
		it.title = ""
		return &it.title
	case "link":
		for _, attribute := range t.Attr {
			if attribute.Name.Local == "href" && it.link == "" {
				it.link = attribute.Value
				return nil
			}
		}
		if it.link == "" {
			return &it.link
		}
	case "encoded", "content":
		if it.content == "" {
			return &it.content
		}
	case "description", "summary":
		if it.summary == "" {
			return &it.summary
		}
	case "author", "creator":
		if it.author == "" {
			return &it.author
		}
	case "name":
		if len(path) > 1 && path[len(path)-2] == "author" {
			return &it.author
		}
	case "pubDate", "date", "published":
		if it.date == "" {
			return &it.date
		}
	}
	return nil
}
