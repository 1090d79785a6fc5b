package bmff

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Box says where a box lies in a file.
type Box struct {
	Type   string // four bytes: "moov", "\xA9nam"; anything in a hostile file
	UUID   string // the sixteen bytes of the extended type of a uuid box; else empty
	Offset int64  // of the header, bytes from the start of the file
	Header int64  // bytes before the content: 8, 16 with a long size, and 16 more in a uuid box
	Size   int64  // of the whole box, bytes

	depth int
}

// Start is the offset of the content.
func (b Box) Start() int64 { return b.Offset + b.Header }

// End is the offset behind the box.
func (b Box) End() int64 { return b.Offset + b.Size }

// Walker lists the boxes of one file. All it is asked counts against the same bounds (MaxBoxes, MaxRead), however often
// a box is listed. It is for one goroutine at a time.
type Walker struct {
	r     io.ReaderAt
	size  int64
	boxes int
	read  int64
}

// NewWalker walks the first size bytes of r.
func NewWalker(r io.ReaderAt, size int64) *Walker { return &Walker{r: r, size: size} }

// Top lists the boxes that the file consists of, in order. Together they are the whole file. Where the file is damaged it
// fails with *SyntaxError, and returns the boxes before that place.
func (w *Walker) Top() ([]Box, error) {
	return w.list(0, w.size, 1)
}

// Children lists the boxes within b that begin skip bytes into its content: 4 in meta and other boxes with a version,
// 8 in stsd. As in QuickTime files, up to seven zero bytes may follow the last.
func (w *Walker) Children(b Box, skip int64) ([]Box, error) {
	if b.depth >= MaxDepth {
		return nil, &SyntaxError{b.Offset, fmt.Sprintf("boxes stand in each other more than %d deep", MaxDepth)}
	}
	if skip < 0 || skip > b.Size-b.Header {
		return nil, &SyntaxError{b.Offset, fmt.Sprintf("box %s is too short", printable(b.Type))}
	}
	return w.list(b.Start()+skip, b.End(), b.depth+1)
}

// Content reads the content of b. It fails where that is more than limit bytes, or more than is left of MaxRead.
func (w *Walker) Content(b Box, limit int64) ([]byte, error) {
	size := b.Size - b.Header
	if size > limit || size > MaxRead-w.read {
		return nil, &SyntaxError{b.Offset, fmt.Sprintf("box %s of %d bytes is more than is read", printable(b.Type), size)}
	}
	w.read += size
	content := make([]byte, size)
	if err := w.readAt(content, b.Start()); err != nil {
		return nil, err
	}
	return content, nil
}

func (w *Walker) list(from, to int64, depth int) ([]Box, error) {
	var boxes []Box
	for at := from; at < to; {
		b, err := w.box(at, to, depth)
		if err != nil {
			return boxes, err
		}
		if b.Size == 0 { // zeros behind the last child
			return boxes, nil
		}
		if w.boxes++; w.boxes > MaxBoxes {
			return boxes, &SyntaxError{at, fmt.Sprintf("more than %d boxes", MaxBoxes)}
		}
		boxes = append(boxes, b)
		at = b.End()
	}
	return boxes, nil
}

// box reads the header at an offset of a stretch that ends at to.
func (w *Walker) box(at, to int64, depth int) (Box, error) {
	var h [longHeader + uuidSize]byte
	head := h[:min(int64(len(h)), to-at)]
	if err := w.readAt(head, at); err != nil {
		return Box{}, err
	}
	b, err := parseHeader(head, to-at, depth == 1)
	if err != nil {
		return Box{}, &SyntaxError{at, err.Error()}
	}
	b.Offset, b.depth = at, depth
	return b, nil
}

// parseHeader reads the header of a box that begins at head, in a stretch of rest bytes. The size of the Box is 0 for
// zeros that end a stretch within another box.
func parseHeader(head []byte, rest int64, top bool) (Box, error) {
	if len(head) < boxHeader {
		if !top && zero(head) {
			return Box{}, nil
		}
		return Box{}, fmt.Errorf("%d bytes are no box", len(head))
	}
	b := Box{Type: string(head[4:boxHeader]), Header: boxHeader, Size: int64(binary.BigEndian.Uint32(head))}
	switch {
	case b.Size == 1 && len(head) < longHeader:
		return b, fmt.Errorf("box %s ends in its header", printable(b.Type))
	case b.Size == 1:
		b.Header = longHeader
		size := binary.BigEndian.Uint64(head[boxHeader:])
		if size > math.MaxInt64 {
			return b, fmt.Errorf("box %s claims %d bytes where %d are left", printable(b.Type), size, rest)
		}
		b.Size = int64(size)
	case b.Size == 0 && top:
		b.Size = rest // the last box of a file may leave its size open
	}
	if b.Type == "uuid" {
		if int64(len(head)) < b.Header+uuidSize {
			return b, errors.New("a uuid box ends in its header")
		}
		b.UUID = string(head[b.Header : b.Header+uuidSize])
		b.Header += uuidSize
	}
	if b.Size < b.Header || b.Size > rest {
		return b, fmt.Errorf("box %s claims %d bytes where %d are left", printable(b.Type), b.Size, rest)
	}
	return b, nil
}

func zero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// readAt fills b from the file. A file that is shorter than NewWalker was told is damaged.
func (w *Walker) readAt(b []byte, at int64) error {
	n, err := w.r.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return &SyntaxError{at + int64(n), "the file ends"}
	}
	return fmt.Errorf("read boxes: %w", err)
}
