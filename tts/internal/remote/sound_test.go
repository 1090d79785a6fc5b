package remote_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
)

func TestSoundOfEveryFormat(t *testing.T) {
	tone := remotetest.Tone(24000)
	for _, test := range []struct {
		name    string
		options []string
		rate    int
	}{
		{"x.wav", nil, 24000},
		{"x.wav", []string{"-c:a", "pcm_f32le"}, 24000},
		{"x.wav", []string{"-c:a", "pcm_s24le"}, 24000},
		{"x.flac", nil, 24000},
		{"x.mp3", []string{"-b:a", "64k"}, 24000},
		{"x.mp3", []string{"-b:a", "128k", "-ar", "44100"}, 44100},
		{"x.opus", nil, 48000},
	} {
		file := filepath.Join(t.TempDir(), test.name)
		args := append([]string{"-v", "error", "-f", "f32le", "-ar", "24000", "-ac", "1", "-i", "-"}, test.options...)
		command := exec.CommandContext(t.Context(), "ffmpeg", append(args, file)...)
		command.Stdin = bytes.NewReader(audiotest.Encode(tone.Samples))
		report, err := command.CombinedOutput()
		require.NoError(t, err, "this test needs ffmpeg (make test installs it): %s", report)
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		// The type that the server says does not matter.
		for _, kind := range []string{"", "audio/wav", "text/html"} {
			clip, err := remote.Sound(body, kind, remote.Expect{Raw: 16000})
			require.NoError(t, err, "%s %v", test.name, test.options)
			require.Equal(t, test.rate, clip.Rate, test.name)
			require.InDelta(t, 1, clip.Duration().Seconds(), 0.06, test.name)
			require.InDelta(t, audiotest.RMS(tone.Samples), audiotest.RMS(clip.Samples), 0.03, test.name)
		}
	}
}

// streamed are WAV files as programs write them that do not know how long they will be.
func streamed() map[string][]byte {
	sizes := func(riff, data uint32) []byte {
		file := remotetest.WAV(remotetest.Tone(24000))
		binary.LittleEndian.PutUint32(file[4:], riff)
		binary.LittleEndian.PutUint32(file[40:], data)
		return file
	}
	return map[string][]byte{
		"all ones": sizes(math.MaxUint32, math.MaxUint32),
		"largest":  sizes(math.MaxInt32, math.MaxInt32-36),
		"less":     sizes(math.MaxUint32-36, math.MaxUint32-72),
		"zeros":    sizes(0, 0),
		"2 GiB":    sizes(0x80000000, 0x80000000),
	}
}

func TestStreamedWAVIsReadToItsEnd(t *testing.T) {
	for name, body := range streamed() {
		clip, err := remote.Sound(body, "audio/wav", remote.Expect{Rate: 24000})
		require.NoError(t, err, name)
		require.Len(t, clip.Samples, 24000, name)
	}
}

// As PyAV leaves it that writes to a buffer which is emptied after each piece.
func TestSizesWrittenBehindTheSoundAreNotHeard(t *testing.T) {
	file := streamed()["all ones"]
	patch := make([]byte, 44)
	binary.LittleEndian.PutUint32(patch[4:], uint32(len(file)-8))
	binary.LittleEndian.PutUint32(patch[40:], uint32(len(file)-44))
	clip, err := remote.Sound(slices.Concat(file, patch), "audio/wav", remote.Expect{})
	require.NoError(t, err)
	require.Len(t, clip.Samples, 24000)

	patch[20] = 1 // anything else is sound
	clip, err = remote.Sound(slices.Concat(file, patch), "audio/wav", remote.Expect{})
	require.NoError(t, err)
	require.Len(t, clip.Samples, 24022)
}

func TestSoundWithoutAHeader(t *testing.T) {
	tone := remotetest.Tone(22050)
	clip, err := remote.Sound(remotetest.PCM(tone), "audio/pcm", remote.Expect{Raw: 22050})
	require.NoError(t, err)
	require.Equal(t, 22050, clip.Rate)
	require.InDeltaSlice(t, tone.Samples, clip.Samples, 1.0/(1<<14))
	_, err = remote.Sound(remotetest.PCM(tone), "audio/pcm", remote.Expect{})
	require.ErrorAs(t, err, new(*tts.BadAnswer), "nobody said that there is no header")
}

func TestWhatIsNoSound(t *testing.T) {
	file := remotetest.WAV(remotetest.Tone(24000))
	changed := func(at int, b ...byte) []byte {
		c := slices.Clone(file)
		copy(c[at:], b)
		return c
	}
	floats := slices.Clone(file[:44])
	floats[20], floats[32], floats[34] = 3, 4, 32 // 32-bit floating point
	floats = append(floats, 0, 0, 0xC0, 0x7F)
	binary.LittleEndian.PutUint32(floats[40:], 4)
	for _, test := range []struct {
		name      string
		body      []byte
		kind      string
		temporary bool
	}{
		{"nothing", nil, "", true},
		{"HTML", []byte("<html></html>"), "text/html", false},
		{"HTML in UTF-16", []byte("\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00"), "text/html", false},
		{"text", []byte("sound? none."), "audio/pcm", false},
		{"JSON", []byte(`{"error": "voice"}`), "application/json", false},
		{"half a header", file[:30], "audio/wav", true},
		{"a header alone", file[:44], "audio/wav", true},
		{"half a WAV", file[:len(file)/2], "audio/wav", true},
		{"a WAV without its last byte", file[:len(file)-1], "audio/wav", true},
		{"compressed WAV", changed(20, 7), "audio/wav", false},
		{"WAV of 1 Hz", changed(24, 1, 0), "audio/wav", false},
		{"WAV of 2,000 Hz", changed(24, 0xD0, 7), "audio/wav", false},
		{"NaN", floats, "audio/wav", false},
		{"odd bytes", []byte{0, 1, 0}, "audio/pcm", true},
		{"Ogg Vorbis", []byte("OggS\x00\x02\x00\x00\x01vorbis\x00"), "audio/ogg", false},
		{"a tag alone", []byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f\x00\x00"), "audio/mpeg", false},
		{"WebM", []byte("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x00"), "audio/webm", false},
		{"M4A", []byte("\x00\x00\x00\x20ftypM4A \x00"), "audio/mp4", false},
		{"half an MP3", []byte("\xff\xf3\x84\xc4\x00"), "audio/mpeg", false},
		{"FLAC alone", []byte("fLaC"), "audio/flac", false},
	} {
		_, err := remote.Sound(test.body, test.kind, remote.Expect{Raw: 24000})
		if test.temporary {
			require.ErrorAs(t, err, new(*tts.Temporary), test.name)
		} else {
			var bad *tts.BadAnswer
			require.ErrorAs(t, err, &bad, test.name)
			require.NotEmpty(t, bad.Hint(), test.name)
		}
	}
	_, err := remote.Sound(make([]byte, 48000), "audio/pcm", remote.Expect{Raw: 24000})
	require.ErrorAs(t, err, new(*tts.NoSound), "silence")
	_, err = remote.Sound(file, "audio/wav", remote.Expect{Rate: 22050})
	require.ErrorContains(t, err, "24000 Hz; 22050")
}

func TestSoundOfHostileFilesIsRefused(t *testing.T) {
	for _, file := range audiotest.HostileFiles() {
		_, err := remote.Sound(file.Data, "", remote.Expect{})
		require.Error(t, err, file.Name)
	}
}

func FuzzSound(f *testing.F) {
	for _, body := range streamed() {
		f.Add(body[:200], 24000)
	}
	f.Add([]byte("<html>"), 0)
	f.Add([]byte("\xff\xf3\x84\xc4\x00"), 8000)
	f.Add([]byte{1, 2, 3, 4}, 24000)
	f.Fuzz(func(t *testing.T, body []byte, raw int) {
		clip, err := remote.Sound(body, "", remote.Expect{Raw: min(max(raw, 0), 192000)})
		if err != nil {
			return
		}
		require.NotEmpty(t, clip.Samples)
		require.Positive(t, clip.Rate)
		for _, x := range clip.Samples {
			require.True(t, x >= -1 && x <= 1)
		}
	})
}
