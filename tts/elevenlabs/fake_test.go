package elevenlabs

import (
	"encoding/base64"
	"encoding/json"
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

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
)

const (
	voiceA = "JBFqnCBsd6RMkjVDRZzb"
	voiceB = "TX3LPaxmHKxFdv7VOQHJ"
)

// service is a fake of ElevenLabs. It refuses what the API reference and the help centre say is refused, with the codes
// they name.
type service struct {
	*httptest.Server
	key      string
	quota    int // characters that are left; negative is without end
	throttle remotetest.Throttle
	speaker  *remotetest.Speaker

	mu     sync.Mutex
	bodies []string
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{key: remotetest.Key, quota: -1, throttle: remotetest.Throttle{Most: 64}, speaker: remotetest.NewSpeaker(t, rate)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/text-to-speech/{voice}/with-timestamps", s.speak)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func fail(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"detail": map[string]any{"status": code, "message": message}})
}

func (s *service) speak(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.bodies = append(s.bodies, string(body))
	s.mu.Unlock()
	leave, ok := s.throttle.Enter()
	if !ok {
		fail(w, 429, "too_many_concurrent_requests", "Your current subscription is associated with a maximum of 2 concurrent requests.")
		return
	}
	defer leave()
	var q struct {
		Text          string
		Model         string   `json:"model_id"`
		Language      string   `json:"language_code"`
		Seed          *float64 `json:"seed"`
		Before        string   `json:"previous_text"`
		After         string   `json:"next_text"`
		Normalization string   `json:"apply_text_normalization"`
		Settings      struct {
			Stability, Style, Speed float64
			Similarity              float64 `json:"similarity_boost"`
		} `json:"voice_settings"`
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&q)
	limits := map[string]int{"eleven_v3": 5000, "eleven_multilingual_v2": 10_000, "eleven_flash_v2_5": 40_000, "eleven_flash_v2": 30_000}
	runes := utf8.RuneCountInString(q.Text)
	switch {
	case r.Header.Get("xi-api-key") != s.key:
		fail(w, 401, "invalid_api_key", "Invalid API key "+r.Header.Get("xi-api-key"))
	case err != nil:
		fail(w, 422, "", err.Error())
	case r.URL.RawQuery != "output_format=pcm_24000" || q.Normalization != "off":
		fail(w, 403, "output_format_not_allowed", "the fake wants PCM of 24 kHz, and the text as it is")
	case !slices.Contains([]string{voiceA, voiceB}, r.PathValue("voice")):
		fail(w, 400, "voice_not_found", "A voice with voice_id "+r.PathValue("voice")+" does not exist.")
	case limits[q.Model] == 0:
		fail(w, 400, "model_not_found", "A model with model ID "+q.Model+" does not exist.")
	case runes > limits[q.Model]:
		fail(w, 400, "max_character_limit_exceeded", "This request's text exceeds the character limit.")
	case q.Model == "eleven_v3" && q.Before+q.After != "":
		fail(w, 400, "unsupported_model", "Providing previous_text or next_text is not yet supported with the 'eleven_v3' model.")
	case q.Language != "" && (q.Model == "eleven_multilingual_v2" || q.Model == "eleven_flash_v2" || len(q.Language) != 2):
		fail(w, 400, "unsupported_language", "Model does not support language_code.")
	case q.Seed == nil || *q.Seed < 0 || *q.Seed > 1<<32-1:
		fail(w, 422, "", "seed must be an integer between 0 and 4294967295")
	case q.Settings.Speed != 0 && (q.Settings.Speed < 0.7 || q.Settings.Speed > 1.2):
		fail(w, 400, "invalid_voice_settings", "speed must be between 0.7 and 1.2")
	case strings.Contains(q.Text, "forbidden words"):
		fail(w, 400, "content_against_policy", "Your content goes against our policies.")
	case s.quota >= 0 && runes > s.quota:
		fail(w, 401, "quota_exceeded", "This request exceeds your quota.")
	default:
		s.say(w, q.Text, q.Settings.Speed, runes)
	}
}

func (s *service) say(w http.ResponseWriter, text string, speed float64, runes int) {
	speech := s.speaker.Say(text, speed)
	if speech == nil {
		fail(w, 400, "input_text_empty", "Input text is empty")
		return
	}
	if strings.Contains(text, "<break") || strings.Contains(text, "[pause]") { // it obeys such markup
		speech.Clip.Samples = append(speech.Clip.Samples, make([]float32, 60*rate)...)
	}
	time.Sleep(2 * time.Millisecond) // so that requests overlap
	w.Header().Set("request-id", "abc")
	w.Header().Set("character-cost", jsonOf(runes))
	_, _ = io.WriteString(w, jsonOf(answerOf(remotetest.PCM(speech.Clip), text, speech)))
}

// answerOf is an answer of the service: the time of each character, those of a word sharing its time.
func answerOf(sound []byte, text string, speech *tts.Speech) map[string]any {
	characters, starts, ends := []string{}, []float64{}, []float64{}
	at := 0.0
	for i, r := range text {
		from, to := at, at
		if speech != nil {
			for _, m := range speech.Marks {
				if i >= m.Start && i < m.End {
					n, k := float64(utf8.RuneCountInString(text[m.Start:m.End])), float64(utf8.RuneCountInString(text[m.Start:i]))
					from = (float64(m.From) + float64(m.To-m.From)*k/n) / rate
					to = (float64(m.From) + float64(m.To-m.From)*(k+1)/n) / rate
				}
			}
		}
		characters, starts, ends = append(characters, string(r)), append(starts, from), append(ends, to)
		at = to
	}
	a := map[string]any{"characters": characters, "character_start_times_seconds": starts, "character_end_times_seconds": ends}
	return map[string]any{"audio_base64": base64.StdEncoding.EncodeToString(sound), "alignment": a, "normalized_alignment": a}
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// last is the body of the last request.
func (s *service) last(t *testing.T) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.NotEmpty(t, s.bodies)
	return s.bodies[len(s.bodies)-1]
}
