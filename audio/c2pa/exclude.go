package c2pa

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/voicepress/voicepress/audio/bmff"
)

var errXPath = errors.New("unknown form of path")

// finder finds what exclusions leave out of a file.
type finder struct {
	walker *bmff.Walker
	top    []bmff.Box
	file   *io.SectionReader
	left   int // how many more boxes are looked at
}

// maxLooks is how often a box is looked at because of exclusions. Real ones need some dozens.
const maxLooks = 1 << 16

// find is where the boxes lie that e leaves out, or the parts of them.
func (f *finder) find(e boxExclusion) ([]Range, error) {
	boxes, err := boxesAt(f.walker, f.top, e.XPath)
	if err != nil {
		return nil, err
	}
	var found []Range
	for _, b := range boxes {
		if f.left -= 1 + len(e.Data) + len(e.Subset); f.left < 0 {
			return nil, errors.New("too many boxes are left out of the hash")
		}
		ok, err := e.meets(b, f.file)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if len(e.Subset) == 0 {
			found = append(found, Range{b.Offset, b.Size})
		}
		for _, s := range e.Subset {
			if s.Offset < 0 || s.Length < 0 {
				return nil, fmt.Errorf("subset of %d bytes at %d", s.Length, s.Offset)
			}
			if s.Offset >= b.Size {
				continue
			}
			length := b.Size - s.Offset
			if s.Length > 0 {
				length = min(length, s.Length)
			}
			found = append(found, Range{b.Offset + s.Offset, length})
		}
	}
	return found, nil
}

// meets tells whether a box fulfils the conditions of e.
func (e boxExclusion) meets(b bmff.Box, file *io.SectionReader) (bool, error) {
	if e.Length != nil && *e.Length != b.Size {
		return false, nil
	}
	if e.Version != nil || len(e.Flags) > 0 {
		header, err := bytesAt(file, b, b.Header, 4)
		if err != nil || header == nil {
			return false, err
		}
		if e.Version != nil && int64(header[0]) != *e.Version {
			return false, nil
		}
		if len(e.Flags) > 0 && !e.flagsMeet(header[1:]) {
			return false, nil
		}
	}
	for _, d := range e.Data {
		got, err := bytesAt(file, b, d.Offset, len(d.Value))
		if err != nil || !bytes.Equal(got, d.Value) {
			return false, err
		}
	}
	return true, nil
}

// flagsMeet compares the flags of a box: the same, or at least those given where exact is false.
func (e boxExclusion) flagsMeet(flags []byte) bool {
	if len(e.Flags) != len(flags) {
		return false
	}
	if e.Exact == nil || *e.Exact {
		return bytes.Equal(e.Flags, flags)
	}
	for i, f := range e.Flags {
		if flags[i]&f != f {
			return false
		}
	}
	return true
}

// bytesAt reads n bytes at an offset of a box; nil where the box is shorter.
func bytesAt(file *io.SectionReader, b bmff.Box, offset int64, n int) ([]byte, error) {
	if offset < 0 || offset > b.Size || int64(n) > b.Size-offset {
		return nil, nil
	}
	got := make([]byte, n)
	if _, err := file.ReadAt(got, b.Offset+offset); err != nil {
		return nil, fmt.Errorf("read boxes: %w", err)
	}
	return got, nil
}

// boxesAt are the boxes at a path such as "/moov/trak[2]/mdia": the abbreviated XPath of C2PA 18.6.2.1, names with an
// optional number from 1.
func boxesAt(w *bmff.Walker, top []bmff.Box, path string) ([]bmff.Box, error) {
	steps := strings.Split(path, "/")
	if len(steps) < 2 || steps[0] != "" || len(steps) > bmff.MaxDepth {
		return nil, fmt.Errorf("%w: %q", errXPath, path)
	}
	level := top
	for i, step := range steps[1:] {
		name, number, err := parseStep(step)
		if err != nil {
			return nil, fmt.Errorf("%w: %q", err, path)
		}
		var matching []bmff.Box
		seen := 0
		for _, b := range level {
			if b.Type != name {
				continue
			}
			if seen++; number == 0 || seen == number {
				matching = append(matching, b)
			}
		}
		if i == len(steps)-2 {
			return matching, nil
		}
		level = nil
		for _, b := range matching {
			skip := int64(0)
			if b.Type == "meta" { // it has a version before its children
				skip = 4
			}
			children, err := w.Children(b, skip)
			if err != nil {
				return nil, err
			}
			level = append(level, children...)
		}
	}
	return nil, nil
}

func parseStep(step string) (name string, number int, err error) {
	name, rest, indexed := strings.Cut(step, "[")
	if indexed {
		digits, ok := strings.CutSuffix(rest, "]")
		if number, err = strconv.Atoi(digits); !ok || err != nil || number < 1 {
			return "", 0, errXPath
		}
	}
	if len(name) != 4 {
		return "", 0, errXPath
	}
	return name, number, nil
}
