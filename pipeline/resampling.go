package pipeline

import (
	"errors"

	"github.com/voicepress/voicepress/audio/resample"
)

// newResampling is the encoder to, of another sample rate.
func newResampling(s shape, rate int, to encoder) (*resampling, error) {
	r := &resampling{to: to}
	for range s.channels {
		one, err := resample.New(s.rate, rate)
		if err != nil {
			return nil, err
		}
		r.channels = append(r.channels, channel{resampler: one})
	}
	return r, nil
}

// resampling is an encoder of another sample rate.
type resampling struct {
	channels []channel
	to       encoder
	block    []float32
}

type channel struct {
	resampler *resample.Resampler
	in, out   []float32
}

func (r *resampling) Write(samples []float32) error {
	for c := range r.channels {
		ch := &r.channels[c]
		ch.in = ch.in[:0]
		for i := c; i < len(samples); i += len(r.channels) {
			ch.in = append(ch.in, samples[i])
		}
		ch.out = ch.resampler.Process(ch.out[:0], ch.in)
	}
	return r.pass()
}

func (r *resampling) Close() error {
	for c := range r.channels {
		ch := &r.channels[c]
		ch.out = ch.resampler.Flush(ch.out[:0])
	}
	return errors.Join(r.pass(), r.to.Close())
}

// pass gives the channels to the encoder, a sample of each in turn.
func (r *resampling) pass() error {
	r.block = r.block[:0]
	for i := range r.channels[0].out {
		for c := range r.channels {
			r.block = append(r.block, r.channels[c].out[i])
		}
	}
	return r.to.Write(r.block)
}
