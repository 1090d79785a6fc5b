package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/wav"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

// speechServer is a server with OpenAI's protocol that speaks in tones. It wants the key.
func speechServer(t *testing.T, key string) (url string, asked *atomic.Int64) {
	t.Helper()
	voice, err := fake.New(fake.Options{SampleRate: 24000})
	require.NoError(t, err)
	asked = &atomic.Int64{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/audio/speech", func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("Authorization") != "Bearer "+key {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprintf(w, `{"error":{"message":"Incorrect API key provided: %s","type":"invalid_request_error","code":"invalid_api_key"}}`, r.Header.Get("Authorization"))
			return
		}
		var q struct {
			Input  string
			Speed  float64
			Format string `json:"response_format"`
		}
		err := json.NewDecoder(r.Body).Decode(&q)
		if err != nil || q.Format != "wav" {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		speech, err := voice.Speak(r.Context(), tts.Request{Text: q.Input, Rate: q.Speed})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		var file bytes.Buffer
		out, err := wav.NewWriter(&file, speech.Clip.Rate, 1, int64(len(speech.Clip.Samples)), nil)
		if err == nil {
			err = out.Write(speech.Clip.Samples)
		}
		if err == nil {
			err = out.Close()
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(file.Bytes())
	})
	mux.HandleFunc("POST /v1/text-to-speech/anna/with-timestamps", func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("Xi-Api-Key") != key {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprint(w, `{"detail":{"status":"invalid_api_key","message":"Invalid API key"}}`)
			return
		}
		var q struct{ Text string }
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		speech, err := voice.Speak(r.Context(), tts.Request{Text: q.Text})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		pcm := make([]byte, 0, 2*len(speech.Clip.Samples))
		for _, x := range speech.Clip.Samples {
			pcm = binary.LittleEndian.AppendUint16(pcm, uint16(int16(x*32767)))
		}
		w.Header().Set("Character-Cost", fmt.Sprint(utf8.RuneCountInString(q.Text)))
		_ = json.NewEncoder(w).Encode(map[string]any{"audio_base64": pcm, "alignment": nil})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.Close()
		_ = voice.Close()
	})
	return server.URL, asked
}

// convertOver converts an article with a server, and returns the files that are there then.
func convertOver(t *testing.T, backend, url string, flags ...string) (code int, stderr string, files []string) {
	t.Helper()
	of := "VOICEPRESS_BACKENDS_" + strings.ToUpper(backend)
	t.Setenv(of+"_BASE_URL", url)
	t.Setenv(of+"_API_KEY_ENV", "TEST_SPEECH_KEY")
	out := t.TempDir()
	article := filepath.Join("..", "..", "testdata", "articles", "flood-warning.txt")
	args := append([]string{"convert", article, "-o", out, "--backend", backend, "--voice", "anna", "--format", "mp3"}, flags...)
	code, _, stderr = call(t, nil, args...)
	entries, err := os.ReadDir(out)
	require.NoError(t, err)
	for _, e := range entries {
		files = append(files, filepath.Join(out, e.Name()))
	}
	return code, stderr, files
}

const speechKey = "sk-speech-5b1f0c2a9e7d4466"

func TestAnArticleIsSpokenByAServer(t *testing.T) {
	t.Setenv("TEST_SPEECH_KEY", speechKey)
	for _, backend := range []string{"openai", "elevenlabs"} {
		url, asked := speechServer(t, speechKey)
		code, stderr, files := convertOver(t, backend, url)
		require.Equal(t, exitDone, code, stderr)
		require.Positive(t, asked.Load())
		i := slices.IndexFunc(files, func(file string) bool { return strings.HasSuffix(file, ".mp3") })
		require.NotEqual(t, -1, i, "%v", files)
		code, stdout, stderr := call(t, nil, "verify", files[i])
		require.Equal(t, exitDone, code, stdout+stderr)
		require.Contains(t, stdout, backend)
		require.NotContains(t, stdout+stderr, speechKey)
	}
}

func TestTheNoticeStaysOnWhereTheTermsSaySo(t *testing.T) {
	t.Setenv("TEST_SPEECH_KEY", speechKey)
	url, asked := speechServer(t, speechKey)
	code, stderr, files := convertOver(t, "elevenlabs", url, "--no-spoken-notice")
	require.NotEqual(t, exitDone, code)
	require.Contains(t, stderr, "notice")
	require.Empty(t, files)
	require.Zero(t, asked.Load())
	code, stderr, _ = convertOver(t, "openai", url, "--no-spoken-notice")
	require.Equal(t, exitDone, code, stderr)
}

func TestAWrongKeyLeavesNoFile(t *testing.T) {
	t.Setenv("TEST_SPEECH_KEY", speechKey)
	url, asked := speechServer(t, "another key")
	code, stderr, files := convertOver(t, "openai", url)
	require.Equal(t, exitCredentials, code, stderr)
	require.Contains(t, stderr, "hint: check the key")
	require.NotContains(t, stderr, speechKey)
	require.Empty(t, files)
	require.Positive(t, asked.Load())

	t.Setenv("TEST_SPEECH_KEY", "")
	url, asked = speechServer(t, "another key")
	code, stderr, files = convertOver(t, "openai", url)
	require.Equal(t, exitCredentials, code, stderr)
	require.Contains(t, stderr, "TEST_SPEECH_KEY")
	require.Empty(t, files)
	require.Zero(t, asked.Load(), "there is nothing to ask with")
}

func TestAServerOfWebPagesLeavesNoFile(t *testing.T) {
	t.Setenv("TEST_SPEECH_KEY", speechKey)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<!DOCTYPE html><html><body><h1>It works!</h1></body></html>"))
	}))
	defer server.Close()
	code, stderr, files := convertOver(t, "openai", server.URL)
	require.Equal(t, exitFailed, code, stderr)
	require.Contains(t, stderr, "the answer is not speech")
	require.Contains(t, stderr, "hint: check that base_url")
	require.Empty(t, files)
}

func TestNoServerIsTakenForGranted(t *testing.T) {
	code, _, stderr := call(t, []byte("Hello."), "convert", "-", "-o", t.TempDir(), "--backend", "openai", "--voice", "anna")
	require.Equal(t, exitMissing, code, stderr)
	require.Contains(t, stderr, "http://localhost:8880")
}
