package httppiper

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
	"github.com/voicepress/voicepress/tts/internal/voices"
	"github.com/voicepress/voicepress/tts/ttstest"
)

// voicesOfServer is what the server answers to GET /voices. It takes the "x" from the end of "en_US-alex".
const voicesOfServer = `{
	"en_US-test-medium": {"audio": {"sample_rate": 22050}, "inference": {"length_scale": 1.25}, "num_speakers": 1},
	"de_DE-test-low": {"inference": {"length_scale": 1}, "speaker_id_map": {}},
	"en_US-ale": {},
	"en_GB-many-medium": {"num_speakers": 2, "speaker_id_map": {"p1": 0, "p2": 1}}}`

// server is piper's HTTP server, speaking in tones.
type server struct {
	*httptest.Server
	before bool // version 1.4: texts are taken at /

	mu   sync.Mutex
	seen []string
}

func serve(t *testing.T, s *server) *server {
	t.Helper()
	voice := remotetest.NewSpeaker(t, 22050)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /voices", func(w http.ResponseWriter, _ *http.Request) {
		s.note("voices")
		_, _ = io.WriteString(w, voicesOfServer)
	})
	path := "POST /synthesize"
	if s.before {
		path = "POST /{$}"
	}
	mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.note(string(body))
		var m struct {
			Text        string   `json:"text"`
			LengthScale *float64 `json:"length_scale"`
		}
		if err := json.Unmarshal(body, &m); err != nil || strings.TrimSpace(m.Text) == "" || m.LengthScale != nil && *m.LengthScale <= 0 {
			http.Error(w, "<h1>Internal Server Error</h1>", http.StatusInternalServerError)
			return
		}
		speed := 1.0
		if m.LengthScale != nil {
			speed = 1 / *m.LengthScale
		}
		speech := voice.Say(m.Text, speed)
		if speech == nil { // as the real one, where a text has no phonemes
			http.Error(w, "<h1>Internal Server Error</h1>", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8") // as the real one says
		_, _ = w.Write(remotetest.WAV(speech.Clip))
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *server) note(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, strings.TrimSpace(line))
}

func open(t *testing.T, o Options, voice string) *Backend {
	t.Helper()
	b, err := New(o, tts.Env{Voice: voice, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func TestConformance(t *testing.T) {
	s := serve(t, &server{})
	list := []voices.Option{{ID: "en_US-test-medium", Language: "en-US"}, {ID: "de_DE-test-low", Language: "de-DE"}}
	ttstest.Run(t, func(t *testing.T) tts.Backend {
		return open(t, Options{BaseURL: s.URL, Voices: list, Concurrency: 3}, "")
	})
}

func TestHostileServers(t *testing.T) {
	remotetest.Hostile(t, func(t *testing.T, url string) tts.Backend { return open(t, Options{BaseURL: url}, "") }, false, nil)
}

func TestRequestsAreAsTheServerTakesThem(t *testing.T) {
	s := serve(t, &server{})
	say := func(o Options, voice string, r tts.Request) {
		o.BaseURL = s.URL
		_, err := open(t, o, voice).Speak(t.Context(), r)
		require.NoError(t, err)
	}
	say(Options{}, "", tts.Request{Text: "\"One\"\n<b>&\x00 zwölf [[tu:]] \xff", Language: "de"})
	say(Options{}, "", tts.Request{Text: "Two.", Rate: 2})
	say(Options{LengthScale: 1.5, NoiseScale: 0.5, NoiseW: 0.25}, "", tts.Request{Text: "Three.", Rate: 1.5, Seed: 7})
	say(Options{}, "en_US-test-medium", tts.Request{Text: "Four.", Rate: 0.5})
	say(Options{}, "en_GB-many-medium#p2", tts.Request{Text: "Five."})
	say(Options{}, "en_GB-many-medium#0", tts.Request{Text: "Six."})
	say(Options{}, "en_US-alex", tts.Request{Text: "Seven."})
	require.Equal(t, []string{
		`{"text":"\"One\"  b>&  zwölf   tu:    "}`,
		`{"text":"Two.","length_scale":0.5}`,
		`{"text":"Three.","length_scale":1,"noise_scale":0.5,"noise_w_scale":0.25}`,
		"voices", `{"text":"Four.","voice":"en_US-test-medium","length_scale":2.5}`,
		"voices", `{"text":"Five.","voice":"en_GB-many-medium","speaker":"p2"}`,
		"voices", `{"text":"Six.","voice":"en_GB-many-medium","speaker_id":0}`,
		"voices", `{"text":"Seven.","voice":"en_US-alex"}`,
	}, s.seen)
}

func TestServersBeforeVersion15AreServed(t *testing.T) {
	s := serve(t, &server{before: true})
	b := open(t, Options{BaseURL: s.URL}, "")
	for range 2 {
		_, err := b.Speak(t.Context(), tts.Request{Text: "Hello."})
		require.NoError(t, err)
	}
	require.Equal(t, []string{"voices", `{"text":"Hello."}`, `{"text":"Hello."}`}, s.seen)
}

func TestOneFailureDoesNotChangeWhereTextsAreTaken(t *testing.T) {
	s, failing := serve(t, &server{}), false
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if failing && r.Method == http.MethodPost {
			http.NotFound(w, r)
			return
		}
		s.Config.Handler.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	b := open(t, Options{BaseURL: front.URL}, "")
	for _, failing = range []bool{false, true, false} {
		_, err := b.Speak(t.Context(), tts.Request{Text: "Hello."})
		require.Equal(t, failing, err != nil, "%v", err)
	}
}

func TestServersThatWouldReadJSONAloudAreRefused(t *testing.T) {
	aloud := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(remotetest.WAV(remotetest.Tone(16000)))
	}))
	t.Cleanup(aloud.Close)
	for _, voice := range []string{"", "en_US-test-medium"} {
		_, err := open(t, Options{BaseURL: aloud.URL}, voice).Speak(t.Context(), tts.Request{Text: "Hello."})
		var bad *tts.BadAnswer
		require.ErrorAs(t, err, &bad)
		require.Contains(t, bad.Hint(), "1.3")
	}
}

func TestVoicesThatTheServerHasNotAreRefused(t *testing.T) {
	s := serve(t, &server{})
	for voice, known := range map[string]string{
		"en_US-text-medium": "en_US-test-medium", "en_GB-many-medium#p9": "en_GB-many-medium#p1", "en_GB-many-medium#2": "en_GB-many-medium#p1",
	} {
		_, err := open(t, Options{BaseURL: s.URL}, voice).Speak(t.Context(), tts.Request{Text: "Hello."})
		var missing *tts.NoSuchVoice
		require.ErrorAs(t, err, &missing, voice)
		require.Contains(t, missing.Known, known)
		require.NotEmpty(t, missing.Hint())
	}
	require.Equal(t, []string{"voices", "voices", "voices"}, s.seen, "nothing is spoken")
}

func TestInfoComesFromTheOptions(t *testing.T) {
	s := serve(t, &server{})
	info := open(t, Options{BaseURL: s.URL}, "").Info()
	require.Empty(t, s.seen, "opening makes no request")
	require.False(t, info.Remote)
	require.Equal(t, []tts.Voice{{ID: "default", Language: "und"}}, info.Voices)
	require.True(t, open(t, Options{BaseURL: "http://piper.example.org:5000"}, "").Info().Remote)
	prints := map[string]bool{}
	for _, o := range []Options{{}, {BaseURL: "http://127.0.0.1:5001"}, {Version: "2"}, {LengthScale: 1.1}, {NoiseScale: 1}, {NoiseW: 1}} {
		prints[open(t, o, "").Info().Fingerprint] = true
	}
	require.Len(t, prints, 6, "what changes the sound is in the fingerprint")
	for fingerprint := range prints {
		require.NotContains(t, fingerprint, "127.0.0.1", "it is published")
	}
}

func TestNewRefusesOptionsThatMakeNoSense(t *testing.T) {
	for _, o := range []Options{
		{BaseURL: "localhost:5000"},
		{LengthScale: 11},
		{NoiseScale: -1},
		{NoiseW: 3},
		{Voices: []voices.Option{{Language: "en"}}},
	} {
		_, err := New(o, tts.Env{})
		require.ErrorContains(t, err, "open http-piper: ", "%+v", o)
	}
}
