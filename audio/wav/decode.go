package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/voicepress/voicepress/audio"
)

const (
	minRate     = 1_000   // Hz
	maxRate     = 768_000 // Hz
	maxChannels = 32
	blockFrames = 4096

	// placeholder is the smallest size that programs write into a stream whose length they do not know yet: 2 GiB less
	// a page (espeak-ng, SoX). A data chunk that claims as much may end early.
	placeholder = 0x7FFFF000
)

// Reader reads the samples of a WAV file: PCM of 8, 16, 24 or 32 bits, or floating point of 32 or 64.
type Reader struct {
	Rate     int // Hz
	Channels int // in the file; Read averages them

	r      io.Reader
	decode func(sample []byte) float64 // one sample of one channel
	width  int                         // bytes of one sample of one channel
	frame  int                         // bytes of one sample of every channel
	offset int64                       // bytes read so far
	left   int64                       // bytes of sound still to come, at most
	open   bool                        // the sound may end before left is 0
	buf    []byte                      // for a block of whole frames
	block  []byte                      // what of buf is still to be given
	err    error                       // sticky; what comes after block
}

// NewReader reads up to the first sample. Chunks before it are skipped. A file whose data chunk has no honest size,
// as programs that write to a pipe leave it, is read to its end. Damage is reported as *SyntaxError.
func NewReader(r io.Reader) (*Reader, error) {
	wr := &Reader{r: r}
	if err := wr.header(); err != nil {
		return nil, fmt.Errorf("read WAV: %w", err)
	}
	return wr, nil
}

func (r *Reader) header() error {
	h, err := r.part(riffHeader, "the file header")
	if err != nil {
		return err
	}
	form := string(h[:4])
	if form != "RIFF" && form != "RF64" || string(h[8:]) != "WAVE" {
		return &SyntaxError{0, "this is not a WAV file"}
	}
	riff := int64(binary.LittleEndian.Uint32(h[4:])) + chunkHeader // size of the file, as far as it can be believed
	var data64 int64
	for {
		h, err := r.part(chunkHeader, "the chunks before the sound")
		if err != nil {
			return err
		}
		id, size := string(h[:4]), int64(binary.LittleEndian.Uint32(h[4:]))
		switch {
		case id == "data":
			return r.data(size, riff, form == "RF64", data64)
		case id == "fmt ":
			err = r.format(size)
		case id == "ds64" && form == "RF64":
			data64, err = r.ds64(size)
		default:
			err = r.skip(size + size%2)
		}
		if err != nil {
			return err
		}
	}
}

// data prepares for the samples, which begin here.
func (r *Reader) data(size, riff int64, long bool, data64 int64) error {
	if r.decode == nil {
		return &SyntaxError{r.offset, "the sound comes before its format"}
	}
	switch {
	case long && size == unknown32:
		size = data64
	case size == unknown32, size == 0 && riff <= r.offset:
		// Nothing is known. An empty data chunk in a file that goes on after it is truly empty, and is left as it is.
		size, r.open = math.MaxInt64, true
	case size >= placeholder:
		r.open = true
	case size%int64(r.frame) != 0:
		return &SyntaxError{r.offset, fmt.Sprintf("%d bytes of sound do not divide into samples of %d bytes", size, r.frame)}
	}
	r.left = size - size%int64(r.frame)
	return nil
}

func (r *Reader) format(size int64) error {
	at := r.offset
	if size < fmtSize || size > 1<<12 {
		return &SyntaxError{at, fmt.Sprintf("a format of %d bytes", size)}
	}
	f, err := r.part(int(size+size%2), "the format")
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	tag, channels, rate, align, bits := le.Uint16(f), int(le.Uint16(f[2:])), le.Uint32(f[4:]), int(le.Uint16(f[12:])), int(le.Uint16(f[14:]))
	if tag == tagExtensible {
		// The format is the beginning of a GUID whose rest is the same for all formats.
		if size < 40 || string(f[26:40]) != "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71" {
			return &SyntaxError{at, "an extensible format that is not known"}
		}
		tag = le.Uint16(f[24:])
	}
	if channels < 1 || channels > maxChannels {
		return &SyntaxError{at, fmt.Sprintf("%d channels", channels)}
	}
	if rate < minRate || rate > maxRate {
		return &SyntaxError{at, fmt.Sprintf("a rate of %d Hz", rate)}
	}
	r.decode = decoder(tag, bits)
	if r.decode == nil {
		return &SyntaxError{at, fmt.Sprintf("format %#x of %d bits is not read; PCM of 8 to 32 bits and floating point are", tag, bits)}
	}
	r.Rate, r.Channels, r.width = int(rate), channels, bits/8
	if align != channels*r.width {
		return &SyntaxError{at, fmt.Sprintf("%d channels of %d bits in %d bytes", channels, bits, align)}
	}
	r.frame = align
	r.buf = make([]byte, blockFrames*align)
	return nil
}

// decoder reads one sample as a number in [-1, 1), or any number for floating point. It is nil for an unknown format.
func decoder(tag uint16, bits int) func([]byte) float64 {
	le := binary.LittleEndian
	switch {
	case tag == tagPCM && bits == 8: // the one unsigned format
		return func(b []byte) float64 { return (float64(b[0]) - 128) / (1 << 7) }
	case tag == tagPCM && bits == 16:
		return func(b []byte) float64 { return float64(int16(le.Uint16(b))) / (1 << 15) }
	case tag == tagPCM && bits == 24:
		return func(b []byte) float64 {
			return float64(int32(b[0])<<8|int32(b[1])<<16|int32(b[2])<<24) / (1 << 31)
		}
	case tag == tagPCM && bits == 32:
		return func(b []byte) float64 { return float64(int32(le.Uint32(b))) / (1 << 31) }
	case tag == tagFloat && bits == 32:
		return func(b []byte) float64 { return float64(math.Float32frombits(le.Uint32(b))) }
	case tag == tagFloat && bits == 64:
		return func(b []byte) float64 { return math.Float64frombits(le.Uint64(b)) }
	}
	return nil
}

// ds64 reads the size of the sound of an RF64 file.
func (r *Reader) ds64(size int64) (data int64, err error) {
	at := r.offset
	if size < ds64Size {
		return 0, &SyntaxError{at, fmt.Sprintf("a ds64 chunk of %d bytes", size)}
	}
	b, err := r.part(ds64Size, "the ds64 chunk")
	if err != nil {
		return 0, err
	}
	data = int64(binary.LittleEndian.Uint64(b[8:]))
	if data < 0 {
		return 0, &SyntaxError{at, "a size of more than 63 bits"}
	}
	return data, r.skip(size + size%2 - ds64Size)
}

// part reads n bytes of the header.
func (r *Reader) part(n int, what string) ([]byte, error) {
	b := make([]byte, n)
	got, err := io.ReadFull(r.r, b)
	r.offset += int64(got)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, &SyntaxError{r.offset, "the file ends inside " + what}
	}
	return b, err
}

func (r *Reader) skip(n int64) error {
	got, err := io.CopyN(io.Discard, r.r, n)
	r.offset += got
	if errors.Is(err, io.EOF) {
		return &SyntaxError{r.offset, "the file ends inside a chunk before the sound"}
	}
	return err
}

// Read reads up to len(p) samples, the average of the channels, and returns how many. Integer formats give samples in
// [-1, 1); floating point gives what the file holds, which may be louder. At the end of the sound it returns 0 and
// io.EOF; for a file that ends before its sound does, or for a sample that is not a finite number, what was read
// before and then a *SyntaxError.
func (r *Reader) Read(p []float32) (int, error) {
	return r.take(len(p), func(i int, frame []byte) bool {
		var sum float64
		for at := 0; at < len(frame); at += r.width {
			sum += r.decode(frame[at:])
		}
		p[i] = float32(sum / float64(r.Channels))
		return p[i]-p[i] == 0
	})
}

// Interleaved is Read for all channels: left, right, left, right in stereo. It returns how many samples it read of all
// channels together, a multiple of Channels. p must have room for one of each channel.
func (r *Reader) Interleaved(p []float32) (int, error) {
	n, err := r.take(len(p)/r.Channels, func(i int, frame []byte) bool {
		finite := true
		for c := range r.Channels {
			x := float32(r.decode(frame[c*r.width:]))
			p[i*r.Channels+c] = x
			finite = finite && x-x == 0
		}
		return finite
	})
	return n * r.Channels, err
}

// take passes on up to most frames, the i-th of the call, and returns how many. give says whether a frame is made of finite
// numbers.
func (r *Reader) take(most int, give func(i int, frame []byte) bool) (int, error) {
	for i := range most {
		if len(r.block) == 0 {
			r.fill()
		}
		if len(r.block) > 0 && !give(i, r.block[:r.frame]) {
			r.err = &SyntaxError{r.offset - int64(len(r.block)), "a sample is not a finite number"}
			r.block, r.left = nil, 0
		}
		if len(r.block) == 0 {
			if i > 0 {
				return i, nil
			}
			return 0, r.err
		}
		r.block = r.block[r.frame:]
	}
	return most, nil
}

// fill reads the next block of whole frames, or sets err.
func (r *Reader) fill() {
	if r.err != nil {
		return
	}
	want := min(r.left, int64(len(r.buf)))
	if want == 0 {
		r.err = io.EOF
		return
	}
	n, err := io.ReadFull(r.r, r.buf[:want])
	r.offset += int64(n)
	r.left -= int64(n)
	r.block = r.buf[:n-n%r.frame]
	switch {
	case err == nil:
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		r.err = fmt.Errorf("read WAV: %w", err)
	case r.open && n%r.frame == 0:
		r.err = io.EOF
	default:
		r.err = &SyntaxError{r.offset, "the file ends inside the sound"}
	}
}

// ReadAll reads a whole file, clipping samples to the [-1, 1] of a Clip. It fails with *audio.TooLongError beyond
// maxSamples, so that a hostile file cannot fill the memory.
func ReadAll(r io.Reader, maxSamples int) (audio.Clip, error) {
	wr, err := NewReader(r)
	if err != nil {
		return audio.Clip{}, err
	}
	return audio.ReadAll(wr, wr.Rate, maxSamples)
}
