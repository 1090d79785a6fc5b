// Package m4a writes and reads AAC in MPEG-4 files, M4A and M4B.
//
// The sound itself is ffmpeg's: a process over pipes that gives and takes samples. The file around it is ours, so that it
// is the same for the same input (no clock is read), says to the sample where the sound begins and ends, and can be given
// tags, chapters and a signed manifest without touching the sound. What the tags say is audio/disclosure's.
//
// Files are taken to be hostile: tables are held against each other and against the file before anything follows them.
// Fragmented files are refused.
//
// Sources: ISO/IEC 14496-12 (boxes and tables), 14496-14 (esds, mp4a), 14496-3 (AudioSpecificConfig, ADTS), 14496-1
// (descriptors); Apple, "QuickTime File Format" (edit lists, chapter tracks, item lists) and its Technical Note TN2258
// (priming and remainder of AAC).
package m4a

import "fmt"

const (
	frameSamples = 1024 // of one AAC-LC frame, a channel
	// priming is how many samples ffmpeg's encoder puts before the first one it is given. A test measures it.
	priming = 1024
)

// SyntaxError says what is wrong with an M4A file.
type SyntaxError struct{ Reason string }

func (e *SyntaxError) Error() string { return "M4A file is damaged: " + e.Reason }

func damaged(format string, args ...any) error { return &SyntaxError{fmt.Sprintf(format, args...)} }

// UnsupportedError says that a file is sound and cannot be worked with.
type UnsupportedError struct{ Reason string }

func (e *UnsupportedError) Error() string {
	return "M4A file of a kind that is not supported: " + e.Reason
}

// Hint is how to make a file that is.
func (e *UnsupportedError) Hint() string {
	return "copy it into a plain file first: ffmpeg -i in.m4a -c copy -movflags +faststart out.m4a"
}

// ProgramError says that ffmpeg is missing or cannot be used.
type ProgramError struct {
	Path string // as configured; "ffmpeg" where nothing is
	Err  error
}

func (e *ProgramError) Error() string { return fmt.Sprintf("run %s: %v", e.Path, e.Err) }
func (e *ProgramError) Unwrap() error { return e.Err }

// Hint is the command that installs ffmpeg.
func (e *ProgramError) Hint() string {
	return "M4A and M4B need ffmpeg; install it: apt-get install ffmpeg, dnf install ffmpeg-free or brew install ffmpeg; or name its path"
}
