package disclosure

import (
	"cmp"
	"slices"
	"time"
)

// Kind is what kind of engine made the voice.
type Kind string

// The kinds of engine.
const (
	Neural  Kind = "neural"
	Formant Kind = "formant"
)

// Disclosure is everything that is known about a finished piece of audio when it is written. Strings may come from
// anywhere: whatever is written is first cleaned of control characters and bounded in length.
//
// The same Disclosure always gives the same bytes; nothing here reads a clock.
type Disclosure struct {
	// Wording is what is said about the voice. The zero value means WordingFor the language of the article.
	Wording Wording
	// SourceType comes from the backend. The zero value and anything unknown mean TrainedAlgorithmicMedia.
	SourceType SourceType
	Engine     Engine
	Voice      Voice
	// InsteadOf is the engine that was to speak and failed; nil where none did.
	InsteadOf *InsteadOf
	// Speakers are all voices with their times, where there are more than Voice.
	Speakers []Speaker
	Article  Article
	Audible  Audible
	// Chapters of the article in order of time, without the spoken notice; that is put before them.
	Chapters []Chapter
	// Text is what is read, in paragraphs separated by line breaks.
	Text string
	// PolicyURL is where the publisher explains how it uses AI. It may be empty.
	PolicyURL string
	Tool      Tool
	// Encoder names the encoder and its settings: "LAME 3.100, CBR 64 kb/s".
	Encoder string
	// Edits say what was done to the sound after the voice: "silence trimmed", "loudness -16 LUFS".
	Edits []string
	// Key is a hash of everything that went in: article, voice, settings, versions.
	Key string
	// Duration of the audio.
	Duration time.Duration
	// Watermark is what is hidden in the sound; nil is nothing.
	Watermark *Watermark
	// Cover is the picture that players show; nil is none. What is no JPEG or PNG within the bounds of NewCover is left out.
	Cover *Cover
	// Created is when the audio was made, for the manifest; zero leaves it out.
	Created time.Time
	// Ingredient is the audio file that was there before, where one is disclosed that another program made; else nil.
	Ingredient *Ingredient
}

// Ingredient is an audio file from which a disclosed one was made.
type Ingredient struct {
	Name   string // base name
	MIME   string
	SHA256 string // hex, of the whole file
}

// Engine is the program or service that made the voice.
type Engine struct {
	Name    string `json:"name"`
	Version string `json:"version"` // version or fingerprint
	Kind    Kind   `json:"kind"`    // the zero value follows from the source type
}

// InsteadOf is an engine that was to speak and failed.
type InsteadOf struct {
	Engine string `json:"engine"` // its name
	Why    string `json:"why"`    // the kind of failure: "rate_limited"
}

// Speaker is one of several voices of a recording.
type Speaker struct {
	Engine     Engine     `json:"engine"`
	Voice      Voice      `json:"voice"`
	Utterances int        `json:"utterances"`
	Spans      [][2]int64 `json:"spans_ms"` // from and to, milliseconds; what follows without another voice between is one
}

// Voice is the voice that reads.
type Voice struct {
	ID       string `json:"id"`
	Language string `json:"lang"`    // BCP 47
	Licence  string `json:"licence"` // SPDX identifier or a short text; empty is unknown
}

// Article is what is read.
type Article struct {
	URL         string // canonical address, http or https; anything else is left out
	Title       string
	Site        string
	Authors     []string
	Section     string
	Published   string // ISO 8601, as precise as is known
	Language    string // BCP 47
	TextSHA256  string // hex SHA-256 of the text that is read
	HumanAuthor *bool  // whether people wrote the text; nil is unknown
}

// Audible says where in the audio the spoken notice is heard.
type Audible struct {
	Present    bool
	Start, End time.Duration   // the end is not after the start where it is not known
	Reminders  []time.Duration // when the notice is heard again
}

// Chapter is a stretch of the audio with a title.
type Chapter struct {
	Title      string
	Start, End time.Duration
}

// Tool is the program that wrote the file.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Watermark is a mark hidden in the sound.
type Watermark struct {
	Algorithm string `json:"alg"`
	Payload   string `json:"payload"` // as its makers write it: "abcd" for sixteen bits in hex
}

// Bounds on what is written, in bytes and items.
const (
	maxName      = 256
	maxTitle     = 1024
	maxText      = 1 << 20
	maxURL       = 2048
	maxAuthors   = 32
	maxEdits     = 64
	maxReminders = 1024
	maxSpeakers  = 16
	maxSpans     = 1 << 14
)

// cleaned is a copy of d that is safe to write: defaults filled in, text cleaned and bounded, times in order.
func (d *Disclosure) cleaned() *Disclosure {
	c := *d
	if !slices.Contains(SourceTypes(), c.SourceType) {
		c.SourceType = TrainedAlgorithmicMedia
	}
	c.Wording = c.Wording.cleaned(WordingFor(c.Article.Language, c.SourceType))
	c.Engine, c.Voice = c.Engine.cleaned(c.SourceType), c.Voice.cleaned()
	if c.InsteadOf != nil {
		c.InsteadOf = &InsteadOf{line(c.InsteadOf.Engine, maxName), line(c.InsteadOf.Why, maxName)}
	}
	c.Speakers = nil
	for _, s := range d.Speakers[:min(len(d.Speakers), maxSpeakers)] {
		s.Engine, s.Voice = s.Engine.cleaned(c.SourceType), s.Voice.cleaned()
		s.Spans = append([][2]int64{}, s.Spans[:min(len(s.Spans), maxSpans)]...)
		for i, span := range s.Spans {
			from := max(0, span[0])
			s.Spans[i] = [2]int64{from, max(from, span[1])}
		}
		s.Utterances = max(0, s.Utterances)
		c.Speakers = append(c.Speakers, s)
	}
	c.Article.URL = cleanURL(c.Article.URL)
	c.Article.Title = line(c.Article.Title, maxTitle)
	c.Article.Site = line(c.Article.Site, maxName)
	c.Article.Authors = lines(c.Article.Authors, maxAuthors)
	c.Article.Section = line(c.Article.Section, maxName)
	c.Article.Published = date(c.Article.Published).given
	c.Article.Language = cleanLanguage(c.Article.Language)
	if !isSHA256(c.Article.TextSHA256) {
		c.Article.TextSHA256 = ""
	}
	c.Audible = c.Audible.cleaned()
	c.Chapters = nil
	if c.Audible.Present {
		c.Chapters = append(c.Chapters, Chapter{c.Wording.Chapter, c.Audible.Start, c.Audible.End})
	}
	for _, ch := range d.Chapters {
		start := max(0, ch.Start)
		c.Chapters = append(c.Chapters, Chapter{line(ch.Title, maxTitle), start, max(start, ch.End)})
	}
	c.Chapters = bounded(c.Chapters)
	c.Text = paragraphs(c.Text, maxText)
	c.PolicyURL = cleanURL(c.PolicyURL)
	c.Tool = Tool{Name: line(c.Tool.Name, maxName), Version: line(c.Tool.Version, maxName)}
	c.Encoder = line(c.Encoder, maxName)
	c.Edits = lines(c.Edits, maxEdits)
	c.Key = line(c.Key, maxName)
	c.Duration = max(0, c.Duration)
	if w := d.Watermark; w != nil {
		c.Watermark = &Watermark{cmp.Or(line(w.Algorithm, maxName), "unknown"), line(w.Payload, maxName)}
	}
	c.Cover = c.Cover.cleaned()
	if c.Ingredient != nil {
		c.Ingredient = &Ingredient{Name: line(c.Ingredient.Name, maxName), MIME: line(c.Ingredient.MIME, maxName)}
		if isSHA256(d.Ingredient.SHA256) {
			c.Ingredient.SHA256 = d.Ingredient.SHA256
		}
	}
	return &c
}

// cleaned fills what is empty, or empty once it is clean, from usual: no file is without its statement.
func (w Wording) cleaned(usual Wording) Wording {
	written := line(w.Written, maxTitle)
	if written == "" {
		return usual
	}
	return Wording{
		Language: cleanLanguage(w.Language),
		Written:  written,
		Spoken:   cmp.Or(line(w.Spoken, maxTitle), written),
		Voice:    cmp.Or(line(w.Voice, maxName), usual.Voice),
		Chapter:  cmp.Or(line(w.Chapter, maxTitle), usual.Chapter),
	}
}

func (e Engine) cleaned(s SourceType) Engine {
	if e.Kind != Neural && e.Kind != Formant {
		e.Kind = Neural
		if s.ByRules() {
			e.Kind = Formant
		}
	}
	return Engine{Name: line(e.Name, maxName), Version: line(e.Version, maxName), Kind: e.Kind}
}

func (v Voice) cleaned() Voice {
	return Voice{ID: line(v.ID, maxName), Language: cleanLanguage(v.Language), Licence: line(v.Licence, maxName)}
}

func (a Audible) cleaned() Audible {
	if !a.Present {
		return Audible{}
	}
	a.Start = max(0, a.Start)
	a.End = max(a.Start, a.End)
	a.Reminders = a.Reminders[:min(len(a.Reminders), maxReminders)]
	return a
}

// artist is who the players say is heard: "AI voice: en_US-joe-medium".
func (d *Disclosure) artist() string {
	if d.Voice.ID == "" {
		return d.Wording.Voice
	}
	return d.Wording.Voice + ": " + d.Voice.ID
}

// joined is the texts that are not empty, with a space between.
func joined(texts ...string) string {
	all := ""
	for _, s := range texts {
		if all != "" && s != "" {
			all += " "
		}
		all += s
	}
	return all
}
