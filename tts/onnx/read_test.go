package onnx

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFileIsReadAndHashed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.onnx")
	for _, size := range []int{0, 1, readStep, 2*readStep + 7} {
		want := bytes.Repeat([]byte{7, 9, 1}, size)[:size]
		require.NoError(t, os.WriteFile(path, want, 0o600))
		got, sum, err := ReadFile(path, 4*readStep)
		require.NoError(t, err)
		require.Equal(t, want, got)
		hash := sha256.Sum256(want)
		require.Equal(t, hex.EncodeToString(hash[:]), sum)
	}
	_, _, err := ReadFile(path, readStep)
	require.ErrorContains(t, err, "more than")
	_, _, err = ReadFile(t.TempDir(), readStep)
	require.Error(t, err)
}
