package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
)

// write is a whole file of the samples.
func write(tb testing.TB, rate int, samples []float32, chunks ...Chunk) []byte {
	tb.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, rate, 1, int64(len(samples)), chunks)
	require.NoError(tb, err)
	require.NoError(tb, w.Write(samples))
	require.NoError(tb, w.Close())
	return out.Bytes()
}

func TestWriterRoundsAndClips(t *testing.T) {
	const step = 1.0 / (1 << 15)
	samples := []float32{0, step, -step, 0.4 * step, 0.6 * step, 0.5 * step, 1.5 * step, -1, 1, 2, -2, float32(math.Inf(1)), 1 - step}
	file := write(t, 8000, samples)
	got := make([]int16, len(samples))
	_, err := binary.Decode(file[44:], binary.LittleEndian, got)
	require.NoError(t, err)
	require.Equal(t, []int16{0, 1, -1, 0, 1, 0, 2, -32768, 32767, 32767, -32768, 32767, 32767}, got)
}

func TestStereoComesBackChannelByChannel(t *testing.T) {
	left, right := audiotest.Tone(44100, time.Second, 1000, 0.5, 0), audiotest.Tone(44100, time.Second, 300, 0.25, 0)
	both := make([]float32, 0, 2*len(left))
	mean := make([]float32, len(left))
	for i := range left {
		both = append(both, left[i], right[i])
		mean[i] = (left[i] + right[i]) / 2
	}
	var out bytes.Buffer
	w, err := NewWriter(&out, 44100, 2, int64(len(left)), nil)
	require.NoError(t, err)
	require.NoError(t, w.Write(both))
	require.NoError(t, w.Close())
	path := filepath.Join(t.TempDir(), "stereo.wav")
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	judge := audiotest.Decode(foreign(t, nil, "ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "-"))
	require.InDeltaSlice(t, both, judge, 1.0/(1<<15))

	r, err := NewReader(bytes.NewReader(out.Bytes()))
	require.NoError(t, err)
	require.Equal(t, 2, r.Channels)
	got := make([]float32, len(both)+5)
	n, err := r.Interleaved(got[:2*777+1])
	require.NoError(t, err)
	require.Equal(t, 2*777, n)
	for err == nil {
		var more int
		more, err = r.Interleaved(got[n:])
		n += more
	}
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, judge, got[:n])
	clip, err := ReadAll(bytes.NewReader(out.Bytes()), len(left))
	require.NoError(t, err)
	require.InDeltaSlice(t, mean, clip.Samples, 1.0/(1<<15))
}

func TestWriterInPiecesGivesTheSameBytes(t *testing.T) {
	samples := audiotest.Noise(10_001, 0.9, 1)
	var out bytes.Buffer
	w, err := NewWriter(&out, 22050, 1, int64(len(samples)), nil)
	require.NoError(t, err)
	for rest := samples; len(rest) > 0; {
		n := min(len(rest), 7)
		require.NoError(t, w.Write(rest[:n]))
		rest = rest[n:]
	}
	require.NoError(t, w.Close())
	require.Equal(t, write(t, 22050, samples), out.Bytes())
}

func TestSixteenBitSamplesSurviveUnchanged(t *testing.T) {
	samples := make([]float32, 1<<16)
	for i := range samples {
		samples[i] = float32(i-1<<15) / (1 << 15)
	}
	clip, err := ReadAll(bytes.NewReader(write(t, 44100, samples)), len(samples))
	require.NoError(t, err)
	require.Equal(t, audio.Clip{Samples: samples, Rate: 44100}, clip)
}

func TestForeignProgramsReadWhatIsWritten(t *testing.T) {
	samples := audiotest.Tone(44100, time.Second, 1000, 0.5, 0)
	chunks := []Chunk{{"LIST", []byte("INFOINAM\x06\x00\x00\x00Title\x00")}, {"odd ", []byte("odd")}}
	path := filepath.Join(t.TempDir(), "tone.wav")
	require.NoError(t, os.WriteFile(path, write(t, 44100, samples, chunks...), 0o600))
	out := foreign(t, nil, "ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "-")
	require.InDeltaSlice(t, samples, audiotest.Decode(out), 1.0/(1<<15))
	out = foreign(t, nil, "ffprobe", "-v", "error", "-show_entries", "format_tags=title", "-of", "csv=p=0", path)
	require.Equal(t, "Title", strings.TrimSpace(string(out)))
	require.Equal(t, "44100", strings.TrimSpace(string(foreign(t, nil, "sox", "--i", "-s", path))))
}

// foreign runs another program, which must be there, say nothing to the standard error and succeed.
func foreign(tb testing.TB, input []byte, name string, args ...string) []byte {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), name, args...)
	var complaints bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), &complaints
	out, err := cmd.Output()
	require.NoError(tb, err, "%s: %s (make test installs what the tests need)", name, complaints.String())
	require.Empty(tb, complaints.String(), name)
	return out
}

func TestHeaderBecomesRF64WhereRIFFEnds(t *testing.T) {
	const last = (unknown32 - 1 - 36) / 2 // samples of the longest RIFF file: its size is one less than the marker
	le := binary.LittleEndian
	for _, extra := range []int{0, 1, 1000} {
		h, err := header(44100, 1, int64(last+extra), nil)
		require.NoError(t, err)
		if extra == 0 {
			require.Len(t, h, 44)
			require.Equal(t, "RIFF", string(h[:4]))
			require.Equal(t, uint32(36+2*last), le.Uint32(h[4:]))
			require.Equal(t, uint32(2*last), le.Uint32(h[40:]))
			continue
		}
		require.Len(t, h, 80)
		require.Equal(t, "RF64\xff\xff\xff\xffWAVEds64", string(h[:16]))
		require.Equal(t, uint32(28), le.Uint32(h[16:]))
		require.Equal(t, uint64(72+2*(last+extra)), le.Uint64(h[20:]), "size of the file")
		require.Equal(t, uint64(2*(last+extra)), le.Uint64(h[28:]), "size of the sound")
		require.Equal(t, uint64(last+extra), le.Uint64(h[36:]), "samples")
		require.Equal(t, "data\xff\xff\xff\xff", string(h[72:]))
	}
}

func TestForeignProgramReadsTheRF64Header(t *testing.T) {
	const samples = 1 << 32
	h, err := header(44100, 1, samples, []Chunk{{"LIST", []byte("INFO")}})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "long.wav")
	f, err := os.Create(path)
	require.NoError(t, err)
	_, err = f.Write(h)
	require.NoError(t, err)
	require.NoError(t, f.Truncate(int64(len(h))+2*samples), "a sparse file, which takes no room on the disk")
	require.NoError(t, f.Close())
	out := foreign(t, nil, "ffprobe", "-v", "error", "-show_entries", "stream=duration_ts", "-of", "csv=p=0", path)
	require.Equal(t, "4294967296", strings.TrimSpace(string(out)))

	f, err = os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	list, err := Chunks(f)
	require.NoError(t, err)
	require.Equal(t, ChunkInfo{"data", int64(len(h)), 2 * samples}, list[len(list)-1])
	_, err = f.Seek(0, io.SeekStart)
	require.NoError(t, err)
	r, err := NewReader(f)
	require.NoError(t, err)
	require.EqualValues(t, 2*samples, r.left)
}

func TestWriterFailsClearly(t *testing.T) {
	for name, err := range map[string]error{
		"rate of 0 Hz":           second(NewWriter(io.Discard, 0, 1, 1, nil)),
		"3 channels":             second(NewWriter(io.Discard, 8000, 3, 1, nil)),
		"length of -1 samples":   second(NewWriter(io.Discard, 8000, 1, -1, nil)),
		"four characters":        second(NewWriter(io.Discard, 8000, 1, 1, []Chunk{{"abc", nil}})),
		"not printable":          second(NewWriter(io.Discard, 8000, 1, 1, []Chunk{{"ab\x00c", nil}})),
		`"data" is not metadata`: second(NewWriter(io.Discard, 8000, 1, 1, []Chunk{{"data", nil}})),
		"larger than 67108864":   second(NewWriter(io.Discard, 8000, 1, 1, []Chunk{{"bext", make([]byte, maxChunk+1)}})),
	} {
		require.ErrorContains(t, err, name)
	}
	w, err := NewWriter(io.Discard, 8000, 1, 2, nil)
	require.NoError(t, err)
	require.ErrorContains(t, w.Write(make([]float32, 3)), "1 samples more than announced")
	require.NoError(t, w.Write(make([]float32, 1)))
	require.ErrorContains(t, w.Write([]float32{float32(math.NaN())}), "sample 1 is not a number")
	require.ErrorContains(t, w.Close(), "1 of 2 samples are missing")
}

func second[T any](_ T, err error) error { return err }

func TestWriterReportsAFullDisk(t *testing.T) {
	full := errors.New("disk full")
	for room := int64(0); room < 44+200; room += 11 {
		w, err := NewWriter(audiotest.FailAfter(room, full), 8000, 1, 100, nil)
		if err == nil {
			err = w.Write(make([]float32, 100))
		}
		require.ErrorIs(t, err, full, "room for %d bytes", room)
	}
}

func BenchmarkWrite(b *testing.B) {
	samples := audiotest.Bursts(44100, 10*time.Second, 1)
	b.SetBytes(int64(4 * len(samples)))
	for b.Loop() {
		w, err := NewWriter(io.Discard, 44100, 1, int64(len(samples)), nil)
		require.NoError(b, err)
		require.NoError(b, w.Write(samples))
	}
}
