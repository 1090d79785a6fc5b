package audiotest

import (
	"bytes"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Foreign is what a program of others prints to its standard output. It fails the test where the program fails or is
// missing.
func Foreign(tb testing.TB, name string, args ...string) []byte {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), name, args...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	require.NoError(tb, err, "%s: %s (make test installs what the tests need)", name, complaints.String())
	return out
}

// Save is the path of a file of that name and content, which goes with the test.
func Save(tb testing.TB, name string, content []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	require.NoError(tb, os.WriteFile(path, content, 0o600))
	return path
}

// SNR is the signal-to-noise ratio of samples to those that they should be, in dB. Both must have one length.
func SNR(tb testing.TB, want, got []float32) float64 {
	tb.Helper()
	require.Len(tb, got, len(want))
	var signal, noise float64
	for i := range want {
		signal += float64(want[i]) * float64(want[i])
		noise += float64(want[i]-got[i]) * float64(want[i]-got[i])
	}
	return 10 * math.Log10(signal/(noise+1e-30))
}

// Interleave is two channels of one length as stereo.
func Interleave(left, right []float32) []float32 {
	both := make([]float32, 0, 2*len(left))
	for i := range left {
		both = append(both, left[i], right[i])
	}
	return both
}

// PNG is the outside of a PNG picture of one pixel, with size bytes of nothing in it.
func PNG(size int) []byte {
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90\x77\x53\xde"), make([]byte, size)...)
	return append(b, "\x00\x00\x00\x00IEND\xaeB`\x82"...)
}

// Encoder is what the encoders of all formats have in common.
type Encoder interface {
	Write(samples []float32) error
	Close() error
}

// EncodeAll writes samples and closes the encoder. It gives the error of Close, and another one where Close forgets that
// Write failed or does not repeat itself.
func EncodeAll(e Encoder, samples []float32) error {
	err := e.Write(samples)
	if closed := e.Close(); err != nil && !errors.Is(closed, err) {
		return errors.New("Close forgets that Write failed")
	} else if again := e.Close(); !errors.Is(again, closed) {
		return errors.New("the second Close gives another error")
	} else {
		return closed
	}
}

// SeekFails is a File that can be sought After times and then fails with Err.
type SeekFails struct {
	*File
	After int
	Err   error
}

// Seek implements io.Seeker.
func (f *SeekFails) Seek(offset int64, whence int) (int64, error) {
	if f.After--; f.After < 0 {
		return 0, f.Err
	}
	return f.File.Seek(offset, whence)
}
