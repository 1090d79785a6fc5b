package disclosure

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/wav"
)

// descriptionSize is the bytes of the description in a bext chunk.
const descriptionSize = 256

// wavChunks is what a WAV file says of its sound, and about itself.
type wavChunks struct {
	rate, channels int
	bext           []byte // empty where there is none
	xmp            []byte // likewise
	info           []byte // the content of its LIST chunks of the kind INFO, without the kind
}

// chunks are CSET (the texts are UTF-8), bext, LIST INFO, _PMX (XMP), and cue with LIST adtl (chapters).
//
// Sources: IBM and Microsoft, Multimedia Programming Interface and Data Specifications 1.0 (1991) for CSET, INFO, cue
// and adtl; EBU Tech 3285 for bext; XMP Specification Part 3 for _PMX.
func (d *Disclosure) chunks(old wavChunks) []wav.Chunk {
	const utf8CodePage = 65001
	chunks := []wav.Chunk{
		{ID: "CSET", Data: binary.LittleEndian.AppendUint64(nil, utf8CodePage)}, // country, language and dialect are 0
		{ID: "bext", Data: d.bext(old)},
		{ID: "LIST", Data: d.info(old.info)},
		{ID: "_PMX", Data: d.xmpWith(old.xmp)},
	}
	if len(d.Chapters) > 0 && old.rate > 0 {
		cue, labels := d.cues(old.rate)
		chunks = append(chunks, wav.Chunk{ID: "cue ", Data: cue}, wav.Chunk{ID: "LIST", Data: labels})
	}
	return chunks
}

// Where things stand in a bext chunk (EBU Tech 3285, 2.3).
const (
	originatorSize = 32
	versionAt      = 346 // after description, originator, reference (32), date (10), time (8), time reference (8)
	historyAt      = 602 // after version, UMID (64) and 190 bytes that are reserved or, in version 2, loudness
)

// bext is a broadcast audio extension (EBU Tech 3285, 2.3). Its texts are ASCII. Of one that is there already everything
// stays but the description, and the coding history gets one more line, as EBU R 98 wants. In a new one the date is left
// empty: it is that of the recording, and no clock is read here.
func (d *Disclosure) bext(old wavChunks) []byte {
	b := make([]byte, historyAt)
	binary.LittleEndian.PutUint16(b[versionAt:], 1)
	if len(old.bext) >= historyAt {
		b = slices.Clone(old.bext)
	}
	description := ascii(d.Wording.Written)
	if s := joined(description, d.Article.URL); len(s) <= descriptionSize {
		description = s
	}
	clear(b[:descriptionSize])
	copy(b[:descriptionSize], description)
	if originator := b[descriptionSize:][:originatorSize]; len(bytes.Trim(originator, " \x00")) == 0 {
		clear(originator)
		copy(originator, ascii(joined(d.Tool.Name, d.Tool.Version)))
	}
	history := strings.TrimRight(string(b[historyAt:]), "\x00\r\n ")
	if history != "" {
		history += "\r\n"
	}
	return append(b[:historyAt:historyAt], history+d.codingLine(old)+"\r\n"...)
}

// codingLine is what the coding history says of the voice (EBU R 98): coding, sampling rate, kind of sound, and freely
// who spoke. A comma ends a field.
func (d *Disclosure) codingLine(old wavChunks) string {
	mode := ""
	switch old.channels {
	case 1:
		mode = "M=mono,"
	case 2:
		mode = "M=stereo,"
	}
	model := strings.ReplaceAll(ascii(joined("TTS", d.Engine.Name, d.Voice.ID)), ",", ";")
	return fmt.Sprintf("A=PCM,F=%d,%sT=%s", old.rate, mode, model)
}

// info is the LIST chunk of the kind INFO. What old says stays unless we say it. The comment holds the source type too: it
// is what other programs keep when they encode the file to another format.
func (d *Disclosure) info(old []byte) []byte {
	comment := d.Wording.Written
	if d.Article.URL != "" {
		comment += " " + d.Article.URL
	}
	if d.PolicyURL != "" {
		comment += " " + fieldPolicy + ": " + d.PolicyURL
	}
	comment += " " + fieldSourceType + ": " + d.SourceType.URI()
	for id, text := range subchunks(old) {
		if id == "ICMT" {
			comment = after(comment, string(bytes.TrimRight(inUTF8(text), "\x00")))
		}
	}
	b := []byte("INFO")
	said := map[string]bool{}
	for _, field := range []struct{ id, text string }{
		{"INAM", d.Article.Title},
		{"IART", d.artist()},
		{"ISRC", d.Article.Site},
		{"IGNR", d.Article.Section},
		{"ICRD", date(d.Article.Published).day},
		{"ILNG", iso639(d.Article.Language)},
		{"ICMT", comment},
		{"ISFT", joined(d.Tool.Name, d.Tool.Version)},
	} {
		if field.text != "" {
			b = appendChunk(b, field.id, append([]byte(field.text), 0))
			said[field.id] = true
		}
	}
	for id, text := range subchunks(old) {
		if !said[id] {
			b = appendChunk(b, id, inUTF8(text))
		}
	}
	return b
}

// inUTF8 is a text of a file that did not say its character set: UTF-8 where it is valid, else Windows-1252.
func inUTF8(text []byte) []byte {
	if utf8.Valid(text) {
		return text
	}
	// Every byte has a character, if only the replacement character.
	text, _ = charmap.Windows1252.NewDecoder().Bytes(text)
	return text
}

// cues are the starts of the chapters as a cue chunk, and their titles as a LIST chunk of the kind adtl.
func (d *Disclosure) cues(rate int) (cue, labels []byte) {
	cue = binary.LittleEndian.AppendUint32(nil, uint32(len(d.Chapters)))
	labels = []byte("adtl")
	for i, ch := range d.Chapters {
		id := uint32(i + 1)
		sample := uint32(min(int64(audio.Samples(ch.Start, rate)), math.MaxUint32))
		cue = binary.LittleEndian.AppendUint32(cue, id)
		cue = binary.LittleEndian.AppendUint32(cue, sample) // position in the play order
		cue = append(cue, "data\x00\x00\x00\x00\x00\x00\x00\x00"...)
		cue = binary.LittleEndian.AppendUint32(cue, sample) // position in the data chunk
		label := binary.LittleEndian.AppendUint32(nil, id)
		labels = appendChunk(labels, "labl", append(append(label, ch.Title...), 0))
	}
	return cue, labels
}

// appendChunk appends a chunk with its size and, after an odd length, a zero.
func appendChunk(b []byte, id string, data []byte) []byte {
	b = append(b, id...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	b = append(b, data...)
	if len(data)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

// subchunks are the chunks that fill b, by identifier, up to where they are damaged.
func subchunks(b []byte) func(yield func(id string, data []byte) bool) {
	return func(yield func(string, []byte) bool) {
		for len(b) >= 8 {
			n := int(min(binary.LittleEndian.Uint32(b[4:]), math.MaxInt32))
			if n > len(b)-8 || !yield(string(b[:4]), b[8:8+n]) {
				return
			}
			b = b[min(len(b), 8+n+n&1):]
		}
	}
}
