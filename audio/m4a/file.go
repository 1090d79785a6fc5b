package m4a

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/voicepress/voicepress/audio/bmff"
)

// File is an M4A file whose tags, chapters and other boxes can be changed. The sound stays where it is, and is not read.
type File struct {
	Brand    string        // "M4A ", "M4B ", "isom"; four bytes
	Rate     int           // of the sound as the file says, Hz
	Duration time.Duration // of what is heard: after the edit list

	src      *io.SectionReader
	fileType bmff.Box
	others   []bmff.Box // what is kept as it is, in order
	movie    *bmff.Node
	sound    *bmff.Node // its trak
	tables   []offsets
	chapters []byte // samples of a new chapter track
	samples  int64  // heard, at Rate
}

// offsets is a table of chunk offsets, and what it says in the source.
type offsets struct {
	table    *bmff.Node
	at       []int64
	chapters bool // the offsets count from the beginning of the new chapters
}

// maxMovie is the most bytes of a movie box, of which a day of sound takes 15 MB.
const maxMovie = 32 << 20

// Is says whether a file begins as one that Read may read.
func Is(start []byte) bool { return len(start) >= 12 && string(start[4:8]) == "ftyp" }

// Read takes a file apart. It fails with *SyntaxError or *bmff.SyntaxError where it is damaged, and with
// *UnsupportedError where it is fragmented, a video, or has tables of positions that are not known here.
func Read(src *io.SectionReader) (*File, error) {
	f := &File{src: src}
	w := bmff.NewWalker(src, src.Size())
	boxes, err := w.Top()
	if err != nil {
		return nil, fmt.Errorf("read M4A: %w", err)
	}
	if err := f.sort(w, boxes); err != nil {
		return nil, fmt.Errorf("read M4A: %w", err)
	}
	if err := f.readTracks(); err != nil {
		return nil, fmt.Errorf("read M4A: %w", err)
	}
	return f, nil
}

// sort says what becomes of the boxes of the file, and reads the movie.
func (f *File) sort(w *bmff.Walker, boxes []bmff.Box) error {
	for i, b := range boxes {
		switch b.Type {
		case "ftyp":
			content, err := w.Content(b, 1<<12)
			if err != nil {
				return err
			}
			if i != 0 || len(content) < 8 {
				return damaged("its type is not at its beginning")
			}
			f.Brand, f.fileType = string(content[:4]), b
		case "moov":
			if f.movie != nil {
				return damaged("it has two movie boxes")
			}
			content, err := w.Content(b, maxMovie)
			if err != nil {
				return err
			}
			children, err := bmff.Parse(content)
			if err != nil {
				return fmt.Errorf("in its movie box: %w", err)
			}
			f.movie = parent("moov", children...)
		case "moof", "sidx", "styp":
			return &UnsupportedError{"it is fragmented"}
		case "free", "skip":
		case "meta": // of the whole file; what is known of it are pictures (HEIF)
			return &UnsupportedError{"it has items beside its tracks"}
		default:
			f.others = append(f.others, b)
		}
	}
	switch {
	case f.Brand == "":
		return damaged("it does not begin with its type")
	case f.movie == nil:
		return damaged("it has no movie box")
	case f.movie.Find("mvex") != nil:
		return &UnsupportedError{"it is fragmented"}
	}
	return nil
}

func (f *File) readTracks() error {
	video := false
	chapters := map[uint32]bool{}
	for _, t := range f.movie.Children {
		if t.Type != "trak" {
			continue
		}
		for id := range references(t) {
			chapters[id] = true
		}
	}
	for _, t := range f.movie.Children {
		if t.Type != "trak" {
			continue
		}
		stbl := t.Find("mdia", "minf", "stbl")
		if stbl == nil {
			return damaged("a track has no tables")
		}
		if stbl.Find("saio") != nil {
			return &UnsupportedError{"it has positions in the file (saio) that would become wrong"}
		}
		table, at, err := chunkOffsets(stbl)
		if err != nil {
			return err
		}
		list, err := chunks(stbl)
		if err != nil {
			return err
		}
		for _, s := range list {
			if f.holder(s) < 0 {
				return damaged("sound at %d to %d lies outside the boxes for it", s.from, s.to)
			}
		}
		f.tables = append(f.tables, offsets{table, at, false})
		id, err := trackID(t)
		if err != nil {
			return err
		}
		switch handler(t) {
		case "soun":
			if f.sound == nil {
				f.sound = t
			}
		case "vide":
			video = video || !chapters[id]
		}
	}
	switch {
	case f.sound == nil:
		return damaged("it has no sound")
	case video:
		return &UnsupportedError{"it is a video"}
	}
	return f.readSound()
}

// holder is the number of the box in others whose content holds s, -1 where there is none. A search, because hostile
// files have many of both.
func (f *File) holder(s stretch) int {
	i := sort.Search(len(f.others), func(i int) bool { return f.others[i].End() > s.from })
	if i == len(f.others) || s.from < f.others[i].Start() || s.to > f.others[i].End() || s.to < s.from || f.others[i].Type == "uuid" {
		return -1
	}
	return i
}

// handler is the kind of a track: "soun", "text".
func handler(trak *bmff.Node) string {
	if h := trak.Find("mdia", "hdlr"); h != nil && len(h.Data) >= 12 {
		return string(h.Data[8:12])
	}
	return ""
}

// references are the tracks that hold the chapters of a track.
func references(trak *bmff.Node) map[uint32]bool {
	ids := map[uint32]bool{}
	if n := trak.Find("tref", "chap"); n != nil {
		for b := n.Data; len(b) >= 4; b = b[4:] {
			ids[binary.BigEndian.Uint32(b)] = true
		}
	}
	return ids
}

// header reads a box with times (mvhd, mdhd, tkhd) of version 0 or 1: where in it the duration stands, behind a field of
// before bytes, and how wide it is.
func header(n *bmff.Node, before int) (at, width int, err error) {
	if n == nil {
		return 0, 0, damaged("a header is missing")
	}
	at, width = 4+2*4+before, 4
	if len(n.Data) > 0 && n.Data[0] == 1 {
		at, width = 4+2*8+before, 8
	}
	if len(n.Data) < at+width {
		return 0, 0, damaged("box %q is too short", n.Type)
	}
	return at, width, nil
}

// clock is the time scale and the duration in a mvhd or mdhd box.
func clock(n *bmff.Node) (scale, duration int64, err error) {
	at, width, err := header(n, 4)
	if err != nil {
		return 0, 0, err
	}
	scale = int64(binary.BigEndian.Uint32(n.Data[at-4:]))
	if scale == 0 {
		return 0, 0, damaged("box %q has a time scale of zero", n.Type)
	}
	if width == 4 {
		return scale, int64(binary.BigEndian.Uint32(n.Data[at:])), nil
	}
	long := binary.BigEndian.Uint64(n.Data[at:])
	if long > math.MaxInt64 {
		long = math.MaxInt64
	}
	return scale, int64(long), nil
}

func trackID(trak *bmff.Node) (uint32, error) {
	n := trak.Find("tkhd")
	at, _, err := header(n, 8)
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint32(n.Data[at-8:]), nil
}

// readSound reads what the track of the sound is.
func (f *File) readSound() error {
	n := f.sound.Find("mdia", "minf", "stbl", "stsd")
	const entry, sampleEntry = 8, 36 // where the first description begins, and how long one of sound is at least
	if n == nil || len(n.Data) < entry+sampleEntry {
		return damaged("the sound has no description")
	}
	d := n.Data[entry:]
	movieScale, _, err := clock(f.movie.Find("mvhd"))
	if err != nil {
		return err
	}
	scale, media, err := clock(f.sound.Find("mdia", "mdhd"))
	if err != nil {
		return err
	}
	f.Rate = int(scale)
	if rate := int(binary.BigEndian.Uint16(d[32:])); rate != 0 {
		f.Rate = rate
	}
	f.samples, err = f.heard(movieScale, scale, media)
	if err != nil {
		return err
	}
	seconds := float64(f.samples) / float64(f.Rate)
	if seconds > math.MaxInt64/float64(time.Second) {
		return damaged("a duration of %.0f s", seconds)
	}
	f.Duration = time.Duration(math.Round(seconds * float64(time.Second)))
	return nil
}

// heard is how many samples are left when priming and padding are cut off by the edit list.
func (f *File) heard(movieScale, scale, media int64) (int64, error) {
	toSamples := func(n, scale int64) int64 {
		return int64(min(math.Round(float64(n)/float64(scale)*float64(f.Rate)), 1<<60))
	}
	whole := toSamples(media, scale)
	n := f.sound.Find("edts", "elst")
	if n == nil {
		return whole, nil
	}
	size := 12
	if len(n.Data) > 0 && n.Data[0] == 1 {
		size = 20
	}
	list, err := entries(n, size)
	if err != nil {
		return 0, err
	}
	var sum int64
	for ; len(list) > 0; list = list[size:] {
		length, from := int64(binary.BigEndian.Uint32(list)), int64(int32(binary.BigEndian.Uint32(list[4:])))
		if size == 20 {
			length, from = int64(binary.BigEndian.Uint64(list)), int64(binary.BigEndian.Uint64(list[8:]))
		}
		if from < 0 { // nothing is played; the sound begins later
			continue
		}
		if from > media || length < 0 {
			return 0, damaged("an edit plays %d from %d of %d", length, from, media)
		}
		played, rest := toSamples(length, movieScale), whole-toSamples(from, scale)
		// Movie times are often milliseconds; the media knows the length to the sample.
		if length == 0 || played > rest || rest-played <= toSamples(1, movieScale) {
			played = rest
		}
		sum = min(sum+played, whole)
	}
	return sum, nil
}

// UUID says where the uuid box of that extended type lies in the file.
func (f *File) UUID(id string) (box bmff.Box, ok bool) {
	for _, b := range f.others {
		if b.UUID == id {
			return b, true
		}
	}
	return bmff.Box{}, false
}

// DropUUID takes out the uuid boxes of that extended type.
func (f *File) DropUUID(id string) {
	f.others = slices.DeleteFunc(f.others, func(b bmff.Box) bool { return b.UUID == id })
}

// UUIDBox is a uuid box of that extended type.
func UUIDBox(id string, content ...[]byte) []byte {
	return bmff.Append(nil, node("uuid", id, slices.Concat(content...)))
}

// SetLanguage sets the language of the sound: three letters of ISO 639-2.
func (f *File) SetLanguage(code string) {
	n := f.sound.Find("mdia", "mdhd")
	at, width, err := header(n, 4)
	if len(code) != 3 || err != nil || len(n.Data) < at+width+2 {
		return
	}
	n.Data = slices.Clone(n.Data)
	binary.BigEndian.PutUint16(n.Data[at+width:], packLanguage(code))
}

// packLanguage is three lower-case letters in five bits each.
func packLanguage(code string) uint16 {
	var packed uint16
	for _, c := range []byte(code) {
		packed = packed<<5 | uint16(c-0x60)&0x1F
	}
	return packed
}

// Part is a box of a new file: Bytes, or a stretch of the source.
type Part struct {
	Bytes  []byte
	Source *io.SectionReader
}

// Parts is the file as it is now, a box each: its type, front, the movie, back, then what was in the source. Free space is
// left out. It may be asked again, with other boxes.
func (f *File) Parts(front, back [][]byte) []Part {
	if f.chapters != nil {
		back = append(slices.Clone(back), append(bmff.AppendHeader(nil, "mdat", int64(len(f.chapters)+8)), f.chapters...))
	}
	most := f.src.Size() + f.movie.Size()*2
	for _, b := range append(slices.Clone(front), back...) {
		most += int64(len(b))
	}
	wide := most > math.MaxUint32
	f.move(0, make([]int64, len(f.others)), wide) // gives the movie its size
	at := f.fileType.Size + f.movie.Size()
	parts := []Part{f.part(f.fileType)}
	for _, b := range front {
		parts, at = append(parts, Part{Bytes: b}), at+int64(len(b))
	}
	movie := len(parts)
	parts = append(parts, Part{})
	for _, b := range back {
		parts, at = append(parts, Part{Bytes: b}), at+int64(len(b))
	}
	chapters := at - int64(len(f.chapters))
	moved := make([]int64, len(f.others))
	for i, b := range f.others {
		moved[i] = at - b.Offset
		parts, at = append(parts, f.part(b)), at+b.Size
	}
	f.move(chapters, moved, wide)
	parts[movie].Bytes = bmff.Append(nil, f.movie)
	return parts
}

func (f *File) part(b bmff.Box) Part {
	return Part{Source: io.NewSectionReader(f.src, b.Offset, b.Size)}
}

// move writes the tables of chunk offsets for a file in which each of the others has moved by so much, and the new
// chapters begin at an offset.
func (f *File) move(chapters int64, moved []int64, wide bool) {
	for _, t := range f.tables {
		at := slices.Clone(t.at)
		for i := range at {
			switch {
			case t.chapters:
				at[i] += chapters
			default:
				at[i] += moved[f.holder(stretch{at[i], at[i]})]
			}
		}
		fresh := offsetTable(at, wide)
		t.table.Type, t.table.Data = fresh.Type, fresh.Data
	}
}
