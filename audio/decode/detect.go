package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Format is a format of sound files.
type Format string

// The formats that are told apart.
const (
	Unknown Format = ""
	MP3     Format = "MP3"
	WAV     Format = "WAV"
	FLAC    Format = "FLAC"
	Opus    Format = "Opus"
	M4A     Format = "M4A"
)

const (
	headBytes = 512 // how much of the beginning of the sound is looked at
	maxTags   = 16  // how many ID3v2 tags may stand before it
	maxZeros  = 64 << 10
)

// Detect tells the format of a file by its first bytes, after the ID3v2 tags and zeros that may stand before MP3 and FLAC. It
// is Unknown for anything else. Only a failure to read is an error.
//
// Sources: the marks are those of RIFF and RF64 (EBU Tech 3306), FLAC (RFC 9639 section 6), Ogg Opus (RFC 3533 section 6
// and RFC 7845 section 5.1), ISO base media files (ISO/IEC 14496-12) and MPEG audio (ISO/IEC 11172-3 2.4.1.3).
func Detect(src io.ReaderAt) (Format, error) {
	at := int64(0)
	for range maxTags {
		head, err := headAt(src, at, headBytes)
		if err != nil {
			return Unknown, err
		}
		size := tagSize(head)
		if size == 0 {
			return detect(src, head, at)
		}
		at += size
	}
	return Unknown, nil
}

func detect(src io.ReaderAt, head []byte, at int64) (Format, error) {
	has := func(offset int, mark string) bool {
		return len(head) >= offset && bytes.HasPrefix(head[offset:], []byte(mark))
	}
	switch {
	case has(0, "fLaC"):
		return FLAC, nil
	case at == 0 && (has(0, "RIFF") || has(0, "RF64")) && has(8, "WAVE"):
		return WAV, nil
	case at == 0 && has(0, "OggS") && bytes.Contains(head, []byte("OpusHead")):
		return Opus, nil
	case at == 0 && has(4, "ftyp"):
		return M4A, nil
	}
	head, err := headAt(src, at, maxZeros+2)
	head = bytes.TrimLeft(head, "\x00")
	// 11 bits of ones, then a version that is not reserved, and layer III.
	if len(head) >= 2 && head[0] == 0xFF && head[1]&0xE6 == 0xE2 && head[1]&0x18 != 0x08 {
		return MP3, err
	}
	return Unknown, err
}

// headAt is the n bytes that lie at an offset, or fewer where the file ends.
func headAt(src io.ReaderAt, at int64, n int) ([]byte, error) {
	head := make([]byte, n)
	n, err := src.ReadAt(head, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the sound file: %w", err)
	}
	return head[:n], nil
}

// tagSize is how many bytes the ID3v2 tag takes that b begins with, 0 where none does (ID3v2.4 structure 3.1).
func tagSize(b []byte) int64 {
	if len(b) < 10 || string(b[:3]) != "ID3" {
		return 0
	}
	size := int64(10)
	if b[5]&0x10 != 0 {
		size += 10 // the footer
	}
	return size + (int64(b[6]&127)<<21 | int64(b[7]&127)<<14 | int64(b[8]&127)<<7 | int64(b[9]&127))
}
