// Package vorbis reads and writes what FLAC and Ogg files say about themselves: Vorbis comments, and pictures.
//
// It knows the shape of comments, not their meanings (that is audio/disclosure), and it is not for sound: there is no
// Vorbis codec here, and the blocks and packets around the comments are those of audio/flac and audio/ogg.
//
// Sources: Xiph.Org, "Ogg Vorbis I format specification: comment field and header specification"; RFC 9639 (FLAC), 8.6 and
// 8.8; RFC 7845 (Ogg Opus), 5.2.
package vorbis

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxComments is the most comments that are read. Real files have fewer than a hundred.
const MaxComments = 10_000

// PictureField is the comment that holds a picture, as Picture.Comment writes it.
const PictureField = "METADATA_BLOCK_PICTURE"

// ErrDamaged is returned for comments whose sizes do not fit.
var ErrDamaged = errors.New("the comments are damaged")

// Comments are texts with names. A name may have several texts.
type Comments struct {
	Vendor string // the program that encoded the sound
	List   []Comment
}

// Comment is one text. Names are ASCII and the same in upper and lower case.
type Comment struct{ Name, Text string }

// Read reads comments from the start of b, and returns what follows them. A comment without a name is left out. Texts are
// made valid UTF-8.
func Read(b []byte) (c Comments, rest []byte, err error) {
	vendor, b, err := prefixed(b)
	if err != nil {
		return c, nil, err
	}
	c.Vendor = vendor
	if len(b) < 4 {
		return c, nil, ErrDamaged
	}
	count := binary.LittleEndian.Uint32(b)
	b = b[4:]
	if count > MaxComments {
		return c, nil, fmt.Errorf("more than %d comments: %w", MaxComments, ErrDamaged)
	}
	for range count {
		var s string
		if s, b, err = prefixed(b); err != nil {
			return c, nil, err
		}
		if name, text, ok := strings.Cut(s, "="); ok && validName(name) {
			c.List = append(c.List, Comment{name, text})
		}
	}
	return c, b, nil
}

// prefixed is a text whose length stands before it.
func prefixed(b []byte) (string, []byte, error) {
	if len(b) < 4 {
		return "", nil, ErrDamaged
	}
	n := binary.LittleEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return "", nil, ErrDamaged
	}
	return strings.ToValidUTF8(string(b[4:4+n]), string(utf8.RuneError)), b[4+n:], nil
}

// validName says whether a name is printable ASCII without an equals sign.
func validName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '}' || r == '=' })
}

// Append appends the comments to b, as Read reads them.
func (c Comments) Append(b []byte) []byte {
	le := binary.LittleEndian
	b = append(le.AppendUint32(b, uint32(len(c.Vendor))), c.Vendor...)
	b = le.AppendUint32(b, uint32(len(c.List)))
	for _, comment := range c.List {
		b = le.AppendUint32(b, uint32(len(comment.Name)+1+len(comment.Text)))
		b = append(b, comment.Name...)
		b = append(b, '=')
		b = append(b, comment.Text...)
	}
	return b
}

// Add adds a comment, unless its text is empty.
func (c *Comments) Add(name, text string) {
	if text != "" {
		c.List = append(c.List, Comment{name, text})
	}
}

// Get is the first text of that name.
func (c Comments) Get(name string) string {
	for _, comment := range c.List {
		if strings.EqualFold(comment.Name, name) {
			return comment.Text
		}
	}
	return ""
}

// Picture is an image with what it shows.
type Picture struct {
	Kind        uint32 // the numbers of ID3v2: 3 is the front cover
	MIME        string
	Description string
	Width       uint32 // pixels; 0 is unknown
	Height      uint32
	Depth       uint32 // bits of a pixel; 0 is unknown
	Data        []byte
}

// Append appends the picture to b in the form of a FLAC picture block.
func (p Picture) Append(b []byte) []byte {
	be := binary.BigEndian
	b = be.AppendUint32(b, p.Kind)
	b = append(be.AppendUint32(b, uint32(len(p.MIME))), p.MIME...)
	b = append(be.AppendUint32(b, uint32(len(p.Description))), p.Description...)
	for _, n := range []uint32{p.Width, p.Height, p.Depth, 0} { // the last is the number of colours, where they are indexed
		b = be.AppendUint32(b, n)
	}
	return append(be.AppendUint32(b, uint32(len(p.Data))), p.Data...)
}

// Comment is the picture as a comment: the block in base64.
func (p Picture) Comment() Comment {
	return Comment{PictureField, base64.StdEncoding.EncodeToString(p.Append(nil))}
}

// PictureKind is the kind of the picture in a FLAC picture block.
func PictureKind(block []byte) (uint32, bool) {
	if len(block) < 4 {
		return 0, false
	}
	return binary.BigEndian.Uint32(block), true
}

// PictureKind is the kind of the picture in a comment; false for another comment.
func (c Comment) PictureKind() (uint32, bool) {
	const start = 8 // base64 characters hold the six bytes in which the kind stands
	if !strings.EqualFold(c.Name, PictureField) || len(c.Text) < start {
		return 0, false
	}
	b, err := base64.StdEncoding.DecodeString(c.Text[:start])
	if err != nil {
		return 0, false
	}
	return PictureKind(b)
}
