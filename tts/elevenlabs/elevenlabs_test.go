package elevenlabs

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

// with opens a backend for a service, and closes it when the test ends.
func with(t *testing.T, url string, change func(*Options)) *Backend {
	t.Helper()
	t.Setenv("ELEVENLABS_API_KEY", remotetest.Key)
	o := Options{BaseURL: url, Context: true, Voices: []voices.Option{{ID: voiceA, Language: "en-GB", Licence: "ElevenLabs"}, {ID: voiceB, Language: "de"}}}
	if change != nil {
		change(&o)
	}
	b, err := New(o, env(""))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func TestConformance(t *testing.T) {
	for _, model := range []string{"", "eleven_flash_v2_5", "eleven_v3"} {
		t.Run(model, func(t *testing.T) {
			s := newService(t)
			ttstest.Run(t, func(t *testing.T) tts.Backend { return with(t, s.URL, func(o *Options) { o.Model = model }) })
		})
	}
}

func TestHostileServers(t *testing.T) {
	remotetest.Hostile(t, func(t *testing.T, url string) tts.Backend { return with(t, url, nil) }, true,
		func(sound []byte) []byte { return []byte(jsonOf(answerOf(sound, "", nil))) })
}

func TestRequestsAreWrittenAsDocumented(t *testing.T) {
	request := tts.Request{
		Text: "He said \"no\" & left <break time=\"9s\"/> [sighs].", Language: "en-US", Seed: 1<<32 + 5,
		Before: strings.Repeat("x", 400) + "Before.", After: "After." + strings.Repeat("y", 400),
	}
	for name, test := range map[string]struct {
		options func(*Options)
		request tts.Request
	}{
		"multilingual": {nil, request},
		"flash": {func(o *Options) {
			o.Model, o.Stability, o.SimilarityBoost, o.Style = "eleven_flash_v2_5", 0.5, 0.75, 0.1
		}, request},
		"v3":         {func(o *Options) { o.Model = "eleven_v3" }, request},
		"no-context": {func(o *Options) { o.Context = false }, request},
		"fast":       {nil, tts.Request{Text: "Quick.", Rate: 1.1}},
		"too-fast":   {nil, tts.Request{Text: "Quick.", Rate: 2}},
		"german":     {func(o *Options) { o.Model = "eleven_flash_v2_5" }, tts.Request{Text: "Guten Tag.", Voice: voiceB}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			speech, err := with(t, s.URL, test.options).Speak(t.Context(), test.request)
			require.NoError(t, err)
			require.Equal(t, name == "too-fast", len(speech.Warnings) > 0)
			golden(t, name, s.last(t))
		})
	}
}

func TestWordTimesAreThoseOfTheCharacters(t *testing.T) {
	s := newService(t)
	text := "Well, Zoë didn’t pay €3.5 million — 日本."
	speech, err := with(t, s.URL, nil).Speak(t.Context(), tts.Request{Text: text})
	require.NoError(t, err)
	want := s.speaker.Say(text, 1)
	require.Len(t, speech.Marks, len(want.Marks))
	for i, m := range speech.Marks {
		require.False(t, m.Estimated, text[m.Start:m.End])
		require.Equal(t, text[want.Marks[i].Start:want.Marks[i].End], text[m.Start:m.End])
		require.InDelta(t, want.Marks[i].From, m.From, 2)
		require.InDelta(t, want.Marks[i].To, m.To, 2)
	}
}

func TestWithoutAlignmentWordTimesAreEstimated(t *testing.T) {
	for name, alignment := range map[string]any{"null": nil, "empty": map[string]any{}, "times alone": map[string]any{"character_start_times_seconds": []float64{1}}} {
		answer := answerOf(remotetest.PCM(remotetest.Tone(rate)), "", nil)
		answer["alignment"] = alignment
		speech, err := read([]byte(jsonOf(answer)), "Two words.")
		require.NoError(t, err, name)
		require.Len(t, speech.Marks, 2)
		require.True(t, speech.Marks[0].Estimated)
	}
}

func TestCharactersAreBilledAsTheServiceSays(t *testing.T) {
	for header, want := range map[string]int{"": 7, "4": 4, "3.6": 4, "-1": 7, "many": 7, "NaN": 7, "1e300": 7} {
		require.Equal(t, want, cost(http.Header{"Character-Cost": {header}}, "Zoë ja."), header)
	}
	s := newService(t)
	speech, err := with(t, s.URL, nil).Speak(t.Context(), tts.Request{Text: "Zoë ja."})
	require.NoError(t, err)
	require.Equal(t, 7, speech.Bill.Characters)
}

func TestThrottledRequestsAreToldFromFailures(t *testing.T) {
	s := newService(t)
	s.throttle.Most = 1
	b := with(t, s.URL, func(o *Options) { o.Concurrency = 4 })
	var said, limited atomic.Int64
	var group errgroup.Group
	for range 12 {
		group.Go(func() error {
			_, err := b.Speak(t.Context(), tts.Request{Text: "Hello."})
			switch {
			case err == nil:
				said.Add(1)
			case errors.As(err, new(*tts.RateLimited)):
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

func TestTheServiceRefusesAsItsFakeDoes(t *testing.T) {
	s := newService(t)
	b := with(t, s.URL, nil)
	_, err := b.Speak(t.Context(), tts.Request{Text: "Some forbidden words."})
	require.ErrorAs(t, err, new(*tts.Refused))
	s.quota = 3
	_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
	require.ErrorAs(t, err, new(*tts.QuotaExceeded))
	_, err = with(t, s.URL, func(o *Options) { o.Voices[0].ID = "gone" }).Speak(t.Context(), tts.Request{Text: "Hello."})
	var missing *tts.NoSuchVoice
	require.ErrorAs(t, err, &missing)
	require.Equal(t, []string{voiceB}, missing.Known)
	_, err = with(t, s.URL, func(o *Options) { o.Model = "eleven_v9" }).Speak(t.Context(), tts.Request{Text: "Hello."})
	var hint interface{ Hint() string }
	require.ErrorAs(t, err, &hint)
	require.Contains(t, hint.Hint(), "model")
	s.key = "another"
	_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
	require.ErrorAs(t, err, new(*tts.NotAuthorised))
	require.NotContains(t, err.Error(), remotetest.Key)
	t.Setenv("ELEVENLABS_API_KEY", "")
	_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
	require.ErrorAs(t, err, new(*tts.NotAuthorised))
	require.ErrorAs(t, err, &hint)
	require.Contains(t, hint.Hint(), "ELEVENLABS_API_KEY")
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
		status int
		header string
		body   string
		want   string
		hint   string
	}{
		{401, "", `{"detail":{"status":"quota_exceeded","message":"This request exceeds your quota of 10000."}}`, "quota", "credits"},
		{401, "", `{"detail":{"type":"payment_required","code":"insufficient_credits","message":"No credits."}}`, "quota", "credits"},
		{401, "", `{"detail":{"status":"invalid_api_key","message":"Invalid API key"}}`, "auth", "key"},
		{401, "", `{"detail":{"status":"missing_permissions","message":"The API key you used is missing the permission text_to_speech"}}`, "auth", "permission"},
		{401, "", `{"detail":{"status":"detected_unusual_activity","message":"Unusual activity detected."}}`, "auth", "plan"},
		{401, "", `{"detail":{"status":"something_new","message":"No."}}`, "auth", "key"},
		{403, "", `{"detail":{"status":"output_format_not_allowed","message":"Only on Pro."}}`, "auth", "plan"},
		{429, "", `{"detail":{"status":"too_many_concurrent_requests","message":"Too many concurrent requests."}}`, "limited 0s", ""},
		{429, "Retry-After: 2", `{"detail":{"status":"system_busy","message":"We are experiencing heavy traffic."}}`, "limited 2s", ""},
		{503, "", `{"detail":{"status":"system_busy","message":"Busy."}}`, "limited 0s", ""},
		{400, "", `{"detail":{"status":"voice_not_found","message":"A voice does not exist."}}`, "voice " + voiceA, "account"},
		{404, "", `{"detail":{"type":"not_found","code":"resource_gone","message":"Voice not found"}}`, "voice " + voiceA, "Voice not found"},
		{400, "", `{"detail":{"status":"invalid_uid","message":"An invalid ID has been received."}}`, "voice " + voiceA, "plan"},
		{400, "", `{"detail":{"status":"max_character_limit_exceeded","message":"627 characters exceed the limit of 333"}}`, "too long", ""},
		{400, "", `{"detail":{"status":"content_against_policy","message":"Against our policies."}}`, "refused", ""},
		{400, "", `{"detail":{"type":"validation_error","code":"unsupported_model","message":"Not supported.","status":"unsupported_model","param":"model_id"}}`, "permanent", "model"},
		{422, "", `{"detail":[{"loc":["body","text"],"msg":"field required","type":"value_error.missing"}]}`, "permanent", ""},
		{422, "", `{"detail":"odd"}`, "permanent", ""},
		{500, "", `{"detail":{"status":"internal_server_error","message":"Oops."}}`, "temporary", ""},
		{500, "", `oops`, "temporary", ""},
		{400, "", `{"detail":null}`, "permanent", ""},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if name, value, ok := strings.Cut(test.header, ": "); ok {
				w.Header().Set(name, value)
			}
			w.WriteHeader(test.status)
			_, _ = fmt.Fprint(w, test.body)
		}))
		_, err := with(t, s.URL, nil).Speak(t.Context(), tts.Request{Text: "Hello."})
		require.Equal(t, test.want, kind(err), "%s: %v", test.body, err)
		if test.hint != "" {
			var hint interface{ Hint() string }
			require.ErrorAs(t, err, &hint, test.body)
			require.Contains(t, hint.Hint(), test.hint)
		}
		s.Close()
	}
}

func TestWhatIsDeclared(t *testing.T) {
	info := with(t, "", nil).Info()
	require.True(t, info.Remote)
	require.True(t, info.NoticeRequired)
	require.True(t, info.Streams)
	require.True(t, info.Context)
	require.Equal(t, 24000, info.SampleRate)
	require.InDelta(t, 165, info.PricePerMillion, 0, "a budget holds without a price")
	require.Contains(t, info.Terms, "elevenlabs.io")
	require.Equal(t, tts.Limit{N: 10_000, Unit: tts.Runes}, info.Limit)
	for model, want := range map[string]int{"eleven_v3": 5000, "eleven_flash_v2": 30_000, "eleven_turbo_v2_5": 40_000, "eleven_multilingual_v1": 10_000, "new": 5000} {
		require.Equal(t, want, with(t, "", func(o *Options) { o.Model = model }).Info().Limit.N, model)
	}
	require.False(t, with(t, "", func(o *Options) { o.Model = "eleven_v3" }).Info().Context, "it takes none")
	require.False(t, with(t, "", func(o *Options) { o.Context = false }).Info().Context)
}

func TestFingerprintIsWhatChangesTheSound(t *testing.T) {
	base := with(t, "", nil).Info().Fingerprint
	for name, change := range map[string]func(*Options){
		"model": func(o *Options) { o.Model = "eleven_v3" }, "stability": func(o *Options) { o.Stability = 0.4 }, "style": func(o *Options) { o.Style = 0.4 },
		"similarity": func(o *Options) { o.SimilarityBoost = 0.4 }, "context": func(o *Options) { o.Context = false },
	} {
		require.NotEqual(t, base, with(t, "", change).Info().Fingerprint, name)
	}
	for name, change := range map[string]func(*Options){
		"price": func(o *Options) { o.PricePerMillion = 1 }, "concurrency": func(o *Options) { o.Concurrency = 9 }, "key": func(o *Options) { o.APIKeyEnv = "X" },
		"region": func(o *Options) { o.BaseURL = "https://api.us.elevenlabs.io" }, "the default": func(o *Options) { o.Model = "eleven_multilingual_v2" },
	} {
		require.Equal(t, base, with(t, "", change).Info().Fingerprint, name)
	}
}

func TestWhatCannotBeOpened(t *testing.T) {
	for _, test := range []struct {
		name    string
		options Options
		voice   string
		want    string
	}{
		{"no voice", Options{}, "", "a voice"},
		{"a name for an ID", Options{}, "Rachel the narrator", "no voice"},
		{"a path for an ID", Options{Voices: []voices.Option{{ID: "../models"}}}, "", "no voice"},
		{"an empty ID", Options{Voices: []voices.Option{{}}}, "", "no ID"},
		{"a voice twice", Options{Voices: []voices.Option{{ID: "a"}, {ID: "a"}}}, "", "twice"},
		{"no language", Options{Voices: []voices.Option{{ID: "a", Language: "?"}}}, "", "BCP 47"},
		{"stability", Options{Stability: 2}, "a", "stability"},
		{"price", Options{PricePerMillion: -2}, "a", "price"},
		{"address", Options{BaseURL: "elevenlabs.io"}, "a", "address"},
	} {
		_, err := New(test.options, env(test.voice))
		require.ErrorContains(t, err, test.want, test.name)
	}
	b, err := New(Options{Voices: []voices.Option{{ID: "a"}, {ID: "b", Language: "de"}}}, env("b"))
	require.NoError(t, err)
	require.Equal(t, tts.Voice{ID: "b", Language: "de"}, b.Info().Voices[0])
	require.Len(t, b.Info().Voices, 2)
	require.NoError(t, b.Close())
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte(jsonOf(answerOf(remotetest.PCM(remotetest.Tone(rate))[:4000], "Some words", nil))), "Some words")
	f.Add([]byte(`{"audio_base64":"AQIDBA==","alignment":{"characters":["a","b"],"character_start_times_seconds":[0,-1e300],"character_end_times_seconds":[1e300]}}`), "ab")
	f.Add([]byte(`{"detail":[{"loc":[1],"msg":"m"}]}`), "")
	f.Fuzz(func(t *testing.T, body []byte, text string) {
		if _, message := parse(body); message == "" {
			t.Fatal("no message")
		}
		speech, err := read(body, text)
		if err != nil {
			return
		}
		last := tts.Mark{}
		for _, m := range speech.Marks {
			require.True(t, m.Start >= last.End && m.End > m.Start && m.End <= len(text))
			require.True(t, m.From >= last.To && m.To >= m.From && m.To <= len(speech.Clip.Samples))
			last = m
		}
	})
}

// TestLive asks the service: VOICEPRESS_LIVE=1 ELEVENLABS_API_KEY=... VOICEPRESS_ELEVENLABS_VOICE=ID.
func TestLive(t *testing.T) {
	voice := os.Getenv("VOICEPRESS_ELEVENLABS_VOICE")
	if os.Getenv("VOICEPRESS_LIVE") == "" || voice == "" {
		t.Skip("no voice is given")
	}
	b, err := New(Options{Context: true}, env(voice))
	require.NoError(t, err)
	defer b.Close()
	text := "The minister said on Tuesday that the old bridge would be closed."
	speech, err := b.Speak(t.Context(), tts.Request{Text: text, After: "Nobody knew for how long."})
	require.NoError(t, err)
	require.InDelta(t, 4, speech.Clip.Duration().Seconds(), 2.5)
	require.Len(t, speech.Marks, 12)
	require.False(t, speech.Marks[0].Estimated)
	require.Positive(t, speech.Bill.Characters)
}
