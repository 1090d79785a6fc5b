package opus

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unsafe"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/ogg"
)

const (
	// maxTags is the most bytes of a comment header, which may have pictures in it; far more than any cover.
	maxTags = 32 << 20
	// maxAudio is the most bytes of a packet of sound (RFC 7845 section 6).
	maxAudio = 61_440
)

// Decoder reads the samples of an Ogg Opus file (see audio.Blocks): exactly those that were encoded, with the gain that the
// file asks for. They are not clipped, so that a meter that reads them knows the true peak of what listeners will hear.
// Damage is a *SyntaxError or an *ogg.SyntaxError. It is for one goroutine at a time.
type Decoder struct {
	audio.Blocks
	Rate     int // Hz; always 48,000
	Channels int // in the file; Read averages them

	lib    *Library
	opus   unsafe.Pointer
	pages  *ogg.Reader
	stream *ogg.Stream
	at     int64    // offset of the current page
	page   [][]byte // its packets that are still to be decoded
	gain   float32
	// The counts are samples of one channel.
	position int64 // at the end of the current page, with the pre-skip
	begun    bool  // position is known
	keep     int64 // to take yet from the current page
	skip     int64 // to leave out yet at the start
	given    int64
	buf      []float32
}

// NewDecoder reads the headers of r and prepares to decode it. The caller must Close it. It fails with *SyntaxError or
// *ogg.SyntaxError where the file is damaged, or has more than two channels.
func (l *Library) NewDecoder(r io.Reader) (*Decoder, error) {
	d := &Decoder{Rate: Rate, lib: l, pages: ogg.NewReader(bufio.NewReaderSize(r, 1<<15))}
	h, err := d.headers()
	if err != nil {
		return nil, fmt.Errorf("decode Opus: %w", err)
	}
	d.Channels, d.skip = h.channels, int64(h.preSkip)
	d.gain = float32(math.Pow(10, float64(h.gain)/256/20))
	d.buf = make([]float32, maxFrames*h.channels)
	d.Blocks = audio.NewBlocks("decode Opus", h.channels, d.next)
	var code int32
	if d.opus = l.newDecoder(Rate, int32(h.channels), &code); d.opus == nil {
		return nil, fmt.Errorf("decode Opus: libopus: %s", l.explain(code))
	}
	return d, nil
}

func (d *Decoder) headers() (head, error) {
	s, first, err := ogg.Find(d.pages, headMagic, maxTags)
	if err != nil {
		return head{}, err
	}
	d.stream = s
	h, err := parseHead(first)
	if err != nil {
		return head{}, &SyntaxError{0, err.Error()}
	}
	for {
		at := d.pages.Offset()
		packets, _, err := s.Next()
		switch {
		case errors.Is(err, io.EOF):
			return head{}, &SyntaxError{at, "it has no comment header"}
		case err != nil:
			return head{}, err
		case len(packets) == 0:
			continue
		case !strings.HasPrefix(string(packets[0][:min(len(packets[0]), len(tagsMagic))]), tagsMagic):
			return head{}, &SyntaxError{at, "it has no comment header"}
		case len(packets) > 1:
			return head{}, &SyntaxError{at, "sound begins on the page of the comment header"}
		}
		return h, nil
	}
}

// next decodes the next packet, or reads the next page.
func (d *Decoder) next() ([]float32, error) {
	if len(d.page) == 0 {
		return nil, d.nextPage()
	}
	packet := d.page[0]
	d.page = d.page[1:]
	n := d.lib.decode(d.opus, packet, int32(len(packet)), d.buf, maxFrames, 0)
	if n < 0 {
		return nil, &SyntaxError{d.at, "libopus: " + d.lib.explain(n)}
	}
	if want, _ := packetSamples(packet); int(n) != want { // the page was checked for errors
		return nil, &SyntaxError{d.at, fmt.Sprintf("a packet of %d samples decodes to %d", want, n)}
	}
	keep := min(d.keep, int64(n))
	d.keep -= keep
	cut := min(d.skip, keep)
	d.skip -= cut
	d.given += keep - cut
	block := d.buf[cut*int64(d.Channels) : keep*int64(d.Channels)]
	for i, x := range block {
		if x-x != 0 { // infinite, or not a number
			return nil, &SyntaxError{d.at, "a sample is not a finite number"}
		}
		block[i] = x * d.gain
	}
	return block, nil
}

// nextPage reads a page, and finds out which of its samples belong to the sound (RFC 7845 section 4).
func (d *Decoder) nextPage() error {
	d.at = d.pages.Offset()
	packets, page, err := d.stream.Next()
	if errors.Is(err, io.EOF) && d.given == 0 {
		return &SyntaxError{d.at, "there is no sound in it"}
	}
	if err != nil {
		return err
	}
	if len(packets) == 0 {
		return nil
	}
	var total int64
	for _, packet := range packets {
		if len(packet) > maxAudio {
			return &SyntaxError{d.at, fmt.Sprintf("a packet of more than %d bytes", maxAudio)}
		}
		n, err := packetSamples(packet)
		if err != nil {
			return &SyntaxError{d.at, err.Error()}
		}
		total += int64(n)
	}
	if !d.begun { // a stream that was cut out of another does not begin at 0
		d.begun, d.position = true, max(0, page.Granule-total)
	}
	end := d.position + total
	if page.Granule != end && (!page.Last || page.Granule < d.position || page.Granule > end) {
		return &SyntaxError{d.at, fmt.Sprintf("the page ends at sample %d where its packets end at %d", page.Granule, end)}
	}
	d.keep = page.Granule - d.position
	d.position = page.Granule
	d.page = packets
	return nil
}

// Close frees what the Decoder holds. It does not close the reader. Read must not be called after it.
func (d *Decoder) Close() {
	if d.opus != nil {
		d.lib.closeDecoder(d.opus)
		d.opus = nil
	}
}
