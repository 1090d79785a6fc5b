package cache

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/tts"
)

// The environment of a test binary that is to be another process with the same cache.
const (
	asProcess = "VOICEPRESS_TEST_CACHE" // the folder
	asBound   = "VOICEPRESS_TEST_CACHE_BOUND"
	asRounds  = "VOICEPRESS_TEST_CACHE_ROUNDS"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(asProcess); dir != "" {
		if err := hammer(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// texts is how many different requests the processes make.
const texts = 40

// voiceOf says a request always in the same way, so that wrong sound is told from right.
type voiceOf struct{ tts.Backend }

func (voiceOf) Info() tts.Info { return tts.Info{Name: "hammer", Fingerprint: "1"} }
func (voiceOf) Close() error   { return nil }

func (voiceOf) Speak(_ context.Context, r tts.Request) (*tts.Speech, error) {
	n, err := strconv.Atoi(r.Text)
	if err != nil {
		return nil, err
	}
	samples := audiotest.Noise(500+20*n, 0.5, uint64(n)+1)
	return &tts.Speech{Clip: audio.Clip{Rate: 16000, Samples: samples}, Warnings: []string{r.Text}}, nil
}

// hammer makes requests in an order of its own, and fails where an answer is not right.
func hammer(dir string) error {
	bound, err := strconv.ParseInt(os.Getenv(asBound), 10, 64)
	if err != nil {
		return err
	}
	rounds, err := strconv.Atoi(os.Getenv(asRounds))
	if err != nil {
		return err
	}
	c, err := Open(dir, bound, nil)
	if err != nil {
		return err
	}
	var lines strings.Builder
	c.log = slog.New(slog.NewTextHandler(&lines, nil))
	b := c.Wrap(voiceOf{})
	for range rounds {
		r := tts.Request{Text: strconv.Itoa(rand.IntN(texts))}
		got, err := b.Speak(context.Background(), r)
		if err != nil {
			return err
		}
		want, err := voiceOf{}.Speak(context.Background(), r)
		if err != nil {
			return err
		}
		want = settled(want)
		if fmt.Sprint(got.Clip, got.Warnings) != fmt.Sprint(want.Clip, want.Warnings) {
			return fmt.Errorf("%s: wrong sound", r.Text)
		}
		b.Has(r)
	}
	if lines.Len() > 0 {
		return errors.New(lines.String())
	}
	return b.Close()
}

// process is the test binary as another process with that cache.
func process(t *testing.T, dir string, bound int64, rounds int) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), asProcess+"="+dir, fmt.Sprintf("%s=%d", asBound, bound), fmt.Sprintf("%s=%d", asRounds, rounds))
	return cmd
}

func TestManyProcessesShareAFolderThatIsTooSmallForThem(t *testing.T) {
	dir := t.TempDir()
	const processes, bound = 6, 25_000 // about a third of all entries
	rounds := 600
	if testing.Short() {
		rounds = 100
	}
	outputs := make([]strings.Builder, processes)
	var list []*exec.Cmd
	for i := range processes {
		cmd := process(t, dir, bound, rounds)
		cmd.Stderr = &outputs[i]
		require.NoError(t, cmd.Start())
		list = append(list, cmd)
	}
	for i, cmd := range list {
		require.NoError(t, cmd.Wait(), outputs[i].String())
	}
	c := bounded(t, dir, bound)
	require.LessOrEqual(t, total(c.files()), int64(bound+processes*bound/sixteenth))
	checked, broken, err := c.Verify(t.Context())
	require.NoError(t, err)
	require.NotZero(t, checked)
	require.Empty(t, broken)
	left, err := os.ReadDir(dir + "/" + tempDir)
	require.NoError(t, err)
	require.Empty(t, left, "nothing unfinished")
}

// Killed at any moment, a process leaves entries that are whole, and others go on.
func TestKilledProcessesLeaveNothingHalf(t *testing.T) {
	dir := t.TempDir()
	kills := 30
	if testing.Short() {
		kills = 5
	}
	for i := range kills {
		cmd := process(t, dir, 20_000, 1_000_000)
		require.NoError(t, cmd.Start())
		time.Sleep(time.Duration(5+3*i) * time.Millisecond)
		require.NoError(t, cmd.Process.Kill())
		require.Error(t, cmd.Wait())
		_, broken, err := bounded(t, dir, 1<<30).Verify(t.Context())
		require.NoError(t, err)
		require.Empty(t, broken)
	}
	output, err := process(t, dir, 20_000, 200).CombinedOutput()
	require.NoError(t, err, string(output))
}
