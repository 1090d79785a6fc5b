// Package subprocess runs the programs that speak for a backend: each in its own process group, with a small
// environment, a bounded memory of what it complained about, and an end that leaves nothing running.
//
// It is not a shell: a program and its arguments are given apart, and text goes over standard input alone.
package subprocess

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Grace is how long Wait goes on reading the pipes of a program that has ended but whose descendants hold them open.
const Grace = 2 * time.Second

// Command prepares a program: its own process group where the system has them, the environment that Environment gives,
// standard error into a Tail. When ctx ends the whole group is killed.
func Command(ctx context.Context, program string, args ...string) (*exec.Cmd, *Tail) {
	cmd := exec.CommandContext(ctx, program, args...)
	tail := &Tail{}
	cmd.Stderr = tail
	cmd.Env = Environment()
	cmd.WaitDelay = Grace
	isolate(cmd)
	cmd.Cancel = func() error { return Kill(cmd) }
	return cmd, tail
}

// Environment is the environment that programs get: what is needed to find libraries, a home and a temporary folder,
// and a fixed locale, so that the caller's language does not change the sound. Credentials in the caller's environment
// are not passed on.
func Environment() []string {
	env := []string{"LC_ALL=C.UTF-8"}
	for _, name := range []string{
		"PATH", "HOME", "TMPDIR", "ESPEAK_DATA_PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
		"SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", // Windows
	} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// Output runs a prepared program to its end with input on standard input, and returns what it wrote on standard
// output, at most limit bytes. A program that writes more is killed and the error is a *TooMuchOutput. When ctx, the
// context the command was prepared with, has ended, the error is its cause. Any other failure is wrapped with the last
// of what the program wrote on standard error. Whatever the program left running in its process group is killed.
func Output(ctx context.Context, cmd *exec.Cmd, tail *Tail, input io.Reader, limit int) ([]byte, error) {
	out := &bounded{limit: limit, overflow: func() { _ = Kill(cmd) }}
	cmd.Stdin, cmd.Stdout = input, out
	err := cmd.Run()
	if cmd.Process != nil {
		// What is left of the group keeps its number from being another's; if nothing is, it was free for no time.
		_ = Kill(cmd)
	}
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case out.over:
		return nil, &TooMuchOutput{Limit: limit}
	case errors.Is(err, exec.ErrWaitDelay):
		return nil, errors.New("it ended but left a process behind that held on to its output")
	case err != nil:
		return nil, tail.Explain(err)
	}
	return out.data, nil
}

// TooMuchOutput says that a program wrote more than it was allowed.
type TooMuchOutput struct {
	Limit int // bytes
}

func (e *TooMuchOutput) Error() string {
	return fmt.Sprintf("it wrote more than %d bytes", e.Limit)
}

// bounded keeps at most limit bytes, and then calls overflow and refuses the rest.
type bounded struct {
	data     []byte
	limit    int
	over     bool
	overflow func()
}

func (b *bounded) Write(p []byte) (int, error) {
	if len(b.data)+len(p) > b.limit {
		b.over = true
		b.overflow()
		return 0, &TooMuchOutput{Limit: b.limit}
	}
	b.data = append(b.data, p...)
	return len(p), nil
}

// tailSize is how much of a program's standard error is kept, in bytes.
const tailSize = 2048

// Tail is a writer that keeps the last 2,048 bytes written to it. It is safe for concurrent use.
type Tail struct {
	mu   sync.Mutex
	data []byte
}

// Write keeps the end of p and never fails.
func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(p)
	if n > tailSize {
		p = p[n-tailSize:]
	}
	if extra := len(t.data) + len(p) - tailSize; extra > 0 {
		t.data = append(t.data[:0], t.data[extra:]...)
	}
	t.data = append(t.data, p...)
	return n, nil
}

// String is the tail on one line, without control characters.
func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(string(t.data), "?"))
	return strings.Join(strings.Fields(text), " ")
}

// Explain adds the tail, if there is one, to a failure of the program.
func (t *Tail) Explain(err error) error {
	if text := t.String(); text != "" {
		return fmt.Errorf("%w: %s", err, text)
	}
	return err
}
