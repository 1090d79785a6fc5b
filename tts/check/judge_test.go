package check

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

func nan() float32 { return float32(math.NaN()) }

// Real speech of a voice that was measured: what docs/quality.md says is found, is found.
func TestDamagedSpeechIsFound(t *testing.T) {
	info := tts.Info{Name: "espeak", Fingerprint: "adapter 1, espeak-ng 1.51, 175 words a minute", Voices: []tts.Voice{{ID: "en-us", Language: "en-us"}}}
	found := map[string]int{}
	texts := []string{
		sentence,
		"He did not say how long it would take.",
		"Nobody had asked the people who live there, said Mary Porter, who runs the bakery at the corner.",
		"Eleven of the twenty-two members voted for the plan; nine voted against it, and two were absent.",
		"The old town hall was built in eighteen forty-one, burned down twice, and is now a museum of clocks.",
		"“We will pay for every window,” the company wrote on Friday.",
	}
	for _, text := range texts {
		r := tts.Request{Text: text}
		speech := &tts.Speech{Clip: audiotest.Speak(t, "en-us", text)}
		require.Empty(t, Judge(info, r, speech), text)
		require.Empty(t, Judge(tts.Info{Name: "another", Voices: info.Voices}, r, speech), text)
		for _, d := range damages() {
			if len(Judge(info, r, d.apply(speech))) > 0 {
				found[d.name]++
			}
		}
	}
	for name, least := range map[string]int{
		"second half missing": 6, "half the speed": 6, "twice the speed": 6, "1.5 s of silence inside": 6, "clipped": 6,
		"0.5 s of static at the end": 6, "0.5 s of soft static at the end": 6, "10 dB softer": 6, "10 dB louder": 6,
		"a second said twice": 1, // only pace tells, so only where a second is much
	} {
		require.GreaterOrEqual(t, found[name], least, name)
	}
}

// Where the engine says when it says what, words count.
func TestDamagedWordsAreFound(t *testing.T) {
	b := tones(t, fake.Options{})
	r := tts.Request{Text: sentence}
	speech, err := b.Speak(t.Context(), r)
	require.NoError(t, err)
	require.Empty(t, Judge(b.Info(), r, speech))
	require.Equal(t, []string{"lost word"}, kinds(Judge(b.Info(), r, damaged(t, "first word silent").apply(speech))))
	cut := damaged(t, "first word cut out").apply(speech)
	require.Empty(t, Judge(b.Info(), r, cut), "a time may be wrong where it was not measured that it is exact")
	s := measure(cut.Clip)
	faults := judgeMarks(&s, r, reference{leastWord: 0.04}, cut.Marks)
	require.Len(t, faults, 1)
	require.Equal(t, `swallows "The"`, faults[0].Detail)
	inside := damage{"a later word", func(s *tts.Speech) { clear(s.Clip.Samples[s.Marks[4].From:s.Marks[4].To]) }}
	faults = Judge(b.Info(), r, inside.apply(speech))
	require.Equal(t, []string{"lost word"}, kinds(faults))
	require.Equal(t, `leaves "Tuesday" out`, faults[0].Detail)
	guessed := damage{"estimated", func(s *tts.Speech) {
		inside.do(s)
		for i := range s.Marks {
			s.Marks[i].Estimated = true
		}
	}}
	require.Empty(t, Judge(b.Info(), r, guessed.apply(speech)), "times that were guessed prove nothing")
	after := damage{"a word too much", func(s *tts.Speech) { s.Clip.Samples = append(s.Clip.Samples, s.Clip.Samples[:s.Clip.Rate/2]...) }}
	require.Equal(t, []string{"noise"}, kinds(Judge(b.Info(), r, after.apply(speech))))
	for _, m := range []tts.Mark{
		{Kind: tts.TimingWord, Start: 0, End: 3, From: 0, To: len(speech.Clip.Samples) + 1},
		{Kind: tts.TimingWord, Start: 0, End: len(sentence) + 1, From: 0, To: 1},
		{Kind: tts.TimingWord, Start: -1, End: 3, From: 0, To: 1},
		{Kind: tts.TimingWord, Start: 0, End: 3, From: -1, To: 1},
		{Kind: tts.TimingWord, Start: 3, End: 0, From: 0, To: 1},
		{Kind: tts.TimingWord, Start: 0, End: 3, From: 1, To: 0},
	} {
		outside := damage{"marks", func(s *tts.Speech) { s.Marks = []tts.Mark{m} }}
		require.Equal(t, []string{"marks"}, kinds(Judge(b.Info(), r, outside.apply(speech))))
	}
}

func TestRateIsPartOfWhatIsExpected(t *testing.T) {
	b := tones(t, fake.Options{})
	for _, rate := range []float64{0, 0.5, 0.8, 1, 1.5, 2} {
		r := tts.Request{Text: sentence, Rate: rate}
		speech, err := b.Speak(t.Context(), r)
		require.NoError(t, err)
		require.Empty(t, Judge(b.Info(), r, speech), rate)
		if rate >= 1 {
			require.NotEmpty(t, Judge(b.Info(), r, mostMissing().apply(speech)), rate)
		}
	}
	plain, err := b.Speak(t.Context(), tts.Request{Text: sentence})
	require.NoError(t, err)
	require.Empty(t, Judge(b.Info(), tts.Request{Text: sentence, Rate: 2}, plain), "an engine without a rate")
}

func TestFaultsOfTheSignal(t *testing.T) {
	b := tones(t, fake.Options{})
	r := tts.Request{Text: sentence}
	speech, err := b.Speak(t.Context(), r)
	require.NoError(t, err)
	for want, do := range map[Kind]func(s *tts.Speech){
		Offset:  func(s *tts.Speech) { add(s.Clip.Samples, 0.05) },
		Clipped: func(s *tts.Speech) { damaged(t, "clipped").do(s) },
		Soft:    func(s *tts.Speech) { amplify(s, 0.02) },
		Gap:     func(s *tts.Speech) { damaged(t, "1.5 s of silence inside").do(s) },
		Noise:   func(s *tts.Speech) { addNoise(s, 0.5, 0.01); s.Marks = nil },
		Silent:  func(s *tts.Speech) { amplify(s, 0.0001) },
		Broken:  func(s *tts.Speech) { s.Clip.Samples[7] = float32(math.Inf(-1)) },
	} {
		require.Contains(t, kinds(Judge(b.Info(), r, (&damage{"", do}).apply(speech))), string(want))
	}
}

func add(samples []float32, x float32) {
	for i := range samples {
		samples[i] += x
	}
}

func TestFlatnessTellsNoiseFromTones(t *testing.T) {
	const n = 441
	random := rand.New(rand.NewPCG(1, 2))
	white, tone, vowel := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range white {
		white[i] = random.NormFloat64()
		tone[i] = math.Sin(float64(i) * 0.2)
		for h := 1; h < 20; h++ {
			vowel[i] += math.Sin(float64(i)*0.034*float64(h)) / float64(h)
		}
	}
	require.Greater(t, flatness(white), 0.8)
	require.Less(t, flatness(tone), 0.001)
	require.Less(t, flatness(vowel), 0.05)
	require.InDelta(t, 1, flatness(make([]float64, n)), 0)
}

func TestTextsOfOtherScriptsAreNotJudgedByPace(t *testing.T) {
	for text, want := range map[string]bool{
		"The bridge.": true, "Мост закрыт.": true, "Η γέφυρα": true, "橋は閉鎖されます。": false, "الجسر مغلق": false, "7": false, "": false,
		"The bridge of 東京 is closed for a while.": true,
	} {
		_, ok := sizeOf(text)
		require.Equal(t, want, ok, text)
	}
	s, _ := sizeOf("The BBC, W H O and 12 more. No!")
	require.Equal(t, size{letters: 3 + 2*3 + 3*3 + 3 + 2*4 + 4 + 2, words: 9, stops: 2.5}, s)
}

func TestVoiceIsKnownOnlyAsItWasMeasured(t *testing.T) {
	espeak := tts.Info{Name: "espeak", Fingerprint: "adapter 1, espeak-ng 1.51, 175 words a minute", Voices: []tts.Voice{{ID: "en-us", Language: "en-us"}, {ID: "de", Language: "de"}}}
	fast := espeak
	fast.Fingerprint = "adapter 1, espeak-ng 1.51, 300 words a minute"
	for _, test := range []struct {
		info tts.Info
		r    tts.Request
		want bool
	}{
		{espeak, tts.Request{}, true},
		{espeak, tts.Request{Voice: "en-us", Language: "en-GB"}, true},
		{espeak, tts.Request{Language: "de"}, false},
		{espeak, tts.Request{Voice: "de"}, false},
		{espeak, tts.Request{Voice: "nobody"}, false},
		{fast, tts.Request{}, false},
	} {
		require.Equal(t, test.want, referenceFor(test.info, test.r).measured, "%+v", test.r)
	}
}

func FuzzJudge(f *testing.F) {
	f.Add("The bridge.", 8000, []byte{1, 200, 3, 0, 0, 255}, 0, 3, 1, 4)
	f.Add("", -1, []byte{}, -1, 1<<40, 7, 2)
	f.Fuzz(func(t *testing.T, text string, rate int, levels []byte, start, end, from, to int) {
		clip := audio.Clip{Rate: rate}
		for i, l := range levels {
			for range 40 {
				clip.Samples = append(clip.Samples, float32(l)/200*float32(1-i%2*2))
			}
		}
		speech := &tts.Speech{Clip: clip, Marks: []tts.Mark{{Kind: tts.TimingWord, Start: start, End: end, From: from, To: to}}}
		for _, fault := range Judge(tts.Info{}, tts.Request{Text: text}, speech) {
			require.Greater(t, fault.By, 1.0)
			require.NotEmpty(t, fault.Detail)
		}
	})
}
