//go:build unix

package disclosure_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
)

func TestVerifyDoesNotWaitForAPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe.mp3")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	_, err := disclosure.Verifier{}.Verify(t.Context(), pipe)
	require.ErrorContains(t, err, "it is not a file")

	path, _ := publish(t, sample())
	require.NoError(t, os.Remove(disclosure.SidecarName(path)))
	require.NoError(t, syscall.Mkfifo(disclosure.SidecarName(path), 0o600))
	r, err := disclosure.Verifier{}.Verify(t.Context(), path)
	require.NoError(t, err)
	require.Equal(t, []disclosure.State{present, changed, missing, present, none}, states(r))
}
