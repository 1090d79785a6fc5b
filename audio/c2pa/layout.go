package c2pa

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Layout is a whole file as it is to be written: what is new as bytes, what is kept as stretches of the source.
type Layout struct {
	Parts []Part
	// BMFF: the file is a sequence of boxes and is hashed box by box (c2pa.hash.bmff.v3, C2PA 18.6). Otherwise all of it
	// is hashed except the holes (c2pa.hash.data, C2PA 18.5).
	BMFF bool
}

// Part is a stretch of a file.
type Part struct {
	Bytes  []byte            // what is in it, or
	Source *io.SectionReader // where that is to be read; nil where there are bytes
	// Hole is not hashed: the manifest store with as much around it as readers of the format expect, which is the whole
	// chunk in WAV and the bare store in ID3.
	Hole bool
}

// Len is the number of bytes in the part.
func (p Part) Len() int64 {
	if p.Source != nil {
		return p.Source.Size()
	}
	return int64(len(p.Bytes))
}

// Range is a stretch of a file, in bytes.
type Range struct{ Start, Length int64 }

// Holes are the stretches that are not hashed, neighbours as one.
func (l Layout) Holes() []Range {
	var holes []Range
	at := int64(0)
	for _, p := range l.Parts {
		n := p.Len()
		switch last := len(holes) - 1; {
		case !p.Hole || n == 0:
		case last >= 0 && holes[last].Start+holes[last].Length == at:
			holes[last].Length += n
		default:
			holes = append(holes, Range{at, n})
		}
		at += n
	}
	return holes
}

// Len is the number of bytes of the file.
func (l Layout) Len() int64 {
	n := int64(0)
	for _, p := range l.Parts {
		n += p.Len()
	}
	return n
}

// WriteTo writes the file.
func (l Layout) WriteTo(w io.Writer) (int64, error) {
	total := int64(0)
	buffer := make([]byte, copyBuffer)
	for _, p := range l.Parts {
		n, err := io.CopyBuffer(onlyWriter{w}, p.reader(), buffer)
		total += n
		if err != nil {
			return total, err
		}
		if n != p.Len() {
			return total, fmt.Errorf("the source got shorter while it was read: %w", io.ErrUnexpectedEOF)
		}
	}
	return total, nil
}

// copyBuffer is how many bytes are read at once.
const copyBuffer = 256 << 10

// onlyWriter hides the other methods of a writer, so that io.CopyBuffer uses its buffer.
type onlyWriter struct{ io.Writer }

// reader reads the part from its beginning; what else uses the source is not disturbed.
func (p Part) reader() io.Reader {
	if p.Source != nil {
		return struct{ io.Reader }{io.NewSectionReader(p.Source, 0, p.Source.Size())}
	}
	return struct{ io.Reader }{bytes.NewReader(p.Bytes)}
}

var errLayout = errors.New("the layout of the file does not settle: its size changes with every round")
