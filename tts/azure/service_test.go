package azure

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

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
)

// service is a local stand-in for the service: its limits, errors and answers as Microsoft documents them or as they were
// seen, and tones for speech.
type service struct {
	t        *testing.T
	url      string
	speakers map[int]*remotetest.Speaker
	throttle remotetest.Throttle
	most     int // samples after which sound is cut off without a word

	mu       sync.Mutex
	bodies   []string
	failures []failing // played in turn, before anything else
}

// failing is an answer that is no speech.
type failing struct {
	status int
	body   string
	after  string // Retry-After
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{
		t: t, speakers: map[int]*remotetest.Speaker{24000: remotetest.NewSpeaker(t, 24000), 48000: remotetest.NewSpeaker(t, 48000)},
		throttle: remotetest.Throttle{Most: 64}, most: audio.Samples(maxDuration, 48000),
	}
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// last is the body of the last request.
func (s *service) last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	require.NotEmpty(s.t, s.bodies)
	return s.bodies[len(s.bodies)-1]
}

const wrongKey = `{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."}}`

func (s *service) serve(w http.ResponseWriter, r *http.Request) {
	leave, ok := s.throttle.Enter()
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
	var f *failing
	if len(s.failures) > 0 {
		f, s.failures = &s.failures[0], s.failures[1:]
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
		if f.after != "" {
			w.Header().Set("Retry-After", f.after)
		}
		w.WriteHeader(f.status)
		_, _ = io.WriteString(w, f.body)
		return
	}
	w.Header().Set("Content-Type", "audio/x-wav")
	_, _ = w.Write(sound)
}

// refuse looks at all but the body.
func refuse(r *http.Request) *failing {
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/cognitiveservices/v1" || r.URL.RawQuery != "":
		return &failing{status: 404, body: `{"error":{"code":"404","message":"Resource not found"}}`}
	case r.Header.Get("Ocp-Apim-Subscription-Key") != remotetest.Key:
		return &failing{status: 401, body: wrongKey}
	case r.Header.Get("Content-Type") != "application/ssml+xml":
		return &failing{status: 415}
	case r.UserAgent() == "" || len(r.UserAgent()) > 254 || r.UserAgent() == "Go-http-client/1.1":
		return &failing{status: 400}
	}
	return nil
}

var formatPattern = regexp.MustCompile(`^riff-(24|48)khz-16bit-mono-pcm$`)

// speak is the service.
func (s *service) speak(document, format string) ([]byte, *failing) {
	khz := formatPattern.FindStringSubmatch(format)
	if khz == nil {
		return nil, &failing{status: 400}
	}
	text, rate, err := read(document)
	if err != nil {
		return nil, &failing{status: 400}
	}
	n, err := strconv.Atoi(khz[1])
	require.NoError(s.t, err)
	speech := s.speakers[n*1000].Say(text, rate)
	if speech == nil { // tones say letters only
		speech = s.speakers[n*1000].Say("oh", 1)
	}
	clip := speech.Clip
	clip.Samples = clip.Samples[:min(len(clip.Samples), s.most)]
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
