package espeak

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/gate"
)

// PhonemizerOptions set up a Phonemizer.
type PhonemizerOptions struct {
	// Program is the espeak-ng program: a path, or a name to look up in PATH. Empty is "espeak-ng".
	Program string
	// Processes is how many espeak-ng processes may run at once; 0 means 2.
	Processes int
	// ReplyTimeout is how long one request may take before the process is taken for hung; 0 means 10 s.
	ReplyTimeout time.Duration
}

// maxRequest is the most text that one call to Phonemes may hold, in bytes.
const maxRequest = 64 << 10

// Phonemizer renders text as IPA through long-lived espeak-ng processes. It is safe for concurrent use.
//
// Each process serves one voice and one caller at a time, because espeak-ng's state is global to it. A process that
// errs in any way, or whose caller gave up, is ended and replaced; starting one takes about 10 ms.
type Phonemizer struct {
	path, version string
	timeout       time.Duration
	most          int // processes
	gate          *gate.Gate

	mu    sync.Mutex
	idle  []*process // oldest use first
	total int        // idle and busy ones: never more than most
}

// Start finds espeak-ng and makes a Phonemizer. Processes are started when they are needed. If the program is missing
// or is not espeak-ng, the error is a *tts.Unavailable.
func Start(ctx context.Context, o PhonemizerOptions) (*Phonemizer, error) {
	path, version, err := find(ctx, o.Program)
	if err != nil {
		return nil, err
	}
	if o.Processes <= 0 {
		o.Processes = 2
	}
	if o.ReplyTimeout <= 0 {
		o.ReplyTimeout = 10 * time.Second
	}
	return &Phonemizer{
		path:    path,
		version: version,
		timeout: o.ReplyTimeout,
		most:    o.Processes,
		gate:    gate.New(o.Processes),
	}, nil
}

// Version is espeak-ng's version, for fingerprints: "1.51".
func (p *Phonemizer) Version() string { return p.version }

// Phonemes renders each clause as one string of IPA with stress marks, by an espeak-ng voice such as "en-us". The
// result has an element for each clause, which is empty where there is nothing to say. Words are separated by spaces
// where espeak-ng separates them, which is not always where the text does; the flags of language switches, such as
// "(en)", are removed; punctuation is not rendered.
//
// A clause should be what is said in one breath, without inner full stops: where espeak-ng breaks it all the same, the
// pieces are joined with a space. Clauses are data: markup, brackets and control characters in them have no effect.
//
// Errors: *tts.NoSuchVoice, *tts.TooLong (64 KiB in all), *tts.Temporary when espeak-ng fails twice, tts.ErrClosed, the
// cause of ctx, and a permanent error when the output is out of all proportion.
func (p *Phonemizer) Phonemes(ctx context.Context, voice string, clauses []string) ([]string, error) {
	if err := checkVoice(voice); err != nil {
		return nil, err
	}
	size := 0
	for _, clause := range clauses {
		size += len(clause)
	}
	if size > maxRequest {
		return nil, &tts.TooLong{Limit: tts.Limit{N: maxRequest, Unit: tts.Bytes}}
	}
	ctx, leave, err := p.gate.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()

	var failure error
	for range 2 {
		rendered, err := p.attempt(ctx, voice, clauses)
		if err == nil {
			return rendered, nil
		}
		if !errors.As(err, new(*protocolError)) {
			return nil, err
		}
		failure = err
	}
	return nil, &tts.Temporary{Err: fmt.Errorf("espeak-ng failed twice: %w", failure)}
}

// attempt makes one try with an idle or a new process. A *protocolError is worth another try.
func (p *Phonemizer) attempt(ctx context.Context, voice string, clauses []string) ([]string, error) {
	own, cancel := context.WithTimeoutCause(ctx, p.timeout, errHung)
	defer cancel()
	proc, err := p.take(own, voice)
	var rendered []string
	if err == nil {
		rendered, err = proc.exchange(own, clauses)
		p.put(proc)
	}
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return rendered, err
}

// take returns a process for voice that nobody else uses: an idle one, or a new one in the place of the idle one that
// was not used for longest.
func (p *Phonemizer) take(ctx context.Context, voice string) (*process, error) {
	p.mu.Lock()
	for i, proc := range slices.Backward(p.idle) {
		if proc.voice == voice {
			p.idle = slices.Delete(p.idle, i, i+1)
			p.mu.Unlock()
			return proc, nil
		}
	}
	var evicted *process
	if p.total == p.most { // and so one is idle: the gate lets in as many callers, and this one has no process yet
		evicted = p.idle[0]
		p.idle = slices.Delete(p.idle, 0, 1)
	} else {
		p.total++
	}
	p.mu.Unlock()
	if evicted != nil {
		evicted.end()
	}

	proc, err := startProcess(ctx, p.path, voice)
	if err != nil {
		p.mu.Lock()
		p.total--
		p.mu.Unlock()
		return nil, err
	}
	if err := proc.greet(ctx); err != nil {
		p.put(proc)
		return nil, err
	}
	return proc, nil
}

// put gives a process back, or ends it if it is of no further use.
func (p *Phonemizer) put(proc *process) {
	if proc.broken {
		proc.end()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if proc.broken {
		p.total--
		return
	}
	p.idle = append(p.idle, proc)
}

// Close fails the calls under way with tts.ErrClosed, waits for them and ends the processes. It is safe to call twice.
func (p *Phonemizer) Close() error {
	p.gate.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, proc := range p.idle {
		proc.end()
	}
	p.total -= len(p.idle)
	p.idle = nil
	return nil
}
