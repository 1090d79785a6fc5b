package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fallback"
)

// Announcer says the spoken notice before audio that another program made, which has to be encoded again for that. It
// does not own the backend.
type Announcer struct {
	Backend  tts.Backend
	Settings Settings // how it is spoken and mastered; format, rate and bit rate are those of the audio
	Log      *slog.Logger
}

// announced is audio with the notice before it.
type announced struct {
	src    *io.SectionReader
	output disclosure.Output // what it measures
	at     disclosure.Audible
	text   string // of the notice; empty without one
	edits  []string
}

// announce puts the spoken notice before the audio at path and gives the result to use, after which it is gone.
func (a *Announcer) announce(ctx context.Context, path, language string, found disclosure.Found, size int64, heard disclosure.Output, sum, dir string, use func(announced) error) error {
	format, err := ParseFormat(found.Format)
	if err != nil {
		return fmt.Errorf("encode it again with the notice: %w", err)
	}
	switch {
	case heard.Channels > 2:
		return fmt.Errorf("it has %d channels; the notice can be put before one or two", heard.Channels)
	case heard.Loudness == nil:
		return errors.New("nothing is heard in it")
	}
	s := a.Settings
	s.Formats, s.Timings, s.Reminder, s.NoNotice, s.Watermarker = []Format{format}, nil, 0, false, nil
	s.Mastering = like(s.Mastering, format, size, heard)
	w, err := New(ctx, a.Backend, s, a.Log)
	if err != nil {
		return err
	}
	w.settings.Music = &Music{libs: w.libs, outro: &recording{
		option: "sound", path: path, sha256: sum, rate: heard.SampleRate, channels: heard.Channels, loudness: *heard.Loudness,
		frames: heard.Duration * int64(heard.SampleRate) / 1000, most: size,
	}}
	text := &article.Article{Name: path, Language: language, Blocks: []article.Block{{Kind: article.Paragraph, Text: "Audio."}}}
	sc, _, err := Split(text, a.Backend.Info(), w.settings)
	if err != nil {
		return err
	}
	sc.Utterances = slices.DeleteFunc(sc.Utterances, func(u script.Utterance) bool { return u.Role != script.Notice })
	track, err := w.newTrack(ctx, dir)
	if err != nil {
		return err
	}
	defer track.close()
	track.ahead = w.encodeAhead(ctx, track, dir)
	defer context.AfterFunc(ctx, func() { track.spool.end(context.Cause(ctx)) })()
	if err := w.stitch(ctx, text, sc, w.speak(ctx, text, sc), track, func(int) {}); err != nil {
		var instead *fallback.Instead
		if errors.As(err, &instead) {
			second := *a
			second.Backend, second.Settings.Voice = instead.Backend, instead.Voice
			return second.announce(ctx, path, language, found, size, heard, sum, dir, use)
		}
		var music *MusicError
		if errors.As(err, &music) {
			return music.Err // no option names this sound
		}
		return err
	}
	made, err := w.mastered(ctx, track, format, dir)
	if err != nil {
		return err
	}
	src, err := whole(made.file)
	if err != nil {
		return err
	}
	spoken := track.Timeline.Utterances
	var words []string
	for _, u := range sc.Utterances {
		words = append(words, u.Written)
	}
	return use(announced{
		src: src,
		output: disclosure.Output{
			Duration: track.Duration().Milliseconds(), SampleRate: w.codecs[format].rate(track.Rate), Channels: track.Channels,
			Loudness: disclosure.Level(made.got.loudness), TruePeak: disclosure.Level(made.got.truePeak),
		},
		at:    disclosure.Audible{Present: true, Start: spoken[0].Start, End: spoken[len(spoken)-1].End},
		text:  strings.Join(words, " "),
		edits: []string{"spoken notice put before it", "encoded again: " + w.codecs[format].name(track.Channels)},
	})
}

// like is the mastering that comes closest to what a file of a format was encoded with.
func like(m Mastering, f Format, size int64, heard disclosure.Output) Mastering {
	if f != MP3 || slices.Contains([]int{8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000}, heard.SampleRate) {
		m.SampleRate = heard.SampleRate
	}
	perChannel := int(8 * size / max(1, heard.Duration) / int64(heard.Channels)) // kb/s
	// Bit rates of MP3 that are one with two channels as well; below 64 there is no room for the length (see audio/mp3).
	rates := []int{64, 80, 96, 112, 128, 160}
	if m.SampleRate < 32000 {
		rates = rates[:2]
	}
	m.MP3 = rates[len(rates)-1]
	for _, kbps := range slices.Backward(rates) {
		if kbps >= perChannel {
			m.MP3 = kbps
		}
	}
	m.Opus, m.AAC = min(max(perChannel, 24), 128), min(max(perChannel, 32), 160)
	return m
}
