package pipeline_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

// held is a backend that holds back every request but the first until something was heard.
type held struct {
	tts.Backend
	requests atomic.Int64
	heard    <-chan struct{}
}

func (h *held) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	if h.requests.Add(1) > 1 {
		select {
		case <-h.heard:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	return h.Backend.Speak(ctx, r)
}

// listener takes a stream. Each call waits for ready, where there is one.
type listener struct {
	bytes.Buffer
	once  sync.Once
	heard chan struct{} // closed with the first bytes
	ready <-chan struct{}
	first []byte
}

func newListener() *listener { return &listener{heard: make(chan struct{})} }

func (l *listener) Write(b []byte) (int, error) {
	if l.ready != nil {
		<-l.ready
	}
	l.once.Do(func() {
		l.first = bytes.Clone(b)
		close(l.heard)
	})
	return l.Buffer.Write(b)
}

// TestStreamIsHeardOnceItsFirstUtteranceIsSpoken hangs where it is not.
func TestStreamIsHeardOnceItsFirstUtteranceIsSpoken(t *testing.T) {
	for name, change := range map[string]func(*pipeline.Settings) (loudness float64){
		"notice":    func(*pipeline.Settings) float64 { return -19 },
		"no notice": func(s *pipeline.Settings) float64 { s.NoNotice = true; return -19 },
		"chime in stereo": func(s *pipeline.Settings) float64 {
			s.Music = openMusic(t, pipeline.MusicFiles{Chime: wavFile(t, "c.wav", 44100, 2, jingle(44100, 300*time.Millisecond, -12))})
			return -16
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newListener()
			inner, err := fake.New(fake.Options{})
			require.NoError(t, err)
			defer inner.Close()
			s := settings()
			s.Jobs = 1 // so that requests come in order
			loudness := change(&s)
			w, err := pipeline.New(t.Context(), &held{Backend: inner, heard: l.heard}, s, discard)
			require.NoError(t, err)
			require.Empty(t, w.WholeFirst())
			ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errors.New("nothing was heard"))
			defer cancel()
			r, err := w.Convert(ctx, story(9), pipeline.Output{Stream: l}, pipeline.NoProgress{})
			require.NoError(t, err)
			require.Empty(t, r.Warnings)
			require.InDelta(t, loudness, r.Loudness, 1)

			for _, file := range [][]byte{l.first, l.Bytes()} { // what has left at once is a file that is disclosed
				path := filepath.Join(t.TempDir(), "a.mp3")
				require.NoError(t, os.WriteFile(path, file, 0o644))
				report, err := disclosure.Verifier{}.Verify(t.Context(), path)
				require.NoError(t, err)
				require.True(t, report.Disclosed)
				require.Equal(t, s.NoNotice, report.Layers[3].State == disclosure.Missing, "%+v", report.Layers)
			}
			path := filepath.Join(t.TempDir(), "a.mp3")
			require.NoError(t, os.WriteFile(path, l.Bytes(), 0o644))
			require.InDelta(t, r.Duration.Seconds(), float64(len(play(t, path, 44100)))/44100, 0.08, "all of it")
		})
	}
}

func TestStreamIsTheSameToTheByteWhateverTheJobsAndTheListener(t *testing.T) {
	a := story(12)
	var first []byte
	for _, jobs := range []int{1, 7} {
		s := settings()
		s.Jobs = jobs
		l := newListener()
		ready := make(chan struct{})
		l.ready = ready
		go func() {
			if jobs > 1 {
				time.Sleep(50 * time.Millisecond)
			}
			close(ready)
		}()
		w := open(t, fake.Options{Concurrency: 8, Latency: time.Millisecond}, s)
		_, err := w.Convert(t.Context(), a, pipeline.Output{Stream: l}, pipeline.NoProgress{})
		require.NoError(t, err)
		if first == nil {
			first = l.Bytes()
		}
		require.True(t, bytes.Equal(first, l.Bytes()), "%d jobs", jobs)
	}
}

// TestSlowListenerHoldsNeitherTheVoiceNorMemory lets everything be spoken before the first byte is taken.
func TestSlowListenerHoldsNeitherTheVoiceNorMemory(t *testing.T) {
	l := newListener()
	ready := make(chan struct{})
	l.ready = ready
	a := story(100) // some five minutes, 50 MB of samples
	var after runtime.MemStats
	var spoken atomic.Bool
	p := &onSpoken{do: func(n, all int) {
		if n == all {
			runtime.GC()
			runtime.ReadMemStats(&after)
			spoken.Store(true)
			close(ready)
		}
	}}
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r, err := open(t, fake.Options{}, settings()).Convert(t.Context(), a, pipeline.Output{Stream: l}, p)
	require.NoError(t, err)
	require.True(t, spoken.Load())
	require.Greater(t, r.Duration, 4*time.Minute)
	require.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(16<<20))
}

// onSpoken calls do with the utterances that are spoken, and all of them.
type onSpoken struct {
	pipeline.NoProgress
	all int
	do  func(n, all int)
}

func (o *onSpoken) Start(_ *article.Article, utterances int)               { o.all = utterances }
func (o *onSpoken) Update(_ *article.Article, spoken int, _ time.Duration) { o.do(spoken, o.all) }

func TestStreamThatFailsInTheMiddleEndsWithAnErrorAndNothingMore(t *testing.T) {
	a := story(40)
	whole := newListener()
	_, err := open(t, fake.Options{}, settings()).Convert(t.Context(), a, pipeline.Output{Stream: whole}, pipeline.NoProgress{})
	require.NoError(t, err)

	l := newListener()
	s := settings()
	s.Jobs = 1
	_, err = open(t, fake.Options{Failures: []fake.Failure{{Nth: 30, Kind: "refused"}}}, s).
		Convert(t.Context(), a, pipeline.Output{Stream: l}, pipeline.NoProgress{})
	var refused *tts.Refused
	require.ErrorAs(t, err, &refused)
	require.Positive(t, l.Len())
	require.Less(t, l.Len(), whole.Len())
	require.True(t, bytes.HasPrefix(whole.Bytes(), l.Bytes()), "it is the beginning of the whole, without an end of its own")

	l = newListener()
	_, err = open(t, fake.Options{Failures: []fake.Failure{{Nth: 1, Kind: "refused"}}}, s).
		Convert(t.Context(), a, pipeline.Output{Stream: l}, pipeline.NoProgress{})
	require.ErrorAs(t, err, &refused)
	require.Zero(t, l.Len(), "not even tags")
}

func TestNothingMoreIsSpokenWhenTheListenerIsGone(t *testing.T) {
	broken := errors.New("nobody listens")
	inner, err := fake.New(fake.Options{})
	require.NoError(t, err)
	defer inner.Close()
	heard := make(chan struct{})
	close(heard)
	slow := &held{Backend: inner, heard: heard}
	s := settings()
	s.Jobs = 1
	w, err := pipeline.New(t.Context(), waiting{slow}, s, discard)
	require.NoError(t, err)
	_, err = w.Convert(t.Context(), story(100), pipeline.Output{Stream: failing{broken}}, pipeline.NoProgress{})
	require.ErrorIs(t, err, broken)
	require.Less(t, slow.requests.Load(), int64(90))
}

// waiting takes a while for each request.
type waiting struct{ tts.Backend }

func (w waiting) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	time.Sleep(2 * time.Millisecond)
	return w.Backend.Speak(ctx, r)
}

func TestListenerWhoTakesNothingDoesNotHoldAnInterruptedConversion(t *testing.T) {
	cause := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	l := newListener()
	ready := make(chan struct{})
	l.ready = ready
	defer func() { close(ready); <-l.heard }()
	p := &onSpoken{do: func(n, all int) {
		if n == all {
			time.AfterFunc(20*time.Millisecond, func() { cancel(cause) })
		}
	}}
	_, err := open(t, fake.Options{}, settings()).Convert(ctx, story(3), pipeline.Output{Stream: l}, p)
	require.ErrorIs(t, err, cause)
}

func TestWatermarkedStreamIsHeardAsWell(t *testing.T) {
	s := settings()
	s.Watermarker = toyWatermark(t, 0xBEEF)
	l := newListener()
	r, err := open(t, fake.Options{}, s).Convert(t.Context(), story(9), pipeline.Output{Stream: l}, pipeline.NoProgress{})
	require.NoError(t, err)
	require.InDelta(t, -19, r.Loudness, 1)
	path := filepath.Join(t.TempDir(), "a.mp3")
	require.NoError(t, os.WriteFile(path, l.Bytes(), 0o644))
	report, err := disclosure.Verifier{}.Verify(t.Context(), path)
	require.NoError(t, err)
	require.True(t, report.Disclosed)
	require.InDelta(t, r.Duration.Seconds(), float64(len(play(t, path, 44100)))/44100, 0.08, "what waits for its mark is in it")
}

func TestStreamThatMissesItsLevelSaysSo(t *testing.T) {
	s := settings()
	s.Mastering.Mono, s.Mastering.TruePeak = -1, -12
	r, err := open(t, fake.Options{}, s).Convert(t.Context(), story(1), pipeline.Output{Stream: newListener()}, pipeline.NoProgress{})
	require.NoError(t, err)
	require.Len(t, r.Warnings, 1)
	require.Contains(t, r.Warnings[0], "the stream measures")
}

func TestOtherStreamsLeaveWhenTheyAreWhole(t *testing.T) {
	for _, f := range pipeline.Formats() {
		s := settings()
		s.Formats = []pipeline.Format{f}
		require.Equal(t, f == pipeline.MP3, open(t, fake.Options{}, s).WholeFirst() == "", f)
	}
	keys := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, c2pa.InitKeys(keys, "The Courier", time.Now()))
	s := settings()
	var err error
	s.Signer, err = c2pa.NewSigner(c2pa.Config{Keys: keys}, discard)
	require.NoError(t, err)
	w := open(t, fake.Options{}, s)
	require.Contains(t, w.WholeFirst(), "signed")
	l := newListener()
	_, err = w.Convert(t.Context(), story(1), pipeline.Output{Stream: l}, pipeline.NoProgress{})
	require.NoError(t, err)
	require.Contains(t, l.String(), "c2pa")
}
