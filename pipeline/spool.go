package pipeline

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"sync"
)

// spool keeps samples on disk while they are written, and can be read from the start at the same time, any number of
// times. Its file has no name where the system allows that, so nothing is left of it whatever happens.
type spool struct {
	file *os.File
	buf  []byte // of the writer

	mu    sync.Mutex
	grown *sync.Cond
	n     int64 // samples that can be read
	ended bool  // no more will come
	err   error // why nobody shall read on
}

const sampleBytes = 4 // float32

func newSpool(dir string) (*spool, error) {
	file, err := scratch(dir)
	if err != nil {
		return nil, err
	}
	s := &spool{file: file}
	s.grown = sync.NewCond(&s.mu)
	return s, nil
}

// scratch opens a file that is gone when it is closed, or already now on systems that allow it.
func scratch(dir string) (*os.File, error) {
	file, err := os.CreateTemp(dir, TempPattern)
	if err != nil {
		return nil, fmt.Errorf("open a temporary file: %w", err)
	}
	if runtime.GOOS != "windows" {
		if err := os.Remove(file.Name()); err != nil {
			_ = file.Close()
			return nil, fmt.Errorf("open a temporary file: %w", err)
		}
	}
	return file, nil
}

// discard closes a file that scratch opened.
func discard(file *os.File) {
	_ = file.Close()
	if runtime.GOOS == "windows" {
		_ = os.Remove(file.Name())
	}
}

// write appends samples. Only one goroutine writes.
func (s *spool) write(samples []float32) error {
	s.buf = s.buf[:0]
	for _, v := range samples {
		s.buf = binary.LittleEndian.AppendUint32(s.buf, math.Float32bits(v))
	}
	if _, err := s.file.WriteAt(s.buf, s.n*sampleBytes); err != nil {
		return fmt.Errorf("spool the audio: %w", err)
	}
	s.mu.Lock()
	s.n += int64(len(samples))
	s.mu.Unlock()
	s.grown.Broadcast()
	return nil
}

// end says that no more samples will come: err is nil when all came, or why not. An error stops those who read, also
// when all samples had come before it; only the first error counts.
func (s *spool) end(err error) {
	s.mu.Lock()
	s.ended = true
	if s.err == nil {
		s.err = err
	}
	s.mu.Unlock()
	s.grown.Broadcast()
}

// length waits for the end and gives the number of samples.
func (s *spool) length() (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.ended {
		s.grown.Wait()
	}
	return s.n, s.err
}

// read reads into dst the samples from position at, waiting for them while the spool still grows. It returns io.EOF at
// the end, and the error that end was given.
// buf is the caller's, as long as dst in bytes, so that several can read at once without making garbage.
func (s *spool) read(dst []float32, at int64, buf []byte) (int, error) {
	s.mu.Lock()
	for s.n < at+int64(len(dst)) && !s.ended {
		s.grown.Wait()
	}
	ready, err := s.n, s.err
	s.mu.Unlock()
	if err != nil {
		return 0, err
	}
	n := int(min(int64(len(dst)), ready-at))
	if n <= 0 {
		return 0, io.EOF
	}
	raw := buf[:n*sampleBytes]
	if _, err := s.file.ReadAt(raw, at*sampleBytes); err != nil {
		return 0, fmt.Errorf("read the spooled audio: %w", err)
	}
	for i := range n {
		dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[i*sampleBytes:]))
	}
	return n, nil
}

func (s *spool) close() { discard(s.file) }
