package tts_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
)

func TestCheckOfARequest(t *testing.T) {
	info := tts.Info{Limit: tts.Limit{N: 10, Unit: tts.Runes}}
	for _, text := range []string{"a", "7", "½", "ab… 日本", "ééééé éééé"} {
		require.NoError(t, info.Check(tts.Request{Text: text}), text)
	}
	for _, text := range []string{"", " \n", "…—!", "😀", "\x00", "\xff\xfe"} {
		require.ErrorIs(t, info.Check(tts.Request{Text: text}), tts.ErrNothingToSay, "%q", text)
	}
	var long *tts.TooLong
	require.ErrorAs(t, info.Check(tts.Request{Text: "ééééé ééééé"}), &long)
	require.Equal(t, info.Limit, long.Limit)
	for _, rate := range []float64{-1, math.NaN(), math.Inf(1), math.Inf(-1)} {
		require.ErrorContains(t, info.Check(tts.Request{Text: "a", Rate: rate}), "rate")
	}
}

func TestLimitCountsItsUnit(t *testing.T) {
	require.True(t, tts.Limit{}.Fits("anything"))
	require.True(t, tts.Limit{N: 2, Unit: tts.Runes}.Fits("éé"))
	require.False(t, tts.Limit{N: 2, Unit: tts.Bytes}.Fits("éé"))
	require.True(t, tts.Limit{N: 4, Unit: tts.Bytes}.Fits("éé"))
}

func TestVoiceNamesTheNearestOnes(t *testing.T) {
	info := tts.Info{Voices: []tts.Voice{{ID: "en_US-joe-medium"}, {ID: "de"}, {ID: "de_AT"}, {ID: "fr"}}}
	voice, err := info.Voice("")
	require.NoError(t, err)
	require.Equal(t, "en_US-joe-medium", voice.ID)
	voice, err = info.Voice("fr")
	require.NoError(t, err)
	require.Equal(t, "fr", voice.ID)
	_, err = info.Voice("en-us-joe")
	var missing *tts.NoSuchVoice
	require.ErrorAs(t, err, &missing)
	require.Equal(t, "en_US-joe-medium", missing.Known[0])
	_, err = tts.Info{}.Voice("")
	require.ErrorAs(t, err, &missing)
}

func TestNearest(t *testing.T) {
	known := []string{"en-us", "en-gb", "de", "fr-fr", "pt-br"}
	require.Equal(t, []string{"en-us", "en-gb"}, tts.Nearest("EN-AS", known, 2))
	require.Equal(t, []string{"de"}, tts.Nearest("de", known, 1))
	require.Len(t, tts.Nearest("", known, 99), len(known))
	require.Equal(t, []string{"en-us", "en-gb", "de", "fr-fr", "pt-br"}, known)
}

func TestVoiceForALanguageIsTheFirstThatSpeaksIt(t *testing.T) {
	info := tts.Info{Voices: []tts.Voice{{ID: "a", Language: "en-US"}, {ID: "b", Language: "de-DE"}, {ID: "c", Language: "de-AT"}, {ID: "d", Language: "und"}}}
	for _, test := range []struct{ id, language, want string }{
		{"", "de", "b"}, {"", "DE-ch", "b"}, {"", "en-GB", "a"}, {"", "fr", "a"}, {"", "", "a"}, {"c", "en", "c"},
	} {
		got, err := info.VoiceFor(test.id, test.language)
		require.NoError(t, err)
		require.Equal(t, test.want, got.ID, "%+v", test)
	}
	_, err := info.VoiceFor("nobody", "de")
	require.ErrorAs(t, err, new(*tts.NoSuchVoice))
	_, err = tts.Info{}.VoiceFor("", "de")
	require.ErrorAs(t, err, new(*tts.NoSuchVoice))
}

func TestSameLanguageLooksAtTheFirstSubtag(t *testing.T) {
	require.True(t, tts.SameLanguage("en-US", "EN-gb"))
	require.True(t, tts.SameLanguage("", "de"))
	require.False(t, tts.SameLanguage("en", "eng"))
	require.False(t, tts.SameLanguage("en", "de"))
}
