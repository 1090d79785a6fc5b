// Package ogg reads and writes the pages of Ogg, the container of Opus, and puts packets together from them.
//
// The reader is strict: a page that is damaged, missing or out of order is an error with a byte offset, never skipped. It
// keeps at most one page and one packet in memory. The package does not know what is in the packets (that is audio/opus),
// and it does not seek.
//
// Sources: RFC 3533 (S. Pfeiffer, "The Ogg Encapsulation Format Version 0", 2003): section 6 for the page header, section
// 5 for how packets are laced into segments.
package ogg

import "fmt"

// SyntaxError says what is wrong with an Ogg file, and where.
type SyntaxError struct {
	Offset int64 // bytes from the start of what was read
	Reason string
}

// NoStreamError says that no stream of a file is of the kind that is looked for.
type NoStreamError struct{ Syntax *SyntaxError }

func (e *NoStreamError) Error() string { return e.Syntax.Error() }
func (e *NoStreamError) Unwrap() error { return e.Syntax }

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("Ogg file is damaged at byte %d: %s", e.Offset, e.Reason)
}
