package wyoming

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/plain"
)

const (
	// dialTimeout is how long a connection may take.
	dialTimeout = 10 * time.Second
	// maxAnswer bounds what a server may send for one request, in bytes: about 25 minutes of 16 bits at 22,050 Hz.
	maxAnswer = 64 << 20
)

// ask sends a request over a connection of its own and returns the sound.
func (b *Backend) ask(ctx context.Context, r tts.Request) (audio.Clip, error) {
	dialer := net.Dialer{Timeout: dialTimeout}
	conn, err := dialer.DialContext(ctx, "tcp", b.address)
	if err != nil {
		if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
			<-ctx.Done() // the dialer has a clock of its own, which may be the first
		}
		return audio.Clip{}, away(err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	from := bufio.NewReader(&answer{ctx: ctx, from: conn, left: maxAnswer})
	if err := b.checkVoice(r.Voice, conn, from); err != nil {
		return audio.Clip{}, err
	}
	if err := write(conn, "synthesize", synthesize(r)); err != nil {
		return audio.Clip{}, away(err)
	}
	return listen(from, r.Voice)
}

// answer is what a server sends, with its sign of life, up to so many bytes.
type answer struct {
	ctx  context.Context // of the one request that it is made for
	from io.Reader
	left int64 // bytes
}

func (a *answer) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, &formatError{fmt.Sprintf("the answer is longer than %d bytes", maxAnswer)}
	}
	n, err := a.from.Read(p[:min(int64(len(p)), a.left)])
	a.left -= int64(n)
	if n > 0 {
		tts.Alive(a.ctx)
	}
	return n, err
}

// request is the data of the event "synthesize".
type request struct {
	Text   string       `json:"text"`
	Format string       `json:"text_format"`
	Voice  *voiceChoice `json:"voice,omitempty"`
}

type voiceChoice struct {
	Name     string `json:"name,omitempty"`
	Language string `json:"language,omitempty"`
	Speaker  string `json:"speaker,omitempty"`
}

func synthesize(r tts.Request) request {
	req := request{Text: plain.Unmarked(r.Text), Format: "text"}
	switch name, speaker, _ := strings.Cut(r.Voice, "#"); {
	case r.Voice != serverVoice:
		req.Voice = &voiceChoice{Name: name, Speaker: speaker}
	case r.Language != "":
		req.Voice = &voiceChoice{Language: r.Language}
	}
	return req
}

// knownVoice is a voice that the server says it has.
type knownVoice struct {
	Name     string `json:"name"`
	Speakers []struct {
		Name string `json:"name"`
	} `json:"speakers"`
}

// checkVoice asks the server for its voices, the first time, and says whether the one is among them.
func (b *Backend) checkVoice(id string, to io.Writer, from *bufio.Reader) error {
	known := b.voices.Load()
	if known == nil {
		voices, err := describe(to, from)
		if err != nil {
			return err
		}
		known = &voices
		b.voices.Store(known)
	}
	name, speaker, several := strings.Cut(id, "#")
	if id == serverVoice || len(*known) == 0 {
		return nil
	}
	var names []string
	for _, v := range *known {
		names = append(names, v.Name)
		if v.Name != name {
			continue
		}
		var speakers []string
		for _, s := range v.Speakers {
			speakers = append(speakers, name+"#"+s.Name)
		}
		if _, err := strconv.Atoi(speaker); !several || err == nil || len(speakers) == 0 || slices.Contains(speakers, id) {
			return nil
		}
		names = speakers
		break
	}
	return &tts.NoSuchVoice{Voice: id, Known: tts.Nearest(id, names, 8), Remedy: "choose one of the server's voices with --voice"}
}

// describe asks the server for its voices.
func describe(to io.Writer, from *bufio.Reader) ([]knownVoice, error) {
	if err := write(to, "describe", struct{}{}); err != nil {
		return nil, away(err)
	}
	for {
		e, err := read(from, maxAnswer)
		if err != nil {
			return nil, notWyoming(ended(err))
		}
		switch e.Type {
		case "info":
		case "error":
			return nil, refusal(e, "")
		default:
			continue
		}
		var info struct {
			TTS []struct {
				Voices []knownVoice `json:"voices"`
			} `json:"tts"`
		}
		if err := e.decode(&info); err != nil {
			return nil, notWyoming(err)
		}
		if len(info.TTS) == 0 {
			return nil, notWyoming(&formatError{"the server does other things than speak"})
		}
		var voices []knownVoice
		for _, program := range info.TTS {
			voices = append(voices, program.Voices...)
		}
		return voices, nil
	}
}

// format is how samples are sent.
type format struct {
	Rate     int `json:"rate"`     // Hz
	Width    int `json:"width"`    // bytes a sample
	Channels int `json:"channels"` // interleaved
}

// valid says whether it is a format of sound that can be: the rates are those that the program reads from files.
func (f format) valid() bool {
	return f.Rate >= 4000 && f.Rate <= 384000 && f.Width >= 1 && f.Width <= 4 && f.Channels >= 1 && f.Channels <= 32
}

// listen reads events up to the end of the sound.
func listen(from *bufio.Reader, voice string) (audio.Clip, error) {
	var f format
	var sound []byte
	for {
		e, err := read(from, maxAnswer)
		if err != nil {
			return audio.Clip{}, notWyoming(ended(err))
		}
		switch e.Type {
		case "audio-start", "audio-chunk":
			was := f
			if err := e.decode(&f); err != nil {
				return audio.Clip{}, notWyoming(err)
			}
			if !f.valid() || was != (format{}) && f != was {
				return audio.Clip{}, notWyoming(&formatError{fmt.Sprintf("the sound changes from %+v to %+v", was, f)})
			}
			sound = append(sound, e.Payload...)
		case "audio-stop":
			clip, err := f.clip(sound)
			if err != nil {
				return audio.Clip{}, notWyoming(err)
			}
			return clip, nil
		case "error":
			return audio.Clip{}, refusal(e, voice)
		}
	}
}

// ended explains the end of a connection in the middle of an answer.
func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the server ended the connection before its answer was whole: %w", io.ErrUnexpectedEOF)
	}
	return err
}

// refusal is the error that the server reports.
func refusal(e event, voice string) error {
	var report struct {
		Text string `json:"text"`
		Code string `json:"code"`
	}
	if err := e.decode(&report); err != nil {
		return notWyoming(err)
	}
	if report.Code == "VoiceNotFoundError" { // of wyoming-piper
		return &tts.NoSuchVoice{Voice: voice, Remedy: "choose one of the server's voices with --voice"}
	}
	return fmt.Errorf("the server reports %.200q (%.40s)", report.Text, strings.ToValidUTF8(report.Code, "?"))
}

// clip turns samples into sound: signed integers, the least significant byte first, the channels averaged. Samples of
// one byte are signed too, as the audioop functions that the reference implementation converts them with take them.
func (f format) clip(sound []byte) (audio.Clip, error) {
	frame := f.Width * f.Channels
	if len(sound) == 0 {
		return audio.Clip{}, &formatError{"there is no sound in it"}
	}
	if len(sound)%frame != 0 {
		return audio.Clip{}, &formatError{fmt.Sprintf("%d bytes of sound are no multiple of the %d that a sample takes", len(sound), frame)}
	}
	samples := make([]float32, len(sound)/f.Width)
	for i := range samples {
		var v int32 // in its upper bytes
		for k, b := range sound[i*f.Width : (i+1)*f.Width] {
			v |= int32(b) << (8 * (4 - f.Width + k))
		}
		samples[i] = float32(float64(v) / (1 << 31))
	}
	if f.Channels == 1 {
		return audio.Clip{Samples: samples, Rate: f.Rate}, nil
	}
	mono := make([]float32, len(samples)/f.Channels)
	audio.Average(mono, samples, f.Channels)
	return audio.Clip{Samples: mono, Rate: f.Rate}, nil
}
