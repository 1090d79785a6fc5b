package pipeline

import (
	"bufio"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/audio/wav"
)

// codec makes the audio of one format, which as yet says nothing about itself, and plays it back.
type codec interface {
	// encode begins a file of sound. length waits for the end of the track and gives its samples, for formats that
	// have to know.
	encode(file *os.File, rate int, length func() (int64, error)) (encoder, error)
	// decode plays a file that encode made.
	decode(file *os.File) (decoder, error)
	// String is the encoder and its settings: "LAME 3.100, CBR 64 kb/s".
	String() string
}

// encoder takes the sound of a file.
type encoder interface {
	Write(samples []float32) error
	Close() error
}

// decoder gives the sound of a file.
type decoder interface {
	Read(p []float32) (int, error)
	Close()
}

// openCodec gets what a format needs, and fails if it cannot encode as the settings ask, so that this is known before
// anything is spoken.
func openCodec(f Format, s Settings, log *slog.Logger) (codec, error) {
	switch f {
	case MP3:
		return openMP3(s, log)
	case WAV:
		return pcm{}, nil
	default:
		return nil, fmt.Errorf("unknown format %q", f)
	}
}

type lameMP3 struct {
	lame   *mp3.Library
	mpg123 *mp3.Mpg123 // nil leaves decoding to a slower decoder
	kbps   int
}

func openMP3(s Settings, log *slog.Logger) (codec, error) {
	lame, err := mp3.Open(s.LAME)
	if err != nil {
		return nil, err
	}
	c := lameMP3{lame: lame, kbps: s.Mastering.MP3}
	encoder, err := lame.NewEncoder(nowhere{}, s.Mastering.SampleRate, 1, c.kbps)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(encoder.Write(make([]float32, 1)), encoder.Close()); err != nil {
		return nil, err
	}
	if c.mpg123, err = mp3.OpenMpg123(s.Mpg123); err != nil {
		if s.Mpg123 != "" {
			return nil, err
		}
		log.Debug("MP3 is measured by the slower decoder", "error", err)
	}
	return c, nil
}

func (c lameMP3) String() string {
	return fmt.Sprintf("LAME %s, CBR %d kb/s", c.lame.Version(), c.kbps)
}

func (c lameMP3) encode(file *os.File, rate int, _ func() (int64, error)) (encoder, error) {
	return c.lame.NewEncoder(file, rate, 1, c.kbps)
}

func (c lameMP3) decode(file *os.File) (decoder, error) { return mp3.NewDecoder(file, c.mpg123) }

// nowhere takes what is written and keeps nothing.
type nowhere struct{}

func (nowhere) Write(b []byte) (int, error)    { return len(b), nil }
func (nowhere) Seek(int64, int) (int64, error) { return 0, nil }

// pcm is WAV.
type pcm struct{}

func (pcm) String() string { return "PCM, 16 bit" }

func (pcm) encode(file *os.File, rate int, length func() (int64, error)) (encoder, error) {
	samples, err := length()
	if err != nil {
		return nil, err
	}
	return wav.NewWriter(file, rate, 1, samples, nil)
}

func (pcm) decode(file *os.File) (decoder, error) {
	r, err := wav.NewReader(bufio.NewReaderSize(file, 1<<16))
	return struct {
		*wav.Reader
		nothingToClose
	}{r, nothingToClose{}}, err
}

type nothingToClose struct{}

func (nothingToClose) Close() {}
