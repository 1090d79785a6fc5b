package id3

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// The text encodings, the first byte of most frames (Main Structure 4). Only UTF-8 is written.
const (
	latin1     byte = 0 // ISO 8859-1
	utf16BOM   byte = 1 // UTF-16 with a byte order mark
	utf16Big   byte = 2 // UTF-16, big-endian
	utf8Text   byte = 3
	bigMark         = "\xFE\xFF"
	littleMark      = "\xFF\xFE"
)

// maxValues bounds how many strings are read from one frame; a hostile frame of separators could hold millions.
const maxValues = 1000

// cut decodes the string at the start of b and returns what follows its terminator. A string without a terminator ends
// with b.
func cut(encoding byte, b []byte) (string, []byte) {
	if encoding == utf16BOM || encoding == utf16Big {
		for i := 0; i+1 < len(b); i += 2 {
			if b[i] == 0 && b[i+1] == 0 {
				return decoded(encoding, b[:i]), b[i+2:]
			}
		}
		return decoded(encoding, b), nil
	}
	s, rest, _ := bytes.Cut(b, []byte{0})
	return decoded(encoding, s), rest
}

// values decodes the strings of b. Empty ones at the end are terminators and are left out; so is what
// follows the maxValues-th.
func values(encoding byte, b []byte) []string {
	var all []string
	for len(b) > 0 && len(all) < maxValues {
		var s string
		s, b = cut(encoding, b)
		all = append(all, s)
	}
	for len(all) > 0 && all[len(all)-1] == "" {
		all = all[:len(all)-1]
	}
	return all
}

// decoded is b as UTF-8. An unknown encoding is read as UTF-8, with what is invalid replaced.
func decoded(encoding byte, b []byte) string {
	switch encoding {
	case latin1:
		var s strings.Builder
		for _, c := range b {
			s.WriteRune(rune(c))
		}
		return s.String()
	case utf16BOM, utf16Big:
		var order binary.ByteOrder = binary.BigEndian
		switch {
		case bytes.HasPrefix(b, []byte(littleMark)):
			order, b = binary.LittleEndian, b[2:]
		case bytes.HasPrefix(b, []byte(bigMark)):
			b = b[2:]
		}
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = order.Uint16(b[2*i:])
		}
		return string(utf16.Decode(units))
	default:
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
}
