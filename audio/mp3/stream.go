package mp3

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// maxLead is how many zeros may come before the first frame; some programs leave them behind a tag.
const maxLead = 64 << 10

// stream takes a file apart into its frames. The info frame is not among them. It checks everything that can be checked
// without decoding: that frames follow each other without a gap, that none reaches back to main data that is not there,
// that they are as many as the info frame says, and their checksum.
type stream struct {
	r      *bufio.Reader
	offset int64 // of the next byte
	start  int64 // of the first frame
	first  header
	info   info

	frames    int64 // given so far
	bytes     int64 // given so far
	reservoir int   // main data before the next frame, bytes
	checksum  checksum
	frame     [maxFrame]byte
}

// newStream skips tags and finds the first frame.
func newStream(r io.Reader) (*stream, error) {
	s := &stream{r: bufio.NewReaderSize(r, 1<<14), checksum: newChecksum()}
	if err := s.skipTags(); err != nil {
		return nil, err
	}
	if err := s.skipZeros(); err != nil {
		return nil, err
	}
	b, err := s.peek(headerLength)
	if err != nil {
		return nil, err
	}
	h, ok := parseHeader(b)
	if !ok {
		return nil, &SyntaxError{s.offset, "no MP3 frame begins here (free-format files are not read)"}
	}
	s.start, s.first = s.offset, h
	return s, s.readInfo()
}

// skipTags skips the ID3v2 tags that the file begins with.
func (s *stream) skipTags() error {
	for {
		b, err := s.peek(10)
		if err != nil || len(b) < 10 || string(b[:3]) != "ID3" {
			return err
		}
		size := int64(10) // the header; the size in it leaves out header and footer (ID3v2.4 structure 3.1)
		if b[5]&0x10 != 0 {
			size += 10
		}
		size += int64(b[6]&127)<<21 | int64(b[7]&127)<<14 | int64(b[8]&127)<<7 | int64(b[9]&127)
		if err := s.discard(size); err != nil {
			return err
		}
	}
}

func (s *stream) skipZeros() error {
	for range maxLead {
		b, err := s.peek(1)
		if err != nil || len(b) == 0 || b[0] != 0 {
			return err
		}
		if err := s.discard(1); err != nil {
			return err
		}
	}
	return nil
}

// next is the next frame, valid until the call after it, or io.EOF after the last.
func (s *stream) next() ([]byte, error) {
	b, err := s.peek(headerLength)
	if err != nil {
		return nil, err
	}
	if len(b) == 0 || trailer(b) {
		return nil, s.end()
	}
	h, ok := parseHeader(b)
	switch {
	case !ok:
		return nil, &SyntaxError{s.offset, "a frame should begin here"}
	case !h.continues(s.first):
		return nil, &SyntaxError{s.offset, fmt.Sprintf("the sound changes from %d Hz, %d channels to %d Hz, %d channels",
			s.first.rate, s.first.channels, h.rate, h.channels)}
	}
	at := s.offset
	frame, err := s.take(h)
	if err != nil {
		return nil, err
	}
	if h.reaches(frame) > s.reservoir {
		return nil, &SyntaxError{at, "a frame needs sound that was cut off before it"}
	}
	if h.needs(frame) > h.reaches(frame)+h.mainData() {
		return nil, &SyntaxError{at, "a frame claims more data than it has"}
	}
	// main_data_begin has nine bits (eight at the low rates), so that no frame can reach further back than 511 bytes.
	s.reservoir = min(s.reservoir+h.mainData(), 511)
	s.checksum.add(frame)
	s.frames++
	s.bytes += int64(len(frame))
	return frame, nil
}

// end checks what was read against what the info frame says.
func (s *stream) end() error {
	switch {
	case s.frames == 0:
		return &SyntaxError{s.offset, "there is no sound in it"}
	case s.info.frames > 0 && s.frames != s.info.frames:
		return &SyntaxError{s.offset, fmt.Sprintf("it has %d frames of sound where its info frame says %d", s.frames, s.info.frames)}
	case s.info.checksum != 0 && s.checksum.sum != s.info.checksum:
		return &SyntaxError{s.offset, "the sound does not match the checksum in its info frame"}
	}
	return io.EOF
}

// sound is which of the decoded samples are the ones that were encoded: n of them, after the first skip. Where the info
// frame does not tell, it is all of the frames given so far.
func (s *stream) sound() (skip, n int64) {
	if !s.info.gapless {
		return 0, s.frames * int64(s.first.samples())
	}
	total := s.info.frames * int64(s.first.samples())
	skip = min(s.info.delay+decoderDelay, total)
	return skip, max(0, min(total-s.info.delay-s.info.padding, total-skip))
}

// take reads the frame that h begins.
func (s *stream) take(h header) ([]byte, error) {
	frame := s.frame[:h.size()]
	n, err := io.ReadFull(s.r, frame)
	s.offset += int64(n)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, &SyntaxError{s.offset, "it ends inside a frame"}
	}
	return frame, err
}

// peek is up to n bytes ahead, fewer at the end of the file.
func (s *stream) peek(n int) ([]byte, error) {
	b, err := s.r.Peek(n)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b, err
}

func (s *stream) discard(n int64) error {
	got, err := io.CopyN(io.Discard, s.r, n)
	s.offset += got
	if errors.Is(err, io.EOF) {
		return &SyntaxError{s.offset, "it ends before its sound begins"}
	}
	return err
}

// trailer says whether b begins a tag of the kinds that stand after the sound: ID3v1, APEv2, Lyrics3.
func trailer(b []byte) bool {
	for _, magic := range [...]string{"TAG", "APETAGEX", "LYRICSBEGIN"} {
		if n := min(len(magic), len(b)); n >= 3 && string(b[:n]) == magic[:n] {
			return true
		}
	}
	return false
}
