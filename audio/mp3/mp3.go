// Package mp3 encodes MP3 files with LAME, decodes what speech engines return, and inspects files.
//
// LAME and mpg123 are shared libraries that are loaded at run time, without cgo: a program that is built once runs with
// and without them, and says what to install where one is missing. Both sides are exact to the sample: the encoder
// writes the delay and padding into the info frame, and the decoder and Inspect take them away again.
//
// The package is strict. A file that is cut, damaged or joined from several is an error with a byte offset, never sound
// that is silently wrong. It does not repair files, and it knows Layer III only. Tags are audio/id3's.
//
// Sources: ISO/IEC 11172-3:1993 and 13818-3:1998 (MPEG audio); G. Bouvigne, "Mp3 Info Tag revision 1 specifications"
// (the info frame of LAME); lame.h of LAME 3.100 and mpg123.h of mpg123 1.31 (the functions called).
package mp3

import "fmt"

// SyntaxError says what is wrong with an MP3 file, and where.
type SyntaxError struct {
	Offset int64 // bytes from the start of what was read
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("MP3 file is damaged at byte %d: %s", e.Offset, e.Reason)
}
