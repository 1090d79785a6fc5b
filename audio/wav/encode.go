package wav

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// Chunk is a piece of metadata in the file.
type Chunk struct {
	ID   string // four printable ASCII characters: "bext", "LIST"
	Data []byte // without header and pad byte
}

// Writer writes one WAV file: 16-bit PCM, mono or stereo.
type Writer struct {
	w       io.Writer
	left    int64 // samples of all channels together that are still to come
	written int64 // as left
	buf     []byte
}

// NewWriter writes the header of a file of that many frames (samples of each of its 1 or 2 channels) at rate Hz, and the
// chunks, in order, before the samples. The file becomes RF64 where its size does not fit the 32 bits of RIFF (4 GiB). The
// Writer does not own w.
func NewWriter(w io.Writer, rate, channels int, frames int64, chunks []Chunk) (*Writer, error) {
	h, err := header(rate, channels, frames, chunks)
	if err != nil {
		return nil, fmt.Errorf("write WAV: %w", err)
	}
	if _, err := w.Write(h); err != nil {
		return nil, fmt.Errorf("write WAV header: %w", err)
	}
	return &Writer{w: w, left: frames * int64(channels), buf: make([]byte, 0, 8192)}, nil
}

// Write appends samples, those of two channels interleaved: left, right, left, right. Each is rounded to the nearest of 65,536 steps, halves to even, and clipped at full scale: no
// dither, so that the same samples give the same bytes. It fails on a sample that is not a number, and on more samples
// than were announced; then nothing of the call that fails is sure to be written.
func (w *Writer) Write(samples []float32) error {
	if int64(len(samples)) > w.left {
		return fmt.Errorf("write WAV: %d samples more than announced", int64(len(samples))-w.left)
	}
	for len(samples) > 0 {
		n := min(len(samples), cap(w.buf)/2)
		w.buf = w.buf[:0]
		for i, x := range samples[:n] {
			if x != x {
				return fmt.Errorf("write WAV: sample %d is not a number", w.written+int64(i))
			}
			step := math.RoundToEven(float64(x) * (1 << 15))
			w.buf = binary.LittleEndian.AppendUint16(w.buf, uint16(int16(min(max(step, math.MinInt16), math.MaxInt16))))
		}
		if _, err := w.w.Write(w.buf); err != nil {
			return fmt.Errorf("write WAV samples: %w", err)
		}
		w.left -= int64(n)
		w.written += int64(n)
		samples = samples[n:]
	}
	return nil
}

// Close checks that as many samples came as were announced: a file with fewer is not whole.
func (w *Writer) Close() error {
	if w.left > 0 {
		return fmt.Errorf("write WAV: %d of %d samples are missing", w.left, w.left+w.written)
	}
	return nil
}

// header is everything before the samples. All samples of a file make an even number of bytes, so no pad follows them.
func header(rate, channels int, frames int64, chunks []Chunk) ([]byte, error) {
	if rate < minRate || rate > maxRate {
		return nil, fmt.Errorf("rate of %d Hz", rate)
	}
	if channels != 1 && channels != 2 {
		return nil, fmt.Errorf("%d channels", channels)
	}
	if frames < 0 || frames > math.MaxInt64/8 {
		return nil, fmt.Errorf("length of %d samples", frames)
	}
	const sample = 2 // bytes
	frame := sample * channels
	size := int64(riffHeader + chunkHeader + fmtSize + chunkHeader) // of the file before the samples
	for _, c := range chunks {
		if err := checkChunk(c); err != nil {
			return nil, err
		}
		size += chunkHeader + int64(len(c.Data)+len(c.Data)%2)
	}
	data := int64(frame) * frames
	long := size+data-chunkHeader >= unknown32
	if long {
		size += chunkHeader + ds64Size
	}
	le := binary.LittleEndian
	h := make([]byte, 0, size)
	if long {
		h = append(h, "RF64\xff\xff\xff\xffWAVEds64"...)
		h = le.AppendUint32(h, ds64Size)
		h = le.AppendUint64(h, uint64(size+data-chunkHeader))
		h = le.AppendUint64(h, uint64(data))
		h = le.AppendUint64(h, uint64(frames))
		h = le.AppendUint32(h, 0) // no table of further long chunks
	} else {
		h = append(h, "RIFF"...)
		h = le.AppendUint32(h, uint32(size+data-chunkHeader))
		h = append(h, "WAVE"...)
	}
	h = append(h, "fmt "...)
	h = le.AppendUint32(h, fmtSize)
	h = le.AppendUint16(h, tagPCM)
	h = le.AppendUint16(h, uint16(channels))
	h = le.AppendUint32(h, uint32(rate))
	h = le.AppendUint32(h, uint32(frame*rate)) // bytes a second
	h = le.AppendUint16(h, uint16(frame))
	h = le.AppendUint16(h, 8*sample) // bits
	for _, c := range chunks {
		h = append(h, c.ID...)
		h = le.AppendUint32(h, uint32(len(c.Data)))
		h = append(h, c.Data...)
		if len(c.Data)%2 == 1 {
			h = append(h, 0)
		}
	}
	h = append(h, "data"...)
	if long {
		return le.AppendUint32(h, unknown32), nil
	}
	return le.AppendUint32(h, uint32(data)), nil
}

// maxChunk is the most bytes of one metadata chunk: far more than any disclosure needs, far less than 32 bits hold.
const maxChunk = 64 << 20

func checkChunk(c Chunk) error {
	if len(c.ID) != 4 {
		return fmt.Errorf("chunk identifier %.8q has not four characters", c.ID)
	}
	for _, b := range []byte(c.ID) {
		if b < ' ' || b > '~' {
			return fmt.Errorf("chunk identifier %q is not printable ASCII", c.ID)
		}
	}
	switch c.ID {
	case "RIFF", "RF64", "ds64", "fmt ", "data":
		return fmt.Errorf("chunk %q is not metadata", c.ID)
	}
	if len(c.Data) > maxChunk {
		return fmt.Errorf("chunk %q of %d bytes is larger than %d", c.ID, len(c.Data), maxChunk)
	}
	return nil
}
