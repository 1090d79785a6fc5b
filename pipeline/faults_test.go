package pipeline_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/tts/fake"
)

func TestSettingsThatCannotWorkAreRefusedBeforeAnythingIsSpoken(t *testing.T) {
	backend, err := fake.New(fake.Options{})
	require.NoError(t, err)
	defer backend.Close()
	for name, change := range map[string]func(*pipeline.Settings){
		"no format":     func(s *pipeline.Settings) { s.Formats = nil },
		"voice":         func(s *pipeline.Settings) { s.Voice = "nobody" },
		"rate":          func(s *pipeline.Settings) { s.Rate = math.NaN() },
		"endless rate":  func(s *pipeline.Settings) { s.Rate = math.Inf(1) },
		"sample rate":   func(s *pipeline.Settings) { s.Mastering.SampleRate = 0 },
		"MP3 rate":      func(s *pipeline.Settings) { s.Mastering.SampleRate = 44000 },
		"MP3 bit rate":  func(s *pipeline.Settings) { s.Mastering.MP3 = 7 },
		"loudness":      func(s *pipeline.Settings) { s.Mastering.Mono = math.NaN() },
		"true peak":     func(s *pipeline.Settings) { s.Mastering.TruePeak = 1 },
		"LAME's folder": func(s *pipeline.Settings) { s.LAME = t.TempDir() },
	} {
		s := settings()
		change(&s)
		_, err := pipeline.New(t.Context(), backend, s, discard)
		require.Error(t, err, name)
	}
}

func TestFormatNamedTwiceIsWrittenOnceAndOrderDoesNotMatter(t *testing.T) {
	a, s := story(1), settings()
	s.Formats = []pipeline.Format{pipeline.WAV, pipeline.MP3, pipeline.WAV, pipeline.MP3}
	s.Jobs = -1
	_, dir := convert(t, open(t, fake.Options{}, s), a)
	s.Formats = []pipeline.Format{pipeline.MP3, pipeline.WAV}
	_, want := convert(t, open(t, fake.Options{}, s), a)
	require.Equal(t, contents(t, want), contents(t, dir))
}

func TestFileThatComesMeanwhileIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "story.vtt")
	w := open(t, fake.Options{}, settings())
	_, err := w.Convert(t.Context(), story(2), pipeline.Output{Dir: dir, Name: "story"}, &onUpdate{do: func() {
		require.NoError(t, os.WriteFile(path, []byte("mine"), 0o644))
	}})
	var exists *pipeline.ExistsError
	require.ErrorAs(t, err, &exists)
	require.Equal(t, map[string][]byte{"story.vtt": []byte("mine")}, contents(t, dir))
}

func TestOutputThatCannotBeNamedIsRefusedBeforeAnythingIsSpoken(t *testing.T) {
	spoken := &onUpdate{do: func() { t.Error("spoken for nothing") }}
	w := open(t, fake.Options{}, settings())
	dir := t.TempDir()
	long := pipeline.Output{Dir: dir, Name: strings.Repeat("n", 245)} // NAME.mp3 fits, its sidecar does not
	_, err := w.Convert(t.Context(), story(1), long, spoken)
	require.ErrorContains(t, err, "too long")
	require.NoError(t, os.Mkdir(filepath.Join(dir, "story.mp3"), 0o755))
	_, err = w.Convert(t.Context(), story(1), pipeline.Output{Dir: dir, Name: "story", Overwrite: true}, spoken)
	require.ErrorContains(t, err, "is a folder")
}

func TestFailedStreamIsAnError(t *testing.T) {
	broken := errors.New("nobody listens")
	for _, f := range pipeline.Formats() {
		s := settings()
		s.Formats = []pipeline.Format{f}
		_, err := open(t, fake.Options{}, s).Convert(t.Context(), story(1), pipeline.Output{Stream: failing{broken}}, pipeline.NoProgress{})
		require.ErrorIs(t, err, broken, f)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestAudioThatMissesItsLevelIsToldToTheEditor(t *testing.T) {
	s := settings()
	s.Mastering.Mono, s.Mastering.TruePeak = -1, -12 // no signal is so loud below such a peak
	s.Formats = pipeline.Formats()
	r, _ := convert(t, open(t, fake.Options{}, s), story(1))
	require.Len(t, r.Warnings, len(s.Formats))
	for _, f := range s.Formats {
		require.Contains(t, strings.Join(r.Warnings, "\n"), "the "+string(f)+" measures")
	}
}

func TestUpToDateSeesWhatTheBackendsLimitsDecide(t *testing.T) {
	a := story(2)
	w := open(t, fake.Options{}, settings())
	_, dir := convert(t, w, a)
	out := pipeline.Output{Dir: dir, Name: "story"}
	_, ok := open(t, fake.Options{MaxRunes: 20}, settings()).UpToDate(a, out)
	require.False(t, ok, "sentences are cut elsewhere")
	_, ok = open(t, fake.Options{NoMarks: true}, settings()).UpToDate(a, out)
	require.False(t, ok, "words have no times")
	s := settings()
	s.Voice = "tones-en"
	_, ok = open(t, fake.Options{}, s).UpToDate(a, out)
	require.True(t, ok, "the same voice, asked for by name")
}

func TestUpToDateDoesNotFollowASidecarElsewhere(t *testing.T) {
	a, w := story(1), open(t, fake.Options{}, settings())
	_, dir := convert(t, w, a)
	path := filepath.Join(dir, "story.disclosure.json")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.Rename(filepath.Join(dir, "story.mp3"), filepath.Join(dir, "other.mp3")))
	require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(string(text), `"story.mp3"`, `"other.mp3"`)), 0o644))
	_, ok := w.UpToDate(a, pipeline.Output{Dir: dir, Name: "story"})
	require.False(t, ok)
}
