package script

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script/normalize"
	"github.com/voicepress/voicepress/pipeline/script/segment"
)

// ErrNothingToSay is returned for an article without a letter or digit in its title and blocks. The notice alone is no
// script.
var ErrNothingToSay = errors.New("the article holds nothing that can be spoken")

// DefaultMaxRunes is the longest utterance in runes of spoken text. Neural voices slur what is much longer.
const DefaultMaxRunes = 250

// Normalizer turns written text into spoken text. Spans of the result with an empty class are spoken as written.
type Normalizer interface {
	Normalize(text string) normalize.Result
}

// Options are the choices of Build.
type Options struct {
	Notice     string                   // spoken before everything else, in the article's language; empty for none
	Normalizer Normalizer               // required
	NoticeBy   Normalizer               // of the notice, which no publisher's lexicon may change; nil means Normalizer
	Fits       func(spoken string) bool // the voice's limit per request; nil for none
	MaxRunes   int                      // the longest utterance in runes of spoken text, but for single signs; 0 means DefaultMaxRunes
	Pauses     Pauses                   //
}

// Build turns an article into a script: the notice, the title, then the blocks in order, with an announcement where a
// table or a listing is left out. A sentence is an utterance,
// with two exceptions. One of fewer than three words goes with its neighbour in the same block, because neural voices
// garble very short input (reported for Piper voices). One that is too long is cut at clauses. Every byte of the title
// and the blocks is in one utterance or one silent piece, but for white space between them.
//
// It returns ErrNothingToSay, a *TooLongError where the voice's limit is below what one sign takes, or an error where
// the normaliser's spans do not cover its texts.
func Build(a *article.Article, o Options) (*Script, error) {
	if o.MaxRunes <= 0 {
		o.MaxRunes = DefaultMaxRunes
	}
	if o.NoticeBy == nil {
		o.NoticeBy = o.Normalizer
	}
	b := builder{Options: o, script: &Script{Language: a.Language}, conjunctions: conjunctions(a.Language)}
	if err := b.add(NoticeBlock, Notice, o.Notice); err != nil {
		return nil, err
	}
	notices := len(b.script.Utterances)
	if err := b.add(TitleBlock, Title, a.Title); err != nil {
		return nil, err
	}
	told := 0
	for i := 0; i <= len(a.Blocks); i++ {
		for ; told < len(a.Announced) && a.Announced[told].Before <= i; told++ {
			if err := b.add(AnnouncementBlock, Announcement, announcement(a.Language, a.Announced[told])); err != nil {
				return nil, err
			}
		}
		if i == len(a.Blocks) {
			break
		}
		b.number, b.cells = a.Blocks[i].Number, a.Blocks[i].Cells
		if err := b.add(i, roleOf(a.Blocks[i].Kind), a.Blocks[i].Text); err != nil {
			return nil, err
		}
		b.number, b.cells = 0, nil
	}
	if len(b.script.Utterances) == notices {
		return nil, ErrNothingToSay
	}
	return b.script, nil
}

func roleOf(k article.Kind) Role {
	switch k {
	case article.Title:
		return Title
	case article.Heading:
		return Heading
	case article.Quote:
		return Quote
	case article.ListItem, article.TableRow:
		return List
	default:
		return Body
	}
}

type builder struct {
	Options
	script       *Script
	conjunctions []string
	number       int   // of the list item whose first words are still to be said
	cells        []int // of the row that is being said, as Block.Cells
}

// part is a stretch of a block and what is said for it. Its spans count from its own start.
type part struct {
	start   int // bytes of the block's text
	written string
	normalize.Result
	words int
	after cut // what ends it: uncut at the end of a sentence
}

func (p *part) end() int { return p.start + len(p.written) }

// add appends the utterances of one block.
func (b *builder) add(index int, role Role, text string) error {
	sentences, err := b.sentences(index, text)
	if err != nil {
		return err
	}
	first := len(b.script.Utterances)
	var cuts []cut
	for _, s := range sentences {
		parts, err := b.fit(s)
		if err != nil {
			return fmt.Errorf("cut %s at byte %d: %w", blockName(index), s.start, err)
		}
		for _, p := range parts {
			if !sayable(p.Spoken) {
				b.silent(index, p.start, p.end())
				continue
			}
			b.terminate(&p)
			b.script.Utterances = append(b.script.Utterances, Utterance{
				Block: index, Start: p.start, End: p.end(), Role: role, Written: p.written, Spoken: p.Spoken, Spans: p.Spans,
			})
			cuts = append(cuts, p.after)
		}
	}
	b.Pauses.set(b.script.Utterances[first:], cuts)
	return nil
}

func (b *builder) silent(index, start, end int) {
	b.script.Silent = append(b.script.Silent, Piece{index, start, end, "holds no letter or digit that is said"})
}

// sentences are the sentences of a block with short ones merged. A short one goes with the next; the last of its
// stretch goes with the one before. What is not said parts stretches.
func (b *builder) sentences(index int, text string) ([]part, error) {
	if len(b.cells) > 0 {
		row, err := b.row(index, text, b.cells)
		return []part{row}, err
	}
	var done []part
	for start, end := range segment.Sentences(text, b.script.Language) {
		p, err := b.say(index, text, start, end)
		if err != nil {
			return nil, err
		}
		n := len(done)
		if n > 0 && sayable(p.Spoken) && short(done[n-1]) {
			merged, err := b.say(index, text, done[n-1].start, end)
			if err != nil {
				return nil, err
			}
			if b.fits(merged) {
				done[n-1] = merged
				continue
			}
		}
		if n > 1 && !sayable(p.Spoken) {
			if done, err = b.mergeLast(index, text, done); err != nil {
				return nil, err
			}
		}
		done = append(done, p)
	}
	return b.mergeLast(index, text, done)
}

// mergeLast merges the last sentence with the one before it if it is short.
func (b *builder) mergeLast(index int, text string, done []part) ([]part, error) {
	n := len(done)
	if n < 2 || !short(done[n-1]) || !sayable(done[n-2].Spoken) {
		return done, nil
	}
	merged, err := b.say(index, text, done[n-2].start, done[n-1].end())
	if err != nil || !b.fits(merged) {
		return done, err
	}
	done[n-2] = merged
	return done[:n-1], nil
}

// say normalises a stretch of a block.
func (b *builder) say(index int, text string, start, end int) (part, error) {
	p := part{start: start, written: text[start:end]}
	by := b.Normalizer
	if index == NoticeBlock {
		by = b.NoticeBy
	}
	p.Result = by.Normalize(p.written)
	if at, ok := covered(p.written, p.Result); !ok {
		return p, fmt.Errorf("normalise %s: the map between written and spoken text breaks at byte %d", blockName(index), start+at)
	}
	b.sayNumber(&p)
	p.words = countWords(p.Spoken)
	return p, nil
}

// fits tells whether a part can be one utterance, with the terminator that it may get.
func (b *builder) fits(p part) bool {
	b.terminate(&p)
	return utf8.RuneCountInString(p.Spoken) <= b.MaxRunes && (b.Fits == nil || b.Fits(p.Spoken))
}

// short tells a sentence that neural voices garble.
func short(p part) bool { return p.words > 0 && p.words < 3 }

// countWords counts the words that hold a letter or digit. Two signs count as one word in scripts without spaces.
func countWords(spoken string) int {
	words := 0
	for _, w := range strings.Fields(spoken) {
		if !sayable(w) {
			continue
		}
		signs := 0
		for _, r := range w {
			if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
				signs++
			}
		}
		words += max(1, (signs+1)/2)
	}
	return words
}

// sayable tells whether a text holds a letter or digit.
func sayable(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

func blockName(index int) string {
	switch index {
	case TitleBlock:
		return "the title"
	case NoticeBlock:
		return "the notice"
	case AnnouncementBlock:
		return "an announcement"
	}
	return fmt.Sprintf("block %d", index)
}

// terminate sees to a stop at the end of what is said, so that headings and list items do not run on: a sentence gets a
// full stop, a part of one a comma. A dash or comma that ends a sentence is said as the stop. What is added is a span of
// class "terminator", with no written text where nothing stood.
func (b *builder) terminate(p *part) {
	mark := ","
	if p.after == uncut {
		mark = fullStop(p.Spoken)
	}
	last := segment.LastMark(p.Spoken)
	if last == 0 {
		return // nothing is said
	}
	if pausing(last) && (p.after != uncut || !strings.ContainsRune(",、，", last)) {
		return
	}
	// k is behind the last span that says something: the stop goes there, before emoji and the like that are not said.
	k := len(p.Spans)
	for k > 0 && p.Spans[k-1].From == p.Spans[k-1].To {
		k--
	}
	written, spoken := p.Spans[k-1].End, len(p.Spoken)
	stop := normalize.Span{Class: terminator, End: written}
	spans := append(make([]normalize.Span, 0, len(p.Spans)+1), p.Spans[:k]...)
	if s := &spans[k-1]; s.Class == "" {
		body := strings.TrimRight(p.Spoken[s.From:], " ,-–—、，")
		tail := spoken - s.From - len(body)
		written, spoken = written-tail, spoken-tail
		s.End, s.To = written, spoken
		if body == "" {
			spans = spans[:k-1]
		}
	}
	stop.Start, stop.From, stop.To = written, spoken, spoken+len(mark)
	spans = append(spans, stop)
	for _, s := range p.Spans[k:] {
		s.From, s.To = stop.To, stop.To
		spans = append(spans, s)
	}
	p.Spoken = p.Spoken[:spoken] + mark
	p.Spans = spans
}

const terminator = "terminator"

// fullStop is the full stop of the script of the last letter.
func fullStop(text string) string {
	for text != "" {
		r, n := utf8.DecodeLastRuneInString(text)
		switch {
		case !unicode.IsLetter(r):
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			return "。"
		case unicode.In(r, unicode.Devanagari, unicode.Bengali):
			return "।"
		default:
			return "."
		}
		text = text[:len(text)-n]
	}
	return "."
}
