package m4a_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/m4a"
)

// FuzzFile holds that whatever is read, tagged and laid out again is read again.
func FuzzFile(f *testing.F) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		f.Fatal("this test needs ffmpeg: make judges installs it")
	}
	own := encode(f, audiotest.Bursts(16000, 200*time.Millisecond, 1), 16000, 1, m4a.Audio)
	f.Add(own)
	chapters := read(f, own)
	chapters.SetChapters([]m4a.Chapter{{"One", 0}, {"Two", 100 * time.Millisecond}}, "eng")
	f.Add(joined(f, chapters.Parts(nil, nil)))
	path := filepath.Join(f.TempDir(), "foreign.m4a")
	run(f, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=0.2", "-ac", "2", "-movflags", "faststart", "-metadata", "title=x", path)
	foreign, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(foreign)
	f.Add(bytes.Clone(foreign[:len(foreign)/2]))
	f.Fuzz(relayout)
}
