package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/watermark/watermarktest"
)

func TestAConfiguredWatermarkIsPutInAndFound(t *testing.T) {
	generator, detector := watermarktest.Write(t, watermarktest.Shape{})
	file, err := os.ReadFile(generator)
	require.NoError(t, err)
	sum := sha256.Sum256(file)
	dir := t.TempDir()
	article := filepath.Join(dir, "story.txt")
	require.NoError(t, os.WriteFile(article, []byte("The council met on Monday and agreed on a plan for the harbour. It will open next year."), 0o600))
	config := filepath.Join(dir, "mine.yaml")
	write := func(hash string) {
		text := fmt.Sprintf("backend: fake\nwatermark: {model: %s, detector: %s, sha256: %s, payload: 4660}\n", generator, detector, hash)
		require.NoError(t, os.WriteFile(config, []byte(text), 0o600))
	}

	write(hex.EncodeToString(sum[:]))
	code, _, stderr := call(t, nil, "convert", article, "-o", dir, "--config", config)
	require.Zero(t, code, stderr)
	audio := filepath.Join(dir, "story.mp3")
	code, stdout, stderr := call(t, nil, "verify", audio, "--config", config)
	require.Zero(t, code, stderr)
	require.Regexp(t, `watermark +present +audioseal 1234, as the sidecar says`, stdout)
	code, stdout, _ = call(t, nil, "verify", audio)
	require.Zero(t, code)
	require.Regexp(t, `watermark +unknown +the sidecar names audioseal 1234; no detector`, stdout)

	for _, hash := range []string{`""`, "abcd"} {
		write(hash)
		out := t.TempDir()
		code, _, stderr = call(t, nil, "convert", article, "-o", out, "--config", config)
		require.Equal(t, exitUsage, code)
		require.Contains(t, stderr, "hint: if it is the file you mean, set watermark.sha256: "+hex.EncodeToString(sum[:]))
		require.Empty(t, visible(t, out))
	}
}
