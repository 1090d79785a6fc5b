package m4a

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// frameReader takes apart a stream of ADTS, in which each AAC frame has a header of its own (ISO/IEC 14496-3, 1.A.2.2).
type frameReader struct {
	r      *bufio.Reader
	config uint16 // AudioSpecificConfig of the first frame; 0 before it
	frame  []byte
}

const (
	adtsHeader  = 7
	maxADTSSize = 1<<13 - 1 // bytes of a frame and its header
)

// aacRates are the sampling frequencies by index (14496-3, 1.6.3.4), in Hz. Those above 48 kHz do not fit the field of a
// sample description.
func aacRates() []int {
	return []int{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}
}

// next is the next frame without its header, good until the next call; io.EOF at the end.
func (f *frameReader) next() ([]byte, error) {
	h, err := f.r.Peek(adtsHeader)
	if len(h) == 0 && errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	if err != nil {
		return nil, fmt.Errorf("ADTS header: %w", noEOF(err))
	}
	if h[0] != 0xFF || h[1]&0xF6 != 0xF0 {
		return nil, errors.New("ADTS frame does not begin with its sync word")
	}
	header := adtsHeader
	if h[1]&1 == 0 {
		header += 2 // a checksum
	}
	size := int(h[3]&3)<<11 | int(h[4])<<3 | int(h[5])>>5
	profile, rate, channels := h[2]>>6, h[2]>>2&0xF, h[2]&1<<2|h[3]>>6
	config := uint16(profile+1)<<11 | uint16(rate)<<7 | uint16(channels)<<3
	switch {
	case f.config == 0:
		f.config = config
	case f.config != config:
		return nil, errors.New("ADTS frames differ in rate or channels")
	}
	if blocks := h[6] & 3; blocks != 0 || size <= header {
		return nil, errors.New("ADTS frame without exactly one block of sound")
	}
	if _, err := io.ReadFull(f.r, f.frame[:size]); err != nil {
		return nil, fmt.Errorf("ADTS frame: %w", noEOF(err))
	}
	return f.frame[header:size], nil
}

func newFrameReader(r io.Reader) *frameReader {
	return &frameReader{r: bufio.NewReaderSize(r, 64<<10), frame: make([]byte, maxADTSSize)}
}

// noEOF is err, where the end of the stream is not a good end.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
