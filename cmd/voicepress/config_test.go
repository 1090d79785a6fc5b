package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/article/fetch"
	"github.com/voicepress/voicepress/pipeline/script"
)

// load loads the configuration of a convert command with these flags, a file of this text, and the environment.
func load(t testing.TB, text string, args ...string) (*settings, error) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	if text != "" {
		path := filepath.Join(t.TempDir(), "mine.yaml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		args = append(args, "--config", path)
	}
	cmd, rest, err := newRoot(&streams{}).Find(append([]string{"convert"}, args...))
	require.NoError(t, err)
	require.NoError(t, cmd.ParseFlags(rest))
	return loadConfig(cmd)
}

func TestFlagBeatsEnvironmentBeatsFileBeatsDefault(t *testing.T) {
	t.Setenv("VOICEPRESS_JOBS", "3")
	t.Setenv("VOICEPRESS_RATE", "1.5")
	t.Setenv("VOICEPRESS_BACKEND", "") // as good as none
	c, err := load(t, "jobs: 2\nrate: 1.25\nseed: 9\nbackend: fake\n", "--rate", "0.75")
	require.NoError(t, err)
	require.Equal(t, []any{0.75, 3, uint64(9), "fake", -19.0}, []any{c.Rate, c.Jobs, c.Seed, c.Backend, c.preset.Mastering.Mono})
	for key, want := range map[string]string{
		"rate": "flag --rate", "jobs": "environment VOICEPRESS_JOBS", "seed": c.file, "backend": c.file, "audio.loudness": "default",
	} {
		require.Equal(t, want, c.origin(key), key)
	}
}

func TestEveryKindOfValueCanComeFromTheEnvironment(t *testing.T) {
	t.Setenv("VOICEPRESS_OUTPUT_FORMATS", "wav, mp3")
	t.Setenv("VOICEPRESS_NOTICE_SPOKEN", "false")
	t.Setenv("VOICEPRESS_PAUSES_TAIL", "250ms")
	t.Setenv("VOICEPRESS_BACKENDS_ESPEAK_SPEED", "200")
	t.Setenv("VOICEPRESS_BACKENDS_COMMAND_COMMAND", "say,--fast")
	c, err := load(t, "")
	require.NoError(t, err)
	require.False(t, c.Notice.Spoken)
	require.Equal(t, 250*time.Millisecond, c.Pauses.Tail)
	ws, err := c.workerSettings()
	require.NoError(t, err)
	require.Len(t, ws.Formats, 2)
	require.Equal(t, "200", c.Backends["espeak"]["speed"], "a backend reads its own options")
	require.Equal(t, "say,--fast", c.Backends["command"]["command"])
}

func TestKeyWithNothingBehindItKeepsTheDefault(t *testing.T) {
	c, err := load(t, "audio:\n#  loudness: -16\nvoice:\nrate: ~\njobs: 2\n")
	require.NoError(t, err)
	require.Equal(t, []any{-19.0, "", 1.0, 2}, []any{c.preset.Mastering.Mono, c.Voice, c.Rate, c.Jobs})
	require.Equal(t, "default", c.origin("rate"))
}

func TestWrongConfigurationIsAUsageErrorThatNamesTheKey(t *testing.T) {
	for text, name := range map[string]string{
		"rate: .nan":                    "rate",
		"rate: 0.1":                     "rate",
		"jobs: -1":                      "jobs",
		"jobs: many":                    "jobs",
		"audio: {loudness: .inf}":       "audio.loudness",
		"audio: {true_peak: .nan}":      "audio.true_peak",
		"audio: loud":                   `unknown key "audio"`,
		"audio: {loudness: {x: 1}}":     "audio.loudness.x",
		"audio: {preset: loud}":         "audio.preset",
		"pauses: {tail: -3s}":           "pauses.tail",
		"pauses: {head: 3h}":            "pauses.head",
		"batch: {articles: 0}":          "batch.articles",
		"fetch: {timeout: soon}":        "timeout",
		"backends: {piper: {voice: x}}": "backends.piper.voice",
		"backends: {nobody: {x: 1}}":    "backends.nobody.x",
		"extraction: {tables: read}":    `extraction.tables is "read", not one of summary, rows, skip`,
		"extraction: {rules: [{exclude: [b]}, {include: [\"p..x\"]}]}": `extraction.rules[1]: include: selector "p..x"`,
		"extraction: {rules: [{roles: [{select: p, kind: verse}]}]}":   `unknown kind "verse"`,
		"extraction: {rules: [{hosts: a.example, include: [p]}]}":      "hosts",
		"extraction: {rules: {include: [p]}}":                          "extraction.rules",
		"extraction: {urls: read}":                                     "extraction.urls",
		"extraction: {emoji: speak}":                                   "extraction.emoji",
		"extraction: {caption: read}":                                  `unknown key "extraction.caption"`,
		"text: {max_sentence: 1}":                                      "text.max_sentence",
		"limit: {concurrency: -1}":                                     "limit",
		"limit: {requests: 5}":                                         "limit.requests",
		"retry: {tries: 0}":                                            "retry.tries",
		"retry: {deadline: -1s}":                                       "retry.deadline",
		"retry: {share: .nan}":                                         "retry.share",
		"retry: {jitter: 1}":                                           "retry.jitter",
		"log: {level: info, level: warn}":                              "mine.yaml",
		"&a [*a]":                                                      "mine.yaml",
		"backend: [" + strings.Repeat("[", 500):                        "mine.yaml",
	} {
		_, err := load(t, text)
		var usage *usageError
		require.ErrorAs(t, err, &usage, text)
		require.ErrorContains(t, err, name)
	}
}

func TestEveryFlagThatSetsAKeyNamesOneThatThereIs(t *testing.T) {
	c, err := load(t, "")
	require.NoError(t, err)
	for flag, key := range flagKeys() {
		require.True(t, c.viper.IsSet(key), "--%s sets %s", flag, key)
	}
}

func TestSpokenNoticeFollowsTheFlagsValue(t *testing.T) {
	for flag, spoken := range map[string]bool{"--no-spoken-notice": false, "--no-spoken-notice=false": true} {
		c, err := load(t, "notice: {spoken: true}\n", flag)
		require.NoError(t, err)
		require.Equal(t, spoken, c.Notice.Spoken, flag)
	}
}

// The library's own defaults, for those who use it without the configuration file, are the same.
func TestLibraryDefaultsAreThoseOfTheFile(t *testing.T) {
	c, err := load(t, "")
	require.NoError(t, err)
	require.Equal(t, script.DefaultPauses(), c.Pauses)
	require.Equal(t, article.DefaultPolicy(), c.Extract.Policy)
	require.Equal(t, script.Reading{}.For(&article.Article{}), c.Extract.Reading)
	require.Equal(t, script.DefaultMaxRunes, c.Text.MaxSentence)
	require.EqualValues(t, fetch.DefaultMaxBytes, c.Fetch.MaxBytes)
	require.Equal(t, fetch.DefaultTimeout, c.Fetch.Timeout)
}
