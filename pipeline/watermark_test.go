package pipeline_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	sound "github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/watermark"
	"github.com/voicepress/voicepress/pipeline/watermark/watermarktest"
	"github.com/voicepress/voicepress/tts/assets"
	"github.com/voicepress/voicepress/tts/fake"
)

// toyWatermark opens models that are made for tests.
func toyWatermark(tb testing.TB, payload uint16) *watermark.AudioSeal {
	tb.Helper()
	o := watermark.Options{Payload: payload, Data: os.Getenv("VOICEPRESS_DATA")}
	if o.Data == "" {
		var err error
		o.Data, err = assets.DefaultDir()
		require.NoError(tb, err)
	}
	o.Model, o.Detector = watermarktest.Write(tb, watermarktest.Shape{})
	file, err := os.ReadFile(o.Model)
	require.NoError(tb, err)
	sum := sha256.Sum256(file)
	o.SHA256 = hex.EncodeToString(sum[:])
	w, err := watermark.Open(o)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, w.Close()) })
	return w
}

func readSidecar(tb testing.TB, path string) *disclosure.Sidecar {
	tb.Helper()
	file, err := os.Open(path)
	require.NoError(tb, err)
	defer file.Close()
	sidecar, err := disclosure.ReadSidecar(file)
	require.NoError(tb, err)
	return sidecar
}

func TestTheWatermarkIsInEveryFormatAndInTheDisclosure(t *testing.T) {
	mark := toyWatermark(t, 0xBEEF)
	s := settings()
	s.Formats = []pipeline.Format{pipeline.MP3, pipeline.WAV}
	plain, plainDir := convert(t, open(t, fake.Options{}, s), story(12))
	require.Nil(t, readSidecar(t, filepath.Join(plainDir, "story.disclosure.json")).Watermark)
	s.Watermarker = mark
	marked, dir := convert(t, open(t, fake.Options{}, s), story(12))
	require.Empty(t, marked.Warnings, "the level is that of the marked sound")
	require.Equal(t, plain.Duration, marked.Duration)
	sidecar := readSidecar(t, filepath.Join(dir, "story.disclosure.json"))
	require.Equal(t, &disclosure.Watermark{Algorithm: "audioseal", Payload: "beef"}, sidecar.Watermark)
	require.NotEqual(t, readSidecar(t, filepath.Join(plainDir, "story.disclosure.json")).Key, sidecar.Key)

	mpg123, err := mp3.OpenMpg123("")
	require.NoError(t, err)
	for name, want := range map[string]watermark.Detection{
		filepath.Join(dir, "story.mp3"): {Marked: 1, Payload: 0xBEEF}, filepath.Join(dir, "story.wav"): {Marked: 1, Payload: 0xBEEF},
		filepath.Join(plainDir, "story.mp3"): {},
	} {
		file, err := os.Open(name)
		require.NoError(t, err)
		info, err := file.Stat()
		require.NoError(t, err)
		d, err := sound.Open(t.Context(), io.NewSectionReader(file, 0, info.Size()), sound.Libraries{Mpg123: mpg123})
		require.NoError(t, err)
		got, err := mark.Detect(t.Context(), d, d.Rate)
		require.NoError(t, err)
		require.Equal(t, want, got, name)
		d.Close()
		require.NoError(t, file.Close())
	}
}

// The mark of these models does not depend on the sound, so what it adds is as strong everywhere unless it is added twice.
func TestARemindersSoundIsMarkedOnce(t *testing.T) {
	s := settings()
	s.Formats, s.Timings, s.Reminder, s.Mastering.Target = []pipeline.Format{pipeline.WAV}, nil, 2*time.Second, pipeline.AsSpoken
	_, plainDir := convert(t, open(t, fake.Options{}, s), story(11))
	s.Watermarker = toyWatermark(t, 0xBEEF)
	_, dir := convert(t, open(t, fake.Options{}, s), story(11))
	plain, rate := samplesOf(t, filepath.Join(plainDir, "story.wav"))
	marked, _ := samplesOf(t, filepath.Join(dir, "story.wav"))
	require.Len(t, marked[0], len(plain[0]))
	mark := make([]float32, len(plain[0]))
	for i := range mark {
		mark[i] = marked[0][i] - plain[0][i]
	}
	audible := sidecarOf(t, dir).Audible
	require.NotEmpty(t, audible.Reminders)
	strength := func(from int64) float64 {
		at := func(ms int64) int { return audio.Samples(time.Duration(ms)*time.Millisecond, rate) }
		return audiotest.RMS(mark[at(from):at(from+audible.End-audible.Start)])
	}
	for _, at := range audible.Reminders {
		require.InEpsilon(t, strength(audible.Start), strength(at), 0.05, "the reminder at %d ms", at)
	}
}

func TestAWatermarkThatCannotBePutInLeavesNoFile(t *testing.T) {
	broken := errors.New("the model is broken")
	s := settings()
	s.Watermarker = brokenWatermark{toyWatermark(t, 1), broken}
	dir := t.TempDir()
	_, err := open(t, fake.Options{}, s).Convert(t.Context(), story(3), pipeline.Output{Dir: dir, Name: "story"}, pipeline.NoProgress{})
	require.ErrorIs(t, err, broken)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

type brokenWatermark struct {
	*watermark.AudioSeal
	err error
}

func (b brokenWatermark) Embed(ctx context.Context, rate, channels int) (*watermark.Stream, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	cancel(b.err)
	return b.AudioSeal.Embed(ctx, rate, channels)
}
