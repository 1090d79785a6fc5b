package disclosure

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/wav"
)

// descriptionSize is the bytes of the description in a bext chunk.
const descriptionSize = 256

// WAV is what a WAV file of rate Hz says about its voice, as chunks in the order in which they are to be written:
// CSET (the texts are UTF-8), bext, LIST INFO, _PMX (XMP), and cue with LIST adtl (chapters).
//
// Sources: IBM and Microsoft, Multimedia Programming Interface and Data Specifications 1.0 (1991) for CSET, INFO, cue
// and adtl; EBU Tech 3285 for bext; XMP Specification Part 3 for _PMX.
func (d *Disclosure) WAV(rate int) []wav.Chunk {
	c := d.cleaned()
	const utf8CodePage = 65001
	chunks := []wav.Chunk{
		{ID: "CSET", Data: binary.LittleEndian.AppendUint64(nil, utf8CodePage)}, // country, language and dialect are 0
		{ID: "bext", Data: c.bext(rate)},
		{ID: "LIST", Data: c.info()},
		{ID: "_PMX", Data: c.xmp()},
	}
	if len(c.Chapters) > 0 && rate > 0 {
		cue, labels := c.cues(rate)
		chunks = append(chunks, wav.Chunk{ID: "cue ", Data: cue}, wav.Chunk{ID: "LIST", Data: labels})
	}
	return chunks
}

// bext is a broadcast audio extension of version 1 (EBU Tech 3285, 2.3). Its texts are ASCII. The date is left empty:
// it is that of the recording, and no clock is read here.
func (d *Disclosure) bext(rate int) []byte {
	const (
		originatorSize = 32
		versionAt      = 346 // after reference (32), date (10), time (8) and time reference (8)
		fixedSize      = 602 // after version, UMID (64) and 190 reserved bytes
	)
	b := make([]byte, fixedSize)
	description := ascii(d.Wording.Written)
	if s := joined(description, d.Article.URL); len(s) <= descriptionSize {
		description = s
	}
	copy(b[:descriptionSize], description)
	copy(b[descriptionSize:descriptionSize+originatorSize], ascii(joined(d.Tool.Name, d.Tool.Version)))
	binary.LittleEndian.PutUint16(b[versionAt:], 1)
	// A comma ends a field of the coding history (EBU R 98).
	model := strings.ReplaceAll(ascii(joined("TTS", d.Engine.Name, d.Voice.ID)), ",", ";")
	return fmt.Appendf(b, "A=PCM,F=%d,M=mono,T=%s\r\n", rate, model)
}

// info is the LIST chunk of the kind INFO.
func (d *Disclosure) info() []byte {
	comment := d.Wording.Written
	if d.Article.URL != "" {
		comment += " " + d.Article.URL
	}
	if d.PolicyURL != "" {
		comment += " " + fieldPolicy + ": " + d.PolicyURL
	}
	b := []byte("INFO")
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
		}
	}
	return b
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
