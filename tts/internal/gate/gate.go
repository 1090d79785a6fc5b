// Package gate lets calls into a backend: so many at once, and none after it is closed.
package gate

import (
	"context"
	"sync"

	"github.com/voicepress/voicepress/tts"
)

// Gate counts the calls that are inside. Make one with New.
type Gate struct {
	places chan struct{} // a token for each call inside

	mu     sync.Mutex
	closed chan struct{}
	shut   bool
}

// New makes a Gate that lets n calls in at once.
func New(n int) *Gate {
	return &Gate{places: make(chan struct{}, max(n, 1)), closed: make(chan struct{})}
}

// Enter waits for a place. The call goes on under the context that Enter returns, which ends with ctx, and with the
// cause tts.ErrClosed when the gate is closed; the call ends by calling leave. Errors are tts.ErrClosed and the cause of
// ctx.
func (g *Gate) Enter(ctx context.Context) (inside context.Context, leave func(), err error) {
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	select {
	case <-g.closed: // even if there is a place
		return nil, nil, tts.ErrClosed
	default:
	}
	select {
	case <-g.closed:
		return nil, nil, tts.ErrClosed
	case <-ctx.Done():
		return nil, nil, context.Cause(ctx)
	case g.places <- struct{}{}:
	}
	inside, cancel := context.WithCancelCause(ctx)
	left, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		select {
		case <-g.closed:
			cancel(tts.ErrClosed)
		case <-left:
		}
	}()
	return inside, func() {
		close(left)
		<-gone
		cancel(nil)
		<-g.places
	}, nil
}

// Close ends the contexts of the calls inside, waits until all have left, and lets no more in. It is safe to call
// twice, and then waits too.
func (g *Gate) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		return
	}
	g.shut = true
	close(g.closed)
	for range cap(g.places) { // never given back: a call that was about to enter waits no longer
		g.places <- struct{}{}
	}
}
