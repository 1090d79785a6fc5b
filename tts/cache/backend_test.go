package cache

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/ttstest"
)

func open(t testing.TB, dir string) *Cache {
	t.Helper()
	c, err := Open(dir, 1<<30, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return c
}

func tones(t testing.TB) tts.Backend {
	t.Helper()
	b, err := fake.New(fake.Options{})
	require.NoError(t, err)
	return b
}

func TestConformance(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]func(t *testing.T) *Cache{
		"nothing kept yet":    func(t *testing.T) *Cache { return open(t, t.TempDir()) },
		"kept":                func(t *testing.T) *Cache { return open(t, dir) },
		"kept the other time": func(t *testing.T) *Cache { return open(t, dir) },
		"off":                 func(*testing.T) *Cache { return Off() },
	} {
		t.Run(name, func(t *testing.T) {
			ttstest.Run(t, func(t *testing.T) tts.Backend { return c(t).Wrap(tones(t)) })
		})
	}
}

// scripted is a backend whose Speak is a function.
type scripted struct {
	tts.Backend
	asked atomic.Int64
	speak func(ctx context.Context, r tts.Request) (*tts.Speech, error)
}

func (s *scripted) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	s.asked.Add(1)
	return s.speak(ctx, r)
}

// moody never says the same thing twice in the same way, in samples that 24 bits do not hold.
func moody(t testing.TB) *scripted {
	s := &scripted{Backend: tones(t)}
	var n atomic.Uint64
	s.speak = func(_ context.Context, r tts.Request) (*tts.Speech, error) {
		return &tts.Speech{
			Clip: audio.Clip{Rate: 22050, Samples: audiotest.Noise(5000, 0.3, n.Add(1))},
			Bill: tts.Bill{Requests: 1, Characters: len(r.Text), USD: 0.25},
		}, nil
	}
	return s
}

func TestWhatIsKeptIsWhatWasSaid(t *testing.T) {
	dir := t.TempDir()
	b := moody(t)
	for round := range 2 { // and is never said again
		var said []*tts.Speech
		for _, text := range []string{"One.", "Two.", "Three."} {
			s, err := open(t, dir).Wrap(b).Speak(t.Context(), tts.Request{Text: text})
			require.NoError(t, err)
			require.Equal(t, round == 1, s.Cached)
			again, err := open(t, dir).Wrap(b).Speak(t.Context(), tts.Request{Text: text})
			require.NoError(t, err)
			require.Equal(t, s.Clip, again.Clip, "to the sample")
			require.True(t, again.Cached)
			require.Zero(t, again.Bill)
			require.Equal(t, tts.Bill{Requests: 1, Characters: len(text), USD: 0.25}, again.Saved)
			said = append(said, s)
		}
		require.NotEqual(t, said[0].Clip, said[1].Clip)
	}
	require.EqualValues(t, 3, b.asked.Load())
}

func TestSoundIsTheSameWithoutACache(t *testing.T) {
	with, without := open(t, t.TempDir()).Wrap(moody(t)), Off().Wrap(moody(t))
	for _, text := range []string{"One.", "Two."} {
		a, err := with.Speak(t.Context(), tts.Request{Text: text})
		require.NoError(t, err)
		b, err := without.Speak(t.Context(), tts.Request{Text: text})
		require.NoError(t, err)
		require.Equal(t, a, b)
	}
	a, err := without.Speak(t.Context(), tts.Request{Text: "Two."})
	require.NoError(t, err)
	require.False(t, a.Cached)
	_, has := without.Has(tts.Request{Text: "Two."})
	require.False(t, has)
	require.NoError(t, without.Close())
}

func TestHasKnowsWhatSpeakWouldFind(t *testing.T) {
	c := open(t, t.TempDir())
	b := c.Wrap(moody(t))
	r := tts.Request{Text: "One.", Article: "a"}
	_, has := b.Has(r)
	require.False(t, has)
	_, err := b.Speak(t.Context(), r)
	require.NoError(t, err)
	r.Article = "b"
	before := use(t, c)
	kept, has := b.Has(r)
	require.True(t, has)
	require.Equal(t, Kept{tts.Bill{Requests: 1, Characters: 4, USD: 0.25}, audio.Duration(5000, 22050)}, kept)
	require.Equal(t, before, use(t, c), "to look is not to use")
	r.Seed++
	_, has = b.Has(r)
	require.False(t, has)
}

// use says when the one entry was last used, after making that long ago.
func use(t *testing.T, c *Cache) time.Time {
	t.Helper()
	files := c.files()
	require.Len(t, files, 1)
	return files[0].used
}

func TestFailuresAreNotKept(t *testing.T) {
	b := moody(t)
	say := b.speak
	failure := &tts.Refused{Err: errors.New("not this")}
	b.speak = func(context.Context, tts.Request) (*tts.Speech, error) { return nil, failure }
	c := open(t, t.TempDir()).Wrap(b)
	_, err := c.Speak(t.Context(), tts.Request{Text: "One."})
	require.ErrorIs(t, err, failure)
	b.speak = func(context.Context, tts.Request) (*tts.Speech, error) {
		return &tts.Speech{Clip: audio.Clip{Rate: 22050, Samples: make([]float32, 9)}}, nil
	}
	silent, err := c.Speak(t.Context(), tts.Request{Text: "One."})
	require.NoError(t, err)
	require.Len(t, silent.Clip.Samples, 9, "whoever asked decides what to do about silence")
	b.speak = say
	s, err := c.Speak(t.Context(), tts.Request{Text: "One."})
	require.NoError(t, err)
	require.False(t, s.Cached)
}

// held is a backend whose calls wait to be let go.
func held(t testing.TB) (b *scripted, begun chan struct{}, goOn chan struct{}) {
	b, begun, goOn = moody(t), make(chan struct{}, 9), make(chan struct{})
	say := b.speak
	b.speak = func(ctx context.Context, r tts.Request) (*tts.Speech, error) {
		begun <- struct{}{}
		select {
		case <-goOn:
			return say(ctx, r)
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	return b, begun, goOn
}

func TestSameRequestAtOnceIsSpokenOnceAndPaidOnce(t *testing.T) {
	b, begun, goOn := held(t)
	c := open(t, t.TempDir()).Wrap(b)
	speeches := make([]*tts.Speech, 5)
	var all sync.WaitGroup
	for i := range speeches {
		all.Go(func() {
			s, err := c.Speak(t.Context(), tts.Request{Text: "One."})
			if err == nil {
				speeches[i] = s
			}
		})
	}
	<-begun
	waiting(t, c, len(speeches))
	close(goOn)
	all.Wait()
	require.EqualValues(t, 1, b.asked.Load())
	var bill, saved tts.Bill
	for _, s := range speeches {
		require.Equal(t, speeches[0].Clip, s.Clip)
		require.Equal(t, s.Bill == tts.Bill{}, s.Cached)
		bill, saved = bill.Add(s.Bill), saved.Add(s.Saved)
	}
	require.Equal(t, tts.Bill{Requests: 1, Characters: 4, USD: 0.25}, bill)
	require.Equal(t, tts.Bill{Requests: 4, Characters: 16, USD: 1}, saved)
	speeches[0].Clip.Samples[0] = 9
	require.NotEqualValues(t, 9, speeches[1].Clip.Samples[0], "everyone has samples of one's own")
}

// waiting waits until n callers wait for the one request.
func waiting(t *testing.T, b *Backend, n int) {
	t.Helper()
	require.Eventually(t, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, f := range b.flights {
			return f.left == n
		}
		return n == 0
	}, 10*time.Second, time.Millisecond)
}

var errGone = errors.New("gone")

func TestWhoeverAskedFirstMayLeave(t *testing.T) {
	b, begun, goOn := held(t)
	c := open(t, t.TempDir()).Wrap(b)
	ctx, leave := context.WithCancelCause(t.Context())
	first, second := make(chan error), make(chan *tts.Speech)
	go func() { _, err := c.Speak(ctx, tts.Request{Text: "One."}); first <- err }()
	<-begun
	go func() {
		s, _ := c.Speak(t.Context(), tts.Request{Text: "One."})
		second <- s
	}()
	waiting(t, c, 2)
	leave(errGone)
	require.ErrorIs(t, <-first, errGone)
	close(goOn)
	s := <-second
	require.NotNil(t, s)
	require.Equal(t, 1, s.Bill.Requests, "the bill goes to one who is there")
}

func TestLastToLeaveEndsTheRequestAndTheNextBeginsAnew(t *testing.T) {
	b, begun, goOn := held(t)
	c := open(t, t.TempDir()).Wrap(b)
	ctx, leave := context.WithCancelCause(t.Context())
	gone := make(chan error)
	for range 2 {
		go func() { _, err := c.Speak(ctx, tts.Request{Text: "One."}); gone <- err }()
	}
	<-begun
	waiting(t, c, 2)
	leave(errGone)
	require.ErrorIs(t, <-gone, errGone)
	require.ErrorIs(t, <-gone, errGone)
	waiting(t, c, 0)
	close(goOn)
	s, err := c.Speak(t.Context(), tts.Request{Text: "One."})
	require.NoError(t, err)
	require.False(t, s.Cached)
	require.EqualValues(t, 2, b.asked.Load())
}

func TestEveryoneWhoWaitsHearsOfProgress(t *testing.T) {
	b, begun, goOn := held(t)
	say := b.speak
	b.speak = func(ctx context.Context, r tts.Request) (*tts.Speech, error) {
		s, err := say(ctx, r)
		tts.Alive(ctx)
		return s, err
	}
	c := open(t, t.TempDir()).Wrap(b)
	var heard [2]atomic.Int64
	var all sync.WaitGroup
	for i := range heard {
		ctx := tts.WithAlive(t.Context(), func() { heard[i].Add(1) })
		all.Go(func() { _, _ = c.Speak(ctx, tts.Request{Text: "One."}) })
	}
	<-begun
	waiting(t, c, 2)
	close(goOn)
	all.Wait()
	require.EqualValues(t, 1, heard[0].Load())
	require.EqualValues(t, 1, heard[1].Load())
}

func TestDamageOnDiskIsSpokenAgainAndSaidOnce(t *testing.T) {
	var log bytes.Buffer
	c, err := Open(t.TempDir(), 1<<30, slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	b := moody(t)
	for name, spoil := range map[string]func(path string){
		"flipped": func(path string) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			data[len(data)/2] ^= 1
			require.NoError(t, os.WriteFile(path, data, 0o600))
		},
		"cut":       func(path string) { require.NoError(t, os.Truncate(path, 100)) },
		"empty":     func(path string) { require.NoError(t, os.Truncate(path, 0)) },
		"large":     func(path string) { require.NoError(t, os.Truncate(path, maxEntry+1)) },
		"another's": func(path string) { copyFile(t, another(t, c, b, path), path) },
		"a link": func(path string) {
			replaceBy(t, path, func() error { return os.Symlink(another(t, c, b, path), path) })
		},
		"an old one": func(path string) { copyFile(t, "key.go", path) },
	} {
		r := tts.Request{Text: "The text is " + name}
		_, err := c.Wrap(b).Speak(t.Context(), r)
		require.NoError(t, err)
		path := c.path(KeyOf(b.Info(), r))
		spoil(path)
		w := c.Wrap(b)
		_, has := w.Has(r)
		require.False(t, has, name)
		s, err := w.Speak(t.Context(), r)
		require.NoError(t, err)
		require.False(t, s.Cached, name)
		s, err = w.Speak(t.Context(), r)
		require.NoError(t, err)
		require.True(t, s.Cached, name)
	}
	require.Equal(t, 1, bytes.Count(log.Bytes(), []byte("\n")), log.String())
	require.Contains(t, log.String(), "damaged, and is spoken again")
}

// another is the entry of another request.
func another(t *testing.T, c *Cache, b tts.Backend, path string) string {
	t.Helper()
	r := tts.Request{Text: path}
	_, err := c.Wrap(b).Speak(t.Context(), r)
	require.NoError(t, err)
	return c.path(KeyOf(b.Info(), r))
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, data, 0o600))
}

func replaceBy(t *testing.T, path string, put func() error) {
	t.Helper()
	require.NoError(t, os.Remove(path))
	require.NoError(t, put())
}

func TestFolderThatCannotBeWrittenIsSaidOnceAndDoneWithout(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	var log bytes.Buffer
	c, err := Open(filepath.Join(file, "below"), 1<<30, slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	b := c.Wrap(moody(t))
	for _, text := range []string{"One.", "Two.", "Three."} {
		s, err := b.Speak(t.Context(), tts.Request{Text: text})
		require.NoError(t, err)
		require.False(t, s.Cached)
	}
	require.NoError(t, b.Close())
	require.Equal(t, 1, bytes.Count(log.Bytes(), []byte("speech is not kept from here on")), log.String())
	require.LessOrEqual(t, bytes.Count(log.Bytes(), []byte("\n")), 2, log.String())
}

func TestFolderMayVanishAndIsForThisUserAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	c := open(t, dir)
	_, err := os.Stat(dir)
	require.ErrorIs(t, err, os.ErrNotExist, "made only when there is something to keep")
	b := c.Wrap(moody(t))
	for range 3 {
		s, err := b.Speak(t.Context(), tts.Request{Text: "One."})
		require.NoError(t, err)
		require.False(t, s.Cached)
		for _, path := range []string{dir, filepath.Dir(c.files()[0].path), c.files()[0].path} {
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.Zero(t, info.Mode().Perm()&0o077, path)
		}
		require.NoError(t, os.RemoveAll(dir))
	}
}

func TestOpenRefusesWhatMakesNoSense(t *testing.T) {
	_, err := Open("", 1, nil)
	require.ErrorContains(t, err, "no folder")
	_, err = Open("x", 0, nil)
	require.ErrorContains(t, err, "0 is no number of bytes")
}
