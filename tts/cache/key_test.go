package cache

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
)

func info() tts.Info {
	return tts.Info{
		Name: "piper", Fingerprint: "adapter 1", SampleRate: 22050, Timing: tts.TimingWord, Context: true,
		Voices: []tts.Voice{{ID: "joe", Language: "en-US"}, {ID: "eva", Language: "de-DE"}},
	}
}

func request() tts.Request {
	return tts.Request{
		Text: "The bridge is closed.", Language: "en-GB", Voice: "joe", Rate: 1.1, Seed: 7,
		Phonemes: []tts.Phonemes{{Start: 4, End: 10, IPA: "bɹɪdʒ"}}, Before: "It rained.", After: "It rains.", Article: "bridge.html",
	}
}

// A key that changes makes everything that is kept unknown: schema has to change with it, or there is a mistake.
func TestKeyIsTheSameAsEver(t *testing.T) {
	require.Equal(t, "144becf79035c1b5af949dbe2332fe488f4802bec2cc0a40c1e357ca8055ea95", KeyOf(info(), request()).String())
	require.Equal(t, "bcca7d601c12c57297461f1fc31307fcbe91fe620977d05896a756b489558862", KeyOf(tts.Info{}, tts.Request{}).String())
}

func TestEveryFieldOfARequestIsInTheKeyButTheArticle(t *testing.T) {
	base := KeyOf(info(), request())
	for _, field := range reflect.VisibleFields(reflect.TypeFor[tts.Request]()) {
		r := request()
		change(t, reflect.ValueOf(&r).Elem().FieldByIndex(field.Index))
		if field.Name == "Article" {
			require.Equal(t, base, KeyOf(info(), r), field.Name)
		} else {
			require.NotEqual(t, base, KeyOf(info(), r), field.Name)
		}
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[tts.Phonemes]()) {
		r := request()
		change(t, reflect.ValueOf(&r.Phonemes[0]).Elem().FieldByIndex(field.Index))
		require.NotEqual(t, base, KeyOf(info(), r), "Phonemes.%s", field.Name)
	}
}

// Whoever adds a field to tts.Info or tts.Voice decides here whether another value can change what Speak gives.
func TestEveryFieldOfABackendIsDecidedOn(t *testing.T) {
	const in, out = true, false
	decided := map[string]bool{
		"Name": in, "Fingerprint": in, "SampleRate": in, "Voices": in, "Timing": in, "Context": in,
		"Limit": out, "Piece": out, "Concurrency": out, "RequestsPerMinute": out, "Deterministic": out, "Remote": out, "Streams": out,
		"PricePerMillion": out, "Charge": out, "Terms": out, "SourceType": out, "NoticeRequired": out, "Phonemes": out, "NormalizesText": out,
	}
	base := KeyOf(info(), request())
	for _, field := range reflect.VisibleFields(reflect.TypeFor[tts.Info]()) {
		want, known := decided[field.Name]
		require.True(t, known, "is Info.%s part of the key?", field.Name)
		i := info()
		change(t, reflect.ValueOf(&i).Elem().FieldByIndex(field.Index))
		require.Equal(t, want, base != KeyOf(i, request()), field.Name)
	}
	decided = map[string]bool{"ID": in, "Language": in, "Licence": out, "Source": out}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[tts.Voice]()) {
		want, known := decided[field.Name]
		require.True(t, known, "is Voice.%s part of the key?", field.Name)
		r := request()
		r.Voice = ""
		i := info()
		base := KeyOf(i, r)
		change(t, reflect.ValueOf(&i.Voices[0]).Elem().FieldByIndex(field.Index))
		require.Equal(t, want, base != KeyOf(i, r), field.Name)
	}
}

// change gives a field another value.
func change(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Int:
		v.SetInt(v.Int() + 1)
	case reflect.Uint64:
		v.SetUint(v.Uint() + 1)
	case reflect.Float64:
		v.SetFloat(v.Float() + 0.1)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	case reflect.Struct:
		change(t, v.Field(0))
	default:
		require.Fail(t, "how is it changed?", v.Type().String())
	}
}

func TestContextIsInTheKeyOnlyWhereTheBackendListens(t *testing.T) {
	deaf := info()
	deaf.Context = false
	r := request()
	base := KeyOf(deaf, r)
	r.Before, r.After = "", "Something else."
	require.Equal(t, base, KeyOf(deaf, r))
}

func TestRateOfNothingIsThatOfOne(t *testing.T) {
	r := request()
	r.Rate = 0
	base := KeyOf(info(), r)
	r.Rate = 1
	require.Equal(t, base, KeyOf(info(), r))
}

// The parts of a key cannot run into each other.
func TestPartsThatJoinToTheSameTextHaveOtherKeys(t *testing.T) {
	keys := map[Key]bool{}
	list := []tts.Request{
		{Voice: "ab", Language: "c"},
		{Voice: "a", Language: "bc"},
		{Text: "a", Before: "b"},
		{Text: "ab"},
		{Before: "ab"},
		{After: "ab"},
		{Text: "ab", Phonemes: []tts.Phonemes{{}}},
		{Text: "ab", Phonemes: []tts.Phonemes{{}, {}}},
		{Phonemes: []tts.Phonemes{{IPA: "ab"}}},
		{Phonemes: []tts.Phonemes{{IPA: "a"}, {IPA: "b"}}},
	}
	for _, r := range list {
		keys[KeyOf(info(), r)] = true
	}
	require.Len(t, keys, len(list))
}

func TestVoicesThatAreNotListedHaveKeysOfTheirOwn(t *testing.T) {
	a, b := request(), request()
	a.Voice, b.Voice = "new", "newer"
	require.NotEqual(t, KeyOf(info(), a), KeyOf(info(), b))
	i := info()
	i.SourceType = disclosure.AlgorithmicMedia
	require.Equal(t, KeyOf(info(), a), KeyOf(i, a))
}
