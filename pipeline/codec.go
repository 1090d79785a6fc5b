package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/audio/flac"
	"github.com/voicepress/voicepress/audio/m4a"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/audio/opus"
	"github.com/voicepress/voicepress/audio/wav"
)

// codec makes the audio of one format, which as yet says nothing about itself.
type codec interface {
	// encode begins a file of sound.
	encode(ctx context.Context, file io.WriteSeeker, s shape) (encoder, error)
	// rate is the sample rate of a file of sound at rate Hz.
	rate(rate int) int
	// name is the encoder and its settings: "LAME 3.100, CBR 64 kb/s".
	name(channels int) string
}

// shape is what a codec has to know before the first sample.
type shape struct {
	rate     int // Hz
	channels int // 1 or 2; samples are interleaved
	// length waits for the end of the track and gives its samples a channel, for formats that have to know.
	length func() (int64, error)
}

// encoder takes the samples of a file.
type encoder interface {
	Write(samples []float32) error
	Close() error
}

// openCodecs gets what the formats of the settings need, and fails if one cannot encode as they ask, so that this is known
// before anything is spoken. The libraries are those that decode the formats again.
func openCodecs(ctx context.Context, s Settings, log *slog.Logger) (map[Format]codec, decode.Libraries, error) {
	codecs, libs := map[Format]codec{}, decode.Libraries{}
	for _, f := range s.Formats {
		c, err := openCodec(ctx, f, s, &libs, log)
		if err == nil {
			if err = try(ctx, c, s.Mastering.SampleRate); err != nil {
				err = &EncodingError{err}
			}
		}
		if err != nil {
			return nil, libs, err
		}
		codecs[f] = c
	}
	return codecs, libs, nil
}

// EncodingError says that a format cannot be encoded as the settings ask.
type EncodingError struct{ Err error }

func (e *EncodingError) Error() string { return e.Err.Error() }
func (e *EncodingError) Unwrap() error { return e.Err }

// Hint is where to find what is possible.
func (e *EncodingError) Hint() string {
	return "see audio.sample_rate and the bit rates in the configuration; 0 is the preset's; docs/configuration.md says what each format takes"
}

func openCodec(ctx context.Context, f Format, s Settings, libs *decode.Libraries, log *slog.Logger) (c codec, err error) {
	switch f {
	case MP3:
		lame, err := mp3.Open(s.LAME)
		if err != nil {
			return nil, err
		}
		if libs.Mpg123, err = mp3.OpenMpg123(s.Mpg123); err != nil {
			if s.Mpg123 != "" {
				return nil, err
			}
			log.DebugContext(ctx, "MP3 is measured by the slower decoder", "error", err)
		}
		return lameMP3{lame, s.Mastering.MP3}, nil
	case Opus:
		libs.Opus, err = opus.Open(s.Opus)
		return libopus{libs.Opus, s.Mastering.Opus}, err
	case M4A, M4B:
		brand := m4a.Audio
		if f == M4B {
			brand = m4a.Book
		}
		if libs.FFmpeg == nil {
			libs.FFmpeg, err = m4a.Open(s.FFmpeg)
		}
		return ffmpegAAC{libs.FFmpeg, s.Mastering.AAC, brand}, err
	case FLAC:
		return losslessFLAC{}, nil
	case WAV:
		return pcm{}, nil
	default:
		return nil, fmt.Errorf("unknown format %q", f)
	}
}

// try encodes next to nothing in one channel and in two.
func try(ctx context.Context, c codec, rate int) error {
	for channels := 1; channels <= 2; channels++ {
		encoder, err := c.encode(ctx, nowhere{}, shape{rate, channels, func() (int64, error) { return 1, nil }})
		if err != nil {
			return err
		}
		if err := errors.Join(encoder.Write(make([]float32, channels)), encoder.Close()); err != nil {
			return err
		}
	}
	return nil
}

// decodeAll gives sound to sink to its end, in blocks of interleaved samples that are only good until sink returns.
func decodeAll(ctx context.Context, sound *decode.Decoder, sink func([]float32) error) error {
	block := make([]float32, pieceSamples/sound.Channels*sound.Channels)
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n, err := sound.Interleaved(block)
		if n > 0 {
			if err := sink(block[:n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// nowhere takes what is written and keeps nothing.
type nowhere struct{}

func (nowhere) Write(b []byte) (int, error)    { return len(b), nil }
func (nowhere) Seek(int64, int) (int64, error) { return 0, nil }

type lameMP3 struct {
	lame *mp3.Library
	kbps int // of each channel
}

// total is the bit rate of a file; MP3 has no higher one than 320 kb/s.
func (c lameMP3) total(channels int) int { return min(c.kbps*channels, 320) }

func (c lameMP3) name(channels int) string {
	return fmt.Sprintf("LAME %s, CBR %d kb/s", c.lame.Version(), c.total(channels))
}

func (lameMP3) rate(rate int) int { return rate }

func (c lameMP3) encode(_ context.Context, file io.WriteSeeker, s shape) (encoder, error) {
	return c.lame.NewEncoder(file, s.rate, s.channels, c.total(s.channels))
}

// stream is encode for a file that is heard while it is made.
func (c lameMP3) stream(to io.Writer, rate, channels int) (encoder, error) {
	return c.lame.NewStreamEncoder(to, rate, channels, c.total(channels))
}

// libopus is Opus in Ogg, always at 48 kHz.
type libopus struct {
	lib  *opus.Library
	kbps int // of each channel
}

func (c libopus) name(channels int) string {
	return fmt.Sprintf("%s, VBR %d kb/s", c.lib.Version(), c.kbps*channels)
}

func (libopus) rate(int) int { return opus.Rate }

func (c libopus) encode(_ context.Context, file io.WriteSeeker, s shape) (encoder, error) {
	e, err := c.lib.NewEncoder(file, opus.Rate, s.channels, c.kbps*s.channels)
	if err != nil {
		return nil, err
	}
	r, err := newResampling(s, opus.Rate, e)
	if err != nil {
		return nil, errors.Join(err, e.Close()) // so that libopus is freed
	}
	return r, nil
}

// ffmpegAAC is AAC in an ISO base media file: M4A or M4B.
type ffmpegAAC struct {
	program *m4a.FFmpeg
	kbps    int // of each channel
	brand   string
}

func (c ffmpegAAC) name(channels int) string {
	return fmt.Sprintf("FFmpeg %s, AAC-LC %d kb/s, %s", c.program.Version(), c.kbps*channels, strings.TrimSpace(c.brand))
}

func (ffmpegAAC) rate(rate int) int { return rate }

func (c ffmpegAAC) encode(ctx context.Context, file io.WriteSeeker, s shape) (encoder, error) {
	return c.program.NewEncoder(ctx, file, s.rate, s.channels, c.kbps*s.channels, c.brand)
}

type losslessFLAC struct{}

func (losslessFLAC) name(int) string { return "FLAC, 16 bit" }

func (losslessFLAC) rate(rate int) int { return rate }

func (losslessFLAC) encode(_ context.Context, file io.WriteSeeker, s shape) (encoder, error) {
	return flac.NewEncoder(file, s.rate, s.channels, 16)
}

// pcm is WAV.
type pcm struct{}

func (pcm) name(int) string { return "PCM, 16 bit" }

func (pcm) rate(rate int) int { return rate }

func (pcm) encode(_ context.Context, file io.WriteSeeker, s shape) (encoder, error) {
	samples, err := s.length()
	if err != nil {
		return nil, err
	}
	return wav.NewWriter(file, s.rate, s.channels, samples, nil)
}
