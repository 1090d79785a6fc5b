package pipeline_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/loudness"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var discard = slog.New(slog.DiscardHandler)

// settings are those of the program.
func settings() pipeline.Settings {
	return pipeline.Settings{
		Tool: disclosure.Tool{Name: "voicepress", Version: "test"}, Pauses: script.DefaultPauses(), Formats: []pipeline.Format{pipeline.MP3},
		Timings:   []pipeline.Timing{pipeline.VTT},
		Mastering: pipeline.Presets()[0].Mastering,
	}
}

// open makes a worker over a fake backend.
func open(t testing.TB, o fake.Options, s pipeline.Settings) *pipeline.Worker {
	t.Helper()
	backend, err := fake.New(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, backend.Close()) })
	w, err := pipeline.New(t.Context(), backend, s, discard)
	require.NoError(t, err)
	return w
}

// story is an article of so many sentences and one more.
func story(sentences int) *article.Article {
	a := &article.Article{Name: "story.md", Title: "Harbour plan", Language: "en"}
	var paragraph strings.Builder
	for i := range sentences {
		fmt.Fprintf(&paragraph, "The council met %d times and agreed on a plan. ", i+2)
		if i%5 == 4 {
			a.Blocks = append(a.Blocks,
				article.Block{Kind: article.Paragraph, Text: strings.TrimSpace(paragraph.String())},
				article.Block{Kind: article.Heading, Level: 2, Text: fmt.Sprintf("Part %d", i/5+2)})
			paragraph.Reset()
		}
	}
	a.Blocks = append(a.Blocks, article.Block{Kind: article.Paragraph, Text: paragraph.String() + "That was all they had to say."})
	return a
}

func convert(t testing.TB, w *pipeline.Worker, a *article.Article) (*pipeline.Result, string) {
	t.Helper()
	dir := t.TempDir()
	r, err := w.Convert(t.Context(), a, pipeline.Output{Dir: dir, Name: "story"}, pipeline.NoProgress{})
	require.NoError(t, err)
	return r, dir
}

func TestSameArticleGivesSameBytesWhateverTheJobs(t *testing.T) {
	a := story(23)
	var first map[string][]byte
	for _, jobs := range []int{1, 7} {
		s := settings()
		s.Jobs, s.Formats = jobs, pipeline.Formats()
		s.Rate = 2 // still longer than what is heard before encoding begins
		// A request takes a while, so that many are under way and end in any order.
		_, dir := convert(t, open(t, fake.Options{Concurrency: 8, Latency: time.Millisecond}, s), a)
		files := contents(t, dir)
		names := slices.Collect(maps.Keys(files))
		require.Len(t, names, len(s.Formats)+4) // captions, words, account, sidecar
		if first == nil {
			first = files
		}
		for name := range files {
			require.True(t, bytes.Equal(first[name], files[name]), "%s, %d jobs", name, jobs)
		}
	}
}

func contents(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	files := map[string][]byte{}
	for _, e := range entries {
		files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
	}
	return files
}

// sidecarOf reads what the sidecar says.
func sidecarOf(t testing.TB, dir string) *disclosure.Sidecar {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, "story.disclosure.json"))
	require.NoError(t, err)
	defer file.Close()
	s, err := disclosure.ReadSidecar(file)
	require.NoError(t, err)
	return s
}

func TestNoticeComesFirstAndSoon(t *testing.T) {
	_, dir := convert(t, open(t, fake.Options{LeadingSilence: 200 * time.Millisecond}, settings()), story(3))
	s := sidecarOf(t, dir)
	require.True(t, s.Audible.Present)
	require.LessOrEqual(t, s.Audible.Start, int64(500))
	require.Greater(t, s.Audible.End, s.Audible.Start)
	require.Less(t, s.Audible.End, s.Chapters[1].Start, "the article begins after the notice")
}

func TestFinishedAudioIsAsLoudAsAskedAndAsLongAsSaid(t *testing.T) {
	lengths := []int{1, 40} // the longer one is longer than the head from which the level is predicted
	if testing.Short() {
		lengths = lengths[:1]
	}
	for _, sentences := range lengths {
		s := settings()
		s.Formats = pipeline.Formats()
		_, dir := convert(t, open(t, fake.Options{}, s), story(sentences))
		outputs := sidecarOf(t, dir).Outputs
		require.Len(t, outputs, len(s.Formats))
		for _, o := range outputs {
			samples := play(t, filepath.Join(dir, o.File), o.SampleRate)
			meter, err := loudness.NewMeter(o.SampleRate, 1)
			require.NoError(t, err)
			meter.Write(samples)
			require.InDelta(t, -19, meter.Integrated(), 0.5, "%s, %d sentences", o.File, sentences)
			require.LessOrEqual(t, meter.TruePeak(), -1.0, o.File)
			within := 1.0 // ms
			if o.MIME == "audio/mp4" {
				within = 1024 * 1000 / float64(o.SampleRate) // FFmpeg plays the last frame to its end, whatever the edit list says
			}
			require.InDelta(t, float64(o.Duration), float64(len(samples))*1000/float64(o.SampleRate), within, o.File)
			require.Equal(t, outputs[0].Duration, o.Duration, "all formats are one track")
		}
	}
}

// play is what FFmpeg hears in a mono file.
func play(t *testing.T, path string, rate int) []float32 {
	t.Helper()
	sound, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "-ac", "1", "-ar", strconv.Itoa(rate), "-").Output()
	require.NoError(t, err, path)
	return audiotest.Decode(sound)
}

func TestWordTimesLieInOrderInsideTheAudioAndNameTheArticlesBytes(t *testing.T) {
	a := story(12)
	r, dir := convert(t, open(t, fake.Options{LeadingSilence: 100 * time.Millisecond, TrailingSilence: 300 * time.Millisecond}, settings()), a)
	var file struct {
		Words []struct {
			Block, Start, End int
			Word              string
			From              int64 `json:"start_ms"`
			To                int64 `json:"end_ms"`
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "story.words.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &file))
	require.Len(t, file.Words, r.Words)
	last := int64(0)
	for _, w := range file.Words {
		require.GreaterOrEqual(t, w.From, last)
		require.GreaterOrEqual(t, w.To, w.From)
		require.LessOrEqual(t, w.To, r.DurationMS)
		last = w.From
		switch {
		case w.Block >= 0:
			require.Equal(t, a.Blocks[w.Block].Text[w.Start:w.End], w.Word)
		case w.Block == script.TitleBlock:
			require.Equal(t, a.Title[w.Start:w.End], w.Word)
		}
	}
}

func TestFailedBackendLeavesNoFile(t *testing.T) {
	for _, kind := range []string{"temporary", "permanent", "refused", "not_authorised", "rate_limited"} {
		w := open(t, fake.Options{Failures: []fake.Failure{{Nth: 9, Kind: kind}}}, settings())
		dir := t.TempDir()
		_, err := w.Convert(t.Context(), story(20), pipeline.Output{Dir: dir, Name: "story"}, pipeline.NoProgress{})
		require.ErrorContains(t, err, "sentence", kind)
		require.Empty(t, contents(t, dir), kind)
	}
}

func TestErrorKindsOfTheBackendReachTheCaller(t *testing.T) {
	w := open(t, fake.Options{Failures: []fake.Failure{{Nth: 3, Kind: "not_authorised"}}}, settings())
	_, err := w.Convert(t.Context(), story(5), pipeline.Output{Dir: t.TempDir(), Name: "story"}, pipeline.NoProgress{})
	var auth *tts.NotAuthorised
	require.ErrorAs(t, err, &auth)
}

func TestCancelledConversionStopsAndLeavesNoFile(t *testing.T) {
	cause := errors.New("the editor changed her mind")
	w := open(t, fake.Options{Failures: []fake.Failure{{Nth: 6, Kind: "hang"}}}, settings())
	ctx, cancel := context.WithCancelCause(t.Context())
	dir := t.TempDir()
	_, err := w.Convert(ctx, story(20), pipeline.Output{Dir: dir, Name: "story"}, &onUpdate{do: func() { cancel(cause) }})
	require.ErrorIs(t, err, cause)
	require.Empty(t, contents(t, dir))
}

// onUpdate calls do at the first update.
type onUpdate struct {
	pipeline.NoProgress
	do func()
}

func (o *onUpdate) Update(*article.Article, int, time.Duration) { o.do() }

func TestFilesAreNotReplacedUnasked(t *testing.T) {
	w := open(t, fake.Options{}, settings())
	a := story(2)
	_, dir := convert(t, w, a)
	before := contents(t, dir)
	out := pipeline.Output{Dir: dir, Name: "story"}
	_, err := w.Convert(t.Context(), story(3), out, pipeline.NoProgress{})
	var exists *pipeline.ExistsError
	require.ErrorAs(t, err, &exists)
	require.Equal(t, before, contents(t, dir))
	out.Overwrite = true
	_, err = w.Convert(t.Context(), story(3), out, pipeline.NoProgress{})
	require.NoError(t, err)
	require.NotEqual(t, before["story.mp3"], contents(t, dir)["story.mp3"])
}

func TestUpToDateSeesEveryChangeThatMatters(t *testing.T) {
	a := story(2)
	w := open(t, fake.Options{}, settings())
	_, dir := convert(t, w, a)
	out := pipeline.Output{Dir: dir, Name: "story"}
	r, ok := w.UpToDate(a, out)
	require.True(t, ok)
	require.True(t, r.Unchanged)
	require.NotZero(t, r.Duration)

	renamed := *a
	renamed.Name = "elsewhere.md"
	_, ok = w.UpToDate(&renamed, out)
	require.True(t, ok, "where an article was read from changes nothing")
	_, ok = w.UpToDate(story(3), out)
	require.False(t, ok, "other text")
	retitled := *a
	retitled.Site = "Another paper"
	_, ok = w.UpToDate(&retitled, out)
	require.False(t, ok, "another site in the tags")
	for name, change := range map[string]func(*pipeline.Settings){
		"rate":     func(s *pipeline.Settings) { s.Rate = 1.5 },
		"seed":     func(s *pipeline.Settings) { s.Seed = 7 },
		"notice":   func(s *pipeline.Settings) { s.NoNotice = true },
		"loudness": func(s *pipeline.Settings) { s.Mastering.Mono = -16 },
		"formats":  func(s *pipeline.Settings) { s.Formats = []pipeline.Format{pipeline.MP3, pipeline.WAV} },
		"program":  func(s *pipeline.Settings) { s.Tool.Version = "next" },
		"pauses":   func(s *pipeline.Settings) { s.Pauses.Sentence += time.Millisecond },
	} {
		s := settings()
		change(&s)
		_, ok := open(t, fake.Options{}, s).UpToDate(a, out)
		require.False(t, ok, name)
	}
	s := settings()
	s.Jobs = 1
	_, ok = open(t, fake.Options{}, s).UpToDate(a, out)
	require.True(t, ok, "jobs change no byte")
	_, ok = open(t, fake.Options{SampleRate: 16000}, settings()).UpToDate(a, out)
	require.False(t, ok, "another backend")

	for _, suffix := range []string{".mp3", ".vtt", ".words.json", ".account.json", ".disclosure.json"} {
		_, dir := convert(t, w, a)
		require.NoError(t, os.Remove(filepath.Join(dir, "story"+suffix)))
		_, ok := w.UpToDate(a, pipeline.Output{Dir: dir, Name: "story"})
		require.False(t, ok, suffix)
	}
}

func TestStreamCarriesTheDisclosureAndNothingElseIsWritten(t *testing.T) {
	var out bytes.Buffer
	w := open(t, fake.Options{}, settings())
	_, err := w.Convert(t.Context(), story(2), pipeline.Output{Stream: &out}, pipeline.NoProgress{})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "a.mp3")
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o644))
	report, err := disclosure.Verifier{}.Verify(t.Context(), path)
	require.NoError(t, err)
	require.True(t, report.Disclosed)
}

func TestNoticeCannotBeSwitchedOffWhereTheTermsForbidIt(t *testing.T) {
	backend, err := fake.New(fake.Options{})
	require.NoError(t, err)
	defer backend.Close()
	s := settings()
	s.NoNotice = true
	_, err = pipeline.New(t.Context(), strict{backend}, s, discard)
	var notice *pipeline.NoticeError
	require.ErrorAs(t, err, &notice)
}

// strict is a backend whose terms ask for the spoken notice.
type strict struct{ tts.Backend }

func (s strict) Info() tts.Info {
	info := s.Backend.Info()
	info.NoticeRequired = true
	return info
}

func TestManyArticlesShareOneWorker(t *testing.T) {
	w := open(t, fake.Options{Concurrency: 3, Latency: time.Millisecond}, settings())
	a := story(15)
	_, want := convert(t, w, a)
	t.Run("at once", func(t *testing.T) {
		for range 6 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				_, dir := convert(t, w, a)
				require.Equal(t, contents(t, want), contents(t, dir))
			})
		}
	})
}

// decode reads an MP3 file whole.
func decode(t testing.TB, path string) ([]float32, int) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	library, err := mp3.OpenMpg123("")
	require.NoError(t, err)
	d, err := mp3.NewDecoder(file, library)
	require.NoError(t, err)
	defer d.Close()
	clip, err := audio.ReadAll(d, d.Rate, 1<<30)
	require.NoError(t, err)
	return clip.Samples, clip.Rate
}
