//go:build unix

package subprocess

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// shell runs a script. Its descriptor 3, and that of everything it starts, is the writing end of a pipe, which it must
// write "!" to; when that has arrived, alive is called with a function that ends the context with a cause. It fails the
// test if any process of the script is left afterwards: it would hold the pipe open.
func shell(t *testing.T, script string, limit int, alive func(end func(error))) ([]byte, error) {
	t.Helper()
	fifo := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(fifo, 0o600))
	ctx, end := context.WithCancelCause(t.Context())
	defer end(nil)
	pipe := make(chan *os.File, 1)
	go func() {
		f, _ := os.Open(fifo) // waits for the script to open it
		_, _ = io.ReadFull(f, make([]byte, 1))
		alive(end)
		pipe <- f
	}()
	cmd, tail := Command(ctx, "sh", "-c", `exec 3>"$0"; `+script, fifo)
	out, err := Output(ctx, cmd, tail, strings.NewReader("text\n"), limit)
	f := <-pipe
	_, readErr := io.ReadAll(f) // to its end, which comes with the last writer's
	require.NoError(t, readErr)
	require.NoError(t, f.Close())
	return out, err
}

func TestOutputPassesTextThrough(t *testing.T) {
	defer goleak.VerifyNone(t)
	out, err := shell(t, `echo ! >&3; cat`, 100, func(func(error)) {})
	require.NoError(t, err)
	require.Equal(t, "text\n", string(out))
}

func TestOutputKillsTheWholeGroupWhenCancelled(t *testing.T) {
	defer goleak.VerifyNone(t)
	cause := errors.New("enough")
	_, err := shell(t, `sleep 600 & echo ! >&3; wait`, 100, func(end func(error)) { end(cause) })
	require.ErrorIs(t, err, cause)
}

func TestOutputKillsWhatTheProgramLeftBehind(t *testing.T) {
	defer goleak.VerifyNone(t)
	out, err := shell(t, `sleep 600 >/dev/null 2>&1 & echo ! >&3; echo done`, 100, func(func(error)) {})
	require.NoError(t, err)
	require.Equal(t, "done\n", string(out))
}

func TestOutputDoesNotWaitForAnOutputHeldOpen(t *testing.T) {
	defer goleak.VerifyNone(t)
	_, err := shell(t, `sleep 600 & echo ! >&3; echo done`, 100, func(func(error)) {})
	require.ErrorContains(t, err, "left a process behind")
}

func TestOutputStopsAFlood(t *testing.T) {
	defer goleak.VerifyNone(t)
	_, err := shell(t, `echo ! >&3; while :; do echo flood; done`, 1000, func(func(error)) {})
	var flood *TooMuchOutput
	require.ErrorAs(t, err, &flood)
	require.Equal(t, 1000, flood.Limit)
}

func TestOutputTellsWhatTheProgramSaid(t *testing.T) {
	_, err := shell(t, `echo ! >&3; echo "no model" >&2; exit 3`, 100, func(func(error)) {})
	require.EqualError(t, err, "exit status 3: no model")
}

func TestOutputOfAProgramThatDoesNotRead(t *testing.T) {
	cmd, tail := Command(t.Context(), "sh", "-c", "exit 0")
	out, err := Output(t.Context(), cmd, tail, strings.NewReader(strings.Repeat("text", 1<<20)), 100)
	require.NoError(t, err)
	require.Empty(t, out)
}
