package espeak

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"strings"
	"sync"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/subprocess"
)

// errHung is the cause of a context that ends because espeak-ng does not answer.
var errHung = errors.New("espeak-ng does not answer")

// protocolError says that a process did not keep to the protocol: it died, hung or answered out of step. Another
// process may do better.
type protocolError struct{ err error }

func (e *protocolError) Error() string { return e.err.Error() }
func (e *protocolError) Unwrap() error { return e.err }

// process is one espeak-ng that reads lines of text and writes lines of phonemes. It is for one caller at a time, but
// kill and end may be called at any time.
//
// The program writes at least one line for each line it reads, sometimes more, and does not mark where an answer ends.
// So each clause is put between sentinels: a line of raw phonemes whose rendering is known. Its consonants are drawn at
// random for each process, and text cannot hold raw phonemes, so no text renders to it by chance or on purpose.
type process struct {
	voice     string
	cmd       *exec.Cmd
	in        io.WriteCloser
	out       *bufio.Reader
	stderr    *subprocess.Tail
	sentinel  string // the line to write
	rendering string // the line that comes back
	broken    bool   // of no further use

	mu     sync.Mutex // guards waited, so that no group is killed whose leader has been waited for
	waited bool
}

// Even when it is quiet, espeak-ng computes the sound that nobody hears. A high and fast voice is shorter and has fewer
// harmonics: it takes a third of the processor time, for the same phonemes. From 450 words a minute on, the sound would
// be sped up in a second pass, which takes longest of all.
const (
	quietPitch = "99"  // of 99
	quietSpeed = "440" // words a minute
)

// startProcess starts espeak-ng for a voice; greet must follow. The process outlives ctx.
func startProcess(ctx context.Context, path, voice string) (*process, error) {
	cmd, stderr := subprocess.Command(context.WithoutCancel(ctx), path, "-q", "--ipa", "-v", voice, "-b", "1", "-p", quietPitch, "-s", quietSpeed)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start espeak-ng: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start espeak-ng: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, &tts.Temporary{Err: fmt.Errorf("start espeak-ng: %w", err)}
	}
	// Consonants that every phoneme table has, and that render as themselves.
	consonants := make([]byte, 16)
	for i := range consonants {
		consonants[i] = "pftks"[rand.IntN(5)]
	}
	return &process{
		voice: voice, cmd: cmd, in: in, out: bufio.NewReader(out), stderr: stderr,
		sentinel: "[[" + string(consonants) + "]]",
	}, nil
}

// greet learns how the sentinel is rendered, and finds out whether the voice exists.
func (p *process) greet(ctx context.Context) error {
	stop := context.AfterFunc(ctx, p.kill)
	defer stop()
	_, err := io.WriteString(p.in, p.sentinel+"\n")
	if err == nil {
		left := 1 << 10
		p.rendering, err = p.readLine(&left)
	}
	if err == nil && len(p.rendering) < len(p.sentinel)-4 {
		err = errors.New("it does not render the sentinel")
	}
	if err == nil {
		return nil
	}
	p.broken = true
	p.end() // so that all it has to say is said
	switch complaint := p.stderr.String(); {
	case ctx.Err() != nil:
		return &protocolError{context.Cause(ctx)}
	case isUnknownVoice(complaint):
		return &tts.NoSuchVoice{Voice: p.voice, Remedy: voicesRemedy}
	default:
		return &protocolError{p.stderr.Explain(fmt.Errorf("start espeak-ng: %w", err))}
	}
}

// exchange renders clauses. After an error the process is broken.
func (p *process) exchange(ctx context.Context, clauses []string) ([]string, error) {
	var text strings.Builder
	text.WriteString(p.sentinel + "\n") // so that nothing left over from before is taken for an answer
	for _, clause := range clauses {
		for _, line := range lines(p.voice, clause) {
			text.WriteString(line)
			text.WriteByte('\n')
		}
		text.WriteString(p.sentinel + "\n")
	}
	stop := context.AfterFunc(ctx, p.kill)
	// Written aside, because the program answers while it reads and a full pipe would hold up both.
	written := make(chan error, 1)
	go func() {
		_, err := io.WriteString(p.in, text.String())
		written <- err
	}()
	rendered, err := p.read(len(clauses), 64<<10+128*text.Len())
	if err != nil {
		p.kill()
	}
	err = errors.Join(err, <-written)
	if !stop() || err != nil {
		p.broken = true
	}
	if err == nil {
		return rendered, nil
	}
	p.end() // so that all it has to say is said
	if errors.As(err, new(*subprocess.TooMuchOutput)) {
		return nil, fmt.Errorf("render with espeak-ng: %w", err)
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return nil, &protocolError{p.stderr.Explain(fmt.Errorf("render with espeak-ng: %w", err))}
}

// read collects the renderings of n clauses, at most limit bytes of output in all.
func (p *process) read(n, limit int) ([]string, error) {
	rendered := make([]string, 0, n)
	left := limit
	if line, err := p.readLine(&left); err != nil {
		return nil, err
	} else if line != p.rendering {
		return nil, errors.New("it wrote more than it was asked for")
	}
	var clause []string
	for len(rendered) < n {
		line, err := p.readLine(&left)
		if err != nil {
			return nil, err
		}
		if line == p.rendering {
			rendered = append(rendered, strings.Join(clause, " "))
			clause = clause[:0]
			continue
		}
		clause = append(clause, strings.Fields(switchPattern.ReplaceAllString(line, ""))...)
	}
	return rendered, nil
}

// switchPattern finds the flags with which espeak-ng marks words that it reads as another language: "(en)", "(fr-fr)".
//
//nolint:gochecknoglobals // read-only pattern
var switchPattern = regexp.MustCompile(`\([^() ]*\)`)

// readLine reads a line without its end, and takes its length from left.
func (p *process) readLine(left *int) (string, error) {
	var line []byte
	for {
		part, err := p.out.ReadSlice('\n')
		if *left -= len(part); *left < 0 {
			return "", &subprocess.TooMuchOutput{}
		}
		line = append(line, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return strings.TrimRight(string(line), "\r\n"), err
	}
}

// kill ends the process without waiting for it; whoever reads from it gets an error.
func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.waited {
		_ = subprocess.Kill(p.cmd) // it may have ended by itself
	}
}

// end kills the process and waits until nothing of it is left. It must not run while another reads from the process.
func (p *process) end() {
	p.mu.Lock()
	done := p.waited
	if !done {
		_ = subprocess.Kill(p.cmd)
	}
	p.waited = true
	p.mu.Unlock()
	if !done {
		_ = p.in.Close()
		_ = p.cmd.Wait() // killed: the error says nothing
	}
}
