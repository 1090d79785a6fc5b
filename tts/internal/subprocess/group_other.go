//go:build !unix

package subprocess

import "os/exec"

// isolate does nothing: the system has no process groups of this kind.
func isolate(*exec.Cmd) {}

// Kill ends the program.
func Kill(cmd *exec.Cmd) error { return cmd.Process.Kill() }
