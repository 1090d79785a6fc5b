package script

import (
	"slices"
	"strings"
	"unicode"

	"github.com/voicepress/voicepress/pipeline/article"
)

// What is what an entry of a report is about.
type What string

// The kinds of entry.
const (
	Changed What = "changed"  // said in another form: From became To
	LeftOut What = "left-out" // a stretch of a block that is not said
	Added   What = "added"    // said, and not written at that place
	Skipped What = "skipped"  // a whole block that is not read
)

// Entry is one thing that an editor may want to know about how an article is read. Text that is said as written has none.
type Entry struct {
	What   What         `json:"what"`
	Block  int          `json:"block"`          // the block it is in; of one that is skipped or added, the block behind it
	Kind   article.Kind `json:"kind,omitempty"` // of the block; empty for an addition
	Start  int          `json:"start"`          // bytes of the block's text, [Start, End)
	End    int          `json:"end"`
	From   string       `json:"from,omitempty"` // what is written
	To     string       `json:"to,omitempty"`   // what is said
	IPA    string       `json:"ipa,omitempty"`  // how To sounds, where a rule says so
	Rule   string       `json:"rule,omitempty"`
	Reason string       `json:"reason,omitempty"`
	Signs  bool         `json:"signs,omitempty"` // no word is changed: a dash becomes a comma, a stop is left out
}

// Bytes counts what became of the text of the title and the blocks.
type Bytes struct {
	Text     int `json:"text"`
	Spoken   int `json:"spoken"` // as written
	Respoken int `json:"respoken"`
	Skipped  int `json:"skipped"`
}

// Report is an account for people: what is not simply said as written, in reading order.
type Report struct {
	Entries []Entry `json:"entries"`
	Bytes   Bytes   `json:"bytes"`
}

// Report makes the report of an account that balances.
func (acc Account) Report() Report {
	r := Report{Entries: []Entry{}}
	added, skipped := acc.Added, acc.Skipped
	outside := func(before int) {
		for len(added) > 0 && added[0].Before <= before {
			r.Entries = append(r.Entries, Entry{What: Added, Block: before, To: added[0].Spoken, Reason: string(added[0].Role)})
			added = added[1:]
		}
		for len(skipped) > 0 && skipped[0].Before <= before {
			s := skipped[0]
			r.Entries = append(r.Entries, Entry{What: Skipped, Block: before, Kind: s.Kind, From: s.Text, Reason: s.Reason})
			skipped = skipped[1:]
		}
	}
	outside(TitleBlock)
	r.block(acc.Title)
	for i, b := range acc.Blocks {
		outside(i)
		r.block(b)
	}
	last := len(acc.Blocks)
	for _, a := range added {
		last = max(last, a.Before)
	}
	for _, s := range skipped {
		last = max(last, s.Before)
	}
	outside(last)
	return r
}

func (r *Report) block(b BlockAccount) {
	r.Bytes.Text += len(b.Text)
	for _, p := range b.Pieces {
		e := Entry{
			What: Changed, Block: b.Index, Kind: b.Kind, Start: p.Start, End: p.End,
			From: b.Text[p.Start:p.End], To: p.To, IPA: p.IPA, Rule: p.Rule, Reason: p.Reason,
		}
		switch p.State {
		case Spoken:
			r.Bytes.Spoken += p.End - p.Start
			continue
		case Respoken:
			r.Bytes.Respoken += p.End - p.Start
			if p.Start == p.End {
				e.What = Added
			}
		case Omitted:
			r.Bytes.Skipped += p.End - p.Start
			e.What = LeftOut
		}
		if strings.TrimSpace(e.From) == "" && strings.TrimSpace(e.To) == "" {
			continue // a space
		}
		e.Signs = e.IPA == "" && slices.Equal(words(e.From), words(e.To))
		r.Entries = append(r.Entries, e)
	}
}

// words are the words of a text without what a reader hears as a pause or not at all: white space, stops, dashes,
// brackets, quotation marks and invisible signs. A letter, a digit or a symbol such as & or % stays.
func words(text string) []string {
	return strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Pd, unicode.Ps, unicode.Pe):
			return ' '
		case strings.ContainsRune(".,;:!?…·'\"。、，；：！？।", r), unicode.In(r, unicode.Pi, unicode.Pf, unicode.Cf):
			return -1
		}
		return r
	}, text))
}
