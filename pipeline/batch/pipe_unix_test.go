//go:build unix

package batch_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/batch"
)

func TestFolderWithAPipeInItIsNotWaitedFor(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe.txt"), 0o644))
	require.NoError(t, os.Symlink("nowhere", filepath.Join(dir, "link.txt")))
	require.NoError(t, os.Symlink(dir, filepath.Join(dir, "loop.txt")))
	got, err := batch.Inputs([]string{dir})
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(dir, "link.txt")}, got, "a link that leads nowhere is reported when it is read")
}
