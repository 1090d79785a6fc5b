package ogg

import (
	"errors"
	"fmt"
	"io"
)

// Writer writes one logical stream of packets. The pages it makes are as large as they can be; Flush ends one early.
type Writer struct {
	w    io.Writer
	page Page // the next, still open
	buf  []byte
	err  error // sticky
}

// NewWriter begins a stream. The serial number tells it from other streams in the file.
func NewWriter(w io.Writer, serial uint32) *Writer {
	return &Writer{w: w, page: Page{First: true, Granule: NoGranule, Serial: serial}}
}

// Packet appends a packet; granule is the position at its end. The packet's page stays open, so that Close can mark it as
// the last.
func (w *Writer) Packet(data []byte, granule int64) error {
	if granule < 0 {
		return fmt.Errorf("write Ogg: granule position %d", granule)
	}
	for w.err == nil {
		if len(w.page.Lacing) == maxSegments {
			w.write()
			continue
		}
		n := min(len(data), fullSegment)
		w.page.Lacing = append(w.page.Lacing, byte(n))
		w.page.Body = append(w.page.Body, data[:n]...)
		data = data[n:]
		if n < fullSegment {
			w.page.Granule = granule
			break
		}
		if len(w.page.Lacing) == maxSegments {
			w.write()
			w.page.Continued = true
		}
	}
	return w.err
}

// Flush ends the open page, if it has anything.
func (w *Writer) Flush() error {
	if len(w.page.Lacing) > 0 && w.err == nil {
		w.write()
	}
	return w.err
}

// Close writes the last page. Afterwards every call fails.
func (w *Writer) Close() error {
	if w.err != nil {
		return w.err
	}
	w.page.Last = true
	w.write()
	if w.err != nil {
		return w.err
	}
	w.err = errors.New("write Ogg: the stream has ended")
	return nil
}

// write writes the open page and begins the next.
func (w *Writer) write() {
	w.buf, w.err = w.page.Append(w.buf[:0])
	if w.err != nil {
		return
	}
	if _, err := w.w.Write(w.buf); err != nil {
		w.err = fmt.Errorf("write Ogg: %w", err)
		return
	}
	w.page = Page{
		Granule: NoGranule, Serial: w.page.Serial, Sequence: w.page.Sequence + 1,
		Lacing: w.page.Lacing[:0], Body: w.page.Body[:0],
	}
}
