package disclosure_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/wav"
)

var update = flag.Bool("update", false, "write the golden files")

// sample is a Disclosure with every field set.
func sample() disclosure.Disclosure {
	human := true
	return disclosure.Disclosure{
		Wording:    disclosure.WordingFor("de-AT", disclosure.TrainedAlgorithmicMedia),
		SourceType: disclosure.TrainedAlgorithmicMedia,
		Engine:     disclosure.Engine{Name: "piper", Version: "1.2-abc", Kind: disclosure.Neural},
		Voice:      disclosure.Voice{ID: "de_DE-example-medium", Language: "de-DE", Licence: "CC0-1.0"},
		Article: disclosure.Article{
			URL:         "https://news.example/politik/brücke?id=7&x=<1>",
			Title:       "Die „Brücke“ & der Fluß – ein Bericht",
			Site:        "Beispielblatt",
			Authors:     []string{"Ada Muster", "Björn Beispiel"},
			Section:     "Politik",
			Published:   "2026-11-20T08:30:00+01:00",
			Language:    "de-AT",
			TextSHA256:  strings.Repeat("0123456789abcdef", 4),
			HumanAuthor: &human,
		},
		Audible: disclosure.Audible{
			Present: true, Start: 300 * time.Millisecond, End: 4100 * time.Millisecond, Reminders: []time.Duration{15 * time.Minute},
		},
		Chapters: []disclosure.Chapter{
			{"Die „Brücke“ & der Fluß", 5 * time.Second, 9 * time.Second},
			{"Was nun?", 9 * time.Second, 12*time.Second + 345*time.Millisecond},
		},
		Text:      "Die Brücke steht.\n\nDer Fluß fließt & rauscht.",
		PolicyURL: "https://news.example/ki",
		Tool:      disclosure.Tool{Name: "voicepress", Version: "0.1.0"},
		Encoder:   "LAME 3.100, CBR 64 kb/s",
		Edits:     []string{"silence trimmed", "loudness -16 LUFS"},
		Key:       "key-of-everything",
		Duration:  12*time.Second + 345*time.Millisecond,
	}
}

// run runs a foreign tool and returns what it prints.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	require.NoErrorf(t, err,
		"this test needs %s: make judges", name)
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	require.NoErrorf(t, err, "%s: %s", name, out)
	return string(out)
}

// sound is an MP3 file of a few seconds without any tag.
func sound(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bare.mp3")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=12.345", "-id3v2_version", "0", "-b:a", "64k", path)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

// frames is a quarter of a second of MPEG frames that are silent: enough for what only looks at the first one.
func frames() []byte {
	frame := make([]byte, 208) // MPEG-1 layer III, 64 kb/s, 44.1 kHz, mono
	copy(frame, "\xFF\xFB\x50\xC0")
	return []byte(strings.Repeat(string(frame), 10))
}

const rate = 22050 // Hz, of the WAV files

// wavFile is a WAV file of seconds of silence with the chunks before its sound.
func wavFile(t testing.TB, chunks []wav.Chunk, seconds int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := wav.NewWriter(&b, rate, 1, int64(seconds)*rate, chunks)
	require.NoError(t, err)
	require.NoError(t, w.Write(make([]float32, seconds*rate)))
	require.NoError(t, w.Close())
	return b.Bytes()
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// golden compares got with testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// tagOf is the tag that an MP3 file gets.
func tagOf(t testing.TB, d disclosure.Disclosure) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := disclosure.Write(t.Context(), &b, section(frames()), &d, nil)
	require.NoError(t, err)
	return bytes.TrimSuffix(b.Bytes(), frames())
}

// chunksOf are the chunks that a WAV file gets.
func chunksOf(t testing.TB, d disclosure.Disclosure) []wav.Chunk {
	t.Helper()
	var b bytes.Buffer
	_, err := disclosure.Write(t.Context(), &b, section(wavFile(t, nil, 0)), &d, nil)
	require.NoError(t, err)
	list, err := wav.Chunks(bytes.NewReader(b.Bytes()))
	require.NoError(t, err)
	var chunks []wav.Chunk
	for _, c := range list {
		if c.ID != "fmt " && c.ID != "data" {
			chunks = append(chunks, wav.Chunk{ID: c.ID, Data: b.Bytes()[c.Offset:][:c.Size]})
		}
	}
	return chunks
}
