package opus

import (
	"errors"
	"fmt"
	"io"
	"unsafe"

	"github.com/voicepress/voicepress/audio/ogg"
)

// From opus_defines.h: applications, requests, values.
const (
	applicationAudio = 2049

	setBitrate    = 4002
	setVBR        = 4006
	setComplexity = 4010
	setConstraint = 4020
	setSignal     = 4024
	getLookahead  = 4027

	signalVoice = 3001
)

// complexity is libopus' setting from 0 to 10. Measured with libopus 1.3.1, one core, 100 s of a neural voice (Piper, joe), at
// 32 kb/s mono: 3 encodes 154x as fast as real time and gets a wideband PESQ score (ITU-T P.862.2) of 4.406, 4 122x and
// 4.484, 6 93x and 4.513, 7 84x and 4.516, 10 65x and 4.523. From 9 on it takes speech at 64 kb/s for music: 79 kb/s where
// 64 are asked for, and a score of 4.529 instead of 4.609. The application for voice calls scores 0.01 to 0.02 less than
// the one for audio at 24, 32 and 48 kb/s (complexity 10), and filters low tones out.
const complexity = 6

const (
	frame      = Rate / 50 // samples: 20 ms, what libopus is tuned for
	maxPacket  = 1275 + 2  // bytes of a packet with one frame (RFC 6716 section 3.4) of one stream
	pageFrames = 50        // packets on a page: a second, so that a player can seek

	// serial tells the stream from others in the file, and there are none: a constant, so that the same sound gives the
	// same bytes.
	serial = 1

	minKbps = 6
	maxKbps = 256 // for each channel, about what libopus can use
)

// Encoder encodes one file of variable bit rate. It is for one goroutine at a time.
type Encoder struct {
	lib      *Library
	opus     unsafe.Pointer
	pages    *ogg.Writer
	channels int
	preSkip  int
	samples  int64     // of each channel, so far
	frames   int64     // encoded so far
	in       []float32 // of the frame that is not yet full
	out      []byte
	err      error // sticky
}

// NewEncoder begins a file of samples at rate Hz, which must be 48,000, with 1 or 2 channels, at kbps kilobits a second
// on average. Its comment header has no comments. The caller must Close it.
func (l *Library) NewEncoder(w io.Writer, rate, channels, kbps int) (*Encoder, error) {
	e, err := l.newEncoderOf(w, rate, channels, kbps)
	if err != nil {
		return nil, fmt.Errorf("encode Opus: %w", err)
	}
	return e, nil
}

func (l *Library) newEncoderOf(w io.Writer, rate, channels, kbps int) (*Encoder, error) {
	switch {
	case rate != Rate:
		return nil, fmt.Errorf("a rate of %d Hz, where Opus has %d", rate, Rate)
	case channels < 1 || channels > 2:
		return nil, fmt.Errorf("%d channels; it is for 1 and 2", channels)
	case kbps < minKbps || kbps > maxKbps*channels:
		return nil, fmt.Errorf("%d kb/s is not possible: with %d channels it is for %d to %d kb/s", kbps, channels, minKbps, maxKbps*channels)
	}
	e := &Encoder{
		lib: l, channels: channels, pages: ogg.NewWriter(w, serial),
		in: make([]float32, 0, frame*channels), out: make([]byte, maxPacket),
	}
	var code int32
	if e.opus = l.newEncoder(Rate, int32(channels), applicationAudio, &code); e.opus == nil {
		return nil, fmt.Errorf("libopus: %s", l.explain(code))
	}
	if err := e.begin(kbps); err != nil {
		l.closeEncoder(e.opus)
		return nil, err
	}
	return e, nil
}

// begin configures libopus and writes the headers.
func (e *Encoder) begin(kbps int) error {
	for _, option := range [...][2]int32{
		{setBitrate, int32(kbps) * 1000},
		{setVBR, 1},
		{setConstraint, 0},
		{setComplexity, complexity},
		{setSignal, signalVoice},
	} {
		if code := e.lib.control(e.opus, option[0], option[1]); code < 0 {
			return fmt.Errorf("libopus refuses option %d: %s", option[0], e.lib.explain(code))
		}
	}
	lookahead, code := e.lib.ask(e.opus, getLookahead)
	if code < 0 || lookahead < 0 || lookahead > Rate {
		return fmt.Errorf("libopus does not tell its delay (%d, code %d)", lookahead, code)
	}
	e.preSkip = int(lookahead)
	header := head{channels: e.channels, preSkip: e.preSkip, rate: Rate}.packet()
	if err := errors.Join(e.pages.Packet(header, 0), e.pages.Flush()); err != nil {
		return err
	}
	return errors.Join(e.pages.Packet(tags(e.lib.Version()), 0), e.pages.Flush())
}

// Write encodes samples, those of the channels in turn, clipped to [-1, 1]. It fails on a sample that is not a number.
// After a failure the file is useless.
func (e *Encoder) Write(samples []float32) error {
	if e.err == nil && len(samples)%e.channels != 0 {
		e.err = fmt.Errorf("encode Opus: %d samples for %d channels", len(samples), e.channels)
	}
	for i, x := range samples {
		if e.err != nil {
			return e.err
		}
		if x != x {
			e.err = fmt.Errorf("encode Opus: sample %d is not a number", e.samples+int64(i/e.channels))
			return e.err
		}
		if e.in = append(e.in, min(max(x, -1), 1)); len(e.in) == cap(e.in) {
			e.encode(-1)
		}
	}
	e.samples += int64(len(samples) / e.channels)
	return e.err
}

// encode encodes the frame in in. Its end is that of the sound where end, in samples with the pre-skip, is not negative.
func (e *Encoder) encode(end int64) {
	n := e.lib.encode(e.opus, e.in, frame, e.out, int32(len(e.out)))
	if n < 1 {
		e.err = fmt.Errorf("encode Opus: libopus: %s", e.lib.explain(n))
		return
	}
	e.in = e.in[:0]
	e.frames++
	granule := e.frames * frame
	if end >= 0 {
		granule = end
	}
	if e.err = e.pages.Packet(e.out[:n], granule); e.err == nil && e.frames%pageFrames == 0 && end < 0 {
		e.err = e.pages.Flush()
	}
}

// Close ends the file: with as much silence as libopus needs to give out the last sample, which the file says to leave out
// again. It frees libopus in any case, and returns the first failure of the Encoder. Later calls do nothing but return
// that again.
func (e *Encoder) Close() error {
	if e.opus == nil {
		return e.err
	}
	if e.err == nil {
		e.err = e.finish()
	}
	e.lib.closeEncoder(e.opus)
	e.opus = nil
	return e.err
}

func (e *Encoder) finish() error {
	if e.samples == 0 {
		return errors.New("encode Opus: there are no samples")
	}
	end := e.samples + int64(e.preSkip)
	for e.frames*frame < end && e.err == nil {
		given := len(e.in)
		e.in = e.in[:cap(e.in)]
		clear(e.in[given:])
		if (e.frames+1)*frame < end {
			e.encode(-1)
		} else {
			e.encode(end)
		}
	}
	if e.err != nil {
		return e.err
	}
	return e.pages.Close()
}
