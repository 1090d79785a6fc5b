package disclosure

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/voicepress/voicepress/audio/id3"
)

// Stream is an MP3 file that is heard while it is made. Its disclosure is in front of the sound, so it holds what was known
// when the sound began: all that Write puts in but the length, the chapters and a manifest, which is a hash of the whole.
// It is for one goroutine.
type Stream struct {
	w    io.Writer
	head []byte // until it is written
	err  error
}

// NewStream makes a stream to w that says everything that d does. Nothing is written yet: the disclosure leaves together
// with the first sound, so that where none comes there is no file. Of d.Audible the end may be zero: not known yet.
func NewStream(w io.Writer, d *Disclosure) (*Stream, error) {
	c := d.cleaned()
	c.Chapters, c.Duration = nil, 0
	t := c.tag(&id3.Tag{Version: 4})
	if n := t.Length(); n > id3.MaxSize {
		return nil, fmt.Errorf("write ID3 tag: %d bytes are more than %d", n, id3.MaxSize)
	}
	return &Stream{w: w, head: t.Bytes()}, nil
}

var errNoFrame = errors.New("the sound does not begin with an MPEG frame")

// Write writes sound: MPEG frames of layer III, the first at the beginning of the first call that is not empty. After an
// error nothing more is written.
func (s *Stream) Write(sound []byte) (int, error) {
	if s.err != nil || len(sound) == 0 {
		return 0, s.err
	}
	head := len(s.head)
	if head > 0 && !frameAt(bytes.NewReader(sound), 0) {
		s.err = fmt.Errorf("disclose the audio: %w", errNoFrame)
		return 0, s.err
	}
	n, err := s.w.Write(append(s.head, sound...))
	if err != nil {
		s.err = fmt.Errorf("write the audio: %w", err)
	}
	s.head = nil
	return max(n-head, 0), s.err
}

// End makes every later Write fail with err.
func (s *Stream) End(err error) {
	if s.err == nil {
		s.err = err
	}
}
