// Command voicepress turns published articles into audio that says, in every way a file can, that its voice is
// AI-generated.
//
// This package is the command line: flags, printing, exit codes. It holds no logic of its own; what a command does is
// one call into the packages of the library.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], osStreams()))
}
