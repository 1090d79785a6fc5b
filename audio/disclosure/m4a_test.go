package disclosure_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/c2pa/c2patest"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/m4a"
)

// soundM4A is what ffmpeg writes from a tone of three seconds.
func soundM4A(t *testing.T, options ...string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sound.m4a")
	args := append([]string{"-v", "error", "-f", "lavfi", "-i", "sine=duration=3"}, options...)
	run(t, "ffmpeg", append(args, path)...)
	return readAll(t, path)
}

// framesOf is the hash and the time of each encoded frame of sound.
func framesOf(t *testing.T, file []byte) string {
	t.Helper()
	return run(t, "ffmpeg", "-v", "error", "-i", write(t, "x.m4a", file), "-map", "0:a", "-c", "copy", "-f", "framemd5", "-")
}

func TestWriteLeavesTheSoundOfM4AAlone(t *testing.T) {
	for name, file := range map[string][]byte{
		"tables last": soundM4A(t), "tables first": soundM4A(t, "-movflags", "faststart"), "without loss": soundM4A(t, "-c:a", "alac"),
	} {
		t.Run(name, func(t *testing.T) {
			d := sample()
			d.Duration = 3 * time.Second
			once := disclosed(t, file, d)
			require.Equal(t, framesOf(t, file), framesOf(t, once))
			require.Equal(t, once, disclosed(t, once, d), "the second time nothing is new")
			report := verify(t, "x.m4a", once)
			require.Equal(t, "M4A", report.Format)
			require.True(t, report.Disclosed)
			require.Equal(t, sentence, report.Statement)
			require.Equal(t, source, report.SourceType)
			require.False(t, verify(t, "x.m4a", file).Disclosed)
		})
	}
}

func TestWriteKeepsWhatM4ASaysAlready(t *testing.T) {
	meta := write(t, "meta.txt", []byte(";FFMETADATA1\ntitle=An old title\nalbum_artist=Kept\n"+
		"[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Old one\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=3000\ntitle=Old two\n"))
	cover := write(t, "cover.jpg", jpegOf(t, picture(200, 200)))
	path := write(t, "archive.m4a", soundM4A(t, "-i", meta, "-i", cover, "-map", "0:a", "-map", "2:v", "-map_metadata", "1", "-map_chapters", "1",
		"-c:v", "copy", "-disposition:v", "attached_pic"))
	run(t, "/usr/bin/python3", "-c", `
import sys
from mutagen.mp4 import MP4, MP4FreeForm
f = MP4(sys.argv[1])
f['trkn'] = [(3, 7)]
f['----:com.apple.iTunes:ISRC'] = MP4FreeForm(b'XX1234567890')
f['----:com.voicepress:AI_DISCLOSURE'] = [MP4FreeForm(b'an older sentence'), MP4FreeForm(b'and another')]
f.save()`, path)
	archive := readAll(t, path)
	d := sample()
	d.Chapters, d.Audible.Present = nil, false
	out := write(t, "out.m4a", disclosed(t, archive, d))
	got := python(t, `
import sys, json
from mutagen.mp4 import MP4
f = MP4(sys.argv[1])
print(json.dumps({'title': f['©nam'], 'track': f['trkn'], 'isrc': [v.decode() for v in f['----:com.apple.iTunes:ISRC']],
  'albumartist': f['aART'], 'sentence': [v.decode() for v in f['----:com.voicepress:AI_DISCLOSURE']], 'cover': len(f['covr'][0]),
  'chapters': [c.title for c in f.chapters]}))`, out)
	require.Equal(t, []any{title}, got["title"], "ours replaces the title")
	require.Equal(t, []any{sentence}, got["sentence"])
	require.Equal(t, []any{[]any{3.0, 7.0}}, got["track"])
	require.Equal(t, []any{"XX1234567890"}, got["isrc"])
	require.Equal(t, []any{"Kept"}, got["albumartist"])
	require.InDelta(t, len(readAll(t, cover)), got["cover"], 0)
	require.Equal(t, []any{"Old one", "Old two"}, got["chapters"])
	require.Contains(t, run(t, ffprobe, "-v", "error", "-of", "flat", "-show_chapters", out), `chapter.1.tags.title="Old two"`)
	require.Equal(t, framesOf(t, archive), framesOf(t, readAll(t, out)))

	ours := sample()
	both := run(t, ffprobe, "-v", "error", "-of", "flat", "-show_chapters", write(t, "ours.m4a", disclosed(t, archive, ours)))
	require.Contains(t, both, "Was nun?")
	require.NotContains(t, both, "Old")
}

func TestWriteRefusesM4AThatItWouldBreak(t *testing.T) {
	d := sample()
	for name, file := range map[string][]byte{
		"fragments": soundM4A(t, "-movflags", "frag_keyframe+empty_moov"),
		"cut":       soundM4A(t)[:5000],
		"no movie":  []byte("\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00"),
	} {
		var out bytes.Buffer
		_, err := disclosure.Write(t.Context(), &out, section(file), &d, nil)
		require.ErrorContains(t, err, "M4A", name)
		require.Zero(t, out.Len(), "nothing is written")
	}
}

func TestTheSentenceInM4ASurvivesOtherPrograms(t *testing.T) {
	d := sample()
	in := write(t, "in.m4a", disclosed(t, soundM4A(t), d))
	for _, name := range []string{"copy.m4a", "other.m4a", "other.mp3", "other.opus", "other.flac"} {
		out := filepath.Join(t.TempDir(), name)
		args := []string{"-v", "error", "-i", in, "-map", "0:a", out}
		if strings.HasPrefix(name, "copy") {
			args = []string{"-v", "error", "-i", in, "-map", "0:a", "-c", "copy", out}
		}
		run(t, "ffmpeg", args...)
		require.Contains(t, run(t, ffprobe, "-v", "error", "-of", "flat", "-show_format", "-show_streams", out), sentence, name)
	}
}

func TestHostileStringsAreTamedInM4A(t *testing.T) {
	bare := soundM4A(t)
	for _, s := range hostile() {
		d := sample()
		fill(reflect.ValueOf(&d).Elem(), s)
		fill(reflect.ValueOf(d.Chapters), s)
		out := disclosed(t, bare, d)
		report := verify(t, "any.m4a", out)
		require.True(t, report.Disclosed)
		requireClean(t, report.Statement, 1024)
		f, err := m4a.Read(section(out))
		require.NoError(t, err)
		for _, name := range []string{"\xA9nam", "\xA9ART", "\xA9alb", "\xA9day", "\xA9too"} {
			text, _ := f.Tag(name)
			requireClean(t, text, 1024)
		}
		lyrics, _ := f.Tag("\xA9lyr")
		requireClean(t, strings.ReplaceAll(lyrics, "\n", " "), 1<<20)
		require.Equal(t, framesOf(t, bare), framesOf(t, out))
	}
}

// TestBothReadersTrustBothBrands signs what the encoder makes, with tags, chapters and cover. Each changed byte outside the
// manifest, be it sound, a tag or a chapter, is found.
func TestBothReadersTrustBothBrands(t *testing.T) {
	s, root := newSigner(t, "")
	ffmpeg, err := m4a.Open("")
	require.NoError(t, err)
	d := sample()
	d.Cover, err = disclosure.NewCover(jpegOf(t, picture(300, 300)), true)
	require.NoError(t, err)
	inSound, inTables := 20, 10
	if testing.Short() {
		inSound, inTables = 4, 3
	}
	var files []c2patest.File
	for _, brand := range []string{m4a.Audio, m4a.Book} {
		bare := audiotest.NewFile()
		e, err := ffmpeg.NewEncoder(t.Context(), bare, 44100, 1, 64, brand)
		require.NoError(t, err)
		require.NoError(t, e.Write(audiotest.Bursts(44100, 13*time.Second, 1)))
		require.NoError(t, e.Close())
		whole, written := signedFile(t, bare.Bytes(), d, s)
		require.Equal(t, "M4A", written.Format)
		require.Nil(t, written.Sidecar, "the manifest is inside")
		require.LessOrEqual(t, len(written.Manifest.Store), 4096)
		require.Equal(t, framesOf(t, bare.Bytes()), framesOf(t, whole))
		again, _ := signedFile(t, whole[:len(whole):len(whole)], d, s)
		require.Equal(t, framesOf(t, bare.Bytes()), framesOf(t, again))
		file := c2patest.File{Path: saved(t, "a.m4a", whole), Format: "audio/mp4"}
		for i := range inSound {
			file.Flips = append(file.Flips, len(whole)-1-i*5000)
		}
		moov, sound := bytes.Index(whole, []byte("moov")), bytes.Index(whole, []byte("mdat"))
		for i := range inTables {
			file.Flips = append(file.Flips, moov+200+i*(sound-moov)/inTables)
		}
		file.Flips = append(file.Flips, bytes.Index(whole, []byte("Was nun?")), bytes.LastIndex(whole, []byte("Was nun?")), bytes.Index(whole, []byte(xmpBox)))
		files = append(files, file)
		require.NotContains(t, run(t, exiftool, "-a", "-ee", file.Path), "Warning", "ExifTool 12.57 does not look into the box of the manifest")
	}
	for i, a := range c2patest.RequireTrusted(t, root, files...) {
		for k, at := range files[i].Flips {
			require.Equal(t, c2patest.Invalid, a.Flipped.Node[k], "byte %d", at)
			require.Equal(t, c2patest.Invalid, a.Flipped.Wasm[k], "byte %d", at)
		}
	}
}

// xmpBox is the beginning of the box with XMP.
const xmpBox = "uuid\xBE\x7A\xCF\xCB"

func FuzzM4A(f *testing.F) {
	path := filepath.Join(f.TempDir(), "sound.m4a")
	d := sample()
	require.NoError(f, exec.CommandContext(f.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=0.2", path).Run())
	bare, err := os.ReadFile(path)
	require.NoError(f, err)
	f.Add(bare)
	var out bytes.Buffer
	_, err = disclosure.Write(f.Context(), &out, section(bare), &d, nil)
	require.NoError(f, err)
	f.Add(out.Bytes())
	f.Fuzz(func(t *testing.T, file []byte) {
		if !m4a.Is(file) {
			return
		}
		var out bytes.Buffer
		if _, err := disclosure.Write(t.Context(), &out, section(file), &d, nil); err != nil {
			return
		}
		report := verify(t, "x.m4a", out.Bytes())
		require.True(t, report.Disclosed)
		require.Equal(t, sentence, report.Statement)
	})
}
