package batch_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/batch"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/tts/fake"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// library is a set of articles by input, and what a batch over them reported.
type library struct {
	mu     sync.Mutex
	titles map[string]string // by input; an input that is not here cannot be read
	lines  []string          // one for each call of Done
	atOnce int
	most   int
	onRead func(input string)
	onWord func()
}

func (l *library) read(_ context.Context, input string) (*article.Article, error) {
	if l.onRead != nil {
		l.onRead(input)
	}
	title, ok := l.titles[input]
	if !ok {
		return nil, errors.New("it is not there")
	}
	return &article.Article{
		Name: input, Title: title, Language: "en",
		Blocks: []article.Block{{Kind: article.Paragraph, Text: "This is the text of " + input + " and no other."}},
	}, nil
}

func (l *library) Start(*article.Article, int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.atOnce++
	l.most = max(l.most, l.atOnce)
}

func (l *library) Update(*article.Article, int, time.Duration) {
	if l.onWord != nil {
		l.onWord()
	}
}

func (l *library) Done(a *article.Article, r *pipeline.Result, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil:
		l.lines = append(l.lines, fmt.Sprintf("%s failed: %v", a.Name, err))
	case r.Unchanged:
		l.lines = append(l.lines, a.Name+" unchanged")
	default:
		l.atOnce--
		l.lines = append(l.lines, a.Name+" done: "+filepath.Base(r.Audio()))
	}
}

// batch is a batch over the library into dir, with a backend that fails as told.
func (l *library) batch(t testing.TB, dir string, failures ...fake.Failure) *batch.Batch {
	t.Helper()
	backend, err := fake.New(fake.Options{Failures: failures})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, backend.Close()) })
	w, err := pipeline.New(t.Context(), backend, pipeline.Settings{
		Tool: disclosure.Tool{Name: "voicepress", Version: "test"}, Pauses: script.DefaultPauses(), NoNotice: true,
		Mastering: pipeline.Mastering{SampleRate: 22050, Target: pipeline.ByLUFS, Mono: -19, Stereo: -16, TruePeak: -1}, Formats: []pipeline.Format{pipeline.WAV},
		Timings: []pipeline.Timing{pipeline.VTT},
	}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return &batch.Batch{Worker: w, Read: l.read, Dir: dir, Progress: l}
}

// run runs a batch over the inputs and returns what was reported, in order of the inputs.
func (l *library) run(t testing.TB, dir string, inputs ...string) []string {
	t.Helper()
	l.lines = nil
	_, err := l.batch(t, dir).Run(t.Context(), inputs)
	require.NoError(t, err)
	return l.lines
}

// audio lists the finished audio in dir.
func audio(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		require.NotContains(t, e.Name(), ".tmp")
		if filepath.Ext(e.Name()) == ".wav" {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestSecondRunDoesOnlyWhatChanged(t *testing.T) {
	l := &library{titles: map[string]string{"a": "One", "b": "Two", "c": "Three"}}
	dir := filepath.Join(t.TempDir(), "made", "on the way")
	b := l.batch(t, dir)
	b.Articles = 2
	sum, err := b.Run(t.Context(), []string{"a", "b", "c"})
	require.NoError(t, err)
	require.Equal(t, batch.Summary{Done: 3, Audio: sum.Audio}, sum)
	require.Greater(t, sum.Audio, 3*time.Second)
	require.LessOrEqual(t, l.most, 2)

	require.Equal(t, []string{"a unchanged", "b unchanged", "c unchanged"}, l.run(t, dir, "a", "b", "c"))
	l.titles["b"] = "Two and a half"
	require.Equal(t, []string{"a unchanged", "b done: two-and-a-half.wav", "c unchanged"}, l.run(t, dir, "a", "b", "c"))

	b = l.batch(t, dir)
	b.Overwrite = true
	sum, err = b.Run(t.Context(), []string{"a", "b", "c"})
	require.NoError(t, err)
	require.Equal(t, 3, sum.Done)
}

func TestFailedArticleDoesNotStopTheOthers(t *testing.T) {
	l := &library{titles: map[string]string{"a": "One", "bad voice": "Two", "c": "Three"}}
	dir := t.TempDir()
	sum, err := l.batch(t, dir, fake.Failure{Text: "bad voice", Kind: "permanent"}).Run(t.Context(), []string{"a", "nowhere", "bad voice", "c"})
	require.NoError(t, err)
	require.Equal(t, batch.Summary{Done: 2, Failed: 2, Audio: sum.Audio}, sum)
	require.Equal(t, []string{"one.wav", "three.wav"}, audio(t, dir))
	slices.Sort(l.lines)
	require.Len(t, l.lines, 4)
	require.Contains(t, l.lines[1], "bad voice failed: speak sentence")
	require.Equal(t, "nowhere failed: it is not there", l.lines[3])
}

func TestArticlesOfOneTitleKeepApart(t *testing.T) {
	l := &library{titles: map[string]string{"mon": "Briefing", "tue": "Briefing", "wed": "Briefing", "./mon": "Briefing"}}
	dir := t.TempDir()
	first := l.run(t, dir, "mon", "tue")
	require.Equal(t, "mon done: briefing.wav", first[0])
	require.Regexp(t, `^tue done: briefing-[0-9a-f]{8}\.wav$`, first[1])
	require.Len(t, audio(t, dir), 2)

	require.Equal(t, []string{"tue unchanged", "mon unchanged"}, l.run(t, dir, "tue", "mon"), "the order does not matter")
	require.Equal(t, []string{"tue unchanged"}, l.run(t, dir, "tue"), "nor do articles that are gone")
	monday, err := os.ReadFile(filepath.Join(dir, "briefing.wav"))
	require.NoError(t, err)
	require.Regexp(t, `^wed done: briefing-[0-9a-f]{8}\.wav$`, l.run(t, dir, "wed")[0], "a later run takes no name that is given")
	still, err := os.ReadFile(filepath.Join(dir, "briefing.wav"))
	require.NoError(t, err)
	require.Equal(t, monday, still)
	require.Len(t, audio(t, dir), 3)
}

func TestOneInputIsOneHoweverItIsWritten(t *testing.T) {
	l := &library{titles: map[string]string{"mon": "Briefing", "./mon": "Briefing", "tue": "Briefing"}}
	dir := t.TempDir()
	l.run(t, dir, "mon")
	require.Equal(t, "./mon done: briefing.wav", l.run(t, dir, "./mon")[0])
}

func TestListOfNamesMayBeDamagedOrGone(t *testing.T) {
	l := &library{titles: map[string]string{"mon": "Briefing", "tue": "Briefing"}}
	dir := t.TempDir()
	path := filepath.Join(dir, ".voicepress.names")
	require.NoError(t, os.WriteFile(path, []byte("\n\x00\xff\nabc briefing\n"), 0o644))
	require.Equal(t, []string{"mon done: briefing.wav"}, l.run(t, dir, "mon"))
	require.NoError(t, os.Remove(path))
	require.Equal(t, []string{"mon unchanged"}, l.run(t, dir, "mon"))
	list, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NotContains(t, string(list), "mon", "the folder may be published; where articles lie is nobody's business")

	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("x", 1<<20)), 0o644))
	_, err = l.batch(t, dir).Run(t.Context(), []string{"mon"})
	require.ErrorContains(t, err, ".voicepress.names")
}

func TestLockedFolderIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	lock := flock.New(filepath.Join(dir, ".voicepress.lock"))
	locked, err := lock.TryLock()
	require.NoError(t, err)
	require.True(t, locked)
	l := &library{onRead: func(string) { t.Error("it read an article") }}
	_, err = l.batch(t, dir).Run(t.Context(), []string{"a"})
	var other *batch.LockedError
	require.ErrorAs(t, err, &other)
	require.Equal(t, dir, other.Dir)

	require.NoError(t, lock.Unlock())
	l = &library{titles: map[string]string{"a": "One"}}
	require.Len(t, l.run(t, dir, "a"), 1)
	require.Len(t, l.run(t, dir, "a"), 1, "a run gives its lock back")
}

func TestFolderThatCannotBeMadeIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	_, err := (&library{}).batch(t, file).Run(t.Context(), nil)
	require.ErrorContains(t, err, "make the output folder")
}

func TestRemainsOfKilledProgramsAreSweptAway(t *testing.T) {
	parent := t.TempDir()
	// As a pattern, the first name would stand for the second.
	dir, neighbour := filepath.Join(parent, "audio[1]"), filepath.Join(parent, "audio1")
	put := func(folder, name string, age time.Duration) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(folder, 0o755))
		require.NoError(t, os.WriteFile(path, nil, 0o644))
		require.NoError(t, os.Chtimes(path, time.Time{}, time.Now().Add(-age)))
		return path
	}
	old := put(dir, ".voicepress-1.tmp", 2*time.Hour)
	kept := []string{
		put(dir, ".voicepress-2.tmp", time.Minute), // somebody may be at it
		put(dir, "story.tmp", 48*time.Hour),
		put(neighbour, ".voicepress-3.tmp", 48*time.Hour),
	}
	folder := filepath.Join(dir, ".voicepress-4.tmp")
	require.NoError(t, os.Mkdir(folder, 0o755))
	require.NoError(t, os.Chtimes(folder, time.Time{}, time.Now().Add(-48*time.Hour)))
	(&library{}).run(t, dir)
	require.NoFileExists(t, old)
	require.DirExists(t, folder)
	for _, path := range kept {
		require.FileExists(t, path)
	}
}

func TestCancelledBatchStopsAndTheNextRunDoesTheRest(t *testing.T) {
	cause := errors.New("the editor goes home")
	titles := map[string]string{"a": "One", "b": "Two", "c": "Three"}
	for name, prepare := range map[string]func(l *library, stop func()){
		"while reading":  func(l *library, stop func()) { l.onRead = func(input string) { stopAt(input, "b", stop) } },
		"while speaking": func(l *library, stop func()) { l.onWord = stop },
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		l, dir := &library{titles: titles}, t.TempDir()
		prepare(l, func() { cancel(cause) })
		sum, err := l.batch(t, dir).Run(ctx, []string{"a", "b", "c"})
		require.ErrorIs(t, err, cause, name)
		require.Zero(t, sum.Failed, name)
		require.Len(t, audio(t, dir), sum.Done, name)
		require.Less(t, sum.Done, 3, name)

		l = &library{titles: titles}
		sum, err = l.batch(t, dir).Run(t.Context(), []string{"a", "b", "c"})
		require.NoError(t, err)
		require.Equal(t, 3, sum.Done+sum.Unchanged, name)
		require.Equal(t, []string{"one.wav", "three.wav", "two.wav"}, audio(t, dir), name)
	}
}

func stopAt(input, at string, stop func()) {
	if input == at {
		stop()
	}
}
