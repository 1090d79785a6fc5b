package opus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/ogg"
	"github.com/voicepress/voicepress/audio/resample"
)

func TestForeignDecodersGiveBackExactlyTheSamplesThatWentIn(t *testing.T) {
	l := libopus(t)
	lengths := []int{1, 312, 647, 648, 649, 960, 47_688, 47_689, 48_000, 100_000}
	if testing.Short() {
		lengths = []int{1, 648, 649, 47_689}
	}
	for _, channels := range []int{1, 2} {
		for _, n := range lengths {
			t.Run(fmt.Sprintf("%d channels, %d samples", channels, n), func(t *testing.T) {
				in := sound(channels, 3*time.Second)[:n*channels]
				file := encode(t, l, channels, 48*channels, in)
				for name, out := range map[string][]float32{"opusdec": opusdec(t, file), "FFmpeg": ffmpeg(t, file)} {
					require.Len(t, out, len(in), name)
					if n > 40_000 {
						// Bit rates leave noise; a delay of a few samples would leave far more.
						require.Greater(t, audiotest.SNR(t, in, out), 11.0, name)
					}
				}
			})
		}
	}
}

func TestForeignProgramsFindNoFault(t *testing.T) {
	l := libopus(t)
	for _, channels := range []int{1, 2} {
		path := audiotest.Save(t, "x.opus", encode(t, l, channels, 32*channels, sound(channels, 5*time.Second)))
		report := string(audiotest.Foreign(t, "opusinfo", path))
		require.NotContains(t, strings.ToLower(report), "warning")
		require.NotContains(t, strings.ToLower(report), "error")
		require.Contains(t, report, "Encoded with libopus")
		require.Contains(t, report, "Playback length: 0m:05.0")
		require.Contains(t, report, "Original sample rate: 48000 Hz")
		out := audiotest.Foreign(t, "ffprobe", "-v", "warning", "-show_entries", "stream=codec_name,sample_rate,channels", "-of", "csv=p=0", path)
		require.Equal(t, fmt.Sprintf("opus,48000,%d\n", channels), string(out))
	}
}

func TestAverageBitRateOfSpeechIsTheOneAskedFor(t *testing.T) {
	l := libopus(t)
	var speech []float32
	for _, sentence := range audiotest.Sentences() {
		clip, err := resample.Clip(audiotest.Speak(t, sentence[0], sentence[1]), Rate)
		require.NoError(t, err)
		speech = append(speech, clip.Samples...)
	}
	for _, kbps := range []int{24, 32, 48, 64} {
		got := float64(len(encode(t, l, 1, kbps, speech))) * 8 / (float64(len(speech)) / Rate) / 1000
		require.InEpsilon(t, kbps, got, 0.15)
		t.Logf("%d kb/s: %.1f", kbps, got)
	}
}

func TestPagesAreASecondLongAndNumbered(t *testing.T) {
	file := encode(t, libopus(t), 1, 32, sound(1, 3500*time.Millisecond))
	pages := ogg.NewReader(bytes.NewReader(file))
	var granules []int64
	for i := uint32(0); ; i++ {
		page, err := pages.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		require.Equal(t, i, page.Sequence)
		granules = append(granules, page.Granule)
	}
	require.Equal(t, []int64{0, 0, 48000, 96000, 144000, 168000 + 312}, granules)
}

func TestSameSamplesGiveTheSameBytes(t *testing.T) {
	l := libopus(t)
	in := sound(2, 2*time.Second)
	want := encode(t, l, 2, 64, in)
	var group sync.WaitGroup
	var got [4][]byte
	for i, piece := range []int{2, 578, 48000, len(in)} {
		group.Go(func() {
			var file bytes.Buffer
			e, err := l.NewEncoder(&file, Rate, 2, 64)
			for part := range slices.Chunk(in, piece) {
				if err == nil {
					err = e.Write(part)
				}
			}
			if err == nil && e.Close() == nil {
				got[i] = file.Bytes()
			}
		})
	}
	group.Wait()
	for _, file := range got {
		require.Equal(t, want, file)
	}
}

func TestEncoderReportsAFullDisk(t *testing.T) {
	l, full := libopus(t), errors.New("disk full")
	in := sound(1, 1300*time.Millisecond)
	whole := int64(len(encode(t, l, 1, 32, in)))
	for room := int64(0); room < whole; room += 231 {
		require.ErrorIs(t, tryEncode(l, audiotest.FailAfter(room, full), in), full)
	}
	require.NoError(t, tryEncode(l, audiotest.FailAfter(whole, full), in))
}

func tryEncode(l *Library, w io.Writer, in []float32) error {
	e, err := l.NewEncoder(w, Rate, 1, 32)
	if err != nil {
		return err
	}
	return audiotest.EncodeAll(e, in)
}

func TestEncoderRefusesWhatItCannotEncode(t *testing.T) {
	l := libopus(t)
	require.ErrorContains(t, tryEncode(l, io.Discard, nil), "there are no samples")
	require.ErrorContains(t, tryEncode(l, io.Discard, []float32{0, float32(math.NaN())}), "sample 1 is not a number")
	loud := []float32{float32(math.Inf(1)), -1e30, 5}
	require.Equal(t, encode(t, l, 1, 32, []float32{1, -1, 1}), encode(t, l, 1, 32, loud))
	for problem, c := range map[string][3]int{
		"a rate of 44100 Hz, where Opus has 48000": {44100, 1, 32},
		"0 channels": {Rate, 0, 32},
		"3 channels": {Rate, 3, 32},
		"5 kb/s is not possible: with 1 channels it is for 6 to 256 kb/s":   {Rate, 1, 5},
		"513 kb/s is not possible: with 2 channels it is for 6 to 512 kb/s": {Rate, 2, 513},
	} {
		require.ErrorContains(t, second(l.NewEncoder(io.Discard, c[0], c[1], c[2])), problem)
	}
	e, err := l.NewEncoder(io.Discard, Rate, 2, 64)
	require.NoError(t, err)
	require.ErrorContains(t, e.Write(make([]float32, 3)), "3 samples for 2 channels")
	require.ErrorContains(t, e.Close(), "3 samples for 2 channels")
	for _, kbps := range []int{6, 512} {
		encode(t, l, 2, kbps, sound(2, time.Second))
	}
}

func TestLibraryTellsItsVersion(t *testing.T) {
	require.Regexp(t, `^libopus \d`, libopus(t).Version())
}

func TestMissingLibraryComesWithAHint(t *testing.T) {
	notLibrary := audiotest.Save(t, "text.so", []byte("no library"))
	for _, path := range []string{"/nowhere/lib.so", notLibrary, "libm.so.6"} {
		_, err := Open(path)
		var missing *LibraryError
		require.ErrorAs(t, err, &missing)
		require.Equal(t, "Opus", missing.Name)
		require.Contains(t, missing.Hint(), "apt-get install libopus0")
		require.ErrorContains(t, err, path)
	}
}

func BenchmarkEncode(b *testing.B) {
	l, in := libopus(b), sound(1, 20*time.Second)
	for b.Loop() {
		encode(b, l, 1, 32, in)
	}
	b.ReportMetric(20*float64(b.N)/b.Elapsed().Seconds(), "x")
}
