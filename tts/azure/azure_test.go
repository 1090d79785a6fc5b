package azure

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/azure/azuretest"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
	"github.com/voicepress/voicepress/tts/internal/voices"
	"github.com/voicepress/voicepress/tts/ttstest"
)

var update = flag.Bool("update", false, "write the golden files")

func env(voice string) tts.Env { return tts.Env{Voice: voice, Log: slog.New(slog.DiscardHandler)} }

// open opens the backend with a good key.
func open(t *testing.T, base, voice string, o Options) *Backend {
	t.Helper()
	t.Setenv(defaultKeyEnv, remotetest.Key)
	o.BaseURL = base
	b, err := New(o, env(voice))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func TestConformance(t *testing.T) {
	s := azuretest.New(t)
	ttstest.Run(t, func(t *testing.T) tts.Backend { return open(t, s.URL, "", Options{}) })
}

func TestHostileServers(t *testing.T) {
	remotetest.Hostile(t, func(t *testing.T, url string) tts.Backend {
		t.Helper()
		return open(t, url, "", Options{})
	}, false, nil)
}

func TestRequestsAreAsDocumented(t *testing.T) {
	text := `Tom & Al said "3 < 5" in Reading.`
	reading := strings.Index(text, "Reading")
	for name, r := range map[string]tts.Request{
		"plain": {Text: text},
		"full":  {Text: text, Rate: 1.25, Phonemes: []tts.Phonemes{{Start: reading, End: reading + 7, IPA: "ˈɹɛdɪŋ"}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := azuretest.New(t)
			_, err := open(t, s.URL, "en-GB-SoniaNeural", Options{}).Speak(t.Context(), r)
			require.NoError(t, err)
			file := filepath.Join("testdata", name+".xml")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(file, []byte(s.Last()+"\n"), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), s.Last()+"\n")
		})
	}
}

func TestBillIsAllButSpeakAndVoiceTagsWithChineseTwice(t *testing.T) {
	s := azuretest.New(t)
	b := open(t, s.URL, "", Options{})
	for _, test := range []struct {
		r    tts.Request
		want int
	}{
		{tts.Request{Text: "Hello, world."}, 13},
		{tts.Request{Text: "Größe: 日本の文。"}, 7 + 2*3 + 2},
		{tts.Request{Text: "A & B"}, 5 + 4},
		{tts.Request{Text: "Hello", Rate: 1.5}, 5 + len(`<prosody rate="1.5"></prosody>`)},
		{tts.Request{Text: "Hello", Phonemes: []tts.Phonemes{{Start: 0, End: 5, IPA: "a"}}}, 5 + len(`<phoneme alphabet="ipa" ph="a"></phoneme>`)},
	} {
		speech, err := b.Speak(t.Context(), test.r)
		require.NoError(t, err)
		require.Equal(t, tts.Bill{Requests: 1, Characters: test.want}, speech.Bill, "%+v", test.r)
	}
}

func TestPronunciationThatTheVoiceDoesNotKnow(t *testing.T) {
	s := azuretest.New(t)
	speech, err := open(t, s.URL, "", Options{}).Speak(t.Context(), tts.Request{Text: "Hello there.", Phonemes: []tts.Phonemes{{Start: 0, End: 5, IPA: "ʘa"}}})
	require.NoError(t, err)
	require.Len(t, speech.Warnings, 1)
	require.Equal(t, tts.Bill{Requests: 2, Characters: 12}, speech.Bill)
	require.NotContains(t, s.Last(), "phoneme")
}

// The service cuts sound off after ten minutes without saying so.
func TestSoundThatIsCutOffIsNotTaken(t *testing.T) {
	s := azuretest.New(t)
	text := strings.TrimSpace(strings.Repeat("slow ", 200))
	b := open(t, s.URL, "", Options{})
	speech, err := b.Speak(t.Context(), tts.Request{Text: text, Rate: 0.5})
	require.NoError(t, err)
	require.Less(t, speech.Clip.Duration(), maxDuration)

	s.Fail(azuretest.Failure{Status: 200, Body: string(remotetest.WAV(audio.Clip{Samples: loud(audio.Samples(maxDuration, 24000)), Rate: 24000}))})
	_, err = b.Speak(t.Context(), tts.Request{Text: text})
	var long *tts.TooLong
	require.ErrorAs(t, err, &long)
	require.Equal(t, b.Info().Limit, long.Limit)
	require.ErrorContains(t, err, "10m")
}

func loud(n int) []float32 {
	samples := make([]float32, n)
	for i := range samples {
		samples[i] = 0.1
	}
	return samples
}

func TestSampleRates(t *testing.T) {
	s := azuretest.New(t)
	for rate, want := range map[int]int{0: 24000, 24000: 24000, 48000: 48000} {
		b := open(t, s.URL, "", Options{SampleRate: rate})
		speech, err := b.Speak(t.Context(), tts.Request{Text: "Hello."})
		require.NoError(t, err)
		require.Equal(t, want, speech.Clip.Rate)
		require.Contains(t, b.Info().Fingerprint, fmt.Sprint(want))
	}
	_, err := New(Options{BaseURL: s.URL, SampleRate: 44100}, env(""))
	require.ErrorContains(t, err, "44100")
}

func TestInfoFollowsTheOptions(t *testing.T) {
	t.Setenv(regionEnv, "")
	for name, test := range map[string]struct {
		o               Options
		voice           string
		first, language string
		price           float64
	}{
		"default":         {Options{Region: "westeurope"}, "", "en-US-AvaNeural", "en-US", 16},
		"HD":              {Options{Region: "westeurope"}, "en-US-Ava:DragonHDLatestNeural", "en-US-Ava:DragonHDLatestNeural", "en-US", 22},
		"HD among others": {Options{Region: "eastus2", Voices: []voices.Option{{ID: "sr-Latn-RS-NicholasNeural"}, {ID: "de-DE-Seraphina:DragonHDLatestNeural"}}}, "", "sr-Latn-RS-NicholasNeural", "sr-Latn-RS", 22},
		"one of a list":   {Options{Region: "eastus2"}, "fr-FR-DeniseNeural", "fr-FR-DeniseNeural", "fr-FR", 16},
		"a dialect":       {Options{Region: "eastus2"}, "zh-CN-liaoning-XiaobeiNeural", "zh-CN-liaoning-XiaobeiNeural", "zh-CN-liaoning", 16},
		"one's own":       {Options{Region: "eastus2", Voices: []voices.Option{{ID: "Courier", Language: "en-US", Licence: "own"}}, PricePerMillion: 24}, "", "Courier", "en-US", 24},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := New(test.o, env(test.voice))
			require.NoError(t, err)
			info := b.Info()
			require.Equal(t, test.first, info.Voices[0].ID)
			require.Equal(t, test.language, info.Voices[0].Language)
			require.InDelta(t, test.price, info.PricePerMillion, 0)
			require.True(t, info.Remote)
			require.True(t, info.NoticeRequired)
			require.Contains(t, info.Terms, "https://learn.microsoft.com/legal/ai-code-of-conduct")
			require.NoError(t, b.Close())
		})
	}
	for _, voice := range []string{"Ava", "../x", "en-us-ava"} {
		_, err := New(Options{Region: "eastus"}, env(voice))
		require.ErrorAs(t, err, new(*tts.NoSuchVoice))
		_, err = New(Options{Region: "eastus", Voices: []voices.Option{{ID: voice}}}, env(""))
		require.ErrorAs(t, err, new(*tts.NoSuchVoice))
	}
	for _, region := range []string{"", "West Europe", "evil.example.org/", "a@b", strings.Repeat("x", 41)} {
		_, err := New(Options{Region: region}, env(""))
		var missing *tts.Unavailable
		require.ErrorAs(t, err, &missing)
		require.NotEmpty(t, missing.Hint())
	}
	t.Setenv(regionEnv, "northeurope")
	b, err := New(Options{}, env(""))
	require.NoError(t, err)
	require.Equal(t, "northeurope.tts.speech.microsoft.com", b.client.Host())
}

// kind is the kind of an error in a word, with what belongs to it.
func kind(err error) string {
	var (
		limited   *tts.RateLimited
		voice     *tts.NoSuchVoice
		auth      *tts.NotAuthorised
		quota     *tts.QuotaExceeded
		temporary *tts.Temporary
	)
	switch {
	case errors.As(err, &limited):
		return "limited " + limited.After.String()
	case errors.As(err, &voice):
		return "voice " + voice.Voice
	case errors.As(err, &auth):
		return "auth"
	case errors.As(err, &quota):
		return "quota"
	case errors.As(err, &temporary):
		return "temporary"
	}
	return "permanent"
}

func hint(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

func TestEveryErrorOfTheServiceHasItsKind(t *testing.T) {
	for name, test := range map[string]struct {
		answer     azuretest.Failure
		want, hint string
	}{
		"a wrong key or region":   {azuretest.Failure{Status: 401, Body: azuretest.WrongKey}, "auth", "region"},
		"no permission":           {azuretest.Failure{Status: 403, Body: `{"error":{"code":"403","message":"Access denied due to Virtual Network/Firewall rules."}}`}, "auth", "key"},
		"the free tier used up":   {azuretest.Failure{Status: 403, Body: `{"statusCode":403,"message":"Out of call volume quota. Quota will be replenished in 20.09:58:55."}`}, "quota", "tier"},
		"a quota used up":         {azuretest.Failure{Status: 429, Body: `{"error":{"code":"429","message":"Quota exceeded."}}`}, "quota", "tier"},
		"too many":                {azuretest.Failure{Status: 429}, "limited 0s", ""},
		"too many, with a time":   {azuretest.Failure{Status: 429, After: "60"}, "limited 1m0s", ""},
		"too many for the tier":   {azuretest.Failure{Status: 429, Body: `{"error":{"code":"429","message":"Requests have exceeded rate limit of your current F0 pricing tier."}}`, After: "3"}, "limited 3s", ""},
		"a refusal":               {azuretest.Failure{Status: 400}, "voice en-US-AvaNeural", "region"},
		"no such voice":           {azuretest.Failure{Status: 400, Body: "Unsupported voice en-US-AvaNeural."}, "voice en-US-AvaNeural", "region"},
		"retired voices":          {azuretest.Failure{Status: 400, Body: "Starting September 1st, 2021 standard voices will no longer be supported for new users."}, "voice en-US-AvaNeural", "name"},
		"something else":          {azuretest.Failure{Status: 400, Body: "A required parameter is missing."}, "permanent", ""},
		"the wrong type":          {azuretest.Failure{Status: 415}, "permanent", ""},
		"another path":            {azuretest.Failure{Status: 404, Body: `{"error":{"code":"404","message":"Resource not found"}}`}, "permanent", "base_url"},
		"a gateway":               {azuretest.Failure{Status: 502, Body: "<html>Bad Gateway</html>"}, "temporary", ""},
		"a mistake of theirs":     {azuretest.Failure{Status: 500}, "temporary", ""},
		"unavailable":             {azuretest.Failure{Status: 503}, "temporary", ""},
		"unavailable for a while": {azuretest.Failure{Status: 503, After: "5"}, "limited 5s", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := azuretest.New(t)
			s.Fail(test.answer)
			b := open(t, s.URL, "", Options{})
			speech, err := b.Speak(t.Context(), tts.Request{Text: "Hello."})
			require.Nil(t, speech)
			require.Equal(t, test.want, kind(err), "%v", err)
			require.Contains(t, hint(err), test.hint)
			_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
			require.NoError(t, err, "after it, the service answers as ever")
		})
	}
}

func TestWrongKeysAndVoicesOfTheService(t *testing.T) {
	s := azuretest.New(t)
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte("wrong-key-0123456789\n"), 0o600))
	_, err := open(t, s.URL, "", Options{APIKeyFile: file}).Speak(t.Context(), tts.Request{Text: "Hello."})
	require.Equal(t, "auth", kind(err))
	require.NotContains(t, err.Error(), "wrong-key-0123456789")
	_, err = open(t, s.URL, "", Options{APIKeyEnv: "VOICEPRESS_TEST_NO_KEY"}).Speak(t.Context(), tts.Request{Text: "Hello."})
	require.Equal(t, "auth", kind(err))
	_, err = open(t, s.URL, "en-US-NobodyNeural", Options{}).Speak(t.Context(), tts.Request{Text: "Hello."})
	require.Equal(t, "voice en-US-NobodyNeural", kind(err))
	s.Throttle.Most = 0
	_, err = open(t, s.URL, "", Options{}).Speak(t.Context(), tts.Request{Text: "Hello."})
	require.Equal(t, "limited 0s", kind(err))
}

// TestLive asks the real service, with key and region of the environment. It costs a fraction of a cent.
func TestLive(t *testing.T) {
	if os.Getenv("VOICEPRESS_LIVE") == "" || os.Getenv(defaultKeyEnv) == "" || os.Getenv(regionEnv) == "" {
		t.Skip("set VOICEPRESS_LIVE=1, AZURE_SPEECH_KEY and AZURE_SPEECH_REGION")
	}
	b, err := New(Options{}, env(""))
	require.NoError(t, err)
	speech, err := b.Speak(t.Context(), tts.Request{Text: "This is a voice made by a machine."})
	require.NoError(t, err)
	require.Greater(t, speech.Clip.Duration(), time.Second)
	require.NoError(t, b.Close())
}

// FuzzFailure makes sure that every answer that is no success is an error, whatever it says.
func FuzzFailure(f *testing.F) {
	f.Add(401, []byte(azuretest.WrongKey))
	f.Add(403, []byte(`{"statusCode":403,"message":"Out of call volume quota."}`))
	f.Add(400, []byte(""))
	f.Add(429, []byte(`{"error":null}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		err := failure(&remote.Answer{Status: status, Body: body}, tts.Voice{ID: "en-US-AvaNeural"})
		require.Error(t, err)
		require.Less(t, len(err.Error()), 1500)
	})
}
