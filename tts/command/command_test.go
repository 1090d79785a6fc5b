package command

import (
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/ttstest"
)

func env() tts.Env { return tts.Env{Log: slog.New(slog.DiscardHandler)} }

func voices() []Voice {
	return []Voice{{ID: "tones-en", Language: "en-US"}, {ID: "tones-de", Language: "de-DE"}}
}

// speaking are the options of a program that speaks as the fake backend does.
func speaking(program string) Options {
	return Options{
		Command:       []string{program, "-voice={voice}", "-rate", "{rate}", "-seed={seed}", "-marks", "{marks}"},
		Version:       "1.0",
		Voices:        voices(),
		SampleRate:    16000,
		Deterministic: true,
		Environment:   []string{"GORACE"},
	}
}

func open(t *testing.T, o Options) *Backend {
	t.Helper()
	b, err := New(o, env())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func TestConformance(t *testing.T) {
	t.Setenv("GORACE", "atexit_sleep_ms=0") // or each run of the program takes a second under -race
	path := program(t, "speaks")
	ttstest.Run(t, func(t *testing.T) tts.Backend { return open(t, speaking(path)) })
}

func TestSpeakGivesWhatTheProgramWrote(t *testing.T) {
	b := open(t, speaking(program(t, "speaks")))
	direct, err := fake.New(fake.Options{SampleRate: 16000})
	require.NoError(t, err)
	r := tts.Request{Text: "Grüße,\n\x00 “one” \xff and two.", Voice: "tones-de", Rate: 1.25, Seed: 3}
	want, err := direct.Speak(t.Context(), r)
	require.NoError(t, err)
	got, err := b.Speak(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, want.Marks, got.Marks, "bytes and samples are those of the request")
	require.Len(t, got.Clip.Samples, len(want.Clip.Samples))
	for i := range want.Clip.Samples {
		require.InDelta(t, want.Clip.Samples[i], got.Clip.Samples[i], 1.0/32767)
	}
	require.Empty(t, got.Warnings)
}

func TestInfoComesFromTheOptions(t *testing.T) {
	path := program(t, "speaks")
	info := open(t, speaking(path)).Info()
	require.Equal(t, disclosure.TrainedAlgorithmicMedia, info.SourceType)
	require.Equal(t, tts.TimingWord, info.Timing)
	require.Equal(t, 16000, info.SampleRate)
	require.Regexp(t, `^command 1, arguments [0-9a-f]{16}, version "1.0", program sha256:[0-9a-f]{64}$`, info.Fingerprint)

	newer := speaking(path)
	newer.Version = "1.1"
	require.NotEqual(t, info.Fingerprint, open(t, newer).Info().Fingerprint)

	plain := open(t, Options{Command: []string{path}, Concurrency: 7}).Info()
	require.Equal(t, tts.TimingNone, plain.Timing)
	require.Equal(t, []tts.Voice{{ID: "default", Language: "und"}}, plain.Voices)
	require.Equal(t, 7, plain.Concurrency)
	require.False(t, plain.Deterministic)

	b, err := New(speaking(path), tts.Env{Voice: "tones-de", Concurrency: 3, Log: env().Log})
	require.NoError(t, err)
	require.Equal(t, "tones-de", b.Info().Voices[0].ID)
	require.Equal(t, 3, b.Info().Concurrency)
	require.NoError(t, b.Close())
}

func TestPlaceholdersStayInsideTheirArguments(t *testing.T) {
	path := program(t, "says-nothing")
	o := Options{
		Command: []string{path, "{voice}", "a {language} b;{rate}", "{seed}{seed}", "{}", "$HOME", "{VOICE}", "`id`", ""},
		Voices:  []Voice{{ID: "the {rate} voice; rm -rf *", Language: "en-US"}},
	}
	b := open(t, o)
	_, err := b.Speak(t.Context(), tts.Request{Text: "{voice} -h $(id)\n--help", Language: "de-CH", Rate: 0.5, Seed: 1<<64 - 1})
	require.Error(t, err)
	got := seen(t, path)
	require.Equal(t, []string{
		"the {rate} voice; rm -rf *", "a de-CH b;0.5", "1844674407370955161518446744073709551615", "{}", "$HOME", "{VOICE}", "`id`", "",
	}, got.Args)
	require.Equal(t, "{voice} -h $(id) --help\n", got.Input, "one line, and nothing in it is replaced")

	_, err = b.Speak(t.Context(), tts.Request{Text: "hello", Language: "-x; rm"})
	require.ErrorContains(t, err, "no BCP 47 language")
}

func TestProgramGetsASmallEnvironment(t *testing.T) {
	t.Setenv("SECRET_KEY", "secret")
	t.Setenv("MODEL_PATH", "/models")
	path := program(t, "says-nothing")
	_, err := open(t, Options{Command: []string{path}, Environment: []string{"MODEL_PATH", "NOT_SET"}}).Speak(t.Context(), tts.Request{Text: "hello"})
	require.Error(t, err)
	got := strings.Join(seen(t, path).Env, "\n")
	require.Contains(t, got, "MODEL_PATH=/models")
	require.NotContains(t, got, "secret")
	require.NotContains(t, got, "NOT_SET")
}

func TestSpeakSaysWhatWentWrong(t *testing.T) {
	for _, test := range []struct {
		way, want string
		temporary bool
		change    func(*Options)
	}{
		{way: "fails", want: "exit status 3: cannot load the model: no such file"},
		{way: "is-busy", want: "all lines are busy", temporary: true},
		{way: "hangs", want: "not done after 300ms", temporary: true, change: func(o *Options) { o.Timeout = 300 * time.Millisecond }},
		{way: "says-nothing", want: "read its sound"},
		{way: "babbles", want: "read its sound"},
		{way: "floods", want: "it wrote more than"},
		{way: "speaks", want: "the sound has 16000 Hz; 22050 are configured", change: func(o *Options) { o.SampleRate = 22050 }},
		{way: "speaks", want: "read its sound", change: func(o *Options) { o.MaxDuration = 10 * time.Millisecond }},
		{way: "speaks-badly-timed", want: "read its marks: line 1"},
	} {
		t.Run(test.way+" "+test.want, func(t *testing.T) {
			o := speaking(program(t, test.way))
			o.MaxDuration = time.Minute
			if test.change != nil {
				test.change(&o)
			}
			_, err := open(t, o).Speak(t.Context(), tts.Request{Text: "hello there"})
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, "speak with ")
			var temporary *tts.Temporary
			if test.temporary {
				require.ErrorAs(t, err, &temporary)
			} else {
				require.NotErrorAs(t, err, &temporary)
			}
		})
	}
}

func TestSpeakWarnsOfWhatTheProgramWasNotTold(t *testing.T) {
	b := open(t, Options{Command: []string{program(t, "speaks-without-marks"), "-marks={marks}"}})
	speech, err := b.Speak(t.Context(), tts.Request{Text: "hello", Rate: 2, Phonemes: []tts.Phonemes{{Start: 0, End: 5, IPA: "a"}}})
	require.NoError(t, err)
	require.Len(t, speech.Warnings, 3)
	require.Empty(t, speech.Marks)
}

func TestSpeakLeavesNoFileBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, way := range []string{"speaks", "fails", "speaks-badly-timed"} {
		_, _ = open(t, speaking(program(t, way))).Speak(t.Context(), tts.Request{Text: "hello"})
	}
	left, err := os.ReadDir(os.TempDir())
	require.NoError(t, err)
	for _, entry := range left {
		require.NotContains(t, entry.Name(), "voicepress-marks")
	}
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	path := program(t, "speaks")
	for name, test := range map[string]struct {
		o    Options
		want string
	}{
		"no command":           {Options{}, "none is configured"},
		"an empty command":     {Options{Command: []string{""}}, "none is configured"},
		"a missing program":    {Options{Command: []string{"no-such-program"}}, "no-such-program"},
		"a placeholder in it":  {Options{Command: []string{"{voice}"}}, "only arguments may"},
		"an unknown one":       {Options{Command: []string{path, "x{text}"}}, "no placeholder {text}"},
		"a voice like -o":      {Options{Command: []string{path}, Voices: []Voice{{ID: "-o", Language: "en"}}}, "could be taken for an option"},
		"a nameless voice":     {Options{Command: []string{path}, Voices: []Voice{{Language: "en"}}}, "is empty"},
		"a language in words":  {Options{Command: []string{path}, Voices: []Voice{{ID: "a", Language: "German (CH)"}}}, "no BCP 47 language"},
		"a voice listed twice": {Options{Command: []string{path}, Voices: append(voices(), voices()...)}, "listed twice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(test.o, env())
			require.ErrorContains(t, err, test.want)
		})
	}
	_, err := New(Options{Command: []string{"no-such-program"}}, env())
	require.ErrorAs(t, err, new(*tts.Unavailable))
	_, err = New(speaking(path), tts.Env{Voice: "nobody"})
	require.ErrorAs(t, err, new(*tts.NoSuchVoice))
}

func TestParseMarksRefusesWhatIsNotTrue(t *testing.T) {
	text, clip := "hé there", audio.Clip{Samples: make([]float32, 16000), Rate: 16000}
	good := `{"start":0,"end":3,"from_ms":0,"to_ms":500}` + "\n"
	marks, err := ParseMarks([]byte("\n"+good+"\r\n"+`{"start":4,"end":9,"from_ms":500,"to_ms":1040}`), text, clip)
	require.NoError(t, err)
	require.Equal(t, []tts.Mark{
		{Kind: tts.TimingWord, Start: 0, End: 3, From: 0, To: 8000},
		{Kind: tts.TimingWord, Start: 4, End: 9, From: 8000, To: 16000},
	}, marks)
	for _, bad := range []string{
		"no json", "[]", "{}", `{"start":0,"end":3,"from_ms":0}`, `{"start":"0","end":3,"from_ms":0,"to_ms":1}`,
		`{"start":-1,"end":3,"from_ms":0,"to_ms":1}`, `{"start":4,"end":10,"from_ms":0,"to_ms":1}`,
		`{"start":4,"end":4,"from_ms":0,"to_ms":1}`, `{"start":2,"end":3,"from_ms":0,"to_ms":1}`,
		`{"start":0,"end":2,"from_ms":0,"to_ms":1}`, `{"start":0,"end":3,"from_ms":-1,"to_ms":1}`,
		`{"start":0,"end":3,"from_ms":2,"to_ms":1}`, `{"start":0,"end":3,"from_ms":0,"to_ms":1100}`,
		`{"start":0,"end":3,"from_ms":0,"to_ms":1e999}`,
		good + good, good + `{"start":4,"end":9,"from_ms":400,"to_ms":600}`,
	} {
		_, err := ParseMarks([]byte(bad), text, clip)
		require.ErrorContains(t, err, "line ", bad)
	}
}

func FuzzParseMarks(f *testing.F) {
	f.Add([]byte(`{"start":0,"end":3,"from_ms":0,"to_ms":500}`+"\n"), "hé there")
	f.Add([]byte("\n\nnull\n"), "")
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		clip := audio.Clip{Samples: make([]float32, 1000), Rate: 1000}
		marks, err := ParseMarks(data, text, clip)
		if err != nil {
			return
		}
		at, from := 0, 0
		for _, m := range marks {
			require.True(t, at <= m.Start && m.Start < m.End && m.End <= len(text), "%v", m)
			require.True(t, from <= m.From && m.From <= m.To && m.To <= 1000, "%v", m)
			at, from = m.End, m.To
		}
	})
}
