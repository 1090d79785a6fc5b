package ogg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/bits"
)

const (
	headerSize  = 27  // bytes before the lacing values
	maxSegments = 255 // lacing values in a page
	fullSegment = 255 // a lacing value that says that the packet goes on

	// MaxPage is the most bytes that a page has.
	MaxPage = headerSize + maxSegments + maxSegments*fullSegment

	// NoGranule is the granule position of a page on which no packet ends.
	NoGranule = -1
)

// Bits of the header type.
const (
	flagContinued = 1 << iota
	flagFirst
	flagLast
)

// Page is one page of a logical stream.
type Page struct {
	Continued bool   // it begins with the rest of a packet of the page before
	First     bool   // of its stream
	Last      bool   // of its stream
	Granule   int64  // position at the end of the last packet that ends here; its unit is the codec's
	Serial    uint32 // of its stream
	Sequence  uint32 // counts the pages of its stream from 0
	Lacing    []byte // size of each segment, 0 to 255 bytes; a packet ends with the first that is below 255
	Body      []byte // the segments
}

// Append appends the page, with its checksum, to b. It fails where lacing and body do not fit each other.
func (p *Page) Append(b []byte) ([]byte, error) {
	size := 0
	for _, n := range p.Lacing {
		size += int(n)
	}
	if len(p.Lacing) > maxSegments || size != len(p.Body) {
		return b, fmt.Errorf("make Ogg page: %d segments of %d bytes for a body of %d", len(p.Lacing), size, len(p.Body))
	}
	var flags byte
	for i, set := range [...]bool{p.Continued, p.First, p.Last} {
		if set {
			flags |= 1 << i
		}
	}
	start, le := len(b), binary.LittleEndian
	b = append(b, "OggS\x00"...) // and the version
	b = append(b, flags)
	b = le.AppendUint64(b, uint64(p.Granule))
	b = le.AppendUint32(b, p.Serial)
	b = le.AppendUint32(b, p.Sequence)
	b = le.AppendUint32(b, 0) // where the checksum goes
	b = append(b, byte(len(p.Lacing)))
	b = append(b, p.Lacing...)
	b = append(b, p.Body...)
	le.PutUint32(b[start+22:], checksum(b[start:]))
	return b, nil
}

// parseHeader reads the fixed part of a page header; b has headerSize bytes. It returns the number of segments and the
// checksum.
func (p *Page) parseHeader(b []byte) (segments int, sum uint32, err error) {
	le := binary.LittleEndian
	switch {
	case string(b[:4]) != "OggS":
		return 0, 0, errors.New("a page should begin here")
	case b[4] != 0:
		return 0, 0, fmt.Errorf("a page of version %d", b[4])
	case b[5]&^(flagContinued|flagFirst|flagLast) != 0:
		return 0, 0, fmt.Errorf("unknown flags %#x", b[5])
	}
	p.Continued, p.First, p.Last = b[5]&flagContinued != 0, b[5]&flagFirst != 0, b[5]&flagLast != 0
	p.Granule = int64(le.Uint64(b[6:]))
	p.Serial, p.Sequence = le.Uint32(b[14:]), le.Uint32(b[18:])
	return int(b[26]), le.Uint32(b[22:]), nil
}

// checksum is the CRC-32 of RFC 3533 section 6: polynomial 0x04C11DB7, highest bit first, starting from 0, not inverted.
// That of hash/crc32 has the same polynomial, but goes from the lowest bit and inverts before and after. The four bytes of
// the checksum itself must be 0.
func checksum(data []byte) uint32 {
	sum := ^uint32(0)
	var mirrored [512]byte
	for len(data) > 0 {
		n := copy(mirrored[:], data)
		for i, b := range mirrored[:n] {
			mirrored[i] = bits.Reverse8(b)
		}
		sum = crc32.Update(sum, crc32.IEEETable, mirrored[:n])
		data = data[n:]
	}
	return bits.Reverse32(^sum)
}
