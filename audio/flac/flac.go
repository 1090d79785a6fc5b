// Package flac encodes FLAC files of 16 or 24 bits with one channel or two, and decodes those of up to 24 bits and 8 channels.
//
// It is written in Go and needs no library. The encoder searches as FLAC's own does by default (fixed and linear
// prediction, Rice codes by partition, the two channels together), and gets files of the same size. The decoder is strict:
// a file that is cut or damaged is an error with a byte offset, never sound that is silently wrong.
//
// Encoder and decoder keep to what the sound needs: of the metadata they write and read STREAMINFO only, and skip the rest.
// The other blocks of metadata are read and written beside the sound. What comments say is audio/disclosure's.
//
// Sources: RFC 9639 (M.Q.C. van Beurden, A. Weaver, "Free Lossless Audio Codec (FLAC)", 2024), whose sections are named
// in the code.
package flac

import "fmt"

const (
	headerSize = len(marker) + blockHeader + streamInfoLength // bytes of a file before its frames, without other metadata

	minRate = 1_000   // Hz
	maxRate = 655_350 // Hz; what the header of every frame could tell
)

// SyntaxError says what is wrong with a FLAC file, and where.
type SyntaxError struct {
	Offset int64 // bytes from the start of what was read
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("FLAC file is damaged at byte %d: %s", e.Offset, e.Reason)
}

// streamInfo is what a file says about itself (section 8.2).
type streamInfo struct {
	minBlock, maxBlock int // samples of each channel in a frame; the last frame may have fewer
	minFrame, maxFrame int // bytes of a frame; 0 where not known
	rate               int // Hz
	channels           int
	bits               int      // of a sample
	samples            int64    // of each channel; 0 where not known
	md5                [16]byte // of the samples as little-endian integers, those of the channels in turn; 0 where not known
}

// Channel assignments of a frame above those of independent channels (section 9.1.3).
const (
	leftSide  = 8
	sideRight = 9
	midSide   = 10
)

// Subframe types (section 9.2.1); those of prediction have the order added.
const (
	typeConstant = 0
	typeVerbatim = 1
	typeFixed    = 8
	typeLinear   = 31
)

// crc is the tables of the two checksums of a frame (sections 9.1.8 and 9.3), highest bit first, starting from 0.
type crc struct {
	small [256]uint8  // polynomial x^8 + x^2 + x + 1
	large [256]uint16 // polynomial x^16 + x^15 + x^2 + 1
}

func newCRC() *crc {
	c := &crc{}
	for i := range c.small {
		small, large := uint8(i), uint16(i)<<8
		for range 8 {
			small = small<<1 ^ 0x07*(small>>7)
			large = large<<1 ^ 0x8005*(large>>15)
		}
		c.small[i], c.large[i] = small, large
	}
	return c
}

func (c *crc) sum8(sum uint8, data []byte) uint8 {
	for _, b := range data {
		sum = c.small[sum^b]
	}
	return sum
}

func (c *crc) sum16(sum uint16, data []byte) uint16 {
	for _, b := range data {
		sum = sum<<8 ^ c.large[byte(sum>>8)^b]
	}
	return sum
}
