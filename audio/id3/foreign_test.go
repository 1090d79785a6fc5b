package id3_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/id3"
)

// run runs a foreign tool and returns what it prints.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	require.NoErrorf(t, err, "this test needs %s: apt-get install ffmpeg lame eyed3 libimage-exiftool-perl mp3val python3-mutagen", name)
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	require.NoErrorf(t, err, "%s: %s", name, out)
	return string(out)
}

// mp3 writes an MP3 file of one second that starts with tag.
func mp3(t *testing.T, tag []byte) string {
	t.Helper()
	dir := t.TempDir()
	bare := filepath.Join(dir, "bare.mp3")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-id3v2_version", "0", "-b:a", "64k", bare)
	sound, err := os.ReadFile(bare)
	require.NoError(t, err)
	path := filepath.Join(dir, "tagged.mp3")
	require.NoError(t, os.WriteFile(path, append(tag, sound...), 0o600))
	return path
}

func TestMutagenReadsEveryFrame(t *testing.T) {
	path := mp3(t, full().Bytes())
	const script = `
import sys, json
from mutagen.id3 import ID3
t = ID3(sys.argv[1])
chapters = [[c.element_id, c.start_time, c.end_time, c.sub_frames['TIT2'].text[0]] for c in t.getall('CHAP')]
toc = t.getall('CTOC')[0]
o = t.getall('GEOB')[0]
print(json.dumps({'version': list(t.version), 'TIT2': t['TIT2'].text, 'TEXT': t['TEXT'].text, 'TXXX': t['TXXX:AI_DISCLOSURE'].text,
  'COMM': [t['COMM:note:deu'].lang] + t['COMM:note:deu'].text, 'USLT': [t['USLT::deu'].lang, t['USLT::deu'].text],
  'WOAF': t['WOAF'].url, 'WXXX': t['WXXX:AI policy'].url, 'PRIV': t.getall('PRIV')[0].data.hex(),
  'GEOB': [o.mime, o.filename, o.desc, o.data.hex()], 'CTOC': [int(toc.flags)] + toc.child_element_ids, 'CHAP': chapters}))`
	var got map[string]any
	require.NoError(t, json.Unmarshal([]byte(run(t, "/usr/bin/python3", "-c", script, path)), &got))
	require.Equal(t, map[string]any{
		"version": []any{2.0, 4.0, 0.0},
		"TIT2":    []any{"Überschrift – 見出し"},
		"TEXT":    []any{"Ada Example", "Ben Beispiel"},
		"TXXX":    []any{"Voice is AI-generated."},
		"COMM":    []any{"deu", "two\nlines"},
		"USLT":    []any{"deu", "What is read.\n\nIn paragraphs."},
		"WOAF":    "https://news.example/a?b=c&d=%C3%A4",
		"WXXX":    "https://news.example/ai",
		"PRIV":    "0001ff00fe",
		"GEOB":    []any{"application/c2pa", "c2pa", "c2pa manifest store", "00ffe000"},
		"CTOC":    []any{3.0, "a", "b"},
		"CHAP":    []any{[]any{"a", 0.0, 4000.0, "Notice"}, []any{"b", 4000.0, 65432.0, "Überschrift"}},
	}, got)
}

func TestForeignToolsFindNothingWrong(t *testing.T) {
	path := mp3(t, full().Bytes())
	require.NotContains(t, run(t, "exiftool", "-a", "-warning", "-error", path), "Warning")
	require.NotContains(t, run(t, "mp3val", path), "WARNING")
	require.NotContains(t, strings.ToLower(run(t, "eyeD3", "--no-color", path)), "error")
	require.Empty(t, run(t, "ffmpeg", "-v", "warning", "-i", path, "-f", "null", "-"))
}

func TestTagsOfForeignToolsAreRead(t *testing.T) {
	bare := mp3(t, nil)
	dir := filepath.Dir(bare)
	writers := map[string]func(path string){
		"ffmpeg 2.3":  func(path string) { ffmpegTagged(t, bare, path, "3") },
		"ffmpeg 2.4":  func(path string) { ffmpegTagged(t, bare, path, "4") },
		"mutagen 2.3": func(path string) { mutagenTagged(t, bare, path, "3") },
		"mutagen 2.4": func(path string) { mutagenTagged(t, bare, path, "4") },
		"eyeD3": func(path string) {
			copyFile(t, bare, path)
			run(t, "eyeD3", "--title", "Café – 見出し", "--user-text-frame", "AI_DISCLOSURE:Stimme ä", path)
		},
		"lame": func(path string) {
			wav := filepath.Join(dir, "s.wav")
			run(t, "ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "sine=duration=1", wav)
			run(t, "lame", "--silent", "--id3v2-utf16", "--tt", "Café – 見出し", "--tv", "TXXX=AI_DISCLOSURE=Stimme ä", wav, path)
		},
	}
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.mp3")
			write(path)
			file, err := os.Open(path)
			require.NoError(t, err)
			defer file.Close()
			tag, err := id3.Read(file)
			require.NoError(t, err)
			require.Equal(t, "Café – 見出し", tag.Text("TIT2"))
			text, ok := tag.UserText("AI_DISCLOSURE")
			require.True(t, ok)
			require.Equal(t, "Stimme ä", text)
			next := make([]byte, 2)
			_, err = file.Read(next)
			require.NoError(t, err)
			require.Equal(t, []byte{0xFF, 0xE0}, []byte{next[0], next[1] & 0xE0}, "the sound follows the tag")
		})
	}
}

func ffmpegTagged(t *testing.T, from, to, version string) {
	run(t, "ffmpeg", "-v", "error", "-i", from, "-c", "copy", "-id3v2_version", version, "-metadata", "title=Café – 見出し",
		"-metadata", "AI_DISCLOSURE=Stimme ä", to)
}

func mutagenTagged(t *testing.T, from, to, version string) {
	copyFile(t, from, to)
	run(t, "/usr/bin/python3", "-c", `
import sys
from mutagen.id3 import ID3, TIT2, TXXX
t = ID3()
t.add(TIT2(encoding=1, text='Café – 見出し'))
t.add(TXXX(encoding=1, desc='AI_DISCLOSURE', text='Stimme ä'))
t.save(sys.argv[1], v2_version=int(sys.argv[2]))`, to, version)
}

func copyFile(t *testing.T, from, to string) {
	data, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, data, 0o600))
}
