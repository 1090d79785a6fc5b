package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/wav"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

// service is a server that speaks OpenAI's protocol, in tones, until something goes wrong.
type service struct {
	*httptest.Server
	voice  *fake.Backend
	asked  atomic.Int64
	spoken atomic.Int64 // requests that were answered with speech
	from   atomic.Int64 // the first request that goes wrong, counted from 1; 0 is none
	broken func(w http.ResponseWriter, r *http.Request, speech []byte)
}

func newService(t *testing.T, from int64, broken func(w http.ResponseWriter, r *http.Request, speech []byte)) *service {
	t.Helper()
	voice, err := fake.New(fake.Options{SampleRate: 24000})
	require.NoError(t, err)
	s := &service{voice: voice, broken: broken}
	s.from.Store(from)
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() {
		s.CloseClientConnections() // of calls that hang
		s.Close()
		require.NoError(t, voice.Close())
	})
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Input string }
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	n := s.asked.Add(1)
	speech, err := s.voice.Speak(r.Context(), tts.Request{Text: asked.Input})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	sound := wavOf(speech.Clip)
	if from := s.from.Load(); from > 0 && n >= from {
		s.broken(w, r, sound)
		return
	}
	if _, err := w.Write(sound); err == nil && r.Context().Err() == nil { // not given up
		s.spoken.Add(1)
	}
}

// wavOf is a clip as a WAV file.
func wavOf(clip audio.Clip) []byte {
	var file bytes.Buffer
	out, err := wav.NewWriter(&file, clip.Rate, 1, int64(len(clip.Samples)), nil)
	if err == nil {
		err = out.Write(clip.Samples)
	}
	if err == nil {
		err = out.Close()
	}
	if err != nil {
		panic(err) // a buffer takes all
	}
	return file.Bytes()
}

// answers makes a service that answers with a status and OpenAI's form of an error.
func answers(status int, code, message string) func(http.ResponseWriter, *http.Request, []byte) {
	return func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error": {"code": %q, "message": %q}}`, code, message)
	}
}

// TestServiceThatFailsInTheMiddleOfAnArticle goes through what services do: each ends in its code, with a hint and no file,
// and what was spoken is not asked for again when the service has recovered.
func TestServiceThatFailsInTheMiddleOfAnArticle(t *testing.T) {
	t.Setenv("VOICEPRESS_CACHE_ENABLED", "true")
	for name, test := range map[string]struct {
		broken func(http.ResponseWriter, *http.Request, []byte)
		code   int
		says   string
	}{
		"wrong key":     {answers(401, "invalid_api_key", "Incorrect API key"), exitCredentials, "not authorised"},
		"wrong voice":   {answers(400, "voice_not_found", "no such voice"), exitMissing, "no voice"},
		"refused text":  {answers(400, "content_policy_violation", "We cannot say this"), exitFailed, "refused"},
		"no quota":      {answers(429, "insufficient_quota", "You exceeded your current quota"), exitUsedUp, "used up"},
		"busy for ever": {answers(503, "", "overloaded"), exitTemporary, "temporary failure"},
		"a web page": {func(w http.ResponseWriter, _ *http.Request, _ []byte) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<!DOCTYPE html><title>Welcome</title>")
		}, exitFailed, "not speech"},
		"half a WAV": {func(w http.ResponseWriter, _ *http.Request, speech []byte) { _, _ = w.Write(speech[:len(speech)/2]) }, exitTemporary, "temporary"},
		"silence": {func(w http.ResponseWriter, _ *http.Request, _ []byte) {
			_, _ = w.Write(wavOf(audio.Clip{Samples: make([]float32, 24000), Rate: 24000}))
		}, exitFailed, "no sound"},
		"without end": {func(w http.ResponseWriter, r *http.Request, speech []byte) {
			_, _ = w.Write(speech[:44])
			for zeros := make([]byte, 1<<20); r.Context().Err() == nil; {
				if _, err := w.Write(zeros); err != nil {
					return
				}
			}
		}, exitFailed, "not speech"},
		"hangs": {func(_ http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() }, exitTemporary, "temporary failure"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := newService(t, 4, test.broken)
			stall := time.Minute
			if name == "hangs" {
				stall = 300 * time.Millisecond
			}
			config := filepath.Join(dir, "voicepress.yaml")
			require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `
backend: openai
voice: anna
jobs: 1
backends: {openai: {base_url: %q}}
cache: {dir: cache}
retry: {tries: 2, wait: 1ms, stall: %v, share: 0}
`, s.URL, stall), 0o600))
			article := filepath.Join(dir, "bridge.md")
			require.NoError(t, os.WriteFile(article, []byte("# The bridge\n\nOne is said. Two is said. Three is said. Four is said.\n"), 0o600))
			out := filepath.Join(dir, "out")
			args := []string{"convert", article, "-o", out, "--config", config, "--format", "wav"}

			code, _, stderr := call(t, nil, args...)
			require.Equal(t, test.code, code, stderr)
			require.Contains(t, stderr, test.says)
			require.Contains(t, stderr, "hint: ")
			left, err := filepath.Glob(filepath.Join(out, "*"))
			require.NoError(t, err)
			require.Empty(t, left)

			s.from.Store(0)
			s.spoken.Store(0)
			code, stdout, stderr := call(t, nil, append(args, "--json")...)
			require.Equal(t, exitDone, code, stderr)
			require.EqualValues(t, 4, s.spoken.Load(), "the first three utterances of seven are kept: %s", stdout)
			require.Contains(t, stdout, `"cached":3`)
		})
	}
}

// The rate of a service may change from answer to answer: what its files say counts.
func TestServiceThatChangesItsRateIsHeardRight(t *testing.T) {
	dir := t.TempDir()
	s := newService(t, 2, func(w http.ResponseWriter, r *http.Request, _ []byte) {
		voice, err := fake.New(fake.Options{SampleRate: 16000})
		if err != nil {
			panic(err)
		}
		defer voice.Close()
		speech, err := voice.Speak(r.Context(), tts.Request{Text: "Two is said."})
		if err != nil {
			panic(err)
		}
		_, _ = w.Write(wavOf(speech.Clip))
	})
	article := filepath.Join(dir, "bridge.txt")
	require.NoError(t, os.WriteFile(article, []byte("One is said.\n\nTwo is said.\n"), 0o600))
	config := filepath.Join(dir, "voicepress.yaml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, "backend: openai\nvoice: anna\nbackends: {openai: {base_url: %q}}\ncache: {dir: cache}\n", s.URL), 0o600))
	code, _, stderr := call(t, nil, "convert", article, "-o", dir, "--config", config, "--format", "wav", "--no-spoken-notice")
	require.Equal(t, exitDone, code, stderr)
	require.Contains(t, stderr, "2 sentences")
}
