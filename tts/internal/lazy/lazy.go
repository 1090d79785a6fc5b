// Package lazy loads what is large at its first use, once. It is not a cache: what is loaded stays.
package lazy

import (
	"context"
	"sync"
)

// Value is loaded when it is first needed. Make one with New; it is safe for concurrent use.
type Value[T any] struct {
	load  func() (T, error)
	once  sync.Once
	ready chan struct{} // closed when value and err are there
	value T
	err   error
}

// New makes a Value that load loads.
func New[T any](load func() (T, error)) *Value[T] {
	return &Value[T]{load: load, ready: make(chan struct{})}
}

// Start begins to load, unless that was begun before, and does not wait.
func (v *Value[T]) Start() {
	v.once.Do(func() {
		go func() {
			defer close(v.ready)
			v.value, v.err = v.load()
		}()
	})
}

// Get loads the value, or waits for it. The error of a load that failed is the same for ever; that of a wait is the cause
// of ctx, and the load goes on without it.
func (v *Value[T]) Get(ctx context.Context) (T, error) {
	v.Start()
	select {
	case <-v.ready:
		return v.value, v.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// End frees a value that was loaded or is being loaded. There must be no Start or Get at the same time; later ones fail
// with err.
func (v *Value[T]) End(err error, free func(T) error) error {
	begun := true
	v.once.Do(func() {
		begun = false
		v.err = err
		close(v.ready)
	})
	<-v.ready
	if loaded := begun && v.err == nil; !loaded {
		return nil
	}
	value := v.value
	var none T
	v.value, v.err = none, err
	return free(value)
}
