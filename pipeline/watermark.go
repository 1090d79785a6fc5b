package pipeline

import (
	"context"
	"fmt"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline/watermark"
)

// Watermarker hides a message in sound and finds it again. Without one nothing is hidden, and the disclosure says so.
type Watermarker interface {
	Algorithm() string
	Payload() uint16
	Fingerprint() string // of everything that decides the mark
	// Embed begins to mark sound of a rate (Hz) and some interleaved channels.
	Embed(ctx context.Context, rate, channels int) (*watermark.Stream, error)
	// Detect looks for a mark in mono sound of a rate (Hz).
	Detect(ctx context.Context, sound audio.Decoder, rate int) (watermark.Detection, error)
}

// watermarked is what the disclosure says of the watermark.
func watermarked(w Watermarker) *disclosure.Watermark {
	if w == nil {
		return nil
	}
	return &disclosure.Watermark{Algorithm: w.Algorithm(), Payload: payload(w.Payload())}
}

// payload is the message of a watermark as the disclosure has it.
func payload(bits uint16) string { return fmt.Sprintf("%04x", bits) }

// store appends samples to the spool. What is to be marked gets there some seconds later: before the level is found, so
// that loudness and peaks are those of the marked sound.
func (t *Track) store(samples []float32) error {
	if t.mark == nil {
		return t.spool.write(samples)
	}
	var err error
	if t.marked, err = t.mark.Process(t.marked[:0], samples); err != nil {
		return err
	}
	return t.spool.write(t.marked)
}

// storeRest appends what waits for its mark.
func (t *Track) storeRest() (err error) {
	if t.mark == nil {
		return nil
	}
	if t.marked, err = t.mark.Flush(t.marked[:0]); err != nil {
		return err
	}
	return t.spool.write(t.marked)
}
