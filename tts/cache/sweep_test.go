package cache

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
)

// bounded is a cache of at most so many bytes.
func bounded(t testing.TB, dir string, most int64) *Cache {
	t.Helper()
	c, err := Open(dir, most, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return c
}

// text is the nth of many requests, whose entries are of about the same size.
func text(n int) tts.Request { return tts.Request{Text: fmt.Sprintf("Number %04d.", n)} }

// entrySize is about how large an entry of moody's is.
func entrySize(t testing.TB) int64 {
	c := bounded(t, t.TempDir(), 1<<30)
	_, err := c.Wrap(moody(t)).Speak(t.Context(), text(0))
	require.NoError(t, err)
	return c.files()[0].bytes
}

func TestBoundIsKeptToAfterEveryWrite(t *testing.T) {
	size := entrySize(t)
	for _, entries := range []int64{1, 2, 10, 40} {
		most := entries*size + size/2
		c := bounded(t, t.TempDir(), most)
		b := c.Wrap(moody(t))
		for n := range 100 {
			_, err := b.Speak(t.Context(), text(n))
			require.NoError(t, err)
			require.LessOrEqual(t, total(c.files()), most)
		}
		require.Greater(t, total(c.files()), most*3/4-size, "and made use of")
		_, has := b.Has(text(99))
		require.True(t, has || entries == 1, "the last one is there")
	}
}

func TestWhatIsLargerThanTheBoundIsNotKept(t *testing.T) {
	c := bounded(t, t.TempDir(), 1000)
	b := c.Wrap(moody(t))
	for range 2 {
		s, err := b.Speak(t.Context(), text(1))
		require.NoError(t, err)
		require.False(t, s.Cached)
	}
	require.Empty(t, c.files())
}

func TestWhatWasNotUsedForTheLongestTimeGoesFirst(t *testing.T) {
	size := entrySize(t)
	dir := t.TempDir()
	b := bounded(t, dir, 1<<30).Wrap(moody(t))
	began := time.Now().Add(-time.Hour)
	for n := range 10 {
		_, err := b.Speak(t.Context(), text(n))
		require.NoError(t, err)
		when := began.Add(time.Duration(n) * time.Minute)
		require.NoError(t, os.Chtimes(b.cache.path(KeyOf(b.Info(), text(n))), when, when))
	}
	for _, n := range []int{0, 3} { // old, but used now
		s, err := b.Speak(t.Context(), text(n))
		require.NoError(t, err)
		require.True(t, s.Cached)
	}
	small := bounded(t, dir, 8*size).Wrap(moody(t))
	_, err := small.Speak(t.Context(), text(10))
	require.NoError(t, err)
	var left []int
	for n := range 11 {
		if _, has := small.Has(text(n)); has {
			left = append(left, n)
		}
	}
	require.Equal(t, []int{0, 3, 6, 7, 8, 9, 10}, left)
}

func TestWhatKilledProcessesLeftIsRemovedWhenItIsOld(t *testing.T) {
	c := bounded(t, t.TempDir(), 1<<30)
	require.NoError(t, os.MkdirAll(filepath.Join(c.dir, tempDir), 0o700))
	put := func(name string, age time.Duration) string {
		path := filepath.Join(c.dir, tempDir, name)
		require.NoError(t, os.WriteFile(path, []byte("half"), 0o600))
		when := time.Now().Add(-age)
		require.NoError(t, os.Chtimes(path, when, when))
		return path
	}
	old, young, other := put("1"+suffix, 2*abandoned), put("2"+suffix, 0), put("notes.txt", 2*abandoned)
	_, err := c.Wrap(moody(t)).Speak(t.Context(), text(1))
	require.NoError(t, err)
	require.NoFileExists(t, old)
	require.FileExists(t, young)
	require.FileExists(t, other)
}

// Nobody who names the wrong folder loses anything.
func TestOnlyEntriesAreEverRemoved(t *testing.T) {
	dir := t.TempDir()
	name := Key{}.String()
	var kept []string
	for _, path := range []string{"letter.txt", "00/letter.txt", "00/" + name, "00/" + name + ".speech.bak", "01/" + name + suffix, "xy/" + name + suffix, name + suffix, "00/short" + suffix} {
		path = filepath.Join(dir, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600))
		require.NoError(t, os.Chtimes(path, time.Unix(1, 0), time.Unix(1, 0)))
		kept = append(kept, path)
	}
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "02", "02"+name[2:]+suffix), 0o700))
	c := bounded(t, dir, 1<<30)
	_, err := c.Wrap(moody(t)).Speak(t.Context(), text(1))
	require.NoError(t, err)
	checked, broken, err := c.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, checked)
	require.Empty(t, broken)
	removed, err := c.Prune(t.Context(), time.Now().Add(time.Hour), 0)
	require.NoError(t, err)
	require.Equal(t, 1, removed.Entries)
	require.Zero(t, removed.Left)
	for _, path := range kept {
		require.FileExists(t, path)
	}
}

func TestStatsAddUp(t *testing.T) {
	c := bounded(t, t.TempDir(), 1<<30)
	none, err := c.Stats(t.Context())
	require.NoError(t, err)
	require.Equal(t, Stats{}, none)
	b := c.Wrap(moody(t))
	for n, voice := range []string{"tones-de", "", "tones-de"} {
		r := text(n)
		r.Voice = voice
		_, err := b.Speak(t.Context(), r)
		require.NoError(t, err)
	}
	got, err := c.Stats(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, got.Entries)
	require.Equal(t, total(c.files()), got.Bytes)
	one := audio.Duration(5000, 22050)
	require.Equal(t, 3*one, got.Duration)
	require.Equal(t, tts.Bill{Requests: 3, Characters: 36, USD: 0.75}, got.Bill)
	require.False(t, got.Oldest.After(got.Newest))
	require.Len(t, got.Voices, 2)
	require.Equal(t, VoiceStats{"fake", "tones-de", 2, got.Voices[0].Bytes, 2 * one, tts.Bill{Requests: 2, Characters: 24, USD: 0.5}}, got.Voices[0])
	require.Equal(t, "tones-en", got.Voices[1].Voice)
	require.Equal(t, got.Bytes, got.Voices[0].Bytes+got.Voices[1].Bytes)

	require.NoError(t, os.Truncate(c.files()[0].path, 100))
	got, err = c.Stats(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, got.Entries, "a file that cannot be read still takes room")
	require.Equal(t, 2*one, got.Duration)
}

func TestPruneByAgeAndSize(t *testing.T) {
	c := bounded(t, t.TempDir(), 1<<30)
	b := c.Wrap(moody(t))
	now := time.Now()
	for n := range 6 {
		_, err := b.Speak(t.Context(), text(n))
		require.NoError(t, err)
		when := now.Add(-time.Duration(n) * time.Hour)
		require.NoError(t, os.Chtimes(c.path(KeyOf(b.Info(), text(n))), when, when))
	}
	all := total(c.files())
	r, err := c.Prune(t.Context(), now.Add(-210*time.Minute), all)
	require.NoError(t, err)
	require.Equal(t, []int{2, 4}, []int{r.Entries, r.Left})
	require.Equal(t, all, r.Bytes+r.LeftBytes)
	r, err = c.Prune(t.Context(), time.Time{}, r.LeftBytes-1)
	require.NoError(t, err)
	require.Equal(t, []int{1, 3}, []int{r.Entries, r.Left})
	for n, want := range []bool{true, true, true, false, false, false} {
		_, has := b.Has(text(n))
		require.Equal(t, want, has, n)
	}
	require.Equal(t, r.LeftBytes, total(c.files()))
}

func TestVerifyRemovesWhatIsDamagedAndNothingElse(t *testing.T) {
	c := bounded(t, t.TempDir(), 1<<30)
	b := c.Wrap(moody(t))
	for n := range 5 {
		_, err := b.Speak(t.Context(), text(n))
		require.NoError(t, err)
	}
	path := func(n int) string { return c.path(KeyOf(b.Info(), text(n))) }
	require.NoError(t, os.Truncate(path(1), 1000))
	// Well sealed, but with other sound in it than its header says.
	good, err := os.ReadFile(path(2))
	require.NoError(t, err)
	_, sound, err := takeApart(good)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path(2), sealed(`{"Key":"`+KeyOf(b.Info(), text(2)).String()+`","Samples":4999,"Speech":{"Clip":{"Rate":22050}}}`, sound), 0o600))
	checked, broken, err := c.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, 5, checked)
	require.ElementsMatch(t, []string{path(1), path(2)}, []string{broken[0].Path, broken[1].Path})
	for n, want := range []bool{true, false, false, true, true} {
		_, has := b.Has(text(n))
		require.Equal(t, want, has)
	}
	checked, broken, err = c.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, checked)
	require.Empty(t, broken)
}
