package audio

import (
	"errors"
	"fmt"
	"io"
)

// TooLongError says that a file holds more sound than the caller takes.
type TooLongError struct {
	Limit int // samples
}

func (e *TooLongError) Error() string {
	return fmt.Sprintf("the file holds more than the %d samples that are taken", e.Limit)
}

// Average writes to dst the mean of the channels of each frame of interleaved, as many as interleaved has.
func Average(dst, interleaved []float32, channels int) {
	if channels == 1 {
		copy(dst, interleaved)
		return
	}
	for i := range len(interleaved) / channels {
		var sum float64
		for _, x := range interleaved[i*channels : (i+1)*channels] {
			sum += float64(x)
		}
		dst[i] = float32(sum / float64(channels))
	}
}

// Decoder gives the samples of mono sound: up to len(p) of them, or io.EOF at the end.
type Decoder interface {
	Read(p []float32) (int, error)
}

// ReadAll reads sound at rate Hz to its end, clipping samples to the [-1, 1] of a Clip. It fails with *TooLongError beyond
// maxSamples, so that a hostile file cannot fill the memory.
func ReadAll(decoder Decoder, rate, maxSamples int) (Clip, error) {
	clip := Clip{Rate: rate}
	block := make([]float32, 4096)
	for {
		n, err := decoder.Read(block)
		if errors.Is(err, io.EOF) {
			return clip, nil
		}
		if err != nil {
			return Clip{}, err
		}
		if len(clip.Samples)+n > maxSamples {
			return Clip{}, &TooLongError{maxSamples}
		}
		for _, x := range block[:n] {
			clip.Samples = append(clip.Samples, min(max(x, -1), 1))
		}
	}
}
