package article

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
)

// MaxBytes is the largest input that is read, in bytes. The longest pages of newspapers, live blogs with their scripts,
// are below 10 MB.
const MaxBytes = 32 << 20

// Format is how an input is written.
type Format string

// The formats. Auto decides by content type, file extension and content, in this order.
const (
	Auto     Format = ""
	HTML     Format = "html"
	Markdown Format = "markdown"
	Text     Format = "text"
	Feed     Format = "feed" // RSS 2.0, RSS 1.0 or Atom; its first item is read
	JSON     Format = "json" // an Article, a post of WordPress, or a JSON Feed, whose first item is read
)

// Formats lists the formats by name.
func Formats() []Format { return []Format{HTML, Markdown, Text, Feed, JSON} }

// ParseFormat turns a name into a format. The empty name and "auto" are Auto.
func ParseFormat(name string) (Format, error) {
	f := Format(strings.ToLower(name))
	switch {
	case f == Auto || f == "auto":
		return Auto, nil
	case slices.Contains(Formats(), f):
		return f, nil
	}
	return Auto, &UnknownFormat{Name: name}
}

// Source says where an input comes from.
type Source struct {
	Name        string // a path, a URL or "-"
	URL         string // address it was fetched from, after redirects; empty for a file
	As          Format // Auto unless the caller knows better
	ContentType string // of the HTTP answer, with its charset; empty for a file
	HaveRights  bool   // read a page that says it is not free to read
	Policy      Policy // what becomes of captions, tables and the like
	Rules       *Rules // the publisher's, which win over all else; nil for none

	trace *trace // set by Explain
}

// Read reads one article. The time and memory it takes are in proportion to the input, which is trusted in nothing.
//
// It returns ErrNothingToRead, ErrNotFree, *NoArticle, *NotText, *TooLarge or *UnknownFormat for an input that cannot
// become an article; each has a hint for the user.
func Read(data []byte, src Source) (*Article, error) {
	if len(data) > MaxBytes {
		return nil, &TooLarge{What: "bytes", Limit: MaxBytes}
	}
	format, err := ParseFormat(string(src.As))
	if err != nil {
		return nil, err
	}
	a := &Article{Name: src.Name, Blocks: []Block{}, Skipped: []Skipped{}}
	text, err := decode(data, src.ContentType, func(format string, args ...any) {
		a.Warnings = append(a.Warnings, fmt.Sprintf(format, args...))
	})
	if err != nil {
		return nil, err
	}
	if format == Auto {
		format = detect(text, src)
	}
	switch format {
	case HTML:
		err = readHTML(a, text, src)
	case Markdown:
		err = readMarkdown(a, text, src)
	case Feed:
		err = readFeed(a, text, src)
	case JSON:
		err = readJSON(a, data, text, src)
	default:
		readText(a, text)
	}
	if err == nil {
		src.Policy.apply(a)
	}
	if err == nil && !slices.ContainsFunc(a.Blocks, func(b Block) bool { return sayable(b.Text) }) {
		err = errNoText
	}
	if errors.Is(err, errNoText) {
		switch {
		case slices.ContainsFunc(a.Skipped, func(b Skipped) bool { return byPublisher(b.Reason) }):
			err = nothingLeft()
		case format == HTML:
			err = &NoArticle{Why: "the page shows no running text"}
		case sayable(a.Title):
			err = &NoArticle{Why: "there is a title and no text"}
		default:
			err = ErrNothingToRead
		}
	}
	if err != nil {
		return nil, err
	}
	finish(a, src)
	return a, nil
}

// finish fills what follows from the rest.
func finish(a *Article, src Source) {
	if a.URL == "" {
		a.URL = webAddress(src.URL, nil)
	}
	if a.URL == "" {
		a.URL = webAddress(src.Name, nil)
	}
	a.Title = shorten(a.Title, maxTitle, a)
	settleLanguage(a)
	a.ID = fingerprint(a)
}

// maxTitle is the longest title, in characters: longer than any headline, shorter than what tags and players cope with.
const maxTitle = 300

func shorten(title string, limit int, a *Article) string {
	runes := []rune(title)
	if len(runes) <= limit {
		return title
	}
	a.Warnings = append(a.Warnings, fmt.Sprintf("the title was cut from %d to %d characters", len(runes), limit))
	cut := string(runes[:limit])
	if space := strings.LastIndexByte(cut, ' '); space > 0 {
		cut = cut[:space]
	}
	return cut
}

// sayable says whether a text holds a letter or a digit.
func sayable(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// detect decides what an input of unknown format is.
func detect(text string, src Source) Format {
	media, _, _ := mime.ParseMediaType(src.ContentType) //nolint:errcheck // an unreadable type is none
	if f := formatOfType(media); f != Auto {
		return f
	}
	name := src.Name
	if src.URL != "" {
		name = src.URL
	}
	if u, err := url.Parse(name); err == nil && u.Host != "" {
		name = u.Path
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".html", ".htm", ".xhtml":
		return HTML
	case ".md", ".markdown":
		return Markdown
	case ".txt", ".text":
		return Text
	case ".rss", ".atom":
		return Feed
	case ".json":
		return JSON
	}
	return sniff(text)
}

func formatOfType(media string) Format {
	switch media {
	case "text/html", "application/xhtml+xml":
		return HTML
	case "text/markdown", "text/x-markdown":
		return Markdown
	case "text/plain":
		return Text
	case "application/rss+xml", "application/atom+xml":
		return Feed
	case "application/json", "application/feed+json":
		return JSON
	}
	return Auto
}

// sniff decides by the first bytes: mark-up of a page or a feed, an object of JSON, front matter or a heading of
// Markdown, else text.
func sniff(text string) Format {
	head := strings.ToLower(strings.TrimSpace(text[:min(len(text), 4096)]))
	switch {
	case strings.HasPrefix(head, "<?xml"), strings.HasPrefix(head, "<rss"), strings.HasPrefix(head, "<feed"), strings.HasPrefix(head, "<rdf:rdf"):
		if strings.Contains(head, "<rss") || strings.Contains(head, "<feed") || strings.Contains(head, "<rdf:rdf") {
			return Feed
		}
		return HTML
	case beginsJSON(head):
		return JSON
	case strings.HasPrefix(head, "<!doctype"), strings.HasPrefix(head, "<!--"):
		return HTML
	}
	for _, element := range []string{"html", "head", "body", "article", "main", "div", "p", "h1", "section"} {
		if rest, ok := strings.CutPrefix(head, "<"+element); ok && rest != "" && strings.ContainsAny(rest[:1], "> \t\n/") {
			return HTML
		}
	}
	if front, _ := frontMatter(text); front != nil || strings.HasPrefix(head, "# ") || strings.Contains(head, "\n## ") {
		return Markdown
	}
	return Text
}

// webAddress resolves an address and returns it if it is one of the web, else "".
func webAddress(address string, base *url.URL) string {
	address = strings.TrimSpace(address)
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || bytes.ContainsFunc([]byte(address), unicode.IsControl) {
		return ""
	}
	u.Fragment = ""
	return u.String()
}
