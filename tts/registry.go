package tts

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
)

// Env is what a backend gets from the program when it is opened.
type Env struct {
	// Data is the folder with installed voices and runtimes (see tts/assets).
	Data string
	// Voice is the voice the caller wants to use; empty is the backend's default.
	Voice string
	// Concurrency is how many requests the caller wants to make at once; 0 leaves it to the backend.
	Concurrency int
	// Log takes what an operator may want to know. It is never nil.
	Log *slog.Logger
}

// Factory makes one kind of backend. Make one with Define.
type Factory struct {
	Name    string // as in configuration: "piper"
	Summary string // one line for help texts
	// Options returns a pointer to a new, zero options struct, to be filled from configuration section backends.NAME.
	Options func() any
	// Open makes a backend from options that Options returned.
	Open func(ctx context.Context, options any, env Env) (Backend, error)
}

// Define makes a Factory whose options are a T.
func Define[T any](name, summary string, open func(context.Context, T, Env) (Backend, error)) Factory {
	return Factory{
		Name:    name,
		Summary: summary,
		Options: func() any { return new(T) },
		Open: func(ctx context.Context, options any, env Env) (Backend, error) {
			o, ok := options.(*T)
			if !ok {
				return nil, fmt.Errorf("open %s: options are %T, not %T", name, options, o)
			}
			return open(ctx, *o, env)
		},
	}
}

// Registry is the list of backends a program knows. Its zero value is empty and ready to use.
type Registry struct{ factories []Factory }

// Register adds a factory. A name registered twice is a mistake of the programmer and panics.
func (r *Registry) Register(f Factory) {
	if _, ok := r.Find(f.Name); ok {
		panic("backend " + f.Name + " is registered twice")
	}
	r.factories = append(r.factories, f)
}

// Find returns the factory of that name.
func (r *Registry) Find(name string) (Factory, bool) {
	i := slices.IndexFunc(r.factories, func(f Factory) bool { return f.Name == name })
	if i < 0 {
		return Factory{}, false
	}
	return r.factories[i], true
}

// All returns the factories in the order in which they were registered.
func (r *Registry) All() []Factory { return slices.Clone(r.factories) }
