package onnx

import (
	"errors"
	"fmt"
	"strings"
)

// ErrTooSmall is returned by Session.Run when a tensor has not the size that a Reshape in the model asks of it: in a
// model whose need for an input depends on what it computes, that input was too small.
var ErrTooSmall = errors.New("an input is too small")

// Optimisation says how much a model is rewritten when it is loaded.
type Optimisation int

// The levels of optimisation. A large graph of small operations loads three times as fast unoptimised and may run no
// slower; convolutions gain much by the whole of it.
const (
	OptimiseNothing Optimisation = iota
	OptimiseAll
)

// Data is a tensor given to or got from a run: exactly one of Floats and Ints holds Dims[0]*Dims[1]*... elements.
type Data struct {
	Dims   []int64
	Floats []float32
	Ints   []int64
}

func (d Data) check(name string) error {
	size := int64(1)
	for _, n := range d.Dims {
		if n <= 0 {
			return fmt.Errorf("tensor %q has a size of %d", name, n)
		}
		size *= n
	}
	if len(d.Dims) == 0 || size != int64(len(d.Floats)+len(d.Ints)) {
		return fmt.Errorf("tensor %q has %d elements for the sizes %v", name, len(d.Floats)+len(d.Ints), d.Dims)
	}
	return nil
}

// classify tells the failures apart that a caller can do something about.
func classify(err error) error {
	text := err.Error()
	if strings.Contains(text, "cannot be reshaped") {
		return fmt.Errorf("%w: %s", ErrTooSmall, brief(text))
	}
	return errors.New(brief(text))
}

// brief keeps the beginning of a message of the runtime, which may hold names out of the model.
func brief(text string) string {
	const most = 300
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "?")), " ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "..."
	}
	return text
}
