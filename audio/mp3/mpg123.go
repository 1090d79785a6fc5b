package mp3

import (
	"errors"
	"fmt"
	"io"
	"unsafe"
)

// Mpg123 is libmpg123, loaded. It is safe for concurrent use.
type Mpg123 struct {
	init        func() int32
	open        func(decoder *byte, code *int32) unsafe.Pointer
	close       func(handle unsafe.Pointer)
	param       func(handle unsafe.Pointer, which int32, value int, float float64) int32
	openFeed    func(handle unsafe.Pointer) int32
	decode      func(handle unsafe.Pointer, in []byte, inSize uintptr, out []float32, outSize uintptr, done *uintptr) int32
	format      func(handle unsafe.Pointer, rate *int, channels, encoding *int32) int32
	explain     func(handle unsafe.Pointer) string
	explainCode func(code int32) string
}

// OpenMpg123 loads libmpg123 from the shared library at path, or where path is empty from the usual places. It fails
// with *LibraryError.
func OpenMpg123(path string) (*Mpg123, error) {
	l := &Mpg123{}
	err := mpg123Library().Open(path, map[string]any{
		"mpg123_init":           &l.init,
		"mpg123_new":            &l.open,
		"mpg123_delete":         &l.close,
		"mpg123_param":          &l.param,
		"mpg123_open_feed":      &l.openFeed,
		"mpg123_decode":         &l.decode,
		"mpg123_getformat":      &l.format,
		"mpg123_strerror":       &l.explain,
		"mpg123_plain_strerror": &l.explainCode,
	})
	if err != nil {
		return nil, err
	}
	if code := l.init(); code != mpgOK { // does nothing from 1.27 on, and is needed before
		return nil, mpg123Library().Fail(errors.New(l.explainCode(code)))
	}
	return l, nil
}

// From mpg123.h: results, parameters, flags, sample encodings.
const (
	mpgOK        = 0
	mpgNeedMore  = -10
	mpgNewFormat = -11

	mpgAddFlags    = 2
	mpgRemoveFlags = 13

	mpgQuiet           = 0x20
	mpgGapless         = 0x40
	mpgForceFloat      = 0x400
	mpgIgnoreInfoFrame = 0x4000
	mpgAutoResample    = 0x8000

	mpgFloat32 = 0x200
)

// minMainData is how many bytes of main data a frame must have. There is one kind with fewer, 8 kb/s stereo at 24 kHz,
// and libmpg123 1.31 gets some frames of it wrong (SNR 12 dB, where FFmpeg, LAME and libmad agree to 78 dB).
const minMainData = 4

// mpgDecoder decodes the frames of a stream with libmpg123.
type mpgDecoder struct {
	lib    *Mpg123
	handle unsafe.Pointer
	stream *stream
}

func (l *Mpg123) newDecoder(s *stream) (*mpgDecoder, error) {
	var code int32
	handle := l.open(nil, &code)
	if handle == nil {
		return nil, fmt.Errorf("mpg123: %s", l.explainCode(code))
	}
	d := &mpgDecoder{l, handle, s}
	// The stream has dealt with the info frame, and a change of rate is an error.
	if l.param(handle, mpgAddFlags, mpgQuiet|mpgForceFloat|mpgIgnoreInfoFrame, 0) != mpgOK ||
		l.param(handle, mpgRemoveFlags, mpgGapless|mpgAutoResample, 0) != mpgOK ||
		l.openFeed(handle) != mpgOK {
		err := fmt.Errorf("mpg123: %s", l.explain(handle))
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *mpgDecoder) close() {
	d.lib.close(d.handle)
	d.handle = nil
}

func (d *mpgDecoder) read(p []float32) (int, error) {
	var frame []byte
	var last error
	for {
		var done uintptr
		code := d.lib.decode(d.handle, frame, uintptr(len(frame)), p, uintptr(len(p))*unsafe.Sizeof(p[0]), &done)
		switch code {
		case mpgNewFormat:
			if err := d.checkFormat(); err != nil {
				return 0, err
			}
		case mpgOK, mpgNeedMore:
		default:
			return 0, &SyntaxError{d.stream.offset, "mpg123: " + d.lib.explain(d.handle)}
		}
		if done > 0 {
			return int(done / unsafe.Sizeof(p[0])), nil
		}
		if frame = nil; code == mpgNeedMore {
			if last != nil {
				return 0, last
			}
			frame, last = d.stream.next()
			if last != nil && !errors.Is(last, io.EOF) {
				return 0, last
			}
			if h, ok := parseHeader(frame); ok && h.mainData() < minMainData {
				return 0, fmt.Errorf("%d kb/s at %d Hz in stereo is too low to be decoded without fault", h.kbps, h.rate)
			}
		}
	}
}

func (d *mpgDecoder) checkFormat() error {
	var rate int
	var channels, encoding int32
	if d.lib.format(d.handle, &rate, &channels, &encoding) != mpgOK {
		return fmt.Errorf("mpg123: %s", d.lib.explain(d.handle))
	}
	if rate != d.stream.first.rate || int(channels) != d.stream.first.channels || encoding != mpgFloat32 {
		return &SyntaxError{d.stream.offset, fmt.Sprintf("it decodes to %d Hz, %d channels, encoding %#x", rate, channels, encoding)}
	}
	return nil
}
