package article

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// readJSON reads an article in the form that Article has in JSON, a post as WordPress's REST interface gives it, or the
// first story of a JSON Feed. In a list, the first is read.
//
// Source: https://developer.wordpress.org/rest-api/reference/posts/, https://www.jsonfeed.org/version/1.1/.
func readJSON(a *Article, data []byte, text string, src Source) error {
	if err := checkUTF8(data); err != nil {
		return err
	}
	value, err := parseJSON(text)
	if err != nil {
		return err
	}
	if list, ok := value.([]any); ok {
		if len(list) == 0 {
			return &NoArticle{Why: "the list is empty"}
		}
		if len(list) > 1 {
			a.Warnings = append(a.Warnings, fmt.Sprintf("the list holds %d articles; the first is read", len(list)))
		}
		value = list[0]
	}
	top, ok := value.(map[string]any)
	if !ok {
		return &Unreadable{Problem: "the JSON holds no article: an object is expected, not " + typeOf(value), Remedy: jsonRemedy}
	}
	f := fields{values: top, err: &err}
	has := func(keys ...string) bool {
		return !slices.ContainsFunc(keys, func(k string) bool { _, ok := top[k]; return !ok })
	}
	var more error
	switch {
	case has("blocks"):
		f.article(a)
	case has("items") && strings.Contains(f.text("version"), "jsonfeed.org"):
		more = f.jsonFeed(a, src)
	case has("content"):
		more = f.post(a, src)
	case has("code", "message"):
		f.fail("message", "the server answered with an error and no article: %.200q", f.text("message"))
	default:
		f.fail("blocks", "it is missing, and the JSON is no post of WordPress (content) and no JSON Feed (version, items)")
	}
	if err != nil {
		return err
	}
	return more
}

// article reads the JSON form of Article. It is strict, because a field that is passed over is text that nobody hears:
// fields that it does not know are errors. id, name and announced are those of this reading, not those that are given.
func (f fields) article(a *Article) {
	f.only("id", "name", "url", "title", "authors", "site", "section", "published", "language", "blocks", "skipped", "announced", "warnings")
	f.text("id")
	f.text("name")
	a.Title, a.Site, a.Section, a.Language = clean(f.text("title")), clean(f.text("site")), clean(f.text("section")), f.text("language")
	if a.Language != "" && tag(a.Language) == "" {
		f.fail("language", "%.40q is no language of BCP 47, such as en-GB", a.Language)
	}
	for _, author := range f.texts("authors") {
		if author = clean(author); author != "" {
			a.Authors = append(a.Authors, author)
		}
	}
	if address := f.text("url"); address != "" {
		if a.URL = webAddress(address, nil); a.URL == "" {
			f.fail("url", "%.60q is no address of the web", address)
		}
	}
	if published := f.text("published"); published != "" {
		if a.Published = isoDate(published); a.Published == "" {
			f.fail("published", "%.40q is no date of ISO 8601", published)
		}
	}
	for _, warning := range f.texts("warnings") {
		a.Warnings = append(a.Warnings, clean(warning))
	}
	if f.values["blocks"] == nil {
		f.fail("blocks", "a list is expected, not null")
	}
	place := []int{} // by block of the input: where it is in Blocks
	for _, b := range f.objects("blocks") {
		place = append(place, len(a.Blocks))
		if block := b.block(); block.Text != "" {
			a.Blocks = append(a.Blocks, block)
		}
	}
	place = append(place, len(a.Blocks))
	last := 0
	for _, s := range f.objects("skipped") {
		s.only("kind", "text", "reason", "table", "before")
		skipped := Skipped{Kind: s.kind(), Text: clean(s.text("text")), Reason: clean(s.text("reason")), Table: s.whole("table", maxPieces), Before: s.before(place, &last)}
		if skipped.Reason == "" {
			s.fail("reason", "it is missing")
		}
		if skipped.Text != "" {
			a.Skipped = append(a.Skipped, skipped)
		}
	}
	f.objects("announced")
}

// block reads one block; its text is empty if it holds none.
func (f fields) block() Block {
	f.only("kind", "text", "level", "number", "table", "cells", "rule")
	b := Block{Kind: f.kind(), Text: clean(f.text("text")), Level: f.whole("level", 6), Number: f.whole("number", maxPieces), Table: f.whole("table", maxPieces), Rule: clean(f.text("rule"))}
	if _, ok := f.values["text"]; !ok {
		f.fail("text", "it is missing")
	}
	for i, member := range f.list("cells") {
		number, _ := member.(json.Number)
		at, err := strconv.Atoi(number.String())
		if err != nil || at <= 0 || at >= len(b.Text) || b.Text[at-1] != ' ' || i > 0 && at <= b.Cells[i-1] {
			f.fail("cells", "they are bytes of the text behind a space, in order")
			break
		}
		b.Cells = append(b.Cells, at)
	}
	if b.Kind == Heading && b.Level == 0 {
		b.Level = 2
	}
	if b.Kind != Heading && b.Level != 0 {
		f.fail("level", "only a heading has one")
	}
	return b
}

// kind is the kind of a block.
func (f fields) kind() Kind {
	kind := Kind(f.text("kind"))
	if kind == "" {
		f.fail("kind", "it is missing")
	} else if !slices.Contains(Kinds(), kind) {
		f.fail("kind", "unknown kind %.40q; there are: %s", string(kind), kindNames())
	}
	return kind
}

func kindNames() string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// before reads the index of the block that something stands before; the indices of a list do not fall.
func (f fields) before(place []int, last *int) int {
	n := f.whole("before", len(place)-1)
	if n < *last {
		f.fail("before", "%d comes after %d: they are in reading order", n, *last)
		n = *last
	}
	*last = n
	return place[n]
}

// only refuses fields other than these.
func (f fields) only(known ...string) {
	for _, key := range slices.Sorted(maps.Keys(f.values)) {
		if !slices.Contains(known, key) {
			f.fail(key, "unknown field; there are: %s", strings.Join(known, ", "))
		}
	}
}

// post reads a post of WordPress. Fields that are not needed may hold anything: plug-ins add what they like.
func (f fields) post(a *Article, src Source) error {
	content, excerpt := f.object("content"), f.object("excerpt")
	a.Title = plainText(f.object("title").text("rendered"))
	a.URL = webAddress(f.text("link"), nil)
	if a.Language = f.text("lang"); tag(a.Language) == "" { // plug-ins for several languages give it
		a.Language = ""
	}
	a.Published = isoDate(f.text("date_gmt") + "Z")
	if a.Published == "" {
		a.Published = isoDate(f.text("date"))
	}
	if embedded, ok := f.values["_embedded"].(map[string]any); ok { // with the parameter _embed
		for _, name := range names(embedded["author"]) {
			a.Authors = append(a.Authors, authorNames(field(name))...)
		}
	}
	markup := content.text("rendered")
	if locked, ok := content.values["protected"].(bool); ok && locked && markup == "" {
		f.fail("content", "the post is protected by a password")
	}
	if !sayable(plainText(markup)) {
		markup = excerpt.text("rendered")
		a.Warnings = append(a.Warnings, "the post holds no content; its excerpt is read")
	}
	if *f.err != nil {
		return *f.err
	}
	return readFragment(a, markup, src)
}

// jsonFeed reads the first story of a JSON Feed.
func (f fields) jsonFeed(a *Article, src Source) error {
	items := f.objects("items")
	if len(items) == 0 {
		return &NoArticle{Why: "the feed holds no story"}
	}
	it := items[0]
	if len(items) > 1 {
		a.Warnings = append(a.Warnings, fmt.Sprintf("the feed holds %d stories; the first is read", len(items)))
	}
	a.Title, a.Site, a.URL = field(it.text("title")), field(f.text("title")), first(webAddress(it.text("url"), nil), webAddress(it.text("external_url"), nil))
	a.Published, a.Language = isoDate(it.text("date_published")), first(tag(it.text("language")), tag(f.text("language")))
	for _, from := range []any{it.values["authors"], it.values["author"], f.values["authors"], f.values["author"]} { // "author" is of version 1
		if len(a.Authors) == 0 {
			for _, name := range names(from) {
				a.Authors = append(a.Authors, authorNames(field(name))...)
			}
		}
	}
	markup, text := it.text("content_html"), it.text("content_text")
	if markup == "" && text == "" {
		text = it.text("summary")
		a.Warnings = append(a.Warnings, "the feed holds only a summary of the story")
	}
	if *f.err != nil {
		return *f.err
	}
	if markup != "" {
		return readFragment(a, markup, src)
	}
	readText(a, text)
	return nil
}

// plainText is the text of a piece of mark-up, on one line.
func plainText(markup string) string {
	doc, err := parsePage(markup)
	if err != nil {
		return clean(markup)
	}
	return field(textOf(doc))
}
