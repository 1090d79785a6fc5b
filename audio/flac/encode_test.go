package flac

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
)

func TestForeignDecodersGiveBackExactlyTheSamplesThatWentIn(t *testing.T) {
	lengths := []int{1, 2, 5, 4095, 4096, 4097, 30_000}
	if testing.Short() {
		lengths = []int{2, 8_200}
	}
	for _, n := range lengths {
		for name, left := range sounds(44100, n) {
			right := sounds(44100, n)["speech"]
			for channels, in := range map[int][]float32{1: left, 2: audiotest.Interleave(left, right)} {
				file := encode(t, 44100, channels, in)
				path := audiotest.Save(t, "x.flac", file)
				// The reference decoder checks the MD5 and the number of samples too.
				raw := foreign(t, "flac", "--silent", "--stdout", "--decode", "--force-raw-format", "--endian=little", "--sign=signed", path)
				require.True(t, bytes.Equal(integers(in), raw), "%s, %d channels, %d samples", name, channels, n)
			}
		}
	}
}

func TestSamplesOf24BitsComeBackExactly(t *testing.T) {
	for _, n := range []int{1, 5, 4096, 9001} {
		for name, left := range sounds(22050, n) {
			fine := audiotest.Noise(n, 0.4, 9) // below and above what 16 bits tell apart
			for channels, in := range map[int][]float32{1: left, 2: audiotest.Interleave(left, fine)} {
				f := audiotest.NewFile()
				e, err := NewEncoder(f, 22050, channels, 24)
				require.NoError(t, err)
				require.NoError(t, audiotest.EncodeAll(e, in))
				path := audiotest.Save(t, "x.flac", f.Bytes())
				raw := foreign(t, "flac", "--silent", "--stdout", "--decode", "--force-raw-format", "--endian=little", "--sign=signed", path)
				want := make([]float32, len(in))
				var integers []byte
				for i, x := range in {
					v := int32(min(max(math.RoundToEven(float64(x)*(1<<23)), -1<<23), 1<<23-1))
					want[i] = float32(v) / (1 << 23)
					integers = append(integers, byte(v), byte(v>>8), byte(v>>16))
				}
				require.True(t, bytes.Equal(integers, raw), "%s, %d channels, %d samples", name, channels, n)
				d, err := NewDecoder(bytes.NewReader(f.Bytes()))
				require.NoError(t, err)
				got := make([]float32, len(in))
				_, err = d.Interleaved(got)
				require.NoError(t, err)
				require.Equal(t, want, got)
				_, err = d.Interleaved(got)
				require.ErrorIs(t, err, io.EOF)
			}
		}
	}
}

func TestRatesOfEveryKindAreUnderstood(t *testing.T) {
	for _, rate := range []int{1000, 8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 65535, 88200, 96000, 100_001, 176400, 192000, 655350} {
		in := audiotest.Interleave(audiotest.Noise(5000, 0.3, 1), audiotest.Noise(5000, 0.3, 2))
		path := audiotest.Save(t, "x.flac", encode(t, rate, 2, in))
		foreign(t, "flac", "--silent", "--test", path)
		shown := foreign(t, "ffprobe", "-v", "warning", "-show_entries", "stream=codec_name,sample_rate,channels,bits_per_raw_sample", "-of", "csv=p=0", path)
		require.Equal(t, fmt.Sprintf("flac,%d,2,16\n", rate), string(shown))
	}
}

func TestFFmpegAndMetaflacFindNoFault(t *testing.T) {
	in := audiotest.Bursts(24000, 40*time.Second, 7)
	file := encode(t, 24000, 1, in)
	path := audiotest.Save(t, "x.flac", file)
	raw := foreign(t, "ffmpeg", "-v", "error", "-xerror", "-err_detect", "crccheck+bitstream+buffer+explode", "-i", path, "-f", "s16le", "-")
	require.True(t, bytes.Equal(integers(in), raw))
	for flag, want := range map[string]int{"min-blocksize": 4096, "max-blocksize": 4096, "total-samples": len(in), "sample-rate": 24000, "channels": 1, "bps": 16} {
		require.Equal(t, strconv.Itoa(want), strings.TrimSpace(string(foreign(t, "metaflac", "--show-"+flag, path))), flag)
	}
	// The frame sizes are right where their sum fits.
	smallest, err := strconv.Atoi(strings.TrimSpace(string(foreign(t, "metaflac", "--show-min-framesize", path))))
	require.NoError(t, err)
	largest, err := strconv.Atoi(strings.TrimSpace(string(foreign(t, "metaflac", "--show-max-framesize", path))))
	require.NoError(t, err)
	frames := (len(in) + blockSize - 1) / blockSize
	require.LessOrEqual(t, frames*smallest, len(file)-headerSize)
	require.GreaterOrEqual(t, frames*largest, len(file)-headerSize)
}

func TestFilesAreAsSmallAsThoseOfTheReferenceEncoder(t *testing.T) {
	for _, channels := range []int{1, 2} {
		var in []float32
		for _, sentence := range audiotest.Sentences() {
			clip := audiotest.Speak(t, sentence[0], sentence[1])
			if channels == 2 { // one voice to the left, and what is said later more quietly to the right
				clip.Samples = audiotest.Interleave(clip.Samples, slices.Concat(make([]float32, 2000), clip.Samples)[:len(clip.Samples)])
			}
			in = append(in, clip.Samples...)
		}
		out := audiotest.Save(t, "y.flac", nil)
		foreign(t, "flac", "--silent", "-5", "--force", "--no-seektable", "--padding=0", "--force-raw-format", "--endian=little", "--sign=signed",
			"--bps=16", "--sample-rate=22050", "--channels="+strconv.Itoa(channels), "-o", out, audiotest.Save(t, "x.raw", integers(in)))
		file, err := os.ReadFile(out)
		require.NoError(t, err)
		ours, theirs := len(encode(t, 22050, channels, in)), len(file)
		t.Logf("%d channels: %d bytes, the reference encoder %d", channels, ours, theirs)
		require.Less(t, float64(ours), 1.01*float64(theirs))
	}
}

// A frame is never larger than its samples as they are, but for the headers.
func TestNoiseIsKeptAsItIs(t *testing.T) {
	in := audiotest.Noise(100_000, 1, 1)
	frames := (len(in) + blockSize - 1) / blockSize
	require.LessOrEqual(t, len(encode(t, 44100, 1, in)), headerSize+2*len(in)+frames*(10+1+2))
}

func TestSameSamplesGiveTheSameBytes(t *testing.T) {
	in := audiotest.Interleave(audiotest.Bursts(44100, 2*time.Second, 1), audiotest.Bursts(44100, 2*time.Second, 2))
	want := encode(t, 44100, 2, in)
	var group sync.WaitGroup
	var got [4][]byte
	for i, piece := range []int{2, 578, 48000, len(in)} {
		group.Go(func() {
			f := audiotest.NewFile()
			e, err := NewEncoder(f, 44100, 2, 16)
			for part := range slices.Chunk(in, piece) {
				if err == nil {
					err = e.Write(part)
				}
			}
			if err == nil && e.Close() == nil {
				got[i] = f.Bytes()
			}
		})
	}
	group.Wait()
	for _, file := range got {
		require.Equal(t, want, file)
	}
}

func TestFileMayBeginAfterATag(t *testing.T) {
	in := audiotest.Bursts(44100, time.Second, 1)
	tag := append([]byte("ID3\x04\x00\x00\x00\x00\x01\x00"), make([]byte, 128)...)
	f := audiotest.NewFile()
	require.NoError(t, second(f.Write(tag)))
	e, err := NewEncoder(f, 44100, 1, 16)
	require.NoError(t, err)
	require.NoError(t, e.Write(in))
	require.NoError(t, e.Close())
	at, err := f.Seek(0, io.SeekCurrent)
	require.NoError(t, err)
	require.EqualValues(t, len(f.Bytes()), at, "the offset is left at the end")
	require.Equal(t, slices.Concat(tag, encode(t, 44100, 1, in)), f.Bytes())
}

func TestFrameNumbersAreWrittenAsUTF8(t *testing.T) {
	for v := uint32(0); v <= utf8.MaxRune; v = v*3/2 + 1 {
		if utf8.ValidRune(rune(v)) {
			require.Equal(t, []byte(string(rune(v))), number(v))
		}
	}
	// Beyond what UTF-8 still has, as RFC 9639 section 9.1.5 shows the pattern.
	require.Equal(t, []byte{0xF8, 0x88, 0x80, 0x80, 0x80}, number(1<<21))
	require.Equal(t, []byte{0xFD, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF}, number(1<<31-1))
}

func TestRiceCodesOfAnySizeAreBitByBitRight(t *testing.T) {
	for _, c := range []struct {
		v uint32
		k uint
	}{{0, 0}, {5, 0}, {31, 0}, {32, 0}, {33, 0}, {100, 0}, {1000, 3}, {1<<31 + 5, 30}, {77, 30}, {1 << 17, 12}} {
		var w bitWriter
		w.put(1, 3)
		w.rice(c.v, c.k)
		w.put(1, 1)
		w.align()
		want := "001" + strings.Repeat("0", int(c.v>>c.k)) + "1"
		if c.k > 0 {
			want += fmt.Sprintf("%0*b", int(c.k), c.v&(1<<c.k-1))
		}
		want += "1"
		var got strings.Builder
		for _, b := range w.bytes {
			fmt.Fprintf(&got, "%08b", b)
		}
		require.Equal(t, want+strings.Repeat("0", (8-len(want)%8)%8), got.String())
	}
}

func TestEncoderReportsAFullDisk(t *testing.T) {
	full := errors.New("disk full")
	in := audiotest.Bursts(44100, time.Second, 1)
	whole := int64(len(encode(t, 44100, 1, in)))
	for room := int64(0); room < whole; room += 397 {
		require.ErrorIs(t, tryEncode(audiotest.FailAfter(room, full), in), full)
	}
	require.ErrorIs(t, tryEncode(audiotest.FailAfter(whole+10, full), in), full, "no room to write the header again")
	for calls := range 4 { // the start, the end of the sound, the start again for the header, and back
		require.ErrorIs(t, tryEncode(&audiotest.SeekFails{File: audiotest.NewFile(), After: calls, Err: full}, in), full)
	}
	require.NoError(t, tryEncode(&audiotest.SeekFails{File: audiotest.NewFile(), After: 4, Err: full}, in))
}

func tryEncode(w io.WriteSeeker, in []float32) error {
	e, err := NewEncoder(w, 44100, 1, 16)
	if err != nil {
		return err
	}
	return audiotest.EncodeAll(e, in)
}

func TestEncoderRefusesWhatItCannotEncode(t *testing.T) {
	require.ErrorContains(t, tryEncode(audiotest.NewFile(), nil), "there are no samples")
	require.ErrorContains(t, tryEncode(audiotest.NewFile(), []float32{0, float32(math.NaN())}), "sample 1 is not a number")
	loud := []float32{float32(math.Inf(1)), -1e30, 5}
	require.Equal(t, encode(t, 44100, 1, []float32{1, -1, 1}), encode(t, 44100, 1, loud))
	require.ErrorContains(t, second(NewEncoder(audiotest.NewFile(), 999, 1, 16)), "a rate of 999 Hz")
	require.ErrorContains(t, second(NewEncoder(audiotest.NewFile(), 655_351, 1, 16)), "a rate of 655351 Hz")
	require.ErrorContains(t, second(NewEncoder(audiotest.NewFile(), 44100, 0, 16)), "0 channels")
	require.ErrorContains(t, second(NewEncoder(audiotest.NewFile(), 44100, 1, 20)), "samples of 20 bits")
	require.ErrorContains(t, second(NewEncoder(audiotest.NewFile(), 44100, 3, 16)), "3 channels")
	e, err := NewEncoder(audiotest.NewFile(), 44100, 2, 16)
	require.NoError(t, err)
	require.ErrorContains(t, e.Write(make([]float32, 3)), "3 samples for 2 channels")
	require.ErrorContains(t, e.Close(), "3 samples for 2 channels")
}

func BenchmarkEncode(b *testing.B) {
	in := audiotest.Bursts(44100, 20*time.Second, 7)
	for b.Loop() {
		encode(b, 44100, 1, in)
	}
	b.ReportMetric(20*float64(b.N)/b.Elapsed().Seconds(), "x")
}
