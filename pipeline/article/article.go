// Package article reads a published article from HTML, Markdown, plain text, JSON or a feed: what is to be read aloud,
// in reading order, and what was left out and why. It is not for sentences or pronunciation, and it invents nothing:
// every character of a block stands in the input.
package article

// Kind is what a block is on the page.
type Kind string

// The kinds of block.
const (
	Title      Kind = "title"
	Heading    Kind = "heading"
	Paragraph  Kind = "paragraph"
	Quote      Kind = "quote"
	ListItem   Kind = "list-item"
	TableRow   Kind = "table-row"
	Caption    Kind = "caption"
	Byline     Kind = "byline"
	Code       Kind = "code"
	Note       Kind = "note"       // a footnote
	Correction Kind = "correction" // what the editors say about the article: a correction, an editor's note
	Other      Kind = "other"      // furniture of the page: share rows, links to other stories
)

// Kinds lists the kinds by name.
func Kinds() []Kind {
	return []Kind{Title, Heading, Paragraph, Quote, ListItem, TableRow, Caption, Byline, Code, Note, Correction, Other}
}

// Block is one paragraph-like piece of the article. Text is one line of clean text: NFC, white space collapsed to
// single spaces, no control, zero-width or other invisible formatting characters.
type Block struct {
	Kind   Kind   `json:"kind"`
	Text   string `json:"text"`
	Level  int    `json:"level,omitempty"`  // 1 to 6 for a heading
	Number int    `json:"number,omitempty"` // of an item of a numbered list, where the number is no part of Text
	Table  int    `json:"table,omitempty"`  // of a row: which table of the article it is in, from 1
	Cells  []int  `json:"cells,omitempty"`  // of a row: bytes of Text where its cells begin, but for the first
	Rule   string `json:"rule,omitempty"`   // the publisher's CSS selector that has it read, whatever else is known of it
}

// Announcement stands for a part of the article that is skipped and that a listener is told about: "Table with 4 rows,
// not read." What it holds is in Skipped.
type Announcement struct {
	Kind   Kind `json:"kind"`           // TableRow or Code
	Rows   int  `json:"rows,omitempty"` // of a table
	Before int  `json:"before"`         // index of the block in Blocks that follows it in reading order
}

// Skipped is a block that is not read aloud.
type Skipped struct {
	Kind   Kind   `json:"kind"`
	Text   string `json:"text"`
	Reason string `json:"reason"`          // a short phrase an editor understands: "link to another story"
	Table  int    `json:"table,omitempty"` // as in Block
	Before int    `json:"before"`          // index of the block in Blocks that follows it in reading order
}

// Article is what the reader of the page would call the article.
type Article struct {
	ID        string    `json:"id"`                  // hex SHA-256 of what is read: language, title, blocks, announcements
	Name      string    `json:"name"`                // where it was read from: a path, a URL or "-"
	URL       string    `json:"url,omitempty"`       // canonical address
	Title     string    `json:"title"`               // clean text as in Block; may be empty
	Authors   []string  `json:"authors,omitempty"`   //
	Site      string    `json:"site,omitempty"`      // name of the publication
	Section   string    `json:"section,omitempty"`   //
	Published string    `json:"published,omitempty"` // ISO 8601, as precise as the page is
	Language  string    `json:"language"`            // BCP 47; "en" where nothing says otherwise
	Blocks    []Block   `json:"blocks"`              // the body in reading order, without the title
	Skipped   []Skipped `json:"skipped"`             // in reading order
	Warnings  []string  `json:"warnings,omitempty"`  // for the editor

	Announced []Announcement `json:"announced,omitempty"` // in reading order
}
