package opus

import (
	"bytes"
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

// opusdec is the file decoded by opus-tools, 16 bit without dither.
func opusdec(tb testing.TB, file []byte) []float32 {
	tb.Helper()
	data := audiotest.Foreign(tb, "opusdec", "--quiet", "--force-wav", "--float", "--rate", strconv.Itoa(Rate), audiotest.Save(tb, "x.opus", file), "-")
	at := bytes.Index(data, []byte("data"))
	require.Positive(tb, at)
	return audiotest.Decode(data[at+8:])
}

// ffmpeg is the file decoded by FFmpeg with libopus.
func ffmpeg(tb testing.TB, file []byte) []float32 {
	tb.Helper()
	return audiotest.Decode(audiotest.Foreign(tb, "ffmpeg", "-v", "error", "-c:a", "libopus", "-i", audiotest.Save(tb, "x.opus", file), "-f", "f32le", "-"))
}

func second[T any](_ T, err error) error { return err }
