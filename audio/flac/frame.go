package flac

import "math/bits"

// frameHeader is what has to be known of a frame to decode it (section 9.1).
type frameHeader struct {
	samples    int // of each channel
	assignment uint32
}

// frameHeader reads the header of the frame at offset at, and checks that it goes on where the one before ended.
func (d *Decoder) frameHeader(at int64) (frameHeader, error) {
	r := &d.bits
	raw := make([]byte, 0, 16)
	next := func() uint32 {
		b := r.number(8)
		raw = append(raw, byte(b))
		return b
	}
	start := next()<<8 | next()
	if start>>1 != 0xFFF8>>1 {
		return frameHeader{}, d.damage(at, "a frame should begin here")
	}
	codes, format := next(), next()
	number, ok := codedNumber(next)
	h := frameHeader{samples: 0, assignment: format >> 4}
	switch code := codes >> 4; {
	case code == 1:
		h.samples = 192
	case code >= 2 && code <= 5:
		h.samples = 144 << code
	case code == 6:
		h.samples = int(next()) + 1
	case code == 7:
		h.samples = int(next()<<8|next()) + 1
	case code >= 8:
		h.samples = 1 << code
	}
	rate := d.info.rate
	switch code := codes & 15; code {
	case 0:
	case 12:
		rate = int(next()) * 1000
	case rate16bit:
		rate = int(next()<<8 | next())
	case 14:
		rate = int(next()<<8|next()) * 10
	case 15:
		ok = false
	default:
		rate = rates()[code]
	}
	sum := d.bits.crc.sum8(0, raw)
	if want := r.number(8); r.err != nil || uint32(sum) != want {
		return h, d.damage(at, "the header of a frame does not match its checksum")
	}
	width := [...]int{d.info.bits, 8, 12, 0, 16, 20, 24, 32}[format>>1&7]
	channels := int(h.assignment) + 1
	if h.assignment >= leftSide {
		channels = 2
	}
	switch variable := start&1 == 1; {
	case !ok || h.samples == 0 || h.assignment > midSide || width == 0 || format&1 != 0:
		return h, d.damage(at, "the header of a frame has values that are not known")
	case rate != d.info.rate || channels != d.info.channels || width != d.info.bits:
		return h, d.damage(at, "the sound changes from %d Hz, %d channels, %d bits to %d Hz, %d channels, %d bits",
			d.info.rate, d.info.channels, d.info.bits, rate, channels, width)
	case h.samples > d.info.maxBlock:
		return h, d.damage(at, "a frame of %d samples, where the file says %d at most", h.samples, d.info.maxBlock)
	case d.short:
		return h, d.damage(at, "a frame after one that is so short that it must be the last")
	case d.frames == 0:
		d.first = number // not 0 where the stream was cut out of another
	case variable && number-d.first != uint64(d.samples), !variable && number-d.first != uint64(d.frames):
		return h, d.damage(at, "a frame is missing before this one")
	}
	return h, nil
}

// codedNumber reads a number in the way of UTF-8, of up to 36 bits in seven bytes.
func codedNumber(next func() uint32) (uint64, bool) {
	first := next()
	ones := bits.LeadingZeros8(^uint8(first))
	if ones == 0 {
		return uint64(first), true
	}
	if ones == 1 || ones == 8 {
		return 0, false
	}
	v := uint64(first & (0x7F >> ones))
	for range ones - 1 {
		b := next()
		if b>>6 != 2 {
			return 0, false
		}
		v = v<<6 | uint64(b&0x3F)
	}
	return v, true
}

// subframes decodes the channels of a frame.
func (d *Decoder) subframes(at int64, h frameHeader) error {
	for i := range d.channels {
		if cap(d.channels[i]) < h.samples {
			d.channels[i] = make([]int32, h.samples)
		}
		d.channels[i] = d.channels[i][:h.samples]
		width := uint(d.info.bits)
		if h.assignment == sideRight && i == 0 || h.assignment >= leftSide && h.assignment != sideRight && i == 1 {
			width++ // a difference
		}
		if problem := d.subframe(d.channels[i], width); problem != "" || d.bits.err != nil {
			return d.damage(at, "a frame has %s", problem)
		}
	}
	return nil
}

// subframe decodes one channel of samples of width bits (section 9.2). It returns what is wrong with it.
func (d *Decoder) subframe(x []int32, width uint) string {
	r := &d.bits
	head := r.number(8)
	kind := head >> 1
	var wasted uint
	if head&1 == 1 {
		zeros := r.zeros()
		if zeros+1 >= uint64(width) {
			return "no bits left in a sample"
		}
		wasted = uint(zeros) + 1
		width -= wasted
	}
	problem := ""
	switch {
	case kind == typeConstant:
		v := r.signed(width)
		for i := range x {
			x[i] = v
		}
	case kind == typeVerbatim:
		for i := range x {
			x[i] = r.signed(width)
		}
	case kind >= typeFixed && kind <= typeFixed+maxFixed:
		problem = d.fixed(x, int(kind-typeFixed), width)
	case kind > typeLinear && kind < 1<<6:
		problem = d.linear(x, int(kind-typeLinear), width)
	default:
		return "a kind of prediction that is not known"
	}
	if wasted > 0 {
		for i := range x {
			x[i] <<= wasted
		}
	}
	return problem
}

// fixed decodes a channel of fixed prediction of that order.
func (d *Decoder) fixed(x []int32, order int, width uint) string {
	if problem := d.residual(x, order, width); problem != "" {
		return problem
	}
	switch order {
	case 1:
		for i := 1; i < len(x); i++ {
			x[i] += x[i-1]
		}
	case 2:
		for i := 2; i < len(x); i++ {
			x[i] += 2*x[i-1] - x[i-2]
		}
	case 3:
		for i := 3; i < len(x); i++ {
			x[i] += 3*x[i-1] - 3*x[i-2] + x[i-3]
		}
	case 4:
		for i := 4; i < len(x); i++ {
			x[i] += 4*x[i-1] - 6*x[i-2] + 4*x[i-3] - x[i-4]
		}
	}
	return ""
}

// linear decodes a channel of linear prediction of that order.
func (d *Decoder) linear(x []int32, order int, width uint) string {
	r := &d.bits
	if order > len(x) {
		return "fewer samples than its prediction needs"
	}
	for i := range order {
		x[i] = r.signed(width)
	}
	precision := uint(r.number(4)) + 1
	shift := r.signed(5)
	if precision == 16 || shift < 0 {
		return "a prediction that is not allowed"
	}
	var c [32]int64 // the first is for the oldest sample
	for i := range order {
		c[order-1-i] = int64(r.signed(precision))
	}
	if problem := d.coded(x, order); problem != "" {
		return problem
	}
	for i := order; i < len(x); i++ {
		var sum int64
		past := x[i-order : i]
		for j, k := range c[:len(past)] {
			sum += k * int64(past[j])
		}
		x[i] += int32(sum >> uint(shift))
	}
	return ""
}

// residual reads the first samples, as many as order, and what prediction leaves of the others.
func (d *Decoder) residual(x []int32, order int, width uint) string {
	if order > len(x) {
		return "fewer samples than its prediction needs"
	}
	for i := range order {
		x[i] = d.bits.signed(width)
	}
	return d.coded(x, order)
}

// coded reads a residual in Rice codes (section 9.2.7) into x from order on.
func (d *Decoder) coded(x []int32, order int) string {
	r := &d.bits
	method, partitions := r.number(2), r.number(4)
	if method > 1 {
		return "a coding that is not known"
	}
	size := len(x) >> partitions
	if size<<partitions != len(x) || size < order {
		return "partitions that do not fit it"
	}
	width := uint(4 + method)
	for end := size; end <= len(x) && r.err == nil; end += size {
		k := uint(r.number(width))
		part := x[order:end]
		order = end
		if k == 1<<width-1 { // plain numbers
			plain := uint(r.number(5))
			clear(part)
			for i := range part {
				if plain > 0 {
					part[i] = r.signed(plain)
				}
			}
			continue
		}
		for i := range part {
			high := r.zeros()
			if high > 1<<31>>k {
				return "a number that is too large"
			}
			v := uint32(high)<<k | r.number(k)
			part[i] = int32(v>>1) ^ -int32(v&1)
		}
	}
	return ""
}
