package mp3

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/voicepress/voicepress/audio"
)

// core decodes the frames of a stream, all of them, to interleaved samples of the channels that the stream has. read gives
// at least one sample of each channel and returns how many of all channels, or an error: io.EOF only where the stream
// ended well.
type core interface {
	read(p []float32) (int, error)
	close()
}

// Decoder reads the samples of an MP3 file (see audio.Blocks). Where the file has an info frame they are exactly those that
// were encoded. They are not clipped where libmpg123 decodes, so that a meter that reads them knows the true peak of what
// listeners will hear. Damage is a *SyntaxError. What only the end of the file tells of is an error in place of io.EOF, so
// no sound is good before that. It is for one goroutine at a time.
type Decoder struct {
	audio.Blocks
	Rate     int // Hz
	Channels int // in the file; Read averages them

	stream *stream
	core   core
	// The counts are samples of one channel.
	decoded int64 // from the core
	skip    int64 // to leave out yet
	left    int64 // to give yet
	buf     []float32
}

// NewDecoder reads r up to its first frame and prepares to decode it with lib. Where lib is nil it falls back to a
// decoder in Go, which is right from 32 kHz on; below that it fails with *LibraryError. The caller must Close it.
func NewDecoder(r io.Reader, lib *Mpg123) (*Decoder, error) {
	s, err := newStream(r)
	if err != nil {
		return nil, fmt.Errorf("decode MP3: %w", err)
	}
	d := &Decoder{Rate: s.first.rate, Channels: s.first.channels, stream: s, buf: make([]float32, 4*1152*2), left: math.MaxInt64}
	d.Blocks = audio.NewBlocks("decode MP3", d.Channels, d.next)
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

// next decodes the next block, of which there may be nothing to give.
func (d *Decoder) next() ([]float32, error) {
	n, err := d.core.read(d.buf)
	if errors.Is(err, io.EOF) {
		return nil, d.end()
	}
	if err != nil {
		return nil, err
	}
	channels := int64(d.Channels)
	frames := int64(n) / channels
	d.decoded += frames
	cut := min(d.skip, frames)
	keep := min(d.left, frames-cut)
	d.skip -= cut
	d.left -= keep
	block := d.buf[cut*channels : (cut+keep)*channels]
	for _, x := range block {
		if x-x != 0 { // infinite, or not a number
			return nil, &SyntaxError{d.stream.offset, "a sample is not a finite number"}
		}
	}
	return block, nil
}

// end checks that every frame became sound. A decoder that meets damage leaves frames out.
func (d *Decoder) end() error {
	if want := d.stream.frames * int64(d.stream.first.samples()); d.decoded != want {
		return &SyntaxError{d.stream.offset, fmt.Sprintf("%d of %d samples could not be decoded", want-d.decoded, want)}
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
