package digest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts/internal/digest"
)

func TestServerInThePlaceOfAServiceIsAnother(t *testing.T) {
	for _, own := range []string{"", "https://example.org", "https://eu.example.org/", "https://a.b.example.org:443"} {
		require.Empty(t, digest.Server(own, "example.com", "example.org"), own)
	}
	seen := map[string]bool{}
	for _, other := range []string{"http://127.0.0.1:8080", "http://127.0.0.1:8081", "https://badexample.org", "https://example.org.evil.net", "://"} {
		named := digest.Server(other, "example.com", "example.org")
		require.Regexp(t, "^, server [0-9a-f]{16}$", named)
		require.False(t, seen[named], other)
		seen[named] = true
	}
}
