package mp3

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
)

func lame(tb testing.TB) *Library {
	tb.Helper()
	l, err := Open("")
	require.NoError(tb, err, "make test installs libmp3lame0")
	return l
}

func mpg123(tb testing.TB) *Mpg123 {
	tb.Helper()
	l, err := OpenMpg123("")
	require.NoError(tb, err, "make test installs libmpg123-0")
	return l
}

// encode is a whole file of the samples.
func encode(tb testing.TB, l *Library, rate, kbps int, samples []float32) []byte {
	tb.Helper()
	f := audiotest.NewFile()
	e, err := l.NewEncoder(f, rate, 1, kbps)
	require.NoError(tb, err)
	require.NoError(tb, e.Write(samples))
	require.NoError(tb, e.Close())
	return f.Bytes()
}

// withoutInfo is the frames of sound of a file, as a program that cannot seek back writes them.
func withoutInfo(tb testing.TB, file []byte) []byte {
	tb.Helper()
	h, ok := parseHeader(file)
	require.True(tb, ok)
	require.True(tb, parseInfo(h, file[:h.size()]).present)
	return file[h.size():]
}

// ffmpeg is the file decoded by FFmpeg, the average of its channels.
func ffmpeg(tb testing.TB, file []byte, channels int) []float32 {
	tb.Helper()
	args := []string{"-v", "error", "-i", audiotest.Save(tb, "x.mp3", file)}
	if channels == 2 {
		args = append(args, "-af", "pan=mono|c0=0.5*c0+0.5*c1")
	}
	return audiotest.Decode(audiotest.Foreign(tb, "ffmpeg", append(args, "-f", "f32le", "-")...))
}

// ffmpegEncode makes a file of two different channels with FFmpeg.
func ffmpegEncode(tb testing.TB, left, right []float32, rate, kbps int, options ...string) []byte {
	tb.Helper()
	both := audiotest.Interleave(left, right)
	out := filepath.Join(tb.TempDir(), "y.mp3")
	args := []string{
		"-v", "error", "-f", "f32le", "-ar", strconv.Itoa(rate), "-ac", "2", "-i", audiotest.Save(tb, "x.f32", audiotest.Encode(both)),
		"-c:a", "libmp3lame", "-b:a", strconv.Itoa(kbps) + "k", "-id3v2_version", "0",
	}
	audiotest.Foreign(tb, "ffmpeg", append(append(args, options...), out)...)
	file, err := os.ReadFile(out)
	require.NoError(tb, err)
	return file
}

func speech(rate int, d time.Duration) []float32 { return audiotest.Bursts(rate, d, 7) }

func rates() []int { return []int{8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000} }

func bitrates() []int {
	return []int{8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 192, 224, 256, 320}
}

func TestMissingLibrariesComeWithAHint(t *testing.T) {
	for name, open := range map[string]func(string) error{
		"LAME":   func(path string) error { _, err := Open(path); return err },
		"mpg123": func(path string) error { _, err := OpenMpg123(path); return err },
	} {
		notLibrary := audiotest.Save(t, "text.so", []byte("no library"))
		for _, path := range []string{"/nowhere/lib.so", notLibrary, "libm.so.6"} {
			err := open(path)
			var missing *LibraryError
			require.ErrorAs(t, err, &missing)
			require.Equal(t, name, missing.Name)
			require.Contains(t, missing.Hint(), "apt-get install lib")
			require.ErrorContains(t, err, path)
		}
	}
	require.ErrorContains(t, second(Open("libm.so.6")), "it has no function")
}

func second[T any](_ T, err error) error { return err }
