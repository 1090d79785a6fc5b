// Package googletest is a local stand-in for Google Cloud Text-to-Speech: its limits, errors and answers as Google documents
// them or as they were seen, and tones for speech. It is for tests alone.
package googletest

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
)

// SampleRate is that of its speech, in Hz.
const SampleRate = 24000

// Key is the key that it takes.
const Key = remotetest.Key

// Service is the stand-in. Make one with New, and set it up before it is asked.
type Service struct {
	URL      string
	Speaker  *remotetest.Speaker
	Throttle remotetest.Throttle
	Skip     func(mark string) bool // which marks get no time

	t        *testing.T
	mu       sync.Mutex
	bodies   []string
	tokens   map[string]bool // bearer tokens that are good
	failures []*Failure      // played in turn, before anything else; nil is none
}

// Failure is an answer that is no speech.
type Failure struct {
	Status int
	Body   string
}

// New starts the service. It ends with the test.
func New(t *testing.T) *Service {
	t.Helper()
	s := &Service{t: t, Speaker: remotetest.NewSpeaker(t, SampleRate), Throttle: remotetest.Throttle{Most: 64}, tokens: map[string]bool{}}
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Fail has the next request fail.
func (s *Service) Fail(f Failure) { s.After(0, f) }

// After has a request fail after n more.
func (s *Service) After(n int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures = append(append(s.failures, make([]*Failure, n)...), &f)
}

// Take makes a bearer token a good one.
func (s *Service) Take(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[token] = true
}

// Forget makes all bearer tokens bad ones.
func (s *Service) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// Requests is how many requests there were.
func (s *Service) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.bodies)
}

// Last is the body of the last request.
func (s *Service) Last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	require.NotEmpty(s.t, s.bodies)
	return s.bodies[len(s.bodies)-1]
}

// Error is an error as Google writes them, with an ErrorInfo where there is a reason.
func Error(code int, status, message, reason string) Failure {
	details := ""
	if reason != "" {
		details = fmt.Sprintf(`,"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":%q,"domain":"googleapis.com"}]`, reason)
	}
	text, _ := json.Marshal(message)
	return Failure{code, fmt.Sprintf(`{"error":{"code":%d,"message":%s,"status":%q%s}}`, code, text, status, details)}
}

// Invalid is an INVALID_ARGUMENT.
func Invalid(message string) *Failure {
	f := Error(400, "INVALID_ARGUMENT", message, "")
	return &f
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	leave, ok := s.Throttle.Enter()
	if !ok {
		f := Error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).", "")
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, f.Body)
		return
	}
	defer leave()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller left
	}
	s.mu.Lock()
	s.bodies = append(s.bodies, string(body))
	var planned *Failure
	if len(s.failures) > 0 {
		planned, s.failures = s.failures[0], s.failures[1:]
	}
	s.mu.Unlock()
	if planned == nil {
		planned = s.refuse(r)
	}
	var answer any
	if planned == nil {
		answer, planned = s.synthesize(body)
	}
	if planned != nil {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		w.WriteHeader(planned.Status)
		_, _ = io.WriteString(w, planned.Body)
		return
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// refuse looks at all but the body.
func (s *Service) refuse(r *http.Request) *Failure {
	if r.Method != http.MethodPost || r.URL.Path != "/v1beta1/text:synthesize" || r.URL.RawQuery != "" {
		return &Failure{404, "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>"}
	}
	if r.Header.Get("Content-Type") != "application/json" {
		return Invalid("Invalid JSON payload received.")
	}
	key, token := r.Header.Get("X-Goog-Api-Key"), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case key == "" && token == "":
		f := Error(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers (callers without established identity).", "")
		return &f
	case key != "" && key != remotetest.Key:
		f := Error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID")
		return &f
	case key == "" && !s.tokens[token]:
		f := Error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.", "ACCESS_TOKEN_TYPE_UNSUPPORTED")
		return &f
	}
	return nil
}

var (
	namePattern   = regexp.MustCompile(`^[a-z]{2,3}-([A-Z]{2}|[0-9]{3})-(Standard|Wavenet|Neural2|News|Studio|Polyglot|Casual|Chirp3-HD|Chirp-HD|Journey)-[A-Z][a-z]*$`)
	noSSMLPattern = regexp.MustCompile(`-(Chirp3-HD|Chirp-HD|Journey)-`)
)

// request is the body of a request.
type request struct {
	Input struct {
		Text, SSML, Markup   string
		CustomPronunciations *struct {
			Pronunciations []struct{ Phrase, PhoneticEncoding, Pronunciation string }
		}
	}
	Voice       struct{ LanguageCode, Name string }
	AudioConfig struct {
		AudioEncoding   string
		SpeakingRate    float64
		SampleRateHertz int
	}
	EnableTimePointing []string
}

// timepoint is a time in the answer.
type timepoint struct {
	MarkName    string  `json:"markName"`
	TimeSeconds float64 `json:"timeSeconds"`
}

// synthesize is the method.
func (s *Service) synthesize(body []byte) (any, *Failure) {
	var r request
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		return nil, Invalid("Invalid JSON payload received. " + err.Error())
	}
	text := r.Input.Text
	switch {
	case (r.Input.Text == "") == (r.Input.SSML == ""):
		return nil, Invalid("Synthesis input is not set or set twice.")
	case len(r.Input.Text)+len(r.Input.SSML) > 5000:
		return nil, Invalid("Either `input.text` or `input.ssml` is longer than the limit of 5000 bytes. This limit is different from quotas.")
	case !namePattern.MatchString(r.Voice.Name):
		return nil, Invalid(fmt.Sprintf("Voice '%s' does not exist. Is it misspelled?", r.Voice.Name))
	case !strings.HasPrefix(r.Voice.Name, r.Voice.LanguageCode+"-"):
		return nil, Invalid(fmt.Sprintf("Requested language code '%s' doesn't match the voice '%s''s language code.", r.Voice.LanguageCode, r.Voice.Name))
	case r.AudioConfig.AudioEncoding != "LINEAR16" || r.AudioConfig.SampleRateHertz != SampleRate:
		return nil, Invalid("Invalid audio config.")
	case r.AudioConfig.SpeakingRate != 0 && (r.AudioConfig.SpeakingRate < 0.25 || r.AudioConfig.SpeakingRate > 2):
		return nil, Invalid("Speaking rate is out of range.")
	case len(r.EnableTimePointing) > 0 && r.EnableTimePointing[0] != "SSML_MARK":
		return nil, Invalid("Unknown timepoint type.")
	}
	var marks map[int]string
	if r.Input.SSML != "" {
		if noSSMLPattern.MatchString(r.Voice.Name) {
			return nil, Invalid("This voice does not support SSML.")
		}
		var err error
		text, marks, err = read(r.Input.SSML)
		if err != nil {
			return nil, Invalid("Invalid SSML. Newer voices like Neural2 require valid SSML.")
		}
		if len(marks) > 0 && strings.Contains(r.Voice.Name, "-Studio-") {
			return nil, Invalid("`<mark>` tags are not currently supported by Studio voices.")
		}
	}
	if p := r.Input.CustomPronunciations; p != nil {
		for _, one := range p.Pronunciations {
			if one.PhoneticEncoding != "PHONETIC_ENCODING_IPA" || one.Pronunciation == "" || !strings.Contains(text, one.Phrase) {
				return nil, Invalid("Invalid custom pronunciation.")
			}
			text = strings.ReplaceAll(text, one.Phrase, one.Pronunciation)
		}
	}
	speech := s.Speaker.Say(text, max(r.AudioConfig.SpeakingRate, 0))
	if speech == nil { // tones say letters only
		speech = s.Speaker.Say("oh", 1)
	}
	answer := map[string]any{"audioContent": remotetest.WAV(speech.Clip), "audioConfig": r.AudioConfig}
	if len(r.EnableTimePointing) > 0 {
		answer["timepoints"] = s.times(marks, speech)
	}
	return answer, nil
}

// times are the marks with the times at which the words behind them begin.
func (s *Service) times(marks map[int]string, speech *tts.Speech) []timepoint {
	var points []timepoint
	for _, word := range speech.Marks {
		if name, ok := marks[word.Start]; ok && (s.Skip == nil || !s.Skip(name)) {
			points = append(points, timepoint{name, float64(word.From) / SampleRate})
		}
	}
	return points
}

// read is the text of an SSML document, with its marks by the byte of the text that they stand before. Phonemes are said
// in the place of the words that they are for.
func read(document string) (string, map[int]string, error) {
	decoder := xml.NewDecoder(strings.NewReader(document))
	var text strings.Builder
	marks := map[int]string{}
	var open []string
	said := ""
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return text.String(), marks, nil
		}
		if err != nil {
			return "", nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			if (len(open) == 0) != (name == "speak") || !strings.Contains(" speak mark phoneme ", " "+name+" ") {
				return "", nil, fmt.Errorf("unexpected %s", name)
			}
			open = append(open, name)
			for _, a := range token.Attr {
				switch {
				case name == "mark" && a.Name.Local == "name":
					marks[text.Len()] = a.Value
				case name == "phoneme" && a.Name.Local == "ph":
					said = a.Value
					if strings.Contains(said, "ʘ") { // no phone of English
						return "", nil, errors.New("unknown phone")
					}
				}
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && open[len(open)-1] == "phoneme" {
				text.WriteString(said)
			} else {
				text.Write(token)
			}
		}
	}
}
