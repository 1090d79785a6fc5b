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
)

// memoryGoal is how much the Go heap may hold, in bytes, before garbage is collected more eagerly. The libraries that
// read pages keep 28 MB of tables from the start, and without a goal the heap would grow to a multiple of what is in use. It
// is no limit: an article that needs more gets it. GOMEMLIMIT in the environment overrides it.
const memoryGoal = 80 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryGoal)
	}
	os.Exit(run(context.Background(), os.Args[1:], osStreams()))
}
