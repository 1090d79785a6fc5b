package flac

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/bits"
)

var errCut = errors.New("it ends too early")

// history is how many bytes before pos stay in the buffer: those that may be in ahead, and not taken yet.
const history = 8

// bitReader reads numbers of any width from bytes, highest bit first, and keeps the checksum of a frame. Its first error
// stays; all that is read after it is 0.
type bitReader struct {
	r        io.Reader
	crc      *crc
	buf      [1 << 14]byte
	pos, end int    // what of buf is still to be put in ahead
	start    int64  // offset of buf in the file
	ahead    uint64 // bits to be read next, from the highest
	n        uint   // how many they are
	mark     int    // where in buf the part of the frame begins that is not in sum yet
	sum      uint16
	err      error
}

// offset is how many bytes were read in whole or in part.
func (r *bitReader) offset() int64 { return r.start + int64(r.pos) - int64(r.n/8) }

// fill puts at least 56 bits into ahead, fewer at the end of the file.
func (r *bitReader) fill() {
	if r.end-r.pos >= 8 {
		r.ahead |= binary.BigEndian.Uint64(r.buf[r.pos:]) >> r.n
		r.pos += int((63 - r.n) / 8)
		r.n |= 56
		// Bits beyond n are those of the byte at pos, which the next call puts in the same place.
		r.ahead &= math.MaxUint64 << (64 - r.n)
		return
	}
	for r.n <= 56 {
		if r.pos == r.end && !r.more() {
			return
		}
		r.ahead |= uint64(r.buf[r.pos]) << (56 - r.n)
		r.pos++
		r.n += 8
	}
}

// more reads more of the file into buf.
func (r *bitReader) more() bool {
	if r.err != nil {
		return false
	}
	if keep := r.pos - history; keep > 0 {
		if keep > r.mark {
			r.sum, r.mark = r.crc.sum16(r.sum, r.buf[r.mark:keep]), keep
		}
		copy(r.buf[:], r.buf[keep:r.pos])
		r.start += int64(keep)
		r.pos, r.mark = history, r.mark-keep
	}
	n, err := io.ReadAtLeast(r.r, r.buf[r.pos:], 1)
	r.end = r.pos + n
	if n == 0 && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n > 0
}

// ended says whether the file ends here. The reader must be at a whole byte.
func (r *bitReader) ended() bool {
	if r.n == 0 {
		r.fill()
	}
	return r.n == 0
}

// number reads width bits, 32 at most.
func (r *bitReader) number(width uint) uint32 {
	if r.n < width {
		if r.fill(); r.n < width {
			r.fail(errCut)
			return 0
		}
	}
	v := uint32(r.ahead >> 32 >> (32 - width))
	r.ahead <<= width
	r.n -= width
	return v
}

// signed reads width bits in two's complement, 1 to 32.
func (r *bitReader) signed(width uint) int32 {
	return int32(r.number(width)<<(32-width)) >> (32 - width)
}

// zeros counts zeros up to the next one, which it reads too.
func (r *bitReader) zeros() uint64 {
	var count uint64
	for r.ahead == 0 {
		count += uint64(r.n)
		r.n = 0
		if r.fill(); r.n == 0 {
			r.fail(errCut)
			return 0
		}
	}
	zeros := uint(bits.LeadingZeros64(r.ahead))
	r.ahead <<= zeros + 1
	r.n -= zeros + 1
	return count + uint64(zeros)
}

func (r *bitReader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.ahead, r.n = 0, 0
}

// align goes on to a whole byte. It is false where it passes over a one.
func (r *bitReader) align() bool { return r.number(r.n%8) == 0 }

// beginFrame begins the checksum. The reader must be at a whole byte.
func (r *bitReader) beginFrame() { r.sum, r.mark = 0, r.pos-int(r.n/8) }

// checksum is that of everything since beginFrame. The reader must be at a whole byte.
func (r *bitReader) checksum() uint16 {
	return r.crc.sum16(r.sum, r.buf[r.mark:r.pos-int(r.n/8)])
}
