package disclosure_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/wav"
)

func languages() []string {
	return []string{
		"en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi", "cs", "tr", "uk", "ru", "el", "ja", "zh", "zh-Hant", "ko", "ar",
	}
}

func TestWordingSpeaksTheLanguageOfTheArticle(t *testing.T) {
	for asked, want := range map[string]string{
		"en": "en", "en-GB": "en", "de": "de", "de-AT": "de", "DE_ch": "de", "fr-CA": "fr", "es-419": "es", "it": "it",
		"pt-BR": "pt", "nl-BE": "nl", "deu": "de",
		"no": "nb", "nn-NO": "nb", "zh-CN": "zh", "zh-TW": "zh-Hant", "zh-Hant-HK": "zh-Hant", "ja-JP": "ja",
		"hu": "en", "sr-Latn": "en", "": "en", "und": "en", "not a language": "en", strings.Repeat("a-", 1000): "en",
	} {
		for _, s := range []disclosure.SourceType{"", disclosure.TrainedAlgorithmicMedia, disclosure.AlgorithmicMedia} {
			require.Equal(t, want, disclosure.WordingFor(asked, s).Language, asked)
		}
	}
	require.Equal(t, "Voice is AI-generated. Inconsistencies may occur.", disclosure.WordingFor("en", "").Written)
}

func TestWordingNamesTheKindOfVoice(t *testing.T) {
	seen := map[string]string{} // whose sentence it is
	for _, lang := range languages() {
		ai := disclosure.WordingFor(lang, disclosure.TrainedAlgorithmicMedia)
		computer := disclosure.WordingFor(lang, disclosure.AlgorithmicMedia)
		require.Equal(t, ai, disclosure.WordingFor(lang, disclosure.CompositeWithTrainedAlgorithmicMedia))
		require.Equal(t, ai, disclosure.WordingFor(lang, "something else"))
		require.NoError(t, disclosure.CheckOwn(own(lang, ai), disclosure.TrainedAlgorithmicMedia))
		require.NoError(t, disclosure.CheckOwn(own(lang, computer), disclosure.AlgorithmicMedia))
		require.Error(t, disclosure.CheckOwn(own(lang, computer), disclosure.TrainedAlgorithmicMedia), "it does not say AI")
		for _, s := range []string{computer.Written, computer.Spoken, computer.Voice, computer.Chapter} {
			require.NotRegexp(t, `\b(AI|KI|IA|ШІ|ИИ)\b|人工`, s)
		}
		require.Contains(t, strings.ToLower(ai.Chapter), strings.ToLower(ai.Voice))
		require.Contains(t, strings.ToLower(strings.ReplaceAll(computer.Chapter, "disclosure", "")), strings.ToLower(computer.Voice))
		for kind, w := range map[string]disclosure.Wording{"AI": ai, "computer": computer} {
			for _, s := range []string{w.Written, w.Spoken} {
				if whose := seen[s]; whose != "" {
					require.Equal(t, lang+kind, whose, "said of two kinds of voice: %s", s)
				}
				seen[s] = lang + kind
				require.Equal(t, 2, strings.Count(s, ".")+strings.Count(s, "。"), "two sentences: %s", s)
			}
		}
	}
}

// own is a built-in wording as a publisher would write it.
func own(lang string, w disclosure.Wording) map[string]disclosure.Own {
	return map[string]disclosure.Own{lang: {Written: w.Written, Spoken: w.Spoken}}
}

func TestSpokenNoticeIsShort(t *testing.T) {
	for _, lang := range languages() {
		for _, s := range []disclosure.SourceType{disclosure.TrainedAlgorithmicMedia, disclosure.AlgorithmicMedia} {
			w := disclosure.WordingFor(lang, s)
			path := filepath.Join(t.TempDir(), "notice.wav")
			voice, known := map[string]string{"zh": "cmn", "zh-Hant": "cmn", "ja": ""}[lang] // espeak-ng cannot read Japanese
			if !known {
				voice = lang
			} else if voice == "" {
				continue
			}
			run(t, "espeak-ng", "-v", voice, "-w", path, "--", w.Spoken)
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			chunks, err := wav.Chunks(bytes.NewReader(data))
			require.NoError(t, err)
			sound := chunks[len(chunks)-1]
			require.Equal(t, "data", sound.ID)
			took := audio.Duration(int(sound.Size/2), 22050) // espeak-ng writes 16 bits at 22,050 Hz
			require.Greater(t, took, time.Second, w.Spoken)
			longest := 6 * time.Second
			if voice == "cmn" { // espeak-ng draws every Mandarin syllable out: 6.6 s for 18 of them
				longest = 8 * time.Second
			}
			assert.LessOrEqual(t, took, longest, w.Spoken)
		}
	}
}
