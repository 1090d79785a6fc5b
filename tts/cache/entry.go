package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/voicepress/voicepress/audio/flac"
	"github.com/voicepress/voicepress/tts"
)

// An entry is, in this order: magic; the SHA-256 of all that follows; the length of the header in 4 bytes, highest first;
// the header as JSON; the sound as FLAC, of 24 bits, or of 16 where that is exact.
const (
	magic    = schema + "\n"
	sumAt    = len(magic)
	lengthAt = sumAt + sha256.Size
	headerAt = lengthAt + 4
)

const (
	maxSamples = 16 << 20 // of an entry: 12 minutes at 22,050 Hz, far more than a sentence; 64 MiB in memory
	maxEntry   = 64 << 20 // bytes of a file
)

// header is what an entry holds besides the samples.
type header struct {
	Key     string // in hexadecimal, so that a file under another's name is not taken for it
	Backend string // and Voice: for statistics
	Voice   string
	Samples int
	Speech  tts.Speech // without its samples
}

// encode makes an entry of speech that is settled.
func encode(k Key, backend, voice string, s *tts.Speech) ([]byte, error) {
	h := header{k.String(), backend, voice, len(s.Clip.Samples), *s}
	h.Speech.Clip.Samples = nil
	text, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("encode speech to be kept: %w", err)
	}
	m := &memory{data: make([]byte, headerAt, headerAt+len(text)+2*len(s.Clip.Samples))}
	copy(m.data, magic)
	binary.BigEndian.PutUint32(m.data[lengthAt:], uint32(len(text)))
	m.data = append(m.data, text...)
	m.at = len(m.data)
	encoder, err := flac.NewEncoder(m, s.Clip.Rate, 1, bitsOf(s.Clip.Samples))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(encoder.Write(s.Clip.Samples), encoder.Close()); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(m.data[lengthAt:])
	copy(m.data[sumAt:], sum[:])
	return m.data, nil
}

// errDamaged says that a file is not an entry, or not any more.
var errDamaged = errors.New("damaged")

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %w", errDamaged, fmt.Errorf(format, args...))
}

// parse checks the bytes of the entry that should be k's, and takes them apart. Whatever they are, this and the speech of
// what it returns end, and need no more memory than maxSamples and a few times their number.
func parse(data []byte, k Key) (*header, []byte, error) {
	if len(data) < headerAt || string(data[:sumAt]) != magic {
		return nil, nil, damaged("no entry begins like this")
	}
	if sha256.Sum256(data[lengthAt:]) != [sha256.Size]byte(data[sumAt:lengthAt]) {
		return nil, nil, damaged("it does not match its checksum")
	}
	h, sound, err := takeApart(data)
	if err != nil {
		return nil, nil, err
	}
	if h.Key != k.String() {
		return nil, nil, damaged("it is another request's")
	}
	return h, sound, nil
}

// takeApart finds header and sound, without looking at the checksum.
func takeApart(data []byte) (*header, []byte, error) {
	n := int64(binary.BigEndian.Uint32(data[lengthAt:]))
	if n > int64(len(data)-headerAt) {
		return nil, nil, damaged("its header is cut")
	}
	text, sound := data[headerAt:headerAt+int(n)], data[headerAt+int(n):]
	h := &header{}
	if err := json.Unmarshal(text, h); err != nil {
		return nil, nil, damaged("its header: %w", err)
	}
	if h.Samples <= 0 || h.Samples > maxSamples || h.Speech.Clip.Rate <= 0 || len(h.Speech.Clip.Samples) > 0 {
		return nil, nil, damaged("%d samples at %d Hz", h.Samples, h.Speech.Clip.Rate)
	}
	return h, sound, nil
}

// speech decodes the sound, and checks it and the marks against the header. textLength is that of the request in bytes; -1
// where it is not known.
func (h *header) speech(sound []byte, textLength int) (*tts.Speech, error) {
	s := h.Speech
	d, err := flac.NewDecoder(bytes.NewReader(sound))
	if err != nil {
		return nil, damaged("its sound: %w", err)
	}
	defer d.Close()
	if d.Rate != s.Clip.Rate || d.Channels != 1 {
		return nil, damaged("its sound has %d Hz and %d channels", d.Rate, d.Channels)
	}
	s.Clip.Samples = make([]float32, h.Samples)
	n, err := d.Read(s.Clip.Samples)
	if err != nil || n != h.Samples {
		return nil, damaged("its sound has %d samples instead of %d (%v)", n, h.Samples, err)
	}
	// Only the end of the file says that all of it was right.
	if _, err := d.Read(make([]float32, 1)); !errors.Is(err, io.EOF) {
		return nil, damaged("its sound does not end (%v)", err)
	}
	if !marksFit(&s, textLength) {
		return nil, damaged("its marks are outside of it")
	}
	return &s, nil
}

// marksFit says whether all marks are inside the sound and the text.
func marksFit(s *tts.Speech, textLength int) bool {
	if textLength < 0 {
		textLength = math.MaxInt
	}
	for _, m := range s.Marks {
		if m.Start < 0 || m.Start > m.End || m.End > textLength || m.From < 0 || m.From > m.To || m.To > len(s.Clip.Samples) {
			return false
		}
	}
	return true
}

// full is a sample's range in steps of 24 bits: from -full to full-1.
const full = 1 << 23

// round returns samples as an entry gives them back: in steps of 24 bits, halves to even, clipped at full scale. A sample
// that is no number stays as it is.
func round(samples []float32) []float32 {
	out := make([]float32, len(samples))
	for i, x := range samples {
		if out[i] = x; x-x == 0 {
			out[i] = float32(min(max(math.RoundToEven(float64(x)*full), -full), full-1)) / full
		}
	}
	return out
}

// settled is speech as an entry gives it back: rounded, and its messages in UTF-8.
func settled(s *tts.Speech) *tts.Speech {
	out := *s
	out.Clip.Samples = round(s.Clip.Samples)
	out.Warnings, out.Faults = valid(s.Warnings), valid(s.Faults)
	return &out
}

func valid(messages []string) []string {
	messages = slices.Clone(messages)
	for i, m := range messages {
		messages[i] = strings.ToValidUTF8(m, "\ufffd")
	}
	return messages
}

// bitsOf is how many bits rounded samples need: 16 if none of them has more.
func bitsOf(samples []float32) int {
	for _, x := range samples {
		if y := x * (1 << 15); y != float32(int32(y)) {
			return 24
		}
	}
	return 16
}

// audible is the level that some sample of speech reaches, -60 dBFS.
const audible = 0.001

// worthKeeping says whether speech is sound with its marks inside it, and short enough, and as good as it gets. The rest is not
// kept: the voice may do better when it is asked again.
func worthKeeping(s *tts.Speech, textLength int) bool {
	if s.Provisional {
		return false
	}
	loudest := float32(0)
	for _, x := range s.Clip.Samples {
		if x-x != 0 {
			return false
		}
		loudest = max(loudest, x, -x)
	}
	return loudest >= audible && len(s.Clip.Samples) <= maxSamples && s.Clip.Rate > 0 && marksFit(s, textLength)
}

// memory is a file in memory, as the FLAC encoder wants it.
type memory struct {
	data []byte
	at   int
}

func (m *memory) Write(p []byte) (int, error) {
	n := copy(m.data[m.at:], p)
	m.data = append(m.data, p[n:]...)
	m.at += len(p)
	return len(p), nil
}

func (m *memory) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += int64(m.at)
	case io.SeekEnd:
		offset += int64(len(m.data))
	}
	if offset < 0 || offset > int64(len(m.data)) {
		return 0, fmt.Errorf("seek to %d in %d bytes", offset, len(m.data))
	}
	m.at = int(offset)
	return offset, nil
}
