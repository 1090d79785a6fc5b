package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
)

// TestKilledBatchLeavesOnlyWholeFilesAndTheNextRunFinishes kills a batch with SIGKILL at many points of its work. After
// each kill, every audio file that has a sidecar must be the one the sidecar is about, and no other file may look
// finished; the last run is left alone and must complete the rest.
func TestKilledBatchLeavesOnlyWholeFilesAndTheNextRunFinishes(t *testing.T) {
	articles, kills := 12, 15
	if testing.Short() {
		articles, kills = 4, 3
	}
	in, out := t.TempDir(), t.TempDir()
	for i := range articles {
		text := fmt.Sprintf("Story number %d\n\n%s", i, strings.Repeat("The council met on Monday and agreed on a plan. ", 20))
		require.NoError(t, os.WriteFile(filepath.Join(in, fmt.Sprintf("%02d.txt", i)), []byte(text), 0o644))
	}
	batch := func() *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "batch", in, "-o", out, "--backend", "fake", "--format", "mp3,wav", quick)
		cmd.Args[0] = "voicepress"
		cmd.Path = program(t)
		cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+in)
		return cmd
	}
	for i := range kills {
		cmd := batch()
		require.NoError(t, cmd.Start())
		// The moment of the kill is spread over a run, whose length differs from machine to machine.
		timer := time.AfterFunc(time.Duration(20+17*i)*time.Millisecond, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		timer.Stop()
		requireWhole(t, out)
	}
	output, err := batch().CombinedOutput()
	require.NoError(t, err, string(output))
	require.Contains(t, string(output), " 0 failed")
	finished := requireWhole(t, out)
	require.Equal(t, 2*articles, finished)
}

// requireWhole checks every file under a final name and returns how many audio files are complete.
func requireWhole(t *testing.T, dir string) int {
	t.Helper()
	sidecars, err := filepath.Glob(filepath.Join(dir, "*.disclosure.json"))
	require.NoError(t, err)
	finished := 0
	for _, sidecar := range sidecars {
		for _, ext := range []string{".mp3", ".wav"} {
			report, err := disclosure.Verifier{}.Verify(t.Context(), strings.TrimSuffix(sidecar, ".disclosure.json")+ext)
			require.NoError(t, err)
			require.True(t, report.OK(), "%+v", report)
			finished++
		}
	}
	all, err := filepath.Glob(filepath.Join(dir, "*.mp3"))
	require.NoError(t, err)
	for _, path := range all {
		report, err := disclosure.Verifier{}.Verify(t.Context(), path)
		require.NoError(t, err, "a half file stands under a final name")
		require.True(t, report.Disclosed, path)
	}
	return finished
}

// program is a copy of the test binary under the name by which testscript lets it be the program.
func program(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "voicepress")
	require.NoError(t, os.Symlink(self, path))
	return path
}
