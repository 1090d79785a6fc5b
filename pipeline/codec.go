package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/audio/wav"
)

// codec makes the audio of one format, which as yet says nothing about itself.
type codec interface {
	// encode begins a file of sound.
	encode(ctx context.Context, file *os.File, s shape) (encoder, error)
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
func openCodecs(s Settings, log *slog.Logger) (map[Format]codec, decode.Libraries, error) {
	codecs, libs := map[Format]codec{}, decode.Libraries{}
	for _, f := range s.Formats {
		var err error
		switch f {
		case MP3:
			codecs[f], err = openMP3(s)
			if err == nil {
				libs.Mpg123, err = openMpg123(s, log)
			}
		case WAV:
			codecs[f] = pcm{}
		default:
			err = fmt.Errorf("unknown format %q", f)
		}
		if err != nil {
			return nil, libs, err
		}
	}
	return codecs, libs, nil
}

type lameMP3 struct {
	lame *mp3.Library
	kbps int // of each channel
}

func openMP3(s Settings) (codec, error) {
	lame, err := mp3.Open(s.LAME)
	if err != nil {
		return nil, err
	}
	c := lameMP3{lame, s.Mastering.MP3}
	for channels := range 2 {
		encoder, err := lame.NewEncoder(nowhere{}, s.Mastering.SampleRate, channels+1, c.total(channels+1))
		if err != nil {
			return nil, err
		}
		if err := errors.Join(encoder.Write(make([]float32, channels+1)), encoder.Close()); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// openMpg123 gets what decodes what LAME made; nil leaves that to a slower decoder.
func openMpg123(s Settings, log *slog.Logger) (*mp3.Mpg123, error) {
	lib, err := mp3.OpenMpg123(s.Mpg123)
	if err != nil && s.Mpg123 == "" {
		log.Debug("MP3 is measured by the slower decoder", "error", err)
		return nil, nil
	}
	return lib, err
}

// total is the bit rate of a file; MP3 has no higher one than 320 kb/s.
func (c lameMP3) total(channels int) int { return min(c.kbps*channels, 320) }

func (c lameMP3) name(channels int) string {
	return fmt.Sprintf("LAME %s, CBR %d kb/s", c.lame.Version(), c.total(channels))
}

func (lameMP3) rate(rate int) int { return rate }

func (c lameMP3) encode(_ context.Context, file *os.File, s shape) (encoder, error) {
	return c.lame.NewEncoder(file, s.rate, s.channels, c.total(s.channels))
}

// nowhere takes what is written and keeps nothing.
type nowhere struct{}

func (nowhere) Write(b []byte) (int, error)    { return len(b), nil }
func (nowhere) Seek(int64, int) (int64, error) { return 0, nil }

// pcm is WAV.
type pcm struct{}

func (pcm) name(int) string { return "PCM, 16 bit" }

func (pcm) rate(rate int) int { return rate }

func (pcm) encode(_ context.Context, file *os.File, s shape) (encoder, error) {
	samples, err := s.length()
	if err != nil {
		return nil, err
	}
	return wav.NewWriter(file, s.rate, s.channels, samples, nil)
}
