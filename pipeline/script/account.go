package script

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/voicepress/voicepress/pipeline/article"
)

// State is what became of a stretch of text.
type State string

// The states of a stretch.
const (
	Spoken   State = "spoken"   // said as written
	Respoken State = "respoken" // said in another form: From became To
	Omitted  State = "skipped"  // not said, for a Reason
)

// accountVersion is the version of the account's JSON shape.
const accountVersion = 1

// Account says what became of every byte of an article. In JSON:
//
//	{"version": 1, "language": "en", "url": "https://example.org/a", "section": "Politics",
//	 "added":   [{"role": "disclosure", "spoken": "...", "before": -1}],
//	 "title":   {"index": -1, "kind": "title", "text": "...", "pieces": [...]},
//	 "blocks":  [{"index": 0, "kind": "paragraph", "text": "...", "pieces": [
//	     {"start": 0, "end": 9, "state": "spoken"},
//	     {"start": 9, "end": 15, "state": "respoken", "rule": "money", "from": "$3.2bn", "to": "three point two billion dollars"},
//	     {"start": 15, "end": 16, "state": "skipped", "reason": "space between utterances"}]}],
//	 "skipped": [{"kind": "caption", "text": "...", "reason": "photo credit", "before": 0}]}
//
// Pieces lie one behind the other and cover the text. One with start == end is something said where nothing is
// written: the full stop that a heading gets.
type Account struct {
	Version int `json:"version"`
	// What, besides the text, decided how it is read; as in Article.
	Language string `json:"language,omitempty"`
	URL      string `json:"url,omitempty"`
	Section  string `json:"section,omitempty"`

	Added   []Addition       `json:"added"` // what is said and stands nowhere in the article
	Title   BlockAccount     `json:"title"`
	Blocks  []BlockAccount   `json:"blocks"`
	Skipped []SkippedAccount `json:"skipped"`

	Quality *Quality `json:"quality,omitempty"` // of the sound; nil where there is none or nobody listened
	// Voices are who said it, where another backend than the one that was asked did, or did some of it.
	Voices []VoiceAccount `json:"voices,omitempty"`
}

// VoiceAccount says what one of the voices said.
type VoiceAccount struct {
	Engine     string  `json:"engine"`
	Voice      string  `json:"voice"`
	InsteadOf  string  `json:"instead_of,omitempty"` // the engine that was asked
	Why        string  `json:"why,omitempty"`        // the kind of failure: "rate_limited"
	Utterances int     `json:"utterances"`
	Parts      []Place `json:"parts,omitempty"` // what it said; left out where it said all
}

// Place is bytes [Start, End) of the text of a block, of which the index may be that of the notice, an announcement or the
// title.
type Place struct {
	Block int `json:"block"`
	Start int `json:"start"`
	End   int `json:"end"`
}

// Addition is an utterance that does not come from the article.
type Addition struct {
	Role   Role   `json:"role"`
	Spoken string `json:"spoken"`
	Before int    `json:"before"` // the block that follows: TitleBlock or an index, which may be the number of blocks
}

// BlockAccount is the account of one block.
type BlockAccount struct {
	Index  int            `json:"index"`
	Kind   article.Kind   `json:"kind"`
	Text   string         `json:"text"`
	Pieces []AccountPiece `json:"pieces"`
}

// AccountPiece is what became of bytes [Start, End) of a block's text.
type AccountPiece struct {
	Start  int    `json:"start"`
	End    int    `json:"end"`
	State  State  `json:"state"`
	Rule   string `json:"rule,omitempty"` // the normaliser's, for Respoken and where a rule left something out
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	IPA    string `json:"ipa,omitempty"` // how To sounds, where a rule says so
	Reason string `json:"reason,omitempty"`
}

// SkippedAccount is a block that is not read aloud.
type SkippedAccount struct {
	Kind   article.Kind `json:"kind"`
	Text   string       `json:"text"`
	Reason string       `json:"reason"`
	Before int          `json:"before"` // the block that follows it on the page, as in Addition
}

// NewAccount makes the account of an article and its script. It adds nothing but white space between utterances: what
// the script leaves out stays open, and Balance finds it.
func NewAccount(a *article.Article, s *Script) Account {
	acc := Account{
		Version: accountVersion, Language: a.Language, URL: a.URL, Section: a.Section,
		Added:   []Addition{},
		Title:   BlockAccount{Index: TitleBlock, Kind: article.Title, Text: a.Title, Pieces: []AccountPiece{}},
		Blocks:  make([]BlockAccount, len(a.Blocks)),
		Skipped: make([]SkippedAccount, len(a.Skipped)),
	}
	for i, b := range a.Blocks {
		acc.Blocks[i] = BlockAccount{Index: i, Kind: b.Kind, Text: b.Text, Pieces: []AccountPiece{}}
	}
	for i, b := range a.Skipped {
		acc.Skipped[i] = SkippedAccount{b.Kind, b.Text, b.Reason, b.Before}
	}
	for i, u := range s.Utterances {
		if u.Block == NoticeBlock {
			acc.Added = append(acc.Added, Addition{u.Role, u.Spoken, TitleBlock})
		} else if u.Block == AnnouncementBlock {
			acc.Added = append(acc.Added, Addition{u.Role, u.Spoken, s.next(i, len(a.Blocks))})
		} else if b := acc.Block(u.Block); b != nil {
			b.Pieces = appendUtterance(b.Pieces, u)
		}
	}
	for _, p := range s.Silent {
		if b := acc.Block(p.Block); b != nil {
			b.Pieces = append(b.Pieces, AccountPiece{Start: p.Start, End: p.End, State: Omitted, Reason: p.Reason})
		}
	}
	acc.Title.fillSpace()
	for i := range acc.Blocks {
		acc.Blocks[i].fillSpace()
	}
	return acc
}

// next is the block of the article that is said next after an utterance; none where no more follows.
func (s *Script) next(utterance, none int) int {
	for _, u := range s.Utterances[utterance+1:] {
		if u.Block >= 0 {
			return u.Block
		}
	}
	return none
}

// Block gives the account of a block, or of the title with TitleBlock; nil where there is none.
func (acc *Account) Block(index int) *BlockAccount {
	switch {
	case index == TitleBlock:
		return &acc.Title
	case index >= 0 && index < len(acc.Blocks):
		return &acc.Blocks[index]
	}
	return nil
}

// appendUtterance appends the pieces of one utterance, one a span.
func appendUtterance(pieces []AccountPiece, u Utterance) []AccountPiece {
	for _, s := range u.Spans {
		p := AccountPiece{Start: u.Start + s.Start, End: u.Start + s.End, State: Spoken}
		switch {
		case s.Class == "":
		case s.From == s.To:
			p.State, p.Rule, p.From, p.Reason = Omitted, s.Class, u.Written[s.Start:s.End], "not said"
		default:
			p.State, p.Rule, p.From, p.To, p.IPA = Respoken, s.Class, u.Written[s.Start:s.End], u.Spoken[s.From:s.To], s.IPA
		}
		pieces = append(pieces, p)
	}
	return pieces
}

// fillSpace puts the pieces in order and lists the white space between them.
func (b *BlockAccount) fillSpace() {
	slices.SortStableFunc(b.Pieces, func(p, q AccountPiece) int { return p.Start - q.Start })
	filled := make([]AccountPiece, 0, 2*len(b.Pieces)+1)
	done := 0
	space := func(until int) {
		if done < until && until <= len(b.Text) && strings.TrimSpace(b.Text[done:until]) == "" {
			filled = append(filled, AccountPiece{Start: done, End: until, State: Omitted, Reason: "space between utterances"})
		}
	}
	for _, p := range b.Pieces {
		space(p.Start)
		filled = append(filled, p)
		done = max(done, p.End)
	}
	space(len(b.Text))
	b.Pieces = filled
}

// Balance checks that every byte of the title and of every block is in one piece and that each piece says what became of
// it. The error names the block and the byte.
func (acc Account) Balance() error {
	if acc.Title.Index != TitleBlock {
		return fmt.Errorf("account: the title has the number %d, not %d", acc.Title.Index, TitleBlock)
	}
	if err := acc.Title.balance(); err != nil {
		return err
	}
	for i := range acc.Blocks {
		if acc.Blocks[i].Index != i {
			return fmt.Errorf("account: block %d has the number %d", i, acc.Blocks[i].Index)
		}
		if err := acc.Blocks[i].balance(); err != nil {
			return err
		}
	}
	for i, s := range acc.Skipped {
		if s.Reason == "" {
			return fmt.Errorf("account: skipped block %d has no reason", i)
		}
	}
	return nil
}

// maxAccount is the longest account that ReadAccount takes, in bytes. The account of a long article is about ten times as
// long as its text.
const maxAccount = 256 << 20

// ReadAccount reads an account as it stands in S.account.json. It does not check that it balances.
func ReadAccount(r io.Reader) (Account, error) {
	var acc Account
	limited := &io.LimitedReader{R: r, N: maxAccount}
	decoder := json.NewDecoder(limited)
	err := decoder.Decode(&acc)
	if err == nil {
		if _, end := decoder.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("there is more behind its end")
		}
	}
	if err != nil {
		if limited.N <= 0 {
			return Account{}, fmt.Errorf("read the account: longer than %d MiB", maxAccount>>20)
		}
		return Account{}, fmt.Errorf("read the account: %w", err)
	}
	if acc.Version != accountVersion {
		return Account{}, fmt.Errorf("read the account: version %d, not %d", acc.Version, accountVersion)
	}
	return acc, nil
}

func (b *BlockAccount) balance() error {
	name := blockName(b.Index)
	done := 0
	for _, p := range b.Pieces {
		switch {
		case p.Start > done:
			return fmt.Errorf("account: %s: bytes %d to %d are in no piece", name, done, p.Start)
		case p.Start < done:
			return fmt.Errorf("account: %s: byte %d is in two pieces", name, p.Start)
		case p.End < p.Start || p.End > len(b.Text):
			return fmt.Errorf("account: %s: the piece at byte %d does not lie in the text", name, p.Start)
		case p.State == Respoken && p.To == "", (p.State == Respoken || p.From != "") && p.From != b.Text[p.Start:p.End]:
			return fmt.Errorf("account: %s: the piece at byte %d is not what is written there", name, p.Start)
		case p.State == Omitted && p.Reason == "":
			return fmt.Errorf("account: %s: the piece at byte %d is skipped for no reason", name, p.Start)
		case p.State != Spoken && p.State != Respoken && p.State != Omitted:
			return fmt.Errorf("account: %s: the piece at byte %d has the unknown state %q", name, p.Start, p.State)
		}
		done = p.End
	}
	if done < len(b.Text) {
		return fmt.Errorf("account: %s: bytes %d to %d are in no piece", name, done, len(b.Text))
	}
	return nil
}
