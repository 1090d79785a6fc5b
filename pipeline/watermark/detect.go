package watermark

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/resample"
	"github.com/voicepress/voicepress/tts/onnx"
)

// Detection is what was found in a sound.
type Detection struct {
	Marked  float64 // how much of the sound seems to be marked, 0 to 1
	Payload uint16  // the message that was found; nothing where Found is false
}

// Found says whether the sound as a whole seems to be marked.
func (d Detection) Found() bool { return d.Marked > 0.5 }

// Detect reads mono sound of a rate in Hz to its end and looks for the mark in it. The error is a *tts.Unavailable where
// no detector was named, a *resample.RateError, or what reading gave.
func (a *AudioSeal) Detect(ctx context.Context, sound audio.Decoder, rate int) (Detection, error) {
	if a.detector == nil {
		return Detection{}, noModel("watermark.detector")
	}
	down, err := resample.New(rate, modelRate)
	if err != nil {
		return Detection{}, err
	}
	t := tally{detector: a.detector}
	var block []float32
	buf := make([]float32, 1<<14)
	for err == nil {
		var n int
		n, err = sound.Read(buf)
		block = down.Process(block, buf[:n])
		if errors.Is(err, io.EOF) {
			block = down.Flush(block)
		}
		for len(block) >= blockLength || len(block) > 0 && errors.Is(err, io.EOF) {
			length := min(len(block), blockLength)
			if err := t.search(ctx, block[:length]); err != nil {
				return Detection{}, err
			}
			block = block[:copy(block, block[length:])]
		}
	}
	if !errors.Is(err, io.EOF) {
		return Detection{}, err
	}
	return t.result(), nil
}

// tally adds up what the detector says of each block.
type tally struct {
	detector        *network
	samples, marked float64
	bits            [payloadBits]float64 // sums of probabilities, weighed by how much is marked
}

func (t *tally) search(ctx context.Context, sound []float32) error {
	n := len(sound)
	padded := append(append([]float32(nil), sound...), make([]float32, (hop-n%hop)%hop)...)
	out, err := t.detector.session.Run(ctx, []onnx.Data{soundData(padded)})
	if err != nil {
		return fmt.Errorf("look for a watermark: %w", err)
	}
	width := len(padded)
	var marked float64
	message := make([]float64, payloadBits)
	switch {
	case len(out) == 2 && len(out[0].Floats) >= 2*width && len(out[1].Floats) >= payloadBits:
		// Probabilities: [1,2,T], the second row that a sample is marked; and [1,16].
		for _, p := range out[0].Floats[width:][:n] {
			if p > 0.5 {
				marked++
			}
		}
		for i := range message {
			message[i] = float64(out[1].Floats[i])
		}
	case len(out) == 1 && len(out[0].Floats) >= (2+payloadBits)*width:
		// Logits: [1,18,T], two rows for not marked and marked, then a row for each bit.
		rows := out[0].Floats
		for i := range n {
			if rows[width+i] > rows[i] {
				marked++
			}
		}
		for b := range message {
			var sum float64
			for _, x := range rows[(2+b)*width:][:n] {
				sum += float64(x)
			}
			message[b] = 1 / (1 + math.Exp(-sum/float64(n)))
		}
	default:
		return errors.New("look for a watermark: the outputs of the detector are neither [1,2,T] and [1,16] nor [1,18,T]")
	}
	t.samples += float64(n)
	t.marked += marked
	for i, p := range message {
		t.bits[i] += (p - 0.5) * marked
	}
	return nil
}

func (t *tally) result() Detection {
	if t.samples == 0 {
		return Detection{}
	}
	d := Detection{Marked: t.marked / t.samples}
	if d.Found() {
		for _, sum := range t.bits {
			d.Payload <<= 1
			if sum > 0 {
				d.Payload |= 1
			}
		}
	}
	return d
}
