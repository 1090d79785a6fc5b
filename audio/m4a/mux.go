package m4a

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/voicepress/voicepress/audio/bmff"
)

// node is a box with fields: fixed-size numbers, slices of them, and strings.
func node(kind string, fields ...any) *bmff.Node {
	n := &bmff.Node{Type: kind}
	for _, f := range fields {
		if s, ok := f.(string); ok {
			n.Data = append(n.Data, s...)
			continue
		}
		n.Data, _ = binary.Append(n.Data, binary.BigEndian, f) // every field here has a fixed size
	}
	return n
}

// parent is a box of boxes.
func parent(kind string, children ...*bmff.Node) *bmff.Node {
	return &bmff.Node{Type: kind, Children: children}
}

const (
	soundHeader = 16 // of the mdat box, whose size is only known at the end and may need 64 bits
	soundStart  = 32 + soundHeader
)

// fileType is the ftyp box, of 32 bytes.
func fileType(brand string) []byte {
	second := "isom"
	if brand == Book {
		second = Audio
	}
	return bmff.Append(nil, node("ftyp", brand, uint32(0), brand, second, "iso2", "mp42"))
}

// openSound is the header of the mdat box, with room for its size.
func openSound() []byte {
	b := append(binary.BigEndian.AppendUint32(nil, 1), "mdat"...)
	return binary.BigEndian.AppendUint64(b, 0)
}

// track is what has to be known of the sound to write the tables of a file.
type track struct {
	rate, channels, kbps int
	config               uint16   // AudioSpecificConfig
	frames               []uint32 // sizes in bytes
	samples              int64    // of the sound, a channel; there are priming and padding besides
}

func (t *track) bytes() int64 {
	var sum int64
	for _, n := range t.frames {
		sum += int64(n)
	}
	return sum
}

const (
	unity       = 0x00010000 // 1 in fixed point
	undefined   = 0x55C4     // language "und", three letters of five bits
	selfContain = 1          // the sound is in this file
)

// matrix is the transformation that changes nothing; sound has it too.
func matrix() []uint32 { return []uint32{unity, 0, 0, 0, unity, 0, 0, 0, 0x40000000} }

// movie is the moov box for sound that begins at an offset of the file. Its times are in samples, so that the edit list
// cuts priming and padding to the sample. Times of creation are zero.
func (t *track) movie(start int64) ([]byte, error) {
	padding := int64(len(t.frames))*frameSamples - priming - t.samples
	if padding < 0 || padding >= 2*frameSamples {
		return nil, fmt.Errorf("ffmpeg made %d frames of %d samples", len(t.frames), t.samples)
	}
	if t.samples+priming > math.MaxUint32 {
		return nil, errors.New("the sound is longer than 2^32 samples")
	}
	samples, media := uint32(t.samples), uint32(t.samples+priming)
	if padding >= frameSamples { // a frame more than is needed; each has its full length then
		media = uint32(len(t.frames) * frameSamples)
	}
	movie := parent("moov",
		node("mvhd", make([]uint32, 3), uint32(t.rate), samples, uint32(unity), uint16(0x0100), make([]byte, 10), matrix(), make([]uint32, 6), uint32(2)),
		parent("trak",
			node("tkhd", uint32(7), make([]uint32, 2), uint32(1), uint32(0), samples, make([]uint32, 2), make([]uint16, 2), uint16(0x0100), uint16(0), matrix(), make([]uint32, 2)),
			parent("edts", node("elst", uint32(0), uint32(1), samples, uint32(priming), uint32(unity))),
			parent("mdia",
				node("mdhd", make([]uint32, 3), uint32(t.rate), media, uint16(undefined), uint16(0)),
				node("hdlr", make([]uint32, 2), "soun", make([]uint32, 3), "SoundHandler\x00"),
				parent("minf",
					node("smhd", make([]uint32, 2)),
					reference(),
					t.tables(start, media))),
		),
		parent("udta", metadata(gapless(padding, t.samples))))
	return bmff.Append(nil, movie), nil
}

// reference says that the samples of a track are in this file.
func reference() *bmff.Node {
	return node("dinf", bmff.Append(nil, node("dref", uint32(0), uint32(1), bmff.Append(nil, node("url ", uint32(selfContain))))))
}

// tables are the sample tables: what the frames are, how long, where and how large.
func (t *track) tables(start int64, media uint32) *bmff.Node {
	count := uint32(len(t.frames))
	last := media - (count-1)*frameSamples
	times := node("stts", uint32(0), uint32(2), count-1, uint32(frameSamples), uint32(1), last)
	if last == frameSamples {
		times = node("stts", uint32(0), uint32(1), count, uint32(frameSamples))
	}
	chunk := (t.rate + frameSamples - 1) / frameSamples // frames of about a second
	chunks := []uint32{1, uint32(chunk), 1}
	if rest := len(t.frames) % chunk; rest > 0 && len(t.frames) > chunk {
		chunks = append(chunks, uint32(len(t.frames)/chunk)+1, uint32(rest), 1)
	} else if rest > 0 {
		chunks[1] = uint32(rest)
	}
	var offsets []int64
	for part := range slices.Chunk(t.frames, chunk) {
		offsets = append(offsets, start)
		for _, n := range part {
			start += int64(n)
		}
	}
	return parent("stbl",
		node("stsd", uint32(0), uint32(1), bmff.Append(nil, t.description())),
		times,
		node("stsc", uint32(0), uint32(len(chunks)/3), chunks),
		node("stsz", make([]uint32, 2), count, t.frames),
		offsetTable(offsets, start > math.MaxUint32),
		// A decoder that begins in the middle needs the frame before, too (14496-12, 10.1).
		node("sgpd", uint32(1)<<24, "roll", uint32(2), uint32(1), int16(-1)),
		node("sbgp", uint32(0), "roll", uint32(1), count, uint32(1)))
}

// offsetTable is the table of chunk offsets: stco, or co64 with 64 bits each.
func offsetTable(offsets []int64, wide bool) *bmff.Node {
	count := uint32(len(offsets))
	if wide {
		return node("co64", uint32(0), count, offsets)
	}
	short := make([]uint32, len(offsets))
	for i, at := range offsets {
		short[i] = uint32(at)
	}
	return node("stco", uint32(0), count, short)
}

// description is the mp4a box: AAC of this rate, with the decoder's configuration.
func (t *track) description() *bmff.Node {
	average, most := t.rates()
	config := descriptor(5, t.config)
	decoder := descriptor(4, []byte{0x40, 0x15, 0, 0x18, 0}, most, average, config) // AAC, sound, a buffer of 6144 bytes
	stream := descriptor(3, uint16(0), byte(0), decoder, descriptor(6, byte(2)))
	return node("mp4a", make([]byte, 6), uint16(1), make([]uint32, 2), uint16(t.channels), uint16(16), uint32(0), uint32(t.rate)<<16,
		bmff.Append(nil, node("esds", uint32(0), stream)))
}

// descriptor is a descriptor of 14496-1, 8.3.3, of less than 128 bytes.
func descriptor(tag byte, fields ...any) []byte {
	content := node("", fields...).Data
	return append([]byte{tag, byte(len(content))}, content...)
}

// rates are the bit rates, in bits a second: on average, and of the second with the most.
func (t *track) rates() (average, most uint32) {
	second := max(1, t.rate/frameSamples)
	var sum, window, peak int64
	for i, n := range t.frames {
		sum += int64(n)
		window += int64(n)
		if i >= second {
			window -= int64(t.frames[i-second])
		}
		peak = max(peak, window)
	}
	bits := func(bytes, frames int64) uint32 {
		return uint32(min(bytes*8*int64(t.rate)/max(1, frames*frameSamples), math.MaxUint32))
	}
	return bits(sum, int64(len(t.frames))), bits(peak, int64(min(second, len(t.frames))))
}

// metadata is the meta box with tags (ilst). Its handler is what QuickTime expects there.
func metadata(tags ...*bmff.Node) *bmff.Node {
	return &bmff.Node{Type: "meta", Data: make([]byte, 4), Children: []*bmff.Node{
		node("hdlr", make([]uint32, 2), "mdir", "appl", make([]uint32, 2), byte(0)),
		parent("ilst", tags...),
	}}
}

// gapless is the tag in which iTunes writes priming, padding and length; some players know it and not the edit list.
func gapless(padding, samples int64) *bmff.Node {
	value := fmt.Sprintf(" 00000000 %08X %08X %016X", priming, padding, samples)
	for range 8 {
		value += " 00000000"
	}
	return Freeform("com.apple.iTunes", "iTunSMPB", value)
}
