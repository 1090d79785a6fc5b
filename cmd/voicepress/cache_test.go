package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSizesAreReadAndWrittenAsPeopleDo(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "17": 17, "1B": 1, "500MB": 500e6, "2GiB": 2 << 30, "1.5k": 1536, "3 tib": 3 << 40} {
		got, err := parseSize(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "MB", "-1", "1XB", "NaN", "Inf", "1e30", "1 2", "MiB 1", "9999999TiB"} {
		_, err := parseSize(text)
		require.Error(t, err, text)
		require.Equal(t, exitUsage, exitCode(err))
	}
	for n, want := range map[int64]string{0: "0 bytes", 1023: "1023 bytes", 1024: "1.0 KiB", 3 << 29: "1.5 GiB", 5000 << 40: "5000.0 TiB"} {
		require.Equal(t, want, byteSize(n))
	}
}

func TestLifetimesMayBeInDays(t *testing.T) {
	for text, want := range map[string]time.Duration{"90d": 90 * 24 * time.Hour, "12h": 12 * time.Hour, "0s": 0, "0d": 0} {
		got, err := parseLifetime(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "d", "-1d", "-1h", "1.5d", "99999999d", "soon", "1w"} {
		_, err := parseLifetime(text)
		require.Error(t, err, text)
	}
}

func TestCacheThatIsNoFolderIsNotTakenForAnEmptyOne(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		t.Setenv("VOICEPRESS_CACHE_DIR", dir)
		for _, command := range []string{"stats", "verify", "prune"} {
			code, _, said := call(t, nil, "cache", command)
			require.Equal(t, exitUsage, code)
			require.Contains(t, said, "read the cache: ")
			require.Contains(t, said, "cache.dir")
		}
	}
	t.Setenv("VOICEPRESS_CACHE_DIR", filepath.Join(t.TempDir(), "not made yet"))
	code, out, said := call(t, nil, "cache", "stats")
	require.Equal(t, exitDone, code, said)
	require.Contains(t, out, "0 sentences")
}
