package flac

// subframe is one channel of a block, and how it is coded.
type subframe struct {
	samples  []int32
	bits     uint // of a sample: one more in a difference of channels
	kind     uint32
	order    int
	linear   linear
	residual []int32
	code     riceCode
	size     int // bits, estimated

	other []int32 // residual of the way that was not taken, to be used again
}

// subframeHeader is its bits (section 9.2.1).
const subframeHeader = 8

// plan finds the smallest way to code samples. window is as long as they are; scratch at least.
func (s *subframe) plan(samples []int32, bits uint, window, scratch []float64) {
	s.samples, s.bits, s.order = samples, bits, 0
	if constant(samples) {
		s.kind, s.size = typeConstant, subframeHeader+int(bits)
		return
	}
	s.kind, s.size = typeVerbatim, subframeHeader+int(bits)*len(samples)

	order := fixedOrder(samples)
	s.other = fixedResidual(s.other[:0], samples, order)
	code := findRice(s.other, len(samples), order)
	s.take(typeFixed+uint32(order), order, code, subframeHeader+order*int(bits)+code.size)

	p := findLinear(samples, bits, window, scratch)
	if p.order == 0 {
		return
	}
	var ok bool
	if s.other, ok = p.residual(s.other[:0], samples); ok {
		code = findRice(s.other, len(samples), p.order)
		s.linear = p
		s.take(typeLinear+uint32(p.order), p.order, code, subframeHeader+p.order*(int(bits)+precision)+9+code.size)
	}
}

// take takes the way whose residual is in other, if it is smaller.
func (s *subframe) take(kind uint32, order int, code riceCode, size int) {
	if size < s.size {
		s.kind, s.order, s.code, s.size = kind, order, code, size
		s.residual, s.other = s.other, s.residual
	}
}

func constant(x []int32) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

func (s *subframe) write(w *bitWriter) {
	w.put(s.kind<<1, subframeHeader) // the last bit: no bits are wasted
	first := s.samples
	switch {
	case s.kind == typeConstant:
		first = first[:1]
	case s.kind != typeVerbatim:
		first = first[:s.order]
	}
	for _, v := range first {
		w.putSigned(v, s.bits)
	}
	if s.kind > typeLinear {
		w.put(precision-1, 4)
		w.put(uint32(s.linear.shift), 5)
		for _, c := range s.linear.coefficients[:s.order] {
			w.putSigned(c, precision)
		}
	}
	if s.kind >= typeFixed {
		s.code.write(w, s.residual, len(s.samples), s.order)
	}
}
