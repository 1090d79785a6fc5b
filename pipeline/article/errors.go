package article

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNothingToRead says that the input holds no letter and no digit: there is nothing that a voice could say.
var ErrNothingToRead error = &Unreadable{
	Problem: "there is nothing to read: the input holds no letter and no digit",
	Remedy:  "check that the right file or address was given",
}

// ErrNotFree says that the page declares itself not free to read, by isAccessibleForFree in its JSON-LD.
var ErrNotFree error = &Unreadable{
	Problem: "the page says that it is not free to read (isAccessibleForFree is false)",
	Remedy:  "if the article is yours to publish, say so with --i-have-the-rights",
}

// Unreadable says why an input cannot become an article, where nothing more is to be said than that.
type Unreadable struct {
	Problem string
	Remedy  string // what the user can do
}

// Error is what is wrong with the input.
func (e *Unreadable) Error() string { return e.Problem }

// Hint is what the user can do about it.
func (e *Unreadable) Hint() string { return e.Remedy }

// NoArticle says that a page holds text, but none that looks like an article.
type NoArticle struct {
	Why string // "the page holds menus and forms only"

	ruled bool // rules of the publisher exclude what there is
}

func (e *NoArticle) Error() string { return "no article found: " + e.Why }

// Hint is what the user can do about it.
func (e *NoArticle) Hint() string {
	if e.ruled {
		return "see extraction.rules in the configuration; docs/extraction.md says which rule wins"
	}
	return "give the address of one story; a page that needs a browser to show its text can be saved from one, or its text given as Markdown or plain text"
}

// nothingLeft says that rules of the publisher exclude what could be read.
func nothingLeft() error {
	return &NoArticle{Why: "the publisher's rules leave nothing to read", ruled: true}
}

// NotText says that the input is no text at all.
type NotText struct {
	Type string // MIME type as far as it can be told: "image/png"; may be empty
}

func (e *NotText) Error() string {
	if e.Type == "" {
		return "the input is not text"
	}
	return "the input is not text: it looks like " + e.Type
}

// Hint is what the user can do about it.
func (e *NotText) Hint() string { return "voicepress reads HTML, Markdown, plain text, JSON and feeds" }

// TooLarge says that the input is larger than what is read of one article.
type TooLarge struct {
	What  string // what is counted: "bytes", "pieces of text", "levels of nested elements"
	Limit int
}

func (e *TooLarge) Error() string {
	return fmt.Sprintf("the input is too large: more than %d %s", e.Limit, e.What)
}

// Hint is what the user can do about it.
func (e *TooLarge) Hint() string { return "give one article, not a whole site or archive" }

// UnknownFormat says that a format was asked for that cannot be read.
type UnknownFormat struct {
	Name string
}

func (e *UnknownFormat) Error() string { return fmt.Sprintf("unknown format %.40q", e.Name) }

// Hint is what the user can do about it.
func (e *UnknownFormat) Hint() string {
	var names []string
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return "there are: " + strings.Join(names, ", ")
}

// errNoText is what a reader returns when it finds no block; Read turns it into what the user is told.
var errNoText = errors.New("no text")
