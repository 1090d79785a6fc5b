package digest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts/internal/digest"
)

func TestSettingsAreToldApartAndNotTold(t *testing.T) {
	require.Equal(t, "6a870fc7816a8268", digest.Of("a", "b"))
	require.Regexp(t, "^[0-9a-f]{16}$", digest.Of("http://tts.intern.example.org"))
	for _, other := range [][]any{{"ab"}, {"b", "a"}, {"a", "b", ""}, {`a" "b`}, {"a"}} {
		require.NotEqual(t, digest.Of("a", "b"), digest.Of(other...))
	}
}
