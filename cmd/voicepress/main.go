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

// garbagePercent keeps the heap near what is in use: the libraries that read pages hold 28 MB of tables from the start,
// and at Go's default of 100 the heap would be twice that and more. It costs about 5 % of the time that is not the
// voice's. GOGC in the environment overrides it.
const garbagePercent = 30

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	os.Exit(run(context.Background(), os.Args[1:], osStreams()))
}
