package pipeline

import (
	"errors"
	"io"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSpoolIsReadWhileItGrows(t *testing.T) {
	s, err := newSpool(t.TempDir())
	require.NoError(t, err)
	defer s.close()
	want := make([]float32, 10_000)
	for i := range want {
		want[i] = float32(i)
	}
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			var got []float32
			block := make([]float32, 700)
			for {
				n, err := s.read(block, int64(len(got)), make([]byte, len(block)*sampleBytes))
				got = append(got, block[:n]...)
				if err != nil {
					if !errors.Is(err, io.EOF) || len(got) != len(want) || got[9_999] != 9_999 {
						t.Errorf("%d samples, %v", len(got), err)
					}
					return
				}
			}
		})
	}
	for at := 0; at < len(want); at += 100 {
		require.NoError(t, s.write(want[at:at+100]))
	}
	s.end(nil)
	readers.Wait()
}

func TestEndedSpoolStopsItsReaders(t *testing.T) {
	first := errors.New("first")
	for name, before := range map[string][]error{"while it grows": nil, "when it is whole": {nil}} {
		s, err := newSpool(t.TempDir())
		require.NoError(t, err)
		require.NoError(t, s.write(make([]float32, 10)))
		for _, err := range before {
			s.end(err)
		}
		stopped := make(chan error)
		if before == nil { // a reader that waits for more
			go func() { _, err := s.read(make([]float32, 20), 0, make([]byte, 20*sampleBytes)); stopped <- err }()
		}
		s.end(first)
		s.end(errors.New("second"))
		if before == nil {
			require.ErrorIs(t, <-stopped, first, name)
		}
		_, err = s.read(make([]float32, 5), 0, make([]byte, 5*sampleBytes))
		require.ErrorIs(t, err, first, name)
		s.close()
	}
}
