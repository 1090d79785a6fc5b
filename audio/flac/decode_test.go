package flac

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
)

// decode reads all channels of a file.
func decode(r io.Reader) ([]float32, error) {
	d, err := NewDecoder(r)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var all []float32
	for block := make([]float32, 1001); ; {
		n, err := d.Interleaved(block)
		all = append(all, block[:n]...)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

func TestWhatIsEncodedIsDecoded(t *testing.T) {
	for _, n := range []int{1, 2, 5, 4095, 4096, 4097, 9000} {
		for name, left := range sounds(44100, n) {
			in := audiotest.Interleave(left, sounds(44100, n)["speech"])
			file := encode(t, 44100, 2, in)
			for _, r := range []io.Reader{bytes.NewReader(file), iotest.OneByteReader(bytes.NewReader(file))} {
				got, err := decode(r)
				require.NoError(t, err, name)
				require.True(t, bytes.Equal(integers(in), integers(got)), "%s, %d", name, n)
			}
			clip, err := decodeWhole(bytes.NewReader(file), n)
			require.NoError(t, err)
			require.Equal(t, 44100, clip.Rate)
			got, err := decode(bytes.NewReader(file))
			require.NoError(t, err)
			mean := make([]float32, n)
			audio.Average(mean, got, 2)
			require.Equal(t, mean, clip.Samples)
		}
	}
}

// theirs is samples encoded by a program of others from raw integers of that many bits.
func theirs(tb testing.TB, channels, bits int, samples []float32, program string, options ...string) (file []byte, raw []byte) {
	tb.Helper()
	dir := tb.TempDir()
	in, wav, out := audiotest.Save(tb, "x.f32", audiotest.Encode(samples)), filepath.Join(dir, "x.wav"), filepath.Join(dir, "y.flac")
	run(tb, "sox", "-D", "-t", "raw", "-e", "floating-point", "-b", "32", "-r", "44100", "-c", strconv.Itoa(channels), in, "-b", strconv.Itoa(bits), wav)
	switch program {
	case "ffmpeg":
		run(tb, "ffmpeg", slices.Concat([]string{"-v", "error", "-i", wav}, options, []string{out})...)
	default:
		run(tb, "flac", slices.Concat([]string{"--silent"}, options, []string{"-o", out, wav})...)
	}
	file, err := os.ReadFile(out)
	require.NoError(tb, err)
	return file, foreign(tb, "flac", "--silent", "--stdout", "--decode", "--force-raw-format", "--endian=little", "--sign=signed", out)
}

func TestFilesOfOtherEncodersAreRead(t *testing.T) {
	left, right := audiotest.Bursts(44100, time.Second, 1), audiotest.Bursts(44100, time.Second, 2)
	quiet := make([]float32, len(left))
	for i := range quiet {
		quiet[i] = float32(int(left[i]*64)) / 64 // its lowest bits are wasted
	}
	for _, c := range []struct {
		bits    int
		samples []float32
		program string
		options []string
	}{
		{16, audiotest.Interleave(left, right), "flac", []string{"-0"}},
		{16, audiotest.Interleave(left, right), "flac", []string{"-5"}},
		{16, audiotest.Interleave(left, right), "flac", []string{"-8", "--lax", "-l", "32", "-r", "15"}},
		{16, audiotest.Interleave(left, left), "flac", []string{"-8", "-b", "1152"}},
		{16, audiotest.Interleave(quiet, quiet), "flac", []string{"-5"}},
		{8, audiotest.Interleave(left, right), "flac", []string{"-5"}},
		{24, audiotest.Interleave(left, right), "flac", []string{"-8", "--lax", "-b", "16384"}},
		{24, audiotest.Interleave(left, right), "ffmpeg", []string{"-compression_level", "12"}},
		{16, audiotest.Interleave(left, right), "ffmpeg", []string{"-compression_level", "12", "-lpc_type", "cholesky"}},
		{16, audiotest.Interleave(audiotest.Noise(44100, 1, 1), audiotest.Noise(44100, 1, 2)), "flac", []string{"-5"}},
		{16, audiotest.Interleave(make([]float32, 20_000), left[:20_000]), "flac", []string{"--picture", "3|image/png|||" + audiotest.Save(t, "x.png", audiotest.PNG(200_000)), "-T", "TITLE=x"}},
	} {
		file, raw := theirs(t, 2, c.bits, c.samples, c.program, c.options...)
		for name, file := range map[string][]byte{"": file, "tagged": append(append([]byte("ID3\x04\x00\x00\x00\x00\x01\x00"), make([]byte, 128)...), file...)} {
			got, err := decode(bytes.NewReader(file))
			require.NoError(t, err, "%v %s", c, name)
			require.Equal(t, raw, packed(got, c.bits), "%v %s", c.options, name)
		}
	}
}

// packed is samples as little-endian integers of that many bits.
func packed(samples []float32, bits int) []byte {
	var out []byte
	for _, x := range samples {
		v := int32(x * float32(int32(1)<<(bits-1)))
		for b := 0; b < bits; b += 8 {
			out = append(out, byte(v>>b))
		}
	}
	return out
}

func TestChannelsMayBeUpToEight(t *testing.T) {
	in := audiotest.Noise(8*5000, 0.5, 1)
	file, raw := theirs(t, 8, 16, in, "flac", "-5")
	got, err := decode(bytes.NewReader(file))
	require.NoError(t, err)
	require.Equal(t, raw, packed(got, 16))
	clip, err := decodeWhole(bytes.NewReader(file), 5000)
	require.NoError(t, err)
	require.Len(t, clip.Samples, 5000)
}

func TestDamageIsNeverSilent(t *testing.T) {
	file := encode(t, 44100, 2, audiotest.Interleave(audiotest.Bursts(44100, time.Second, 1), audiotest.Noise(44100, 0.1, 2)))
	random := rand.New(rand.NewPCG(1, 2))
	located := 0
	for i := range 300 {
		damaged := bytes.Clone(file)
		// The frame sizes that the file tells are hints, and nothing is checked against them.
		for range 1 + random.IntN(4) {
			damaged[headerSize+random.IntN(len(file)-headerSize)] ^= byte(1 + random.IntN(255))
		}
		_, err := decode(bytes.NewReader(damaged))
		var damage *SyntaxError
		require.ErrorAs(t, err, &damage, "mutation %d", i)
		if damage.Offset < int64(len(file)) {
			located++
		}
		require.Error(t, second(decode(bytes.NewReader(file[:random.IntN(len(file))]))))
	}
	require.Greater(t, located, 290, "nearly all are found in the frame that they are in, not at the end")
}

func TestDecoderRefusesHostileFiles(t *testing.T) {
	in := audiotest.Bursts(44100, time.Second, 1)
	file := encode(t, 44100, 1, in)
	change := func(at int, b ...byte) []byte {
		file := bytes.Clone(file)
		copy(file[at:], b)
		return file
	}
	second := bytes.Index(file[headerSize:], []byte{0xFF, 0xF8, 0xC9, 0x08, 0x01}) + headerSize
	require.Greater(t, second, headerSize)
	other := encode(t, 44100, 2, audiotest.Interleave(in, in))
	for why, file := range map[string][]byte{
		"byte 0: it ends too early":                           nil,
		"byte 0: this is not a FLAC file":                     []byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00"),
		"byte 10: it ends too early":                          []byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"),
		"byte 4: the first block of metadata, and no other":   change(4, 0x84),
		"byte 42: the first block of metadata, and no other":  change(4, 0x00, 0, 0, 34)[: headerSize : headerSize+8],
		"byte 8: frames of 15 to 4096 samples":                change(8, 0, 15),
		"byte 8: a rate of 0 Hz":                              change(18, 0, 0, 0),
		"byte 8: samples of 32 bits":                          change(20, file[20]|1, file[21]|0xF0),
		"byte 42: a frame should begin here":                  change(42, 'J'),
		"byte 42: the header of a frame does not match":       change(43, 0xF9),
		"there is no sound in it":                             file[:headerSize],
		"samples where it says 44101":                         change(22, 0, 0, 0xAC, 0x45),
		"the sound does not match its checksum":               change(30, 1),
		"a frame is missing before this one":                  missing(file, second),
		"a frame after one that is so short":                  slices.Concat(file, file[second:]),
		"the sound changes from 44100 Hz, 1 channels, 16 bit": slices.Concat(file[:second], other[headerSize:]),
		"a frame of 4096 samples, where the file says 4000":   change(8, 0x0F, 0xA0, 0x0F, 0xA0),
		"too early": file[:len(file)-3],
	} {
		if why == "byte 42: the first block of metadata, and no other" {
			file = append(bytes.Clone(file), 0x80, 0, 0, 34)
		}
		_, err := decode(bytes.NewReader(file))
		var damage *SyntaxError
		require.ErrorAs(t, err, &damage, why)
		require.ErrorContains(t, err, why)
	}
	require.ErrorContains(t, anError(decode(bytes.NewReader(slices.Concat(file[:4], manyBlocks(file))))), "more than 1000 metadata blocks")
	broken := errors.New("connection reset")
	for n := 0; n < len(file); n += 333 {
		_, err := decodeWhole(audiotest.ReadFailing(bytes.NewReader(file), int64(n), broken), 1e6)
		require.ErrorIs(t, err, broken)
	}
	_, err := decodeWhole(bytes.NewReader(file), 44099)
	var long *audio.TooLongError
	require.ErrorAs(t, err, &long)
}

func anError[T any](_ T, err error) error { return err }

// missing is file without its third frame.
func missing(file []byte, second int) []byte {
	third := second + bytes.Index(file[second:], []byte{0xFF, 0xF8, 0xC9, 0x08, 0x02})
	fourth := third + bytes.Index(file[third:], []byte{0xFF, 0xF8, 0xC9, 0x08, 0x03})
	return slices.Concat(file[:third], file[fourth:])
}

// manyBlocks is the description of file's stream and too many empty blocks.
func manyBlocks(file []byte) []byte {
	b := bytes.Clone(file[4:headerSize])
	b[0] = 0
	return append(b, bytes.Repeat([]byte{1, 0, 0, 0}, 1100)...)
}

func TestStreamsCutOutOfOthersAreRead(t *testing.T) {
	in := audiotest.Bursts(44100, time.Second, 1)
	file := encode(t, 44100, 1, in)
	second := headerSize + bytes.Index(file[headerSize:], []byte{0xFF, 0xF8, 0xC9, 0x08, 0x01})
	cut := slices.Concat(file[:headerSize], file[second:])
	clear(cut[22:42]) // number of samples and checksum
	cut[21] &= 0xF0
	got, err := decode(bytes.NewReader(cut))
	require.NoError(t, err)
	require.Equal(t, integers(in[4096:]), integers(got))
}

func TestNumbersOfAnyWidthAreRead(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var w bitWriter
	var values []uint32
	var widths []uint
	for range 20_000 {
		width := uint(random.IntN(33))
		v := uint32(uint64(random.Uint32()) & (1<<width - 1))
		values, widths = append(values, v), append(widths, width)
		w.put(v, width)
		w.rice(v>>max(10, width-10)<<3|5, 3)
	}
	w.align()
	for _, source := range []io.Reader{bytes.NewReader(w.bytes), iotest.HalfReader(bytes.NewReader(w.bytes)), iotest.DataErrReader(bytes.NewReader(w.bytes))} {
		r := &bitReader{r: source, crc: newCRC()}
		r.beginFrame()
		for i, v := range values {
			require.Equal(t, v, r.number(widths[i]))
			require.EqualValues(t, v>>max(10, widths[i]-10), r.zeros())
			require.EqualValues(t, 5, r.number(3))
		}
		require.True(t, r.align())
		require.Equal(t, newCRC().sum16(0, w.bytes), r.checksum())
		require.EqualValues(t, len(w.bytes), r.offset())
		require.True(t, r.ended())
		require.NoError(t, r.err)
		require.Zero(t, r.number(1))
		require.ErrorIs(t, r.err, errCut)
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add(encode(f, 44100, 1, audiotest.Bursts(44100, 20*time.Millisecond, 1)))
	f.Add(encode(f, 48000, 2, audiotest.Noise(100, 0.3, 1)))
	f.Add(encode(f, 48000, 2, audiotest.Interleave(audiotest.Bursts(44100, 5*time.Millisecond, 1), audiotest.Tone(44100, 5*time.Millisecond, 300, 0.4, 0))))
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := decode(bytes.NewReader(file))
		var damage *SyntaxError
		require.True(t, err == nil || errors.As(err, &damage), "%v", err)
		// A frame has 10 bytes at least, and 65,535 samples of 8 channels at most.
		require.LessOrEqual(t, len(got), (len(file)/10+1)*65_535*8)
	})
}

// FuzzFrame decodes frames whose checksums are right, which a fuzzer does not find by chance.
func FuzzFrame(f *testing.F) {
	file := encode(f, 44100, 2, audiotest.Interleave(audiotest.Bursts(44100, 20*time.Millisecond, 1), audiotest.Bursts(44100, 20*time.Millisecond, 2)))
	f.Add(uint16(882), byte(0x18), file[headerSize+9:])
	f.Add(uint16(882), byte(0x88), []byte{0x10, 0, 0, 0, 0, 0x41, 0, 0})
	f.Fuzz(func(t *testing.T, samples uint16, format byte, body []byte) {
		c := newCRC()
		frame := binary.BigEndian.AppendUint16([]byte{0xFF, 0xF8, 0x79, format, 0}, samples)
		frame = append(frame, c.sum8(0, frame))
		frame = append(frame, body...)
		frame = binary.BigEndian.AppendUint16(frame, c.sum16(0, frame))
		channels := min(int(format>>4)+1, 8)
		if format>>4 >= leftSide {
			channels = 2
		}
		info := streamInfo{minBlock: 16, maxBlock: 65535, rate: 44100, channels: channels, bits: 16}
		got, err := decode(bytes.NewReader(append(info.header(), frame...)))
		var damage *SyntaxError
		require.True(t, err == nil || errors.As(err, &damage), "%v", err)
		if err == nil {
			require.Len(t, got, (int(samples)+1)*channels)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	file := encode(b, 44100, 1, audiotest.Bursts(44100, 20*time.Second, 7))
	for b.Loop() {
		_, err := decode(bytes.NewReader(file))
		require.NoError(b, err)
	}
	b.ReportMetric(20*float64(b.N)/b.Elapsed().Seconds(), "x")
}

// decodeWhole reads a whole file.
func decodeWhole(r io.Reader, maxSamples int) (audio.Clip, error) {
	d, err := NewDecoder(r)
	if err != nil {
		return audio.Clip{}, err
	}
	return audio.ReadAll(d, d.Rate, maxSamples)
}
