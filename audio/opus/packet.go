package opus

import "errors"

// maxFrames is the most samples of a packet: 120 ms (RFC 6716 section 3.2.5).
const maxFrames = Rate * 120 / 1000

// packetSamples is how many samples of each channel a packet holds, told by its first two bytes (RFC 6716 sections 3.1
// and 3.2).
func packetSamples(packet []byte) (int, error) {
	if len(packet) == 0 {
		return 0, errors.New("a packet is empty")
	}
	var size int
	switch config := packet[0] >> 3; {
	case config < 12: // for speech only
		size = [...]int{Rate / 100, Rate / 50, Rate / 25, Rate * 3 / 50}[config%4]
	case config < 16: // for both
		size = Rate / 100 << (config % 2)
	default: // for sound of any kind
		size = Rate / 400 << (config % 4)
	}
	frames := 1
	switch packet[0] & 3 {
	case 1, 2:
		frames = 2
	case 3:
		if len(packet) < 2 {
			return 0, errors.New("a packet is cut off")
		}
		frames = int(packet[1] & 0x3F)
	}
	if frames == 0 || frames*size > maxFrames {
		return 0, errors.New("a packet has no frames, or more than 120 ms of them")
	}
	return frames * size, nil
}
