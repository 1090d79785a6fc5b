package estimate

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/ttstest"
)

func tones(t *testing.T, o fake.Options) tts.Backend {
	t.Helper()
	b, err := fake.New(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func TestConformance(t *testing.T) {
	ttstest.Run(t, func(t *testing.T) tts.Backend { return Wrap(tones(t, fake.Options{NoMarks: true})) })
}

func TestWrapLeavesKnownTimesAlone(t *testing.T) {
	b := tones(t, fake.Options{})
	require.Same(t, b, Wrap(b))
	inner := tones(t, fake.Options{NoMarks: true})
	outer := Wrap(inner)
	require.Equal(t, tts.TimingWord, outer.Info().Timing)
	require.NotEqual(t, inner.Info().Fingerprint, outer.Info().Fingerprint)
	require.Equal(t, inner.Info().Voices, outer.Info().Voices)
}

func TestWrapPassesErrorsOn(t *testing.T) {
	b := Wrap(tones(t, fake.Options{NoMarks: true, Failures: []fake.Failure{{Kind: "refused"}}}))
	speech, err := b.Speak(t.Context(), tts.Request{Text: "hello"})
	require.ErrorAs(t, err, new(*tts.Refused))
	require.Nil(t, speech)
	require.NoError(t, b.Close())
	_, err = b.Speak(t.Context(), tts.Request{Text: "hello"})
	require.ErrorIs(t, err, tts.ErrClosed)
}

// The fake backend knows when it says what, so an estimate of its sound can be marked.
func TestEstimateIsNearTheTruth(t *testing.T) {
	silence := fake.Options{LeadingSilence: 300 * time.Millisecond, TrailingSilence: 700 * time.Millisecond}
	truth := tones(t, silence)
	silence.NoMarks = true
	guess := Wrap(tones(t, silence))
	for _, text := range []string{
		"Hello.",
		"Hello there, world.",
		"The minister said on Tuesday that the old bridge, which nobody loved, would be closed; and no one knew for how long.",
		"“Why?” she asked. Nobody answered. It was, after all, late, and most people had gone home long before.",
		"A well-known three-year-old can't read this, can she? No! Of course not.",
		"Le ministre a dit mardi que le vieux pont, construit en mille neuf cent trente, serait fermé.",
	} {
		want, err := truth.Speak(t.Context(), tts.Request{Text: text})
		require.NoError(t, err)
		got, err := guess.Speak(t.Context(), tts.Request{Text: text})
		require.NoError(t, err)
		require.Len(t, got.Marks, len(want.Marks))
		for i, mark := range got.Marks {
			require.True(t, mark.Estimated)
			require.Equal(t, want.Marks[i].Start, mark.Start)
			require.Equal(t, want.Marks[i].End, mark.End)
			off := audio.Duration(int(math.Abs(float64(mark.From-want.Marks[i].From))), got.Clip.Rate)
			require.Less(t, off, 250*time.Millisecond, "%q in %q", text[mark.Start:mark.End], text)
		}
	}
}

func TestPausesFallOnPunctuation(t *testing.T) {
	const rate = 1000
	clip := audio.Clip{Rate: rate, Samples: make([]float32, 3000)}
	fill := func(from, to int) {
		for i := from; i < to; i++ {
			clip.Samples[i] = 0.5 - float32(i%2)
		}
	}
	// A second of sound, a pause, and a second more, although the words before the comma are the shorter ones.
	fill(200, 1200)
	fill(1700, 2700)
	text := "one two, three four five"
	marks := Marks(text, clip, nil)
	require.Len(t, marks, 5)
	require.Equal(t, []int{200, 1200, 1700, 2700}, []int{marks[0].From, marks[1].To, marks[2].From, marks[4].To})
}

func TestWordsStayInTheirSentences(t *testing.T) {
	clip := audio.Clip{Rate: 1000, Samples: make([]float32, 3000)}
	for i := range clip.Samples {
		clip.Samples[i] = 0.5 - float32(i%2)
	}
	text := "One two three. Four."
	sentences := []tts.Mark{
		{Kind: tts.TimingSentence, Start: 0, End: 14, From: 0, To: 500},
		{Kind: tts.TimingSentence, Start: 15, End: 20, From: 500, To: 3000},
	}
	marks := Marks(text, clip, sentences)
	require.Len(t, marks, 6)
	require.Equal(t, tts.TimingSentence, marks[0].Kind)
	require.Equal(t, 0, marks[1].From)
	require.Equal(t, 500, marks[3].To)
	require.Equal(t, tts.Mark{Kind: tts.TimingWord, Start: 15, End: 19, From: 500, To: 3000, Estimated: true}, marks[5])
}

func FuzzMarks(f *testing.F) {
	f.Add("Hello there, world.", []byte{0, 200, 200, 0, 0, 0, 0, 0, 9, 9, 0})
	f.Add("日本語。", []byte{})
	f.Add("", []byte{1})
	f.Fuzz(func(t *testing.T, text string, levels []byte) {
		clip := audio.Clip{Rate: 1000}
		for i, level := range levels {
			for range 50 {
				clip.Samples = append(clip.Samples, float32(level)/255*float32(1-i%2*2))
			}
		}
		at, from := 0, 0
		for _, m := range Marks(text, clip, nil) {
			require.True(t, at <= m.Start && m.Start < m.End && m.End <= len(text), "%v", m)
			require.True(t, from <= m.From && m.From <= m.To && m.To <= len(clip.Samples), "%v", m)
			at, from = m.End, m.To
		}
	})
}

func BenchmarkMarks(b *testing.B) {
	backend, err := fake.New(fake.Options{})
	if err != nil {
		b.Fatal(err)
	}
	text := "The minister said on Tuesday that the old bridge, which was built in 1931, would be closed; nobody knew for how long."
	speech, err := backend.Speak(b.Context(), tts.Request{Text: text})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		Marks(text, speech.Clip, nil)
	}
}
