package audiotest

import (
	"bytes"
	"encoding/binary"
	"os/exec"
	"testing"

	"github.com/voicepress/voicepress/audio"
)

// Speak is text spoken by espeak-ng in voice (such as "en-gb"), at the 22,050 Hz it speaks at. It fails the test where
// espeak-ng is missing.
func Speak(tb testing.TB, voice, text string) audio.Clip {
	tb.Helper()
	// The header is read here, and by hand, because espeak-ng cannot seek back on a pipe and leaves wrong lengths in it.
	const header = 44
	command := exec.CommandContext(tb.Context(), "espeak-ng", "--stdout", "-v", voice, "--stdin")
	command.Stdin = bytes.NewBufferString(text)
	data, err := command.Output()
	if err != nil {
		tb.Fatalf("espeak-ng: %v (this test needs espeak-ng: make test installs it)", err)
	}
	if len(data) < header || string(data[:4]) != "RIFF" || string(data[36:40]) != "data" {
		tb.Fatalf("espeak-ng: %d bytes that are not a plain WAV file", len(data))
	}
	clip := audio.Clip{Rate: int(binary.LittleEndian.Uint32(data[24:]))}
	for data = data[header:]; len(data) >= 2; data = data[2:] {
		clip.Samples = append(clip.Samples, float32(int16(binary.LittleEndian.Uint16(data)))/(1<<15))
	}
	return clip
}

// Sentences is five short texts in three languages for Speak, each with its espeak-ng voice: [voice, text].
func Sentences() [][2]string {
	return [][2]string{
		{"en-gb", "The council met on Tuesday. After four hours of debate, it voted to keep the library open until the end of March."},
		{"en-us", "Why did the price of bread rise by twelve percent? \"Nobody asked us,\" said the baker, \"and nobody will!\""},
		{"de", "Der Zug nach Leipzig fährt heute nicht. Reisende werden gebeten, den Bus vor dem Bahnhof zu benutzen."},
		{"fr", "La pluie a cessé vers midi, et les enfants sont sortis jouer dans la cour de l'école."},
		{"en-gb", "Six. Seven. Eight. At last the door opened, slowly, and a small grey cat walked in as if it owned the house."},
	}
}

// Encode is samples as 32-bit little-endian floats, the raw format that ffmpeg calls f32le.
func Encode(samples []float32) []byte {
	var out bytes.Buffer
	out.Grow(4 * len(samples))
	_ = binary.Write(&out, binary.LittleEndian, samples) // a bytes.Buffer takes all
	return out.Bytes()
}

// Decode is the samples of f32le data; a rest shorter than a sample is ignored.
func Decode(data []byte) []float32 {
	samples := make([]float32, len(data)/4)
	_, _ = binary.Decode(data, binary.LittleEndian, samples) // the length fits by construction
	return samples
}
