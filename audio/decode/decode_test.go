package decode_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/audio/m4a"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/audio/opus"
)

func libraries(tb testing.TB) decode.Libraries {
	tb.Helper()
	mpg123, err := mp3.OpenMpg123("")
	require.NoError(tb, err, "make test installs libmpg123-0")
	ffmpeg, err := m4a.Open("")
	require.NoError(tb, err, "make test installs ffmpeg")
	libopus, err := opus.Open("")
	require.NoError(tb, err, "make test installs libopus0")
	return decode.Libraries{Mpg123: mpg123, FFmpeg: ffmpeg, Opus: libopus}
}

// encoded is two channels of sound as FFmpeg writes them to a file of that name.
func encoded(tb testing.TB, samples []float32, name string, options ...string) []byte {
	tb.Helper()
	out := filepath.Join(tb.TempDir(), name)
	args := append([]string{"-v", "error", "-f", "f32le", "-ar", "44100", "-ac", "2", "-i", "-"}, options...)
	command := exec.CommandContext(tb.Context(), "ffmpeg", append(args, out)...)
	command.Stdin = bytes.NewReader(audiotest.Encode(samples))
	report, err := command.CombinedOutput()
	require.NoError(tb, err, "this test needs ffmpeg (make test installs it): %s", report)
	file, err := os.ReadFile(out)
	require.NoError(tb, err)
	return file
}

func section(file []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(file), 0, int64(len(file)))
}

// tagged is a file after an ID3v2.4 tag of that many bytes, and zeros.
func tagged(file []byte, tag, zeros int) []byte {
	head := []byte{'I', 'D', '3', 4, 0, 0, 0, 0, byte(tag >> 7), byte(tag & 127)}
	return append(append(head, make([]byte, tag+zeros)...), file...)
}

func TestEveryFormatIsOpenedByItsContent(t *testing.T) {
	left, right := audiotest.Bursts(44100, time.Second, 1), audiotest.Bursts(44100, time.Second, 2)
	both, mean := make([]float32, 2*len(left)), make([]float32, len(left))
	for i := range left {
		both[2*i], both[2*i+1], mean[i] = left[i], right[i], (left[i]+right[i])/2
	}
	flac := encoded(t, both, "x.flac", "-sample_fmt", "s16")
	mp3 := encoded(t, both, "x.mp3", "-c:a", "libmp3lame", "-b:a", "320k")
	bare := encoded(t, both, "x.mp3", "-c:a", "libmp3lame", "-b:a", "320k", "-id3v2_version", "0")
	for _, c := range []struct {
		name     string
		file     []byte
		format   decode.Format
		accuracy float64
	}{
		{"WAV", encoded(t, both, "x.wav"), decode.WAV, 1.0 / (1 << 15)},
		{"RF64", encoded(t, both, "x.wav", "-rf64", "always"), decode.WAV, 1.0 / (1 << 15)},
		{"FLAC", flac, decode.FLAC, 1.0 / (1 << 15)},
		{"FLAC after a tag", tagged(flac, 300, 0), decode.FLAC, 1.0 / (1 << 15)},
		{"MP3", mp3, decode.MP3, 0.05},
		{"MP3 after two tags", tagged(tagged(bare, 100, 0), 3, 0), decode.MP3, 0.05},
		{"M4A", encoded(t, both, "x.m4a", "-b:a", "256k"), decode.M4A, 0.1},
		{"M4A without loss", encoded(t, both, "x.m4a", "-c:a", "alac"), decode.M4A, 1.0 / (1 << 15)},
		{"MP3 after zeros", tagged(bare, 1000, 2000), decode.MP3, 0.05},
	} {
		d, err := decode.Open(t.Context(), section(c.file), libraries(t))
		require.NoError(t, err, c.name)
		require.Equal(t, []any{c.format, 44100, 2}, []any{d.Format, d.Rate, d.Channels}, c.name)
		clip, err := audio.ReadAll(d, d.Rate, len(mean))
		d.Close()
		require.NoError(t, err, c.name)
		require.InDeltaSlice(t, mean, clip.Samples, c.accuracy, c.name)

		d, err = decode.Open(t.Context(), section(c.file), libraries(t))
		require.NoError(t, err, c.name)
		var got []float32
		for block := make([]float32, 999); err == nil; {
			var n int
			n, err = d.Interleaved(block)
			got = append(got, block[:n]...)
		}
		d.Close()
		require.ErrorIs(t, err, io.EOF, c.name)
		require.InDeltaSlice(t, both, got, c.accuracy, c.name)
	}
}

func TestOpusIsOpenedByItsContent(t *testing.T) {
	sound := audiotest.Bursts(44100, time.Second, 1)
	file := encoded(t, sound, "x.opus", "-b:a", "128k")
	d, err := decode.Open(t.Context(), section(file), libraries(t))
	require.NoError(t, err)
	defer d.Close()
	require.Equal(t, []any{decode.Opus, 48000, 2}, []any{d.Format, d.Rate, d.Channels})
	clip, err := audio.ReadAll(d, d.Rate, 48000)
	require.NoError(t, err)
	require.InDelta(t, 24000, len(clip.Samples), 1)
	require.InDelta(t, audiotest.RMS(sound), audiotest.RMS(clip.Samples), 0.02)

	_, err = decode.Open(t.Context(), section(file), decode.Libraries{})
	var missing *opus.LibraryError
	require.ErrorAs(t, err, &missing)
	require.Contains(t, missing.Hint(), "libopus0")
}

func TestFormatsAreToldApart(t *testing.T) {
	sound := audiotest.Bursts(44100, time.Second, 1)
	flac := encoded(t, sound, "x.flac")
	for _, c := range []struct {
		name string
		file []byte
		want decode.Format
	}{
		{"FLAC", flac, decode.FLAC},
		{"FLAC after a tag", tagged(flac, 300, 0), decode.FLAC},
		{"Opus", encoded(t, sound, "x.opus"), decode.Opus},
		{"M4A", encoded(t, sound, "x.m4a"), decode.M4A},
		{"Vorbis", encoded(t, sound, "x.ogg", "-c:a", "vorbis", "-strict", "-2"), decode.Unknown},
		{"MP2", encoded(t, sound, "x.mp2"), decode.Unknown},
		{"AIFF", encoded(t, sound, "x.aiff"), decode.Unknown},
		{"nothing", nil, decode.Unknown},
		{"one byte", []byte{0xFF}, decode.Unknown},
		{"text", []byte("Once upon a time"), decode.Unknown},
		{"zeros", make([]byte, 200_000), decode.Unknown},
		{"a tag that ends after the file", tagged(nil, 0, 0)[:10], decode.Unknown},
		{"tags without end", bytes.Repeat(tagged(nil, 0, 0), 1000), decode.Unknown},
		{"a page of HTML", []byte("<!doctype html><title>Not found</title>"), decode.Unknown},
	} {
		got, err := decode.Detect(section(c.file))
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, got, c.name)
	}
}

func TestWhatIsNotSoundIsRefused(t *testing.T) {
	for _, file := range [][]byte{nil, []byte("text"), make([]byte, 1<<20)} {
		_, err := decode.Open(t.Context(), section(file), decode.Libraries{})
		var unknown *decode.FormatError
		require.ErrorAs(t, err, &unknown)
		require.ErrorContains(t, err, "no sound file of a known format")
		require.NotEmpty(t, unknown.Hint())
	}
	_, err := decode.Open(t.Context(), section([]byte("RIFF\x00\x00\x00\x00WAVEjunk")), decode.Libraries{})
	require.ErrorContains(t, err, "WAV file is damaged at byte")
	broken := errors.New("the disk is gone")
	_, err = decode.Open(t.Context(), io.NewSectionReader(failing{broken}, 0, 1000), decode.Libraries{})
	require.ErrorIs(t, err, broken)
}

type failing struct{ err error }

func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }

func FuzzOpen(f *testing.F) {
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEfmt "))
	f.Add(tagged([]byte{0xFF, 0xFB, 0x90, 0x64}, 5, 5))
	f.Add([]byte("fLaC"))
	libs := libraries(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		d, err := decode.Open(t.Context(), section(file), libs)
		if err != nil {
			return
		}
		defer d.Close()
		block := make([]float32, 4096)
		for read := 0; read < 1<<22; {
			n, err := d.Interleaved(block)
			require.Zero(t, n%d.Channels)
			read += n
			if err != nil {
				return
			}
			require.Positive(t, n)
		}
	})
}
