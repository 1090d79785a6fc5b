package mp3

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	gomp3 "github.com/hajimehoshi/go-mp3"
)

// goDecoder decodes the frames of a stream with the pure-Go decoder, as far as that one is right: it garbles the rates
// below 32 kHz without an error, loses high tones of joint stereo (SNR down to 43 dB), does not know MPEG-2.5, and panics on
// some damage. Its samples have 16 bits, clipped.
type goDecoder struct {
	frames *frameReader
	sound  *gomp3.Decoder // nil before the first read
	buf    []byte
}

func newGoDecoder(s *stream) (*goDecoder, error) {
	if s.first.lsf {
		return nil, mpg123Library().Fail(fmt.Errorf("it is needed to decode an MP3 file of %d Hz", s.first.rate))
	}
	return &goDecoder{frames: &frameReader{stream: s}}, nil
}

func (d *goDecoder) close() {}

func (d *goDecoder) read(p []float32) (n int, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			n, err = 0, &SyntaxError{d.frames.stream.offset, "the decoder cannot read the sound"}
		}
		// What the frames say about their own end is more exact than what the decoder makes of it.
		if err != nil && d.frames.err != nil {
			err = d.frames.err
		} else if err != nil && !errors.Is(err, io.EOF) {
			err = &SyntaxError{d.frames.stream.offset, fmt.Sprintf("the decoder says: %.100v", err)}
		}
	}()
	if d.sound == nil {
		if d.sound, err = gomp3.NewDecoder(d.frames); err != nil {
			return 0, err
		}
	}
	const stereo = 4 // bytes: the decoder always gives two channels of 16 bits, which are the same where the file has one
	channels := d.frames.stream.first.channels
	room := len(p) / channels * stereo
	if len(d.buf) < room {
		d.buf = make([]byte, room)
	}
	got, err := io.ReadAtLeast(d.sound, d.buf[:room], stereo)
	if err != nil {
		return 0, err
	}
	n = got / stereo * channels
	for i := range n {
		at := i / channels * stereo
		at += i % channels * 2
		p[i] = float32(int16(binary.LittleEndian.Uint16(d.buf[at:]))) / (1 << 15)
	}
	return n, nil
}

// frameReader gives the bytes of a stream's frames. Its error is kept, because the decoder replaces it.
type frameReader struct {
	stream *stream
	rest   []byte
	err    error
}

func (r *frameReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.err == nil {
			r.rest, r.err = r.stream.next()
		}
		if r.err == nil {
			if h, _ := parseHeader(r.rest); h.joint {
				r.err = mpg123Library().Fail(errors.New("it is needed to decode joint stereo"))
			}
		}
		if r.err != nil {
			return 0, r.err
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
