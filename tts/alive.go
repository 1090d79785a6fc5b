package tts

import "context"

type aliveKey struct{}

// WithAlive returns a context under which Alive calls f. f must be safe for concurrent use.
func WithAlive(ctx context.Context, f func()) context.Context {
	return context.WithValue(ctx, aliveKey{}, f)
}

// Alive tells whoever waits for the call under ctx that it makes progress. Backends call it whenever something comes in
// (see Info.Streams); it costs little.
func Alive(ctx context.Context) {
	if f, ok := ctx.Value(aliveKey{}).(func()); ok {
		f()
	}
}
