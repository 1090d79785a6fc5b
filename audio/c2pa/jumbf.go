package c2pa

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// boxType is the UUID in the description box of a superbox.
type boxType [16]byte

// jumbfType is the UUID of a kind of content that has a four-letter code (ISO/IEC 19566-5, B.1; C2PA 11.1.4).
func jumbfType(code string) boxType {
	return boxType(append([]byte(code), 0x00, 0x11, 0x00, 0x10, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71))
}

// Four-letter codes of superboxes.
const (
	typeStore      = "c2pa"
	typeManifest   = "c2ma"
	typeUpdate     = "c2um"
	typeAssertions = "c2as"
	typeClaim      = "c2cl"
	typeSignature  = "c2cs"
	typeCBOR       = "cbor"
	typeJSON       = "json"
)

const (
	boxHeader = 8
	// toggles of a description box: it can be asked for, and has a label.
	togglesLabelled = 0x03
	togglesLabel    = 0x02
	togglesID       = 0x04
	togglesHash     = 0x08
)

// newBox is a box: length and type, then what it holds.
func newBox(name string, content ...[]byte) []byte {
	size := boxHeader
	for _, c := range content {
		size += len(c)
	}
	b := binary.BigEndian.AppendUint32(nil, uint32(size))
	b = append(b, name...)
	for _, c := range content {
		b = append(b, c...)
	}
	return b
}

// newSuperbox is a superbox: a description box with type and label, then the boxes in it.
func newSuperbox(code, label string, boxes ...[]byte) []byte {
	kind := jumbfType(code)
	description := append(kind[:], togglesLabelled)
	description = append(append(description, label...), 0)
	return newBox("jumb", append([][]byte{newBox("jumd", description)}, boxes...)...)
}

// boxHash is the SHA-256 of a superbox without its header: what a hashed URI has (C2PA 8.3).
func boxHash(superbox []byte) []byte {
	sum := sha256.Sum256(superbox[boxHeader:])
	return sum[:]
}

// superbox is a box that was read, and everything in it.
type superbox struct {
	kind    boxType
	label   string
	raw     []byte // with its header
	content []byte // of the first content box that is none of ours
	code    string // the type of that content box
	boxes   []*superbox
	byLabel map[string]*superbox
}

// is tells whether the box is of the kind with that four-letter code.
func (s *superbox) is(code string) bool { return s.kind == jumbfType(code) }

var errBox = errors.New("damaged box")

// readStore reads a whole manifest store.
func readStore(store []byte) (*superbox, error) {
	if len(store) > maxStore {
		return nil, fmt.Errorf("manifest store of %d bytes; the most that is read is %d", len(store), maxStore)
	}
	r := boxReader{left: maxBoxes}
	name, raw, content, rest, err := r.next(store)
	if err != nil {
		return nil, err
	}
	if name != "jumb" {
		return nil, fmt.Errorf("%w: a manifest store begins with a superbox", errBox)
	}
	// What lies behind is room that was reserved, and zero.
	if len(bytes.TrimLeft(rest, "\x00")) > 0 {
		return nil, fmt.Errorf("%w: bytes behind the manifest store", errBox)
	}
	root, err := r.superbox(raw, content, 1)
	if err != nil {
		return nil, err
	}
	if !root.is(typeStore) || root.label != storeLabel {
		return nil, fmt.Errorf("%w: not a manifest store", errBox)
	}
	return root, nil
}

// boxReader reads boxes and counts how many more there may be.
type boxReader struct{ left int }

// next cuts the first box off b.
func (r *boxReader) next(b []byte) (name string, raw, content, rest []byte, err error) {
	if r.left--; r.left < 0 {
		return "", nil, nil, nil, fmt.Errorf("%w: more than %d boxes", errBox, maxBoxes)
	}
	if len(b) < boxHeader {
		return "", nil, nil, nil, fmt.Errorf("%w: cut off", errBox)
	}
	size, header := uint64(binary.BigEndian.Uint32(b)), uint64(boxHeader)
	switch size {
	case 0: // to the end
		size = uint64(len(b))
	case 1: // the size follows, in 64 bits
		header = 16
		if len(b) < 16 {
			return "", nil, nil, nil, fmt.Errorf("%w: cut off", errBox)
		}
		size = binary.BigEndian.Uint64(b[8:])
	}
	if size < header || size > uint64(len(b)) {
		return "", nil, nil, nil, fmt.Errorf("%w: size %d of %d", errBox, size, len(b))
	}
	return string(b[4:8]), b[:size], b[header:size], b[size:], nil
}

// superbox reads the description and the boxes of a superbox.
func (r *boxReader) superbox(raw, b []byte, depth int) (*superbox, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("%w: more than %d boxes within each other", errBox, maxDepth)
	}
	name, _, description, b, err := r.next(b)
	if err != nil {
		return nil, err
	}
	if name != "jumd" {
		return nil, fmt.Errorf("%w: a superbox without description", errBox)
	}
	s := &superbox{raw: raw, byLabel: map[string]*superbox{}}
	if s.kind, s.label, err = readDescription(description); err != nil {
		return nil, err
	}
	for len(b) > 0 {
		var raw, content []byte
		if name, raw, content, b, err = r.next(b); err != nil {
			return nil, err
		}
		if name != "jumb" {
			if s.code == "" && name != "free" {
				s.code, s.content = name, content
			}
			continue
		}
		child, err := r.superbox(raw, content, depth+1)
		if err != nil {
			return nil, err
		}
		if child.label != "" && s.byLabel[child.label] != nil {
			return nil, fmt.Errorf("%w: two boxes with the label %q", errBox, child.label)
		}
		s.byLabel[child.label] = child
		s.boxes = append(s.boxes, child)
	}
	return s, nil
}

// readDescription reads the kind and the label in a description box.
func readDescription(b []byte) (kind boxType, label string, err error) {
	if len(b) < len(kind)+1 {
		return kind, "", fmt.Errorf("%w: description cut off", errBox)
	}
	copy(kind[:], b)
	toggles, b := b[len(kind)], b[len(kind)+1:]
	if toggles&togglesLabel == 0 {
		return kind, "", nil
	}
	end := bytes.IndexByte(b, 0)
	if end < 0 || end > maxLabel {
		return kind, "", fmt.Errorf("%w: label without end", errBox)
	}
	return kind, string(b[:end]), nil
}
