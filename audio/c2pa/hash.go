package c2pa

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/voicepress/voicepress/audio/bmff"
)

// dataHash is the assertion c2pa.hash.data: the hash of a file but for some stretches (C2PA 18.5).
type dataHash struct {
	Exclusions []exclusion `cbor:"exclusions,omitempty"`
	Name       string      `cbor:"name,omitempty"`
	Alg        string      `cbor:"alg,omitempty"`
	Hash       []byte      `cbor:"hash"`
	Pad        []byte      `cbor:"pad"`
}

type exclusion struct {
	Start  int64 `cbor:"start"`
	Length int64 `cbor:"length"`
}

// bmffHash is the assertion c2pa.hash.bmff.v2 or .v3: the hash of a file of boxes but for some boxes (C2PA 18.6).
type bmffHash struct {
	Exclusions []boxExclusion `cbor:"exclusions"`
	Name       string         `cbor:"name,omitempty"`
	Alg        string         `cbor:"alg,omitempty"`
	Hash       []byte         `cbor:"hash,omitempty"`
	Merkle     []any          `cbor:"merkle,omitempty"` // of files in pieces, which sound is not
}

// boxExclusion says which boxes are not hashed: those at a path that fulfil every condition given, or a subset of
// their bytes.
type boxExclusion struct {
	XPath   string      `cbor:"xpath"`
	Length  *int64      `cbor:"length,omitempty"`
	Data    []boxData   `cbor:"data,omitempty"`
	Subset  []boxSubset `cbor:"subset,omitempty"`
	Version *int64      `cbor:"version,omitempty"`
	Flags   []byte      `cbor:"flags,omitempty"` // three bytes
	Exact   *bool       `cbor:"exact,omitempty"` // flags must be the same; else those given must be set
}

type boxData struct {
	Offset int64  `cbor:"offset"` // in the box, header included
	Value  []byte `cbor:"value"`
}

// boxSubset is a stretch of a box, header included; a length of 0 reaches to its end.
type boxSubset struct {
	Offset int64 `cbor:"offset"`
	Length int64 `cbor:"length"`
}

// ManifestBox is the extended type of the uuid box in which BMFF files keep a manifest store (C2PA A.5.1).
const ManifestBox = "\xD8\xFE\xC3\xD6\x1B\x0E\x48\x3C\x92\x97\x58\x28\x87\x7E\xC4\x81"

// standardExclusions are the boxes that are always left out of the hash: the store itself, and those that may change
// when a file is moved about (C2PA 18.6.2).
func standardExclusions() []boxExclusion {
	return []boxExclusion{
		{XPath: "/uuid", Data: []boxData{{Offset: 8, Value: []byte(ManifestBox)}}},
		{XPath: "/ftyp"},
		{XPath: "/mfra"},
	}
}

// hashWithout hashes a file but for the stretches in holes, which are in order and do not overlap.
func hashWithout(h hash.Hash, file *io.SectionReader, holes []Range) error {
	at := int64(0)
	for _, hole := range holes {
		if hole.Start < at || hole.Length < 0 || hole.Length > file.Size()-hole.Start {
			return fmt.Errorf("exclusion of %d bytes at %d, in a file of %d bytes", hole.Length, hole.Start, file.Size())
		}
		if err := hashRange(h, file, Range{at, hole.Start - at}); err != nil {
			return err
		}
		at = hole.Start + hole.Length
	}
	return hashRange(h, file, Range{at, file.Size() - at})
}

func hashRange(h hash.Hash, file *io.SectionReader, r Range) error {
	n, err := io.CopyBuffer(onlyWriter{h}, struct{ io.Reader }{io.NewSectionReader(file, r.Start, r.Length)}, make([]byte, min(copyBuffer, r.Length+1)))
	if err == nil && n != r.Length {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("hash the file: %w", err)
	}
	return nil
}

// hashBoxes hashes a file of boxes: for each top-level box that is not left out as a whole its offset in 8 bytes, big-endian, then
// the box but for what is left out in it (C2PA 18.6.3, versions 2 and 3).
func hashBoxes(h hash.Hash, file *io.SectionReader, exclusions []boxExclusion) error {
	w := bmff.NewWalker(file, file.Size())
	top, err := w.Top()
	if err != nil {
		return err
	}
	if len(exclusions) > maxExclusions {
		return fmt.Errorf("%d exclusions; at most %d are followed", len(exclusions), maxExclusions)
	}
	f := &finder{w, top, file, maxLooks}
	var holes []Range
	for _, e := range exclusions {
		found, err := f.find(e)
		if err != nil {
			return err
		}
		holes = append(holes, found...)
	}
	holes = union(holes)
	for _, b := range top {
		var inside []Range
		for len(holes) > 0 && holes[0].Start < b.End() {
			part := holes[0]
			part.Length = min(part.Length, b.End()-part.Start)
			if inside = append(inside, part); part.Length == holes[0].Length {
				holes = holes[1:]
			} else { // it goes on in the next box
				holes[0] = Range{b.End(), holes[0].Length - part.Length}
			}
		}
		if len(inside) == 1 && inside[0] == (Range{b.Offset, b.Size}) {
			continue
		}
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(b.Offset)))
		at := b.Offset
		for _, hole := range append(inside, Range{b.End(), 0}) {
			if err := hashRange(h, file, Range{at, hole.Start - at}); err != nil {
				return err
			}
			at = hole.Start + hole.Length
		}
	}
	return nil
}

const maxExclusions = 64 // that are followed; files have five to ten

// union puts stretches in order and joins those that meet or overlap.
func union(ranges []Range) []Range {
	slices.SortFunc(ranges, func(a, b Range) int { return cmp.Compare(a.Start, b.Start) })
	var joined []Range
	for _, r := range ranges {
		if last := len(joined) - 1; last >= 0 && r.Start <= joined[last].Start+joined[last].Length {
			joined[last].Length = max(joined[last].Length, r.Start+r.Length-joined[last].Start)
		} else {
			joined = append(joined, r)
		}
	}
	return joined
}

// section is the file as it will be, to be read anywhere.
func (l Layout) section() *io.SectionReader {
	ends := make([]int64, len(l.Parts))
	at := int64(0)
	for i, p := range l.Parts {
		at += p.Len()
		ends[i] = at
	}
	return io.NewSectionReader(layoutReader{l.Parts, ends}, 0, at)
}

type layoutReader struct {
	parts []Part
	ends  []int64
}

func (l layoutReader) ReadAt(b []byte, off int64) (n int, err error) {
	i, _ := slices.BinarySearch(l.ends, off+1)
	for ; n < len(b) && i < len(l.parts); i++ {
		p := l.parts[i]
		within := off + int64(n) - (l.ends[i] - p.Len())
		want := b[n:min(len(b), n+int(min(p.Len()-within, int64(len(b)))))]
		if p.Source == nil {
			n += copy(want, p.Bytes[within:])
			continue
		}
		m, err := p.Source.ReadAt(want, within)
		if n += m; m < len(want) {
			return n, err
		}
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
