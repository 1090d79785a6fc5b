package pronounce

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/espeak"
	"github.com/voicepress/voicepress/tts/internal/words"
)

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

// plainSentences are sentences in which it does not.
var plainSentences = []string{
	"Nobody was hurt.",
	"Shopkeepers on the northern bank fear for their trade; some have lost a third of their customers already.",
	"Work on the replacement is expected to begin in March and to take two years.",
	"Until then, buses will be sent through the tunnel.",
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
	by := New(p, "en-us")
	for _, text := range alignmentSentences {
		spans := words.Of(text)
		clauses, warnings, err := by.Clauses(t.Context(), tts.Request{Text: text}, spans)
		require.NoError(t, err)
		require.Empty(t, warnings)
		said := make([]string, len(spans))
		at := 0
		for _, c := range clauses {
			for _, s := range c.Symbols {
				if s.Word == Pause {
					continue
				}
				require.GreaterOrEqual(t, s.Word, at, "words come in order: %s", text)
				at = s.Word
				said[s.Word] += string(s.Rune)
			}
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
	for _, text := range append(slices.Clone(plainSentences), alignmentSentences...) {
		spans := words.Of(text)
		clauses := cut(text)
		in := wordsIn(clauses, spans)
		for i, c := range clauses {
			ipa, err := p.Phonemes(t.Context(), "en-us", []string{text[c.start:c.end]})
			require.NoError(t, err)
			a, other := Symbols(ipa[0]), Symbols(ipa[0])
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
	by := New(p, "en-us")
	text := "The head of the SQL team, Ms Nguyen of Hanoi, left."
	at := func(word, ipa string) tts.Phonemes {
		i := strings.Index(text, word)
		return tts.Phonemes{Start: i, End: i + len(word), IPA: ipa}
	}
	spans := words.Of(text)
	say := func(phonemes ...tts.Phonemes) (string, []string) {
		clauses, warnings, err := by.Clauses(t.Context(), tts.Request{Text: text, Phonemes: phonemes}, spans)
		require.NoError(t, err)
		var s strings.Builder
		for _, c := range clauses {
			for _, sym := range c.Symbols {
				s.WriteRune(sym.Rune)
			}
			s.WriteString(c.Terminator)
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
		symbols := Symbols(sentence)
		list := strings.Split(alone, " ")
		align(symbols, list, 3)
		at := 3
		for _, s := range symbols {
			if s.Word == Pause {
				require.False(t, Sounds(s.Rune))
				continue
			}
			require.GreaterOrEqual(t, s.Word, at)
			require.Less(t, s.Word, 3+len(list))
			at = s.Word
		}
	})
}
