package disclosure_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/disclosure"
)

// streamed is what a stream of some sound holds, written in pieces.
func streamed(t *testing.T, d *disclosure.Disclosure, sound []byte, piece int) []byte {
	t.Helper()
	var b bytes.Buffer
	s, err := disclosure.NewStream(&b, d)
	require.NoError(t, err)
	_, err = s.Write(nil)
	require.NoError(t, err)
	require.Zero(t, b.Len(), "nothing is written without sound")
	for rest := sound; len(rest) > 0; rest = rest[min(piece, len(rest)):] {
		n, err := s.Write(rest[:min(piece, len(rest))])
		require.NoError(t, err)
		require.Equal(t, min(piece, len(rest)), n)
	}
	return b.Bytes()
}

func TestStreamSaysFromItsFirstByteWhatAFileSays(t *testing.T) {
	sound := sound(t)
	d := sample()
	d.Text = strings.Repeat("Die Brücke steht. ", 100)
	whole := streamed(t, &d, sound, 1000)
	require.Equal(t, whole, streamed(t, &d, sound, len(sound)), "the same whatever the pieces")
	require.True(t, bytes.HasSuffix(whole, sound), "the sound keeps its bytes")
	path := filepath.Join(t.TempDir(), "a.mp3")
	require.NoError(t, os.WriteFile(path, whole[:len(whole)-len(sound)+5000], 0o644))
	report, err := disclosure.Verifier{}.Verify(t.Context(), path)
	require.NoError(t, err)
	require.True(t, report.Disclosed, "of a stream that ended early too")
	require.Equal(t, d.Wording.Written, report.Statement)

	tags := run(t, "exiftool", "-a", "-G1", "-s", path)
	for _, want := range []string{
		"AI_DISCLOSURE", "digitalsourcetype/trainedAlgorithmicMedia", "AI_VOICE_ENGINE", "piper 1.2-abc", "de_DE-example-medium", "0.300-4.100",
		"https://news.example/politik", "https://news.example/ki", "LAME 3.100, CBR 64 kb/s", "Beispielblatt", "Björn Beispiel",
	} {
		require.Contains(t, tags, want)
	}
	require.NotContains(t, tags, "Chapter", "their ends are not known")
	require.Contains(t, run(t, "eyeD3", path), "AI_DISCLOSURE")
	require.NotContains(t, string(whole[:len(whole)-len(sound)]), "TLEN", "nor is the length")
}

func TestStreamSaysWhenTheNoticeBegins(t *testing.T) {
	d := sample()
	d.Audible.End = 0
	path := filepath.Join(t.TempDir(), "a.mp3")
	require.NoError(t, os.WriteFile(path, streamed(t, &d, frames(), 4), 0o644))
	report, err := disclosure.Verifier{}.Verify(t.Context(), path)
	require.NoError(t, err)
	i := 3 // the order of Verify
	require.Equal(t, disclosure.Layer{Name: disclosure.LayerNotice, State: disclosure.Present, Detail: "from 0.3 s"}, report.Layers[i])
}

func TestStreamTakesNothingButSoundAndNothingAfterAnError(t *testing.T) {
	d := sample()
	var b bytes.Buffer
	s, err := disclosure.NewStream(&b, &d)
	require.NoError(t, err)
	for _, data := range [][]byte{[]byte("RIFF1234WAVE"), frames()} {
		_, err = s.Write(data)
		require.ErrorContains(t, err, "does not begin with an MPEG frame")
	}
	require.Zero(t, b.Len())

	broken := errors.New("nobody listens")
	for _, room := range []int64{0, 10, 100_000} {
		f := audiotest.FailAfter(room, broken)
		s, err := disclosure.NewStream(f, &d)
		require.NoError(t, err)
		for err == nil {
			_, err = s.Write(frames())
		}
		require.ErrorIs(t, err, broken)
		_, err = s.Write(frames())
		require.ErrorIs(t, err, broken)
	}

	s, err = disclosure.NewStream(&b, &d)
	require.NoError(t, err)
	_, err = s.Write(frames())
	require.NoError(t, err)
	at := b.Len()
	s.End(broken)
	_, err = s.Write(frames())
	require.ErrorIs(t, err, broken)
	require.Equal(t, at, b.Len())
}
