package audiotest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
)

// HostileFile is a file that a program which reads audio must survive: it may refuse it, and may not panic, hang or fill
// the memory.
type HostileFile struct {
	Name string // with the extension of what it pretends to be
	Data []byte
}

// HostileFiles are files with false sizes, endless nesting, giant tags and manifests that are bombs, in every format.
func HostileFiles() []HostileFile {
	var files []HostileFile
	add := func(name string, parts ...[]byte) { files = append(files, HostileFile{name, bytes.Join(parts, nil)}) }

	sound := silentMP3(40)
	add("tag larger than the file.mp3", []byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), sound)
	add("giant tag.mp3", tag(frame("TXXX", bytes.Repeat([]byte("a"), 20<<20))), sound)
	add("frame larger than its tag.mp3", tag([]byte("TIT2\x7f\x7f\x7f\x7f\x00\x00\x03title")), sound)
	add("frame of size 0.mp3", tag(bytes.Repeat([]byte("TIT2\x00\x00\x00\x00\x00\x00"), 1000)), sound)
	add("many tags.mp3", bytes.Repeat(tag(frame("TIT2", []byte("\x03x"))), 5000), sound)
	add("many frames.mp3", tag(bytes.Repeat(frame("COMM", []byte("\x03eng\x00x")), 50_000)), sound)
	add("compressed frame that is a bomb.mp3", tag([]byte("TXXX\x00\x00\x00\x10\x00\x09\x7f\x7f\x7f\x7f\x78\x9c\xed\xc1\x01\x01\x00\x00\x00\x80\x90\xfe")), sound)
	add("chapters in chapters.mp3", tag(frame("CHAP", nested(func(b []byte) []byte {
		return append([]byte("c\x00\x00\x00\x00\x00\x00\x00\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff"), frame("CHAP", b)...)
	}))), sound)
	add("unsynchronised.mp3", []byte("ID3\x04\x00\x80\x00\x00\x7f\x7f"), bytes.Repeat([]byte{0xFF}, 127<<7+127), sound)

	pcm := chunk("data", make([]byte, 4000))
	format := chunk("fmt ", wavFormat(1, 22050, 2))
	riff := func(parts ...[]byte) []byte {
		body := append([]byte("WAVE"), bytes.Join(parts, nil)...)
		return append(append([]byte("RIFF"), le32(len(body))...), body...)
	}
	add("chunk larger than the file.wav", riff(format, []byte("LIST\xf0\xff\xff\xff")), pcm)
	add("RIFF of size 0.wav", []byte("RIFF\x00\x00\x00\x00WAVE"), format, pcm)
	add("many chunks.wav", riff(format, bytes.Repeat(chunk("junk", nil), 200_000), pcm))
	add("two formats.wav", riff(format, chunk("fmt ", wavFormat(2, 8000, 4)), pcm))
	add("no channels.wav", riff(chunk("fmt ", wavFormat(0, 22050, 2)), pcm))
	add("no rate.wav", riff(chunk("fmt ", wavFormat(1, 0, 2)), pcm))
	add("block of 0 bytes.wav", riff(chunk("fmt ", wavFormat(1, 22050, 0)), pcm))
	add("sound before its format.wav", riff(pcm, format))
	add("RF64 of 2^63 bytes.wav", []byte("RF64\xff\xff\xff\xffWAVE"),
		chunk("ds64", slices.Concat(le64(math.MaxInt64), le64(math.MaxInt64), le64(math.MaxInt64), le32(0))), format, []byte("data\xff\xff\xff\xff\x00\x00"))
	add("list in list.wav", riff(format, chunk("LIST", nested(func(b []byte) []byte { return append([]byte("INFO"), chunk("LIST", b)...) })), pcm))

	add("block larger than the file.flac", []byte("fLaC\x00\xff\xff\xff"), make([]byte, 34))
	add("many blocks.flac", []byte("fLaC\x00\x00\x00\x22"), flacInfo(), bytes.Repeat([]byte("\x01\x00\x00\x00"), 200_000), []byte("\x81\x00\x00\x00\xff\xf8"))
	add("2^32 comments.flac", []byte("fLaC\x00\x00\x00\x22"), flacInfo(), []byte("\x84\x00\x00\x0c\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xf8"))
	add("vendor of 2^31 bytes.flac", []byte("fLaC\x00\x00\x00\x22"), flacInfo(), []byte("\x84\x00\x00\x08\xff\xff\xff\x7f\x00\x00\x00\x00\xff\xf8"))

	ftyp := box("ftyp", []byte("M4A \x00\x00\x02\x00isomiso2"))
	add("nested boxes.m4a", ftyp, nested(func(b []byte) []byte { return box("moov", b) }))
	add("box of 2^63 bytes.m4a", ftyp, []byte("\x00\x00\x00\x01mdat\x7f\xff\xff\xff\xff\xff\xff\xff"))
	add("box of 3 bytes.m4a", ftyp, []byte("\x00\x00\x00\x03moov"))
	add("many boxes.m4a", ftyp, bytes.Repeat(box("free", nil), 200_000))
	add("two films.m4a", ftyp, box("moov", box("mvhd", make([]byte, 100))), box("moov", box("mvhd", make([]byte, 100))))
	add("2^32 offsets.m4a", ftyp, box("moov", box("trak", box("mdia", box("minf", box("stbl", box("stco", []byte("\x00\x00\x00\x00\xff\xff\xff\xff"))))))), box("mdat", nil))

	add("2^32 comments.opus", oggPage(2, 0, opusHead()), oggPage(0, 1, []byte("OpusTags\x00\x00\x00\x00\xff\xff\xff\xff")))
	add("page without end.opus", oggPage(2, 0, opusHead()), append([]byte("OggS\x00\x00"), bytes.Repeat([]byte{0xFF}, 400)...))
	add("comments without end.opus", oggPage(2, 0, opusHead()), bytes.Repeat(oggPage(1, 1, bytes.Repeat([]byte{'a'}, 255*255)), 400))

	for name, store := range HostileStores() {
		geob := append([]byte("\x00application/c2pa\x00c2pa\x00c2pa manifest store\x00"), store...)
		add("manifest, "+name+".mp3", tag(frame("GEOB", geob)), sound)
		add("manifest, "+name+".wav", riff(format, pcm, chunk("C2PA", store)))
		uuid := "\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81\x00\x00\x00\x00manifest\x00\x00\x00\x00\x00\x00\x00\x00\x00"
		add("manifest, "+name+".m4a", ftyp, box("uuid", append([]byte(uuid), store...)), box("moov", box("mvhd", make([]byte, 100))), box("mdat", make([]byte, 100)))
	}
	return files
}

// HostileStores are C2PA manifest stores that are none.
func HostileStores() map[string][]byte {
	claim := func(cbor []byte) []byte {
		return superbox("c2pa", "c2pa", superbox("c2ma", "urn:c2pa:1", superbox("c2as", "c2pa.assertions"), superbox("c2cl", "c2pa.claim.v2", box("cbor", cbor)),
			superbox("c2cs", "c2pa.signature", box("cbor", cbor))))
	}
	return map[string][]byte{
		"empty store":          {},
		"random":               []byte(strings.Repeat("no manifest ", 100)),
		"box of size 0":        []byte("\x00\x00\x00\x00jumb"),
		"box of 2^64 bytes":    []byte("\x00\x00\x00\x01jumb\xff\xff\xff\xff\xff\xff\xff\xff"),
		"nested boxes":         nested(func(b []byte) []byte { return superbox("c2pa", "c2pa", b) }),
		"many manifests":       superbox("c2pa", "c2pa", bytes.Repeat(superbox("c2ma", "urn:c2pa:1"), 20_000)),
		"deep CBOR":            claim(bytes.Repeat([]byte{0x81}, 200_000)),
		"deep indefinite CBOR": claim(bytes.Repeat([]byte{0x9F}, 200_000)),
		"array of 2^63":        claim([]byte("\x9b\x7f\xff\xff\xff\xff\xff\xff\xff")),
		"map of 2^32":          claim([]byte("\xba\xff\xff\xff\xff")),
		"text of 2^62":         claim([]byte("\x7b\x3f\xff\xff\xff\xff\xff\xff\xff")),
		"tags on tags":         claim(bytes.Repeat([]byte{0xC1}, 200_000)),
		"one key many times":   claim(append([]byte("\xb9\xff\xff"), bytes.Repeat([]byte("\x61a\x00"), 65535)...)),
		"wide array":           claim(append([]byte("\x9a\x00\x0f\xff\xff"), make([]byte, 0xFFFFF)...)),
	}
}

// nested wraps nothing 2000 times.
func nested(wrap func([]byte) []byte) []byte {
	var b []byte
	for range 2000 {
		b = wrap(b)
	}
	return b
}

func le32(n int) []byte    { return binary.LittleEndian.AppendUint32(nil, uint32(n)) }
func le64(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

func chunk(id string, data []byte) []byte {
	b := append(append([]byte(id), le32(len(data))...), data...)
	return append(b, make([]byte, len(data)&1)...)
}

func wavFormat(channels, rate, block int) []byte {
	b := binary.LittleEndian.AppendUint16(nil, 1)
	b = binary.LittleEndian.AppendUint16(b, uint16(channels))
	b = append(append(b, le32(rate)...), le32(rate*block)...)
	return append(b, byte(block), 0, 16, 0)
}

func box(kind string, data []byte) []byte {
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(data))), kind...), data...)
}

// superbox is a JUMBF superbox with a description.
func superbox(kind, label string, boxes ...[]byte) []byte {
	description := append([]byte(kind), "\x00\x11\x00\x10\x80\x00\x00\xAA\x00\x38\x9B\x71\x03"...)
	description = append(append(description, label...), 0)
	return box("jumb", append(box("jumd", description), bytes.Join(boxes, nil)...))
}

func synchsafe(n int) []byte {
	return []byte{byte(n >> 21 & 127), byte(n >> 14 & 127), byte(n >> 7 & 127), byte(n & 127)}
}

func tag(frames []byte) []byte {
	return append(append([]byte("ID3\x04\x00\x00"), synchsafe(len(frames))...), frames...)
}

func frame(id string, data []byte) []byte {
	return append(append(append([]byte(id), synchsafe(len(data))...), 0, 0), data...)
}

// silentMP3 is frames of 128 kb/s at 44.1 kHz with no sound in them.
func silentMP3(n int) []byte {
	one := make([]byte, 417)
	copy(one, "\xff\xfb\x90\xc4")
	return bytes.Repeat(one, n)
}

func flacInfo() []byte {
	info := make([]byte, 34)
	copy(info, "\x10\x00\x10\x00\x00\x00\x00\x00\x00\x00\x0a\xc4\x40\xf0\x00\x00\x00\x00")
	return info
}

func opusHead() []byte { return []byte("OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00") }

// oggPage is a page of one packet, or of a part of one. Its checksum is wrong.
func oggPage(flags byte, number uint32, packet []byte) []byte {
	b := fmt.Appendf(nil, "OggS\x00%c", flags)
	b = append(b, make([]byte, 8)...)
	b = append(b, 1, 2, 3, 4)
	b = binary.LittleEndian.AppendUint32(b, number)
	b = append(b, 0, 0, 0, 0)
	segments := bytes.Repeat([]byte{255}, len(packet)/255)
	if len(segments) < 255 {
		segments = append(segments, byte(len(packet)%255))
	}
	b = append(append(b, byte(len(segments))), segments...)
	return append(b, packet...)
}
