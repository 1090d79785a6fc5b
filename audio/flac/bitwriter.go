package flac

import "encoding/binary"

// bitWriter appends numbers of any width to bytes, highest bit first.
type bitWriter struct {
	bytes []byte
	last  uint64 // the lowest n bits are not in bytes yet
	n     uint   // below 32
}

// put appends the lowest width bits of v; width is at most 32, and the bits above must be 0.
func (w *bitWriter) put(v uint32, width uint) {
	w.last = w.last<<width | uint64(v)
	if w.n += width; w.n >= 32 {
		w.n -= 32
		w.bytes = binary.BigEndian.AppendUint32(w.bytes, uint32(w.last>>w.n))
	}
}

// putSigned appends v in two's complement.
func (w *bitWriter) putSigned(v int32, width uint) { w.put(uint32(v)&(1<<width-1), width) }

// rice appends v in a Rice code: v >> k zeros, a one, the lowest k bits of v. k is below 32.
func (w *bitWriter) rice(v uint32, k uint) {
	zeros := uint(v >> k)
	for zeros+1+k > 32 {
		n := min(zeros, 32)
		w.put(0, n)
		zeros -= n
	}
	w.put(1<<k|v&(1<<k-1), zeros+1+k)
}

// align appends zeros up to a whole byte.
func (w *bitWriter) align() {
	for w.n%8 != 0 {
		w.put(0, 1)
	}
	for ; w.n > 0; w.n -= 8 {
		w.bytes = append(w.bytes, byte(w.last>>(w.n-8)))
	}
}
