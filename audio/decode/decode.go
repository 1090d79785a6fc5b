// Package decode opens a sound file of any format that the program reads. The content tells the format, never the name.
// It is not for tags and disclosures (see audio/disclosure), and leaves the decoding to the packages of the formats.
package decode

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/voicepress/voicepress/audio/flac"
	"github.com/voicepress/voicepress/audio/m4a"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/audio/opus"
	"github.com/voicepress/voicepress/audio/wav"
)

// Libraries are the libraries of others that some formats need to be decoded. What is nil is not there.
type Libraries struct {
	Mpg123 *mp3.Mpg123   // without it, MP3 is decoded from 32 kHz on, and not in joint stereo
	FFmpeg *m4a.FFmpeg   // without it, M4A is not decoded
	Opus   *opus.Library // without it, Opus is not decoded
}

// Decoder gives the sound of a file, in blocks: memory does not grow with the file. It is for one goroutine at a time.
type Decoder struct {
	Format   Format
	Rate     int // Hz
	Channels int

	source
}

// source is what the decoders of all formats have.
type source interface {
	// Read reads up to len(p) samples, the average of the channels, and returns how many, or io.EOF at the end.
	Read(p []float32) (int, error)
	// Interleaved is Read for all channels: left, right, left, right in stereo. It returns how many samples it read of
	// all channels together, a multiple of Channels. p must have room for one of each channel.
	Interleaved(p []float32) (int, error)
	// Close frees what the decoder holds. It does not close the file.
	Close()
}

// Open prepares to decode src from its beginning. The caller must Close the Decoder, and may not use src meanwhile. It fails
// with *FormatError where the format is not one that is read, and with the error of the format's package where the
// file is damaged.
func Open(ctx context.Context, src *io.SectionReader, libs Libraries) (*Decoder, error) {
	format, err := Detect(src)
	if err != nil {
		return nil, err
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read the sound file: %w", err)
	}
	switch format {
	case MP3:
		d, err := mp3.NewDecoder(src, libs.Mpg123)
		if err != nil {
			return nil, err
		}
		return &Decoder{format, d.Rate, d.Channels, d}, nil
	case WAV:
		r, err := wav.NewReader(bufio.NewReaderSize(src, 1<<16))
		if err != nil {
			return nil, err
		}
		return &Decoder{format, r.Rate, r.Channels, nothingToClose{r}}, nil
	case M4A:
		if libs.FFmpeg == nil {
			return nil, &m4a.ProgramError{Path: "ffmpeg", Err: errors.New("it is not there")}
		}
		d, err := libs.FFmpeg.NewDecoder(ctx, src)
		if err != nil {
			return nil, err
		}
		return &Decoder{format, d.Rate, d.Channels, d}, nil
	case FLAC:
		d, err := flac.NewDecoder(src)
		if err != nil {
			return nil, err
		}
		return &Decoder{format, d.Rate, d.Channels, d}, nil
	case Opus:
		if libs.Opus == nil {
			return nil, opus.Missing()
		}
		d, err := libs.Opus.NewDecoder(src)
		if err != nil {
			return nil, err
		}
		return &Decoder{format, d.Rate, d.Channels, d}, nil
	default:
		return nil, &FormatError{Format: format}
	}
}

type nothingToClose struct{ *wav.Reader }

func (nothingToClose) Close() {}

// FormatError says that a file is not sound of a format that is read.
type FormatError struct{ Format Format } // Unknown where not even the format is known

func (e *FormatError) Error() string {
	if e.Format == Unknown {
		return "this is no sound file of a known format"
	}
	return fmt.Sprintf("%s is not decoded", e.Format)
}

// Hint says what to do.
func (e *FormatError) Hint() string { return "convert it to WAV or MP3, for example with FFmpeg" }
