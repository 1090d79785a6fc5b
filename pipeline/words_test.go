package pipeline

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/tts"
)

func TestHearFindsATimeForEveryWord(t *testing.T) {
	const text = "one two-three four"
	words := []script.Word{{Start: 0, End: 3}, {Start: 4, End: 7}, {Start: 8, End: 13}, {Start: 14, End: 18}}
	mark := func(start, end, from, to int) tts.Mark {
		return tts.Mark{Kind: tts.TimingWord, Start: start, End: end, From: from, To: to}
	}
	for name, tc := range map[string]struct {
		marks []tts.Mark
		want  []heard
	}{
		"a mark each": {
			[]tts.Mark{mark(0, 3, 10, 20), mark(4, 7, 20, 30), mark(8, 13, 35, 40), mark(14, 18, 50, 90)},
			[]heard{{10, 20, false}, {20, 30, false}, {35, 40, false}, {50, 90, false}},
		},
		"several marks a word": {
			[]tts.Mark{mark(0, 1, 10, 12), mark(1, 3, 13, 20), mark(4, 7, 20, 30), mark(8, 13, 35, 40), mark(14, 18, 50, 90)},
			[]heard{{10, 20, false}, {20, 30, false}, {35, 40, false}, {50, 90, false}},
		},
		"two words a mark": {
			[]tts.Mark{mark(0, 3, 10, 20), mark(4, 13, 20, 36), mark(14, 18, 50, 90)},
			[]heard{{10, 20, false}, {20, 26, true}, {26, 36, true}, {50, 90, false}},
		},
		"one mark for all": {
			[]tts.Mark{mark(0, 18, 0, 15)},
			[]heard{{0, 3, true}, {3, 6, true}, {6, 11, true}, {11, 15, true}},
		},
		"words without a mark": {
			[]tts.Mark{mark(4, 7, 30, 40)},
			[]heard{{0, 30, true}, {30, 40, false}, {40, 73, true}, {73, 100, true}},
		},
		"marks of sentences only": {[]tts.Mark{{Kind: tts.TimingSentence, End: 18, To: 100}}, nil},
		"no marks":                {nil, nil},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.want, hear(words, tc.marks, 100)) })
	}
	require.Len(t, text, words[3].End)
	require.Empty(t, hear(nil, []tts.Mark{mark(0, 3, 0, 9)}, 100))
}
