// Package bmff finds the boxes of ISO base media files (M4A, M4B, MP4), and takes apart and puts together boxes in memory.
//
// Files are taken to be hostile. What a box claims is held against what contains it, boxes are counted, nesting and the
// bytes that are read are bounded, so a walk ends in time linear in what it reads. The package knows how boxes stand in
// each other, not what they mean: sound is audio/m4a's, tags are audio/disclosure's, signatures are audio/c2pa's.
//
// Source: ISO/IEC 14496-12 (ISO base media file format), 4.2 for boxes, sizes and extended types.
package bmff

import "fmt"

const (
	boxHeader  = 8  // size and type, bytes
	longHeader = 16 // with a size of 64 bits, bytes
	uuidSize   = 16 // the extended type that follows the header of a uuid box, bytes

	// MaxDepth is how deep boxes may stand in each other. The deepest of a sound file (esds) is at 8.
	MaxDepth = 16
	// MaxBoxes is the most boxes that one Walker or Parse lists. Real files have a few hundred.
	MaxBoxes = 1 << 16
	// MaxRead is the most content that one Walker reads, in bytes: a day of sound needs 15 MB of tables.
	MaxRead = 128 << 20
)

// SyntaxError says what is wrong with the boxes of a file, and where.
type SyntaxError struct {
	Offset int64 // bytes from the start of the file, or of what was parsed
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("its boxes are damaged at byte %d: %s", e.Offset, e.Reason)
}

// printable is a box type for a message.
func printable(kind string) string { return fmt.Sprintf("%q", kind) }
