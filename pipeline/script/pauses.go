package script

import (
	"time"

	"github.com/voicepress/voicepress/pipeline/script/segment"
)

// Pauses are the silences of a recording, between the last sound of an utterance and the first of the next. Where two
// apply the longer one counts.
type Pauses struct {
	Head          time.Duration `mapstructure:"head"`           // before the first utterance
	Tail          time.Duration `mapstructure:"tail"`           // after the last one
	Notice        time.Duration `mapstructure:"notice"`         // after the spoken notice
	Title         time.Duration `mapstructure:"title"`          // after the title
	HeadingBefore time.Duration `mapstructure:"heading_before"` // before a heading
	HeadingAfter  time.Duration `mapstructure:"heading_after"`  // after a heading
	Paragraph     time.Duration `mapstructure:"paragraph"`      // after a paragraph
	Quote         time.Duration `mapstructure:"quote"`          // before and after a block quote
	ListItem      time.Duration `mapstructure:"list_item"`      // after a list item
	Sentence      time.Duration `mapstructure:"sentence"`       // after a sentence
	Question      time.Duration `mapstructure:"question"`       // after a question or exclamation
	Clause        time.Duration `mapstructure:"clause"`         // where a long sentence is cut at a semicolon, colon or dash
	Comma         time.Duration `mapstructure:"comma"`          // where it is cut elsewhere
}

// DefaultPauses are those of a calm news reading. The order of the lengths follows how newsreaders pause, longer the
// higher the level of the text (Languages 2023, 8(1):23); sentence, paragraph and heading lie by the strengths that
// cloud services give SSML breaks (250, 500, 750, 1000, 1250 ms). Listeners hardly notice the exact length of a
// sentence pause unless it is extreme. The tail is the least that ACX asks of audiobooks (1-5 s); the head is shorter
// than its 0.5-1 s, because an article starts on a tap. The exact lengths are a choice, not a measurement.
func DefaultPauses() Pauses {
	return Pauses{
		Head:          300 * time.Millisecond,
		Tail:          1000 * time.Millisecond,
		Notice:        900 * time.Millisecond,
		Title:         900 * time.Millisecond,
		HeadingBefore: 1100 * time.Millisecond,
		HeadingAfter:  800 * time.Millisecond,
		Paragraph:     750 * time.Millisecond,
		Quote:         600 * time.Millisecond,
		ListItem:      500 * time.Millisecond,
		Sentence:      400 * time.Millisecond,
		Question:      450 * time.Millisecond,
		Clause:        250 * time.Millisecond,
		Comma:         150 * time.Millisecond,
	}
}

// set fills the pauses around the utterances of one block.
func (p *Pauses) set(block []Utterance, cuts []cut) {
	for i := range block {
		switch u := &block[i]; {
		case cuts[i] == cutClause:
			u.After = p.Clause
		case cuts[i] != uncut:
			u.After = p.Comma
		default:
			u.After = p.Sentence
			if mark := segment.LastMark(u.Spoken); mark == '?' || mark == '!' {
				u.After = p.Question
			}
		}
	}
	if len(block) == 0 {
		return
	}
	first, last := &block[0], &block[len(block)-1]
	switch first.Role {
	case Notice:
		last.After = p.Notice
	case Title:
		last.After = p.Title
	case Heading:
		first.Before, last.After = p.HeadingBefore, p.HeadingAfter
	case Quote:
		first.Before, last.After = p.Quote, p.Quote
	case List:
		last.After = p.ListItem
	default:
		last.After = p.Paragraph
	}
}
