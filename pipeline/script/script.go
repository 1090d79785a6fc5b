// Package script turns an Article into a Script: the utterances to speak, in order, each with what is written, what is
// said, the two-way map between them, and the pauses around it. It is not for speaking, and it changes no article.
package script

import (
	"time"

	"github.com/voicepress/voicepress/pipeline/script/normalize"
)

// Role is the part an utterance plays.
type Role string

// The roles of an utterance.
const (
	Notice  Role = "disclosure" // the spoken notice that the voice is AI-generated
	Title   Role = "title"
	Heading Role = "heading"
	Body    Role = "body"
	Quote   Role = "quote"
	List    Role = "list-item"
)

// The block indices of utterances that do not come from Article.Blocks.
const (
	TitleBlock  = -1
	NoticeBlock = -2
)

// Utterance is one request to a voice: a sentence, or a part of one that is too long.
type Utterance struct {
	Block   int              `json:"block"` // index into Article.Blocks, or TitleBlock or NoticeBlock
	Start   int              `json:"start"` // bytes of the block's text, [Start, End)
	End     int              `json:"end"`
	Role    Role             `json:"role"`
	Written string           `json:"written"` // the block's text[Start:End]
	Spoken  string           `json:"spoken"`  // what the voice is asked to say
	Spans   []normalize.Span `json:"spans"`   // the map between Written and Spoken: every byte of both, in order
	Before  time.Duration    `json:"-"`       // silence before it, at least
	After   time.Duration    `json:"-"`       // silence after it, at least; between two utterances the longer one counts
}

// Script is an article as it will be spoken.
type Script struct {
	Language   string      `json:"language"` // BCP 47
	Utterances []Utterance `json:"utterances"`
}
