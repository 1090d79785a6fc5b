package disclosure_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/wav"
)

func languages() []string { return []string{"en", "de", "fr", "es", "it", "pt", "nl"} }

func TestWordingSpeaksTheLanguageOfTheArticle(t *testing.T) {
	for asked, want := range map[string]string{
		"en": "en", "en-GB": "en", "de": "de", "de-AT": "de", "DE_ch": "de", "fr-CA": "fr", "es-419": "es", "it": "it",
		"pt-BR": "pt", "nl-BE": "nl", "deu": "de",
		"ja": "en", "sr-Latn": "en", "": "en", "und": "en", "not a language": "en", strings.Repeat("a-", 1000): "en",
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
		for _, s := range []string{ai.Written, ai.Voice, ai.Chapter} {
			require.Regexp(t, `\b(AI|KI|IA)\b`, s)
		}
		require.Regexp(t, `\b(AI|KI|IA)\b|intelligence artificielle|inteligencia artificial|intelligenza artificiale|inteligência artificial`, ai.Spoken)
		for _, s := range []string{computer.Written, computer.Spoken, computer.Voice, computer.Chapter} {
			require.NotRegexp(t, `\b(AI|KI|IA)\b`, s)
		}
		require.Regexp(t, `(?i)comput|ordinateur|ordenador`, computer.Written)
		require.Regexp(t, `(?i)comput|ordinateur|ordenador`, computer.Spoken)
		for kind, w := range map[string]disclosure.Wording{"AI": ai, "computer": computer} {
			for _, s := range []string{w.Written, w.Spoken} {
				if whose := seen[s]; whose != "" {
					require.Equal(t, lang+kind, whose, "said of two kinds of voice: %s", s)
				}
				seen[s] = lang + kind
				require.Equal(t, 2, strings.Count(s, "."), "two sentences: %s", s)
			}
		}
	}
}

func TestSpokenNoticeIsShort(t *testing.T) {
	const longest = 6 * time.Second
	for _, lang := range languages() {
		for _, s := range []disclosure.SourceType{disclosure.TrainedAlgorithmicMedia, disclosure.AlgorithmicMedia} {
			w := disclosure.WordingFor(lang, s)
			path := filepath.Join(t.TempDir(), "notice.wav")
			run(t, "espeak-ng", "-v", lang, "-w", path, "--", w.Spoken)
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			chunks, err := wav.Chunks(bytes.NewReader(data))
			require.NoError(t, err)
			sound := chunks[len(chunks)-1]
			require.Equal(t, "data", sound.ID)
			took := audio.Duration(int(sound.Size/2), 22050) // espeak-ng writes 16 bits at 22,050 Hz
			require.Greater(t, took, time.Second, w.Spoken)
			require.LessOrEqual(t, took, longest, w.Spoken)
		}
	}
}
