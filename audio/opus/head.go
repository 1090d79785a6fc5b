package opus

import (
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	headMagic = "OpusHead"
	tagsMagic = "OpusTags"
	headSize  = 19 // bytes of an identification header without a channel mapping table
)

// head is the identification header (RFC 7845 section 5.1).
type head struct {
	channels int
	preSkip  int // samples at 48 kHz that the decoder leaves out at the start
	rate     int // Hz of what was encoded; 0 where not known
	gain     int // 1/256 dB, to be applied by the decoder
}

// packet is the header as a packet, of mapping family 0: mono or stereo.
func (h head) packet() []byte {
	le := binary.LittleEndian
	b := []byte(headMagic)
	b = append(b, 1, byte(h.channels)) // version, channels
	b = le.AppendUint16(b, uint16(h.preSkip))
	b = le.AppendUint32(b, uint32(h.rate))
	b = le.AppendUint16(b, uint16(int16(h.gain)))
	return append(b, 0)
}

func parseHead(b []byte) (head, error) {
	le := binary.LittleEndian
	if len(b) < headSize || string(b[:8]) != headMagic {
		return head{}, errors.New("its header is too short")
	}
	h := head{
		channels: int(b[9]), preSkip: int(le.Uint16(b[10:])),
		rate: int(le.Uint32(b[12:])), gain: int(int16(le.Uint16(b[16:]))),
	}
	switch {
	case b[8]>>4 != 0: // the high half of the version is for changes that old readers cannot read
		return head{}, fmt.Errorf("it is of version %d, which is not known", b[8])
	case b[18] != 0:
		return head{}, fmt.Errorf("it has %d channels with mapping family %d; only mono and stereo (family 0) are read", h.channels, b[18])
	case h.channels < 1 || h.channels > 2:
		return head{}, fmt.Errorf("it has %d channels, where mapping family 0 has one or two", h.channels)
	}
	return h, nil
}

// tags is a comment header (RFC 7845 section 5.2) that names the maker of the encoder and has no comments.
func tags(vendor string) []byte {
	b := []byte(tagsMagic)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(vendor)))
	b = append(b, vendor...)
	return binary.LittleEndian.AppendUint32(b, 0)
}
