package article

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// fingerprint is the hex SHA-256 of what is read: language, title, blocks and announcements. Every string is preceded by its length in
// bytes, so no two articles share an encoding.
func fingerprint(a *Article) string {
	h := sha256.New()
	number := func(n int) {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], uint64(n)) //nolint:gosec // lengths and levels are never negative
		h.Write(b[:])
	}
	text := func(s string) {
		number(len(s))
		h.Write([]byte(s))
	}
	text("voicepress article 1")
	text(a.Language)
	text(a.Title)
	number(len(a.Blocks))
	for _, b := range a.Blocks {
		text(string(b.Kind))
		number(b.Level)
		text(b.Text)
	}
	for i, b := range a.Blocks {
		if b.Number != 0 {
			text("number")
			number(i)
			number(b.Number)
		}
	}
	for i, b := range a.Blocks {
		if len(b.Cells) > 0 {
			text("cells")
			number(i)
			for _, at := range b.Cells {
				number(at)
			}
		}
	}
	for _, n := range a.Announced {
		text(string(n.Kind))
		number(n.Before)
		number(n.Rows)
	}
	return hex.EncodeToString(h.Sum(nil))
}
