package disclosure

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/voicepress/voicepress/audio/id3"
	"github.com/voicepress/voicepress/audio/wav"
)

// Bounds on what is read from a file that may be hostile.
const (
	maxChunk = 1 << 20  // bytes of one RIFF chunk, and of one XMP packet
	maxGap   = 64 << 10 // zero bytes between an ID3 tag and the first MPEG frame
)

// c2paMIME is the media type of the manifest in a GEOB frame (C2PA 2.2, A.3.4).
const c2paMIME = "application/c2pa"

// readMP3 reads an MPEG audio file, with or without an ID3v2 tag before it.
func readMP3(r io.ReaderAt, size int64) (carried, error) {
	c := carried{format: "MP3"}
	tag, err := id3.Read(io.NewSectionReader(r, 0, size))
	switch {
	case errors.Is(err, id3.ErrNoTag):
		// The sound must begin at once: any file holds two bytes that look like a frame somewhere.
		if !frameAt(r, 0) {
			return c, errNotAudio
		}
		return c, nil
	case err != nil:
		return c, err
	}
	if !frameAt(r, int64(tag.Size)+zeros(r, int64(tag.Size))) {
		return c, fmt.Errorf("no MPEG frame follows its tag of %d bytes: %w", tag.Size, errNotAudio)
	}
	statement, _ := tag.UserText(fieldStatement)
	comment, _ := tag.Comment(fieldComment)
	c.sourceType, _ = tag.UserText(fieldSourceType)
	packet, _ := tag.Private(fieldXMP)
	sourceType, description := readXMP(packet[:min(len(packet), maxChunk)])
	c.statement = firstText(statement, comment, description)
	c.sourceType = firstText(c.sourceType, sourceType)
	for _, ch := range tag.Chapters() {
		if ch.ID == noticeChapter {
			c.notice = heard(int64(ch.From), int64(ch.To))
		}
	}
	_, c.manifest = tag.Object(c2paMIME)
	return c, nil
}

// zeros is the number of zero bytes from offset at, up to maxGap: some writers pad after the tag instead of in it.
func zeros(r io.ReaderAt, at int64) int64 {
	b := make([]byte, maxGap)
	n, _ := r.ReadAt(b, at) // fewer bytes than asked for, at the end of a file, are enough
	return int64(n - len(bytes.TrimLeft(b[:n], "\x00")))
}

// frameAt says whether an MPEG audio frame of layer III begins at that offset (ISO 11172-3, 2.4.1.3): eleven ones, and
// no reserved value.
func frameAt(r io.ReaderAt, at int64) bool {
	h := make([]byte, 4)
	if _, err := r.ReadAt(h, at); err != nil {
		return false
	}
	sync := h[0] == 0xFF && h[1]&0xE0 == 0xE0
	version, layer, bitrate, rate := h[1]>>3&3, h[1]>>1&3, h[2]>>4, h[2]>>2&3
	return sync && version != 1 && layer == 1 && bitrate != 15 && rate != 3
}

// readWAV reads what stands in the chunks of a RIFF or RF64 file.
func readWAV(r io.ReaderAt, size int64) (carried, error) {
	c := carried{format: "WAV"}
	file := io.NewSectionReader(r, 0, size)
	chunks, err := wav.Chunks(file)
	if err != nil {
		return c, err
	}
	var format, sound bool
	var description, comment, xmpText string
	for _, chunk := range chunks {
		switch chunk.ID {
		case "fmt ":
			format = true
		case "data":
			sound = true
		case "C2PA":
			c.manifest = true
		case "bext", "LIST", "_PMX":
			if chunk.Size > maxChunk {
				continue
			}
			b, err := chunk.Read(file, maxChunk)
			if err != nil {
				return c, err
			}
			switch chunk.ID {
			case "bext":
				description = firstText(description, string(b[:min(len(b), descriptionSize)]))
			case "LIST":
				comment = firstText(comment, infoComment(b))
			default:
				c.sourceType, xmpText = readXMP(b)
			}
		}
	}
	if !format || !sound {
		return c, errors.New("it is a WAV file without a format or without sound")
	}
	c.sourceType = firstText(c.sourceType)
	c.statement = firstText(xmpText, comment, description)
	return c, nil
}

// infoComment is the comment (ICMT) in a LIST chunk of the kind INFO.
func infoComment(b []byte) string {
	if len(b) < 4 || string(b[:4]) != "INFO" {
		return ""
	}
	b = b[4:]
	for len(b) >= 8 {
		length := int(binary.LittleEndian.Uint32(b[4:]) & math.MaxInt32)
		if length > len(b)-8 {
			return ""
		}
		if string(b[:4]) == "ICMT" {
			return string(b[8 : 8+length])
		}
		b = b[min(len(b), 8+length+length&1):]
	}
	return ""
}
