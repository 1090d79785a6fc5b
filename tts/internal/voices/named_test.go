package voices

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
)

func TestNamed(t *testing.T) {
	of := func(id string) string {
		if language, _, ok := strings.Cut(id, "_"); ok {
			return language
		}
		return ""
	}
	named := func(configured []Option, wanted string) ([]tts.Voice, error) {
		return Named(configured, []string{"en_a", "de_b"}, wanted, of, "backends.x.voices", "https://example.org")
	}
	voice := func(id, language string) tts.Voice {
		return tts.Voice{ID: id, Language: language, Source: "https://example.org"}
	}
	for name, test := range map[string]struct {
		configured []Option
		wanted     string
		want       []tts.Voice
	}{
		"built in":          {nil, "", []tts.Voice{voice("en_a", "en"), voice("de_b", "de")}},
		"another":           {nil, "fr_c", []tts.Voice{voice("fr_c", "fr"), voice("en_a", "en"), voice("de_b", "de")}},
		"one of them":       {nil, "de_b", []tts.Voice{voice("de_b", "de"), voice("en_a", "en")}},
		"configured":        {[]Option{{ID: "fr_c"}, {ID: "mine", Language: "en-US", Source: "us"}}, "", []tts.Voice{voice("fr_c", "fr"), {ID: "mine", Language: "en-US", Source: "us"}}},
		"own, by its name":  {[]Option{{ID: "fr_c"}, {ID: "mine", Language: "en-US"}}, "mine", []tts.Voice{voice("mine", "en-US"), voice("fr_c", "fr")}},
		"another than says": {[]Option{{ID: "fr_c", Language: "fr-CA"}}, "", []tts.Voice{voice("fr_c", "fr-CA")}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := named(test.configured, test.wanted)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
	var missing *tts.NoSuchVoice
	_, err := named(nil, "mine")
	require.ErrorAs(t, err, &missing)
	require.Contains(t, missing.Hint(), "backends.x.voices")
	_, err = named([]Option{{ID: "mine"}}, "")
	require.ErrorAs(t, err, &missing)
	_, err = named([]Option{{}}, "")
	require.ErrorContains(t, err, "no ID")
}
