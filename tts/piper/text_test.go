package piper

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/espeak"
	"github.com/voicepress/voicepress/tts/internal/words"
)

func testConfig(t testing.TB) *config {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(Folder(dataFolder(t)), testVoice+".onnx.json"))
	require.NoError(t, err)
	c, err := parseConfig(text)
	require.NoError(t, err)
	return c
}

func TestClausesEndWhereTheVoiceBreathes(t *testing.T) {
	for text, want := range map[string][]string{
		"Hello, world.":                  {"Hello|, ", "world|."},
		"He said: yes; no!":              {"He said|: ", "yes|; ", "no|!"},
		"No mark at the end":             {"No mark at the end|."},
		"A comma at the end,":            {"A comma at the end|."},
		"It was — he said — bad":         {"It was|; ", "he said|; ", "bad|."},
		"1939–45 and 3 – 4":              {"1939–45 and 3|; ", "4|."},
		"Pi is 3.14, or 1,000:1.":        {"Pi is 3.14|, ", "or 1,000:1|."},
		"\"Quote,\" he said (twice.)":    {"\"Quote|, ", "he said (twice|."},
		"Wait... what?!":                 {"Wait... what|?"},
		"Wait... What? “Yes!” Fine…":     {"Wait|.", "What|?", "“Yes|!", "Fine|."},
		"the U.S. economy grew. It did.": {"the U.S. economy grew|.", "It did|."},
		"Really, ?":                      {"Really|?"},
		"...":                            nil,
		"":                               nil,
		"a\nb":                           {"a\nb|."},
		"broken \xff\xfe, text":          {"broken \xff\xfe|, ", "text|."},
		"well-known, mother-in-law's":    {"well-known|, ", "mother-in-law's|."},
		", , one , . two":                {"one|, ", ". two|."},
		"Ellipsis … inside":              {"Ellipsis|.", "inside|."},
	} {
		var got []string
		for _, c := range cut(text) {
			got = append(got, strings.TrimSpace(text[c.start:c.end])+"|"+c.terminator)
		}
		require.Equal(t, want, got, "%q", text)
	}
}

func FuzzCut(f *testing.F) {
	for _, text := range []string{"Hello, world.", "a — b", "\xff,\x00 …", "?! ..) x", "1.\n2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		spans, clauses := words.Of(text), cut(text)
		for _, c := range clauses {
			require.True(t, at <= c.start && c.start < c.end && c.end <= len(text))
			at = c.end
		}
		n := 0
		for _, in := range wordsIn(clauses, spans) {
			require.Equal(t, n, in.from, "no word is lost")
			n = in.to
		}
		require.Equal(t, len(spans), n)
	})
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
		got := c.encode(symbolsOf(phonemes))
		require.Equal(t, want, got.ids, phonemes)
		require.Len(t, got.ends, len(got.symbols))
	}
	s := c.encode(symbolsOf("a日b日"))
	require.Equal(t, []int64{1, 0, 14, 0, 15, 0, 2}, s.ids)
	require.Equal(t, map[rune]int{'日': 2}, s.unknown)
	require.Equal(t, "2 phonemes are unknown to the voice and were left out: 日", unknownPhonemes(s.unknown))
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
		require.NotEmpty(t, c.encode(symbolsOf("aˈb c")).ids)
		require.NotEmpty(t, bcp47(c.espeak)+"x")
	})
}

// alignmentSentences are sentences in which espeak-ng runs words together or reads one as several.
var alignmentSentences = []string{
	"The end of the war was a relief to all of them.",
	"It would have been better to be there in 1990.",
	"I don't think that they're going to do it at the moment.",
	"The BBC and NASA said it's well-known.",
	"He has to have said that on the 3rd of May.",
	"For a while there was a lot of talk of it.",
	"You and I are in the same boat as the rest of the world.",
	"This is one of the best mother-in-law jokes of the year.",
	"Some of us could have gone to the sea, but it was cold.",
	"\"It is what it is,\" said Mr Smith of the U.S. Senate.",
	"It cost 3.5 million dollars, or 12 a head.",
	"She was to be at the top of the hill by 5 o'clock.",
}

func TestEveryWordIsFoundInItsPlace(t *testing.T) {
	p, err := espeak.Start(t.Context(), espeak.PhonemizerOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, p.Close()) }()
	b := &Backend{config: testConfig(t), phonemes: p}
	for _, text := range alignmentSentences {
		spans := words.Of(text)
		symbols, warnings, err := b.pronounce(t.Context(), tts.Request{Text: text}, spans)
		require.NoError(t, err)
		require.Empty(t, warnings)
		said := make([]string, len(spans))
		at := 0
		for _, s := range symbols {
			if s.word == pause {
				continue
			}
			require.GreaterOrEqual(t, s.word, at, "words come in order: %s", text)
			at = s.word
			said[s.word] += string(s.r)
		}
		for w, span := range spans {
			require.NotEmpty(t, said[w], "%q in %q: %q", text[span.Start:span.End], text, said)
		}
		t.Log(said)
	}
}

func TestCountingAndAligningAgree(t *testing.T) {
	p, err := espeak.Start(t.Context(), espeak.PhonemizerOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, p.Close()) }()
	counted, differ := 0, 0
	for _, text := range append(slices.Clone(benchSentences), alignmentSentences...) {
		spans := words.Of(text)
		clauses := cut(text)
		in := wordsIn(clauses, spans)
		for i, c := range clauses {
			ipa, err := p.Phonemes(t.Context(), "en-us", []string{text[c.start:c.end]})
			require.NoError(t, err)
			a, other := symbolsOf(ipa[0]), symbolsOf(ipa[0])
			if !countWords(a, text, spans, in[i]) {
				continue
			}
			var list []string
			for _, s := range spans[in[i].from:in[i].to] {
				list = append(list, text[s.Start:s.End])
			}
			alone, err := p.Phonemes(t.Context(), "en-us", list)
			require.NoError(t, err)
			align(other, alone, in[i].from)
			counted++
			if !slices.Equal(a, other) {
				differ++
				t.Logf("%q: %v %v", text[c.start:c.end], a, other)
			}
		}
	}
	require.Greater(t, counted, 5)
	require.Zero(t, differ)
}

func TestALexiconReplacesTheSoundOfWholeWords(t *testing.T) {
	p, err := espeak.Start(t.Context(), espeak.PhonemizerOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, p.Close()) }()
	b := &Backend{config: testConfig(t), phonemes: p}
	text := "The head of the SQL team, Ms Nguyen of Hanoi, left."
	at := func(word, ipa string) tts.Phonemes {
		i := strings.Index(text, word)
		return tts.Phonemes{Start: i, End: i + len(word), IPA: ipa}
	}
	spans := words.Of(text)
	say := func(phonemes ...tts.Phonemes) (string, []string) {
		symbols, warnings, err := b.pronounce(t.Context(), tts.Request{Text: text, Phonemes: phonemes}, spans)
		require.NoError(t, err)
		var s strings.Builder
		for _, sym := range symbols {
			fmt.Fprint(&s, string(sym.r))
		}
		return s.String(), warnings
	}
	plain, _ := say()
	require.Contains(t, plain, "ʌvð")
	got, warnings := say(at("of", "ʌf"), at("SQL", "sˈiːkwəl"), at("Nguyen", "wˈɪn"), at("Hanoi, left", "hænˈɔɪ"))
	require.Len(t, warnings, 1, "a pronunciation cannot reach over a comma")
	require.Contains(t, got, " ʌf ðɪ sˈiːkwəl tˈiːm, ", "words that ran together are kept apart")
	require.Contains(t, got, " wˈɪn ")
	require.True(t, strings.HasPrefix(got, plain[:strings.Index(plain, "ʌv")]), got)
	got, warnings = say(at("head of", "hˈiːd ˈɔv"))
	require.Empty(t, warnings)
	require.Contains(t, got, " hˈiːd ˈɔv ðɪ ")
}

func FuzzAlign(f *testing.F) {
	f.Add("ɪt wˈʌz ðə bˈɛst əvðə", "ɪt wʌz ðə bɛst ʌv ðə")
	f.Add("", "a b")
	f.Add("ˈˌː  ˈ", "")
	f.Fuzz(func(t *testing.T, sentence, alone string) {
		if len(sentence) > 500 || len(alone) > 500 {
			return
		}
		symbols := symbolsOf(sentence)
		list := strings.Split(alone, " ")
		align(symbols, list, 3)
		at := 3
		for _, s := range symbols {
			if s.word == pause {
				require.False(t, sounds(s.r))
				continue
			}
			require.GreaterOrEqual(t, s.word, at)
			require.Less(t, s.word, 3+len(list))
			at = s.word
		}
	})
}
