package mp3

import "encoding/binary"

// header is the four bytes that every frame begins with (ISO/IEC 11172-3 2.4.1.3 and 13818-3 2.4.2.3), for Layer III.
type header struct {
	lsf      bool // the low sampling frequencies of MPEG-2 and 2.5: one granule a frame, not two
	v25      bool // MPEG-2.5
	crc      bool // two bytes of checksum follow
	kbps     int
	rate     int // Hz
	padded   bool
	channels int
	joint    bool // stereo in which this frame's channels are not coded for themselves
}

// headerLength is the bytes of a frame header.
const headerLength = 4

// maxFrame is the most bytes a frame can have: 320 kb/s at 32 kHz, padded.
const maxFrame = 1441

// parseHeader reads a header; ok is false for anything that does not begin a Layer III frame of a known bit rate.
func parseHeader(b []byte) (h header, ok bool) {
	if len(b) < headerLength {
		return h, false
	}
	word := binary.BigEndian.Uint32(b)
	version, layer, bitrate, rate := word>>19&3, word>>17&3, word>>12&15, word>>10&3
	if word>>21 != 0x7FF || version == 1 || layer != 1 || bitrate == 0 || bitrate == 15 || rate == 3 {
		return h, false
	}
	h = header{
		lsf: version != 3, v25: version == 0, crc: word>>16&1 == 0, padded: word>>9&1 == 1, channels: 2,
		rate: [...]int{44100, 48000, 32000}[rate],
		kbps: [...]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}[bitrate],
	}
	if h.lsf {
		h.rate /= 2
		h.kbps = [...]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}[bitrate]
	}
	if h.v25 {
		h.rate /= 2
	}
	if word>>6&3 == 3 {
		h.channels = 1
	}
	h.joint = word>>6&3 == 1 && word>>4&3 != 0
	return h, true
}

// size is the bytes of the whole frame.
func (h header) size() int {
	n := h.samples() / 8 * h.kbps * 1000 / h.rate
	if h.padded {
		n++
	}
	return n
}

// samples is how many samples of each channel the frame holds.
func (h header) samples() int {
	if h.lsf {
		return 576
	}
	return 1152
}

// sideInfo is where the side information begins and how many bytes it has.
func (h header) sideInfo() (start, length int) {
	start = headerLength
	if h.crc {
		start += 2
	}
	switch {
	case h.lsf && h.channels == 1:
		return start, 9
	case h.lsf, h.channels == 1:
		return start, 17
	default:
		return start, 32
	}
}

// reaches is how many bytes before the frame, in the main data of earlier frames, its own main data begins.
func (h header) reaches(frame []byte) int {
	start, _ := h.sideInfo()
	if h.lsf {
		return int(frame[start])
	}
	return int(frame[start])<<1 | int(frame[start+1])>>7
}

// needs is how many bytes of main data the frame is coded in: the sum of part2_3_length over granules and channels
// (ISO/IEC 11172-3 2.4.1.7 and 13818-3 2.4.1.7).
func (h header) needs(frame []byte) int {
	start, length := h.sideInfo()
	side := frame[start : start+length]
	// After main_data_begin and private bits, and at the high rates 4 bits scfsi a channel, the part of each granule and
	// channel begins with the 12 bits of its length.
	at, step, granules := 8+h.channels, 63, 1
	if !h.lsf {
		at, step, granules = 9+7-2*h.channels+4*h.channels, 59, 2
	}
	bits := 0
	for range granules * h.channels {
		word := int(side[at/8])<<16 | int(side[at/8+1])<<8 | int(side[at/8+2])
		bits += word >> (12 - at%8) & 0xFFF
		at += step
	}
	return (bits + 7) / 8
}

// mainData is how many bytes of main data the frame carries for itself and for those after it.
func (h header) mainData() int {
	start, length := h.sideInfo()
	return h.size() - start - length
}

// continues says whether a frame may follow h in one stream. Bit rate and stereo mode may change, the rest may not.
func (h header) continues(first header) bool {
	return h.lsf == first.lsf && h.v25 == first.v25 && h.rate == first.rate && h.channels == first.channels
}
