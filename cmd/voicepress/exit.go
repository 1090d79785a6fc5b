package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/m4a"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/batch"
	"github.com/voicepress/voicepress/tts"
)

// The exit codes. Scripts may rely on them; new ones may come, and an unknown one is a failure.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2 // wrong flags or configuration
	exitSome        = 3 // some of the articles failed
	exitCredentials = 4
	exitTemporary   = 5 // the same call may succeed later
	exitEmpty       = 6 // for --fail-on-empty
	exitUsedUp      = 7 // the budget, or the quota of a service
	exitMissing     = 10
	exitLocked      = 11
	exitInterrupted = 130
)

const exitCodesHelp = `Every command ends with one of these codes:

    0  done
    1  failed; the message says what and why
    2  wrong flags or configuration
    3  finished, but some of the articles failed (they are listed)
    4  credentials are missing or refused
    5  failed for now; the same call may succeed later
    6  --fail-on-empty: there was nothing to do
    7  the budget, or the quota of a service, is used up
   10  something that has to be installed is missing (a voice, a program, a library)
   11  the output folder is in use by another batch
  130  interrupted

New codes may be added. Treat one you do not know as a failure.`

// errInterrupted is the cause of a context that ended because the user pressed Ctrl-C.
var errInterrupted = errors.New("interrupted")

// usageError is a mistake in flags or configuration.
type usageError struct {
	err  error
	hint string
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }
func (e *usageError) Hint() string  { return e.hint }

func usagef(hint, format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...), hint}
}

// codeError ends the program with a code of its own after a command has already said what is wrong.
type codeError int

func (e codeError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// run runs one command line and returns the exit code.
func run(ctx context.Context, args []string, s *streams) int {
	ctx, stop := notify(ctx)
	defer stop()
	out := &watched{to: s.out}
	s.out = out
	root := newRoot(s)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil && out.err != nil {
		err = fmt.Errorf("write to standard output: %w", out.err)
	}
	if err == nil {
		return exitDone
	}
	if errors.Is(err, context.Canceled) && errors.Is(context.Cause(ctx), errInterrupted) {
		err = errInterrupted
	}
	var quiet codeError
	if errors.As(err, &quiet) {
		return int(quiet)
	}
	report(s, cmd, err)
	return exitCode(err)
}

// notify ends the context at the first Ctrl-C, so that work is put away, and the program at the second.
func notify(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		select {
		case <-signals:
			cancel(errInterrupted)
		case <-done:
			return
		}
		select {
		case <-signals:
			os.Exit(exitInterrupted)
		case <-done:
		}
	}()
	return ctx, func() { signal.Stop(signals); close(done); cancel(nil) }
}

// report says what failed and what can be done about it.
func report(s *streams, cmd *cobra.Command, err error) {
	message, hint := printable(err.Error()), hintOf(err)
	if jsonWanted(cmd) {
		line, _ := json.Marshal(map[string]any{"type": "error", "error": message, "hint": hint, "exit_code": exitCode(err)})
		fmt.Fprintln(s.out, string(line))
	}
	fmt.Fprintf(s.err, "voicepress: %s\n", message)
	if hint != "" {
		fmt.Fprintf(s.err, "hint: %s\n", printable(hint))
	}
}

func jsonWanted(cmd *cobra.Command) bool {
	if cmd == nil {
		return false
	}
	wanted, err := cmd.Flags().GetBool("json")
	return err == nil && wanted
}

// hintOf finds what the user can do about an error: the outermost hint in its chain.
func hintOf(err error) string {
	for e := err; e != nil; {
		var h interface{ Hint() string }
		if !errors.As(e, &h) {
			break
		}
		if hint := h.Hint(); hint != "" {
			return hint
		}
		inner, ok := h.(interface{ Unwrap() error }) // it has none of its own
		if !ok {
			break
		}
		e = inner.Unwrap()
	}
	var (
		temporary *tts.Temporary
		limited   *tts.RateLimited
		refused   *tts.Refused
	)
	switch {
	case errors.As(err, &temporary), errors.As(err, &limited):
		return "run the same command later: it goes on from what is kept"
	case errors.As(err, &refused):
		return "take the sentence out of the article, or choose another --backend"
	case errors.Is(err, syscall.EPIPE):
		return "whoever read the audio has gone before its end"
	}
	if errors.Is(err, syscall.ENOSPC) {
		return "free some space or choose another folder with -o"
	}
	if errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return "check that you may read the input and write to the output folder (-o)"
	}
	return ""
}

func exitCode(err error) int {
	var (
		usage       *usageError
		wording     *disclosure.WordingError
		noVoice     *tts.NoSuchVoice
		unavailable *tts.Unavailable
		auth        *tts.NotAuthorised
		credentials *credentialError
		usedUp      *tts.QuotaExceeded
		temporary   *tts.Temporary
		limited     *tts.RateLimited
		library     *mp3.LibraryError
		program     *m4a.ProgramError
		encoding    *pipeline.EncodingError
		locked      *batch.LockedError
		again       interface{ Temporary() bool }
	)
	switch {
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	case errors.As(err, &usage), errors.As(err, &wording), isCobraUsage(err):
		return exitUsage
	case errors.As(err, &noVoice), errors.As(err, &unavailable), errors.As(err, &library), errors.As(err, &program):
		return exitMissing
	case errors.As(err, &encoding):
		return exitUsage
	case errors.As(err, &locked):
		return exitLocked
	case errors.As(err, &auth), errors.As(err, &credentials):
		return exitCredentials
	case errors.As(err, &usedUp):
		return exitUsedUp
	case errors.As(err, &temporary), errors.As(err, &limited), errors.As(err, &again) && again.Temporary():
		return exitTemporary
	}
	return exitFailed
}

// isCobraUsage tells cobra's own complaint about a command that does not exist, which has no type.
func isCobraUsage(err error) bool { return strings.HasPrefix(err.Error(), "unknown command ") }
