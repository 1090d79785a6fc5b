// Package opus encodes and decodes Ogg Opus files with libopus.
//
// libopus is a shared library that is loaded at run time, without cgo: a program that is built once runs with and without
// it, and says what to install where it is missing. Both sides are exact to the sample: the encoder says in the file how
// much the decoder has to leave out at the start and at the end, and the decoder does so.
//
// The package is strict. A file that is cut, damaged or joined from several is an error with a byte offset, never sound
// that is silently wrong. It reads mono and stereo only, and it does not know what comments mean: that is
// audio/disclosure's. Pages are audio/ogg's.
//
// Sources: RFC 7845 (T. Terriberry, R. Lee, R. Giles, "Ogg Encapsulation for the Opus Audio Codec", 2016); RFC 6716 (J.-M.
// Valin, K. Vos, T. Terriberry, "Definition of the Opus Audio Codec", 2012), section 3 for the packets; opus.h and
// opus_defines.h of libopus 1.3.1 (the functions called).
package opus

import "fmt"

// Rate is the rate in Hz that Ogg Opus counts its samples at, whatever the rate of what was encoded (RFC 7845 section 4).
const Rate = 48000

// SyntaxError says what is wrong with an Opus file, and where. What is wrong with its pages is an *ogg.SyntaxError.
type SyntaxError struct {
	Offset int64 // bytes from the start of what was read: of the page, or behind it
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("Opus file is damaged at byte %d: %s", e.Offset, e.Reason)
}
