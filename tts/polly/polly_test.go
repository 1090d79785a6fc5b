package polly

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
	"github.com/voicepress/voicepress/tts/internal/voices"
	"github.com/voicepress/voicepress/tts/polly/pollytest"
	"github.com/voicepress/voicepress/tts/ttstest"
)

func open(t *testing.T, o Options, voice string) *Backend {
	t.Helper()
	b, err := New(t.Context(), o, tts.Env{Voice: voice, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func TestConformance(t *testing.T) {
	pollytest.Setenv(t)
	s := pollytest.New(t)
	for name, o := range map[string]Options{
		"neural mp3":     {},
		"standard pcm":   {Engine: "standard", Output: "pcm", WordTimes: true},
		"generative pcm": {Engine: "generative", Output: "pcm"},
	} {
		t.Run(name, func(t *testing.T) {
			o.BaseURL = s.URL
			ttstest.Run(t, func(t *testing.T) tts.Backend { return open(t, o, "") })
		})
	}
}

func TestHostileServers(t *testing.T) {
	pollytest.Setenv(t)
	remotetest.Hostile(t, func(t *testing.T, url string) tts.Backend { return open(t, Options{BaseURL: url}, "") }, false, nil)
}

func TestRequestsAreAsTheServiceTakesThem(t *testing.T) {
	pollytest.Setenv(t)
	s := pollytest.New(t)
	phonemes := []tts.Phonemes{{Start: 0, End: 5, IPA: "həˈləʊ"}}
	for _, test := range []struct {
		o     Options
		voice string
		r     tts.Request
		want  []string
	}{
		{Options{}, "", tts.Request{Text: "Grüße\n<b>&\x00 \xff.", Seed: 3}, []string{
			`{"Engine":"neural","OutputFormat":"mp3","SampleRate":"24000","Text":"Grüße <b>&   .","TextType":"text","VoiceId":"Joanna"}`,
		}},
		{Options{Engine: "standard", Output: "pcm"}, "Amy", tts.Request{Text: "Hi & <you>.", Rate: 1.25}, []string{
			`{"Engine":"standard","OutputFormat":"pcm","SampleRate":"16000","Text":"<speak><prosody rate=\"125%\">Hi &amp; &lt;you&gt;.</prosody></speak>","TextType":"ssml","VoiceId":"Amy"}`,
		}},
		{Options{Engine: "standard"}, "Vicki", tts.Request{Text: "Hallo.", Voice: "Vicki", Rate: 1}, []string{
			`{"Engine":"standard","OutputFormat":"mp3","SampleRate":"22050","Text":"Hallo.","TextType":"text","VoiceId":"Vicki"}`,
		}},
		{Options{WordTimes: true}, "", tts.Request{Text: "Hello there.", Phonemes: phonemes}, []string{
			`{"Engine":"neural","OutputFormat":"mp3","SampleRate":"24000","Text":"<speak><phoneme alphabet=\"ipa\" ph=\"həˈləʊ\">Hello</phoneme> there.</speak>","TextType":"ssml","VoiceId":"Joanna"}`,
			`{"Engine":"neural","OutputFormat":"json","SpeechMarkTypes":["word"],"Text":"<speak><phoneme alphabet=\"ipa\" ph=\"həˈləʊ\">Hello</phoneme> there.</speak>","TextType":"ssml","VoiceId":"Joanna"}`,
		}},
		{Options{Engine: "generative"}, "", tts.Request{Text: "Hello there.", Phonemes: phonemes}, []string{
			`{"Engine":"generative","OutputFormat":"mp3","SampleRate":"24000","Text":"Hello there.","TextType":"text","VoiceId":"Ruth"}`,
		}},
	} {
		before := len(s.Seen())
		test.o.BaseURL = s.URL
		_, err := open(t, test.o, test.voice).Speak(t.Context(), test.r)
		require.NoError(t, err)
		got := s.Seen()[before:]
		require.Len(t, got, len(test.want))
		for i := range got {
			require.JSONEq(t, test.want[i], got[i])
		}
	}
}

func TestWordTimesAreOfTheRequestsText(t *testing.T) {
	pollytest.Setenv(t)
	s := pollytest.New(t)
	text := "Grüße & “Küsse”, AT&T <b> said \xff."
	for _, output := range []string{"mp3", "pcm"} {
		b := open(t, Options{BaseURL: s.URL, Output: output, WordTimes: true}, "")
		for _, r := range []tts.Request{{Text: text}, {Text: text, Rate: 0.8}, {Text: text, Phonemes: []tts.Phonemes{{Start: 12, End: 22, IPA: "kʏsə"}}}} {
			speech, err := b.Speak(t.Context(), r)
			require.NoError(t, err)
			var words []string
			for i, m := range speech.Marks {
				words = append(words, text[m.Start:m.End])
				require.Less(t, m.From, m.To)
				if i > 0 {
					require.GreaterOrEqual(t, m.From, speech.Marks[i-1].To)
				}
			}
			require.Equal(t, []string{"Grüße", "Küsse", "AT", "T", "b", "said"}, words)
			require.Greater(t, speech.Marks[1].From-speech.Marks[0].To, 100, "a pause is no part of the word before it")
			require.Equal(t, 2, speech.Bill.Requests)
			require.Equal(t, 2*33, speech.Bill.Characters, "both requests are charged")
		}
	}
}

func TestCharactersAreThoseThatTheServiceCounts(t *testing.T) {
	pollytest.Setenv(t)
	s := pollytest.New(t)
	speech, err := open(t, Options{BaseURL: s.URL}, "").Speak(t.Context(), tts.Request{Text: "Grüße & <b>.", Rate: 2})
	require.NoError(t, err)
	require.Equal(t, tts.Bill{Requests: 1, Characters: 12}, speech.Bill, "tags and escapes are not counted")
}

func TestTextOfEscapesIsRefusedBeforeItIsSent(t *testing.T) {
	pollytest.Setenv(t)
	s := pollytest.New(t)
	b := open(t, Options{BaseURL: s.URL}, "")
	_, err := b.Speak(t.Context(), tts.Request{Text: "a" + strings.Repeat("&", 1500), Rate: 2}) // 7,500 characters with escapes
	require.ErrorAs(t, err, new(*tts.TooLong))
	require.Empty(t, s.Seen())
	_, err = b.Speak(t.Context(), tts.Request{Text: "a" + strings.Repeat("&", 1500)})
	require.NoError(t, err)
}

func TestPronunciationsThatDoNotFitOrAreRefusedAreLeftOut(t *testing.T) {
	pollytest.Setenv(t)
	s := pollytest.New(t)
	b := open(t, Options{BaseURL: s.URL}, "")
	text := strings.Repeat("word ", 500)
	var many []tts.Phonemes
	for i := range 500 {
		many = append(many, tts.Phonemes{Start: 5 * i, End: 5*i + 4, IPA: "wɜːd"})
	}
	speech, err := b.Speak(t.Context(), tts.Request{Text: text, Phonemes: many})
	require.NoError(t, err)
	require.Len(t, speech.Warnings, 1)
	require.Len(t, s.Seen(), 1)
	speech, err = b.Speak(t.Context(), tts.Request{Text: "Hello there.", Phonemes: []tts.Phonemes{{Start: 0, End: 5, IPA: "ǃ!"}}})
	require.NoError(t, err)
	require.Len(t, speech.Warnings, 1)
	require.Contains(t, speech.Warnings[0], "mistake")
	require.Equal(t, 2, speech.Bill.Requests)
	require.Len(t, s.Seen(), 3)
}

func TestErrorsOfTheServiceHaveTheirKind(t *testing.T) {
	pollytest.Setenv(t)
	s := pollytest.New(t)
	b := open(t, Options{BaseURL: s.URL}, "")
	for _, test := range []struct {
		pollytest.Failure
		kind any
	}{
		{pollytest.Error(400, "ThrottlingException", "Rate exceeded"), new(*tts.RateLimited)},
		{pollytest.Error(400, "TextLengthExceededException", "too long"), new(*tts.TooLong)},
		{pollytest.Error(400, "EngineNotSupportedException", "no"), new(*tts.NoSuchVoice)},
		{pollytest.Error(400, "LanguageNotSupportedException", "no"), new(*tts.NoSuchVoice)},
		{pollytest.Error(400, "ValidationException", "Value 'X' at 'voiceId' failed"), new(*tts.NoSuchVoice)},
		{pollytest.Error(403, "UnrecognizedClientException", "The security token included in the request is invalid."), new(*tts.NotAuthorised)},
		{pollytest.Error(400, "AccessDeniedException", "User is not authorized to perform: polly:SynthesizeSpeech"), new(*tts.NotAuthorised)},
		{pollytest.Error(403, "ExpiredTokenException", "expired"), new(*tts.NotAuthorised)},
		{pollytest.Error(403, "SignatureDoesNotMatch", "no"), new(*tts.NotAuthorised)},
		{pollytest.Error(403, "InvalidSignatureException", "no"), new(*tts.NotAuthorised)},
		{pollytest.Error(400, "RequestExpired", "no"), new(*tts.NotAuthorised)},
		{pollytest.Error(403, "SomethingNew", "no"), new(*tts.NotAuthorised)},
		{pollytest.Error(402, "ServiceQuotaExceededException", "no"), new(*tts.QuotaExceeded)},
		{pollytest.Error(400, "LimitExceededException", "no"), new(*tts.QuotaExceeded)},
		{pollytest.Error(500, "ServiceFailureException", "no"), new(*tts.Temporary)},
		{pollytest.Error(503, "ServiceUnavailable", "no"), new(*tts.Temporary)},
		{pollytest.Error(500, "SomethingNew", "no"), new(*tts.Temporary)},
	} {
		s.After(0, test.Failure)
		before := len(s.Seen())
		speech, err := b.Speak(t.Context(), tts.Request{Text: "Hello."})
		require.Nil(t, speech)
		require.ErrorAs(t, err, test.kind, test.Code)
		require.ErrorContains(t, err, "speak with polly: ")
		require.Len(t, s.Seen(), before+1, "the SDK does not try again")
		switch test.kind.(type) {
		case **tts.NotAuthorised, **tts.QuotaExceeded, **tts.NoSuchVoice:
			var hint interface{ Hint() string }
			require.ErrorAs(t, err, &hint, test.Code)
			require.NotEmpty(t, hint.Hint(), test.Code)
		}
	}
	s.After(0, pollytest.Error(400, "InvalidSsmlException", "Invalid SSML request"))
	_, err := b.Speak(t.Context(), tts.Request{Text: "Hello."})
	require.EqualError(t, err, "speak with polly: invalid SSML: InvalidSsmlException: Invalid SSML request")
}

func TestServiceRefusesWhatItHasNot(t *testing.T) {
	pollytest.Setenv(t)
	s := pollytest.New(t)
	for voice, o := range map[string]Options{"Jonna": {}, "Kevin": {Engine: "standard"}} {
		o.BaseURL = s.URL
		_, err := open(t, o, voice).Speak(t.Context(), tts.Request{Text: "Hello."})
		var missing *tts.NoSuchVoice
		require.ErrorAs(t, err, &missing)
		require.NotContains(t, missing.Known, voice)
		require.NotEmpty(t, missing.Hint())
	}
}

func TestThrottledServiceIsToldFromABrokenOne(t *testing.T) {
	pollytest.Setenv(t)
	s := pollytest.New(t)
	s.Throttle.Most = 0
	_, err := open(t, Options{BaseURL: s.URL}, "").Speak(t.Context(), tts.Request{Text: "Hello."})
	require.ErrorAs(t, err, new(*tts.RateLimited))
}

func TestKeysThatAreMissingOrWrong(t *testing.T) {
	pollytest.Setenv(t)
	s := pollytest.New(t)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "another")
	_, err := open(t, Options{BaseURL: s.URL}, "").Speak(t.Context(), tts.Request{Text: "Hello."})
	require.ErrorAs(t, err, new(*tts.NotAuthorised))
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	b := open(t, Options{BaseURL: s.URL}, "")
	_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
	require.ErrorAs(t, err, new(*tts.NotAuthorised))
	require.Empty(t, s.Seen())
	var hint interface{ Hint() string }
	require.ErrorAs(t, err, &hint)
	require.Contains(t, hint.Hint(), "AWS_ACCESS_KEY_ID")
}

func TestProfilesOfTheConfigurationFilesAreRead(t *testing.T) {
	pollytest.Setenv(t)
	s := pollytest.New(t)
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_CONFIG_FILE", file("config", "[profile news]\nregion = "+pollytest.Region+"\n"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file("credentials", "[news]\naws_access_key_id = "+pollytest.KeyID+"\naws_secret_access_key = "+pollytest.Key+"\n"))
	_, err := open(t, Options{BaseURL: s.URL, Profile: "news"}, "").Speak(t.Context(), tts.Request{Text: "Hello."})
	require.NoError(t, err)
	_, err = New(t.Context(), Options{BaseURL: s.URL, Profile: "sport"}, tts.Env{})
	require.ErrorContains(t, err, "open polly: ")
	_, err = New(t.Context(), Options{}, tts.Env{})
	var missing *tts.Unavailable
	require.ErrorAs(t, err, &missing)
	require.Contains(t, missing.Hint(), "region")
}

func TestInfoComesFromTheOptions(t *testing.T) {
	pollytest.Setenv(t)
	info := open(t, Options{}, "").Info()
	require.Equal(t, "polly 1, neural, mp3 24000 Hz", info.Fingerprint)
	require.Equal(t, tts.Voice{ID: "Joanna", Language: "en-US"}, info.Voices[0])
	require.True(t, info.Remote)
	require.Equal(t, tts.TimingNone, info.Timing)
	require.InEpsilon(t, 16, info.PricePerMillion, 1e-9)
	require.Equal(t, 480, info.RequestsPerMinute)
	require.Equal(t, disclosure.TrainedAlgorithmicMedia, info.SourceType)
	require.False(t, info.NoticeRequired)

	info = open(t, Options{
		Engine: "long-form", Output: "pcm", WordTimes: true, PricePerMillion: 7, Concurrency: 3, BaseURL: "http://127.0.0.1:1",
		Voices: []voices.Option{{ID: "Ruth", Language: "en-US"}},
	}, "Someone").Info()
	require.Regexp(t, "^polly 1, long-form, pcm 16000 Hz, server [0-9a-f]{16}$", info.Fingerprint)
	require.Equal(t, []tts.Voice{{ID: "Someone", Language: "und"}, {ID: "Ruth", Language: "en-US"}}, info.Voices)
	require.False(t, info.Remote)
	require.Equal(t, tts.TimingWord, info.Timing)
	require.InEpsilon(t, 7, info.PricePerMillion, 1e-9)
	require.Equal(t, 240, info.RequestsPerMinute)
	require.Equal(t, 3, info.Concurrency)
}

func TestNewRefusesOptionsThatMakeNoSense(t *testing.T) {
	pollytest.Setenv(t)
	for _, o := range []Options{
		{Engine: "best"},
		{Output: "ogg_vorbis"},
		{Engine: "generative", WordTimes: true},
		{BaseURL: "polly.example.org"},
		{Voices: []voices.Option{{Language: "en"}}},
	} {
		_, err := New(t.Context(), o, tts.Env{})
		require.ErrorContains(t, err, "open polly: ", "%+v", o)
	}
}

func TestMarksThatCannotBeRightAreRefused(t *testing.T) {
	clip := audio.Clip{Samples: make([]float32, 16000), Rate: 16000}
	w := written{text: "Grüße an alle"}
	for _, lines := range []string{
		`{"time":0,"type":"word","start":0,"end":0}`,
		`{"time":0,"type":"word","start":-1,"end":3}`,
		`{"time":0,"type":"word","start":0,"end":99}`,
		`{"time":0,"type":"word","start":0,"end":3}`, // within ü
		`{"time":-1,"type":"word","start":0,"end":7}`,
		`{"time":1e300,"type":"word","start":0,"end":7}`,
		`{"time":0,"type":"word","start":8,"end":10}` + "\n" + `{"time":5,"type":"word","start":0,"end":7}`,
		`{"time":9,"type":"word","start":0,"end":7}` + "\n" + `{"time":5,"type":"word","start":8,"end":10}`,
		`<html>`,
	} {
		_, err := marks([]byte(lines), w, clip)
		require.ErrorAs(t, err, new(*tts.BadAnswer), lines)
	}
	got, err := marks([]byte("\n"+`{"time":0,"type":"sentence","start":0,"end":99}`+"\n"+`{"time":5000,"type":"word","start":0,"end":7}`), w, clip)
	require.NoError(t, err)
	require.Equal(t, []tts.Mark{{Kind: tts.TimingWord, Start: 0, End: 7, From: 16000, To: 16000}}, got, "not after the end of the sound")
}

func FuzzMarks(f *testing.F) {
	f.Add(`{"time":6,"type":"word","start":0,"end":4,"value":"Mary"}`+"\n", "Mary had")
	f.Add(`{"time":6,"type":"word","start":7,"end":11}`, "\xffé")
	f.Fuzz(func(t *testing.T, lines, text string) {
		clip := audio.Clip{Samples: make([]float32, 100), Rate: 16000}
		for _, rate := range []float64{1, 2} {
			b := &Backend{engine: engines()["neural"]}
			w, err := b.write(tts.Request{Text: text, Rate: rate})
			if err != nil {
				continue
			}
			list, err := marks([]byte(lines), w, clip)
			if err != nil {
				continue
			}
			for i, m := range list {
				require.True(t, m.Start >= 0 && m.Start < m.End && m.End <= len(text) && m.From >= 0 && m.From <= m.To && m.To <= 100)
				require.True(t, i == 0 || m.Start >= list[i-1].End && m.From >= list[i-1].To)
			}
		}
	})
}

// TestLive asks the real service. It needs VOICEPRESS_LIVE=1, credentials and a region, and costs a fraction of a cent.
func TestLive(t *testing.T) {
	if os.Getenv("VOICEPRESS_LIVE") == "" {
		t.Skip("VOICEPRESS_LIVE is not set")
	}
	b := open(t, Options{WordTimes: true}, "")
	text := "Good evening. Twelve & thirteen."
	speech, err := b.Speak(t.Context(), tts.Request{Text: text, Rate: 1.1})
	require.NoError(t, err)
	require.NotEmpty(t, speech.Marks)
	line, err := json.Marshal(speech.Bill)
	require.NoError(t, err)
	t.Logf("%v of sound, %d words, %s", speech.Clip.Duration(), len(speech.Marks), line)
}
