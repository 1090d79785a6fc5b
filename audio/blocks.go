package audio

import (
	"errors"
	"fmt"
	"io"
)

// Blocks gives sound that is decoded block by block in pieces of the length that its reader asks for. Decoders embed it.
// It is for one goroutine at a time.
type Blocks struct {
	operation string
	channels  int
	next      func() ([]float32, error)
	block     []float32 // what is still to be given, interleaved
	err       error     // sticky
}

// NewBlocks makes Blocks of what next decodes: interleaved samples, good until its next call, sometimes none; or an error,
// which is io.EOF at the end. Any other is wrapped with the operation: "decode FLAC".
func NewBlocks(operation string, channels int, next func() ([]float32, error)) Blocks {
	return Blocks{operation: operation, channels: channels, next: next}
}

// Read reads up to len(p) samples, the average of the channels, and returns how many. At the end of the sound it returns 0
// and io.EOF; in a damaged file what could be read before the damage, and then the error.
func (b *Blocks) Read(p []float32) (int, error) {
	return b.take(len(p), func(at int, interleaved []float32) { Average(p[at:], interleaved, b.channels) })
}

// Interleaved is Read for all channels: left, right, left, right in stereo. It returns how many samples it read of all
// channels together, a multiple of their number. p must have room for one of each channel.
func (b *Blocks) Interleaved(p []float32) (int, error) {
	n, err := b.take(len(p)/b.channels, func(at int, interleaved []float32) { copy(p[at*b.channels:], interleaved) })
	return n * b.channels, err
}

// take passes on up to most samples of each channel, the first of which is the at-th of the call, and returns how many.
func (b *Blocks) take(most int, give func(at int, interleaved []float32)) (int, error) {
	n := 0
	for n < most {
		for len(b.block) == 0 && b.err == nil {
			if b.block, b.err = b.next(); b.err != nil && !errors.Is(b.err, io.EOF) {
				b.err = fmt.Errorf("%s: %w", b.operation, b.err)
			}
		}
		if len(b.block) == 0 {
			if n > 0 {
				return n, nil
			}
			return 0, b.err
		}
		got := min(most-n, len(b.block)/b.channels)
		give(n, b.block[:got*b.channels])
		b.block = b.block[got*b.channels:]
		n += got
	}
	return n, nil
}
