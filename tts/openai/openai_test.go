package openai

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
	"github.com/voicepress/voicepress/tts/internal/voices"
	"github.com/voicepress/voicepress/tts/ttstest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden.json")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func env(voice string) tts.Env { return tts.Env{Voice: voice, Log: slog.New(slog.DiscardHandler)} }

// with opens a backend for a server, and closes it when the test ends.
func with(t *testing.T, url string, change func(*Options)) *Backend {
	t.Helper()
	t.Setenv("TEST_SPEECH_KEY", remotetest.Key)
	o := Options{BaseURL: url, APIKeyEnv: "TEST_SPEECH_KEY", Voices: []voices.Option{{ID: "anna", Language: "en-US", Licence: "CC0-1.0"}, {ID: "bert"}}}
	if change != nil {
		change(&o)
	}
	b, err := New(o, env(""))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func TestConformance(t *testing.T) {
	for name, test := range map[string]struct {
		server  func(*server)
		options func(*Options)
	}{
		"OpenAI":         {func(s *server) { s.key = remotetest.Key }, nil},
		"PCM":            {nil, func(o *Options) { o.ResponseFormat = "pcm" }},
		"Kokoro-FastAPI": {func(s *server) { s.kokoro = true }, func(o *Options) { o.Server = "kokoro-fastapi" }},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, test.server)
			ttstest.Run(t, func(t *testing.T) tts.Backend { return with(t, s.URL, test.options) })
		})
	}
}

func TestThrottledRequestsAreToldFromFailures(t *testing.T) {
	s := newServer(t, func(s *server) { s.throttle.Most = 1 })
	b := with(t, s.URL, nil)
	var said, limited atomic.Int64
	var group errgroup.Group
	for range 12 {
		group.Go(func() error {
			_, err := b.Speak(t.Context(), tts.Request{Text: "Hello."})
			var wait *tts.RateLimited
			switch {
			case err == nil:
				said.Add(1)
			case errors.As(err, &wait) && wait.After == 20*time.Millisecond:
				limited.Add(1)
			default:
				return err
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	require.Positive(t, said.Load())
	require.Positive(t, limited.Load())
}

func TestHostileServers(t *testing.T) {
	t.Run("WAV", func(t *testing.T) {
		remotetest.Hostile(t, func(t *testing.T, url string) tts.Backend { return with(t, url, nil) }, false, nil)
	})
	t.Run("PCM", func(t *testing.T) {
		remotetest.Hostile(t, func(t *testing.T, url string) tts.Backend {
			return with(t, url, func(o *Options) { o.ResponseFormat = "pcm" })
		}, true, nil)
	})
	t.Run("Kokoro-FastAPI", func(t *testing.T) {
		remotetest.Hostile(t, func(t *testing.T, url string) tts.Backend {
			return with(t, url, func(o *Options) { o.Server = kokoro })
		}, false, func(sound []byte) []byte { return withTimes(sound, "", nil) })
	})
}

func TestRequestsAreWrittenAsDocumented(t *testing.T) {
	for name, test := range map[string]struct {
		server  func(*server)
		options func(*Options)
		request tts.Request
	}{
		"plain":    {nil, nil, tts.Request{Text: "Fish & \"chips\" <b> [pause:60s]\nfor 5 < 7."}},
		"all":      {nil, func(o *Options) { o.Model, o.Instructions = "nice-1", "Calmly." }, tts.Request{Text: "Hello.", Voice: "bert", Rate: 1.25}},
		"captions": {func(s *server) { s.kokoro = true }, func(o *Options) { o.Server, o.Model = kokoro, "kokoro" }, tts.Request{Text: "Hello.", Rate: 0.5}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, test.server)
			_, err := with(t, s.URL, test.options).Speak(t.Context(), test.request)
			require.NoError(t, err)
			golden(t, name, s.last(t))
		})
	}
}

func TestAddressMayHaveTheVersion(t *testing.T) {
	s := newServer(t, nil)
	for _, suffix := range []string{"", "/", "/v1", "/v1/"} {
		_, err := with(t, s.URL+suffix, nil).Speak(t.Context(), tts.Request{Text: "Hello."})
		require.NoError(t, err, suffix)
	}
}

func TestWordTimesAreThoseOfTheServer(t *testing.T) {
	s := newServer(t, func(s *server) { s.kokoro = true })
	b := with(t, s.URL, func(o *Options) { o.Server = kokoro })
	text := "Well, it didn't cost 3.5 million."
	speech, err := b.Speak(t.Context(), tts.Request{Text: text})
	require.NoError(t, err)
	want := s.speaker.Say(text, 1)
	require.Len(t, speech.Marks, len(want.Marks))
	for i, m := range speech.Marks {
		require.False(t, m.Estimated)
		require.Equal(t, text[want.Marks[i].Start:want.Marks[i].End], text[m.Start:m.End])
		require.InDelta(t, want.Marks[i].From, m.From, 1)
		require.InDelta(t, want.Marks[i].To, m.To, 1)
	}
}

func TestWordTimesAreEstimatedWhereTheServerHasNone(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(withTimes(remotetest.WAV(remotetest.Tone(24000)), "", nil))
	}))
	defer s.Close()
	b := with(t, s.URL, func(o *Options) { o.Server = kokoro })
	speech, err := b.Speak(t.Context(), tts.Request{Text: "Bonjour tout le monde."})
	require.NoError(t, err)
	require.Len(t, speech.Marks, 4)
	require.True(t, speech.Marks[0].Estimated)
}

func TestEveryProblemHasItsKind(t *testing.T) {
	kind := func(err error) string {
		var (
			quota     *tts.QuotaExceeded
			refused   *tts.Refused
			auth      *tts.NotAuthorised
			voice     *tts.NoSuchVoice
			limited   *tts.RateLimited
			temporary *tts.Temporary
			long      *tts.TooLong
		)
		switch {
		case errors.As(err, &long):
			return "too long"
		case errors.As(err, &quota):
			return "quota"
		case errors.As(err, &refused):
			return "refused"
		case errors.As(err, &auth):
			return "auth"
		case errors.As(err, &voice):
			return "voice " + voice.Voice
		case errors.As(err, &limited):
			return "limited " + limited.After.String()
		case errors.As(err, &temporary):
			return "temporary"
		}
		return "permanent"
	}
	for _, test := range []struct {
		name   string
		status int
		header string
		body   string
		kokoro bool
		want   string
		hint   string
	}{
		{"quota", 429, "", `{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}`, false, "quota", "balance"},
		{"hard limit", 400, "", `{"error":{"message":"Billing hard limit has been reached","code":"billing_hard_limit_reached"}}`, false, "quota", "balance"},
		{"rate", 429, "Retry-After: 3", `{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}`, false, "limited 3s", ""},
		{"key", 401, "", `{"error":{"message":"Incorrect API key provided: sk-ab***xy.","type":"invalid_request_error","code":"invalid_api_key"}}`, false, "auth", "key"},
		{"country", 403, "", `{"error":{"message":"Country, region, or territory not supported","code":"unsupported_country_region_territory"}}`, false, "auth", "key"},
		{"policy", 400, "", `{"error":{"message":"Your request was rejected","type":"invalid_request_error","code":"content_policy_violation"}}`, false, "refused", ""},
		{"voice by field", 400, "", `{"error":{"message":"Invalid value: 'anna'.","param":"voice","code":"invalid_value"}}`, false, "voice anna", "Invalid value"},
		{"voice in words", 400, "", `{"detail":{"error":"validation_error","message":"Voice 'anna' not found. Available voices: af_heart","type":"invalid_request_error"}}`, true, "voice anna", "af_heart"},
		{"voice by FastAPI", 422, "", `{"detail":[{"type":"enum","loc":["body","voice"],"msg":"Input should be 'a' or 'b'"}]}`, false, "voice anna", "Input should be"},
		{"voice with number", 404, "", `{"error":{"code":404,"message":"unknown voice anna","type":""}}`, false, "voice anna", "unknown voice"},
		{"voice on fire", 500, "", `{"error":{"message":"voice not found in cache"}}`, false, "temporary", ""},
		{"model", 404, "", `{"error":{"message":"The model 'x' does not exist","type":"invalid_request_error","code":"model_not_found"}}`, false, "permanent", "model"},
		{"format", 400, "", `{"detail":"response_format wav is not supported"}`, false, "permanent", "response_format"},
		{"length", 400, "", `{"error":{"message":"string too long","param":"input","code":"string_above_max_length"}}`, false, "too long", "max_runes"},
		{"no captions", 404, "", `{"detail":"Not Found"}`, true, "permanent", "server"},
		{"no page", 404, "", `404 page not found`, false, "permanent", "base_url"},
		{"busy", 503, "Retry-After: 1", `{"detail":"loading model"}`, false, "limited 1s", ""},
		{"broken", 500, "", `{"error":{"message":"The server had an error","type":"server_error"}}`, false, "temporary", ""},
		{"not again", 500, "X-Should-Retry: false", `{"error":{"message":"no"}}`, false, "permanent", ""},
		{"nothing", 500, "", ``, false, "temporary", ""},
		{"null", 400, "", `{"error":null}`, false, "permanent", ""},
		{"a list", 400, "", `[1,2]`, false, "permanent", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if name, value, ok := strings.Cut(test.header, ": "); ok {
					w.Header().Set(name, value)
				}
				w.WriteHeader(test.status)
				_, _ = fmt.Fprint(w, test.body)
			}))
			defer s.Close()
			b := with(t, s.URL, func(o *Options) {
				if test.kokoro {
					o.Server = kokoro
				}
			})
			_, err := b.Speak(t.Context(), tts.Request{Text: "Hello."})
			require.Equal(t, test.want, kind(err), "%v", err)
			if test.hint != "" {
				var hint interface{ Hint() string }
				require.ErrorAs(t, err, &hint)
				require.Contains(t, hint.Hint(), test.hint)
			}
		})
	}
}

func TestWhatIsDeclared(t *testing.T) {
	local := with(t, "http://localhost:8880", nil).Info()
	require.False(t, local.Remote)
	require.False(t, local.NoticeRequired)
	require.True(t, local.Streams)
	require.Equal(t, tts.TimingNone, local.Timing)
	require.Equal(t, tts.Voice{ID: "anna", Language: "en-US", Licence: "CC0-1.0"}, local.Voices[0])
	require.Equal(t, "und", local.Voices[1].Language)
	require.Equal(t, tts.TimingWord, with(t, "http://localhost:8880", func(o *Options) { o.Server = kokoro }).Info().Timing)

	for _, address := range []string{"https://api.openai.com", "https://API.openai.com:443/v1", "https://eu.api.openai.com/v1"} {
		info := with(t, address, func(o *Options) { o.PricePerMillion = 15 }).Info()
		require.True(t, info.Remote, address)
		require.True(t, info.NoticeRequired, address)
		require.Contains(t, info.Terms, "openai.com")
		require.InDelta(t, 15, info.PricePerMillion, 0)
		require.InDelta(t, 30, with(t, address, nil).Info().PricePerMillion, 0, "a budget holds without it")
	}
	for _, address := range []string{"https://api.openai.com.example.org", "https://example.org/api.openai.com", "https://notapi.openai.com"} {
		require.False(t, with(t, address, nil).Info().NoticeRequired, address)
	}
}

func TestFingerprintIsWhatChangesTheSound(t *testing.T) {
	base := with(t, "http://localhost:8880", nil).Info().Fingerprint
	require.NotContains(t, base, "localhost", "it is published")
	for name, change := range map[string]func(*Options){
		"model":        func(o *Options) { o.Model = "x" },
		"instructions": func(o *Options) { o.Instructions = "x" },
		"server":       func(o *Options) { o.Server = kokoro },
		"address":      func(o *Options) { o.BaseURL = "http://localhost:8881" },
		"format":       func(o *Options) { o.ResponseFormat = "pcm" },
	} {
		require.NotEqual(t, base, with(t, "http://localhost:8880", change).Info().Fingerprint, name)
	}
	for name, change := range map[string]func(*Options){
		"price": func(o *Options) { o.PricePerMillion = 1 }, "concurrency": func(o *Options) { o.Concurrency = 9 },
		"requests": func(o *Options) { o.RequestsPerMinute = 9 }, "key": func(o *Options) { o.APIKeyEnv = "" }, "version": func(o *Options) { o.BaseURL += "/v1/" },
	} {
		require.Equal(t, base, with(t, "http://localhost:8880", change).Info().Fingerprint, name)
	}
}

func TestKeyGoesToItsServerAlone(t *testing.T) {
	t.Setenv("OPENAI_API_KEY", remotetest.Key)
	var sent []string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { sent = r.Header.Values("Authorization") }))
	defer s.Close()
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte("from-file\n"), 0o600))
	for want, o := range map[string]Options{"": {}, "Bearer " + remotetest.Key: {APIKeyEnv: "OPENAI_API_KEY"}, "Bearer from-file": {APIKeyFile: file}} {
		o.BaseURL = s.URL
		b, err := New(o, env("anna"))
		require.NoError(t, err)
		_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
		require.Error(t, err)
		require.Equal(t, want, strings.Join(sent, ""))
		require.NoError(t, b.Close())
	}
	t.Setenv("OPENAI_API_KEY", "")
	b, err := New(Options{BaseURL: "https://api.openai.com"}, env("alloy"))
	require.NoError(t, err, "what is kept from before needs no key")
	_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
	require.ErrorAs(t, err, new(*tts.NotAuthorised))
	require.NoError(t, b.Close())
}

func TestWhatCannotBeOpened(t *testing.T) {
	one := []voices.Option{{ID: "a"}}
	for _, test := range []struct {
		name    string
		options Options
		voice   string
		hint    string
		want    string
	}{
		{"no address", Options{}, "a", "Kokoro-FastAPI", "no address"},
		{"no voice", Options{BaseURL: "http://localhost"}, "", "--voice", "a voice"},
		{"no address at all", Options{BaseURL: "localhost:8880", Voices: one}, "", "http://", "does not begin"},
		{"no such server", Options{BaseURL: "http://localhost", Server: "x", Voices: one}, "", "", `no server "x"`},
		{"no such format", Options{BaseURL: "http://localhost", ResponseFormat: "mp3", Voices: one}, "", "", "neither wav nor pcm"},
		{"no such rate", Options{BaseURL: "http://localhost", SampleRate: 1, Voices: one}, "", "", "1 Hz"},
		{"a voice twice", Options{BaseURL: "http://localhost", Voices: []voices.Option{{ID: "a"}, {ID: "a"}}}, "", "", "twice"},
		{"a voice without ID", Options{BaseURL: "http://localhost", Voices: []voices.Option{{}}}, "", "", "no ID"},
		{"no such language", Options{BaseURL: "http://localhost", Voices: []voices.Option{{ID: "a", Language: "English (US)"}}}, "", "", "BCP 47"},
		{"negative", Options{BaseURL: "http://localhost", Voices: one, PricePerMillion: -1}, "", "", "negative"},
	} {
		_, err := New(test.options, env(test.voice))
		require.ErrorContains(t, err, test.want, test.name)
		if test.hint != "" {
			var hint interface{ Hint() string }
			require.ErrorAs(t, err, &hint, test.name)
			require.Contains(t, hint.Hint(), test.hint, test.name)
		}
	}
}

func TestAVoiceThatIsAskedForComesFirst(t *testing.T) {
	o := Options{BaseURL: "http://localhost", Voices: []voices.Option{{ID: "a"}, {ID: "b", Language: "de"}}}
	for want, voice := range map[string]string{"a b": "", "b a": "b", "c a b": "c"} {
		b, err := New(o, env(voice))
		require.NoError(t, err)
		var ids []string
		for _, v := range b.Info().Voices {
			ids = append(ids, v.ID)
		}
		require.Equal(t, want, strings.Join(ids, " "))
		require.NoError(t, b.Close())
	}
}

func TestLanguageIsToldByTheNameWhereItCanBe(t *testing.T) {
	for id, want := range map[string]string{
		"af_heart": "en-US", "bm_george": "en-GB", "zf_xiaobei": "zh", "af_bella+af_sky": "en-US", "de_DE-thorsten-high": "de-DE",
		"alloy": "und", "anna": "und", "xf_nobody": "und", "ax_odd": "und", "": "und", "af_": "und",
	} {
		require.Equal(t, want, languageOf(id), id)
	}
}

func TestRateBeyondTheProtocolIsRefused(t *testing.T) {
	b := with(t, newServer(t, nil).URL, nil)
	for _, rate := range []float64{0.2, 4.1, 900} {
		_, err := b.Speak(t.Context(), tts.Request{Text: "Hello.", Rate: rate})
		require.ErrorContains(t, err, "rate")
	}
}

func TestRemoteCharactersAreBilled(t *testing.T) {
	s := newServer(t, nil)
	local := with(t, s.URL, nil)
	speech, err := local.Speak(t.Context(), tts.Request{Text: "Ein Schäf."})
	require.NoError(t, err)
	require.Zero(t, speech.Bill.Characters)
	local.info.Remote = true
	speech, err = local.Speak(t.Context(), tts.Request{Text: "Ein Schäf."})
	require.NoError(t, err)
	require.Equal(t, 10, speech.Bill.Characters)
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"audio":"AAAA","audio_format":"audio/wav","timestamps":[{"word":"a","start_time":0,"end_time":1}]}`))
	f.Add([]byte(`{"error":{"message":"m","code":5}}`))
	f.Add([]byte(`{"detail":[{"loc":["body",1],"msg":"m"}]}`))
	f.Add(withTimes(remotetest.WAV(remotetest.Tone(8000))[:2000], "", nil))
	b, err := New(Options{BaseURL: "http://localhost", Server: kokoro}, env("anna"))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, body []byte) {
		p := parse(body)
		require.NotEmpty(t, p.message)
		if speech, err := b.captioned(body, "Some words to say."); err == nil {
			require.NotEmpty(t, speech.Clip.Samples)
		}
	})
}

// TestLive asks a real server: VOICEPRESS_LIVE=1 VOICEPRESS_OPENAI_URL=http://localhost:8880 VOICEPRESS_OPENAI_VOICE=af_heart, and
// VOICEPRESS_OPENAI_SERVER, VOICEPRESS_OPENAI_MODEL and OPENAI_API_KEY where it needs them.
func TestLive(t *testing.T) {
	if os.Getenv("VOICEPRESS_LIVE") == "" || os.Getenv("VOICEPRESS_OPENAI_URL") == "" {
		t.Skip("no server is given")
	}
	o := Options{
		BaseURL: os.Getenv("VOICEPRESS_OPENAI_URL"), Server: os.Getenv("VOICEPRESS_OPENAI_SERVER"), Model: os.Getenv("VOICEPRESS_OPENAI_MODEL"),
		Concurrency: 2,
	}
	if os.Getenv("OPENAI_API_KEY") != "" {
		o.APIKeyEnv = "OPENAI_API_KEY"
	}
	b, err := New(o, env(os.Getenv("VOICEPRESS_OPENAI_VOICE")))
	require.NoError(t, err)
	defer b.Close()
	speech, err := b.Speak(t.Context(), tts.Request{Text: "The minister said on Tuesday that the old bridge would be closed."})
	require.NoError(t, err)
	require.InDelta(t, 4, speech.Clip.Duration().Seconds(), 2.5)
}
