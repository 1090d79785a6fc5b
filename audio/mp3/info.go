package mp3

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/voicepress/voicepress/audio"
)

// decoderDelay is how many samples later than it was put in any Layer III decoder gives a sample: the 528 of the
// filter bank and one more, as the Mp3 Info Tag counts them.
const decoderDelay = 529

// info is what the info frame says: a first frame without sound that holds a table (Xing, Info or VBRI).
type info struct {
	present  bool
	encoder  string // "LAME3.100"; empty where it is not said
	frames   int64  // of sound; 0 where it is not said
	gapless  bool   // frames, delay and padding are known
	delay    int64  // samples before the sound
	padding  int64  // samples after it
	checksum uint16 // CRC-16 of the frames of sound; 0 where it is not said
}

// readInfo reads the first frame where it is an info frame.
func (s *stream) readInfo() error {
	b, err := s.peek(s.first.size())
	if err != nil {
		return err
	}
	if s.info = parseInfo(s.first, b); s.info.present {
		_, err = s.take(s.first)
	}
	return err
}

// parseInfo reads an info frame, of which present is false for any other frame.
func parseInfo(h header, frame []byte) info {
	const vbri = headerLength + 32 // the VBRI table is always as far as the side information of MPEG-1 stereo
	if len(frame) >= vbri+18 && string(frame[vbri:vbri+4]) == "VBRI" {
		return info{present: true, frames: int64(binary.BigEndian.Uint32(frame[vbri+14:]))}
	}
	start, length := h.sideInfo()
	if len(frame) < start+length+8 {
		return info{}
	}
	b := frame[start+length:]
	if magic := string(b[:4]); magic != "Xing" && magic != "Info" {
		return info{}
	}
	found := info{present: true}
	flags := binary.BigEndian.Uint32(b[4:])
	b = b[8:]
	for _, field := range [...]struct {
		flag uint32
		size int
	}{{1, 4}, {2, 4}, {4, 100}, {8, 4}} { // frames, bytes, table of contents, quality
		if flags&field.flag == 0 {
			continue
		}
		if len(b) < field.size {
			return found
		}
		if field.flag == 1 {
			found.frames = int64(binary.BigEndian.Uint32(b))
		}
		b = b[field.size:]
	}
	// From here on it is LAME's own part: encoder (9 bytes), ... delay and padding (12 bits each) at 21, ... checksum
	// of the music at 32, checksum of this frame at 34.
	if len(b) < 36 || !lameTag(string(b[:4])) {
		return found
	}
	found.encoder = strings.TrimRight(string(b[:9]), "\x00 ")
	found.gapless = found.frames > 0
	found.delay = int64(b[21])<<4 | int64(b[22])>>4
	found.padding = int64(b[22]&15)<<8 | int64(b[23])
	found.checksum = binary.BigEndian.Uint16(b[32:])
	return found
}

// lameTag says whether the encoder of that name writes LAME's part of the info frame: LAME itself and FFmpeg do.
func lameTag(encoder string) bool {
	return encoder == "LAME" || encoder == "Lavf" || encoder == "Lavc" || strings.HasPrefix(encoder, "L3.")
}

// checksum is the CRC-16 of the Mp3 Info Tag: polynomial 0x8005, bits reversed, from 0.
type checksum struct {
	sum   uint16
	table [256]uint16
}

func newChecksum() (c checksum) {
	for i := range c.table {
		sum := uint16(i)
		for range 8 {
			sum = sum>>1 ^ sum&1*0xA001
		}
		c.table[i] = sum
	}
	return c
}

func (c *checksum) add(data []byte) {
	for _, b := range data {
		c.sum = c.sum>>8 ^ c.table[byte(c.sum)^b]
	}
}

// Info describes an MP3 file.
type Info struct {
	Start    int64         // byte offset of the first frame
	Rate     int           // Hz
	Channels int           // 1 or 2
	Kbps     int           // bit rate, kb/s; the average where it varies
	Samples  int64         // of each channel, without the delay and padding that the info frame tells of
	Duration time.Duration // of those samples
	Gapless  bool          // the info frame tells of delay and padding, so that Samples is what went in
	Encoder  string        // as the info frame names it: "LAME3.100"
}

// Inspect walks all frames of the file that begins at r's offset, without decoding them. For a damaged file it returns
// what it found up to the damage, and a *SyntaxError.
func Inspect(r io.ReadSeeker) (Info, error) {
	base, err := r.Seek(0, io.SeekCurrent)
	if err != nil {
		return Info{}, fmt.Errorf("inspect MP3: %w", err)
	}
	s, err := newStream(r)
	if err != nil {
		return Info{}, fmt.Errorf("inspect MP3: %w", err)
	}
	for err == nil {
		_, err = s.next()
	}
	if errors.Is(err, io.EOF) {
		err = nil
	} else {
		err = fmt.Errorf("inspect MP3: %w", err)
	}
	_, n := s.sound()
	found := Info{
		Start: base + s.start, Rate: s.first.rate, Channels: s.first.channels, Samples: n,
		Duration: audio.Duration(int(n), s.first.rate), Gapless: s.info.gapless, Encoder: s.info.encoder,
	}
	if total := s.frames * int64(s.first.samples()); total > 0 {
		found.Kbps = int((s.bytes*8*int64(s.first.rate)/total + 500) / 1000)
	}
	return found, err
}
