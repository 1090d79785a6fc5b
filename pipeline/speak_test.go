package pipeline

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/pipeline/script/normalize"
	"github.com/voicepress/voicepress/tts"
)

func TestVoiceGetsThePronunciationsOfTheScript(t *testing.T) {
	u := script.Utterance{Spoken: "In Leicester they read it.", Spans: []normalize.Span{
		{From: 0, To: 2},
		{Class: "lexicon", From: 2, To: 13, IPA: "lˈɛstɚ"}, // with the spaces around it
		{From: 13, To: 18},
		{Class: "heteronym", From: 18, To: 22, IPA: "ɹˈɛd"},
		{Class: "space", From: 22, To: 23},
		{From: 23, To: 26},
	}}
	require.Equal(t, []tts.Phonemes{{Start: 3, End: 12, IPA: "lˈɛstɚ"}, {Start: 18, End: 22, IPA: "ɹˈɛd"}}, phonemes(u, tts.Info{Phonemes: true}))
	require.Equal(t, []tts.Phonemes{{Start: 3, End: 12, IPA: "lˈɛstɚ"}}, phonemes(u, tts.Info{}), "one that cannot be told")
}

func TestServiceIsAskedForAsMuchAtOnceAsItTakes(t *testing.T) {
	processors := runtime.GOMAXPROCS(0)
	for _, test := range []struct {
		asked       int
		remote      bool
		concurrency int
		want        int
	}{
		{0, false, 0, processors},
		{0, false, processors + 7, processors},
		{0, false, 1, 1},
		{5, false, 0, 5},
		{5, false, 3, 3},
		{0, true, processors + 7, processors + 7},
		{0, true, 1, 1},
		{1, true, 8, 1},
		{9, true, 8, 8},
	} {
		require.Equal(t, test.want, jobs(test.asked, tts.Info{Remote: test.remote, Concurrency: test.concurrency}), "%+v", test)
	}
}
