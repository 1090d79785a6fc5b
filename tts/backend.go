// Package tts is the plug between voicepress and a voice: the Backend interface, what crosses it, and its errors.
//
// It is not for splitting articles, joining sound or retrying: what every backend needs stands around it as a wrapper
// that is itself a Backend. Sub-packages are one backend, one wrapper, or the assets (voices, runtimes) they load.
package tts

import (
	"context"
	"unicode/utf8"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/disclosure"
)

// A Backend turns text into speech.
type Backend interface {
	// Info describes the backend. It is constant for the backend's lifetime and safe to call at any time.
	Info() Info

	// Speak says one request. It is safe for concurrent use; callers keep to Info().Concurrency calls at once, and
	// calls beyond it wait or fail with RateLimited. It returns when the whole of the text is spoken, or an error of
	// one of the kinds in this package (see errors.go); any other error is permanent. When ctx ends it returns the
	// context's cause soon, and everything it started has ended when it returns. The text is never run, expanded or
	// read as markup, whatever it holds.
	Speak(ctx context.Context, r Request) (*Speech, error)

	// Close ends the backend and frees what it holds. Calls to Speak that are under way finish or fail with ErrClosed;
	// later calls fail with ErrClosed. Close is safe to call twice.
	Close() error
}

// Loader is a Backend that loads what is large at the first call to Speak, so that opening it costs little where nothing
// has to be spoken. Load does it now, to know whether it can be done; its error is that which Speak would give.
type Loader interface {
	Backend
	Load(ctx context.Context) error
}

// Info is what a backend declares about itself.
type Info struct {
	// Name is the backend's name in configuration and disclosure: "piper".
	Name string
	// Fingerprint identifies everything that can change a sample: adapter revision, model hash, runtime and phonemizer
	// version. It is published in the disclosure, so it holds no address and no path. Two backends of the same fingerprint give
	// the same samples for the same request if Deterministic.
	Fingerprint string
	// SampleRate is the rate of every clip in Hz, or 0 where it varies by voice or request.
	SampleRate int
	// Voices are the voices that can be asked for now. The first is the default.
	Voices []Voice
	// Limit is the most text one request may hold.
	Limit Limit
	// Piece is the most text that is said in one piece where a wrapper takes longer requests and cuts them (tts/split).
	// Callers who know the text better than it does keep to PieceLimit. N = 0 means Limit.
	Piece Limit
	// Concurrency is how many calls to Speak may run at once; 0 means 1.
	Concurrency int
	// RequestsPerMinute is the most requests a minute; 0 means no limit.
	RequestsPerMinute int
	// Timing is the finest kind of Mark that Speak gives.
	Timing Timing
	// Deterministic is true when the same Request always gives the same samples.
	Deterministic bool
	// Remote is true when the text leaves this machine.
	Remote bool
	// Streams is true when Speak calls Alive each time something comes in, so that a call that hangs can be told from a
	// slow one.
	Streams bool
	// Context is true when the sound depends on Request.Before and Request.After.
	Context bool
	// PricePerMillion is the price of a million characters in US dollars; 0 is free. It is an estimate: contracts differ.
	PricePerMillion float64
	// Charge says how the service counts the characters that it charges for.
	Charge Charge
	// Terms is the address of the terms of use of the service or engine, or a short text; a voice's own licence is in
	// Voice.Licence.
	Terms string
	// SourceType says how the sound comes to be, for the disclosure.
	SourceType disclosure.SourceType
	// NoticeRequired is true when the terms of the voice do not allow the spoken notice to be switched off.
	NoticeRequired bool
	// Phonemes is true when the backend says words as Request.Phonemes has them.
	Phonemes bool
	// NormalizesText is true when the backend itself turns numbers and symbols into words and should get them as
	// written.
	NormalizesText bool
}

// Voice is one voice of a backend.
type Voice struct {
	ID       string // as in Request.Voice: "en_US-joe-medium"
	Language string // BCP 47: "en-US"
	Licence  string // SPDX identifier or a short text; empty is unknown
	Source   string // where it comes from: a URL or a package
}

// Request is one utterance to say.
type Request struct {
	// Text is what to say: UTF-8, in words. It is data, never markup.
	Text string
	// Language is the BCP 47 language of Text; empty is the voice's own.
	Language string
	// Voice is a Voice.ID; empty is the backend's default.
	Voice string
	// Rate is the speed of speech: 1 is the voice's own, 2 twice as fast; 0 means 1. Backends accept at least 0.5 to 2.
	Rate float64
	// Seed chooses among the ways in which a backend with randomness may say the text.
	Seed uint64
	// Phonemes fix how some words of Text are said, in order and without overlap. A backend that cannot use them says
	// so in Speech.Warnings.
	Phonemes []Phonemes
	// Before and After are the text around Text, for backends that take intonation from it (Info.Context).
	Before, After string
	// Article names what the request is a part of. It changes no sound: wrappers share out fairly between articles by it,
	// and keep one voice within an article.
	Article string
}

// Phonemes is the pronunciation of one stretch of Request.Text.
type Phonemes struct {
	Start, End int    // bytes of Request.Text, [Start, End)
	IPA        string // International Phonetic Alphabet
}

// Speech is a spoken Request.
type Speech struct {
	Clip audio.Clip
	// Marks are in order of From, and inside both Request.Text and Clip. Marks of one kind do not overlap.
	Marks []Mark
	// Bill is what the service charges. A backend counts its characters; wrappers add up requests and money.
	Bill Bill
	// Warnings are for the editor: what could not be said as asked.
	Warnings []string

	// What follows is filled in by wrappers alone.

	Saved  Bill     // what it did not cost again, because the sound was kept from an earlier time
	Cached bool     // nothing of it was spoken now
	Takes  int      // how often it was spoken until it was good enough; 0 is once
	Faults []string // what quality control says of the take that was kept; none if it is good
	By     *Speaker // who spoke, where that is not the backend that was asked; else nil
	// Provisional is true where a better take was to be asked for, and could not be had now. It is not kept for another time.
	Provisional bool `json:"-"`
}

// Bill is what requests cost.
type Bill struct {
	Requests   int     `json:"requests"`
	Characters int     `json:"characters"` // as the service counts them; 0 for a local backend
	USD        float64 `json:"usd"`
}

// Add is the sum of two bills.
func (b Bill) Add(c Bill) Bill {
	return Bill{b.Requests + c.Requests, b.Characters + c.Characters, b.USD + c.USD}
}

// Speaker is a voice of a backend.
type Speaker struct {
	Info  Info
	Voice Voice
}

// Mark says when a stretch of the request's text is heard.
type Mark struct {
	Kind       Timing // TimingSentence, TimingWord or TimingPhoneme
	Start, End int    // bytes of Request.Text, [Start, End)
	From, To   int    // samples of Clip, [From, To)
	Estimated  bool   // true when From and To are computed from the text, not known from the engine
}

// Timing is how finely a backend knows when it says what.
type Timing int

// The kinds of timing, from coarse to fine.
const (
	TimingNone Timing = iota
	TimingSentence
	TimingWord
	TimingPhoneme
)

// String is the name of the timing: "none", "sentence", "word" or "phoneme".
func (t Timing) String() string {
	names := [...]string{"none", "sentence", "word", "phoneme"}
	if t < 0 || int(t) >= len(names) {
		return "unknown"
	}
	return names[t]
}

// Charge is how a service counts the characters of a request. The zero value counts those of the text.
type Charge struct {
	Times int // how often the text is charged for; 0 is once
	More  int // what is charged for besides the text, such as the markup around it
}

// Characters is how many characters are charged for a text, in general: a service may count some of them otherwise.
func (c Charge) Characters(text string) int {
	return utf8.RuneCountInString(text)*max(c.Times, 1) + c.More
}

// Unit is what a Limit counts.
type Unit string

// The units of a Limit.
const (
	Runes Unit = "runes"
	Bytes Unit = "bytes"
)

// Limit is the most text that one request may hold. N = 0 means no limit.
type Limit struct {
	N    int
	Unit Unit
}

// Fits says whether text is within the limit.
func (l Limit) Fits(text string) bool {
	switch {
	case l.N == 0:
		return true
	case l.Unit == Bytes:
		return len(text) <= l.N
	default:
		return utf8.RuneCountInString(text) <= l.N
	}
}
