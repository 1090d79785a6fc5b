package id3

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
)

// MaxChapters is the most chapters a tag holds: the table of contents (CTOC) counts them in one byte.
const MaxChapters = 255

// AddText adds a text frame ("TIT2") with one or more values. Nothing is added for values that are all empty.
func (t *Tag) AddText(id string, texts ...string) {
	var kept []string
	for _, s := range texts {
		if s = plain(s); s != "" {
			kept = append(kept, s)
		}
	}
	if len(kept) > 0 {
		t.add(id, []byte{utf8Text}, []byte(strings.Join(kept, "\x00")))
	}
}

// AddUserText adds a TXXX frame: a text with a name of one's own.
func (t *Tag) AddUserText(description, text string) {
	t.add("TXXX", []byte{utf8Text}, terminated(description), []byte(plain(text)))
}

// AddComment adds a COMM frame. The language is an ISO 639-2 code; anything else is written as "XXX", unknown.
func (t *Tag) AddComment(language, description, text string) {
	t.add("COMM", []byte{utf8Text}, languageCode(language), terminated(description), []byte(plain(text)))
}

// AddLyrics adds a USLT frame, what is said in the audio. The language is as in AddComment.
func (t *Tag) AddLyrics(language, description, text string) {
	t.add("USLT", []byte{utf8Text}, languageCode(language), terminated(description), []byte(plain(text)))
}

// AddURL adds an address frame ("WOAF"). Bytes that an address may not hold are percent-encoded. Nothing is added for
// an empty address.
func (t *Tag) AddURL(id, address string) {
	if address != "" {
		t.add(id, percentEncoded(address))
	}
}

// AddUserURL adds a WXXX frame: an address with a name of one's own.
func (t *Tag) AddUserURL(description, address string) {
	if address != "" {
		t.add("WXXX", []byte{utf8Text}, terminated(description), percentEncoded(address))
	}
}

// AddPrivate adds a PRIV frame. The owner is ASCII.
func (t *Tag) AddPrivate(owner string, data []byte) { t.add("PRIV", terminated(owner), data) }

// AddObject adds a GEOB frame. The media type is ASCII.
func (t *Tag) AddObject(o Object) {
	t.add("GEOB", []byte{utf8Text}, terminated(o.MIME), terminated(o.Name), terminated(o.Description), o.Data)
}

// AddChapters adds the table of contents (CTOC) and a CHAP frame for each chapter, in the order given. Chapters after
// the MaxChapters-th are not marked; the last one that is runs to their end.
func (t *Tag) AddChapters(chapters []Chapter) {
	if len(chapters) == 0 {
		return
	}
	if len(chapters) > MaxChapters {
		end := chapters[len(chapters)-1].To
		chapters = slices.Clone(chapters[:MaxChapters])
		chapters[MaxChapters-1].To = end
	}
	const topLevelOrdered = 0x03
	contents := append(terminated("toc"), topLevelOrdered, byte(len(chapters)))
	for _, c := range chapters {
		contents = append(contents, terminated(c.ID)...)
	}
	t.add("CTOC", contents)
	for _, c := range chapters {
		body := terminated(c.ID)
		body = binary.BigEndian.AppendUint32(body, c.From)
		body = binary.BigEndian.AppendUint32(body, max(c.From, c.To))
		// Byte offsets of all ones mean that the times count.
		body = append(body, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)
		var title Tag
		title.AddText("TIT2", c.Title)
		for _, f := range title.Frames {
			body = appendFrame(body, f)
		}
		t.add("CHAP", body)
	}
}

// AddPicture adds an APIC frame. The kind is one of the picture types; 3 is the front cover.
func (t *Tag) AddPicture(mime string, kind byte, description string, data []byte) {
	t.add("APIC", []byte{utf8Text}, terminated(mime), []byte{kind}, terminated(description), data)
}

// Length is the number of bytes that Bytes gives.
func (t *Tag) Length() int {
	size := headerSize + paddingSize
	for _, f := range t.Frames {
		size += headerSize + len(f.Body)
	}
	return size
}

// BytesWithObject is Bytes with one more frame at the end, the embedded file o, and where in them its data begin. It
// fails where the tag would be larger than MaxSize.
func (t *Tag) BytesWithObject(o Object) (tag []byte, at int, err error) {
	with := Tag{Frames: slices.Clone(t.Frames)}
	with.AddObject(o)
	if n := with.Length(); n > MaxSize {
		return nil, 0, fmt.Errorf("write ID3 tag: %d bytes are more than %d", n, MaxSize)
	}
	tag = with.Bytes()
	return tag, len(tag) - paddingSize - len(o.Data), nil
}

// Bytes is the whole tag as ID3v2.4: UTF-8, no unsynchronisation, padded. The same frames give the same bytes. It
// panics if they are more than MaxSize: whoever adds what comes from outside bounds it first, or asks for the Length.
func (t *Tag) Bytes() []byte {
	size := t.Length() - headerSize
	if headerSize+size > MaxSize {
		panic(fmt.Sprintf("id3: a tag of %d bytes is larger than %d", size, MaxSize))
	}
	b := make([]byte, 0, headerSize+size)
	b = append(b, 'I', 'D', '3', 4, 0, 0)
	b = appendSynchsafe(b, size)
	for _, f := range t.Frames {
		b = appendFrame(b, f)
	}
	return append(b, make([]byte, paddingSize)...)
}

// WriteTo writes Bytes.
func (t *Tag) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(t.Bytes())
	if err != nil {
		return int64(n), fmt.Errorf("write ID3 tag: %w", err)
	}
	return int64(n), nil
}

func (t *Tag) add(id string, parts ...[]byte) {
	t.Frames = append(t.Frames, Frame{ID: id, Body: slices.Concat(parts...)})
}

func appendFrame(b []byte, f Frame) []byte {
	b = append(b, f.ID...)
	b = appendSynchsafe(b, len(f.Body))
	b = append(b, 0, 0) // no flags
	return append(b, f.Body...)
}

// appendSynchsafe appends n as 28 bits in four bytes whose top bit is clear, so that no size looks like the start of
// an MPEG frame (Main Structure 6.2).
func appendSynchsafe(b []byte, n int) []byte {
	return append(b, byte(n>>21)&0x7F, byte(n>>14)&0x7F, byte(n>>7)&0x7F, byte(n)&0x7F)
}

// plain is s as valid UTF-8 without NUL, which ends a string inside a frame.
func plain(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", " ")
}

func terminated(s string) []byte { return append([]byte(plain(s)), 0) }

// languageCode is three lower-case letters, or "XXX" for what is none.
func languageCode(s string) []byte {
	s = strings.ToLower(s)
	if len(s) != 3 || strings.ContainsFunc(s, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return []byte("XXX")
	}
	return []byte(s)
}

// percentEncoded is s with everything outside printable ASCII percent-encoded (RFC 3986, 2.1).
func percentEncoded(s string) []byte {
	const hex = "0123456789ABCDEF"
	var b []byte
	for _, c := range []byte(s) {
		if c > ' ' && c < 0x7F {
			b = append(b, c)
		} else {
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return b
}
