package article

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Policy says what becomes of the parts of an article that not every publisher wants to hear. An empty choice is the
// default, the first of those that the comment lists.
type Policy struct {
	Captions    string `mapstructure:"captions"`    // of pictures and tables: skip, read
	Credits     string `mapstructure:"credits"`     // of pictures: skip, read
	Tables      string `mapstructure:"tables"`      // summary (say that there is one), rows (read them), skip
	Code        string `mapstructure:"code"`        // announce, skip
	Notes       string `mapstructure:"notes"`       // footnotes: skip, read
	PullQuotes  string `mapstructure:"pull_quotes"` // quotations and embedded posts that repeat the text: skip, read
	Lists       string `mapstructure:"lists"`       // numbers (say those of numbered lists), plain
	Bylines     string `mapstructure:"bylines"`     // skip, read (once)
	Summaries   string `mapstructure:"summaries"`   // under the headline: skip, read
	Corrections string `mapstructure:"corrections"` // and editor's notes: first, in_place
}

// The choices.
const (
	toSkip    = "skip"
	toRead    = "read"
	summary   = "summary"
	rows      = "rows"
	announce  = "announce"
	numbers   = "numbers"
	plainList = "plain"
	toFront   = "first"
	inPlace   = "in_place"
)

// choice is one field of a Policy.
type choice struct {
	key     string
	value   *string
	allowed []string // the first is the default
}

func (p *Policy) choices() []choice {
	return []choice{
		{"captions", &p.Captions, []string{toSkip, toRead}},
		{"credits", &p.Credits, []string{toSkip, toRead}},
		{"tables", &p.Tables, []string{summary, rows, toSkip}},
		{"code", &p.Code, []string{announce, toSkip}},
		{"notes", &p.Notes, []string{toSkip, toRead}},
		{"pull_quotes", &p.PullQuotes, []string{toSkip, toRead}},
		{"lists", &p.Lists, []string{numbers, plainList}},
		{"bylines", &p.Bylines, []string{toSkip, toRead}},
		{"summaries", &p.Summaries, []string{toSkip, toRead}},
		{"corrections", &p.Corrections, []string{toFront, inPlace}},
	}
}

// DefaultPolicy is the policy of an empty Policy.
func DefaultPolicy() Policy {
	var p Policy
	for _, c := range p.choices() {
		*c.value = c.allowed[0]
	}
	return p
}

// Check refuses a choice that there is not.
func (p Policy) Check() error {
	for _, c := range p.choices() {
		if *c.value != "" && !slices.Contains(c.allowed, *c.value) {
			return fmt.Errorf("%s is %.40q, not one of %s", c.key, *c.value, strings.Join(c.allowed, ", "))
		}
	}
	return nil
}

// entry is a block in reading order, read or skipped.
type entry struct {
	Block

	reason string // why it is skipped; "" for what is read
}

// apply decides what is read of an article that a reader has cut into blocks. It looks at kinds and reasons only, so
// that all inputs are treated alike, and applying it again changes nothing.
func (p Policy) apply(a *Article) {
	for _, c := range p.choices() {
		if *c.value == "" {
			*c.value = c.allowed[0]
		}
	}
	entries := entriesOf(a)
	p.wording(entries)
	entries = p.kinds(entries)
	p.bylines(entries, a)
	p.tables(entries)
	if p.Corrections == toFront {
		slices.SortStableFunc(entries, func(x, y entry) int { return rank(x) - rank(y) })
	}
	p.fill(a, entries)
}

// rank puts corrections before all else.
func rank(e entry) int {
	if e.reason == "" && e.Kind == Correction {
		return 0
	}
	return 1
}

func entriesOf(a *Article) []entry {
	list := make([]entry, 0, len(a.Blocks)+len(a.Skipped))
	next := 0
	for i := 0; i <= len(a.Blocks); i++ {
		for ; next < len(a.Skipped) && a.Skipped[next].Before <= i; next++ {
			s := a.Skipped[next]
			list = append(list, entry{Block{Kind: s.Kind, Text: s.Text, Table: s.Table}, s.Reason})
		}
		if i < len(a.Blocks) {
			list = append(list, entry{a.Blocks[i], ""})
		}
	}
	return list
}

// fill writes the entries back, with an announcement before each table and listing that listeners are told about.
func (p Policy) fill(a *Article, entries []entry) {
	a.Blocks, a.Skipped, a.Announced = make([]Block, 0, len(a.Blocks)), make([]Skipped, 0, len(a.Skipped)), nil
	table, code := -1, -1 // the last announcement of each kind, while what it stands for goes on
	for i, e := range entries {
		tell := e.reason == becauseTable && p.Tables == summary || e.reason == becauseCode && p.Code == announce
		last := &table
		if e.reason == becauseCode {
			last = &code
		}
		before := i > 0 && entries[i-1].reason == e.reason && entries[i-1].Table == e.Table
		if tell && !before {
			*last = len(a.Announced)
			a.Announced = append(a.Announced, Announcement{Kind: e.Kind, Before: len(a.Blocks)})
		}
		if tell && e.reason == becauseTable {
			a.Announced[*last].Rows++
		}
		if e.reason == "" {
			a.Blocks = append(a.Blocks, e.Block)
		} else {
			a.Skipped = append(a.Skipped, Skipped{Kind: e.Kind, Text: e.Text, Reason: e.reason, Table: e.Table, Before: len(a.Blocks)})
		}
	}
}

// wording finds corrections and editor's notes, also where they were taken for something to skip.
func (p Policy) wording(entries []entry) {
	for i := range entries {
		e := &entries[i]
		if byPublisher(e.reason) || e.reason == becauseTitle || e.Kind == TableRow || e.Kind == Code {
			continue
		}
		switch {
		case isCorrection(e.Text):
			e.Block, e.reason = Block{Kind: Correction, Text: e.Text}, ""
		case isCorrectionHeading(e.Text) && i+1 < len(entries) && !byPublisher(entries[i+1].reason) && prosaic(entries[i+1].Block):
			e.Block, e.reason = Block{Kind: Correction, Text: e.Text}, ""
			entries[i+1].Block, entries[i+1].reason = Block{Kind: Correction, Text: entries[i+1].Text}, ""
		}
	}
}

// prosaic says whether a block is running text by itself.
func prosaic(b Block) bool {
	return (b.Kind == Paragraph || b.Kind == Quote || b.Kind == ListItem || b.Kind == Correction) && wordCount(b.Text) >= 4 && ended(b.Text)
}

// kinds decides by kind and reason.
func (p Policy) kinds(entries []entry) []entry {
	done := make([]entry, 0, len(entries))
	for _, e := range entries {
		if e.Rule != "" { // the publisher has the last word
			done = append(done, e)
			continue
		}
		credit := isImageCredit(e.Text)
		switch {
		case e.reason == becauseCaption, e.reason == becauseCredit && credit, e.reason == "" && e.Kind == Caption:
			e.Kind = Caption
			switch {
			case credit && p.Credits == toRead, !credit && p.Captions == toRead:
				e.reason = ""
			case credit:
				e.reason = becauseCredit
			default:
				e.reason = becauseCaption
			}
			if at := creditTail(e.Text); at > 0 && e.reason == "" && !credit && p.Credits == toSkip {
				done = append(done, entry{Block{Kind: Caption, Text: strings.TrimSpace(e.Text[:at])}, ""})
				e = entry{Block{Kind: Caption, Text: strings.TrimSpace(e.Text[at:])}, becauseCredit}
			}
		case e.reason == becauseFootnote, e.reason == "" && e.Kind == Note:
			e.Kind, e.reason = Note, becauseFootnote
			if p.Notes == toRead {
				e.reason = ""
			}
		case e.reason == becausePullQuote:
			e.Kind = Quote
			if p.PullQuotes == toRead {
				e.reason = ""
			}
		case e.reason == becauseSummary && p.Summaries == toRead:
			e.Kind, e.reason = Paragraph, ""
		case e.reason == "" && e.Kind == Code:
			e.reason = becauseCode
		case e.reason == "" && e.Kind == Other:
			e.reason = becauseOutside
		}
		done = append(done, e)
	}
	for i := range done {
		if p.Lists == plainList {
			done[i].Number = 0
		}
	}
	return done
}

// bylines reads the first byline, or none. One that names a writer comes before others.
func (p Policy) bylines(entries []entry, a *Article) {
	if !slices.ContainsFunc(entries, func(e entry) bool { return e.Kind == Byline }) {
		return // and no wordings are read
	}
	known := wordingsFor(baseLanguage(a.Language))
	chosen := -1
	for i, e := range entries {
		if e.Kind != Byline || e.Rule != "" || e.reason != "" && e.reason != becauseByline {
			continue
		}
		named := slices.ContainsFunc(a.Authors, func(name string) bool { return strings.Contains(letters(e.Text), letters(name)) })
		if e.reason == "" && chosen >= 0 || e.reason != "" && !named && !isByline(e.Text, known) {
			continue
		}
		if chosen < 0 {
			chosen = i
		}
	}
	for i := range entries {
		e := &entries[i]
		switch {
		case e.Kind != Byline || e.Rule != "" || e.reason != "" && e.reason != becauseByline:
		case i == chosen && p.Bylines == toRead:
			e.reason = ""
		default:
			e.reason = becauseByline
		}
	}
}

// tables skips the rows of tables, or reads them. A table of sentences holds text and no data, and is read, and so is one
// beside which nothing is read. Tables are numbered anew, in reading order.
func (p Policy) tables(entries []entry) {
	alone := !slices.ContainsFunc(entries, func(e entry) bool { return e.reason == "" && e.Kind != TableRow && sayable(e.Text) })
	number := 0
	for i := 0; i < len(entries); {
		if !isRow(entries[i]) {
			i++
			continue
		}
		end, sentences := i, 0
		for ; end < len(entries) && isRow(entries[end]) && entries[end].Table == entries[i].Table; end++ {
			if text := entries[end].Text; wordCount(text) >= 7 && ended(text) {
				sentences++
			}
		}
		number++
		reason := becauseTable
		if p.Tables == rows || alone || sentences*2 >= end-i {
			reason = ""
		}
		for ; i < end; i++ {
			entries[i].Table, entries[i].reason = number, reason
		}
	}
}

func isRow(e entry) bool {
	return e.Kind == TableRow && e.Rule == "" && (e.reason == "" || e.reason == becauseTable)
}

// imageCredit matches a line that says whose a picture is; lower case.
var imageCredit = regexp.MustCompile(`^\W*(?:` + creditWord + `|getty images|[^.]{0,80}/(?:` + agencies + `)\W*$)`)

// creditWord is how a credit begins; agencies are the names it ends with, as they stand under pictures.
const (
	creditWord = `(?:photo(?:graph|graphy|s)?|image|picture|illustration|graphic|video|foto|fotografie|bild|grafik|photographie|crédit|fotografía|imagen|imagem|fotografia|immagine|beeld)s?(?: ?credits?| source)?(?: by| von| de| di| door)? ?[:/©]|(?:credits?|crédits?|quelle|source|fonte|fuente|bron) ?[:/©]|©`
	agencies   = `getty images|getty|reuters|ap|afp|ap photo|epa|pa|dpa|efe|ansa|anp|lusa|shutterstock|alamy|imago`
)

// creditBehind matches a credit at the end of a caption.
var creditBehind = regexp.MustCompile(`(?i)(?:^|[.!?"'”’)\s])\s*[(\[]?(?:` + creditWord + `)[^.]{1,120}\.?$`)

// isImageCredit says whether a text is a credit of a picture and no more.
func isImageCredit(text string) bool {
	const longest = 300 // bytes
	return len(text) <= longest && imageCredit.MatchString(strings.ToLower(text))
}

// creditTail is the byte where the credit at the end of a caption begins, 0 if there is none.
func creditTail(caption string) int {
	const longest = 2000 // bytes; what is longer is no caption
	if len(caption) > longest {
		return 0
	}
	at := creditBehind.FindStringIndex(caption)
	if at == nil || at[0] == 0 {
		return 0
	}
	return len(caption) - len(strings.TrimLeft(caption[at[0]:], ".!?\"'”’) "))
}
