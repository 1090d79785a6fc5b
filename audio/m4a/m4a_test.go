package m4a_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/m4a"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const rate = 44100 // Hz

// open is the ffmpeg of this machine.
func open(tb testing.TB) *m4a.FFmpeg {
	tb.Helper()
	f, err := m4a.Open("")
	require.NoError(tb, err, "this test needs ffmpeg: make judges installs it")
	return f
}

// encode is a file of samples at 64 kb/s a channel.
func encode(tb testing.TB, samples []float32, rate, channels int, brand string) []byte {
	tb.Helper()
	file := audiotest.NewFile()
	e, err := open(tb).NewEncoder(tb.Context(), file, rate, channels, 64*channels, brand)
	require.NoError(tb, err)
	require.NoError(tb, e.Write(samples))
	require.NoError(tb, e.Close())
	return file.Bytes()
}

func section(b []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b)))
}

// decode is all samples of a file as they are in it.
func decode(tb testing.TB, file []byte) (samples []float32, rate, channels int) {
	tb.Helper()
	d, err := open(tb).NewDecoder(tb.Context(), section(file))
	require.NoError(tb, err)
	defer d.Close()
	block := make([]float32, 3000)
	for {
		n, err := d.Interleaved(block)
		samples = append(samples, block[:n]...)
		if errors.Is(err, io.EOF) {
			return samples, d.Rate, d.Channels
		}
		require.NoError(tb, err)
		require.Positive(tb, n)
	}
}

// run runs a foreign tool and returns what it prints.
func run(tb testing.TB, name string, args ...string) string {
	tb.Helper()
	out, err := exec.CommandContext(tb.Context(), name, args...).CombinedOutput()
	require.NoErrorf(tb, err, "%s: %s (make judges installs it)", name, out)
	return string(out)
}

func write(tb testing.TB, name string, data []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	require.NoError(tb, os.WriteFile(path, data, 0o600))
	return path
}

// match is how alike two sounds are: 1 where one is the other but for its level.
func match(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	return ab / math.Sqrt(aa*bb)
}

func TestDecodedSoundHasTheLengthAndPlaceOfTheInput(t *testing.T) {
	for _, n := range []int{1, 1023, 1024, 1025, 2048, 45112} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			in := audiotest.Bursts(rate, 4*time.Second, 1)[rate/20:][:n]
			file := encode(t, in, rate, 1, m4a.Audio)
			out, gotRate, channels := decode(t, file)
			require.Equal(t, rate, gotRate)
			require.Equal(t, 1, channels)
			require.Len(t, out, n)
			if n > 2000 {
				require.Greater(t, match(in, out), 0.98)
				require.Less(t, match(in[1:], out[:n-1]), match(in, out), "one sample early")
				require.Less(t, match(in[:n-1], out[1:]), match(in, out), "one sample late")
			}
			f, err := m4a.Read(section(file))
			require.NoError(t, err)
			require.InDelta(t, float64(n)/rate, f.Duration.Seconds(), 1e-9)
		})
	}
}

// TestForeignDecodersHearTheSame holds that ffmpeg's own reading of the file agrees with ours. Version 5 of it honours the
// beginning of an edit list to the sample and its end only to the frame.
func TestForeignDecodersHearTheSame(t *testing.T) {
	const n = 45112
	for channels := 1; channels <= 2; channels++ {
		in := audiotest.Bursts(rate, 4*time.Second, 2)[:n*channels]
		file := encode(t, in, rate, channels, m4a.Audio)
		path := write(t, "tone.m4a", file)
		out, _, got := decode(t, file)
		require.Equal(t, channels, got)
		raw := filepath.Join(t.TempDir(), "raw")
		require.Empty(t, run(t, "ffmpeg", "-v", "warning", "-i", path, "-f", "f32le", raw))
		data, err := os.ReadFile(raw)
		require.NoError(t, err)
		theirs := audiotest.Decode(data)
		require.Equal(t, out, theirs[:len(out)])
		require.Less(t, len(theirs)-len(out), 1024*channels)
		probed := run(t, "ffprobe", "-v", "warning", "-show_streams", "-of", "flat", path)
		require.Contains(t, probed, fmt.Sprintf("streams.stream.0.duration_ts=%d\n", n))
		require.Contains(t, probed, `codec_name="aac"`)
		require.Contains(t, probed, `profile="LC"`)
		require.Contains(t, probed, fmt.Sprintf("channels=%d\n", channels))
		require.Contains(t, probed, "start_pts=0\n")
	}
}

func TestForeignToolsFindAWholeFile(t *testing.T) {
	in := audiotest.Bursts(rate, 5*time.Second, 3)
	for brand, format := range map[string]string{m4a.Audio: "Apple audio with iTunes info", m4a.Book: "Apple audio with iTunes position"} {
		path := write(t, "speech.m4a", encode(t, in, rate, 1, brand))
		info := run(t, "mediainfo", "--Full", path)
		require.Contains(t, info, format)
		require.Contains(t, info, "AAC LC")
		require.Regexp(t, `(?m)^Duration +: 5000$`, info)
		require.Regexp(t, `(?m)^Sampling rate +: 44100$`, info)
		require.NotContains(t, info, "IsTruncated")
		require.NotContains(t, info, "Conformance")
		exif := run(t, "exiftool", "-a", "-s", path)
		require.NotContains(t, exif, "Warning")
		require.Regexp(t, `MajorBrand +: Apple iTunes AAC-LC .*\(?\.M4[AB]`, exif)
		require.Regexp(t, `CreateDate +: 0000:00:00`, exif)
		require.Contains(t, run(t, "AtomicParsley", path, "-t"), `iTunSMPB`)
		require.Contains(t, run(t, "AtomicParsley", path, "-T"), "Atom stsz")
	}
}

func TestEveryRateIsDecodedAsItWentIn(t *testing.T) {
	for _, rate := range []int{7350, 8000, 16000, 22050, 24000, 48000} {
		in := audiotest.Bursts(rate, time.Second, 4)
		file := audiotest.NewFile()
		e, err := open(t).NewEncoder(t.Context(), file, rate, 1, 32, m4a.Audio)
		require.NoError(t, err)
		require.NoError(t, e.Write(in))
		require.NoError(t, e.Close())
		out, got, _ := decode(t, file.Bytes())
		require.Equal(t, rate, got)
		require.Len(t, out, len(in))
		require.Greater(t, match(in, out), 0.95)
	}
}

func TestTheSameSoundGivesTheSameBytes(t *testing.T) {
	in := audiotest.Bursts(rate, 2*time.Second, 5)
	first := encode(t, in, rate, 1, m4a.Audio)
	file := audiotest.NewFile()
	_, err := file.Write([]byte("before"))
	require.NoError(t, err)
	e, err := open(t).NewEncoder(t.Context(), file, rate, 1, 64, m4a.Audio)
	require.NoError(t, err)
	for len(in) > 0 {
		n := min(777, len(in))
		require.NoError(t, e.Write(in[:n]))
		in = in[n:]
	}
	require.NoError(t, e.Close())
	require.NoError(t, e.Close(), "again")
	require.Equal(t, "before"+string(first), string(file.Bytes()))
}

func TestTwoChannelsStayApart(t *testing.T) {
	in := make([]float32, 2*rate)
	for i, x := range audiotest.Tone(rate, time.Second, 440, 0.5, 0) {
		in[2*i] = x
	}
	file := encode(t, in, rate, 2, m4a.Audio)
	out, _, channels := decode(t, file)
	require.Equal(t, 2, channels)
	var left, right []float32
	for i := range len(out) / 2 {
		left, right = append(left, out[2*i]), append(right, out[2*i+1])
	}
	require.InDelta(t, 0.354, audiotest.RMS(left[rate/10:]), 0.01)
	require.Less(t, audiotest.RMS(right[rate/10:]), 0.01)

	d, err := open(t).NewDecoder(t.Context(), section(file))
	require.NoError(t, err)
	defer d.Close()
	mixed := make([]float32, rate)
	n, err := d.Read(mixed)
	require.NoError(t, err)
	for i := range n {
		require.InDelta(t, (left[i]+right[i])/2, mixed[i], 1e-7)
	}
}

func TestWhatCannotBeEncodedIsRefused(t *testing.T) {
	f := open(t)
	for _, c := range []struct {
		rate, channels, kbps int
		brand, want          string
	}{
		{44000, 1, 64, m4a.Audio, "AAC has no rate of 44000 Hz"},
		{96000, 1, 64, m4a.Audio, "AAC has no rate of 96000 Hz"},
		{44100, 3, 64, m4a.Audio, "3 channels"},
		{44100, 1, 7, m4a.Audio, "8 to 264 kb/s are, at 44100 Hz"},
		{44100, 1, 265, m4a.Audio, "265 kb/s is not possible"},
		{44100, 1, 64, "mp42", `brand "mp42"`},
	} {
		_, err := f.NewEncoder(t.Context(), audiotest.NewFile(), c.rate, c.channels, c.kbps, c.brand)
		require.ErrorContains(t, err, c.want)
	}
	e, err := f.NewEncoder(t.Context(), audiotest.NewFile(), rate, 2, 64, m4a.Audio)
	require.NoError(t, err)
	require.ErrorContains(t, e.Write(make([]float32, 3)), "3 samples do not divide into 2 channels")
	require.Error(t, e.Close())
	e, err = f.NewEncoder(t.Context(), audiotest.NewFile(), rate, 1, 64, m4a.Audio)
	require.NoError(t, err)
	require.ErrorContains(t, e.Write([]float32{0, float32(math.NaN())}), "sample 1 is not a number")
	require.ErrorContains(t, e.Close(), "sample 1 is not a number")
	e, err = f.NewEncoder(t.Context(), audiotest.NewFile(), rate, 1, 64, m4a.Audio)
	require.NoError(t, err)
	require.ErrorContains(t, e.Close(), "there are no samples")
}

func TestAFullDiskEndsTheEncoder(t *testing.T) {
	full := errors.New("disk full")
	in := audiotest.Bursts(rate, 20*time.Second, 6)
	for _, limit := range []int64{10, 100, 20_000, int64(len(encode(t, in, rate, 1, m4a.Audio))) - 3} {
		e, err := open(t).NewEncoder(t.Context(), audiotest.FailAfter(limit, full), rate, 1, 64, m4a.Audio)
		if err == nil {
			err = e.Write(in)
			if failed := e.Close(); err == nil {
				err = failed
			}
		}
		require.ErrorIs(t, err, full)
	}
}

func TestCancelEndsEncoderAndDecoder(t *testing.T) {
	stopped := errors.New("stopped")
	in := audiotest.Bursts(rate, 30*time.Second, 7)
	ctx, cancel := context.WithCancelCause(t.Context())
	e, err := open(t).NewEncoder(ctx, audiotest.NewFile(), rate, 1, 64, m4a.Audio)
	require.NoError(t, err)
	require.NoError(t, e.Write(in[:rate]))
	cancel(stopped)
	require.ErrorIs(t, e.Close(), stopped)

	file := encode(t, in, rate, 1, m4a.Audio)
	ctx, cancel = context.WithCancelCause(t.Context())
	d, err := open(t).NewDecoder(ctx, section(file))
	require.NoError(t, err)
	cancel(stopped)
	block := make([]float32, 4096)
	for err == nil {
		_, err = d.Read(block)
	}
	require.ErrorIs(t, err, stopped)
	d.Close()

	d, err = open(t).NewDecoder(t.Context(), section(file))
	require.NoError(t, err)
	d.Close() // in the middle; no process and no goroutine is left
}

func TestAMissingFFmpegSaysHowToGetIt(t *testing.T) {
	for _, path := range []string{"/no/such/ffmpeg", "no-such-ffmpeg", os.DevNull} {
		_, err := m4a.Open(path)
		var missing *m4a.ProgramError
		require.ErrorAs(t, err, &missing)
		require.ErrorContains(t, err, path)
		require.Contains(t, missing.Hint(), "apt-get install ffmpeg")
	}
	if runtime.GOOS == "windows" {
		return
	}
	other := write(t, "ffmpeg", []byte("#!/bin/sh\necho I am something else\n"))
	require.NoError(t, os.Chmod(other, 0o700))
	_, err := m4a.Open(other)
	require.ErrorContains(t, err, "it does not say a version")
}

// TestWhatFFmpegSaysIsInTheError uses a program that is ffmpeg only as far as its version.
func TestWhatFFmpegSaysIsInTheError(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a shell script stands in for ffmpeg")
	}
	path := write(t, "ffmpeg", []byte(`#!/bin/sh
[ "$1" = -version ] && { echo "ffmpeg version 9 of tests"; exit 0; }
echo "Unknown encoder 'aac'" >&2
yes "and a lot besides" | head -c 1000000 >&2
exit 3
`))
	require.NoError(t, os.Chmod(path, 0o700))
	f, err := m4a.Open(path)
	require.NoError(t, err)
	require.Equal(t, "9", f.Version())
	e, err := f.NewEncoder(t.Context(), audiotest.NewFile(), rate, 1, 64, m4a.Audio)
	require.NoError(t, err)
	err = e.Write(make([]float32, 10*rate))
	if failed := e.Close(); err == nil {
		err = failed
	}
	require.ErrorContains(t, err, "Unknown encoder 'aac' and a lot")
	require.Less(t, len(err.Error()), 5000)
	require.False(t, strings.ContainsAny(err.Error(), "\n\r"))

	_, err = f.NewDecoder(t.Context(), section(encode(t, audiotest.Bursts(rate, time.Second, 8), rate, 1, m4a.Audio)))
	require.ErrorContains(t, err, "Unknown encoder")
}

func TestNoTimeIsInTheFile(t *testing.T) {
	file := encode(t, audiotest.Bursts(rate, time.Second, 9), rate, 1, m4a.Audio)
	for _, kind := range []string{"mvhd", "tkhd", "mdhd"} {
		at := bytes.Index(file, []byte(kind))
		require.Positive(t, at)
		require.Zero(t, binary.BigEndian.Uint64(file[at+8:]), kind)
	}
}
