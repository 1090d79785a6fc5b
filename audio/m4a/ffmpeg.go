package m4a

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"strings"
	"time"
)

// FFmpeg is the program that encodes and decodes. It is safe for concurrent use: each file is a process of its own.
type FFmpeg struct{ path, version string }

// answerWithin is how long ffmpeg may take to say its version. It takes 0.1 s.
const answerWithin = 20 * time.Second

// Open finds the program at path, or where path is empty the ffmpeg that the system finds, and asks for its version. It
// fails with *ProgramError.
func Open(path string) (*FFmpeg, error) {
	path = cmp.Or(path, "ffmpeg")
	found, err := exec.LookPath(path)
	if err != nil {
		return nil, &ProgramError{path, cause(err)}
	}
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	p, err := start(ctx, found, "-version")
	if err != nil {
		return nil, &ProgramError{path, err}
	}
	said, err := io.ReadAll(io.LimitReader(p.out, maxMessage))
	if err := errors.Join(err, p.wait()); err != nil {
		return nil, &ProgramError{path, err}
	}
	words := strings.Fields(string(said))
	if len(words) < 3 || words[0] != "ffmpeg" || words[1] != "version" {
		return nil, &ProgramError{path, errors.New("it does not say a version as ffmpeg does")}
	}
	return &FFmpeg{found, words[2]}, nil
}

// cause is why a program is not found, without its path.
func cause(err error) error {
	var search *exec.Error
	if errors.As(err, &search) {
		err = search.Err
	}
	var file *fs.PathError
	if errors.As(err, &file) {
		err = file.Err
	}
	return err
}

// Version is ffmpeg's own: "5.1.9-0+deb12u1".
func (f *FFmpeg) Version() string { return f.version }

// process is a running program with pipes to all it reads and writes.
type process struct {
	cmd      *exec.Cmd
	in       io.WriteCloser
	out      io.ReadCloser
	messages message
}

// start runs a program, without a shell, until it ends or ctx does.
func start(ctx context.Context, path string, args ...string) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, path, args...)}
	p.cmd.Stderr = &p.messages
	p.cmd.WaitDelay = 5 * time.Second // for what the program itself may have left behind with its pipes
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if p.out, err = p.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	return p, p.cmd.Start()
}

// wait ends the input and waits for the program. Its output must have been read to the end, or is given up.
func (p *process) wait() error {
	_ = p.in.Close() // again, where it is closed already
	_, _ = io.Copy(io.Discard, p.out)
	err := p.cmd.Wait()
	if said := p.messages.String(); err != nil && said != "" {
		return fmt.Errorf("%w: %s", err, said)
	}
	return err
}

// maxMessage is how much is kept of what a program writes to its standard error, in bytes.
const maxMessage = 4 << 10

// message keeps the beginning of what is written to it.
type message struct{ text []byte }

func (m *message) Write(p []byte) (int, error) {
	m.text = append(m.text, p[:min(len(p), maxMessage-len(m.text))]...)
	return len(p), nil
}

// String is the message on one line.
func (m *message) String() string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(string(m.text), "?")), " ")
}
