package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/join"
	"github.com/voicepress/voicepress/audio/loudness"
	"github.com/voicepress/voicepress/audio/resample"
)

// MusicFiles are the publisher's own recordings around the speech, by path; empty for none. Each is MP3, WAV or another
// format that is decoded, mono or stereo.
type MusicFiles struct {
	Intro string // heard after the spoken notice
	Outro string // heard at the end
	Chime string // heard right before the notice, and before each reminder of it; at most 0.4 s
}

const (
	longestMusic = 2 * time.Minute
	// The notice begins at latestNotice, after the chime and a short gap.
	latestNotice = 500 * time.Millisecond
	longestChime = 400 * time.Millisecond
	chimeGap     = 80 * time.Millisecond

	maxMusicBytes = 256 << 20 // 2 minutes of the largest WAV that is of use, 192 kHz, 32 bits, stereo, have 176 MiB
	mostMusicGain = 20.0      // dB: a recording that is softer than that has noise in it
)

// Music is opened MusicFiles. It is safe for concurrent use. Sound is read from the files when it is needed, so memory does
// not grow with them; a file that has changed meanwhile is an error.
type Music struct {
	intro, outro, chime *recording
	libs                decode.Libraries
}

// recording is one file.
type recording struct {
	option   string // "intro"
	path     string
	sha256   string // hex
	rate     int    // Hz
	channels int
	frames   int64   // samples of each channel
	loudness float64 // LUFS
	most     int64   // bytes that it may have
}

// MusicError says what is wrong with a recording.
type MusicError struct {
	Option string // "intro", "outro" or "chime"
	Path   string
	Err    error
}

func (e *MusicError) Error() string { return fmt.Sprintf("audio.%s: %s: %v", e.Option, e.Path, e.Err) }
func (e *MusicError) Unwrap() error { return e.Err }

// OpenMusic decodes every file once, to know that it can be used and how loud it is. It is nil where there is no file. It
// fails with *MusicError.
func OpenMusic(ctx context.Context, files MusicFiles, libs decode.Libraries) (*Music, error) {
	m := &Music{libs: libs}
	for _, f := range []struct {
		option, path string
		longest      time.Duration
		to           **recording
	}{
		{"intro", files.Intro, longestMusic, &m.intro},
		{"outro", files.Outro, longestMusic, &m.outro},
		{"chime", files.Chime, longestChime, &m.chime},
	} {
		if f.path == "" {
			continue
		}
		r := &recording{option: f.option, path: f.path, most: maxMusicBytes}
		if err := r.open(ctx, f.longest, libs); err != nil {
			return nil, &MusicError{f.option, f.path, err}
		}
		*f.to = r
	}
	if m.intro == nil && m.outro == nil && m.chime == nil {
		return nil, nil
	}
	return m, nil
}

// open measures the file.
func (r *recording) open(ctx context.Context, longest time.Duration, libs decode.Libraries) error {
	var err error
	if r.sha256, err = hashFile(r.path, r.most); err != nil {
		return err
	}
	decoder, done, err := r.decoder(ctx, libs)
	if err != nil {
		return err
	}
	defer done()
	r.rate, r.channels = decoder.Rate, decoder.Channels
	if r.channels > 2 {
		return fmt.Errorf("it has %d channels: only one or two are possible", r.channels)
	}
	meter, err := loudness.NewMeter(r.rate, r.channels)
	if err != nil {
		return err
	}
	most := int64(audio.Samples(longest, r.rate))
	err = decodeAll(ctx, decoder, func(block []float32) error {
		if r.frames += int64(len(block) / r.channels); r.frames > most {
			return &tooLongError{r.option, longest}
		}
		meter.Write(block)
		return nil
	})
	if err != nil {
		return err
	}
	if r.loudness = meter.Integrated(); math.IsInf(r.loudness, 0) {
		return errors.New("nothing is heard in it")
	}
	return nil
}

type tooLongError struct {
	option  string
	longest time.Duration
}

func (e *tooLongError) Error() string { return fmt.Sprintf("it is longer than %v", e.longest) }

// Hint says what to do.
func (e *tooLongError) Hint() string {
	if e.option == "chime" {
		return "the notice has to begin within half a second; use it as audio.intro, which is heard after the notice, or shorten it"
	}
	return "shorten it, for example with FFmpeg"
}

// hashFile is the SHA-256 of a file that is one, and has at most so many bytes.
func hashFile(path string, most int64) (string, error) {
	info, err := os.Stat(path) // before opening: a pipe would wait for who writes to it
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errors.New("it is not a file")
	}
	if info.Size() > most {
		return "", fmt.Errorf("it has %d MB; at most %d are read", info.Size()>>20, most>>20)
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, io.LimitReader(file, most)); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// decoder opens the file for its sound.
func (r *recording) decoder(ctx context.Context, libs decode.Libraries) (*decode.Decoder, func(), error) {
	file, err := os.Open(r.path)
	if err != nil {
		return nil, nil, err
	}
	src, err := whole(file)
	if err == nil {
		var decoder *decode.Decoder
		if decoder, err = decode.Open(ctx, src, libs); err == nil {
			return decoder, func() { decoder.Close(); _ = file.Close() }, nil
		}
	}
	_ = file.Close()
	return nil, nil, err
}

// channels is how many channels a track with this music has.
func (m *Music) channels() int {
	if m != nil {
		for _, r := range []*recording{m.intro, m.outro, m.chime} {
			if r != nil && r.channels == 2 {
				return 2
			}
		}
	}
	return 1
}

// fingerprint is of everything that decides the sound.
func (m *Music) fingerprint() []string {
	if m == nil {
		return nil
	}
	var list []string
	for _, r := range []*recording{m.intro, m.outro, m.chime} {
		if r != nil {
			list = append(list, r.option, r.sha256)
		}
	}
	return list
}

// describe says in a disclosure that not all of the sound is the voice's: it may be recordings of people.
func (m *Music) describe(d *disclosure.Disclosure) {
	if m == nil {
		return
	}
	d.SourceType = d.SourceType.WithRecordings()
	for _, r := range []*recording{m.intro, m.outro, m.chime} {
		if r != nil {
			d.Edits = append(d.Edits, r.option+" put in")
		}
	}
}

// play appends a recording, as loud as the speech of the track, after a pause.
func (t *Track) play(ctx context.Context, r *recording, libs decode.Libraries, before time.Duration) (at Interval, err error) {
	defer func() {
		if err != nil {
			err = &MusicError{r.option, r.path, err}
		}
	}()
	sum, err := hashFile(r.path, r.most)
	if err != nil {
		return at, err
	}
	if sum != r.sha256 {
		return at, errors.New("it has changed since it was opened")
	}
	decoder, done, err := r.decoder(ctx, libs)
	if err != nil {
		return at, err
	}
	defer done()
	if err := t.pause(before, 0); err != nil {
		return at, err
	}
	at.Start = t.at(t.Samples)
	out, err := newPlayer(t, r)
	if err != nil {
		return at, err
	}
	if err := decodeAll(ctx, decoder, out.write); err != nil {
		return at, err
	}
	if err := out.end(); err != nil {
		return at, err
	}
	t.heard = t.Samples
	at.End = t.at(t.Samples)
	return at, nil
}

// player brings the sound of a recording to the form of a track.
type player struct {
	track      *Track
	recording  *recording
	gain       float32
	frames     int64 // read so far
	resamplers []*resample.Resampler
	channel    []float32   // one channel of a block
	channels   [][]float32 // resampled
	mixed      []float32
}

func newPlayer(t *Track, r *recording) (*player, error) {
	p := &player{track: t, recording: r, channels: make([][]float32, r.channels)}
	for range r.channels {
		s, err := resample.New(r.rate, t.Rate)
		if err != nil {
			return nil, err
		}
		p.resamplers = append(p.resamplers, s)
	}
	// Speech in both channels, and so a mono recording, is 3 dB louder than in one.
	const both = 3.0103 // dB
	want := t.level.Loudness()
	if r.channels == 2 {
		want += both
	}
	if math.IsInf(want, 0) { // the first sentence is shorter than can be measured, or softer
		want = r.loudness
	}
	p.gain = float32(math.Pow(10, min(want-r.loudness, mostMusicGain)/20))
	return p, nil
}

func (p *player) write(interleaved []float32) error {
	for c, s := range p.resamplers {
		p.channel = p.channel[:0]
		for i := c; i < len(interleaved); i += len(p.resamplers) {
			p.channel = append(p.channel, interleaved[i]*p.gain)
		}
		p.fade(p.channel)
		p.channels[c] = s.Process(p.channels[c][:0], p.channel)
	}
	p.frames += int64(len(interleaved) / len(p.resamplers))
	return p.put()
}

// fade takes the clicks from a recording that begins or ends in the middle of its sound.
func (p *player) fade(channel []float32) {
	for i := range channel {
		at := p.frames + int64(i)
		channel[i] *= join.FadedAt(at, p.recording.frames, p.recording.rate)
	}
}

func (p *player) end() error {
	for c, s := range p.resamplers {
		p.channels[c] = s.Flush(p.channels[c][:0])
	}
	return p.put()
}

func (p *player) put() error {
	if len(p.channels) == 1 {
		return p.track.write(p.channels[0])
	}
	p.mixed = p.mixed[:0]
	for i, left := range p.channels[0] {
		p.mixed = append(p.mixed, left, p.channels[1][i])
	}
	return p.track.put(p.mixed)
}
