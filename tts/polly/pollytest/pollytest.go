// Package pollytest is Amazon Polly as it is documented, speaking in tones, for tests: signatures, limits, engines and
// their tags, formats and their rates, speech marks, throttling. It shares no code with the backend that it judges.
package pollytest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
)

// The credentials that the service takes, and its region.
const (
	KeyID  = "AKIATESTTESTTESTTEST"
	Key    = remotetest.Key
	Region = "eu-central-1"
)

// Service is a fake of the service. Make one with New.
type Service struct {
	URL      string
	Throttle remotetest.Throttle // how many requests it takes at once

	lame     *mp3.Library
	speakers map[int]*remotetest.Speaker // by sample rate in Hz

	mu      sync.Mutex
	seen    []string
	after   int // requests until it fails
	failure *Failure
}

// request is the body of SynthesizeSpeech.
type request struct {
	Engine, OutputFormat, SampleRate, Text, TextType, VoiceID string
	SpeechMarkTypes                                           []string
}

// Failure is an error of the service.
type Failure struct {
	Status        int
	Code, Message string
}

// Error is a failure with a status, a code and a message.
func Error(status int, code, message string) Failure { return Failure{status, code, message} }

// New starts a service, which ends with the test.
func New(t *testing.T) *Service {
	t.Helper()
	s := &Service{Throttle: remotetest.Throttle{Most: 64}, speakers: map[int]*remotetest.Speaker{}}
	var err error
	s.lame, err = mp3.Open("")
	require.NoError(t, err)
	for _, rate := range []int{marksRate, 22050, 24000} {
		s.speakers[rate] = remotetest.NewSpeaker(t, rate)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := s.answer(w, r); f != nil {
			w.Header().Set("X-Amzn-ErrorType", f.Code+":http://internal.amazon.com/coral/com.amazonaws.polly/")
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(f.Status)
			_ = json.NewEncoder(w).Encode(map[string]string{"message": f.Message})
		}
	}))
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Setenv puts the credentials and the region into the environment of a test, and keeps those of the machine out.
func Setenv(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": KeyID, "AWS_SECRET_ACCESS_KEY": Key, "AWS_SESSION_TOKEN": "", "AWS_REGION": Region, "AWS_PROFILE": "",
		"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
}

// After has the next request after n others fail, and no further one.
func (s *Service) After(n int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.after, s.failure = n, &f
}

// planned is the failure of this request, if it is its turn.
func (s *Service) planned() *Failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure == nil {
		return nil
	}
	if s.after > 0 {
		s.after--
		return nil
	}
	f := s.failure
	s.failure = nil
	return f
}

// Seen are the bodies of the requests with a signature that is right, in order.
func (s *Service) Seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// Requests is how many requests had a signature that is right.
func (s *Service) Requests() int { return len(s.Seen()) }

// marksRate is the sample rate in Hz of the speech whose words speech marks are of.
const marksRate = 16000

// voices are some of the service's; Kevin is there for the neural engine alone.
func voices() []string {
	return []string{"Joanna", "Matthew", "Ruth", "Stephen", "Amy", "Brian", "Vicki", "Lea", "Kevin"}
}

// answer answers a request, or says why not.
func (s *Service) answer(w http.ResponseWriter, r *http.Request) *Failure {
	body, err := io.ReadAll(r.Body)
	var q request
	if err != nil || r.Method != http.MethodPost || r.URL.Path != "/v1/speech" || json.Unmarshal(body, &q) != nil {
		return &Failure{404, "UnknownOperationException", ""}
	}
	if !s.signed(r, body) {
		return &Failure{403, "InvalidSignatureException", "The request signature we calculated does not match the signature you provided."}
	}
	s.mu.Lock()
	s.seen = append(s.seen, string(body))
	s.mu.Unlock()
	leave, ok := s.Throttle.Enter()
	if !ok {
		return &Failure{400, "ThrottlingException", "Rate exceeded"}
	}
	defer leave()
	if f := s.planned(); f != nil {
		return f
	}
	text, at, speed, f := q.check()
	if f != nil {
		return f
	}
	w.Header().Set("x-amzn-RequestCharacters", strconv.Itoa(utf8.RuneCountInString(text)))
	rate, _ := strconv.Atoi(q.SampleRate)
	if q.OutputFormat == "json" {
		rate = marksRate
	}
	speaker := s.speakers[rate]
	speech := speaker.Say(text, speed)
	if speech == nil {
		speech = &tts.Speech{Clip: remotetest.Tone(rate)}
	}
	switch q.OutputFormat {
	case "json":
		for _, m := range speech.Marks {
			_ = json.NewEncoder(w).Encode(map[string]any{
				"time": m.From * 1000 / marksRate, "type": "word", "start": at[m.Start], "end": at[m.End-1] + 1, "value": text[m.Start:m.End],
			})
		}
	case "pcm":
		w.Header().Set("Content-Type", "audio/pcm")
		_, _ = w.Write(remotetest.PCM(speech.Clip))
	default:
		w.Header().Set("Content-Type", "audio/mpeg")
		_, _ = w.Write(s.encode(speech.Clip))
	}
	return nil
}

// check finds what the service would refuse, and what it would say: the text without tags, the byte of the input that
// each of its bytes is at, and the speed.
func (q *request) check() (text string, at []int, speed float64, f *Failure) {
	rates := map[string][]string{"mp3": {"8000", "16000", "22050", "24000", "44100", "48000"}, "pcm": {"8000", "16000"}, "json": {""}}
	invalid := func(code, message string) (string, []int, float64, *Failure) {
		return "", nil, 0, &Failure{400, code, message}
	}
	switch {
	case !slices.Contains([]string{"standard", "neural", "long-form", "generative"}, q.Engine):
		return invalid("ValidationException", "Value '"+q.Engine+"' at 'engine' failed to satisfy constraint")
	case !slices.Contains(rates[q.OutputFormat], q.SampleRate):
		return invalid("InvalidSampleRateException", "The specified sample rate is not valid.")
	case !slices.Contains(voices(), q.VoiceID):
		return invalid("ValidationException", "1 validation error detected: Value '"+q.VoiceID+"' at 'voiceId' failed to satisfy constraint: Member must satisfy enum value set: [Amy]")
	case q.VoiceID == "Kevin" && q.Engine != "neural":
		return invalid("EngineNotSupportedException", "This voice does not support the selected engine: "+q.Engine)
	case (q.OutputFormat == "json") != slices.Equal(q.SpeechMarkTypes, []string{"word"}) || q.OutputFormat == "json" && q.Engine == "generative":
		return invalid("MarksNotSupportedForFormatException", "Speech marks are not supported")
	case utf8.RuneCountInString(q.Text) > 6000:
		return invalid("TextLengthExceededException", "Maximum text length has been exceeded")
	}
	speed = 1
	if q.TextType == "ssml" {
		var err error
		if text, at, speed, err = q.strip(); err != nil {
			return invalid("InvalidSsmlException", "Invalid SSML request: "+err.Error())
		}
	} else {
		text = q.Text
		for i := range len(text) {
			at = append(at, i)
		}
	}
	if utf8.RuneCountInString(text) > 3000 {
		return invalid("TextLengthExceededException", "Maximum text length has been exceeded")
	}
	return text, at, speed, nil
}

// strip takes the tags away, if they are those that the engine takes.
func (q *request) strip() (text string, at []int, speed float64, err error) {
	speed = 1
	d := xml.NewDecoder(strings.NewReader(q.Text))
	depth := 0
	for {
		before := int(d.InputOffset())
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return text, at, speed, nil
		}
		if err != nil {
			return "", nil, 0, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			value := ""
			for _, a := range token.Attr {
				if a.Name.Local == "rate" || a.Name.Local == "ph" {
					value = a.Value
				}
			}
			switch {
			case (token.Name.Local == "speak") == (depth == 1) && depth == 1:
			case token.Name.Local == "prosody":
				percent, err := strconv.Atoi(strings.TrimSuffix(value, "%"))
				if err != nil || percent < 20 || percent > 200 {
					return "", nil, 0, fmt.Errorf("rate %q", value)
				}
				speed *= float64(percent) / 100
			case token.Name.Local == "phoneme" && q.Engine != "generative" && value != "" && !strings.Contains(value, "!"):
				speed *= 0.9 // so that it is heard
			default:
				return "", nil, 0, fmt.Errorf("tag %s", token.Name.Local)
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			raw := q.Text[before:d.InputOffset()]
			i := 0
			for _, c := range string(token) {
				size := utf8.RuneLen(c)
				if raw[i] == '&' {
					size = strings.IndexByte(raw[i:], ';') + 1
				}
				for k := range utf8.RuneLen(c) {
					at = append(at, before+i+min(k, size-1))
				}
				i += size
			}
			text += string(token)
		}
	}
}

//nolint:gochecknoglobals // a read-only pattern
var authorization = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=` + KeyID + `/\d{8}/` + Region + `/polly/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}$`)

// signed signs the request again, and says whether the result is the same.
func (s *Service) signed(r *http.Request, body []byte) bool {
	fields := authorization.FindStringSubmatch(r.Header.Get("Authorization"))
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if fields == nil || err != nil || time.Since(at).Abs() > 15*time.Minute {
		return false
	}
	again, err := http.NewRequestWithContext(r.Context(), r.Method, s.URL+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		return false
	}
	for name := range strings.SplitSeq(fields[1], ";") {
		if values := r.Header.Values(name); name != "content-length" && len(values) > 0 {
			again.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	sum := sha256.Sum256(body)
	credentials := aws.Credentials{AccessKeyID: KeyID, SecretAccessKey: Key, SessionToken: r.Header.Get("X-Amz-Security-Token")}
	err = v4.NewSigner().SignHTTP(r.Context(), credentials, again, hex.EncodeToString(sum[:]), "polly", Region, at)
	return err == nil && again.Header.Get("Authorization") == r.Header.Get("Authorization")
}

func (s *Service) encode(clip audio.Clip) []byte {
	file := audiotest.NewFile()
	e, err := s.lame.NewEncoder(file, clip.Rate, 1, 64)
	if err == nil {
		err = e.Write(clip.Samples)
	}
	if err == nil {
		err = e.Close()
	}
	if err != nil {
		panic(err)
	}
	return file.Bytes()
}
