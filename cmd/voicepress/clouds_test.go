package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts/azure/azuretest"
	"github.com/voicepress/voicepress/tts/google/googletest"
	"github.com/voicepress/voicepress/tts/polly/pollytest"
)

// cloud is a stand-in for a service, with what it takes to use it.
type cloud struct {
	name, keyEnv, key string
	voice, nobody     string // voices that are there and not there
	url               string
	requests          func() int
	used              func(after int) // has the quota end after so many requests
}

func googleCloud(t *testing.T) cloud {
	t.Helper()
	s := googletest.New(t)
	return cloud{
		name: "google", keyEnv: "GOOGLE_API_KEY", key: googletest.Key, voice: "en-GB-Neural2-A", nobody: "en-GB-Nobody-Z", url: s.URL, requests: s.Requests,
		used: func(after int) {
			s.After(after, googletest.Error(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Characters' and limit 'Characters per day'", "RATE_LIMIT_EXCEEDED"))
		},
	}
}

func azureCloud(t *testing.T) cloud {
	t.Helper()
	s := azuretest.New(t)
	return cloud{
		name: "azure", keyEnv: "AZURE_SPEECH_KEY", key: azuretest.Key, voice: "en-GB-SoniaNeural", nobody: "en-GB-NobodyNeural", url: s.URL, requests: s.Requests,
		used: func(after int) {
			s.After(after, azuretest.Failure{Status: 403, Body: `{"statusCode":403,"message":"Out of call volume quota. Quota will be replenished in 20.09:58:55."}`})
		},
	}
}

func pollyCloud(t *testing.T) cloud {
	t.Helper()
	s := pollytest.New(t)
	pollytest.Setenv(t)
	return cloud{
		name: "polly", keyEnv: "AWS_SECRET_ACCESS_KEY", key: pollytest.Key, voice: "Amy", nobody: "Nobody", url: s.URL, requests: s.Requests,
		used: func(after int) {
			s.After(after, pollytest.Error(402, "ServiceQuotaExceededException", "The request would cause a service quota to be exceeded."))
		},
	}
}

// convert converts an article into MP3 with the service.
func (c cloud) convert(t *testing.T, out string, more ...string) (code int, stdout, stderr string) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "voicepress.yaml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, "backends: {%s: {base_url: %q}}", c.name, c.url), 0o600))
	args := append([]string{"convert", filepath.Join(testdata(t), "articles", "flood-warning.txt"), "-o", out, "--format", "mp3", "--backend", c.name, "--config", config}, more...)
	return call(t, nil, args...)
}

// TestArticlesAreSpokenByCloudServices converts an article with each service, and with all that goes wrong with one.
func TestArticlesAreSpokenByCloudServices(t *testing.T) {
	for name, start := range map[string]func(*testing.T) cloud{"google": googleCloud, "azure": azureCloud, "polly": pollyCloud} {
		t.Run(name, func(t *testing.T) {
			c := start(t)
			t.Setenv(c.keyEnv, c.key)
			out := t.TempDir()
			code, stdout, stderr := c.convert(t, out, "--voice", c.voice)
			require.Equal(t, exitDone, code, stderr)
			mp3 := strings.Split(strings.TrimSpace(stdout), "\n")[0]
			require.Equal(t, ".mp3", filepath.Ext(mp3))
			requireDisclosed(t, visible(t, out), mp3)
			code, stdout, _ = call(t, nil, "verify", mp3)
			require.Equal(t, exitDone, code)
			require.Contains(t, stdout, c.voice)
		})
		t.Run(name+" refuses the key", func(t *testing.T) {
			c := start(t)
			t.Setenv(c.keyEnv, "not-the-key-0123456789")
			c.fails(t, exitCredentials, "key")
		})
		t.Run(name+" does not know the voice", func(t *testing.T) {
			c := start(t)
			t.Setenv(c.keyEnv, c.key)
			c.fails(t, exitMissing, c.nobody, "--voice", c.nobody)
		})
		t.Run(name+" has no more quota in the middle", func(t *testing.T) {
			c := start(t)
			t.Setenv(c.keyEnv, c.key)
			t.Setenv("VOICEPRESS_CACHE_ENABLED", "true")
			t.Setenv("VOICEPRESS_CACHE_DIR", t.TempDir())
			c.used(5)
			c.fails(t, exitUsedUp, "quota", "--jobs", "1")
			before := c.requests()
			require.GreaterOrEqual(t, before, 6)
			spoken := before - 1 // one was refused; one that was under way then was paid for as well
			code, _, stderr := c.convert(t, t.TempDir(), "--jobs", "1")
			require.Equal(t, exitDone, code, stderr)
			again := c.requests() - before

			t.Setenv("VOICEPRESS_CACHE_DIR", t.TempDir())
			before = c.requests()
			code, _, stderr = c.convert(t, t.TempDir(), "--jobs", "1")
			require.Equal(t, exitDone, code, stderr)
			require.Equal(t, c.requests()-before-spoken, again, "what was paid for before the quota ended is kept")
		})
	}
}

// fails makes sure of a code, of a hint, of no file, and that the key is not shown.
func (c cloud) fails(t *testing.T, want int, says string, more ...string) {
	t.Helper()
	out := t.TempDir()
	code, stdout, stderr := c.convert(t, out, more...)
	require.Equal(t, want, code, stderr)
	require.Contains(t, stderr, says)
	require.Contains(t, stderr, "hint: ")
	require.NotContains(t, stdout+stderr, os.Getenv(c.keyEnv))
	require.Empty(t, visible(t, out), "no partial file")
}

// Azure refuses requests while it grows with the load.
func TestAzureIsWaitedForWhileItGrows(t *testing.T) {
	s := azuretest.New(t)
	for _, after := range []int{2, 0, 3} {
		s.After(after, azuretest.Failure{Status: 429})
	}
	t.Setenv("AZURE_SPEECH_KEY", azuretest.Key)
	t.Setenv("VOICEPRESS_RETRY_WAIT", "10ms")
	out := t.TempDir()
	c := cloud{name: "azure", url: s.URL}
	code, stdout, stderr := c.convert(t, out)
	require.Equal(t, exitDone, code, stderr)
	requireDisclosed(t, visible(t, out), strings.Split(strings.TrimSpace(stdout), "\n")[0])
}

// Google's voices refuse some sentences as too long, below the limit that is written down.
func TestGoogleIsAskedForHalvesOfWhatIsTooLong(t *testing.T) {
	s := googletest.New(t)
	s.After(3, *googletest.Invalid("This request contains sentences that are too long. Consider splitting up long sentences with sentence ending punctuation e.g. periods."))
	t.Setenv("GOOGLE_API_KEY", googletest.Key)
	out := t.TempDir()
	c := cloud{name: "google", url: s.URL}
	code, stdout, stderr := c.convert(t, out)
	require.Equal(t, exitDone, code, stderr)
	requireDisclosed(t, visible(t, out), strings.Split(strings.TrimSpace(stdout), "\n")[0])
}

// The terms of Azure do not allow the spoken notice to be left out.
func TestAzureKeepsTheSpokenNotice(t *testing.T) {
	c := azureCloud(t)
	t.Setenv(c.keyEnv, c.key)
	out := t.TempDir()
	code, _, stderr := c.convert(t, out, "--no-spoken-notice")
	require.NotEqual(t, exitDone, code)
	require.Contains(t, stderr, "notice")
	require.Empty(t, visible(t, out))
	require.Zero(t, c.requests())
}
