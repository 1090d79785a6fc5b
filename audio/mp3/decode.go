package mp3

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/voicepress/voicepress/audio"
)

// core decodes the frames of a stream to mono samples, all of them. read gives at least one sample, or an error: io.EOF
// only where the stream ended well.
type core interface {
	read(p []float32) (int, error)
	close()
}

// Decoder reads the samples of an MP3 file. It is for one goroutine at a time.
type Decoder struct {
	Rate     int // Hz
	Channels int // in the file; Read averages them

	stream  *stream
	core    core
	decoded int64 // samples from the core
	skip    int64 // samples to leave out yet
	left    int64 // samples to give yet
	buf     []float32
	block   []float32 // what of buf is still to be given
	err     error     // sticky
}

// NewDecoder reads r up to its first frame and prepares to decode it with lib. Where lib is nil it falls back to a
// decoder in Go, which is right from 32 kHz on; below that it fails with *LibraryError. The caller must Close it.
func NewDecoder(r io.Reader, lib *Mpg123) (*Decoder, error) {
	s, err := newStream(r)
	if err != nil {
		return nil, fmt.Errorf("decode MP3: %w", err)
	}
	d := &Decoder{Rate: s.first.rate, Channels: s.first.channels, stream: s, buf: make([]float32, 4*1152), left: math.MaxInt64}
	if s.info.gapless {
		d.skip, d.left = s.sound()
	}
	if lib != nil {
		d.core, err = lib.newDecoder(s)
	} else {
		d.core, err = newGoDecoder(s)
	}
	if err != nil {
		return nil, fmt.Errorf("decode MP3: %w", err)
	}
	return d, nil
}

// Read reads up to len(p) samples, the average of the channels, and returns how many. Where the file has an info frame
// they are exactly those that were encoded. They are not clipped where libmpg123 decodes, so that a meter that reads them
// knows the true peak of what listeners will hear. At the end of the sound it returns 0 and io.EOF; in a damaged file
// what could be read before the damage, and then a *SyntaxError. Damage that only the end of the file tells of is an
// error in place of io.EOF, so no sound is good before that.
func (d *Decoder) Read(p []float32) (int, error) {
	n := 0
	for n < len(p) {
		if len(d.block) == 0 {
			d.fill()
		}
		if len(d.block) == 0 {
			if n > 0 {
				return n, nil
			}
			return 0, d.err
		}
		got := copy(p[n:], d.block)
		d.block = d.block[got:]
		n += got
	}
	return n, nil
}

// fill decodes the next block that has samples to give, or sets err.
func (d *Decoder) fill() {
	for len(d.block) == 0 && d.err == nil {
		n, err := d.core.read(d.buf)
		switch {
		case errors.Is(err, io.EOF):
			d.err = d.end()
			return
		case err != nil:
			d.err = fmt.Errorf("decode MP3: %w", err)
			return
		}
		d.decoded += int64(n)
		d.block = d.buf[:n]
		cut := min(d.skip, int64(n))
		d.skip -= cut
		d.block = d.block[cut:]
		d.block = d.block[:min(d.left, int64(len(d.block)))]
		d.left -= int64(len(d.block))
		for _, x := range d.block {
			if x-x != 0 { // infinite, or not a number
				d.block, d.err = nil, fmt.Errorf("decode MP3: %w", &SyntaxError{d.stream.offset, "a sample is not a finite number"})
				return
			}
		}
	}
}

// end checks that every frame became sound. A decoder that meets damage leaves frames out.
func (d *Decoder) end() error {
	if want := d.stream.frames * int64(d.stream.first.samples()); d.decoded != want {
		return fmt.Errorf("decode MP3: %w", &SyntaxError{
			d.stream.offset,
			fmt.Sprintf("%d of %d samples could not be decoded", want-d.decoded, want),
		})
	}
	return io.EOF
}

// Close frees what the Decoder holds. It does not close the reader. Read must not be called after it.
func (d *Decoder) Close() {
	if d.core != nil {
		d.core.close()
		d.core = nil
	}
}

// Decode reads a whole file, clipping samples to the [-1, 1] of a Clip. See NewDecoder for lib. It fails with
// *audio.TooLongError beyond maxSamples, so that a hostile file cannot fill the memory.
func Decode(r io.Reader, lib *Mpg123, maxSamples int) (audio.Clip, error) {
	d, err := NewDecoder(r, lib)
	if err != nil {
		return audio.Clip{}, err
	}
	defer d.Close()
	return audio.ReadAll(d, d.Rate, maxSamples)
}
