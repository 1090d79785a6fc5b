// Package script turns an Article into a Script: the utterances to speak, in order, each with what is written, what is
// said, the two-way map between them, and the pauses around it. It is not for speaking, and it changes no article.
package script

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

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

	Announcement Role = "announcement" // of a table or a listing that is left out
)

// The block indices of utterances that do not come from Article.Blocks.
const (
	TitleBlock  = -1
	NoticeBlock = -2

	AnnouncementBlock = -3
)

// Utterance is one request to a voice: a sentence, or a part of one that is too long.
type Utterance struct {
	Block   int              `json:"block"` // index into Article.Blocks, or one of the constants above
	Start   int              `json:"start"` // bytes of the block's text, [Start, End)
	End     int              `json:"end"`
	Role    Role             `json:"role"`
	Written string           `json:"written"` // the block's text[Start:End]
	Spoken  string           `json:"spoken"`  // what the voice is asked to say
	Spans   []normalize.Span `json:"spans"`   // the map between Written and Spoken: every byte of both, in order
	Before  time.Duration    `json:"-"`       // silence before it, at least; in JSON pause_before_ms
	After   time.Duration    `json:"-"`       // silence after it, at least; between two utterances the longer one counts
}

// Piece is a stretch of a block that no utterance speaks, such as a line of asterisks. White space between utterances
// is not listed.
type Piece struct {
	Block  int    `json:"block"` // as in Utterance
	Start  int    `json:"start"` // bytes of the block's text, [Start, End)
	End    int    `json:"end"`
	Reason string `json:"reason"`
}

// Script is an article as it will be spoken.
type Script struct {
	Language   string      `json:"language"` // BCP 47
	Utterances []Utterance `json:"utterances"`
	Silent     []Piece     `json:"silent,omitempty"` // in reading order
}

// RunesPerSecond is about how fast an English neural voice speaks. The voice en_US-joe-medium at its own rate took 257.8 s
// for an article of 686 words, 160 words a minute, the silence within the recording included; 5.7 characters a word with
// its space is assumed, not counted. Other voices and languages differ.
const RunesPerSecond = 15

// Estimate predicts how long the script takes to hear, without the silence at either end.
func (s *Script) Estimate() time.Duration {
	var total, owed time.Duration
	for i, u := range s.Utterances {
		if i > 0 {
			total += max(owed, u.Before)
		}
		total += time.Duration(utf8.RuneCountInString(u.Spoken)) * time.Second / RunesPerSecond
		owed = u.After
	}
	return total
}

// utteranceJSON is an Utterance as it stands in JSON: pauses in milliseconds.
type utteranceJSON struct {
	utteranceFields
	BeforeMS int64 `json:"pause_before_ms"`
	AfterMS  int64 `json:"pause_after_ms"`
}

type utteranceFields Utterance

// MarshalJSON writes the pauses in whole milliseconds.
func (u Utterance) MarshalJSON() ([]byte, error) {
	return json.Marshal(utteranceJSON{utteranceFields(u), u.Before.Milliseconds(), u.After.Milliseconds()})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (u *Utterance) UnmarshalJSON(data []byte) error {
	var j utteranceJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*u = Utterance(j.utteranceFields)
	u.Before = time.Duration(j.BeforeMS) * time.Millisecond
	u.After = time.Duration(j.AfterMS) * time.Millisecond
	return nil
}

// PrimaryLanguage is the language of a BCP 47 tag without script and region: "en" of "en-GB".
func PrimaryLanguage(tag string) string {
	language, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return language
}
