//go:build !cgo

package onnx

import (
	"context"
	"errors"
	"time"

	"github.com/voicepress/voicepress/tts"
)

// errBuild says why nothing can be run.
var errBuild = &tts.Unavailable{ //nolint:gochecknoglobals // read-only
	What:   "ONNX Runtime",
	Err:    errors.New("this voicepress was built without cgo and cannot run neural models itself"),
	Remedy: "use a build with cgo, or another backend such as espeak, and no watermark",
}

// Runtime cannot be had without cgo.
type Runtime struct{}

// Load fails: the library is called through cgo.
func Load(string) (*Runtime, error) { return nil, errBuild }

// Version is empty.
func (*Runtime) Version() string { return "" }

// Session cannot be had without cgo.
type Session struct{}

// NewSession fails.
func (*Runtime) NewSession([]byte, []string, []string, Optimisation) (*Session, error) {
	return nil, errBuild
}

// Run fails.
func (*Session) Run(context.Context, []Data) ([]Data, error) { return nil, errBuild }

// RunInto fails.
func (*Session) RunInto(context.Context, []Data, []Data) error { return errBuild }

// Close does nothing.
func (*Session) Close() error { return nil }

// CPUTime is always 0.
func (*Session) CPUTime() time.Duration { return 0 }
