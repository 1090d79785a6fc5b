package polly

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
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

const (
	keyID  = "AKIATESTTESTTESTTEST"
	region = "eu-central-1"
)

// service is Amazon Polly as it is documented, speaking in tones: signatures, limits, engines and their tags, formats and
// their rates, speech marks, throttling.
type service struct {
	*httptest.Server
	fail     func(request) *failure // a failure to play, or nil
	throttle remotetest.Throttle
	lame     *mp3.Library

	mu   sync.Mutex
	seen []string
}

// request is the body of SynthesizeSpeech.
type request struct {
	Engine, OutputFormat, SampleRate, Text, TextType, VoiceID string
	SpeechMarkTypes                                           []string
}

// failure is an error of the service.
type failure struct {
	status        int
	code, message string
}

func serve(t *testing.T) *service {
	t.Helper()
	s := &service{throttle: remotetest.Throttle{Most: 64}}
	var err error
	s.lame, err = mp3.Open("")
	require.NoError(t, err)
	speakers := map[int]*remotetest.Speaker{}
	for _, rate := range []int{16000, 22050, 24000} {
		speakers[rate] = remotetest.NewSpeaker(t, rate)
	}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := s.answer(w, r, speakers); f != nil {
			w.Header().Set("X-Amzn-ErrorType", f.code+":http://internal.amazon.com/coral/com.amazonaws.polly/")
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(f.status)
			_ = json.NewEncoder(w).Encode(map[string]string{"message": f.message})
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *service) answer(w http.ResponseWriter, r *http.Request, speakers map[int]*remotetest.Speaker) *failure {
	body, err := io.ReadAll(r.Body)
	var q request
	if err != nil || r.Method != http.MethodPost || r.URL.Path != "/v1/speech" || json.Unmarshal(body, &q) != nil {
		return &failure{404, "UnknownOperationException", ""}
	}
	if !s.signed(r, body) {
		return &failure{403, "InvalidSignatureException", "The request signature we calculated does not match the signature you provided."}
	}
	s.mu.Lock()
	s.seen = append(s.seen, string(body))
	s.mu.Unlock()
	leave, ok := s.throttle.Enter()
	if !ok {
		return &failure{400, "ThrottlingException", "Rate exceeded"}
	}
	defer leave()
	if s.fail != nil {
		if f := s.fail(q); f != nil {
			return f
		}
	}
	text, at, speed, f := q.check()
	if f != nil {
		return f
	}
	w.Header().Set("x-amzn-RequestCharacters", strconv.Itoa(utf8.RuneCountInString(text)))
	rate, _ := strconv.Atoi(q.SampleRate)
	speaker := speakers[rate]
	if q.OutputFormat == "json" {
		speaker = speakers[16000]
	}
	speech := speaker.Say(text, speed)
	if speech == nil {
		speech = &tts.Speech{Clip: remotetest.Tone(rate)}
	}
	switch q.OutputFormat {
	case "json":
		for _, m := range speech.Marks {
			_ = json.NewEncoder(w).Encode(map[string]any{
				"time": m.From * 1000 / 16000, "type": "word", "start": at[m.Start], "end": at[m.End-1] + 1, "value": text[m.Start:m.End],
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
func (q *request) check() (text string, at []int, speed float64, f *failure) {
	e, ok := engines()[q.Engine]
	rates := map[string][]string{"mp3": {"8000", "16000", "22050", "24000", "44100", "48000"}, "pcm": {"8000", "16000"}, "json": {""}}
	invalid := func(code, message string) (string, []int, float64, *failure) {
		return "", nil, 0, &failure{400, code, message}
	}
	switch {
	case !ok:
		return invalid("ValidationException", "Value '"+q.Engine+"' at 'engine' failed to satisfy constraint")
	case !slices.Contains(rates[q.OutputFormat], q.SampleRate):
		return invalid("InvalidSampleRateException", "The specified sample rate is not valid.")
	case languageOf(q.VoiceID) == "und":
		return invalid("ValidationException", "1 validation error detected: Value '"+q.VoiceID+"' at 'voiceId' failed to satisfy constraint: Member must satisfy enum value set: [Amy]")
	case q.VoiceID == "Kevin" && q.Engine != "neural":
		return invalid("EngineNotSupportedException", "This voice does not support the selected engine: "+q.Engine)
	case (q.OutputFormat == "json") != slices.Equal(q.SpeechMarkTypes, []string{"word"}) || q.OutputFormat == "json" && !e.marks:
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

var authorization = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=` + keyID + `/\d{8}/` + region + `/polly/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}$`)

// signed signs the request again, and says whether the result is the same.
func (s *service) signed(r *http.Request, body []byte) bool {
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
	credentials := aws.Credentials{AccessKeyID: keyID, SecretAccessKey: remotetest.Key, SessionToken: r.Header.Get("X-Amz-Security-Token")}
	err = v4.NewSigner().SignHTTP(r.Context(), credentials, again, hex.EncodeToString(sum[:]), "polly", region, at)
	return err == nil && again.Header.Get("Authorization") == r.Header.Get("Authorization")
}

func (s *service) encode(clip audio.Clip) []byte {
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

func (s *service) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// keys puts the keys that the fake takes into the environment, and nothing else.
func keys(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": keyID, "AWS_SECRET_ACCESS_KEY": remotetest.Key, "AWS_SESSION_TOKEN": "", "AWS_REGION": region, "AWS_PROFILE": "",
		"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
}

func open(t *testing.T, o Options, voice string) *Backend {
	t.Helper()
	b, err := New(t.Context(), o, tts.Env{Voice: voice, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}
