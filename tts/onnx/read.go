package onnx

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// readStep is how much ReadFile reads before it hashes that.
const readStep = 1 << 20

// ReadFile reads a model of at most so many bytes, and hashes it (SHA-256, hex) while it reads on.
func ReadFile(path string, most int64) (file []byte, sum string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, "", err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return nil, "", fmt.Errorf("the network has %d bytes, more than %d, or is no file", info.Size(), most)
	}
	file = make([]byte, info.Size())
	hash := sha256.New()
	parts, hashed := make(chan []byte, len(file)/readStep+1), make(chan struct{})
	go func() {
		defer close(hashed)
		for part := range parts {
			_, _ = hash.Write(part) // a hash takes everything
		}
	}()
	for at := 0; at < len(file) && err == nil; at += readStep {
		part := file[at:min(at+readStep, len(file))]
		if _, err = io.ReadFull(f, part); err == nil {
			parts <- part
		}
	}
	close(parts)
	<-hashed
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", path, err)
	}
	return file, hex.EncodeToString(hash.Sum(nil)), nil
}
