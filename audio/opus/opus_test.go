package opus

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
)

func libopus(tb testing.TB) *Library {
	tb.Helper()
	l, err := Open("")
	require.NoError(tb, err, "make test installs libopus0")
	return l
}

// encode is a whole file of the samples.
func encode(tb testing.TB, l *Library, channels, kbps int, samples []float32) []byte {
	tb.Helper()
	var file bytes.Buffer
	e, err := l.NewEncoder(&file, Rate, channels, kbps)
	require.NoError(tb, err)
	require.NoError(tb, e.Write(samples))
	require.NoError(tb, e.Close())
	return file.Bytes()
}

// sound is speech-like samples, those of the channels in turn.
func sound(channels int, d time.Duration) []float32 {
	left := audiotest.Bursts(Rate, d, 7)
	if channels == 1 {
		return left
	}
	right := audiotest.Bursts(Rate, d, 8)
	both := make([]float32, 0, 2*len(left))
	for i := range left {
		both = append(both, left[i], right[i])
	}
	return both
}

// foreign runs another program, which must be there and succeed.
func foreign(tb testing.TB, name string, args ...string) []byte {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), name, args...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	require.NoError(tb, err, "%s: %s (make test installs what the tests need)", name, complaints.String())
	return out
}

func save(tb testing.TB, name string, file []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	require.NoError(tb, os.WriteFile(path, file, 0o600))
	return path
}

// opusdec is the file decoded by opus-tools, 16 bit without dither.
func opusdec(tb testing.TB, file []byte) []float32 {
	tb.Helper()
	data := foreign(tb, "opusdec", "--quiet", "--force-wav", "--float", "--rate", strconv.Itoa(Rate), save(tb, "x.opus", file), "-")
	at := bytes.Index(data, []byte("data"))
	require.Positive(tb, at)
	return audiotest.Decode(data[at+8:])
}

// ffmpeg is the file decoded by FFmpeg with libopus.
func ffmpeg(tb testing.TB, file []byte) []float32 {
	tb.Helper()
	return audiotest.Decode(foreign(tb, "ffmpeg", "-v", "error", "-c:a", "libopus", "-i", save(tb, "x.opus", file), "-f", "f32le", "-"))
}

// snr is how far got is from want, in dB: 10 log of the power of want over that of the difference.
func snr(tb testing.TB, want, got []float32) float64 {
	tb.Helper()
	require.Len(tb, got, len(want))
	var signal, noise float64
	for i := range want {
		signal += float64(want[i]) * float64(want[i])
		noise += float64(want[i]-got[i]) * float64(want[i]-got[i])
	}
	return 10 * math.Log10(signal/(noise+1e-30))
}

func second[T any](_ T, err error) error { return err }
