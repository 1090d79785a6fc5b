package voices

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
)

func TestList(t *testing.T) {
	builtIn := []tts.Voice{{ID: "default", Language: "und"}}
	configured := []Option{{ID: "a", Language: "en", Licence: "MIT"}, {ID: "b", Language: "de"}}
	a, b := tts.Voice{ID: "a", Language: "en", Licence: "MIT"}, tts.Voice{ID: "b", Language: "de"}
	for _, test := range []struct {
		configured []Option
		wanted     string
		want       []tts.Voice
	}{
		{nil, "", builtIn},
		{nil, "de_AT-anna-low", []tts.Voice{{ID: "de_AT-anna-low", Language: "de-AT"}, builtIn[0]}},
		{configured, "", []tts.Voice{a, b}},
		{configured, "b", []tts.Voice{b, a}},
		{configured, "c", []tts.Voice{{ID: "c", Language: "und"}, a, b}},
	} {
		got, err := List(test.configured, builtIn, test.wanted, Piper)
		require.NoError(t, err)
		require.Equal(t, test.want, got)
		require.Equal(t, "default", builtIn[0].ID, "the built-in list is left alone")
	}
}

func TestListRefusesWhatIsNoVoice(t *testing.T) {
	for want, options := range map[string][]Option{
		"no ID":     {{Language: "en"}},
		"no BCP 47": {{ID: "a", Language: "english please"}},
		"twice":     {{ID: "a", Language: "en"}, {ID: "a", Language: "de"}},
	} {
		_, err := List(options, nil, "", Piper)
		require.ErrorContains(t, err, want)
	}
}
