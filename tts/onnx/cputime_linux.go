package onnx

import (
	"time"

	"golang.org/x/sys/unix"
)

// threadCPU is the processor time that this thread has used.
func threadCPU() time.Duration {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
