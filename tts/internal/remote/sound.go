package remote

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/audio/opus"
	"github.com/voicepress/voicepress/audio/wav"
	"github.com/voicepress/voicepress/tts"
)

const (
	// maxDuration is the longest sound of one request that is taken.
	maxDuration = 30 * time.Minute
	// audible is the peak below which nothing is heard: -60 dB of full scale.
	audible = 0.001
	// The rates that a voice may have, in Hz. Telephony has the lowest.
	minRate, maxRate = 8_000, 192_000
)

// Expect is what sound is expected.
type Expect struct {
	// Rate is the sample rate in Hz that sound must have, or 0 for any.
	Rate int
	// Raw is the sample rate in Hz of sound without a header, mono with 16 bits, little-endian; 0 means that it has one.
	Raw int
}

// Sound makes a clip of an answer. The content tells the format, for servers send what they like: WAV, also with the
// sizes that a program leaves that writes to a pipe; MP3 (with libmpg123, if it is there), FLAC, and Opus (with libopus).
// contentType may be empty. Sound that breaks off is a *tts.Temporary; an answer that is no sound or has the wrong rate
// is a *tts.BadAnswer, and silence a *tts.NoSound.
func Sound(body []byte, contentType string, expect Expect) (audio.Clip, error) {
	if len(body) == 0 {
		return audio.Clip{}, &tts.Temporary{Err: errors.New("the answer is empty")}
	}
	clip, err := sound(body, contentType, expect)
	if err != nil {
		return audio.Clip{}, err
	}
	if len(clip.Samples) == 0 {
		return audio.Clip{}, &tts.Temporary{Err: errors.New("the sound is empty")}
	}
	if clip.Rate < minRate || clip.Rate > maxRate {
		return audio.Clip{}, bad(fmt.Errorf("a sample rate of %d Hz is none of speech", clip.Rate))
	}
	if expect.Rate != 0 && clip.Rate != expect.Rate {
		return audio.Clip{}, bad(fmt.Errorf("the sound has %d Hz; %d were asked for", clip.Rate, expect.Rate))
	}
	peak := float32(0)
	for _, x := range clip.Samples {
		peak = max(peak, x, -x)
	}
	if peak < audible {
		return audio.Clip{}, &tts.NoSound{}
	}
	return clip, nil
}

func bad(err error) error {
	return &tts.BadAnswer{Err: err, Remedy: "check that base_url is the address of a speech service, and its format"}
}

// sound decodes an answer of any format.
func sound(body []byte, contentType string, expect Expect) (audio.Clip, error) {
	format, err := decode.Detect(bytes.NewReader(body))
	if err != nil {
		return audio.Clip{}, bad(err)
	}
	if format == decode.WAV {
		body = withoutPatch(body)
		r, err := wav.NewReader(bytes.NewReader(body))
		if err != nil {
			return audio.Clip{}, damaged(err, len(body))
		}
		return all(r, r.Rate, len(body))
	}
	if format == decode.Unknown && expect.Raw != 0 && !isOther(body) && !isText(body, contentType) {
		return raw(body, expect.Raw)
	}
	if format == decode.Unknown || format == decode.M4A {
		return audio.Clip{}, bad(fmt.Errorf("%s, which begins with %q", describe(contentType), Message(body[:min(len(body), 80)])))
	}
	libraries := decode.Libraries{}
	libraries.Mpg123, _ = mp3.OpenMpg123("") // without one, much of MP3 is decoded all the same
	libraries.Opus, _ = opus.Open("")
	d, err := decode.Open(context.Background(), io.NewSectionReader(bytes.NewReader(body), 0, int64(len(body))), libraries)
	if err != nil {
		return audio.Clip{}, damaged(err, len(body))
	}
	defer d.Close()
	return all(d, d.Rate, len(body))
}

// withoutPatch takes a click off the end of a WAV file. Servers that write it to a buffer which they empty meanwhile have the
// sizes of the header, which are known at the end alone, written where the buffer then begins. So the sound is followed by
// as many bytes as the header has, which are zeros but for the two sizes (remsky/Kokoro-FastAPI#497).
func withoutPatch(body []byte) []byte {
	chunks, err := wav.Chunks(bytes.NewReader(body))
	if err != nil || len(chunks) == 0 || chunks[len(chunks)-1].ID != "data" {
		return body
	}
	header := int(chunks[len(chunks)-1].Offset)
	sound := len(body) - 2*header
	if sound <= 0 || binary.LittleEndian.Uint32(body[header-4:]) != math.MaxUint32 {
		return body
	}
	patch := body[header+sound:]
	if int64(binary.LittleEndian.Uint32(patch[header-4:])) != int64(sound) || len(bytes.Trim(patch[8:header-4], "\x00")) > 0 {
		return body
	}
	return body[:header+sound]
}

// all reads the samples of a decoder.
func all(d audio.Decoder, rate, size int) (audio.Clip, error) {
	clip, err := audio.ReadAll(d, rate, audio.Samples(maxDuration, min(rate, maxRate)))
	if err != nil {
		return audio.Clip{}, damaged(err, size)
	}
	return clip, nil
}

// damaged is the error for sound that cannot be decoded. Where the damage is that it ends, it may come whole another time.
func damaged(err error, size int) error {
	var cut *wav.SyntaxError
	if errors.As(err, &cut) && cut.Offset >= int64(size) {
		return &tts.Temporary{Err: err}
	}
	return bad(err)
}

// raw reads sound without a header.
func raw(body []byte, rate int) (audio.Clip, error) {
	if len(body)%2 != 0 {
		return audio.Clip{}, &tts.Temporary{Err: errors.New("the sound ends inside a sample")}
	}
	if len(body)/2 > audio.Samples(maxDuration, rate) {
		return audio.Clip{}, bad(&audio.TooLongError{Limit: audio.Samples(maxDuration, rate)})
	}
	clip := audio.Clip{Samples: make([]float32, len(body)/2), Rate: rate}
	for i := range clip.Samples {
		clip.Samples[i] = float32(int16(binary.LittleEndian.Uint16(body[2*i:]))) / (1 << 15)
	}
	return clip, nil
}

// isOther says whether an answer begins as files do that are not read: Ogg without Opus, WebM (RFC 8794), and an ID3 tag
// with nothing behind it.
func isOther(body []byte) bool {
	for _, mark := range []string{"OggS", "\x1a\x45\xdf\xa3", "ID3", "RIFF", "RIFX"} {
		if bytes.HasPrefix(body, []byte(mark)) {
			return true
		}
	}
	return false
}

// isText says whether an answer is words for people or programs. Sound without a header has zeros, or is no UTF-8.
func isText(body []byte, contentType string) bool {
	kind, _, _ := mime.ParseMediaType(contentType)
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "json") || strings.HasSuffix(kind, "xml") ||
		utf8.Valid(body) && bytes.IndexByte(body, 0) < 0
}

// describe names a content type for an error.
func describe(contentType string) string {
	if contentType == "" {
		return "it is something"
	}
	return "it is " + Message([]byte(contentType))
}
