package disclosure_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
)

func TestOwnWordingHasToSayWhatTheVoiceIs(t *testing.T) {
	const ai, formant = disclosure.TrainedAlgorithmicMedia, disclosure.AlgorithmicMedia
	for _, c := range []struct {
		lang, text string
		kind       disclosure.SourceType
		problem    string // empty: it is allowed
	}{
		{"en", "You are listening to our AI voice.", ai, ""},
		{"en", "Read to you by artificial  intelligence, at the Courier.", "", ""},
		{"en", "Artificial intelligence reads this. Not all names will be right.", ai, ""},
		{"en", "An A.I. voice reads this.", ai, ""},
		{"en", "This is AI-narrated.", ai, ""},
		{"de", "Es liest unsere KI-Stimme.", ai, ""},
		{"de-AT", "Gelesen mit künstlicher Intelligenz.", ai, ""},
		{"de", "Eine AI-Stimme liest vor.", ai, ""},
		{"it", "Letto da una voce IA.", ai, ""},
		{"hu", "Ezt egy AI hang olvassa fel.", ai, ""},
		{"ko", "AI로 생성된 음성입니다.", ai, ""},
		{"ja", "この音声はAIで生成しています。", ai, ""},
		{"ru", "Текст читает нейросеть.", ai, ""},
		{"en", "Read by a computer voice.", formant, ""},
		{"en", "Read by a computer-generated voice.", formant, ""},
		{"en", "Read by an AI voice.", formant, ""},
		{"fr", "Cet article est lu par une voix de synthèse.", formant, ""},

		{"en", "Read by a computer-generated voice.", ai, "does not say what the voice is"},
		{"en", "You are listening to the Courier.", ai, "does not say what the voice is"},
		{"en", "We maintain high standards.", ai, "does not say what the voice is"},
		{"en", "Paid for by ai.", ai, "does not say what the voice is"},
		{"it", "Per ai lettori.", ai, "does not say what the voice is"},
		{"en", "A\u2009I voice.", ai, "does not say what the voice is"},
		{"en", "This is not an AI voice.", ai, `holds "not"`},
		{"en", "No AI was used. Enjoy.", ai, `holds "no"`},
		{"en", "This isn’t AI.", ai, `holds "isn"`},
		{"en", "AI-free reading.", ai, `holds "free"`},
		{"de", "Das ist keine KI-Stimme.", ai, `holds "kein"`},
		{"de", "Ohne künstliche Intelligenz gelesen.", ai, `holds "ohne"`},
		{"fr", "Cette voix n'est pas générée par IA.", ai, `holds "pas"`},
		{"es", "Sin IA.", ai, `holds "sin"`},
		{"ja", "この音声はAIではありません。", ai, `holds "ではありません"`},
		{"zh", "本语音不是人工智能生成。", ai, `holds "不是"`},
		{"en", "AI helps our newsroom. You hear a human voice.", ai, `speaks of a "human voice"`},
		{"de", "KI liest? Hier spricht eine menschliche Stimme.", ai, `speaks of a "menschliche stimme"`},
		{"en", "An AI voice\x07.", ai, "control or invisible"},
		{"en", "An A\u200bI AI voice.", ai, "control or invisible"},
		{"en", "An AI \u202evoice.", ai, "control or invisible"},
		{"en", "An AI voice \xff.", ai, "control or invisible"},
		{"en", "An AI voice" + strings.Repeat(" reads", 20) + ".", ai, "has 132 characters, more than 110"},
		{"zh", strings.Repeat("人工智能生成。", 6), ai, "has 114 characters, more than 110"},
		{"", "An AI voice.", ai, "this is no language"},
		{"und", "An AI voice.", ai, "this is no language"},
		{"english, please", "An AI voice.", ai, "this is no language"},
		{"en", "", ai, "it is empty"},
	} {
		err := disclosure.CheckOwn(map[string]disclosure.Own{c.lang: {Spoken: c.text}}, c.kind)
		if c.problem == "" {
			require.NoError(t, err, c.text)
			continue
		}
		require.ErrorContains(t, err, c.problem, c.text)
		var wording *disclosure.WordingError
		require.ErrorAs(t, err, &wording)
		require.NotEmpty(t, wording.Hint())
	}
	long := "An AI voice" + strings.Repeat(" reads", 20) + "."
	require.NoError(t, disclosure.CheckOwn(map[string]disclosure.Own{"en": {Written: long, Spoken: "An AI voice."}}, ai))
	require.ErrorContains(t, disclosure.CheckOwn(map[string]disclosure.Own{"en": {Written: long}}, ai), "written has 132 characters")
	err := disclosure.CheckOwn(map[string]disclosure.Own{"de": {Written: "KI-Stimme.", Spoken: "Guten Tag."}}, ai)
	require.EqualError(t, err, "own wording of the notice, language de: spoken does not say what the voice is")
	var wording *disclosure.WordingError
	require.ErrorAs(t, err, &wording)
	require.Equal(t, "it must hold one of: KI, künstlich... intelligenz, AI, artificial intelligence", wording.Hint())
}

func TestOwnWordingIsTakenForItsLanguage(t *testing.T) {
	texts := map[string]disclosure.Own{
		"en":    {Written: "AI voice.", Spoken: "You hear an  AI voice."},
		"pt-br": {Spoken: "Voz de IA do jornal."}, // configuration files are read in lower case
		"hu":    {Written: "AI hang <b>olvassa</b>."},
	}
	for lang, want := range map[string]disclosure.Wording{
		"en-GB": {Language: "en", Written: "AI voice.", Spoken: "You hear an AI voice.", Voice: "AI voice", Chapter: "AI voice disclosure"},
		"":      {Language: "en", Written: "AI voice.", Spoken: "You hear an AI voice.", Voice: "AI voice", Chapter: "AI voice disclosure"},
		"sr":    {Language: "en", Written: "AI voice.", Spoken: "You hear an AI voice.", Voice: "AI voice", Chapter: "AI voice disclosure"},
		"pt-BR": {Language: "pt-BR", Written: "Voz de IA do jornal.", Spoken: "Voz de IA do jornal.", Voice: "Voz de IA", Chapter: "Aviso: voz de IA"},
		"pt":    disclosure.WordingFor("pt", ""),
		"de":    disclosure.WordingFor("de", ""),
		"hu-HU": {Language: "hu", Written: "AI hang <b>olvassa</b>.", Spoken: "AI hang <b>olvassa</b>.", Voice: "AI voice", Chapter: "AI voice disclosure"},
	} {
		require.Equal(t, want, disclosure.WordingFrom(texts, lang, ""), lang)
		require.Equal(t, disclosure.WordingFor(lang, ""), disclosure.WordingFrom(nil, lang, ""))
	}
}

func FuzzCheckOwn(f *testing.F) {
	f.Add("en", "An AI voice reads this.")
	f.Add("ja", "AI音声です。")
	f.Add("de-\x00", "KI\xff \u202e")
	f.Fuzz(func(t *testing.T, lang, text string) {
		texts := map[string]disclosure.Own{lang: {Spoken: text}}
		if disclosure.CheckOwn(texts, "") == nil {
			w := disclosure.WordingFrom(texts, lang, "")
			require.NotEmpty(t, w.Spoken)
			require.LessOrEqual(t, len([]rune(w.Spoken)), 110)
		}
	})
}
