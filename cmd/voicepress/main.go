// Command voicepress turns published articles into audio that says, in every way a file can, that its voice is
// AI-generated.
//
// This package is the command line: flags, printing, exit codes. It holds no logic of its own; what a command does is
// one call into the packages of the library.
package main

import (
	"context"
	"os"
	"runtime/debug"
	"sync"

	"github.com/voicepress/voicepress/tts"
)

// garbage is how much more than what is in use the Go heap may grow by before it is collected, in percent. The libraries
// that read pages keep 28 MB of tables from the start, which Go's usual 100 % would double. GOGC in the environment
// overrides it.
const garbage = 40

// memoryGoal is how much memory Go may hold, in bytes, before garbage is collected more eagerly. It is no limit: an
// article that needs more gets it. It is set when the voice is loaded, because before that a network's file is held, and the
// collector would run all the time. GOMEMLIMIT in the environment overrides it.
const memoryGoal = 70 << 20

func boundMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryGoal)
	}
}

// bounded is a backend that bounds the memory once it has spoken, and so loaded all it needs.
type bounded struct {
	tts.Backend
	once *sync.Once
}

func (b bounded) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	speech, err := b.Backend.Speak(ctx, r)
	b.once.Do(boundMemory)
	return speech, err
}

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	os.Exit(run(context.Background(), os.Args[1:], osStreams()))
}
