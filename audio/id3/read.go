package id3

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrNoTag is returned by Read where no ID3v2 tag begins.
var ErrNoTag = errors.New("no ID3v2 tag")

// SyntaxError says what is wrong with a tag, and where.
type SyntaxError struct {
	Offset int // bytes from the start of the tag; after unsynchronisation was undone, where the tag uses it
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("ID3 tag is damaged at byte %d: %s", e.Offset, e.Reason)
}

// Flags of the tag header (Main Structure 3.1). The first two are the same in ID3v2.3.
const (
	tagUnsynchronised = 0x80
	tagExtended       = 0x40
	tagFooter         = 0x10 // ID3v2.4 only
)

// Read reads the ID3v2.2, 2.3 or 2.4 tag that r begins with, and no byte after it. It returns ErrNoTag where there is
// none, and a *SyntaxError for a damaged one, one larger than MaxSize, or another version. Memory is bounded by what r
// holds and by MaxSize, whatever the tag claims. Encrypted frames are left out, and so are those of version 2.2 that
// have no successor.
func Read(r io.Reader) (*Tag, error) {
	var h [headerSize]byte
	n, err := io.ReadFull(r, h[:])
	ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	switch {
	case err != nil && !ended:
		return nil, fmt.Errorf("read ID3 tag: %w", err)
	case n < 3 || string(h[:3]) != "ID3":
		return nil, ErrNoTag
	case ended:
		return nil, &SyntaxError{n, "the file ends inside the header"}
	}
	version, flags := h[3], h[5]
	if version < 2 || version > 4 {
		return nil, &SyntaxError{3, fmt.Sprintf("version 2.%d is not known", version)}
	}
	size, ok := synchsafe(h[6:])
	switch {
	case !ok:
		return nil, &SyntaxError{6, "the size of the tag is malformed"}
	case size > MaxSize:
		return nil, &SyntaxError{6, fmt.Sprintf("a tag of %d bytes is larger than the %d that are read", size, MaxSize)}
	}
	footer := 0
	if version == 4 && flags&tagFooter != 0 {
		footer = headerSize
	}
	// ReadAll grows with what is there; the size claimed is never allocated ahead.
	body, err := io.ReadAll(io.LimitReader(r, int64(size+footer)))
	if err != nil {
		return nil, fmt.Errorf("read ID3 tag: %w", err)
	}
	if len(body) < size+footer {
		return nil, &SyntaxError{headerSize + len(body), fmt.Sprintf("the file ends inside a tag of %d bytes", size)}
	}
	t := &Tag{Version: version, Size: headerSize + size + footer}
	body = body[:size]
	if version < 4 && flags&tagUnsynchronised != 0 {
		body = resynchronised(body)
	}
	if version == 2 {
		if flags&tagExtended != 0 {
			return nil, &SyntaxError{5, "a compressed tag of version 2.2 cannot be read"}
		}
		t.Frames, err = oldFrames(body)
		return t, err
	}
	start := 0
	if flags&tagExtended != 0 {
		if start, err = extendedHeader(body, version); err != nil {
			return nil, err
		}
	}
	t.Frames, err = frames(body, start, version, flags&tagUnsynchronised != 0)
	if err != nil {
		return nil, err
	}
	return t, nil
}

// extendedHeader is the number of bytes that the extended header takes up. Its size counts itself in version 2.4 only.
func extendedHeader(body []byte, version byte) (int, error) {
	if len(body) < 4 {
		return 0, &SyntaxError{headerSize, "the extended header is cut off"}
	}
	n, ok := synchsafe(body)
	if version == 3 {
		n, ok = int(binary.BigEndian.Uint32(body)&0x7FFFFFFF)+4, true
	}
	if !ok || n < 4 || n > len(body) {
		return 0, &SyntaxError{headerSize, "the size of the extended header is malformed"}
	}
	return n, nil
}

// frames reads body from byte at up to its end or its padding.
func frames(body []byte, at int, version byte, unsynchronised bool) ([]Frame, error) {
	var all []Frame
	room := MaxSize // for what compressed frames hold
	for len(body)-at >= headerSize && body[at] != 0 {
		h := body[at : at+headerSize]
		id := string(h[:4])
		if !validID(id) {
			return nil, &SyntaxError{headerSize + at, "the name of a frame is malformed"}
		}
		size, ok := synchsafe(h[4:8])
		if version == 3 {
			size, ok = int(binary.BigEndian.Uint32(h[4:8])&0x7FFFFFFF), h[4] < 0x80
		}
		if !ok || size > len(body)-at-headerSize {
			return nil, &SyntaxError{headerSize + at, fmt.Sprintf("the size of frame %s is malformed", id)}
		}
		if len(all) == maxFrames {
			return nil, &SyntaxError{headerSize + at, fmt.Sprintf("more than %d frames", maxFrames)}
		}
		at += headerSize
		if content, ok := content(body[at:at+size], h[9], version, unsynchronised, &room); ok {
			all = append(all, Frame{ID: id, Body: content})
		}
		at += size
	}
	return all, nil
}

// content is a frame's body without what its format flags add, and false for a frame that cannot be read. What a
// compressed one holds is taken from room.
// Source: Main Structure 4.1.2; ID3v2.3 3.3.1.
func content(body []byte, flags, version byte, unsynchronised bool, room *int) ([]byte, bool) {
	group, packed, locked, desync, length := flags&0x40 != 0, flags&0x08 != 0, flags&0x04 != 0, flags&0x02 != 0, flags&0x01 != 0
	if version == 3 {
		group, packed, locked, desync = flags&0x20 != 0, flags&0x80 != 0, flags&0x40 != 0, false
		length = packed
	}
	extra := 0
	if group {
		extra++
	}
	if length {
		extra += 4
	}
	if locked || extra > len(body) {
		return nil, false
	}
	body = body[extra:]
	if desync || version == 4 && unsynchronised {
		body = resynchronised(body)
	}
	if !packed {
		return body, true
	}
	z, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, false
	}
	plain, err := io.ReadAll(io.LimitReader(z, int64(*room)+1))
	fits := len(plain) <= *room
	*room = max(0, *room-len(plain))
	return plain, err == nil && fits
}

// Chapters are the chapters of the tag, in the order of their frames.
func (t *Tag) Chapters() []Chapter {
	var all []Chapter
	for _, f := range t.Frames {
		if f.ID != "CHAP" {
			continue
		}
		id, rest := cut(latin1, f.Body)
		if len(rest) < 16 { // two times and two byte offsets
			continue
		}
		c := Chapter{ID: id, From: binary.BigEndian.Uint32(rest), To: binary.BigEndian.Uint32(rest[4:])}
		// A chapter whose title cannot be read is still a chapter.
		if inner, err := frames(rest, 16, t.Version, false); err == nil {
			c.Title = (&Tag{Frames: inner}).Text("TIT2")
		}
		all = append(all, c)
	}
	return all
}

// resynchronised undoes unsynchronisation: the zero after each 0xFF goes (Main Structure 6.1).
func resynchronised(b []byte) []byte { return bytes.ReplaceAll(b, []byte{0xFF, 0}, []byte{0xFF}) }

// synchsafe reads 28 bits from four bytes whose top bit must be clear.
func synchsafe(b []byte) (int, bool) {
	n := 0
	for _, c := range b[:4] {
		if c >= 0x80 {
			return 0, false
		}
		n = n<<7 | int(c)
	}
	return n, true
}

func validID(id string) bool {
	for _, c := range []byte(id) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
