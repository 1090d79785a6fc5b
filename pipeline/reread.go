package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/pipeline/script/lexicon"
	"github.com/voicepress/voicepress/tts"
)

// Reread is a word of an article that the lexicon reads otherwise than when the article was spoken.
type Reread struct {
	Word  string     `json:"word"` // as it is written in the article
	Was   *WordSound `json:"was"`  // nil where the lexicon said nothing
	Now   *WordSound `json:"now"`
	Count int        `json:"count"`
}

// WordSound is how a lexicon reads a word.
type WordSound struct {
	Say string `json:"say"`
	IPA string `json:"ipa,omitempty"`
}

// Rereads compares what the lexicon decided when an article was spoken, by the article's account, with what that of the
// settings decides now. info is the backend's. The list is in the order of the article, each change once with its count.
func Rereads(acc script.Account, info tts.Info, s Settings) ([]Reread, error) {
	a := &article.Article{Title: acc.Title.Text, Language: acc.Language, URL: acc.URL, Section: acc.Section}
	for _, b := range acc.Blocks {
		a.Blocks = append(a.Blocks, article.Block{Kind: b.Kind, Text: b.Text})
	}
	if !info.Phonemes {
		s.Lexicon = s.Lexicon.Own()
	}
	s.NoNotice = true
	_, now, err := Split(a, info, s)
	if err != nil {
		return nil, fmt.Errorf("read the article again: %w", err)
	}
	var list []Reread
	list = compare(list, acc.Title, now.Title)
	for i := range acc.Blocks {
		list = compare(list, acc.Blocks[i], now.Blocks[i])
	}
	return list, nil
}

// compare adds the changes in one block.
func compare(list []Reread, was, now script.BlockAccount) []Reread {
	before, after := decided(was), decided(now)
	add := func(r Reread) {
		i := slices.IndexFunc(list, func(have Reread) bool { return have.Word == r.Word && same(have.Was, r.Was) && same(have.Now, r.Now) })
		if i < 0 {
			list = append(list, r)
			i = len(list) - 1
		}
		list[i].Count++
	}
	for len(before) > 0 || len(after) > 0 {
		switch {
		case len(after) == 0 || len(before) > 0 && before[0].Start < after[0].Start:
			add(Reread{Word: before[0].From, Was: sound(before[0])})
			before = before[1:]
		case len(before) == 0 || after[0].Start < before[0].Start:
			add(Reread{Word: after[0].From, Now: sound(after[0])})
			after = after[1:]
		default:
			if b, a := before[0], after[0]; b.End != a.End || !same(sound(b), sound(a)) {
				add(Reread{Word: a.From, Was: sound(b), Now: sound(a)})
			}
			before, after = before[1:], after[1:]
		}
	}
	return list
}

// decided are the pieces of a block that the lexicon decided.
func decided(b script.BlockAccount) []script.AccountPiece {
	return slices.DeleteFunc(slices.Clone(b.Pieces), func(p script.AccountPiece) bool { return p.Rule != lexicon.Class })
}

func sound(p script.AccountPiece) *WordSound { return &WordSound{strings.TrimSpace(p.To), p.IPA} }

func same(a, b *WordSound) bool { return a == b || a != nil && b != nil && *a == *b }
