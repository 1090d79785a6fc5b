package watermark

import (
	"context"
	"slices"

	"github.com/voicepress/voicepress/audio/resample"
)

// Stream marks one sound as it comes. What comes out is as long as what went in, and later by some seconds. It is for one
// goroutine.
type Stream struct {
	mark     func(sound []float32) ([]float32, error)
	channels int
	down, up *resample.Resampler // to the rate of the model, and back

	held  []float32 // sound that waits for its mark, interleaved
	mono  []float32
	block []float32 // sound at the model's rate that is not marked to its end yet
	tail  []float32 // of the last block's mark, to be faded into the next one; nil before the first
	marks []float32 // at the rate of the sound, for what is held
}

// Embed begins to mark sound of a rate in Hz and some interleaved channels, all of which get the same mark. When ctx ends,
// so does the marking, with its cause. The error is a *tts.Unavailable where no generator was named, or a
// *resample.RateError.
func (a *AudioSeal) Embed(ctx context.Context, rate, channels int) (*Stream, error) {
	if a.generator == nil {
		return nil, noModel("watermark.model")
	}
	return newStream(func(sound []float32) ([]float32, error) { return a.mark(ctx, sound) }, rate, channels)
}

func newStream(mark func([]float32) ([]float32, error), rate, channels int) (*Stream, error) {
	down, err := resample.New(rate, modelRate)
	if err != nil {
		return nil, err
	}
	up, err := resample.New(modelRate, rate)
	if err != nil {
		return nil, err
	}
	return &Stream{mark: mark, channels: channels, down: down, up: up}, nil
}

// Process appends to dst the sound that is marked after samples came in, and returns the extended dst.
func (s *Stream) Process(dst, samples []float32) ([]float32, error) {
	s.held = append(s.held, samples...)
	s.mono = s.mono[:0]
	for frame := range slices.Chunk(samples, s.channels) {
		var sum float32
		for _, x := range frame {
			sum += x
		}
		s.mono = append(s.mono, sum/float32(s.channels))
	}
	s.block = s.down.Process(s.block, s.mono)
	if err := s.run(); err != nil {
		return dst, err
	}
	return s.add(dst), nil
}

// Flush appends the rest.
func (s *Stream) Flush(dst []float32) ([]float32, error) {
	s.block = s.down.Flush(s.block)
	if err := s.run(); err != nil {
		return dst, err
	}
	if len(s.block) > 0 {
		// The model takes whole hops; what it says of the silence after the end is dropped with it.
		sound := append(s.block, make([]float32, (hop-len(s.block)%hop)%hop)...)
		mark, err := s.mark(sound)
		if err != nil {
			return dst, err
		}
		mark = mark[:len(s.block)]
		s.fade(mark)
		s.marks = s.up.Process(s.marks, mark)
	}
	s.marks = s.up.Flush(s.marks)
	s.marks = append(s.marks, make([]float32, max(0, len(s.held)/s.channels-len(s.marks)))...)
	return s.add(dst), nil
}

// run marks all blocks that are there in full.
func (s *Stream) run() error {
	for len(s.block) >= blockLength {
		mark, err := s.mark(s.block[:blockLength])
		if err != nil {
			return err
		}
		s.fade(mark)
		s.tail = append(s.tail[:0], mark[blockLength-overlap:]...)
		s.marks = s.up.Process(s.marks, mark[:blockLength-overlap])
		s.block = slices.Delete(s.block, 0, blockLength-overlap)
	}
	return nil
}

// fade lets the mark of the last block end in the beginning of this one.
func (s *Stream) fade(mark []float32) {
	for i := range min(len(s.tail), len(mark)) {
		share := (float32(i) + 0.5) / float32(len(s.tail))
		mark[i] = (1-share)*s.tail[i] + share*mark[i]
	}
}

// add puts the marks that are ready on the sound that waits for them.
func (s *Stream) add(dst []float32) []float32 {
	n := min(len(s.marks), len(s.held)/s.channels)
	for i := range n * s.channels {
		dst = append(dst, s.held[i]+s.marks[i/s.channels])
	}
	s.held = slices.Delete(s.held, 0, n*s.channels)
	s.marks = slices.Delete(s.marks, 0, n)
	return dst
}
