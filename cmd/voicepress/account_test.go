package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/timing"
	"github.com/voicepress/voicepress/pipeline/script"
)

func TestMomentIsReadInSecondsMinutesAndHours(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "83.4": 83_400, "1:23.4": 83_400, "01:23": 83_000, "0:01:23.456": 83_456, "100:00": 6_000_000, "1:00:00": 3_600_000, ".5": 500,
	} {
		got, err := parseMoment(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", ":", "1:", ":1", "-1", "1:60", "1.5:00", "1:2:3:4", "1e3", "NaN", "Inf", "0x10", "1_0", "1..2", "٣", "9999999999"} {
		_, err := parseMoment(text)
		require.Error(t, err, text)
	}
}

func TestStampIsReadBack(t *testing.T) {
	for _, ms := range []int64{0, 1, 999, 60_000, 3_599_999, 3_600_000, 360_000_001} {
		got, err := parseMoment(stamp(ms))
		require.NoError(t, err)
		require.Equal(t, ms, got)
	}
}

func TestMomentOfANoticeThatIsHeardAgainIsItsOwn(t *testing.T) {
	notice := timing.Word{Block: timing.NoticeBlock, Start: 0, End: 5, Text: "Voice", From: 300, To: 500}
	again := notice
	again.From, again.To = 900_300, 900_500
	m, err := timing.NewMap([]timing.Word{notice, {Block: 0, Start: 0, End: 4, Text: "Text", From: 900, To: 1000}, again}, []timing.Sentence{
		{Block: timing.NoticeBlock, Start: 0, End: 9, From: 300, To: 550},
		{Block: timing.NoticeBlock, Start: 10, End: 19, From: 600, To: 700},
		{Block: 0, Start: 0, End: 4, From: 900, To: 1000},
		{Block: timing.NoticeBlock, Start: 0, End: 9, From: 900_300, To: 900_550},
		{Block: timing.NoticeBlock, Start: 10, End: 19, From: 900_600, To: 900_700},
		{Block: timing.AnnouncementBlock, Start: 0, End: 9, From: 901_000, To: 902_000},
	})
	require.NoError(t, err)
	acc := script.Account{Added: []script.Addition{{Spoken: "Voice is A I."}, {Spoken: "Errors may occur."}, {Spoken: "Code."}}}
	for _, w := range []timing.Word{notice, again} {
		said := momentAt(acc, m, w.From+50)
		require.Equal(t, [2]int64{w.From, w.To}, [2]int64{said.Word.From, said.Word.To})
		require.Equal(t, "Voice is A I.", said.Sentence.Text)
		require.Equal(t, "Errors may occur.", momentAt(acc, m, w.From+350).Sentence.Text)
	}
	require.Equal(t, "Code.", momentAt(acc, m, 901_500).Sentence.Text)
}
