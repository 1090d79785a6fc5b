package piper

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts/internal/pronounce"
)

func testConfig(t testing.TB) *config {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(Folder(dataFolder(t)), testVoice+".onnx.json"))
	require.NoError(t, err)
	c, err := parseConfig(text)
	require.NoError(t, err)
	return c
}

// The sequences are those that Piper's own program feeds the same voice for the same phonemes.
func TestIDsAreThoseTheVoiceWasTrainedWith(t *testing.T) {
	c := testConfig(t)
	for phonemes, want := range map[string][]int64{
		"":                {1, 0, 2},
		"a":               {1, 0, 14, 0, 2},
		"həlˈoʊ, wˈɜːld.": {1, 0, 20, 0, 59, 0, 24, 0, 120, 0, 27, 0, 100, 0, 8, 0, 3, 0, 35, 0, 120, 0, 62, 0, 122, 0, 24, 0, 17, 0, 10, 0, 2},
		"ç":               {1, 0, 16, 0, 140, 0, 2}, // decomposed: c and a cedilla
		"_^$":             {1, 0, 2},                // the padding, the beginning and the end cannot be said
	} {
		got := c.encode(pronounce.Symbols(phonemes))
		require.Equal(t, want, got.ids, phonemes)
		require.Len(t, got.ends, len(got.symbols))
	}
	s := c.encode(pronounce.Symbols("a日b日"))
	require.Equal(t, []int64{1, 0, 14, 0, 15, 0, 2}, s.ids)
	require.Equal(t, map[rune]int{'日': 2}, s.unknown)
	require.Equal(t, []string{"2 phonemes are unknown to the voice and were left out: 日"}, pronounce.Unknown(s.unknown))
}

func TestConfigurationsThatCannotWorkAreRefused(t *testing.T) {
	base := `{"audio":{"sample_rate":22050},"espeak":{"voice":"en-us"},"phoneme_id_map":{"_":[0],"^":[1],"$":[2],"a":[14]}}`
	c, err := parseConfig([]byte(base))
	require.NoError(t, err)
	require.Equal(t, settings{0.667, 1, 0.8}, c.settings)
	require.Equal(t, 256, c.hop)
	require.Equal(t, 1, c.speakers)

	with := func(field string) string { return strings.Replace(base, `"audio"`, field+`,"audio"`, 1) }
	for text, want := range map[string]string{
		"":                              "not JSON",
		"[]":                            "is a array",
		`{"audio":`:                     "not JSON at byte 9",
		with(`"phoneme_type":"text"`):   "of type \"text\"",
		with(`"phoneme_type":"pinyin"`): "of type \"pinyin\"",
		with(`"vowel_clusters":["ai"]`): "maps phonemes",
		with(`"hop_length":0`):          "hop of 0",
		with(`"hop_length":"x"`):        "hop_length",
		with(`"num_speakers":2,"default_speaker_id":2`):            "speaker 2 of 2",
		with(`"num_speakers":2,"speaker_id_map":{"x":7}`):          "speaker \"x\" is number 7 of 2",
		with(`"inference":{"noise_scale":-1}`):                     "noise_scale",
		with(`"inference":{"length_scale":0}`):                     "length_scale",
		with(`"inference":{"length_scale":1e9}`):                   "length_scale",
		with(`"inference":{"noise_w":null}`):                       "noise_w",
		strings.Replace(base, "22050", "0", 1):                     "sample rate of 0",
		strings.Replace(base, `"en-us"`, `""`, 1):                  "no espeak voice",
		strings.Replace(base, `"_":[0],`, "", 1):                   "no id for \"_\"",
		strings.Replace(base, `,"a":[14]`, "", 1):                  "no phonemes",
		strings.Replace(base, `[14]`, `[]`, 1):                     "ids that are none",
		strings.Replace(base, `[14]`, `[-1]`, 1):                   "ids that are none",
		base[:len(base)-1] + strings.Repeat(" ", mostConfig) + "}": "more than",
	} {
		_, err := parseConfig([]byte(text))
		require.ErrorContains(t, err, want, "%.200s", text)
	}
	c, err = parseConfig([]byte(with(`"num_speakers":3,"speaker_id_map":{"eve":2},"default_speaker_id":1`)))
	require.NoError(t, err)
	for name, want := range map[string]int64{"eve": 2, "0": 0, "2": 2} {
		id, ok := c.speakerNamed(name)
		require.True(t, ok)
		require.Equal(t, want, id)
	}
	for _, name := range []string{"3", "-1", "02", "adam", "", "1x"} {
		_, ok := c.speakerNamed(name)
		require.False(t, ok, name)
	}
	ids := []string{}
	for _, v := range describeAll(t.TempDir(), "voice", c) {
		ids = append(ids, v.ID+" "+v.Language)
	}
	require.Equal(t, []string{"voice#1 en-US", "voice#0 en-US", "voice#eve en-US"}, ids, "the default first")
}

func FuzzParseConfig(f *testing.F) {
	f.Add([]byte(`{"audio":{"sample_rate":22050},"espeak":{"voice":"en-us"},"phoneme_id_map":{"_":[0],"^":[1],"$":[2],"a":[14]}}`))
	f.Add([]byte(`{"num_speakers":-1,"speaker_id_map":{"":9}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parseConfig(text)
		if err != nil {
			return
		}
		require.NotEmpty(t, c.encode(pronounce.Symbols("aˈb c")).ids)
		require.NotEmpty(t, bcp47(c.espeak)+"x")
	})
}
