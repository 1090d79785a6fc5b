// Package azuretest is a local stand-in for the text to speech of Azure AI Speech: its limits, errors and answers as Microsoft
// documents them or as they were seen, and tones for speech. It is for tests alone.
package azuretest

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
)

// Key is the key that it takes.
const Key = remotetest.Key

// Service is the stand-in. Make one with New, and set it up before it is asked.
type Service struct {
	URL      string
	Throttle remotetest.Throttle

	t        *testing.T
	speakers map[int]*remotetest.Speaker
	mu       sync.Mutex
	bodies   []string
	failures []*Failure // played in turn, before anything else; nil is none
}

// Failure is an answer that is no speech.
type Failure struct {
	Status int
	Body   string
	After  string // Retry-After
}

// New starts the service. It ends with the test.
func New(t *testing.T) *Service {
	t.Helper()
	s := &Service{
		t: t, speakers: map[int]*remotetest.Speaker{24000: remotetest.NewSpeaker(t, 24000), 48000: remotetest.NewSpeaker(t, 48000)},
		Throttle: remotetest.Throttle{Most: 64},
	}
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

// WrongKey is what it says of a key that it does not know.
const WrongKey = `{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."}}`

func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	leave, ok := s.Throttle.Enter()
	if !ok {
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	defer leave()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller left
	}
	s.mu.Lock()
	s.bodies = append(s.bodies, string(body))
	var f *Failure
	if len(s.failures) > 0 {
		f, s.failures = s.failures[0], s.failures[1:]
	}
	s.mu.Unlock()
	if f == nil {
		f = refuse(r)
	}
	var sound []byte
	if f == nil {
		sound, f = s.speak(string(body), r.Header.Get("X-Microsoft-OutputFormat"))
	}
	if f != nil {
		if f.After != "" {
			w.Header().Set("Retry-After", f.After)
		}
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, f.Body)
		return
	}
	w.Header().Set("Content-Type", "audio/x-wav")
	_, _ = w.Write(sound)
}

// refuse looks at all but the body.
func refuse(r *http.Request) *Failure {
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/cognitiveservices/v1" || r.URL.RawQuery != "":
		return &Failure{Status: 404, Body: `{"error":{"code":"404","message":"Resource not found"}}`}
	case r.Header.Get("Ocp-Apim-Subscription-Key") != remotetest.Key:
		return &Failure{Status: 401, Body: WrongKey}
	case r.Header.Get("Content-Type") != "application/ssml+xml":
		return &Failure{Status: 415}
	case r.UserAgent() == "" || len(r.UserAgent()) > 254 || r.UserAgent() == "Go-http-client/1.1":
		return &Failure{Status: 400}
	}
	return nil
}

var formatPattern = regexp.MustCompile(`^riff-(24|48)khz-16bit-mono-pcm$`)

// speak is the service.
func (s *Service) speak(document, format string) ([]byte, *Failure) {
	khz := formatPattern.FindStringSubmatch(format)
	if khz == nil {
		return nil, &Failure{Status: 400}
	}
	text, rate, err := read(document)
	if err != nil {
		return nil, &Failure{Status: 400}
	}
	n, err := strconv.Atoi(khz[1])
	require.NoError(s.t, err)
	speech := s.speakers[n*1000].Say(text, rate)
	if speech == nil { // tones say letters only
		speech = s.speakers[n*1000].Say("oh", 1)
	}
	clip := speech.Clip
	clip.Samples = clip.Samples[:min(len(clip.Samples), audio.Samples(10*time.Minute, clip.Rate))] // without a word
	return remotetest.WAV(clip), nil
}

// read is the text and rate of a document. Phonemes are said in the place of the words that they are for.
func read(document string) (text string, rate float64, err error) {
	decoder := xml.NewDecoder(strings.NewReader(document))
	var b strings.Builder
	var open []string
	said, rate := "", 1.0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return b.String(), rate, nil
		}
		if err != nil {
			return "", 0, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			attributes := map[string]string{}
			for _, a := range token.Attr {
				attributes[a.Name.Local] = a.Value
			}
			switch path := strings.Join(append(open, token.Name.Local), ">"); path {
			case "speak":
				if attributes["version"] != "1.0" || attributes["xmlns"] != "http://www.w3.org/2001/10/synthesis" || attributes["lang"] == "" {
					return "", 0, fmt.Errorf("incomplete: %v", attributes)
				}
			case "speak>voice":
				if !strings.HasSuffix(attributes["name"], "Neural") || strings.Contains(attributes["name"], "Nobody") {
					return "", 0, errors.New("unsupported voice")
				}
			case "speak>voice>prosody":
				if rate, err = strconv.ParseFloat(attributes["rate"], 64); err != nil || rate < 0.5 || rate > 2 {
					return "", 0, fmt.Errorf("rate %s", attributes["rate"])
				}
			case "speak>voice>phoneme", "speak>voice>prosody>phoneme":
				said = attributes["ph"]
				if attributes["alphabet"] != "ipa" || strings.Contains(said, "ʘ") { // no phone of English
					return "", 0, errors.New("unrecognized phones")
				}
			default:
				return "", 0, fmt.Errorf("unexpected %s", path)
			}
			open = append(open, token.Name.Local)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && open[len(open)-1] == "phoneme" {
				b.WriteString(said)
			} else {
				b.Write(token)
			}
		}
	}
}
