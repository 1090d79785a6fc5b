package article

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	trafilatura "github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// metadata is what a page says about its article. Each field is taken from the first source that has it, in this order of
// trust: the JSON-LD object of the article, OpenGraph, microdata, other meta elements, the elements of the page, and last
// what trafilatura finds by looking at the text. The title is decided later, with the headings at hand.
type metadata struct {
	title       string // of JSON-LD, OpenGraph or another meta element
	description string // of OpenGraph or the meta element
	docTitle    string // the title element, with the name of the site as often as not
	authors     []string
	site        string
	section     string
	published   string
	language    string
	url         string
	body        string // articleBody of JSON-LD
	notFree     bool
}

// pageMetadata reads the metadata of a page. base is the address the page was fetched from, nil for a file.
func pageMetadata(doc *html.Node, base *url.URL) metadata {
	ld, md := linkedData(doc), microdata(doc)
	meta := map[string]string{}
	var title, htmlLang, canonical string
	for n := range doc.Descendants() {
		switch n.DataAtom {
		case atom.Html:
			htmlLang = attr(n, "lang")
			if htmlLang == "" {
				htmlLang = attr(n, "xml:lang")
			}
		case atom.Title:
			if title == "" && n.Parent != nil && n.Parent.DataAtom == atom.Head {
				title = field(textOf(n))
			}
		case atom.Link:
			if canonical == "" && slices.Contains(strings.Fields(strings.ToLower(attr(n, "rel"))), "canonical") {
				canonical = webAddress(attr(n, "href"), base)
			}
		case atom.Meta:
			key := attr(n, "property")
			if key == "" {
				key = attr(n, "name")
			}
			if key == "" {
				key = attr(n, "http-equiv")
			}
			key = strings.ToLower(key)
			if value := field(attr(n, "content")); value != "" && meta[key] == "" {
				meta[key] = value
			}
		default:
		}
	}
	m := metadata{
		title:       first(ld.headline, meta["og:title"], md.headline, meta["twitter:title"], meta["dc.title"], meta["parsely-title"]),
		description: first(meta["og:description"], meta["description"]),
		docTitle:    title,
		site:        first(label(ld.publisher), label(meta["og:site_name"]), label(md.publisher), label(ld.website), label(meta["application-name"]), label(meta["publisher"])),
		section:     first(label(ld.section), label(meta["article:section"]), label(md.section), label(meta["parsely-section"])),
		language:    first(htmlLang, ld.language, meta["og:locale"], md.language, meta["content-language"]),
		body:        ld.body,
		notFree:     ld.notFree,
	}
	for _, date := range []string{
		ld.published, meta["article:published_time"], md.published, meta["date"], meta["dc.date"], meta["dc.date.issued"],
		meta["dcterms.date"], meta["parsely-pub-date"], meta["pubdate"],
	} {
		if m.published = isoDate(date); m.published != "" {
			break
		}
	}
	m.authors = ld.authors
	if len(m.authors) == 0 {
		m.authors = authorNames(meta["article:author"])
	}
	if len(m.authors) == 0 {
		m.authors = md.authors
	}
	for _, key := range []string{"author", "dc.creator", "parsely-author", "byl", "sailthru.author"} {
		if len(m.authors) == 0 {
			m.authors = authorNames(meta[key])
		}
	}
	m.url = first(canonical, webAddress(meta["og:url"], base), webAddress(ld.url, base), webAddress(md.url, base))
	return m
}

// complete fills what the page does not say from what trafilatura found.
func (m *metadata) complete(t trafilatura.Metadata) {
	m.site = first(m.site, label(field(t.Sitename)))
	if len(m.authors) == 0 {
		m.authors = authorNames(field(strings.ReplaceAll(t.Author, ";", ",")))
	}
	if len(t.Categories) > 0 {
		m.section = first(m.section, label(field(t.Categories[0])))
	}
	if m.published == "" && !t.Date.IsZero() {
		m.published = t.Date.Format(time.DateOnly)
	}
}

// label is a name of a site or section, "" for what is too long to be one.
func label(name string) string {
	const longest = 120 // characters
	if utf8.RuneCountInString(name) > longest {
		return ""
	}
	return name
}

// field cleans the text of a metadata field.
func field(text string) string { return clean(unescapeAgain(text)) }

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// authorNames splits a list of names and keeps those that can be names: no address, no handle, no sentence.
func authorNames(list string) []string {
	if l := strings.ToLower(list); strings.HasPrefix(l, "by ") {
		list = list[3:]
	}
	list = strings.NewReplacer(" and ", ",", " & ", ",", ";", ",", "|", ",").Replace(list)
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		name = clean(name)
		if name == "" || len(name) > 80 || !sayable(name) || strings.ContainsAny(name, "/@:<>") {
			continue
		}
		names = append(names, name)
	}
	return names
}

// isoDate returns a date of the page in ISO 8601 as precise as it is given, "" if it is none. The year 1 is what
// programs write that have no date.
func isoDate(text string) string {
	if strings.HasPrefix(strings.TrimSpace(text), "0") {
		return ""
	}
	text = strings.TrimSpace(text)
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05.999Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04",
	} {
		if t, err := time.Parse(layout, text); err == nil {
			if strings.HasSuffix(layout, "00") {
				return t.Format(time.RFC3339)
			}
			return t.Format("2006-01-02T15:04:05")
		}
	}
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format("2006-01-02T15:04:05")
		}
	}
	for _, layout := range []string{time.RFC1123Z, time.RFC1123, "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 -0700"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format(time.RFC3339)
		}
	}
	for _, layout := range []string{time.DateOnly, "2006/01/02", "January 2, 2006", "Jan 2, 2006", "2 January 2006", "20060102"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return ""
}

// withoutSite removes the name of the publication from a title: "Bridge opens | Example News" or "Example News: Bridge
// opens". Without a name it removes a last part after a bar, which headlines do not hold.
func withoutSite(title, site string) string {
	for _, sep := range []string{" | ", " - ", " – ", " — ", " · ", " • ", " » ", " :: ", ": "} {
		for _, part := range []struct {
			head bool
			at   int
		}{{false, strings.LastIndex(title, sep)}, {true, strings.Index(title, sep)}} {
			if part.at < 0 {
				continue
			}
			before, after := title[:part.at], title[part.at+len(sep):]
			switch {
			case part.head && site != "" && letters(before) == letters(site):
				return after
			case !part.head && site != "" && letters(after) == letters(site):
				return withoutSite(before, "")
			case !part.head && (sep == " | " || sep == " · " || sep == " » ") && strings.Count(before, " ") >= 2:
				return withoutSite(before, site)
			}
		}
	}
	return title
}
