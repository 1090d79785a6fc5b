package disclosure

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/ogg"
	"github.com/voicepress/voicepress/audio/vorbis"
)

// opusFile is Opus in Ogg. What is said about the voice stands in its comment header (RFC 7845, 5.2). The manifest store
// lies beside the file: readers of C2PA know no place for it in Ogg yet.
type opusFile struct{}

const (
	opusHead = "OpusHead"
	opusTags = "OpusTags"
	maxTags  = 16 << 20 // bytes of the comment header
)

func (opusFile) name() string { return "Opus" }

// opusHeaders are the two packets that an Opus file begins with, and what follows them.
type opusHeaders struct {
	head     []byte
	comments vorbis.Comments
	suffix   []byte // what stands behind the comments and is to be kept
	serial   uint32 // of the stream
	next     uint32 // number of the page behind them
	size     int64  // of their pages, bytes
}

func readOpusHeaders(src *io.SectionReader) (*opusHeaders, error) {
	pages := ogg.NewReader(io.NewSectionReader(src, 0, src.Size()))
	stream, head, err := ogg.Find(pages, opusHead, maxTags)
	if err != nil {
		if none := (*ogg.NoStreamError)(nil); errors.As(err, &none) {
			return nil, errors.New("it is an Ogg file without Opus in it, such as Vorbis, which is not known")
		}
		return nil, err
	}
	h := &opusHeaders{head: bytes.Clone(head)}
	packets, page, err := stream.Next()
	for ; err == nil && len(packets) == 0; packets, page, err = stream.Next() {
	}
	switch {
	case errors.Is(err, io.EOF):
		return nil, &ogg.SyntaxError{Offset: pages.Offset(), Reason: "the file ends before its comments"}
	case err != nil:
		return nil, err
	case len(packets) != 1 || page.Lacing[len(page.Lacing)-1] == 255 || !bytes.HasPrefix(packets[0], []byte(opusTags)):
		return nil, &ogg.SyntaxError{Offset: pages.Offset(), Reason: "the comments do not stand alone behind the head"}
	}
	rest := packets[0][len(opusTags):]
	if h.comments, rest, err = vorbis.Read(rest); err != nil {
		return nil, fmt.Errorf("Opus file: %w", err)
	}
	// Behind the comments there may be binary data, to be kept where its first bit is set, or padding (RFC 7845, 5.2).
	if len(rest) > 0 && rest[0]&1 == 1 {
		h.suffix = bytes.Clone(rest)
	}
	h.serial, h.next, h.size = page.Serial, page.Sequence+1, pages.Offset()
	return h, h.alone(src)
}

// alone checks that no other stream begins beside this one: its pages would have to be kept too.
func (h *opusHeaders) alone(src *io.SectionReader) error {
	pages := ogg.NewReader(io.NewSectionReader(src, 0, h.size))
	for {
		at := pages.Offset()
		page, err := pages.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case page.Serial != h.serial:
			return &ogg.SyntaxError{Offset: at, Reason: "it holds more than one stream"}
		}
	}
}

func (opusFile) layout(src *io.SectionReader, d *Disclosure) (func(store []byte) (c2pa.Layout, error), error) {
	old, err := readOpusHeaders(src)
	if err != nil {
		return nil, err
	}
	comments := d.comments(old.comments)
	if d.Cover != nil {
		comments.List = append(comments.List, d.picture().Comment())
	}
	tags := append(comments.Append([]byte(opusTags)), old.suffix...)
	if len(tags) > maxTags {
		return nil, fmt.Errorf("comments of %d bytes are more than %d", len(tags), maxTags)
	}
	var start bytes.Buffer
	w := ogg.NewWriter(&start, old.serial)
	if err := errors.Join(w.Packet(old.head, 0), w.Flush(), w.Packet(tags, 0), w.Flush()); err != nil {
		return nil, err
	}
	count := uint32(0)
	for pages := ogg.NewReader(bytes.NewReader(start.Bytes())); ; count++ {
		if _, err := pages.Next(); err != nil {
			break
		}
	}
	sound := io.NewSectionReader(src, old.size, src.Size()-old.size)
	if count != old.next {
		sound = io.NewSectionReader(&renumbered{src: sound, serial: old.serial, by: count - old.next}, 0, sound.Size())
	}
	layout := c2pa.Layout{Parts: []c2pa.Part{{Bytes: start.Bytes()}, {Source: sound}}}
	return func([]byte) (c2pa.Layout, error) { return layout, nil }, nil
}

// read reads the comments of an Opus file.
func (f opusFile) read(src *io.SectionReader) (carried, error) {
	c := carried{format: f.name()}
	h, err := readOpusHeaders(src)
	if err != nil {
		return c, err
	}
	c.readComments(h.comments)
	return c, nil
}

// renumbered is pages of Ogg with other numbers: where the headers take up more pages or fewer, all that follow count
// from there. Their sizes stay. It is made to be read from front to back; a step back begins again at the start.
type renumbered struct {
	src    *io.SectionReader
	serial uint32 // of the pages to change
	by     uint32 // what is added to a number, modulo 2^32

	mu    sync.Mutex
	pages *ogg.Reader
	at    int64 // where page begins
	page  []byte
}

// ReadAt reads the pages as if they were a file.
func (r *renumbered) ReadAt(b []byte, off int64) (n int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pages == nil || off < r.at {
		r.pages, r.at, r.page = ogg.NewReader(io.NewSectionReader(r.src, 0, r.src.Size())), 0, nil
	}
	for n < len(b) {
		for off >= r.at+int64(len(r.page)) {
			if err := r.next(); err != nil {
				return n, err
			}
		}
		m := copy(b[n:], r.page[off-r.at:])
		n += m
		off += int64(m)
	}
	return n, nil
}

func (r *renumbered) next() error {
	r.at += int64(len(r.page))
	r.page = r.page[:0]
	page, err := r.pages.Next()
	if err != nil {
		return err
	}
	if page.Serial == r.serial {
		page.Sequence += r.by
	}
	r.page, err = page.Append(r.page)
	return err
}
