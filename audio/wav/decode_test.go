package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
)

func TestReaderReadsWhatForeignProgramsWrite(t *testing.T) {
	tone := audiotest.Tone(24000, 200*time.Millisecond, 440, 0.5, 30)
	for _, c := range []struct {
		codec string
		step  float64 // largest error of the format
	}{
		{"pcm_u8", 1.0 / 100}, {"pcm_s16le", 1.0 / 30_000}, {"pcm_s24le", 1e-6}, {"pcm_s32le", 1e-7}, {"pcm_f32le", 0}, {"pcm_f64le", 0},
	} {
		for _, target := range []string{"pipe", "file", "rf64"} {
			t.Run(c.codec+"/"+target, func(t *testing.T) {
				args := []string{"-v", "error", "-f", "f32le", "-ar", "24000", "-ac", "1", "-i", "-", "-c:a", c.codec, "-f", "wav"}
				var file []byte
				if target == "pipe" {
					file = foreign(t, audiotest.Encode(tone), "ffmpeg", append(args, "-")...)
					require.Equal(t, uint32(unknown32), binary.LittleEndian.Uint32(file[4:]), "ffmpeg leaves sizes open in a pipe")
				} else {
					if target == "rf64" {
						args = append(args, "-rf64", "always")
					}
					path := filepath.Join(t.TempDir(), "x.wav")
					foreign(t, audiotest.Encode(tone), "ffmpeg", append(args, path)...)
					var err error
					file, err = os.ReadFile(path)
					require.NoError(t, err)
				}
				clip, err := ReadAll(bytes.NewReader(file), 1e6)
				require.NoError(t, err)
				require.Equal(t, 24000, clip.Rate)
				require.InDeltaSlice(t, tone, clip.Samples, c.step)
			})
		}
	}
}

func TestReaderAveragesChannels(t *testing.T) {
	left, right := audiotest.Noise(1000, 0.5, 1), audiotest.Noise(1000, 0.5, 2)
	both, want := make([]float32, 2000), make([]float32, 1000)
	for i := range left {
		both[2*i], both[2*i+1], want[i] = left[i], right[i], (left[i]+right[i])/2
	}
	r, err := NewReader(bytes.NewReader(file(tagFloat, 2, 32, unknown32, audiotest.Encode(both))))
	require.NoError(t, err)
	require.Equal(t, 2, r.Channels)
	got := make([]float32, 1001)
	n, err := r.Read(got)
	require.NoError(t, err)
	require.InDeltaSlice(t, want, got[:n], 1e-7)
}

func TestReaderReadsASpeechEngine(t *testing.T) {
	const text = "The council met on Tuesday, and kept the library open."
	file := foreign(t, nil, "espeak-ng", "--stdout", text)
	require.Equal(t, uint32(placeholder), binary.LittleEndian.Uint32(file[40:]), "the size that makes this test worth while")
	clip, err := ReadAll(iotest.OneByteReader(bytes.NewReader(file)), 1e6)
	require.NoError(t, err)
	require.Equal(t, 22050, clip.Rate)
	require.Len(t, clip.Samples, (len(file)-44)/2)
	require.Greater(t, audiotest.RMS(clip.Samples), 0.02)
	require.Equal(t, audiotest.Speak(t, "en", text).Samples, clip.Samples)
}

// file is a file of raw sample data with the header fields given.
func file(tag uint16, channels, bits int, size uint32, data []byte) []byte {
	le := binary.LittleEndian
	f := le.AppendUint32([]byte("RIFF"), 36+size)
	f = le.AppendUint32(append(f, "WAVEfmt "...), 16)
	f = le.AppendUint16(f, tag)
	f = le.AppendUint16(f, uint16(channels))
	f = le.AppendUint32(f, 8000)
	f = le.AppendUint32(f, uint32(8000*channels*bits/8))
	f = le.AppendUint16(f, uint16(channels*bits/8))
	f = le.AppendUint16(f, uint16(bits))
	return append(le.AppendUint32(append(f, "data"...), size), data...)
}

func TestReaderBelievesOnlyHonestSizes(t *testing.T) {
	data := []byte{1, 0, 2, 0, 3, 0}
	for name, c := range map[string]struct {
		file []byte
		want int // samples; -1 for damage
	}{
		"right":                       {file(tagPCM, 1, 16, 6, data), 3},
		"zero":                        {file(tagPCM, 1, 16, 0, data), 3},
		"all ones":                    {file(tagPCM, 1, 16, 0xFFFFFFFF, data), 3},
		"2 GiB less one":              {file(tagPCM, 1, 16, 0x7FFFFFFF, data), 3},
		"2 GiB less a page":           {file(tagPCM, 1, 16, 0x7FFFF000, data), 3},
		"rest after the sound":        {append(file(tagPCM, 1, 16, 6, data), "LIST\x04\x00\x00\x00INFO"...), 3},
		"truly empty":                 {emptyWithList(), 0},
		"ends early":                  {file(tagPCM, 1, 16, 8, data), -1},
		"not whole samples":           {file(tagPCM, 1, 16, 5, data), -1},
		"open, ends inside a sample":  {file(tagPCM, 1, 16, 0, data[:5]), -1},
		"open, ends inside a channel": {file(tagPCM, 2, 16, 0, data), -1},
	} {
		t.Run(name, func(t *testing.T) {
			clip, err := ReadAll(bytes.NewReader(c.file), 100)
			if c.want < 0 {
				var damage *SyntaxError
				require.ErrorAs(t, err, &damage)
				return
			}
			require.NoError(t, err)
			require.Len(t, clip.Samples, c.want)
		})
	}
}

// emptyWithList is a file without sound whose size says that a chunk follows the empty one.
func emptyWithList() []byte {
	f := append(file(tagPCM, 1, 16, 0, nil), "LIST\x04\x00\x00\x00INFO"...)
	binary.LittleEndian.PutUint32(f[4:], uint32(len(f)-8))
	return f
}

func TestReaderRefusesHostileFiles(t *testing.T) {
	good := file(tagPCM, 1, 16, 6, make([]byte, 6))
	change := func(at int, b ...byte) []byte {
		f := bytes.Clone(good)
		copy(f[at:], b)
		return f
	}
	for why, f := range map[string][]byte{
		"this is not a WAV file":           change(0, 'J'),
		"ends inside the file header":      good[:7],
		"ends inside the format":           good[:30],
		"a format of 4 bytes":              change(16, 4),
		"a format of 4294967295 bytes":     change(16, 255, 255, 255, 255),
		"0 channels":                       change(22, 0),
		"65535 channels":                   change(22, 255, 255),
		"a rate of 0 Hz":                   change(24, 0, 0),
		"a rate of 4278198080 Hz":          change(24, 64, 31, 0, 255),
		"format 0x7 of 16 bits":            change(20, 7),
		"format 0x1 of 12 bits":            change(34, 12),
		"1 channels of 16 bits in 3 bytes": change(32, 3),
		"extensible format":                change(20, 254, 255),
		"before its format":                append(bytes.Clone(good[:12]), good[36:]...),
		"inside a chunk before the sound":  change(36, 'j', 'u', 'n', 'k', 255, 255, 255, 255),
		"the chunks before the sound":      good[:40],
		"ends inside the sound":            good[:48],
		"not a finite number":              file(tagFloat, 1, 32, 4, []byte{0, 0, 0x80, 0x7f}),
	} {
		_, err := ReadAll(bytes.NewReader(f), 100)
		require.ErrorContains(t, err, why)
		var damage *SyntaxError
		require.ErrorAs(t, err, &damage, why)
	}
	_, err := ReadAll(bytes.NewReader(good), 2)
	var long *audio.TooLongError
	require.ErrorAs(t, err, &long)
	broken := errors.New("connection reset")
	for n := range len(good) {
		_, err := ReadAll(audiotest.ReadFailing(bytes.NewReader(good), int64(n), broken), 100)
		require.ErrorIs(t, err, broken, "after %d bytes", n)
	}
}

func TestClipKeepsWithinFullScaleWhereTheFileDoesNot(t *testing.T) {
	f := file(tagFloat, 1, 32, 8, audiotest.Encode([]float32{1.5, -3}))
	clip, err := ReadAll(bytes.NewReader(f), 2)
	require.NoError(t, err)
	require.Equal(t, []float32{1, -1}, clip.Samples)
	r, err := NewReader(bytes.NewReader(f))
	require.NoError(t, err)
	loud := make([]float32, 2)
	_, err = r.Read(loud)
	require.NoError(t, err)
	require.Equal(t, []float32{1.5, -3}, loud)
}

func TestChunksAreFoundAroundTheSound(t *testing.T) {
	file := write(t, 8000, make([]float32, 5), Chunk{"bext", []byte("odd")}, Chunk{"_PMX", []byte("<x:xmpmeta/>")})
	file = append(file, "C2PA\x02\x00\x00\x00ab"...)
	r := bytes.NewReader(file)
	list, err := Chunks(r)
	require.NoError(t, err)
	require.Equal(t, []ChunkInfo{{"fmt ", 20, 16}, {"bext", 44, 3}, {"_PMX", 56, 12}, {"data", 76, 10}, {"C2PA", 94, 2}}, list)
	content, err := list[1].Read(r, 3)
	require.NoError(t, err)
	require.Equal(t, "odd", string(content))
	_, err = list[2].Read(r, 11)
	require.ErrorContains(t, err, "12 bytes are more than the 11")
}

func TestChunksOfAStreamEndWithTheFile(t *testing.T) {
	for _, size := range []uint32{0, placeholder, unknown32} {
		list, err := Chunks(bytes.NewReader(file(tagPCM, 1, 16, size, make([]byte, 6))))
		require.NoError(t, err)
		require.Equal(t, ChunkInfo{"data", 44, 6}, list[1])
	}
}

func TestChunksRefuseHostileFiles(t *testing.T) {
	good := write(t, 8000, make([]float32, 5))
	for why, f := range map[string][]byte{
		"not a WAV file":       []byte("RIFF\x04\x00\x00\x00AVI "),
		"ends inside a chunk":  []byte("RIFF"),
		"claims 10 bytes":      good[:50],
		"more than 10000":      append(bytes.Clone(good[:12]), bytes.Repeat([]byte("none\x00\x00\x00\x00"), 10_001)...),
		"claims -1 bytes":      append([]byte("RF64\xff\xff\xff\xffWAVEds64\x1c\x00\x00\x00"), append(bytes.Repeat([]byte{255}, 28), "data\xff\xff\xff\xff"...)...),
		"claims 4294967295 by": append(bytes.Clone(good), "junk\xff\xff\xff\xff"...),
	} {
		_, err := Chunks(bytes.NewReader(f))
		require.ErrorContains(t, err, why)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(write(f, 8000, []float32{0, 0.5, -0.5}, Chunk{"bext", []byte("odd")}))
	f.Add(file(tagFloat, 2, 64, unknown32, make([]byte, 32)))
	f.Add(file(tagPCM, 1, 24, 0, make([]byte, 9)))
	long, err := header(8000, 1, 1<<32, nil)
	require.NoError(f, err)
	f.Add(append(long, 1, 2))
	f.Fuzz(func(t *testing.T, data []byte) {
		clip, err := ReadAll(bytes.NewReader(data), 1<<20)
		if err == nil {
			require.LessOrEqual(t, len(clip.Samples), len(data))
			for _, x := range clip.Samples {
				require.LessOrEqual(t, math.Abs(float64(x)), 1.0)
			}
		}
		list, _ := Chunks(bytes.NewReader(data))
		for _, c := range list {
			_, err := c.Read(bytes.NewReader(data), len(data))
			require.NoError(t, err, "a listed chunk lies inside the file")
		}
	})
}

func BenchmarkRead(b *testing.B) {
	data := write(b, 22050, audiotest.Bursts(22050, 10*time.Second, 1))
	samples := make([]float32, 4096)
	b.SetBytes(int64(2 * len(data)))
	for b.Loop() {
		r, err := NewReader(bytes.NewReader(data))
		require.NoError(b, err)
		for err = nil; !errors.Is(err, io.EOF); {
			_, err = r.Read(samples)
		}
	}
}
