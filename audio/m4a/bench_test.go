package m4a_test

import (
	"bytes"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/m4a"
)

const benchSeconds = 60

// speed reports how many seconds of sound a second of work is worth.
func speed(b *testing.B, seconds float64) {
	b.ReportMetric(seconds*float64(b.N)/b.Elapsed().Seconds(), "x")
}

func BenchmarkEncode(b *testing.B) {
	in := audiotest.Bursts(rate, benchSeconds*time.Second, 1)
	ffmpeg := open(b)
	for b.Loop() {
		e, err := ffmpeg.NewEncoder(b.Context(), audiotest.NewFile(), rate, 1, 64, m4a.Audio)
		require.NoError(b, err)
		require.NoError(b, e.Write(in))
		require.NoError(b, e.Close())
	}
	speed(b, benchSeconds)
}

// BenchmarkFFmpegAlone is what BenchmarkEncode takes without this package: ffmpeg from raw samples in memory to a file of
// its own.
func BenchmarkFFmpegAlone(b *testing.B) {
	in := audiotest.Encode(audiotest.Bursts(rate, benchSeconds*time.Second, 1))
	path := write(b, "alone.m4a", nil)
	for b.Loop() {
		cmd := exec.CommandContext(b.Context(), "ffmpeg", "-y", "-v", "error", "-f", "f32le", "-ar", "44100", "-ac", "1", "-i", "pipe:0",
			"-c:a", "aac", "-aac_coder", "fast", "-b:a", "64k", "-threads", "1", path)
		cmd.Stdin = bytes.NewReader(in)
		require.NoError(b, cmd.Run())
	}
	speed(b, benchSeconds)
}

func BenchmarkDecode(b *testing.B) {
	file := encode(b, audiotest.Bursts(rate, benchSeconds*time.Second, 1), rate, 1, m4a.Audio)
	for b.Loop() {
		decode(b, file)
	}
	speed(b, benchSeconds)
}

// BenchmarkLayout reads a file of a minute, tags it, gives it chapters, and lays it out again, without writing it.
func BenchmarkLayout(b *testing.B) {
	file := encode(b, audiotest.Bursts(rate, benchSeconds*time.Second, 1), rate, 1, m4a.Audio)
	b.ReportAllocs()
	for b.Loop() {
		f := read(b, file)
		f.SetTags(m4a.Text("\xA9nam", "Title"))
		f.SetChapters([]m4a.Chapter{{Title: "One"}, {Title: "Two", Start: 30 * time.Second}}, "eng")
		f.Parts(nil, nil)
	}
	speed(b, benchSeconds)
}
