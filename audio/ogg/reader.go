package ogg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Reader reads the pages of all streams in a file. It checks each page's checksum, but not how pages follow each other:
// that is Stream's.
type Reader struct {
	r      io.Reader
	offset int64
	page   Page
	buf    [MaxPage]byte
}

// NewReader reads from r on.
func NewReader(r io.Reader) *Reader { return &Reader{r: r} }

// Offset is how many bytes were read.
func (r *Reader) Offset() int64 { return r.offset }

// Next reads a page, which is valid until the next call. At the end of the file, where a page could begin, it returns
// io.EOF; damage is a *SyntaxError at the offset of the page.
func (r *Reader) Next() (*Page, error) {
	at := r.offset
	if n, err := r.fill(r.buf[:headerSize]); err != nil {
		if n == 0 && errors.Is(err, errEnd) {
			return nil, io.EOF
		}
		return nil, r.damage(at, err)
	}
	segments, sum, err := r.page.parseHeader(r.buf[:])
	if err != nil {
		return nil, &SyntaxError{at, err.Error()}
	}
	r.page.Lacing = r.buf[headerSize:][:segments]
	if _, err := r.fill(r.page.Lacing); err != nil {
		return nil, r.damage(at, err)
	}
	size := 0
	for _, n := range r.page.Lacing {
		size += int(n)
	}
	r.page.Body = r.buf[headerSize+segments:][:size]
	if _, err := r.fill(r.page.Body); err != nil {
		return nil, r.damage(at, err)
	}
	binary.LittleEndian.PutUint32(r.buf[22:], 0)
	if checksum(r.buf[:headerSize+segments+size]) != sum {
		return nil, &SyntaxError{at, "a page does not match its checksum"}
	}
	return &r.page, nil
}

var errEnd = errors.New("it ends inside a page")

func (r *Reader) fill(b []byte) (int, error) {
	n, err := io.ReadFull(r.r, b)
	r.offset += int64(n)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return n, errEnd
	}
	return n, err
}

// damage is err of a page that begins at offset at.
func (r *Reader) damage(at int64, err error) error {
	if errors.Is(err, errEnd) {
		return &SyntaxError{at, errEnd.Error()}
	}
	return fmt.Errorf("read Ogg: %w", err)
}
