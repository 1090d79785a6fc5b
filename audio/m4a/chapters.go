package m4a

import (
	"encoding/binary"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/voicepress/voicepress/audio/bmff"
)

// Chapter is a title and when it begins. It ends where the next one begins.
type Chapter struct {
	Title string
	Start time.Duration
}

const (
	maxChapters = math.MaxUint16
	maxNero     = math.MaxUint8 // chapters, and bytes of a title, in a chpl box

	chapterScale = 1000 // times of the chapter track are milliseconds
)

// SetChapters gives the file these chapters, in the place of any that it has, in both forms that players read: the list of
// Nero (chpl), and QuickTime's track of texts. They must be in order of time; language is three letters of ISO 639-2, or
// empty.
func (f *File) SetChapters(chapters []Chapter, language string) {
	f.dropChapters()
	chapters = chapters[:min(len(chapters), maxChapters)]
	if len(chapters) == 0 {
		return
	}
	user := f.userData()
	user.Children = append(user.Children, nero(chapters))
	f.addTrack(chapters, language)
}

// dropChapters takes out the chapters there are, and the boxes that hold nothing but their texts.
func (f *File) dropChapters() {
	ids := references(f.sound)
	var dropped []offsets
	if user := f.movie.Find("udta"); user != nil {
		user.Children = slices.DeleteFunc(user.Children, func(n *bmff.Node) bool { return n.Type == "chpl" })
	}
	if tref := f.sound.Find("tref"); tref != nil {
		tref.Children = slices.DeleteFunc(tref.Children, func(n *bmff.Node) bool { return n.Type == "chap" })
		if len(tref.Children) == 0 {
			f.sound.Children = slices.DeleteFunc(f.sound.Children, func(n *bmff.Node) bool { return n == tref })
		}
	}
	f.movie.Children = slices.DeleteFunc(f.movie.Children, func(n *bmff.Node) bool {
		if n.Type != "trak" || n == f.sound {
			return false
		}
		id, err := trackID(n)
		if err != nil || !ids[id] {
			return false
		}
		table, _, _ := chunkOffsets(n.Find("mdia", "minf", "stbl"))
		f.tables = slices.DeleteFunc(f.tables, func(t offsets) bool {
			if t.table != table {
				return false
			}
			dropped = append(dropped, t)
			return true
		})
		return true
	})
	f.chapters = nil
	unused := f.held(dropped)
	for b := range f.held(f.tables) {
		delete(unused, b)
	}
	f.others = slices.DeleteFunc(f.others, func(b bmff.Box) bool { return unused[b.Offset] })
}

// held are the boxes, by their offsets, that hold the chunks of tracks.
func (f *File) held(tables []offsets) map[int64]bool {
	boxes := map[int64]bool{}
	for _, t := range tables {
		for _, at := range t.at {
			if i := f.holder(stretch{at, at}); i >= 0 && !t.chapters {
				boxes[f.others[i].Offset] = true
			}
		}
	}
	return boxes
}

// nero is the chpl box: times in units of 100 ns, and titles of at most 255 bytes.
func nero(chapters []Chapter) *bmff.Node {
	chapters = chapters[:min(len(chapters), maxNero)]
	n := node("chpl", uint32(1)<<24, uint32(0), byte(len(chapters)))
	for _, c := range chapters {
		title := c.Title
		for len(title) > maxNero {
			_, size := utf8.DecodeLastRuneInString(title)
			title = title[:len(title)-size]
		}
		n.Data = binary.BigEndian.AppendUint64(n.Data, uint64(max(0, c.Start)/100))
		n.Data = append(append(n.Data, byte(len(title))), title...)
	}
	return n
}

// addTrack adds a track of texts, one sample a chapter, to which the sound refers.
func (f *File) addTrack(chapters []Chapter, language string) {
	header := f.movie.Find("mvhd")
	header.Data = slices.Clone(header.Data)
	movieScale, _, _ := clock(header) // Read has seen that it is whole
	id := f.nextTrack(header)

	f.chapters = []byte{}
	var times, sizes []uint32
	total := f.Duration.Milliseconds()
	first := min(max(0, chapters[0].Start.Milliseconds()), math.MaxInt32)
	at := first
	for i, c := range chapters {
		end := max(total, at+1)
		if i+1 < len(chapters) {
			end = max(chapters[i+1].Start.Milliseconds(), at)
		}
		end = min(end, math.MaxInt32)
		title := c.Title[:min(len(c.Title), math.MaxInt16)]
		sample := append(binary.BigEndian.AppendUint16(nil, uint16(len(title))), title...)
		sample = append(sample, "\x00\x00\x00\x0Cencd\x00\x00\x01\x00"...) // the text is UTF-8
		f.chapters = append(f.chapters, sample...)
		times, sizes = append(times, 1, uint32(end-at)), append(sizes, uint32(len(sample)))
		at = end
	}
	movieTime := func(ms int64) uint32 {
		return uint32(min(ms*movieScale/chapterScale, math.MaxUint32))
	}
	count, media := uint32(len(chapters)), uint32(at-first)
	edits := []uint32{movieTime(at - first), 0, unity}
	if first > 0 {
		edits = append([]uint32{movieTime(first), math.MaxUint32, unity}, edits...)
	}
	code := uint16(undefined)
	if len(language) == 3 {
		code = packLanguage(language)
	}
	offsetsAt := []int64{0}
	table := offsetTable(offsetsAt, false)
	track := parent("trak",
		node("tkhd", uint32(2), make([]uint32, 2), id, uint32(0), movieTime(at), make([]uint32, 2), make([]uint16, 4), matrix(), make([]uint32, 2)),
		parent("edts", node("elst", uint32(0), uint32(len(edits)/3), edits)),
		parent("mdia",
			node("mdhd", make([]uint32, 3), uint32(chapterScale), media, code, uint16(0)),
			node("hdlr", make([]uint32, 2), "text", make([]uint32, 3), "SubtitleHandler\x00"),
			parent("minf", textHeader(), reference(), parent("stbl",
				node("stsd", uint32(0), uint32(1), bmff.Append(nil, node("text", make([]byte, 6), uint16(1), make([]byte, 44)))),
				node("stts", uint32(0), count, times),
				node("stsc", uint32(0), uint32(1), []uint32{1, count, 1}),
				node("stsz", make([]uint32, 2), count, sizes),
				table))))
	f.movie.Children = slices.Insert(f.movie.Children, slices.Index(f.movie.Children, f.sound)+1, track)
	f.tables = append(f.tables, offsets{table, offsetsAt, true})
	tref := f.sound.Find("tref")
	if tref == nil {
		tref = parent("tref")
		f.sound.Children = slices.Insert(f.sound.Children, slices.Index(f.sound.Children, f.sound.Find("tkhd"))+1, tref)
	}
	tref.Children = append(tref.Children, node("chap", id))
}

// nextTrack is a number that no track has, and says so in the header of the movie.
func (f *File) nextTrack(header *bmff.Node) uint32 {
	id := uint32(1)
	for _, n := range f.movie.Children {
		if n.Type == "trak" {
			if other, err := trackID(n); err == nil && other != math.MaxUint32 {
				id = max(id, other+1)
			}
		}
	}
	binary.BigEndian.PutUint32(header.Data[len(header.Data)-4:], id+1)
	return id
}

// textHeader is the media header of a track of texts: it has no look of its own.
func textHeader() *bmff.Node {
	return node("gmhd", bmff.Append(nil,
		node("gmin", uint32(0), uint16(0x40), []uint16{0x8000, 0x8000, 0x8000}, uint32(0)),
		node("text", matrix())))
}
