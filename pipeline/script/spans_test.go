package script_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
)

func TestWordsRenderTheirWrittenWords(t *testing.T) {
	for _, tc := range []struct {
		text string
		want [][2]string // spoken, written
	}{
		{"The boat sank", [][2]string{{"The", "The"}, {"boat", "boat"}, {"sank", "sank"}}},
		{"It cost $3.2 then.", [][2]string{
			{"It", "It"}, {"cost", "cost"}, {"dollar", "$3.2"}, {"three", "$3.2"}, {"point", "$3.2"}, {"two", "$3.2"}, {"then", "then"},
		}},
		{"“Well,” (he said) — don’t go.", [][2]string{{"Well", "Well"}, {"he", "he"}, {"said", "said"}, {"don’t", "don’t"}, {"go", "go"}}},
		{"the mid-90s boat", [][2]string{{"the", "the"}, {"mid", "mid"}, {"nine", "90s"}, {"zeros", "90s"}, {"boat", "boat"}}},
		{"a 2.7-mile way", [][2]string{{"a", "a"}, {"two", "2.7"}, {"point", "2.7"}, {"seven", "2.7"}, {"mile", "mile"}, {"way", "way"}}},
		{"x1y2z is it", [][2]string{{"xoneytwoz", "x1y2z"}, {"is", "is"}, {"it", "it"}}},
		{"7’s boat", [][2]string{{"seven’s", "7’s"}, {"boat", "boat"}}},
		{"下雨。", [][2]string{{"下", "下"}, {"雨", "雨"}}},
	} {
		u := build(t, paragraphs(tc.text), script.Options{}).Utterances[0]
		var got [][2]string
		for _, w := range script.Words(u) {
			got = append(got, [2]string{u.Spoken[w.Start:w.End], u.Written[w.WrittenStart:w.WrittenEnd]})
		}
		require.Equal(t, tc.want, got)
	}
}

func TestSourceAndSpokenAtAreEachOthersInverse(t *testing.T) {
	u := build(t, paragraphs("It cost $3.2 then"), script.Options{}).Utterances[0]
	require.Equal(t, "It cost dollar three point two then.", u.Spoken)
	for spoken, source := range map[int]int{0: 0, 3: 3, 8: 8, 15: 8, 29: 8, 30: 12, 31: 13, 34: 16, 35: 17, 36: 17, 99: 17} {
		require.Equal(t, source, u.Source(spoken), "spoken byte %d", spoken)
	}
	for source, spoken := range map[int]int{0: 0, 3: 3, 8: 8, 10: 8, 12: 30, 16: 34, 17: 36, 99: 36} {
		require.Equal(t, spoken, u.SpokenAt(source), "written byte %d", source)
	}
}

func TestBalanceNamesTheBlockAndByte(t *testing.T) {
	for want, spoil := range map[string]func(s *script.Script){
		"the title: bytes 0 to 14 are in no piece":      func(s *script.Script) { s.Utterances = s.Utterances[1:] },
		"block 0: bytes 0 to 14 are in no piece":        func(s *script.Script) { s.Utterances = slices.Delete(s.Utterances, 1, 2) },
		"block 0: bytes 13 to 28 are in no piece":       func(s *script.Script) { s.Utterances = s.Utterances[:2] },
		"block 0: byte 0 is in two pieces":              func(s *script.Script) { s.Utterances = append(s.Utterances, s.Utterances[1]) },
		"block 0: the piece at byte 28 does not lie in": func(s *script.Script) { s.Silent = []script.Piece{{Start: 28, End: 40, Reason: "x"}} },
		"block 0: the piece at byte 28 is skipped for no reason": func(s *script.Script) {
			s.Silent = []script.Piece{{Start: 28, End: 28}}
		},
	} {
		a := &article.Article{Language: "en", Title: "A boat is gone", Blocks: []article.Block{{Text: "The boat sank The crew swam."}}}
		s := build(t, a, script.Options{MaxRunes: 16})
		require.Len(t, s.Utterances, 3, "%q", written(s))
		spoil(s)
		acc := script.NewAccount(a, s)
		require.ErrorContains(t, acc.Balance(), want)
	}
}
