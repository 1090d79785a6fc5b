package mp3

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
)

func TestDecodersGiveBackExactlyTheSamplesThatWentIn(t *testing.T) {
	l, m := lame(t), mpg123(t)
	for _, c := range []struct {
		rate, kbps, samples int
	}{
		{44100, 64, 1},
		{44100, 64, 2},
		{44100, 64, 47},
		{44100, 64, 48},
		{44100, 64, 575},
		{44100, 64, 1152},
		{44100, 64, 1153},
		{44100, 64, 2303},
		{44100, 96, 2304},
		{44100, 128, 45112},
		{44100, 64, 441000},
		{48000, 64, 48001},
		{32000, 320, 32001},
		{24000, 64, 24007},
		{22050, 64, 22051},
		{22050, 160, 576},
		{16000, 40, 16001},
		{8000, 24, 8009},
	} {
		t.Run(fmt.Sprintf("%d Hz, %d kbps, %d samples", c.rate, c.kbps, c.samples), func(t *testing.T) {
			in := speech(c.rate, 11*time.Second)[:c.samples]
			file := encode(t, l, c.rate, c.kbps, in)
			judge := ffmpeg(t, file, 1)
			require.Len(t, judge, c.samples, "FFmpeg")
			clip, err := decodeWhole(strings.NewReader(string(file)), m, c.samples)
			require.NoError(t, err)
			require.Len(t, clip.Samples, c.samples, "mpg123")
			info, err := Inspect(strings.NewReader(string(file)))
			require.NoError(t, err)
			require.EqualValues(t, c.samples, info.Samples, "Inspect")
			if c.rate >= 32000 {
				clip, err = decodeWhole(strings.NewReader(string(file)), nil, c.samples)
				require.NoError(t, err)
				require.Len(t, clip.Samples, c.samples, "go-mp3")
			}
			if c.samples > 20_000 {
				// Bit rates leave noise; a delay of one sample would leave far more.
				require.Greater(t, audiotest.SNR(t, in, judge), 20.0)
			}
		})
	}
}

func TestStereoComesBackChannelByChannel(t *testing.T) {
	l := lame(t)
	for _, rate := range []int{22050, 44100, 48000} {
		n := 3*rate + 7
		left, right := speech(rate, 4*time.Second)[:n], audiotest.Bursts(rate, 4*time.Second, 8)[:n]
		both := audiotest.Interleave(left, right)
		f := audiotest.NewFile()
		e, err := l.NewEncoder(f, rate, 2, 128)
		require.NoError(t, err)
		for rest := both; len(rest) > 0; rest = rest[min(5002, len(rest)):] {
			require.NoError(t, e.Write(rest[:min(5002, len(rest))]))
		}
		require.NoError(t, e.Close())
		path := audiotest.Save(t, "x.mp3", f.Bytes())
		judge := audiotest.Decode(audiotest.Foreign(t, "ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "-"))
		require.Greater(t, audiotest.SNR(t, both, judge), 15.0, "a swapped channel or a shift would leave more")
		require.Contains(t, string(audiotest.Foreign(t, "mp3val", path)), "Done!")

		d, err := NewDecoder(bytes.NewReader(f.Bytes()), mpg123(t))
		require.NoError(t, err)
		require.Equal(t, 2, d.Channels)
		got := make([]float32, len(both)+2)
		at := 0
		for piece := 2; ; piece = piece%3001 + 3 { // also pieces with an odd number of samples
			n, err := d.Interleaved(got[at:min(at+piece, len(got))])
			at += n
			require.Zero(t, n%2)
			if err != nil {
				require.ErrorIs(t, err, io.EOF)
				break
			}
		}
		d.Close()
		require.Greater(t, audiotest.SNR(t, judge, got[:at]), 70.0)
	}
	e, err := l.NewEncoder(audiotest.NewFile(), 44100, 2, 128)
	require.NoError(t, err)
	require.ErrorContains(t, e.Write(make([]float32, 3)), "not whole pairs")
	require.Error(t, e.Close())
}

func TestForeignProgramsFindNoFault(t *testing.T) {
	l := lame(t)
	for _, rate := range rates() {
		tag := append([]byte("ID3\x04\x00\x00\x00\x00\x02\x00"), make([]byte, 256)...) // mp3val misses one otherwise
		copy(tag[10:], "TIT2\x00\x00\x00\x04\x00\x00\x03abc")
		path := audiotest.Save(t, "x.mp3", append(tag, encode(t, l, rate, 64, speech(rate, 3*time.Second))...))
		report := string(audiotest.Foreign(t, "mp3val", path))
		require.NotContains(t, report, "WARNING")
		require.NotContains(t, report, "ERROR")
		require.Contains(t, report, "Done!")
		out := audiotest.Foreign(t, "ffprobe", "-v", "warning", "-show_entries", "stream=codec_name,sample_rate,channels,bit_rate,duration", "-of", "csv=p=0", path)
		require.True(t, strings.HasPrefix(string(out), fmt.Sprintf("mp3,%d,1,", rate)), "%s", out)
		require.Contains(t, string(out), ",64000")
	}
}

// TestStreamIsHeardWhileItIsMade encodes to a writer that cannot seek.
func TestStreamIsHeardWhileItIsMade(t *testing.T) {
	l := lame(t)
	const rate = 44100
	in := speech(rate, 3*time.Second)
	var first []byte
	for _, piece := range []int{len(in), 577, 9216} {
		var b bytes.Buffer
		e, err := l.NewStreamEncoder(&b, rate, 1, 64)
		require.NoError(t, err)
		for i, rest := 0, in; len(rest) > 0; i, rest = i+1, rest[min(piece, len(rest)):] {
			require.NoError(t, e.Write(rest[:min(piece, len(rest))]))
			if piece == 9216 && i == 0 {
				require.Positive(t, b.Len(), "something leaves after the first fifth of a second")
			}
		}
		require.NoError(t, e.Close())
		if first == nil {
			first = bytes.Clone(b.Bytes())
		}
		require.Equal(t, first, b.Bytes(), "whatever the pieces")
	}
	path := audiotest.Save(t, "x.mp3", first)
	require.Contains(t, string(audiotest.Foreign(t, "mp3val", path)), "Done!")
	judge := audiotest.Decode(audiotest.Foreign(t, "ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "-"))
	require.InDelta(t, len(in), len(judge), 0.06*rate)
	info, err := Inspect(bytes.NewReader(first))
	require.NoError(t, err)
	require.False(t, info.Gapless)
	require.Equal(t, 64, info.Kbps)
	clip, err := decodeWhole(bytes.NewReader(first), mpg123(t), len(judge)+2*1152)
	require.NoError(t, err)
	require.InDelta(t, len(judge), len(clip.Samples), 1152)

	broken := errors.New("nobody listens")
	e, err := l.NewStreamEncoder(audiotest.FailAfter(2000, broken), rate, 1, 64)
	require.NoError(t, err)
	require.ErrorIs(t, audiotest.EncodeAll(e, in), broken)
	require.ErrorContains(t, second(l.NewStreamEncoder(io.Discard, rate, 3, 64)), "3 channels")
	require.ErrorContains(t, second(l.NewStreamEncoder(io.Discard, rate, 1, 48)), "the lowest is 56 kb/s")
}

func TestSameSamplesGiveTheSameBytes(t *testing.T) {
	l := lame(t)
	in := speech(44100, 2*time.Second)
	want := encode(t, l, 44100, 64, in)
	var group sync.WaitGroup
	var got [4][]byte
	for i, piece := range []int{1, 577, 44100, len(in)} {
		group.Go(func() {
			f := audiotest.NewFile()
			e, err := l.NewEncoder(f, 44100, 1, 64)
			for rest := in; err == nil && len(rest) > 0; rest = rest[min(piece, len(rest)):] {
				err = e.Write(rest[:min(piece, len(rest))])
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
	l := lame(t)
	in := speech(44100, time.Second)
	tag := append([]byte("ID3\x04\x00\x00\x00\x00\x01\x00"), make([]byte, 128)...)
	f := audiotest.NewFile()
	_, err := f.Write(tag)
	require.NoError(t, err)
	e, err := l.NewEncoder(f, 44100, 1, 64)
	require.NoError(t, err)
	require.NoError(t, e.Write(in))
	require.NoError(t, e.Close())
	at, err := f.Seek(0, io.SeekCurrent)
	require.NoError(t, err)
	require.EqualValues(t, len(f.Bytes()), at, "the offset is left at the end")
	require.Equal(t, tag, f.Bytes()[:len(tag)])
	require.Equal(t, encode(t, l, 44100, 64, in), f.Bytes()[len(tag):])
}

func TestRatesAreRefusedWhereLAMEWritesNoInfoFrame(t *testing.T) {
	l := lame(t)
	for _, rate := range rates() {
		for i, kbps := range append(bitrates(), bitrates()...) {
			channels := 1 + i/len(bitrates())
			// What LAME does when it is asked all the same:
			f := audiotest.NewFile()
			e := &Encoder{lib: l, lame: l.open(), w: f, file: f}
			l.configure(e.lame, rate, channels, kbps)
			l.setInfo(e.lame, 1)
			able := l.start(e.lame) >= 0
			for c := range channels {
				e.in[c] = make([]float32, blockSamples)
			}
			e.out = make([]byte, 2*blockSamples+flushRoom)
			require.NoError(t, e.Write(make([]float32, rate*channels)))
			able = e.Close() == nil && able
			h, ok := parseHeader(e.w.(*audiotest.File).Bytes())
			able = able && ok && h.kbps == kbps && h.rate == rate && h.channels == channels

			_, err := l.NewEncoder(audiotest.NewFile(), rate, channels, kbps)
			if able {
				require.NoError(t, err)
				continue
			}
			require.ErrorContains(t, err, fmt.Sprintf("%d kb/s at %d Hz is not possible", kbps, rate), "%d channels", channels)
		}
	}
	require.ErrorContains(t, second(l.NewEncoder(audiotest.NewFile(), 44100, 3, 64)), "3 channels")
	require.ErrorContains(t, second(l.NewEncoder(audiotest.NewFile(), 44100, 1, 48)), "the lowest is 56 kb/s")
	require.ErrorContains(t, second(l.NewEncoder(audiotest.NewFile(), 44000, 1, 64)), "MP3 has no rate of 44000 Hz")
}

func TestEncoderReportsAFullDisk(t *testing.T) {
	l, full := lame(t), errors.New("disk full")
	in := speech(44100, time.Second)
	whole := int64(len(encode(t, l, 44100, 64, in)))
	for room := int64(0); room < whole; room += 997 {
		require.ErrorIs(t, tryEncode(l, audiotest.FailAfter(room, full), in), full)
	}
	require.ErrorIs(t, tryEncode(l, audiotest.FailAfter(whole+10, full), in), full, "no room to write the info frame again")
	for calls := range 4 { // the start, the end of the sound, the start again for the info frame, and back
		require.ErrorIs(t, tryEncode(l, &audiotest.SeekFails{File: audiotest.NewFile(), After: calls, Err: full}, in), full)
	}
	require.NoError(t, tryEncode(l, &audiotest.SeekFails{File: audiotest.NewFile(), After: 4, Err: full}, in))
}

func tryEncode(l *Library, w io.WriteSeeker, in []float32) error {
	e, err := l.NewEncoder(w, 44100, 1, 64)
	if err != nil {
		return err
	}
	return audiotest.EncodeAll(e, in)
}

func TestEncoderRefusesWhatIsNoSound(t *testing.T) {
	l := lame(t)
	require.ErrorContains(t, tryEncode(l, audiotest.NewFile(), nil), "there are no samples")
	require.ErrorContains(t, tryEncode(l, audiotest.NewFile(), []float32{0, float32(math.NaN())}), "sample 1 is not a number")
	loud := []float32{float32(math.Inf(1)), -1e30, 5}
	require.Equal(t, encode(t, l, 44100, 64, []float32{1, -1, 1}), encode(t, l, 44100, 64, loud))
}

func TestLibraryTellsItsVersion(t *testing.T) {
	require.Regexp(t, `^3\.\d+`, lame(t).Version())
}

func BenchmarkEncode(b *testing.B) {
	l, in := lame(b), speech(44100, 20*time.Second)
	for b.Loop() {
		encode(b, l, 44100, 64, in)
	}
	b.ReportMetric(20*float64(b.N)/b.Elapsed().Seconds(), "x")
}

func TestWhatIsDecodedIsAsLoudAsWhatWasEncoded(t *testing.T) {
	const rate = 44100
	l, m := lame(t), mpg123(t)
	samples := audiotest.Tone(rate, 5*time.Second, 1000, 0.5, 0)
	for _, kbps := range []int{64, 96, 128} {
		file := audiotest.NewFile()
		e, err := l.NewEncoder(file, rate, 1, kbps)
		require.NoError(t, err)
		require.NoError(t, e.Write(samples))
		require.NoError(t, e.Close())
		clip, err := decodeWhole(bytes.NewReader(file.Bytes()), m, len(samples))
		require.NoError(t, err)
		want, got := audiotest.DB(audiotest.RMS(samples)), audiotest.DB(audiotest.RMS(clip.Samples[rate:4*rate]))
		require.InDelta(t, want, got, 0.05, "%d kb/s", kbps)
	}
}
