package ogg

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Stream reads the packets of one logical stream. Other streams are passed over where they begin at the start of the file
// and run beside it; files that are joined one behind the other are an error.
type Stream struct {
	pages   *Reader
	limit   int
	serial  uint32
	next    uint32          // sequence of the stream's next page
	others  map[uint32]bool // streams that are passed over
	begun   bool            // a page that is no stream's first was read
	ended   bool
	carried []byte   // of a packet that goes on on the next page; nil where there is none
	list    [][]byte // packets that end on the page
	buf     []byte   // what carried and the first of list lie in
}

// maxStreams is how many streams a file may have: more than any has, and few enough to be kept in mind.
const maxStreams = 64

// Find finds the stream whose first packet begins with magic, among those that begin at the start of the file, and
// returns that packet. A packet of more than limit bytes will be an error.
func Find(pages *Reader, magic string, limit int) (*Stream, []byte, error) {
	s := &Stream{pages: pages, limit: limit, others: map[uint32]bool{}}
	for {
		at := pages.Offset()
		page, err := pages.Next()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, err
		}
		if err != nil || !page.First {
			return nil, nil, &NoStreamError{&SyntaxError{at, fmt.Sprintf("no stream begins with %s", magic)}}
		}
		if !strings.HasPrefix(string(page.Body[:min(len(page.Body), len(magic))]), magic) {
			if err := s.passOver(at, page.Serial); err != nil {
				return nil, nil, err
			}
			continue
		}
		if s.others[page.Serial] {
			return nil, nil, &SyntaxError{at, "two streams have one serial number"}
		}
		s.serial, s.next = page.Serial, page.Sequence
		packets, err := s.take(at, page)
		if err != nil {
			return nil, nil, err
		}
		if len(packets) != 1 || s.carried != nil {
			return nil, nil, &SyntaxError{at, "the first packet is not alone on its page"}
		}
		return s, packets[0], nil
	}
}

// Next reads the stream's next page. The packets are those that end on it; they and the page are valid until the next
// call. It returns io.EOF at the end of the file; where that comes before the stream's last page, a *SyntaxError.
func (s *Stream) Next() (packets [][]byte, page *Page, err error) {
	for {
		at := s.pages.Offset()
		page, err := s.pages.Next()
		switch {
		case errors.Is(err, io.EOF) && !s.ended:
			return nil, nil, &SyntaxError{at, "it ends before its last page"}
		case err != nil:
			return nil, nil, err
		case page.First && s.begun:
			return nil, nil, &SyntaxError{at, "a further stream begins: it is joined from several files"}
		case page.First && page.Serial == s.serial:
			return nil, nil, &SyntaxError{at, "two streams have one serial number"}
		case page.First:
			if err := s.passOver(at, page.Serial); err != nil {
				return nil, nil, err
			}
			continue
		}
		s.begun = true
		if s.others[page.Serial] {
			continue
		}
		if page.Serial != s.serial {
			return nil, nil, &SyntaxError{at, "a page is of a stream that never began"}
		}
		packets, err := s.take(at, page)
		if err != nil {
			return nil, nil, err
		}
		return packets, page, nil
	}
}

// Ended says whether the stream's last page was read.
func (s *Stream) Ended() bool { return s.ended }

func (s *Stream) passOver(at int64, serial uint32) error {
	if s.others[serial] {
		return &SyntaxError{at, "two streams have one serial number"}
	}
	if len(s.others) == maxStreams {
		return &SyntaxError{at, fmt.Sprintf("more than %d streams", maxStreams)}
	}
	s.others[serial] = true
	return nil
}

// take takes a page of the stream, which begins at offset at, apart.
func (s *Stream) take(at int64, page *Page) ([][]byte, error) {
	switch {
	case s.ended:
		return nil, &SyntaxError{at, "the stream goes on after its last page"}
	case page.Sequence != s.next:
		return nil, &SyntaxError{at, fmt.Sprintf("page %d comes where page %d should", page.Sequence, s.next)}
	case page.Continued != (s.carried != nil):
		return nil, &SyntaxError{at, "a packet is cut off between two pages"}
	}
	s.next++
	s.list = s.list[:0]
	body, size := page.Body, 0
	for _, n := range page.Lacing {
		if size += int(n); n == fullSegment {
			continue
		}
		packet := body[:size]
		body, size = body[size:], 0
		if s.carried != nil {
			s.buf = append(s.carried, packet...)
			packet, s.carried = s.buf, nil
		}
		if len(packet) > s.limit {
			return nil, &SyntaxError{at, fmt.Sprintf("a packet of more than %d bytes", s.limit)}
		}
		s.list = append(s.list, packet)
	}
	if n := len(page.Lacing); n > 0 && page.Lacing[n-1] == fullSegment {
		s.carry(body)
	}
	switch s.ended = page.Last; {
	case len(s.carried) > s.limit:
		return nil, &SyntaxError{at, fmt.Sprintf("a packet of more than %d bytes", s.limit)}
	case page.Last && s.carried != nil:
		return nil, &SyntaxError{at, "the last packet is cut off"}
	case (page.Granule == NoGranule) != (len(s.list) == 0) && len(page.Lacing) > 0:
		return nil, &SyntaxError{at, "the granule position does not fit the packets"}
	}
	return s.list, nil
}

// carry keeps the beginning of a packet for the next page.
func (s *Stream) carry(rest []byte) {
	if s.carried == nil {
		s.carried = make([]byte, 0, 2*len(rest)) // not in buf, where the page's first packet may be
	}
	s.carried = append(s.carried, rest...)
}
