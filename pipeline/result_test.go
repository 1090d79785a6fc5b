package pipeline

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVoiceOfAnotherLanguageIsForeign(t *testing.T) {
	for _, test := range []struct {
		voice, text string
		want        bool
	}{
		{"en-US", "en-GB", false},
		{"en-US", "de", true},
		{"de-DE", "en", true},
		{"", "de", false},
		{"und", "de", false},
		{"mul", "de", false},
		{"en-US", "", false},
		{"en-US", "und", false},
	} {
		require.Equal(t, test.want, foreign(test.voice, test.text), "%q reads %q", test.voice, test.text)
	}
}
