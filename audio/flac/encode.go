package flac

import (
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"unicode/utf8"
)

const (
	blockSize  = 4096      // samples of each channel
	maxSamples = 1<<36 - 1 // of each channel (section 8.2)
)

// Encoder encodes one file of 16 or 24 bits. It is for one goroutine at a time.
type Encoder struct {
	w        io.WriteSeeker
	base     int64 // offset in w where the file begins
	info     streamInfo
	frames   uint32
	md5      hash.Hash
	crc      *crc
	in       []float32 // of the block that is not yet full, the channels in turn
	pcm      []byte    // of a block, little-endian, for the MD5
	channels [4][]int32
	planned  [4]subframe // left, right, middle, difference
	window   []float64
	scratch  []float64
	out      bitWriter
	closed   bool
	err      error // sticky
}

// NewEncoder begins a file at w's offset: of samples of 16 or 24 bits at rate Hz, with 1 or 2 channels. The caller must Close
// it. It has no metadata but the stream's own description.
func NewEncoder(w io.WriteSeeker, rate, channels, bits int) (*Encoder, error) {
	if rate < minRate || rate > maxRate {
		return nil, fmt.Errorf("encode FLAC: a rate of %d Hz; it is for %d to %d", rate, minRate, maxRate)
	}
	if channels < 1 || channels > 2 {
		return nil, fmt.Errorf("encode FLAC: %d channels; it is for 1 and 2", channels)
	}
	if bits != 16 && bits != 24 {
		return nil, fmt.Errorf("encode FLAC: samples of %d bits; it is for 16 and 24", bits)
	}
	base, err := w.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, fmt.Errorf("encode FLAC: %w", err)
	}
	e := &Encoder{
		w: w, base: base, md5: md5.New(), crc: newCRC(),
		info:   streamInfo{minBlock: blockSize, maxBlock: blockSize, rate: rate, channels: channels, bits: bits},
		in:     make([]float32, 0, blockSize*channels),
		pcm:    make([]byte, 0, bits/8*blockSize*channels),
		window: tukey(blockSize), scratch: make([]float64, blockSize),
	}
	for i := range e.channels {
		e.channels[i] = make([]int32, blockSize)
	}
	if _, err := w.Write(e.info.header()); err != nil { // what is not known yet comes at the end
		return nil, fmt.Errorf("write FLAC header: %w", err)
	}
	return e, nil
}

// header is the file up to the first frame, without metadata of others.
func (s streamInfo) header() []byte {
	be := binary.BigEndian
	b := append(make([]byte, 0, headerSize), marker...)
	b = be.AppendUint32(b, 1<<31|BlockStreamInfo<<24|streamInfoLength) // the last block of metadata
	b = be.AppendUint16(b, uint16(s.minBlock))
	b = be.AppendUint16(b, uint16(s.maxBlock))
	b = append(b, byte(s.minFrame>>16), byte(s.minFrame>>8), byte(s.minFrame))
	b = append(b, byte(s.maxFrame>>16), byte(s.maxFrame>>8), byte(s.maxFrame))
	b = be.AppendUint64(b, uint64(s.rate)<<44|uint64(s.channels-1)<<41|uint64(s.bits-1)<<36|uint64(s.samples))
	return append(b, s.md5[:]...)
}

// Write encodes samples, those of the channels in turn. Each is rounded to the nearest of the steps that its
// bits can tell apart, halves to even, and clipped at full scale: no dither, so that the same samples give the same bytes. It fails on a sample that is not a number.
// After a failure the file is useless.
func (e *Encoder) Write(samples []float32) error {
	if e.err == nil && len(samples)%e.info.channels != 0 {
		e.err = fmt.Errorf("encode FLAC: %d samples for %d channels", len(samples), e.info.channels)
	}
	for len(samples) > 0 && e.err == nil {
		n := min(len(samples), cap(e.in)-len(e.in))
		e.in = append(e.in, samples[:n]...)
		samples = samples[n:]
		if len(e.in) == cap(e.in) {
			e.encode()
		}
	}
	return e.err
}

// encode writes the frame of the samples in in.
func (e *Encoder) encode() {
	n := len(e.in) / e.info.channels
	if e.info.samples+int64(n) > maxSamples || e.frames == math.MaxInt32 {
		e.err = errors.New("encode FLAC: the sound is too long")
		return
	}
	if e.err = e.round(); e.err != nil {
		return
	}
	assignment, subframes := e.plan(n)
	e.out = bitWriter{bytes: e.out.bytes[:0]}
	e.frameHeader(n, assignment)
	for _, s := range subframes {
		s.write(&e.out)
	}
	e.out.align()
	frame := binary.BigEndian.AppendUint16(e.out.bytes, e.crc.sum16(0, e.out.bytes))
	e.out.bytes = frame
	if _, err := e.w.Write(frame); err != nil {
		e.err = fmt.Errorf("write FLAC: %w", err)
		return
	}
	if e.frames == 0 || len(frame) < e.info.minFrame {
		e.info.minFrame = len(frame)
	}
	e.info.maxFrame = max(e.info.maxFrame, len(frame))
	e.info.samples += int64(n)
	e.frames++
	e.in = e.in[:0]
}

// round makes integers of in.
func (e *Encoder) round() error {
	e.pcm = e.pcm[:0]
	channels := e.info.channels
	full := float64(int32(1) << (e.info.bits - 1))
	for i, x := range e.in {
		if x != x {
			return fmt.Errorf("encode FLAC: sample %d is not a number", e.info.samples+int64(i/channels))
		}
		v := int32(min(max(math.RoundToEven(float64(x)*full), -full), full-1))
		e.channels[i%channels][i/channels] = v
		e.pcm = append(e.pcm, byte(v), byte(v>>8))
		if e.info.bits == 24 {
			e.pcm = append(e.pcm, byte(v>>16))
		}
	}
	_, err := e.md5.Write(e.pcm)
	return err
}

// plan finds the smallest way to code a block of n samples: which channels, and how each.
func (e *Encoder) plan(n int) (assignment uint32, subframes []*subframe) {
	window := e.window
	if n != blockSize {
		window = tukey(n)
	}
	p, bits := &e.planned, uint(e.info.bits)
	p[0].plan(e.channels[0][:n], bits, window, e.scratch)
	if e.info.channels == 1 {
		return 0, []*subframe{&p[0]}
	}
	left, right, middle, side := e.channels[0], e.channels[1], e.channels[2], e.channels[3]
	for i := range n {
		middle[i], side[i] = (left[i]+right[i])>>1, left[i]-right[i]
	}
	p[1].plan(right[:n], bits, window, e.scratch)
	p[2].plan(middle[:n], bits, window, e.scratch)
	p[3].plan(side[:n], bits+1, window, e.scratch)
	smallest := math.MaxInt
	for _, way := range [...]struct {
		assignment uint32
		a, b       *subframe
	}{{1, &p[0], &p[1]}, {leftSide, &p[0], &p[3]}, {sideRight, &p[3], &p[1]}, {midSide, &p[2], &p[3]}} {
		if size := way.a.size + way.b.size; size < smallest {
			smallest, assignment, subframes = size, way.assignment, []*subframe{way.a, way.b}
		}
	}
	return assignment, subframes
}

// frameHeader appends the header of the next frame (section 9.1).
func (e *Encoder) frameHeader(n int, assignment uint32) {
	const (
		sync       = 0xFFF8 // and blocks of one size
		block4096  = 12
		block16bit = 7 // the size, less one, comes in 16 bits
		bits16     = 4
		bits24     = 6
	)
	w := &e.out
	w.put(sync, 16)
	if n == blockSize {
		w.put(block4096, 4)
	} else {
		w.put(block16bit, 4)
	}
	code := rateCode(e.info.rate)
	w.put(code, 4)
	w.put(assignment, 4)
	if e.info.bits == 24 {
		w.put(bits24, 3)
	} else {
		w.put(bits16, 3)
	}
	w.put(0, 1)
	for _, b := range number(e.frames) {
		w.put(uint32(b), 8)
	}
	if n != blockSize {
		w.put(uint32(n-1), 16)
	}
	if code == rate16bit {
		w.put(uint32(e.info.rate), 16)
	}
	w.align()
	w.bytes = append(w.bytes, e.crc.sum8(0, w.bytes))
}

// rate16bit says that the rate in Hz comes in 16 bits at the end of a frame's header.
const rate16bit = 13

// rateCode is a rate in a frame's header (section 9.1.2). It is 0 where the rate is to be looked up in STREAMINFO.
func rateCode(rate int) uint32 {
	for code, r := range rates() {
		if r == rate {
			return uint32(code)
		}
	}
	if rate < 1<<16 {
		return rate16bit
	}
	return 0
}

// rates is the rates in Hz that have a code of their own, by code.
func rates() [12]int {
	return [...]int{0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000}
}

// number is a number of up to 31 bits, coded in the way of UTF-8, extended to six bytes (section 9.1.5).
func number(v uint32) []byte {
	if v < utf8.RuneSelf {
		return []byte{byte(v)}
	}
	more := 1
	for v>>(5*more+6) != 0 {
		more++
	}
	b := []byte{byte(0xFF<<(7-more)) | byte(v>>(6*more))}
	for more--; more >= 0; more-- {
		b = append(b, 0x80|byte(v>>(6*more))&0x3F)
	}
	return b
}

// Close ends the file: it writes the rest of the samples, and then the stream's description in the place that was left for
// it. It leaves w's offset at the end of the file, and returns the first failure of the Encoder. Later calls do nothing but
// return that again.
func (e *Encoder) Close() error {
	if !e.closed {
		e.closed = true
		if e.err == nil {
			e.err = e.finish()
		}
	}
	return e.err
}

func (e *Encoder) finish() error {
	if len(e.in) > 0 {
		e.encode()
	}
	if e.err != nil {
		return e.err
	}
	if e.info.samples == 0 {
		return errors.New("encode FLAC: there are no samples")
	}
	e.md5.Sum(e.info.md5[:0])
	end, err := e.w.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = e.w.Seek(e.base, io.SeekStart)
	}
	if err == nil {
		_, err = e.w.Write(e.info.header())
	}
	if err == nil {
		_, err = e.w.Seek(end, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("write FLAC header: %w", err)
	}
	return nil
}
