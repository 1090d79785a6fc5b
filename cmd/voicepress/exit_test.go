package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article/fetch"
	"github.com/voicepress/voicepress/pipeline/batch"
	"github.com/voicepress/voicepress/tts"
)

func TestExitCodesFollowTheKindOfError(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{errors.New("anything"), exitFailed},
		{usagef("", "no such flag"), exitUsage},
		{&tts.NotAuthorised{}, exitCredentials},
		{&tts.QuotaExceeded{Err: errors.New("10,000 of 10,000 characters")}, exitUsedUp},
		{&tts.BadAnswer{Err: errors.New("HTML")}, exitFailed},
		{&tts.Temporary{Err: errors.New("busy")}, exitTemporary},
		{&tts.RateLimited{Err: errors.New("busy")}, exitTemporary},
		{&fetch.Unreachable{Again: true}, exitTemporary},
		{&fetch.Unreachable{}, exitFailed},
		{&tts.NoSuchVoice{}, exitMissing},
		{&tts.Unavailable{}, exitMissing},
		{&mp3.LibraryError{}, exitMissing},
		{&pipeline.EncodingError{Err: errors.New("3 kb/s")}, exitUsage},
		{&pipeline.EncodingError{Err: &mp3.LibraryError{}}, exitMissing},
		{&c2pa.TimestampError{Err: &url.Error{Err: errors.New("refused")}}, exitTemporary},
		{&c2pa.TimestampError{Err: errors.New("of something else")}, exitFailed},
		{&batch.LockedError{}, exitLocked},
		{errInterrupted, exitInterrupted},
		{&tts.Temporary{Err: &exec.ExitError{ProcessState: &os.ProcessState{}}}, exitTemporary}, // a child's status is its own
		{context.Canceled, exitFailed},
	} {
		require.Equal(t, c.want, exitCode(fmt.Errorf("convert: %w", c.err)), "%T", c.err)
		require.Contains(t, exitCodesHelp, fmt.Sprintf("%5d  ", c.want))
	}
	for _, code := range []int{exitDone, exitSome, exitEmpty} {
		require.Contains(t, exitCodesHelp, fmt.Sprintf("%5d  ", code))
	}
}

// full is a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestOutputThatIsLostIsAFailure(t *testing.T) {
	page := filepath.Join(testdata(t), "articles", "harbour-crossing.html")
	for _, args := range [][]string{{"article", page}, {"script", page}, {"account", page}, {"lexicon", "list"}, {"config", "show"}, {"voices"}, {"version"}, {"--help"}} {
		var stderr bytes.Buffer
		code := run(t.Context(), args, &streams{in: strings.NewReader(""), out: full{}, err: &stderr})
		require.Equal(t, exitFailed, code, "%q", args)
		require.Contains(t, stderr.String(), "no space left on device", "%q", args)
		require.Contains(t, stderr.String(), "hint: free some space", "%q", args)
	}
}

func TestBatchIntoABusyFolderEndsWithItsOwnCode(t *testing.T) {
	dir := t.TempDir()
	lock := flock.New(filepath.Join(dir, ".voicepress.lock"))
	_, err := lock.TryLock()
	require.NoError(t, err)
	defer func() { require.NoError(t, lock.Unlock()) }()
	code, _, stderr := call(t, nil, "batch", filepath.Join(testdata(t), "articles"), "-o", dir, "--backend", "fake")
	require.Equal(t, exitLocked, code)
	require.Contains(t, stderr, "hint: ")
}

func TestHintOfAnInnerErrorIsFoundBehindOneWithout(t *testing.T) {
	inner := &tts.Unavailable{What: "espeak-ng", Err: errors.New("missing"), Remedy: "install it"}
	require.Equal(t, "install it", hintOf(usagef("", "open: %w", inner)))
	require.Equal(t, "outer", hintOf(usagef("outer", "open: %w", inner)))
	require.Empty(t, hintOf(usagef("", "nothing to be done")))
}
