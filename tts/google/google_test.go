package google

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/google/googletest"
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
	for _, voice := range []string{"en-US-Neural2-C", "en-US-Studio-O", "en-US-Chirp3-HD-Kore"} {
		t.Run(voice, func(t *testing.T) {
			s := googletest.New(t)
			ttstest.Run(t, func(t *testing.T) tts.Backend {
				return open(t, s.URL, voice, Options{Voices: []voices.Option{{ID: voice}}})
			})
		})
	}
}

func TestHostileServers(t *testing.T) {
	remotetest.Hostile(t, func(t *testing.T, url string) tts.Backend {
		t.Helper()
		return open(t, url, "", Options{})
	}, false, func(sound []byte) []byte {
		body, err := json.Marshal(map[string]any{"audioContent": sound})
		require.NoError(t, err)
		return body
	})
}

func TestRequestsAreAsDocumented(t *testing.T) {
	text := `Tom & Al said "3 < 5" in Reading.`
	reading := strings.Index(text, "Reading")
	phonemes := []tts.Phonemes{{Start: reading, End: reading + 7, IPA: "ˈɹɛdɪŋ"}}
	for name, voice := range map[string]string{"neural2": "en-GB-Neural2-A", "studio": "en-GB-Studio-B", "chirp3": "en-GB-Chirp3-HD-Kore", "journey": "en-US-Journey-D"} {
		t.Run(name, func(t *testing.T) {
			s := googletest.New(t)
			_, err := open(t, s.URL, voice, Options{}).Speak(t.Context(), tts.Request{Text: text, Rate: 1.25, Phonemes: phonemes})
			require.NoError(t, err)
			var indented bytes.Buffer
			require.NoError(t, json.Indent(&indented, []byte(s.Last()), "", "  "))
			file := filepath.Join("testdata", name+".json")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(file, indented.Bytes(), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), indented.String())
		})
	}
}

func TestMarksAreTheServicesTimes(t *testing.T) {
	s := googletest.New(t)
	text := "Well, Tom & Al paid 3.5 million."
	want := s.Speaker.Say(text, 1)
	speech, err := open(t, s.URL, "", Options{}).Speak(t.Context(), tts.Request{Text: text})
	require.NoError(t, err)
	require.Len(t, speech.Marks, len(want.Marks))
	for i, mark := range speech.Marks {
		require.Equal(t, text[want.Marks[i].Start:want.Marks[i].End], text[mark.Start:mark.End])
		require.False(t, mark.Estimated)
		require.InDelta(t, want.Marks[i].From, mark.From, 1)
		require.InDelta(t, want.Marks[i].To, mark.To, 0.01*googletest.SampleRate)
	}
}

// What is known to be speech is never cut, so silence must not be taken for it.
func TestMarksEndWhereTheSoundDoes(t *testing.T) {
	speech := googletest.New(t).Speaker.Say("One two.", 1)
	const pad = googletest.SampleRate / 2
	clip := audio.Clip{Rate: googletest.SampleRate, Samples: slices.Concat(make([]float32, pad), speech.Clip.Samples, make([]float32, pad))}
	w := write(tts.Request{Text: "One two."}, tts.Voice{ID: "en-US-Neural2-C", Language: "en-US"}, true)
	marks := w.marks([]timepoint{{"w0", 0}, {"w1", 0.5 + float64(speech.Marks[1].From)/googletest.SampleRate}}, clip)
	require.Len(t, marks, 2)
	for i, mark := range marks {
		require.False(t, mark.Estimated)
		require.InDelta(t, pad+speech.Marks[i].From, mark.From, 0.01*googletest.SampleRate)
		require.InDelta(t, pad+speech.Marks[i].To, mark.To, 0.01*googletest.SampleRate)
	}
}

func TestWordsWithoutATimeShareTheirNeighbours(t *testing.T) {
	s := googletest.New(t)
	s.Skip = func(mark string) bool { return mark == "w0" || mark == "w2" || mark == "w3" }
	text := "One two three four five."
	want := s.Speaker.Say(text, 1)
	speech, err := open(t, s.URL, "", Options{}).Speak(t.Context(), tts.Request{Text: text})
	require.NoError(t, err)
	require.Len(t, speech.Marks, 5)
	for i, estimated := range []bool{true, true, true, true, false} {
		require.Equal(t, estimated, speech.Marks[i].Estimated, i)
	}
	require.Equal(t, 0, speech.Marks[0].From)
	require.InDelta(t, want.Marks[1].From, speech.Marks[1].From, 2)
	require.InDelta(t, want.Marks[4].From, speech.Marks[4].From, 1)
}

func TestTimesThatCannotBeTrueAreLeftOut(t *testing.T) {
	w := write(tts.Request{Text: "one two three"}, tts.Voice{ID: "en-US-Neural2-C", Language: "en-US"}, true)
	clip := googletest.New(t).Speaker.Say("one two three", 1).Clip
	for _, points := range [][]timepoint{
		nil,
		{{"w9", 0.1}, {"x", 0.1}, {"", 0.1}},
		{{"w0", -1}, {"w1", 1e9}, {"w2", 1e300}},
		{{"w2", 0.3}, {"w1", 0.1}, {"w0", 0}},
		{{"w0", 0.3}, {"w1", 0.1}, {"w2", 0.2}},
		{{"w1", 0.1}, {"w1", 0.2}},
		{{"w0", 0}, {"w1", 0}, {"w2", 0}},
		{{"w0", 0.1}, {"w1", 0.1}, {"w2", clip.Duration().Seconds()}},
	} {
		at, from := 0, 0
		for _, mark := range w.marks(points, clip) {
			require.True(t, mark.Start >= at && mark.From >= from && mark.To >= mark.From && mark.To <= len(clip.Samples), "%v: %v", points, mark)
			at, from = mark.End, mark.To
		}
		require.Equal(t, 13, at, points)
	}
}

// Whatever the text, what is sent is within the limit, and the bill is that of what is sent.
func TestWhatDoesNotFitIsLeftOut(t *testing.T) {
	s := googletest.New(t)
	b := open(t, s.URL, "", Options{})
	phonemes := []tts.Phonemes{{Start: 0, End: 4, IPA: "wɜːd"}}
	for name, test := range map[string]struct {
		text               string
		marks, phoneme     bool
		characters         int
		warning, estimated bool
	}{
		"short":             {"word word", true, true, len(`<speak><phoneme alphabet="ipa" ph="wɜːd">word</phoneme> word</speak>`) - 2, false, false},
		"no room for marks": {strings.Repeat("word ", 300), false, true, 1500 + 15 + 30 + 10 + 4, false, true},
		"no room for tags":  {strings.Repeat("word ", 999), false, false, 4995, true, true},
		"no room for &amp;": {"word " + strings.Repeat("& ", 2000), false, false, 4005, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			speech, err := b.Speak(t.Context(), tts.Request{Text: test.text, Phonemes: phonemes})
			require.NoError(t, err)
			var sent request
			require.NoError(t, json.Unmarshal([]byte(s.Last()), &sent))
			require.LessOrEqual(t, len(sent.Input.SSML)+len(sent.Input.Text), 5000)
			require.Equal(t, test.marks, strings.Contains(sent.Input.SSML, "<mark "))
			require.Equal(t, test.phoneme, strings.Contains(sent.Input.SSML, "<phoneme "))
			require.Equal(t, test.warning, len(speech.Warnings) > 0)
			require.Equal(t, test.characters, speech.Bill.Characters)
			require.Equal(t, test.estimated, speech.Marks[0].Estimated)
		})
	}
}

func TestPronunciationsBesidePlainText(t *testing.T) {
	text := "Read what I read in Reading."
	span := func(at int, word, ipa string) tts.Phonemes {
		return tts.Phonemes{Start: at, End: at + len(word), IPA: ipa}
	}
	for name, test := range map[string]struct {
		voice, language string
		phonemes        []tts.Phonemes
		want            []string
		warning         bool
	}{
		"a name":                {"en-US-Chirp3-HD-Kore", "en-US", []tts.Phonemes{span(20, "Reading", "ˈɹɛdɪŋ")}, []string{"Reading"}, false},
		"in part of a word too": {"en-US-Chirp3-HD-Kore", "en-US", []tts.Phonemes{span(0, "Read", "ɹiːd")}, nil, true},
		"two, one of them good": {"en-US-Chirp3-HD-Kore", "en-US", []tts.Phonemes{span(12, "read", "ɹɛd"), span(20, "Reading", "ˈɹɛdɪŋ")}, []string{"read", "Reading"}, false},
		"two sounds of a word":  {"en-US-Chirp3-HD-Kore", "en-US", []tts.Phonemes{span(2, "a", "x"), span(7, "a", "y")}, nil, true},
		"another language":      {"ja-JP-Chirp3-HD-Kore", "ja-JP", []tts.Phonemes{span(20, "Reading", "ˈɹɛdɪŋ")}, nil, true},
		"a voice that cannot":   {"en-US-Journey-D", "en-US", []tts.Phonemes{span(20, "Reading", "ˈɹɛdɪŋ")}, nil, true},
		"beyond the text":       {"en-US-Chirp3-HD-Kore", "en-US", []tts.Phonemes{span(25, "Reading", "x")}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := write(tts.Request{Text: text, Phonemes: test.phonemes}, tts.Voice{ID: test.voice, Language: test.language}, true)
			var got []string
			if p := w.body.Input.CustomPronunciations; p != nil {
				for _, one := range p.Pronunciations {
					got = append(got, one.Phrase)
				}
			}
			require.Equal(t, test.want, got)
			require.Equal(t, test.warning, len(w.warnings) > 0)
		})
	}
}

func TestPronunciationThatTheVoiceDoesNotKnow(t *testing.T) {
	s := googletest.New(t)
	speech, err := open(t, s.URL, "", Options{}).Speak(t.Context(), tts.Request{Text: "Hello there.", Phonemes: []tts.Phonemes{{Start: 0, End: 5, IPA: "ʘa"}}})
	require.NoError(t, err)
	require.Len(t, speech.Warnings, 1)
	require.Equal(t, tts.Bill{Requests: 2, Characters: 12 + len("<speak></speak>")}, speech.Bill)
	require.NotContains(t, s.Last(), "phoneme")
}

func TestTagsAreSentForSomethingOnly(t *testing.T) {
	s := googletest.New(t)
	phonemes := []tts.Phonemes{{Start: 0, End: 5, IPA: "həˈləʊ"}}
	for name, test := range map[string]struct {
		voice    string
		o        Options
		phonemes []tts.Phonemes
		want     string
	}{
		"times":                           {"en-US-Neural2-C", Options{}, nil, `<speak><mark name="w0"/>Hello.</speak>`},
		"no times":                        {"en-US-Neural2-C", Options{NoWordTimes: true}, nil, ""},
		"pronunciations without times":    {"en-US-Neural2-C", Options{NoWordTimes: true}, phonemes, `<speak><phoneme alphabet="ipa" ph="həˈləʊ">Hello</phoneme>.</speak>`},
		"no times to be had":              {"en-US-Studio-O", Options{}, nil, ""},
		"pronunciations, no times either": {"en-US-Studio-O", Options{}, phonemes, `<speak><phoneme alphabet="ipa" ph="həˈləʊ">Hello</phoneme>.</speak>`},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, s.URL, test.voice, test.o)
			speech, err := b.Speak(t.Context(), tts.Request{Text: "Hello.", Phonemes: test.phonemes})
			require.NoError(t, err)
			var sent request
			require.NoError(t, json.Unmarshal([]byte(s.Last()), &sent))
			require.Equal(t, test.want, sent.Input.SSML)
			if test.want == "" {
				require.Equal(t, 6, speech.Bill.Characters)
			}
			require.Equal(t, test.o.NoWordTimes, strings.Contains(b.Info().Fingerprint, "no marks"))
		})
	}
}

func TestInfoFollowsTheVoices(t *testing.T) {
	t.Setenv(defaultKeyEnv, remotetest.Key)
	all := []voices.Option{{ID: "en-US-Neural2-C"}, {ID: "de-DE-Chirp3-HD-Kore"}, {ID: "mine", Language: "fr-FR", Licence: "own"}}
	for name, test := range map[string]struct {
		o         Options
		voice     string
		first     string
		price     float64
		perMinute int
		timing    tts.Timing
	}{
		"default":              {Options{}, "", "en-US-Neural2-C", 16, 1000, tts.TimingWord},
		"any of a list":        {Options{Voices: all}, "", "en-US-Neural2-C", 30, 200, tts.TimingWord},
		"one of a list":        {Options{Voices: all}, "de-DE-Chirp3-HD-Kore", "de-DE-Chirp3-HD-Kore", 30, 200, tts.TimingWord},
		"not in the list":      {Options{}, "es-419-Standard-A", "es-419-Standard-A", 4, 1000, tts.TimingWord},
		"Studio":               {Options{Voices: []voices.Option{{ID: "en-GB-Studio-B"}}}, "", "en-GB-Studio-B", 160, 500, tts.TimingNone},
		"prices of a contract": {Options{PricePerMillion: 9, RequestsPerMinute: 77}, "", "en-US-Neural2-C", 9, 77, tts.TimingWord},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := New(test.o, env(test.voice))
			require.NoError(t, err)
			info := b.Info()
			require.Equal(t, test.first, info.Voices[0].ID)
			require.InDelta(t, test.price, info.PricePerMillion, 0)
			require.Equal(t, test.perMinute, info.RequestsPerMinute)
			require.Equal(t, test.timing, info.Timing)
			require.True(t, info.Remote)
			require.False(t, info.NoticeRequired)
			require.NoError(t, b.Close())
		})
	}
	for _, voice := range []string{"Kore", "english", "../x", "EN-us-Neural2-C"} {
		_, err := New(Options{}, env(voice))
		var missing *tts.NoSuchVoice
		require.ErrorAs(t, err, &missing)
		require.Equal(t, voice, missing.Voice)
		_, err = New(Options{Voices: []voices.Option{{ID: voice}}}, env(""))
		require.ErrorAs(t, err, &missing)
		require.Contains(t, missing.Hint(), "language")
	}
	_, err := New(Options{BaseURL: "ftp://example.org"}, env(""))
	require.Error(t, err)
}

func TestMarksOfOneVoiceAmongOthers(t *testing.T) {
	s := googletest.New(t)
	b := open(t, s.URL, "", Options{Voices: []voices.Option{{ID: "en-US-Neural2-C"}, {ID: "en-US-Chirp3-HD-Kore"}}})
	for voice, estimated := range map[string]bool{"en-US-Neural2-C": false, "en-US-Chirp3-HD-Kore": true} {
		speech, err := b.Speak(t.Context(), tts.Request{Text: "One two.", Voice: voice})
		require.NoError(t, err)
		require.Len(t, speech.Marks, 2)
		require.Equal(t, estimated, speech.Marks[0].Estimated)
	}
}

// TestLive asks the real service, with a key of the environment. It costs a fraction of a cent.
func TestLive(t *testing.T) {
	if os.Getenv("VOICEPRESS_LIVE") == "" || os.Getenv(defaultKeyEnv) == "" {
		t.Skip("set VOICEPRESS_LIVE=1 and GOOGLE_API_KEY")
	}
	b, err := New(Options{}, env(""))
	require.NoError(t, err)
	speech, err := b.Speak(t.Context(), tts.Request{Text: "This is a voice made by a machine."})
	require.NoError(t, err)
	require.Len(t, speech.Marks, 8)
	require.Greater(t, speech.Clip.Duration(), time.Second)
	require.NoError(t, b.Close())
}

// FuzzAnswer makes sure that no answer, of any status, makes more of itself than speech with marks in order, or an error.
func FuzzAnswer(f *testing.F) {
	sound, _ := json.Marshal(remotetest.WAV(remotetest.Tone(sampleRate)))
	f.Add(200, []byte(fmt.Sprintf(`{"audioContent":%s,"timepoints":[{"markName":"w0","timeSeconds":0.1},{"markName":"w2","timeSeconds":0.5}]}`, sound)))
	f.Add(200, []byte(`{"audioContent":"UklGRg=="}`))
	f.Add(429, []byte(googletest.Error(429, "RESOURCE_EXHAUSTED", "Quota", "RATE_LIMIT_EXCEEDED").Body))
	f.Add(400, []byte(`{"error":{"status":"INVALID_ARGUMENT","details":[{"retryDelay":"1e9h"},{"metadata":{"quota_limit":"x"}}]}}`))
	f.Add(400, []byte(`{"error":null}`))
	voice := tts.Voice{ID: "en-US-Neural2-C", Language: "en-US"}
	info := describe(Options{}, []tts.Voice{voice}, false)
	w := write(tts.Request{Text: "One two three."}, voice, true)
	f.Fuzz(func(t *testing.T, code int, body []byte) {
		answer := &remote.Answer{Status: code, Body: body}
		if !answer.OK() {
			require.Error(t, failure(answer, info, voice))
			return
		}
		speech, err := w.speech(answer, info)
		if err != nil {
			return
		}
		require.Equal(t, sampleRate, speech.Clip.Rate)
		at, from := 0, 0
		for _, mark := range speech.Marks {
			require.True(t, mark.Start >= at && mark.From >= from && mark.To >= mark.From && mark.To <= len(speech.Clip.Samples), "%v", mark)
			at, from = mark.End, mark.To
		}
	})
}
