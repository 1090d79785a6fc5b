package flac

import (
	"bytes"
	"encoding/binary"
	"math"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
)

// encode is a whole file of the samples.
func encode(tb testing.TB, rate, channels int, samples []float32) []byte {
	tb.Helper()
	f := audiotest.NewFile()
	e, err := NewEncoder(f, rate, channels, 16)
	require.NoError(tb, err)
	require.NoError(tb, e.Write(samples))
	require.NoError(tb, e.Close())
	return f.Bytes()
}

// integers is samples as 16-bit integers, as the package documentation says.
func integers(samples []float32) []byte {
	out := make([]byte, 0, 2*len(samples))
	for _, x := range samples {
		step := math.RoundToEven(float64(x) * (1 << 15))
		out = binary.LittleEndian.AppendUint16(out, uint16(int16(min(max(step, math.MinInt16), math.MaxInt16))))
	}
	return out
}

// sounds is what is hard for an encoder in different ways, n samples each.
func sounds(rate, n int) map[string][]float32 {
	d := time.Duration(n+1) * time.Second / time.Duration(rate)
	square, steps, wide := make([]float32, n), make([]float32, n), audiotest.Noise(n, 1.5, 2)
	for i := range n {
		square[i] = float32(1 - 2*(i/3%2))
		steps[i] = float32(i%1000) / (1 << 15)
	}
	quiet := audiotest.Noise(n, 1.0/(1<<15), 3)
	impulse := make([]float32, n)
	impulse[n/2] = -1
	return map[string][]float32{
		"speech":         audiotest.Bursts(rate, d, 7)[:n],
		"silence":        make([]float32, n),
		"clipped noise":  wide,
		"noise of a bit": quiet,
		"square wave":    square,
		"ramps":          steps,
		"sine":           audiotest.Tone(rate, d, 440, 0.9, 0)[:n],
		"one impulse":    impulse,
	}
}

// run runs another program, which must be there and succeed.
func run(tb testing.TB, name string, args ...string) (out []byte, complaints string) {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), name, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(tb, err, "%s: %s (make test installs what the tests need)", name, stderr.String())
	return out, stderr.String()
}

// foreign is what another program, which may not even warn, writes to standard output.
func foreign(tb testing.TB, name string, args ...string) []byte {
	tb.Helper()
	out, complaints := run(tb, name, args...)
	require.NotContains(tb, complaints, "WARNING")
	return out
}

func second[T any](_ T, err error) error { return err }
