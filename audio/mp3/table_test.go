package mp3

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
)

// The whole table of MPEG audio layer III: every bit rate at every sample rate, in mono, stereo and joint stereo. What
// a decoder gives is what FFmpeg gives, to 70 dB, and has the length that was encoded; or it says that it cannot.
func TestDecodersAgreeWithFFmpegOnTheWholeTable(t *testing.T) {
	for _, rate := range rates() {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			files := table(t, rate)
			wanted := decodeAll(t, files)
			refused := map[string]int{}
			for i, f := range files {
				for name, lib := range cores(t) {
					d, err := NewDecoder(iotest.HalfReader(bytes.NewReader(f.mp3)), lib)
					var missing *LibraryError
					if lib == nil && rate < 32000 {
						require.ErrorAs(t, err, &missing, "go-mp3 garbles these rates")
						refused[name]++
						continue
					}
					require.NoError(t, err, "%s: %s", name, f.name)
					require.Equal(t, rate, d.Rate)
					require.Equal(t, f.channels, d.Channels)
					got, err := drain(d)
					if lib == nil && f.mode == "joint" && errors.As(err, &missing) { // go-mp3 loses high tones of joint stereo
						refused[name]++
						continue
					}
					if lib != nil && rate == 24000 && f.kbps == 8 && f.channels == 2 {
						require.ErrorContains(t, err, "too low to be decoded without fault")
						refused[name]++
						continue
					}
					require.NoError(t, err, "%s: %s", name, f.name)
					require.Greater(t, audiotest.SNR(t, wanted[i], got), 70.0, "%s: %s", name, f.name)
					if inspect(t, f.mp3).Gapless {
						require.Len(t, got, f.samples, "%s: %s", name, f.name)
					}
				}
			}
			t.Logf("%d files; refused: %v", len(files), refused)
		})
	}
}

// entry is a file of the table.
type entry struct {
	name     string
	mode     string // "mono", "stereo", "joint"
	kbps     int
	channels int
	samples  int // that were encoded
	mp3      []byte
}

// table encodes one sound at one sample rate in every bit rate and mode. In short tests it has every third bit rate.
func table(t *testing.T, rate int) []entry {
	// 0.7 s at any rate is some frames that reach back into others; at the low rates padded and odd ones as well.
	const length = 700 * time.Millisecond
	left, right := speech(rate, length), audiotest.Bursts(rate, length, 8)
	both := make([]float32, 0, 2*len(left))
	for i := range left {
		both = append(both, left[i], right[i])
	}
	args := []string{
		"-v", "error", "-f", "f32le", "-ar", strconv.Itoa(rate), "-ac", "2", "-i", audiotest.Save(t, "x.f32", audiotest.Encode(both)),
	}
	const lameMost = 64 // kb/s of MPEG-2.5 that LAME makes; its frames are widened to the rest
	dir := t.TempDir()
	var files []entry
	for i, kbps := range bitratesOf(rate) {
		if testing.Short() && i%3 != 0 {
			continue
		}
		for _, mode := range []string{"mono", "stereo", "joint"} {
			f := entry{fmt.Sprintf("%d-%d-%s", rate, kbps, mode), mode, kbps, 2, len(left), nil}
			options := []string{"-b:a", strconv.Itoa(kbps) + "k", "-id3v2_version", "0", "-joint_stereo", "0"}
			switch mode {
			case "mono":
				f.channels = 1
				options = append(options, "-ac", "1")
			case "joint":
				options = append(options, "-joint_stereo", "1")
			}
			if rate <= 12000 && kbps > lameMost {
				options = append(options, "-b:a", fmt.Sprint(lameMost, "k"), "-reservoir", "0", "-write_xing", "0")
			}
			args = append(append(args, options...), filepath.Join(dir, f.name+".mp3"))
			files = append(files, f)
		}
	}
	audiotest.Foreign(t, "ffmpeg", args...)
	for i, f := range files {
		mp3, err := os.ReadFile(filepath.Join(dir, f.name+".mp3"))
		require.NoError(t, err)
		if rate <= 12000 && f.kbps > lameMost {
			mp3 = widened(t, mp3, f.kbps)
		}
		h, ok := parseHeader(mp3)
		require.True(t, ok, f.name)
		if parseInfo(h, mp3[:h.size()]).present { // has a bit rate of its own
			h, ok = parseHeader(mp3[h.size():])
			require.True(t, ok, f.name)
		}
		require.Equal(t, f.kbps, h.kbps, f.name)
		require.Equal(t, rate, h.rate, f.name)
		files[i].mp3 = mp3
	}
	return files
}

// bitratesOf is the fourteen bit rates of a sample rate, in kb/s.
func bitratesOf(rate int) []int {
	if rate < 32000 {
		return []int{8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
	}
	return []int{32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
}

// widened is the same sound in frames of a higher bit rate: what they have more is filled with zeros. No frame may reach
// back into another.
func widened(t *testing.T, mp3 []byte, kbps int) []byte {
	index := uint32(0)
	for i, k := range bitratesOf(8000) {
		if k == kbps {
			index = uint32(i + 1)
		}
	}
	require.NotZero(t, index)
	var out []byte
	for len(mp3) > 0 {
		h, ok := parseHeader(mp3)
		require.True(t, ok)
		frame := mp3[:h.size()]
		require.Zero(t, h.reaches(frame))
		mp3 = mp3[len(frame):]
		wide := bytes.Clone(frame)
		binary.BigEndian.PutUint32(wide, binary.BigEndian.Uint32(frame)&^0xF000|index<<12)
		h, ok = parseHeader(wide)
		require.True(t, ok)
		out = append(out, append(wide, make([]byte, h.size()-len(frame))...)...)
	}
	return out
}

// decodeAll decodes the files with FFmpeg, each to the average of its channels.
func decodeAll(t *testing.T, files []entry) [][]float32 {
	dir := t.TempDir()
	args := []string{"-v", "error"}
	for _, f := range files {
		args = append(args, "-i", audiotest.Save(t, f.name+".mp3", f.mp3))
	}
	for i, f := range files {
		args = append(args, "-map", fmt.Sprint(i, ":a"))
		if f.channels == 2 {
			args = append(args, "-af", "pan=mono|c0=0.5*c0+0.5*c1")
		}
		args = append(args, "-f", "f32le", filepath.Join(dir, f.name+".f32"))
	}
	audiotest.Foreign(t, "ffmpeg", args...)
	all := make([][]float32, len(files))
	for i, f := range files {
		raw, err := os.ReadFile(filepath.Join(dir, f.name+".f32"))
		require.NoError(t, err)
		all[i] = audiotest.Decode(raw)
	}
	return all
}
