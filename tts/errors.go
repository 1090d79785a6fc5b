package tts

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrClosed is returned by a backend after Close.
var ErrClosed = errors.New("the backend is closed")

// ErrNothingToSay is returned for a request whose text holds no letter and no digit.
var ErrNothingToSay = errors.New("the text holds nothing that can be said")

// RateLimited says that the service asks for a pause.
type RateLimited struct {
	After time.Duration // the wait the service asked for; 0 is unknown
	Err   error
}

func (e *RateLimited) Error() string { return fmt.Sprintf("asked to wait %v: %v", e.After, e.Err) }
func (e *RateLimited) Unwrap() error { return e.Err }

// TooLong says that a request holds more text than the backend takes.
type TooLong struct {
	Limit Limit
}

func (e *TooLong) Error() string {
	return fmt.Sprintf("the text is longer than the %d %s that one request may hold", e.Limit.N, e.Limit.Unit)
}

// NoSuchVoice says that the voice asked for is not there.
type NoSuchVoice struct {
	Voice string
	Known []string // voices that are there
	// Remedy is what the user can do, such as the command that installs the voice. It may be empty.
	Remedy string
}

// Hint is what the user can do about it.
func (e *NoSuchVoice) Hint() string { return e.Remedy }

func (e *NoSuchVoice) Error() string {
	if len(e.Known) == 0 {
		return fmt.Sprintf("no voice %q", e.Voice)
	}
	return fmt.Sprintf("no voice %q; there are: %s", e.Voice, strings.Join(e.Known, ", "))
}

// NotAuthorised says that the service refuses the credentials.
type NotAuthorised struct{ Err error }

func (e *NotAuthorised) Error() string { return fmt.Sprintf("not authorised: %v", e.Err) }
func (e *NotAuthorised) Unwrap() error { return e.Err }

// Refused says that the service will not say this text.
type Refused struct{ Err error }

func (e *Refused) Error() string { return fmt.Sprintf("the text was refused: %v", e.Err) }
func (e *Refused) Unwrap() error { return e.Err }

// QuotaExceeded says that nothing more is to be had for the money that was agreed on: the quota of the contract or the
// budget of the user is used up. Unlike RateLimited it does not pass by waiting a little.
type QuotaExceeded struct {
	Err    error
	Remedy string // what the user can do; it may be empty
}

// Hint is what the user can do about it.
func (e *QuotaExceeded) Hint() string { return e.Remedy }

func (e *QuotaExceeded) Error() string { return fmt.Sprintf("used up: %v", e.Err) }
func (e *QuotaExceeded) Unwrap() error { return e.Err }

// BadAnswer says that what came back is not speech, as when another kind of server answers. The same request would get
// the same.
type BadAnswer struct {
	Err    error
	Remedy string // what the user can do; it may be empty
}

// Hint is what the user can do about it.
func (e *BadAnswer) Hint() string { return e.Remedy }

func (e *BadAnswer) Error() string { return fmt.Sprintf("the answer is not speech: %v", e.Err) }
func (e *BadAnswer) Unwrap() error { return e.Err }

// NoSound says that a voice gave no sound for words that it was asked to say.
type NoSound struct{}

// Hint is what the user can do about it.
func (*NoSound) Hint() string {
	return "the voice may not know this script; choose another voice, or take the sentence out of the article"
}

func (*NoSound) Error() string { return "the voice gave no sound" }

// Temporary says that the same request may succeed later.
type Temporary struct{ Err error }

func (e *Temporary) Error() string { return fmt.Sprintf("temporary failure: %v", e.Err) }
func (e *Temporary) Unwrap() error { return e.Err }

// Unavailable says that something the backend needs on this machine is missing or broken: a program, a library, a
// model. It is found when the backend is opened.
type Unavailable struct {
	What   string // the thing: "espeak-ng"
	Err    error  // what is wrong with it
	Remedy string // what the user can do: "apt-get install espeak-ng"
}

// Hint is what the user can do about it.
func (e *Unavailable) Hint() string { return e.Remedy }

func (e *Unavailable) Error() string { return fmt.Sprintf("%s: %v", e.What, e.Err) }
func (e *Unavailable) Unwrap() error { return e.Err }
