package fake

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
)

func open(t testing.TB, o Options) *Backend {
	t.Helper()
	b, err := New(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func TestMarksAreWhereTheTonesAre(t *testing.T) {
	b := open(t, Options{LeadingSilence: 80 * time.Millisecond, TrailingSilence: 120 * time.Millisecond})
	text := "Well, it didn't cost 3.5 million. Did it?"
	speech, err := b.Speak(t.Context(), tts.Request{Text: text})
	require.NoError(t, err)
	rate, samples := speech.Clip.Rate, speech.Clip.Samples
	require.Equal(t, 22050, rate)
	var got []string
	heard := make([]bool, len(samples))
	for _, mark := range speech.Marks {
		got = append(got, text[mark.Start:mark.End])
		require.False(t, mark.Estimated)
		for i := mark.From; i < mark.To; i++ {
			heard[i] = true
		}
		letters := 0
		for _, c := range text[mark.Start:mark.End] {
			if sounds(c) {
				letters++
			}
		}
		require.Equal(t, letters*1433, mark.To-mark.From) // 65 ms a letter
	}
	require.Equal(t, []string{"Well", "it", "didn't", "cost", "3.5", "million", "Did", "it"}, got)
	for i, sample := range samples {
		require.True(t, heard[i] || sample == 0, "sample %d sounds outside of words", i)
	}
	require.Equal(t, audio.Samples(80*time.Millisecond, rate), speech.Marks[0].From)
	require.Equal(t, audio.Samples(120*time.Millisecond, rate), len(samples)-speech.Marks[7].To)
	gap := func(i int) int { return speech.Marks[i+1].From - speech.Marks[i].To }
	require.Equal(t, 882, gap(1))           // 40 ms between words
	require.Equal(t, 882+3969, gap(0))      // and 180 ms for the comma
	require.InDelta(t, 882+7717, gap(5), 1) // and 350 ms for the full stop
}

func TestSoundFollowsTextVoiceSeedAndRate(t *testing.T) {
	b := open(t, Options{})
	say := func(r tts.Request) []float32 {
		speech, err := b.Speak(t.Context(), r)
		require.NoError(t, err)
		return speech.Clip.Samples
	}
	base := say(tts.Request{Text: "bridge"})
	require.Equal(t, base, say(tts.Request{Text: "bridge", Rate: 1, Voice: "tones-en"}))
	require.NotEqual(t, base, say(tts.Request{Text: "bridle"}))
	require.NotEqual(t, base, say(tts.Request{Text: "bridge", Voice: "tones-de"}))
	require.NotEqual(t, base, say(tts.Request{Text: "bridge", Seed: 1}))
	require.NotEqual(t, say(tts.Request{Text: "bridge", Seed: 1}), say(tts.Request{Text: "bridge", Seed: 2}))
	require.InDelta(t, len(base)/2, len(say(tts.Request{Text: "bridge", Rate: 2})), 6)
}

func TestFailuresHappenAsPlanned(t *testing.T) {
	b := open(t, Options{MaxRunes: 50, Failures: []Failure{
		{Nth: 2, Kind: "temporary"},
		{Text: "limit", Kind: "rate_limited", After: time.Second},
		{Text: "twice", Times: 2, Kind: "refused"},
		{Text: "auth", Kind: "not_authorised"},
		{Text: "long", Kind: "too_long"},
		{Text: "voice", Kind: "no_such_voice"},
		{Text: "never", Kind: "permanent"},
	}})
	speak := func(text string) error {
		_, err := b.Speak(t.Context(), tts.Request{Text: text})
		return err
	}
	require.NoError(t, speak("first"))
	require.ErrorAs(t, speak("second"), new(*tts.Temporary))
	require.NoError(t, speak("third"))
	var limited *tts.RateLimited
	require.ErrorAs(t, speak("the limit"), &limited)
	require.Equal(t, time.Second, limited.After)
	require.ErrorAs(t, speak("twice"), new(*tts.Refused))
	require.ErrorAs(t, speak("twice"), new(*tts.Refused))
	require.NoError(t, speak("twice"))
	require.ErrorAs(t, speak("auth"), new(*tts.NotAuthorised))
	var long *tts.TooLong
	require.ErrorAs(t, speak("long"), &long)
	require.Equal(t, 50, long.Limit.N)
	require.ErrorAs(t, speak("voice"), new(*tts.NoSuchVoice))
	require.EqualError(t, speak("never"), "a failure as planned")
}

func TestLatencyAndHangEndWithTheContext(t *testing.T) {
	cause := errors.New("enough")
	for _, o := range []Options{{Latency: time.Hour}, {Failures: []Failure{{Kind: "hang"}}}} {
		b := open(t, o)
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Millisecond, cause)
		defer cancel()
		_, err := b.Speak(ctx, tts.Request{Text: "hello"})
		require.ErrorIs(t, err, cause)
	}
}

func TestNewRefusesOptionsThatMakeNoSense(t *testing.T) {
	for _, o := range []Options{
		{SampleRate: 1},
		{SampleRate: 1 << 30},
		{LeadingSilence: -1},
		{TrailingSilence: time.Hour},
		{Failures: []Failure{{Kind: "oops"}}},
		{Failures: []Failure{{}}},
	} {
		_, err := New(o)
		require.ErrorContains(t, err, "open fake: ")
	}
}

// BenchmarkSpeak reports how many seconds of sound a second of computing makes.
func BenchmarkSpeak(b *testing.B) {
	backend := open(b, Options{})
	r := tts.Request{Text: "The minister said on Tuesday that the bridge would be closed for repairs, and that traffic would be led around the city centre."}
	var sound time.Duration
	for b.Loop() {
		speech, err := backend.Speak(b.Context(), r)
		if err != nil {
			b.Fatal(err)
		}
		sound += speech.Clip.Duration()
	}
	b.ReportMetric(sound.Seconds()/b.Elapsed().Seconds(), "x-real-time")
}
