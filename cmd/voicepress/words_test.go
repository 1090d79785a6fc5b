package main

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// A file can carry a disclosure; only a court can say that a duty was met. So two words appear nowhere, not even here.
func TestNothingClaimsToMeetTheLaw(t *testing.T) {
	list := exec.CommandContext(t.Context(), "git", "-C", "../..", "grep", "-I", "-i", "-n", "-E", "compl"+"iant|conform"+"ant")
	found, err := list.Output()
	if err != nil {
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		require.Equal(t, 1, exit.ExitCode(), "git grep: %s", exit.Stderr) // 1: nothing was found
	}
	require.Empty(t, string(found))
}
