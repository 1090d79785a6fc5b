package disclosure

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/wav"
)

// wavFile is PCM sound in RIFF or RF64. What is said about the voice stands before the sound, where a player finds it
// that gets the file from the net; the manifest store is the last chunk (C2PA 2.2, A.3.6), and from its header on it is
// left out of the hash.
type wavFile struct{}

// storeChunk is the identifier of the chunk that holds the manifest store.
const storeChunk = "C2PA"

func (wavFile) name() string { return "WAV" }

func (wavFile) layout(src *io.SectionReader, d *Disclosure) (func(store []byte) (c2pa.Layout, error), error) {
	list, err := wav.Chunks(src)
	if err != nil {
		return nil, err
	}
	sound := slices.IndexFunc(list, func(c wav.ChunkInfo) bool { return c.ID == "data" })
	old, err := readChunks(src, list)
	if err != nil {
		return nil, err
	}
	ours := d.chunks(old)
	chapters := slices.ContainsFunc(ours, func(c wav.Chunk) bool { return c.ID == "cue " })
	var before, after riffParts
	var table []byte // of sizes, in an RF64 file
	for i, c := range list {
		switch c.ID {
		case "CSET", "bext", "_PMX", storeChunk:
			continue
		case "ds64":
			if table, err = c.Read(src, maxChunk); err != nil {
				return nil, err
			}
			continue
		case "LIST":
			kind := make([]byte, 4)
			if n, _ := src.ReadAt(kind, c.Offset); c.Size >= 4 && n == 4 && (string(kind) == "INFO" || chapters && string(kind) == "adtl") {
				continue
			}
		case "cue ":
			if chapters {
				continue
			}
		}
		part := &before
		if i >= sound {
			part = &after
		}
		part.keep(src, c)
	}
	for _, c := range ours {
		before.add(c.ID, c.Data, false)
	}
	return func(store []byte) (c2pa.Layout, error) {
		tail := after
		tail.parts = slices.Clone(after.parts)
		if store != nil {
			tail.add(storeChunk, store, true)
		}
		return riff(before, tail, list[sound].Size, table)
	}, nil
}

// readChunks reads what a file says of its sound and what is to be merged with what we say.
func readChunks(src *io.SectionReader, list []wav.ChunkInfo) (wavChunks, error) {
	var old wavChunks
	for _, c := range list {
		if c.ID != "fmt " && c.ID != "bext" && c.ID != "LIST" && c.ID != "_PMX" || c.Size > maxChunk {
			continue
		}
		b, err := c.Read(src, maxChunk)
		if err != nil {
			return old, err
		}
		switch {
		case c.ID == "fmt " && len(b) >= 8 && old.rate == 0:
			old.channels = int(binary.LittleEndian.Uint16(b[2:]))
			old.rate = int(min(binary.LittleEndian.Uint32(b[4:]), math.MaxInt32))
		case c.ID == "bext" && old.bext == nil:
			old.bext = b
		case c.ID == "_PMX" && old.xmp == nil:
			old.xmp = b
		case c.ID == "LIST" && len(b) >= 4 && string(b[:4]) == "INFO":
			old.info = append(old.info, b[4:]...)
			if len(old.info)%2 == 1 {
				old.info = append(old.info, 0)
			}
		}
	}
	if old.rate <= 0 || old.channels <= 0 {
		return old, errors.New("it is a WAV file without a format")
	}
	return old, nil
}

// riffParts are chunks in a row.
type riffParts struct {
	parts []c2pa.Part
	size  int64 // bytes
}

// add adds a new chunk. A hole is one from its header to the end of its data.
func (r *riffParts) add(id string, data []byte, hole bool) {
	chunk := appendChunk(nil, id, data)
	end := 8 + len(data)
	r.parts = append(r.parts, c2pa.Part{Bytes: chunk[:end], Hole: hole})
	if end < len(chunk) {
		r.parts = append(r.parts, c2pa.Part{Bytes: chunk[end:]})
	}
	r.size += int64(len(chunk))
}

// keep adds a chunk of the source as it is. Sizes that do not fit are those of RF64 and stand in its ds64 chunk.
func (r *riffParts) keep(src *io.SectionReader, c wav.ChunkInfo) {
	header := binary.LittleEndian.AppendUint32([]byte(c.ID), uint32(min(c.Size, math.MaxUint32)))
	r.parts = append(r.parts, c2pa.Part{Bytes: header}, c2pa.Part{Source: io.NewSectionReader(src, c.Offset, c.Size)})
	r.size += 8 + c.Size
	if c.Size%2 == 1 {
		r.parts = append(r.parts, c2pa.Part{Bytes: []byte{0}})
		r.size++
	}
}

// riff is the whole file; after begins with the sound. It becomes RF64 where its size does not fit 32 bits or where it
// was RF64 already; table is the content of the ds64 chunk that it had (EBU Tech 3306).
func riff(before, after riffParts, sound int64, table []byte) (c2pa.Layout, error) {
	const ds64Size = 28 // without a table of further long chunks
	le := binary.LittleEndian
	size := 4 + before.size + after.size
	head := []byte("RIFF")
	if table == nil && size < math.MaxUint32 {
		head = append(le.AppendUint32(head, uint32(size)), "WAVE"...)
		return c2pa.Layout{Parts: slices.Concat([]c2pa.Part{{Bytes: head}}, before.parts, after.parts)}, nil
	}
	if len(table) < ds64Size {
		table = make([]byte, ds64Size)
	}
	table = slices.Clone(table)
	size += 8 + int64(len(table)+len(table)%2)
	le.PutUint64(table, uint64(size))
	le.PutUint64(table[8:], uint64(sound))
	head = append([]byte("RF64\xFF\xFF\xFF\xFFWAVE"), appendChunk(nil, "ds64", table)...)
	after.parts = slices.Clone(after.parts)
	after.parts[0].Bytes = []byte("data\xFF\xFF\xFF\xFF")
	return c2pa.Layout{Parts: slices.Concat([]c2pa.Part{{Bytes: head}}, before.parts, after.parts)}, nil
}

// read reads what stands in the chunks of a RIFF or RF64 file.
func (f wavFile) read(src *io.SectionReader) (carried, error) {
	c := carried{format: f.name()}
	list, err := wav.Chunks(src)
	if err != nil {
		return c, err
	}
	var format, sound bool
	var description, comment, xmpText string
	for _, chunk := range list {
		switch chunk.ID {
		case "fmt ":
			format = true
		case "data":
			sound = true
		case storeChunk:
			if chunk.Size == 0 {
				continue
			}
			if c.store, err = chunk.Read(src, maxStore); err != nil {
				return c, err
			}
			c.holes = []c2pa.Range{{Start: chunk.Offset - 8, Length: chunk.Size + 8}}
		case "bext", "LIST", "_PMX":
			if chunk.Size > maxChunk {
				continue
			}
			b, err := chunk.Read(src, maxChunk)
			if err != nil {
				return c, err
			}
			switch chunk.ID {
			case "bext":
				description = firstText(description, string(b[:min(len(b), descriptionSize)]))
			case "LIST":
				comment = firstText(comment, infoComment(b))
				c.labels.fill(infoLabels(b))
			default:
				c.sourceType, xmpText = readXMP(b)
			}
		}
	}
	if !format || !sound {
		return c, errors.New("it is a WAV file without a format or without sound")
	}
	c.sourceType = firstText(c.sourceType)
	c.statement = firstText(xmpText, description)
	c.readComment(comment)
	return c, nil
}

// infoComment is the comment (ICMT) in a LIST chunk of the kind INFO.
func infoComment(b []byte) string {
	if len(b) < 4 || string(b[:4]) != "INFO" {
		return ""
	}
	for id, text := range subchunks(b[4:]) {
		if id == "ICMT" {
			return string(text)
		}
	}
	return ""
}
