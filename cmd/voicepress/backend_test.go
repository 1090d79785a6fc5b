package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/meter"
	"github.com/voicepress/voicepress/tts/ttstest"
)

// chain puts what a configuration asks for around a backend.
func chain(t testing.TB, b tts.Backend, cached bool, text string) tts.Backend {
	t.Helper()
	t.Setenv("VOICEPRESS_CACHE_ENABLED", fmt.Sprint(cached))
	t.Setenv("VOICEPRESS_CACHE_DIR", t.TempDir())
	c, err := load(t, text)
	require.NoError(t, err)
	s := &stack{meter: meter.New(0)}
	s.surround(b, c, slog.New(slog.DiscardHandler))
	return s.Backend
}

func TestWholeChainIsABackend(t *testing.T) {
	var failures []fake.Failure
	for nth := 2; nth < 4000; nth += 7 {
		failures = append(failures, fake.Failure{Nth: nth, Kind: []string{"temporary", "rate_limited"}[nth%2], After: time.Millisecond})
	}
	for _, cached := range []bool{false, true} {
		ttstest.Run(t, func(t *testing.T) tts.Backend {
			b, err := fake.New(fake.Options{Concurrency: 4, MaxRunes: 60, NoMarks: true, Streams: true, Failures: failures})
			require.NoError(t, err)
			return chain(t, b, cached, "retry: {wait: 1ms, longest_wait: 4ms, tries: 20, share: 0}")
		})
	}
}

func TestConfiguredLimitsAreKept(t *testing.T) {
	b, err := fake.New(fake.Options{Concurrency: 8})
	require.NoError(t, err)
	defer b.Close()
	info := chain(t, b, false, "limit: {concurrency: 3, requests_per_minute: 90}").Info()
	require.Equal(t, []int{3, 90}, []int{info.Concurrency, info.RequestsPerMinute})
}

func TestFallbackToItselfIsNone(t *testing.T) {
	for text, want := range map[string]bool{
		"backend: fake\nfallback: {backend: fake}":                                   false,
		"backend: fake\nvoice: tones-en\nfallback: {backend: fake, voice: tones-en}": false,
		"backend: fake\nfallback: {backend: fake, voice: tones-de}":                  true,
		"backend: fake\nfallback: {backend: espeak}":                                 true,
	} {
		c, err := load(t, text)
		require.NoError(t, err)
		s, err := openBackend(t.Context(), &streams{err: io.Discard}, c, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		require.Equal(t, want, s.fallback != nil, text)
		require.NoError(t, s.Close())
	}
}

func TestFallbackThatSendsTheTextAwayIsRefusedAtTheStart(t *testing.T) {
	c, err := load(t, "backend: fake\nlocal_only: true\nfallback: {backend: command}\nbackends: {command: {command: [cat], remote: true}}")
	require.NoError(t, err)
	_, err = openBackend(t.Context(), &streams{err: io.Discard}, c, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "fallback: command sends the text to another machine")
	require.Equal(t, exitUsage, exitCode(err))
	require.Contains(t, hintOf(err), "--local-only")
}

func TestWrongOptionsOfABackendAreAMistakeInTheConfiguration(t *testing.T) {
	for text, want := range map[string]int{
		"backend: fake\nbackends: {fake: {sample_rate: 5}}":                                         exitUsage,
		"backend: openai\nbackends: {openai: {base_url: 'ftp://x'}}":                                exitUsage,
		"backend: openai\nbackends: {openai: {base_url: 'http://localhost', response_format: mp9}}": exitUsage,
		"backend: openai": exitMissing,
		"backend: command\nbackends: {command: {command: [/nowhere/program]}}": exitMissing,
	} {
		c, err := load(t, text)
		require.NoError(t, err)
		_, err = openBackend(t.Context(), &streams{err: io.Discard}, c, slog.New(slog.DiscardHandler))
		require.Equal(t, want, exitCode(err), "%s: %v", text, err)
		require.NotEmpty(t, hintOf(err), text)
	}
}

func TestDoctorNeedsTheFallback(t *testing.T) {
	file := func(fallback string) string {
		path := filepath.Join(t.TempDir(), "voicepress.yaml")
		require.NoError(t, os.WriteFile(path, []byte("backend: fake\nfallback: "+fallback), 0o600))
		return path
	}
	t.Setenv("VOICEPRESS_OUTPUT_FORMATS", "wav") // no encoder
	code, out, _ := call(t, nil, "doctor", "--config", file("{backend: command}"))
	require.Equal(t, exitMissing, code)
	require.Regexp(t, `FAIL  command +open command: the program to run`, out)
	code, out, _ = call(t, nil, "doctor", "--config", file("{backend: espeak, voice: nonsense}"))
	require.Equal(t, exitMissing, code)
	require.Regexp(t, `FAIL  espeak +open espeak: no voice "nonsense"`, out)
	code, out, _ = call(t, nil, "doctor", "--config", file("{backend: espeak}"))
	require.Equal(t, exitDone, code, out)
	require.Regexp(t, `ok    espeak .*; spoke`, out)
	code, _, said := call(t, nil, "doctor", "--config", file("{backend: espeek}"))
	require.Equal(t, exitUsage, code)
	require.Contains(t, said, `fallback.backend: unknown backend "espeek"`)
}

// ready is a backend that costs nothing: it has one answer.
type ready struct{ speech *tts.Speech }

func (r ready) Info() tts.Info {
	return tts.Info{Name: "ready", Timing: tts.TimingWord, Concurrency: 8}
}
func (r ready) Speak(context.Context, tts.Request) (*tts.Speech, error) { return r.speech, nil }
func (r ready) Close() error                                            { return nil }

// BenchmarkChain is what all wrappers together add to a request for a second of sound: without a cache, one caller and many at
// once; with one, for a sentence that is new and one that is kept.
func BenchmarkChain(b *testing.B) {
	inner := ready{&tts.Speech{Clip: audio.Clip{Rate: 24000, Samples: make([]float32, 24000)}}}
	for i := range inner.speech.Clip.Samples {
		inner.speech.Clip.Samples[i] = float32(i%100) / 200
	}
	r := tts.Request{Text: "The minister said on Tuesday that the old bridge would be closed, and that nobody knew for how long.", Article: "a"}
	speak := func(b *testing.B, chain tts.Backend, r tts.Request) {
		if _, err := chain.Speak(b.Context(), r); err != nil {
			b.Error(err)
		}
	}
	b.Run("no cache", func(b *testing.B) {
		chain := chain(b, inner, false, "")
		b.ReportAllocs()
		for b.Loop() {
			speak(b, chain, r)
		}
	})
	b.Run("no cache, together", func(b *testing.B) {
		chain := chain(b, inner, false, "")
		b.ReportAllocs()
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				speak(b, chain, r)
			}
		})
	})
	b.Run("new", func(b *testing.B) {
		chain := chain(b, inner, true, "")
		b.ReportAllocs()
		for b.Loop() {
			r.Seed++
			speak(b, chain, r)
		}
	})
	b.Run("kept", func(b *testing.B) {
		chain := chain(b, inner, true, "")
		b.ReportAllocs()
		for b.Loop() {
			speak(b, chain, r)
		}
	})
}
