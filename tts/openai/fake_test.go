package openai

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
)

// server is a fake of a server of this protocol. It keeps to what the API reference of OpenAI says ("Create speech", "Error
// codes"), or to Kokoro-FastAPI's schemas (api/src/structures/schemas.py, api/src/routers/development.py).
type server struct {
	*httptest.Server
	kokoro   bool
	voices   []string
	key      string // what it wants; empty is none
	throttle remotetest.Throttle
	speaker  *remotetest.Speaker

	mu     sync.Mutex
	bodies []string
}

func newServer(t *testing.T, change func(*server)) *server {
	t.Helper()
	s := &server{voices: []string{"anna", "bert"}, throttle: remotetest.Throttle{Most: 64}, speaker: remotetest.NewSpeaker(t, 24000)}
	if change != nil {
		change(s)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/audio/speech", s.speak)
	if s.kokoro {
		mux.HandleFunc("POST /dev/captioned_speech", s.speak)
	}
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// fail writes an error in the shape of the server's kind.
func (s *server) fail(w http.ResponseWriter, status int, code, param, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	var body any = map[string]any{"error": map[string]any{"message": message, "type": "invalid_request_error", "code": code, "param": param}}
	if s.kokoro {
		body = map[string]any{"detail": map[string]any{"error": "validation_error", "message": message, "type": "invalid_request_error"}}
	}
	_ = json.NewEncoder(w).Encode(body)
}

func (s *server) speak(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.bodies = append(s.bodies, string(body))
	s.mu.Unlock()
	leave, ok := s.throttle.Enter()
	if !ok {
		w.Header().Set("Retry-After-Ms", "20")
		s.fail(w, 429, "rate_limit_exceeded", "", "Rate limit reached")
		return
	}
	defer leave()
	var q struct {
		Model, Input, Voice string
		ResponseFormat      string `json:"response_format"`
		Speed               float64
		Instructions        string
		Stream              *bool
		Normalization       *struct{ Normalize *bool } `json:"normalization_options"`
		Timestamps          *bool                      `json:"return_timestamps"`
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&q)
	extended := q.Stream != nil || q.Normalization != nil || q.Timestamps != nil
	switch {
	case s.key != "" && r.Header.Get("Authorization") != "Bearer "+s.key:
		s.fail(w, 401, "invalid_api_key", "", "Incorrect API key provided: "+r.Header.Get("Authorization"))
	case err != nil:
		s.fail(w, 400, "", "", err.Error())
	case extended && !s.kokoro:
		s.fail(w, 400, "unknown_parameter", "stream", "Unknown parameter: 'stream'.")
	case s.kokoro && (q.Stream == nil || *q.Stream || q.Normalization == nil || q.Normalization.Normalize == nil || *q.Normalization.Normalize):
		s.fail(w, 500, "", "", "the fake wants the whole of it, as it is written")
	case !slices.Contains(s.voices, q.Voice) && s.kokoro:
		s.fail(w, 400, "", "", fmt.Sprintf("Voice '%s' not found. Available voices: %s", q.Voice, strings.Join(s.voices, ", ")))
	case !slices.Contains(s.voices, q.Voice):
		s.fail(w, 400, "invalid_value", "voice", fmt.Sprintf("Invalid value: '%s'. Supported values are: 'anna' and 'bert'.", q.Voice))
	case utf8.RuneCountInString(q.Input) > 4096:
		s.fail(w, 400, "string_above_max_length", "input", "Invalid 'input': string too long. Expected a string with maximum length 4096.")
	case q.Speed < 0.25 || q.Speed > 4:
		s.fail(w, 400, "decimal_above_max_value", "speed", "Invalid 'speed'")
	default:
		s.say(w, q.Input, q.Speed, q.ResponseFormat, r.URL.Path)
	}
}

func (s *server) say(w http.ResponseWriter, text string, speed float64, format, path string) {
	speech := s.speaker.Say(text, speed)
	if speech == nil {
		s.fail(w, 400, "", "input", "nothing to say")
		return
	}
	for _, pause := range []string{"[pause:60s]", `<break time="60s"/>`} { // servers that take text for markup
		if strings.Contains(text, pause) {
			speech.Clip.Samples = append(speech.Clip.Samples, make([]float32, 60*24000)...)
		}
	}
	time.Sleep(2 * time.Millisecond) // so that requests overlap
	sound := remotetest.PCM(speech.Clip)
	if format == "wav" {
		sound = remotetest.WAV(speech.Clip)
	}
	if path != "/dev/captioned_speech" {
		w.Header().Set("Content-Type", "audio/"+format)
		_, _ = w.Write(sound)
		return
	}
	_, _ = w.Write(withTimes(sound, text, speech))
}

// withTimes is Kokoro-FastAPI's answer.
func withTimes(sound []byte, text string, speech *tts.Speech) []byte {
	answer := map[string]any{"audio": base64.StdEncoding.EncodeToString(sound), "audio_format": "audio/wav", "timestamps": nil}
	if speech != nil {
		times := []map[string]any{}
		for _, m := range speech.Marks {
			at := func(sample int) float64 { return audio.Duration(sample, speech.Clip.Rate).Seconds() }
			times = append(times, map[string]any{"word": text[m.Start:m.End], "start_time": at(m.From), "end_time": at(m.To)})
		}
		answer["timestamps"] = times
	}
	body, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	return body
}

// last is the body of the last request.
func (s *server) last(t *testing.T) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.NotEmpty(t, s.bodies)
	return s.bodies[len(s.bodies)-1]
}
