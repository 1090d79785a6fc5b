//go:build !linux

package onnx

import "time"

// threadCPU is not known on this system.
func threadCPU() time.Duration { return 0 }
