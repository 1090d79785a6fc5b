package mp3

import (
	"errors"
	"fmt"
	"io"
	"unsafe"
)

// Library is LAME, loaded. It is safe for concurrent use.
type Library struct {
	version func() string
	open    func() unsafe.Pointer
	close   func(lame unsafe.Pointer) int32

	setInRate, setOutRate, setChannels, setMode, setBitrate, setQuality, setID3, setInfo func(lame unsafe.Pointer, value int32) int32

	setScale                         func(lame unsafe.Pointer, value float32) int32
	getScale                         func(lame unsafe.Pointer) float32
	setErrors, setDebug, setMessages func(lame, callback unsafe.Pointer) int32

	start   func(lame unsafe.Pointer) int32
	encode  func(lame unsafe.Pointer, left, right []float32, n int32, out []byte, room int32) int32
	flush   func(lame unsafe.Pointer, out []byte, room int32) int32
	infoTag func(lame unsafe.Pointer, out []byte, room uintptr) uintptr
}

// Open loads LAME from the shared library at path, or where path is empty from the usual places. It fails with
// *LibraryError.
func Open(path string) (*Library, error) {
	l := &Library{}
	err := lameLibrary().Open(path, map[string]any{
		"get_lame_version":                &l.version,
		"lame_init":                       &l.open,
		"lame_close":                      &l.close,
		"lame_set_in_samplerate":          &l.setInRate,
		"lame_set_out_samplerate":         &l.setOutRate,
		"lame_set_num_channels":           &l.setChannels,
		"lame_set_mode":                   &l.setMode,
		"lame_set_brate":                  &l.setBitrate,
		"lame_set_quality":                &l.setQuality,
		"lame_set_scale":                  &l.setScale,
		"lame_get_scale":                  &l.getScale,
		"lame_set_write_id3tag_automatic": &l.setID3,
		"lame_set_bWriteVbrTag":           &l.setInfo,
		"lame_set_errorf":                 &l.setErrors,
		"lame_set_debugf":                 &l.setDebug,
		"lame_set_msgf":                   &l.setMessages,
		"lame_init_params":                &l.start,
		"lame_encode_buffer_ieee_float":   &l.encode,
		"lame_encode_flush":               &l.flush,
		"lame_get_lametag_frame":          &l.infoTag,
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Version is LAME's own version: "3.100".
func (l *Library) Version() string { return l.version() }

// Encoder encodes one MP3 file of constant bit rate, mono or stereo. It is for one goroutine at a time.
type Encoder struct {
	lib     *Library
	lame    unsafe.Pointer
	w       io.Writer
	file    io.Seeker    // w, to put in the info frame at the end; nil for a stream
	base    int64        // offset in w where the file begins
	samples int64        // of all channels together
	in      [2][]float32 // the channels of a block; only the first where there is one
	out     []byte
	err     error // sticky
}

// quality is LAME's setting from 0 (slow) to 9. At 7 it leaves out the search for the best noise shaping. Measured at
// 64 kb/s mono, 44.1 kHz, one core: 4 minutes take 2.2 s of CPU time at 2 (110x real time), 1.7 s at 3, 1.3 s at 5 and
// 0.6 s at 7 (390x). A neural voice (Piper, joe), 40 s, against a masking threshold in half-Bark bands: the noise averages
// -5.6, -5.8, -5.6 and -5.7 dB of the threshold, exceeds it in 6.9, 6.6, 7.2 and 6.6 % of the bands, and lies below 4.1,
// 4.0, 4.1 and 5.3 dB in 99 % of them; segmental SNR is 22.4, 22.3, 22.6 and 24.2 dB. What 7 gains below 7.5 kHz it pays
// for with 3 to 4 dB more noise above, where little of speech is. The model is rough, and nobody has listened blind.
const quality = 7

const (
	modeJoint = 1
	modeMono  = 3

	blockSamples = 8 * 1152 // of one channel
	// LAME asks for this much room beside 1.25 times the samples (lame.h, lame_encode_buffer): a frame's worth and the
	// bit reservoir, which is also what a flush needs.
	flushRoom = 7200
)

// NewEncoder begins a file at w's offset: of channels (1 or 2, coded as joint stereo) at rate Hz, at kbps kilobits a second
// for both together. The caller must Close it. It refuses rates that MP3 does not have, and bit rates so low that a frame
// has no room for the delay and padding: such a file would play longer than what went in.
func (l *Library) NewEncoder(w io.WriteSeeker, rate, channels, kbps int) (*Encoder, error) {
	if channels != 1 && channels != 2 {
		return nil, fmt.Errorf("encode MP3: %d channels: only one or two are possible", channels)
	}
	if err := checkRates(rate, channels, kbps); err != nil {
		return nil, fmt.Errorf("encode MP3: %w", err)
	}
	base, err := w.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, fmt.Errorf("encode MP3: %w", err)
	}
	lame, err := l.prepare(rate, channels, kbps, true)
	if err != nil {
		return nil, fmt.Errorf("encode MP3: %w", err)
	}
	return l.encoder(lame, w, w, base, channels), nil
}

// NewStreamEncoder is NewEncoder for a file that is heard while it is made, and so has no info frame: what is played is
// longer than what went in, by the delay of encoder and decoder at the start and the filling of the last frame at the end,
// some 50 ms together. Players find the length of such a file from its size, since all frames have one bit rate.
func (l *Library) NewStreamEncoder(w io.Writer, rate, channels, kbps int) (*Encoder, error) {
	if channels != 1 && channels != 2 {
		return nil, fmt.Errorf("encode MP3: %d channels: only one or two are possible", channels)
	}
	if err := checkRates(rate, channels, kbps); err != nil { // the rates of files, so that any can become a stream
		return nil, fmt.Errorf("encode MP3: %w", err)
	}
	lame, err := l.prepare(rate, channels, kbps, false)
	if err != nil {
		return nil, fmt.Errorf("encode MP3: %w", err)
	}
	return l.encoder(lame, w, nil, 0, channels), nil
}

func (l *Library) encoder(lame unsafe.Pointer, w io.Writer, file io.Seeker, base int64, channels int) *Encoder {
	e := &Encoder{lib: l, w: w, file: file, base: base, lame: lame}
	for i := range channels {
		e.in[i] = make([]float32, blockSamples)
	}
	e.out = make([]byte, blockSamples*5/4+flushRoom)
	return e
}

// prepare opens LAME for a file. At low bit rates LAME turns the sound down by itself, 0.45 dB at 64 kb/s; it is opened
// again with that taken back, so that what is decoded is as loud as what was encoded.
func (l *Library) prepare(rate, channels, kbps int, info bool) (unsafe.Pointer, error) {
	scale := float32(1)
	for {
		lame := l.open()
		if lame == nil {
			return nil, errors.New("LAME has no memory")
		}
		l.configure(lame, rate, channels, kbps)
		if info {
			l.setInfo(lame, 1)
		} else {
			l.setInfo(lame, 0)
		}
		l.setScale(lame, scale)
		if code := l.start(lame); code < 0 {
			l.close(lame)
			return nil, fmt.Errorf("LAME refuses %d Hz at %d kb/s (code %d)", rate, kbps, code)
		}
		got := l.getScale(lame)
		if scale != 1 || got == 1 || got <= 0 {
			return lame, nil
		}
		l.close(lame)
		scale = 1 / got
	}
}

func (l *Library) configure(lame unsafe.Pointer, rate, channels, kbps int) {
	mode := modeMono
	if channels == 2 {
		mode = modeJoint
	}
	l.setErrors(lame, nil)
	l.setDebug(lame, nil)
	l.setMessages(lame, nil)
	l.setInRate(lame, int32(rate))
	l.setOutRate(lame, int32(rate))
	l.setChannels(lame, int32(channels))
	l.setMode(lame, int32(mode))
	l.setBitrate(lame, int32(kbps))
	l.setQuality(lame, quality)
	l.setID3(lame, 0)
}

// checkRates says whether LAME can write the info frame at these rates. The frame has no bit rate of its own but that of
// the file, and holds header, side information and the 156 bytes of the tag (VbrTag.c of LAME 3.100 refuses others).
func checkRates(rate, channels, kbps int) error {
	const (
		tag       = 156
		maxKbps25 = 64 // LAME's limit for MPEG-2.5
	)
	mode := uint32(modeMono)
	if channels == 2 {
		mode = modeJoint
	}
	rateKnown, best := false, 0
	for _, version := range [...]uint32{3, 2, 0} {
		for index := range uint32(3 * 14) {
			word := 0x7FF<<21 | version<<19 | 1<<17 | 1<<16 | (index%14+1)<<12 | index/14<<10 | mode<<6
			h, _ := parseHeader([]byte{byte(word >> 24), byte(word >> 16), byte(word >> 8), byte(word)})
			if h.rate != rate {
				continue
			}
			rateKnown = true
			start, side := h.sideInfo()
			if h.size() < start+side+tag || h.v25 && h.kbps > maxKbps25 {
				continue
			}
			if h.kbps == kbps {
				return nil
			}
			if best == 0 {
				best = h.kbps
			}
		}
	}
	if !rateKnown {
		return fmt.Errorf("MP3 has no rate of %d Hz; it has 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100 and 48000", rate)
	}
	return fmt.Errorf("%d kb/s at %d Hz is not possible: it is no bit rate of MP3 at this rate, or too low for the info frame; the lowest is %d kb/s", kbps, rate, best)
}

// Write encodes samples, clipped to [-1, 1]; of two channels they are interleaved: left, right, left, right, each call with
// whole pairs. It fails on a sample that is not a number. After a failure the file is useless.
func (e *Encoder) Write(samples []float32) error {
	channels := 1
	if e.in[1] != nil {
		channels = 2
	}
	if e.err == nil && len(samples)%channels != 0 {
		e.err = fmt.Errorf("encode MP3: %d samples are not whole pairs", len(samples))
	}
	for len(samples) > 0 && e.err == nil {
		n := min(len(samples)/channels, blockSamples)
		for i, x := range samples[:n*channels] {
			if x != x {
				e.err = fmt.Errorf("encode MP3: sample %d is not a number", e.samples+int64(i))
				return e.err
			}
			e.in[i%channels][i/channels] = min(max(x, -1), 1)
		}
		e.write(e.lib.encode(e.lame, e.in[0][:n], e.in[channels-1][:n], int32(n), e.out, int32(len(e.out))))
		e.samples += int64(n * channels)
		samples = samples[n*channels:]
	}
	return e.err
}

// write writes the first n bytes of out, or takes n as LAME's code of failure.
func (e *Encoder) write(n int32) {
	if n < 0 {
		e.err = fmt.Errorf("encode MP3: LAME fails with code %d", n)
		return
	}
	if _, err := e.w.Write(e.out[:n]); err != nil {
		e.err = fmt.Errorf("write MP3: %w", err)
	}
}

// Close ends the file: it writes what LAME still holds, and then, but for a stream, the info frame in the place that was
// left for it. It leaves w's offset at the end of the file, frees LAME in any case, and returns the first failure of the Encoder. Later
// calls do nothing but return that again.
func (e *Encoder) Close() error {
	if e.lame == nil {
		return e.err
	}
	if e.err == nil {
		e.err = e.finish()
	}
	e.lib.close(e.lame)
	e.lame = nil
	return e.err
}

func (e *Encoder) finish() error {
	if e.samples == 0 {
		return errors.New("encode MP3: there are no samples")
	}
	e.write(e.lib.flush(e.lame, e.out, int32(len(e.out))))
	if e.err != nil || e.file == nil {
		return e.err
	}
	n := e.lib.infoTag(e.lame, e.out, uintptr(len(e.out)))
	if n == 0 || n > uintptr(len(e.out)) {
		return errors.New("encode MP3: LAME gives no info frame")
	}
	end, err := e.file.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = e.file.Seek(e.base, io.SeekStart)
	}
	if err == nil {
		_, err = e.w.Write(e.out[:n])
	}
	if err == nil {
		_, err = e.file.Seek(end, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("write MP3 info frame: %w", err)
	}
	return nil
}
