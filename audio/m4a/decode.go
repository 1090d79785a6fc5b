package m4a

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/voicepress/voicepress/audio"
)

// Decoder decodes the sound of one file as a listener hears it: without what the edit list leaves out. It is for one
// goroutine at a time.
type Decoder struct {
	Rate     int // Hz
	Channels int // in the file; Read averages them

	parent context.Context
	cancel context.CancelFunc
	ffmpeg *process
	fed    chan error // one value: why the file could not be handed to ffmpeg
	left   int64      // samples of one channel still to come, at most
	buf    []byte
	mixed  []float32
	err    error // sticky
	ended  bool
}

// maxChannels is how many channels a file may have.
const maxChannels = 32

// NewDecoder begins to decode the first track of sound in src, whatever its codec. ffmpeg runs until the end, Close, or
// the end of ctx. It is given that track alone.
func (f *FFmpeg) NewDecoder(ctx context.Context, src *io.SectionReader) (*Decoder, error) {
	file, err := Read(src)
	if err != nil {
		return nil, err
	}
	running, cancel := context.WithCancel(ctx)
	ffmpeg, err := start(running, f.path, "-hide_banner", "-v", "error", "-xerror", "-protocol_whitelist", "pipe",
		"-f", "mov", "-i", "pipe:0", "-map", "0:a:0", "-c:a", "pcm_f32be", "-f", "au", "-bitexact", "pipe:1")
	if err != nil {
		cancel()
		return nil, &ProgramError{f.path, err}
	}
	d := &Decoder{parent: ctx, cancel: cancel, ffmpeg: ffmpeg, fed: make(chan error, 1)}
	parts := file.alone()
	go func() { d.fed <- feed(ffmpeg.in, parts) }()
	if err := d.header(); err != nil {
		return nil, d.end(err)
	}
	d.left = int64(math.Round(float64(file.samples) / float64(file.Rate) * float64(d.Rate)))
	return d, nil
}

// alone is a file of nothing but the sound, in which the tables come first: ffmpeg cannot go back in a pipe.
func (f *File) alone() []Part {
	sound := *f
	sound.movie = parent("moov", f.movie.Find("mvhd"), f.sound)
	sound.tables = slices.DeleteFunc(slices.Clone(f.tables), func(t offsets) bool {
		stbl := f.sound.Find("mdia", "minf", "stbl")
		return t.table != stbl.Find("stco") && t.table != stbl.Find("co64")
	})
	return sound.Parts(nil, nil)
}

// feed writes a file to w and closes it. It fails where the source cannot be read; that ffmpeg takes no more is for ffmpeg
// to explain.
func feed(w io.WriteCloser, parts []Part) error {
	defer w.Close()
	block := make([]byte, 64<<10)
	for _, p := range parts {
		r := io.Reader(bytes.NewReader(p.Bytes))
		if p.Source != nil {
			r = p.Source
		}
		for {
			n, err := r.Read(block)
			if _, err := w.Write(block[:n]); err != nil {
				return nil
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return fmt.Errorf("read M4A: %w", err)
			}
		}
	}
	return nil
}

// header reads the header of the AU format, which is magic, offset of the samples, their size, encoding, rate, channels.
func (d *Decoder) header() error {
	const auHeader, float32BE = 24, 6
	h := make([]byte, auHeader)
	if _, err := io.ReadFull(d.ffmpeg.out, h); err != nil {
		return errors.New("there is no sound in it that ffmpeg can decode")
	}
	field := func(i int) uint32 { return binary.BigEndian.Uint32(h[4*i:]) }
	if string(h[:4]) != ".snd" || field(1) < auHeader || field(1) > 1<<16 || field(3) != float32BE {
		return errors.New("ffmpeg answers in a form that is not known")
	}
	if field(4) == 0 || field(4) > 1<<20 || field(5) == 0 || field(5) > maxChannels {
		return fmt.Errorf("%d channels at %d Hz", field(5), field(4))
	}
	d.Rate, d.Channels = int(field(4)), int(field(5))
	_, err := io.CopyN(io.Discard, d.ffmpeg.out, int64(field(1)-auHeader))
	return err
}

// Interleaved reads up to len(p) samples as they are in the file, those of all channels by turns, and returns how many: a
// multiple of Channels, or io.EOF at the end. p must have room for one of each channel.
func (d *Decoder) Interleaved(p []float32) (int, error) {
	if d.err != nil {
		return 0, d.err
	}
	frames := min(int64(len(p)/d.Channels), d.left)
	if frames == 0 {
		d.err = d.end(nil)
		return 0, d.err
	}
	size := int(frames) * d.Channels * 4
	d.buf = slices.Grow(d.buf[:0], size)[:size]
	n, err := io.ReadFull(d.ffmpeg.out, d.buf)
	n -= n % (4 * d.Channels)
	if n == 0 {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil
		}
		d.err = d.end(err)
		return 0, d.err
	}
	for i := range n / 4 {
		x := math.Float32frombits(binary.BigEndian.Uint32(d.buf[4*i:]))
		if x-x != 0 { // infinite, or not a number
			d.err = d.end(errors.New("a sample is not a finite number"))
			return 0, d.err
		}
		p[i] = x
	}
	d.left -= int64(n / 4 / d.Channels)
	return n / 4, nil
}

// Read reads up to len(p) samples, the average of all channels, or returns io.EOF at the end. It makes a Decoder an
// audio.Decoder.
func (d *Decoder) Read(p []float32) (int, error) {
	if d.Channels == 1 {
		return d.Interleaved(p)
	}
	const block = 4096
	size := min(len(p), block) * d.Channels
	d.mixed = slices.Grow(d.mixed[:0], size)[:size]
	n, err := d.Interleaved(d.mixed)
	audio.Average(p, d.mixed[:n], d.Channels)
	return n / d.Channels, err
}

// end waits for ffmpeg and says how the sound ended: io.EOF, or what failed, which is what ffmpeg says where it says
// anything.
func (d *Decoder) end(failed error) error {
	d.ended = true
	exit := d.ffmpeg.wait()
	unread := <-d.fed
	d.cancel()
	switch {
	case d.parent.Err() != nil:
		return fmt.Errorf("decode M4A: %w", context.Cause(d.parent))
	case unread != nil:
		return unread
	case exit != nil:
		return fmt.Errorf("decode M4A: ffmpeg: %w", exit)
	case failed != nil:
		return fmt.Errorf("decode M4A: %w", failed)
	case d.left > mayLack:
		return fmt.Errorf("decode M4A: %w", damaged("the sound ends %d samples early", d.left))
	default:
		return io.EOF
	}
}

// mayLack is how many samples a file may have less than its tables say. Encoders differ in how they count their delay.
const mayLack = 2 * frameSamples

// Close ends ffmpeg. Read must not be called after it.
func (d *Decoder) Close() {
	if !d.ended {
		d.cancel()
		_ = d.end(nil) // nobody wants to know
	}
}
