package align

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
)

// tenSeconds is at 1,000 Hz, so that a sample is a millisecond.
func tenSeconds() audio.Clip { return audio.Clip{Samples: make([]float32, 10_000), Rate: 1000} }

// show writes marks as "word 100-200", with a question mark where they are estimated.
func show(text string, marks []tts.Mark) string {
	var list []string
	for _, m := range marks {
		s := fmt.Sprintf("%s %d-%d", text[m.Start:m.End], m.From, m.To)
		if m.Estimated {
			s += "?"
		}
		list = append(list, s)
	}
	return strings.Join(list, ", ")
}

// letters are units of one letter each, a tenth of a second long.
func letters(text string) []Unit {
	var units []Unit
	for _, r := range text {
		at := float64(len(units)) / 10
		units = append(units, Unit{string(r), at, at + 0.1})
	}
	return units
}

func TestWordsAreFoundInWhatTheEngineSays(t *testing.T) {
	for _, test := range []struct {
		name, text string
		units      []Unit
		want       string
	}{
		{
			"the same words", "Well, it was.",
			[]Unit{{"Well", 0.1, 0.4}, {",", 0.4, 0.5}, {"it", 0.5, 0.6}, {"was", 0.6, 1}, {".", 1, 1}},
			"Well 100-400, it 500-600, was 600-1000",
		},
		{
			"glued words", "a well-known fact",
			[]Unit{{"a", 0, 0.1}, {"well-known", 0.1, 1}, {"fact", 1, 1.5}},
			"a 0-100, well 100-500?, known 500-1000?, fact 1000-1500",
		},
		{
			"split words", "Don't pay $3.5",
			[]Unit{{"Do", 0, 0.1}, {"n't", 0.1, 0.3}, {"pay", 0.3, 0.6}, {"3", 1, 1.2}, {"point", 1.2, 1.5}, {"5", 1.5, 2}},
			"Don't 0-300, pay 300-600, 3.5 1000-2000",
		},
		{
			"changed words lie between others", "It cost 5 kg more.",
			[]Unit{{"It", 0, 0.2}, {"cost", 0.2, 0.6}, {"five", 0.6, 1}, {"kilos", 1, 1.5}, {"more", 1.5, 2}},
			"It 0-200, cost 200-600, 5 600-900?, kg 900-1500?, more 1500-2000",
		},
		{
			"a changed word at the end", "up 5",
			[]Unit{{"up", 0.1, 0.2}, {"five", 0.2, 0.8}},
			"up 100-200, 5 200-800?",
		},
		{
			"a word that was not said", "one two three",
			[]Unit{{"one", 0, 0.5}, {"three", 0.5, 1}},
			"one 0-500, three 500-1000",
		},
		{
			"words that nobody wrote", "one two",
			[]Unit{{"Uh", 0, 0.1}, {"one", 0.1, 0.3}, {"er", 0.3, 0.4}, {"two", 0.4, 0.5}},
			"one 100-300, two 400-500",
		},
		{
			"the same word again and again", "the cat the dog the end",
			[]Unit{{"the", 0, 0.1}, {"cat", 0.1, 0.2}, {"the", 0.2, 0.3}, {"dog", 0.3, 0.4}, {"the", 0.4, 0.5}, {"end", 0.5, 0.6}},
			"the 0-100, cat 100-200, the 200-300, dog 300-400, the 400-500, end 500-600",
		},
		{"letters", "Añb 日.", letters("Añb 日."), "Añb 0-300, 日 400-500"},
		{"letters of another case", "NASA is", letters("nasa IS"), "NASA 0-400, is 500-700"},
		{
			"times that cannot be", "one two three four five",
			[]Unit{{"one", -1, 0.1}, {"two", 0.4, 0.6}, {"three", math.NaN(), 1}, {"four", 0.5, 0.9}, {"five", 5, 99}},
			"two 400-600, four 600-900, five 5000-10000", // there is no room for "one" and "three"
		},
		{"nothing in common", "hello", []Unit{{"xyz", 0, 1}}, "hello 0-1000?"},
		{"nothing", "hello", nil, ""},
		{"no letters", "hello", []Unit{{"?!", 0, 1}}, ""},
		{"no words", "?!", []Unit{{"hello", 0, 1}}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, show(test.text, Words(test.text, test.units, tenSeconds())))
		})
	}
}

func TestLongTextsAreLinedUpInBoundedMemory(t *testing.T) {
	text := strings.Repeat("word ", 8000)
	require.Len(t, Words(text, letters(text), audio.Clip{Samples: make([]float32, 4_000_000), Rate: 1000}), 8000)
	other := letters(strings.Repeat("xyz ", 8000))
	for _, m := range Words(text, other, tenSeconds()) {
		require.True(t, m.Estimated)
	}
}

func FuzzWords(f *testing.F) {
	f.Add("Well, it was 5 kg.", "well|it|was|five|kilos", 0.2, 0.3)
	f.Add("日本", "日|本", -1.0, math.Inf(1))
	f.Add("\xff a", "\xfe|a", 1e300, 0.0)
	f.Fuzz(func(t *testing.T, text, said string, from, step float64) {
		if len(text) > 2000 || len(said) > 2000 {
			return
		}
		var units []Unit
		for i, s := range strings.Split(said, "|") {
			at := from + step*float64(i)
			units = append(units, Unit{s, at, at + step})
		}
		clip := tenSeconds()
		last := tts.Mark{}
		for _, m := range Words(text, units, clip) {
			require.True(t, m.Start >= last.End && m.End > m.Start && m.End <= len(text))
			require.True(t, m.From >= last.To && m.To >= m.From && m.To <= len(clip.Samples))
			last = m
		}
	})
}
