package flac

import (
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/voicepress/voicepress/audio"
)

// maxBits is the most bits of a sample that are read; there are files with 32, made of floating point.
const maxBits = 24

// Decoder reads the samples of a FLAC file (see audio.Blocks). It is for one goroutine at a time. Damage is a *SyntaxError.
// What only the end of the file tells of, by its checksum and number of samples, is an error in place of io.EOF, so no sound
// is good before that.
type Decoder struct {
	audio.Blocks
	Rate     int // Hz
	Channels int // in the file; Read averages them

	info     streamInfo
	bits     bitReader
	frames   int64
	first    uint64    // number of the first frame, or of its first sample
	samples  int64     // of each channel, decoded so far
	short    bool      // a frame had fewer samples than the first: it must be the last
	channels [][]int32 // of a frame
	md5      hash.Hash
	pcm      []byte
	buf      []float32
}

// NewDecoder reads r up to its first frame. ID3v2 tags that the file begins with and metadata of all kinds are skipped.
// Damage is a *SyntaxError.
func NewDecoder(r io.Reader) (*Decoder, error) {
	d := &Decoder{bits: bitReader{r: r, crc: newCRC()}, md5: md5.New()}
	if err := d.header(); err != nil {
		return nil, fmt.Errorf("decode FLAC: %w", err)
	}
	d.Rate, d.Channels = d.info.rate, d.info.channels
	d.channels = make([][]int32, d.info.channels)
	d.Blocks = audio.NewBlocks("decode FLAC", d.Channels, d.next)
	return d, nil
}

// damage is what is wrong with the file at offset at, or the error of reading it.
func (d *Decoder) damage(at int64, format string, args ...any) error {
	if err := d.bits.err; err != nil && !errors.Is(err, errCut) {
		return err
	}
	if d.bits.err != nil {
		return &SyntaxError{d.bits.offset(), errCut.Error()}
	}
	return &SyntaxError{at, fmt.Sprintf(format, args...)}
}

// header reads everything before the first frame.
func (d *Decoder) header() error {
	r := &d.bits
	start := r.number(32)
	for start>>8 == 'I'<<16|'D'<<8|'3' {
		r.number(8) // the revision
		size := int64(0)
		if flags := r.number(8); flags&0x10 != 0 {
			size = 10 // a footer, which the size in the header leaves out (ID3v2.4 structure 3.1)
		}
		for shift := 21; shift >= 0; shift -= 7 {
			size += int64(r.number(8)&0x7F) << shift
		}
		d.skip(size)
		start = r.number(32)
	}
	if start != binary.BigEndian.Uint32([]byte(marker)) {
		return d.damage(0, "this is not a FLAC file")
	}
	for n, last := 0, false; !last; n++ {
		at := r.offset()
		last = r.number(1) == 1
		kind, size := r.number(7), r.number(24)
		if first := n == 0; first != (kind == BlockStreamInfo) || first && size != streamInfoLength {
			return d.damage(at, "the first block of metadata, and no other, describes the stream")
		}
		switch n {
		case 0:
			if err := d.streamInfo(); err != nil {
				return err
			}
		case maxBlocks:
			return d.damage(at, "more than %d metadata blocks", maxBlocks)
		default:
			d.skip(int64(size))
		}
		if r.err != nil {
			return d.damage(at, "")
		}
	}
	return nil
}

func (d *Decoder) skip(n int64) {
	for ; n > 0 && d.bits.err == nil; n-- {
		d.bits.number(8)
	}
}

func (d *Decoder) streamInfo() error {
	r, at := &d.bits, d.bits.offset()
	s := &d.info
	s.minBlock, s.maxBlock = int(r.number(16)), int(r.number(16))
	s.minFrame, s.maxFrame = int(r.number(24)), int(r.number(24))
	s.rate, s.channels, s.bits = int(r.number(20)), int(r.number(3))+1, int(r.number(5))+1
	s.samples = int64(r.number(4))<<32 | int64(r.number(32))
	for i := range s.md5 {
		s.md5[i] = byte(r.number(8))
	}
	switch {
	case r.err != nil:
		return d.damage(at, "")
	case s.minBlock < 16 || s.maxBlock < s.minBlock:
		return d.damage(at, "frames of %d to %d samples", s.minBlock, s.maxBlock)
	case s.rate < minRate || s.rate > maxRate:
		return d.damage(at, "a rate of %d Hz", s.rate)
	case s.bits < 4 || s.bits > maxBits:
		return d.damage(at, "samples of %d bits; those of 4 to %d are read", s.bits, maxBits)
	}
	return nil
}

// next decodes the next frame.
func (d *Decoder) next() ([]float32, error) {
	r, at := &d.bits, d.bits.offset()
	if r.ended() && r.err == nil {
		return nil, d.end()
	}
	r.beginFrame()
	h, err := d.frameHeader(at)
	if err != nil {
		return nil, err
	}
	if err := d.subframes(at, h); err != nil {
		return nil, err
	}
	zeros := r.align()
	sum := r.checksum()
	if want := r.number(16); r.err != nil || !zeros || uint32(sum) != want {
		return nil, d.damage(at, "a frame does not match its checksum")
	}
	if !d.join(h) {
		return nil, d.damage(at, "a sample does not fit in %d bits", d.info.bits)
	}
	d.frames++
	d.samples += int64(h.samples)
	d.short = h.samples < d.info.minBlock
	return d.buf, nil
}

// end checks what was read against what the file says about itself.
func (d *Decoder) end() error {
	at := d.bits.offset()
	switch want := d.info.samples; {
	case d.samples == 0:
		return &SyntaxError{at, "there is no sound in it"}
	case want != 0 && want != d.samples:
		return &SyntaxError{at, fmt.Sprintf("it has %d samples where it says %d", d.samples, want)}
	case d.info.md5 != [16]byte{} && [16]byte(d.md5.Sum(nil)) != d.info.md5:
		return &SyntaxError{at, "the sound does not match its checksum"}
	}
	return io.EOF
}

// join puts into buf the channels of a frame. It is false where a sample is larger than the file says.
func (d *Decoder) join(h frameHeader) bool {
	if h.assignment >= leftSide {
		a, b := d.channels[0], d.channels[1]
		for i := range a {
			switch h.assignment {
			case leftSide:
				b[i] = a[i] - b[i]
			case sideRight:
				a[i] += b[i]
			default:
				middle := a[i]<<1 | b[i]&1
				a[i], b[i] = (middle+b[i])>>1, (middle-b[i])>>1
			}
		}
	}
	width, channels := (d.info.bits+7)/8, len(d.channels)
	d.buf = slices.Grow(d.buf[:0], channels*h.samples)[:channels*h.samples]
	d.pcm = slices.Grow(d.pcm[:0], width*len(d.buf))[:width*len(d.buf)]
	limit, scale := int32(1)<<(d.info.bits-1), 1/float32(int32(1)<<(d.info.bits-1))
	for c, channel := range d.channels {
		for i, v := range channel {
			if v < -limit || v >= limit {
				return false
			}
			at := i*channels + c
			d.buf[at] = float32(v) * scale
			pcm := d.pcm[at*width:][:width]
			switch width {
			case 3:
				pcm[0], pcm[1], pcm[2] = byte(v), byte(v>>8), byte(v>>16)
			case 2:
				pcm[0], pcm[1] = byte(v), byte(v>>8)
			default:
				pcm[0] = byte(v)
			}
		}
	}
	_, _ = d.md5.Write(d.pcm) // never fails
	return true
}

// Close is there because other decoders need it. It does not close the reader.
func (d *Decoder) Close() {}
