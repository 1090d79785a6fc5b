package mp3

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
)

// cores are the ways to decode: with libmpg123, and without.
func cores(tb testing.TB) map[string]*Mpg123 {
	return map[string]*Mpg123{"mpg123": mpg123(tb), "go-mp3": nil}
}

// drain reads a decoder to its end, and closes it.
func drain(d *Decoder) ([]float32, error) {
	defer d.Close()
	var all []float32
	for block := make([]float32, 1000); ; {
		n, err := d.Read(block)
		all = append(all, block[:n]...)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

func TestVariableBitRateAndTagsAreRead(t *testing.T) {
	in := speech(44100, 3*time.Second)
	file := ffmpegEncode(t, in, in, 44100, 64, "-joint_stereo", "0", "-b:a", "0", "-q:a", "4", "-id3v2_version", "4", "-write_id3v1", "1", "-metadata", "title=A title")
	require.Equal(t, "ID3", string(file[:3]))
	require.Equal(t, "TAG", string(file[len(file)-128:][:3]))
	want := ffmpeg(t, file, 2)
	zeros := slices.Insert(bytes.Clone(file), int(inspect(t, file).Start), make([]byte, 1000)...)
	for name, lib := range cores(t) {
		for _, file := range [][]byte{file, zeros, append([]byte("ID3\x03\x00\x00\x00\x00\x00\x02ab"), file...)} {
			clip, err := decodeWhole(bytes.NewReader(file), lib, len(in))
			require.NoError(t, err, name)
			require.Greater(t, audiotest.SNR(t, want, clip.Samples), 70.0, name)
		}
	}
}

func inspect(tb testing.TB, file []byte) Info {
	tb.Helper()
	info, err := Inspect(bytes.NewReader(file))
	require.NoError(tb, err)
	return info
}

func TestDamageIsNeverSilentWhereTheFileHasAChecksum(t *testing.T) {
	file := encode(t, lame(t), 44100, 64, speech(44100, time.Second))
	whole := inspect(t, file)
	h, _ := parseHeader(file)
	random := rand.New(rand.NewPCG(1, 2))
	for name, lib := range cores(t) {
		want, err := decodeWhole(bytes.NewReader(file), lib, 1e6)
		require.NoError(t, err)
		for i := range 200 {
			damaged := bytes.Clone(file)
			at := h.size() + random.IntN(len(file)-h.size())
			damaged[at] ^= 1 << random.IntN(8)
			_, err := decodeWhole(bytes.NewReader(damaged), lib, 1e6)
			require.Error(t, err, "%s, mutation %d, byte %d", name, i, at)
		}
		for n := range 150 {
			_, err := decodeWhole(bytes.NewReader(file[:len(file)*n/150]), lib, 1e6)
			require.Error(t, err, "%s, cut to %d/150", name, n)
		}
		_, err = decodeWhole(bytes.NewReader(slices.Concat(file, file)), lib, 1e6)
		require.ErrorContains(t, err, "its info frame says", "%s, joined files", name)
		clip, err := decodeWhole(bytes.NewReader(file), lib, int(whole.Samples))
		require.NoError(t, err)
		require.Equal(t, want, clip)
	}
}

// Without a checksum, damage inside a frame cannot be known; but it may neither panic nor lose
// frames that are there.
func TestDamageNeverPanicsOrLosesFrames(t *testing.T) {
	l := lame(t)
	random := rand.New(rand.NewPCG(3, 4))
	for _, rate := range []int{22050, 44100} {
		file := withoutInfo(t, encode(t, l, rate, 64, speech(rate, time.Second/2)))
		for name, lib := range cores(t) {
			if rate < 32000 && lib == nil {
				continue
			}
			failed := 0
			for i := range 400 {
				damaged := bytes.Clone(file)
				for range 1 + random.IntN(8) {
					damaged[random.IntN(len(damaged))] = byte(random.Uint32())
				}
				clip, err := decodeWhole(bytes.NewReader(damaged), lib, 1e6)
				if err != nil {
					failed++
					continue
				}
				got := int64(len(clip.Samples))
				require.Equal(t, inspect(t, damaged).Samples, got, "%s, mutation %d", name, i)
			}
			t.Logf("%d Hz, %s: %d of 400 damaged files are refused", rate, name, failed)
			require.NotZero(t, failed)
		}
	}
}

func TestDecodersRefuseHostileFiles(t *testing.T) {
	l := lame(t)
	file := encode(t, l, 44100, 64, speech(44100, time.Second))
	h, _ := parseHeader(file)
	sound := withoutInfo(t, file)
	change := func(file []byte, at int, b ...byte) []byte {
		file = bytes.Clone(file)
		copy(file[at:], b)
		return file
	}
	for why, file := range map[string][]byte{
		"no MP3 frame begins here":           []byte("RIFF\x00\x00\x00\x00WAVE"),
		"byte 0: no MP3":                     nil,
		"byte 65536: no MP3 frame begins":    append(make([]byte, maxLead), 0),
		"byte 10: it ends before its sound":  []byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"),
		"there is no sound in it":            file[:h.size()],
		"ends inside a frame":                sound[:len(sound)-1],
		"a frame should begin here":          append(bytes.Clone(sound), "junk after"...),
		"changes from 44100 Hz, 1 channels":  slices.Concat(sound, withoutInfo(t, encode(t, l, 48000, 64, speech(48000, time.Second)))),
		"needs sound that was cut off":       cutStart(t, sound),
		"claims more data than it has":       change(sound, 6, 0xff, 0xff, 0xff),
		"free-format":                        change(sound, 2, sound[2]&0x0f),
		"frames of sound where its info":     change(file, 4+17+8, 0, 0, 1, 0),
		"does not match the checksum in its": change(file, 4+17+8+112+4+32-4, 1, 2),
	} {
		for name, lib := range cores(t) {
			_, err := decodeWhole(bytes.NewReader(file), lib, 1e6)
			var damage *SyntaxError
			require.ErrorAs(t, err, &damage, "%s: %s", name, why)
			require.ErrorContains(t, err, why, name)
		}
		_, err := Inspect(bytes.NewReader(file))
		require.ErrorContains(t, err, why)
	}
	broken := errors.New("connection reset")
	for name, lib := range cores(t) {
		_, err := decodeWhole(bytes.NewReader(file), lib, 44099)
		var long *audio.TooLongError
		require.ErrorAs(t, err, &long, name)
		for n := 0; n < len(file); n += 333 {
			_, err := decodeWhole(audiotest.ReadFailing(bytes.NewReader(file), int64(n), broken), lib, 1e6)
			require.ErrorIs(t, err, broken, "%s after %d bytes", name, n)
		}
	}
}

// cutStart leaves frames out at the start until the first one that is left needs them.
func cutStart(tb testing.TB, sound []byte) []byte {
	tb.Helper()
	for len(sound) > 0 {
		h, ok := parseHeader(sound)
		require.True(tb, ok)
		if h.reaches(sound) > 0 {
			return sound
		}
		sound = sound[h.size():]
	}
	require.Fail(tb, "no frame uses the bit reservoir")
	return nil
}

func TestFallbackRefusesWhatItWouldGarble(t *testing.T) {
	file := ffmpegEncode(t, speech(44100, time.Second), audiotest.Bursts(44100, time.Second, 8), 44100, 40, "-joint_stereo", "1")
	_, err := decodeWhole(bytes.NewReader(file), nil, 1e6)
	var missing *LibraryError
	require.ErrorAs(t, err, &missing)
	require.ErrorContains(t, err, "joint stereo")
	require.Contains(t, missing.Hint(), "libmpg123")
}

func TestPeaksAboveFullScaleAreKeptForTheMeter(t *testing.T) {
	in := audiotest.Noise(44100, 1, 5)
	for i := range in {
		in[i] = max(-1, min(1, 3*in[i]))
	}
	file := encode(t, lame(t), 44100, 64, in)
	d, err := NewDecoder(bytes.NewReader(file), mpg123(t))
	require.NoError(t, err)
	got, err := drain(d)
	require.NoError(t, err)
	require.Greater(t, audiotest.Peak(got), 1.1)
	clip, err := decodeWhole(bytes.NewReader(file), mpg123(t), len(in))
	require.NoError(t, err)
	require.InDelta(t, 1, audiotest.Peak(clip.Samples), 0)
}

func TestInspectTellsWhatFFprobeTells(t *testing.T) {
	in := speech(24000, 2*time.Second)
	file := append([]byte("ID3\x04\x00\x00\x00\x00\x00\x02ab"), encode(t, lame(t), 24000, 64, in)...)
	require.Equal(t, Info{
		Start: 12, Rate: 24000, Channels: 1, Kbps: 64, Samples: 48000, Duration: 2 * time.Second, Gapless: true, Encoder: "LAME3.100",
	}, inspect(t, file))
	file = ffmpegEncode(t, in, in, 24000, 64, "-b:a", "0", "-q:a", "5", "-write_xing", "0")
	info := inspect(t, file)
	require.Equal(t, info.Duration, audio.Duration(int(info.Samples), 24000))
	require.InDelta(t, float64(8*len(file))/info.Duration.Seconds()/1000, info.Kbps, 0.5)
	require.False(t, info.Gapless)
	require.Len(t, ffmpeg(t, file, 2), int(info.Samples))

	r := bytes.NewReader(append([]byte("before"), file...))
	_, err := r.Seek(6, io.SeekStart)
	require.NoError(t, err)
	later, err := Inspect(r)
	require.NoError(t, err)
	require.EqualValues(t, 6, later.Start)
	require.Equal(t, info.Samples, later.Samples)
}

func TestInfoFrameOfFraunhoferIsNoSound(t *testing.T) {
	sound := withoutInfo(t, encode(t, lame(t), 44100, 128, speech(44100, time.Second)))
	h, _ := parseHeader(sound)
	frame := make([]byte, h.size())
	copy(frame, sound[:headerLength])
	copy(frame[36:], "VBRI\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	frame[36+17] = byte(inspect(t, sound).Samples / 1152)
	info := inspect(t, append(frame, sound...))
	require.Equal(t, inspect(t, sound).Samples, info.Samples)
	require.False(t, info.Gapless)
}

func FuzzDecode(f *testing.F) {
	l, m := lame(f), mpg123(f)
	for _, rate := range []int{22050, 44100} {
		file := encode(f, l, rate, 64, speech(rate, time.Second/5))
		f.Add(file)
		f.Add(withoutInfo(f, file))
	}
	f.Add([]byte("ID3\x04\x00\x00\x00\x00\x00\x02ab\x00\xff\xfb"))
	f.Fuzz(func(t *testing.T, file []byte) {
		info, err := Inspect(bytes.NewReader(file))
		for _, lib := range []*Mpg123{m, nil} {
			clip, failed := decodeWhole(bytes.NewReader(file), lib, 1<<20)
			if failed == nil {
				require.NoError(t, err)
				got := int64(len(clip.Samples))
				require.Equal(t, info.Samples, got)
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	file := encode(b, lame(b), 44100, 64, speech(44100, 20*time.Second))
	for name, lib := range cores(b) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := decodeWhole(bytes.NewReader(file), lib, 1e6)
				require.NoError(b, err)
			}
			b.ReportMetric(20*float64(b.N)/b.Elapsed().Seconds(), "x")
		})
	}
}

func BenchmarkInspect(b *testing.B) {
	file := encode(b, lame(b), 44100, 64, speech(44100, 20*time.Second))
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		inspect(b, file)
	}
}

// decodeWhole reads a whole file.
func decodeWhole(r io.Reader, lib *Mpg123, maxSamples int) (audio.Clip, error) {
	d, err := NewDecoder(r, lib)
	if err != nil {
		return audio.Clip{}, err
	}
	defer d.Close()
	return audio.ReadAll(d, d.Rate, maxSamples)
}
