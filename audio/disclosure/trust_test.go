package disclosure_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/c2pa/c2patest"
	"github.com/voicepress/voicepress/audio/wav"
)

// TestBothReadersTrustUnusualFiles signs files in which the store lies at unusual places, beside the file, or after another.
// One start of the readers judges all of them, because that takes seconds.
func TestBothReadersTrustUnusualFiles(t *testing.T) {
	s, root := newSigner(t, "")
	var files []c2patest.File
	for _, c := range []struct {
		name, format string
		file         []byte
	}{
		{"cover.mp3", "audio/mpeg", bare(t, ".mp3")},
		{"cover.flac", "audio/flac", bare(t, ".flac")},
		{"cover.m4a", "audio/mp4", bare(t, ".m4a")},
		{"trailing-tag.mp3", "audio/mpeg", append(bare(t, ".mp3"), append([]byte("TAG"), make([]byte, 125)...)...)},
		{"odd.wav", "audio/wav", riffFile(stereo(), wav.Chunk{ID: "odd ", Data: []byte("odd")}, wav.Chunk{ID: "data", Data: make([]byte, 40_000)})},
	} {
		for _, title := range []string{"A title", "A title of other length"} { // so that the store has an odd length once
			d := withCover(t, sample(), noise(t, 100))
			d.Article.Title = title
			whole, written := signedFile(t, c.file, d, s)
			require.Nil(t, written.Sidecar, "the manifest is inside")
			path := filepath.Join(t.TempDir(), c.name)
			require.NoError(t, os.WriteFile(path, whole, 0o600))
			files = append(files, c2patest.File{Path: path, Format: c.format})
			// What Write makes is what Verify finds.
			r := verify(t, c.name, whole)
			require.Equal(t, present, r.Layers[4].State, c.name)
		}
	}
	whole, written := signedFile(t, bare(t, ".opus"), withCover(t, sample(), noise(t, 150)), s)
	require.NotContains(t, string(whole), "urn:c2pa:", "the manifest of Opus is beside it")
	files = append(files, c2patest.File{Path: write(t, "a.opus", whole), Format: "audio/ogg", Store: write(t, "a.c2pa", written.Sidecar)})
	files = append(files, signedTwice(t, s)...)
	c2patest.RequireTrusted(t, root, files...)
}

// signedTwice are files with two manifests, the second of which was made of the first.
func signedTwice(t *testing.T, s *c2pa.Signer) (files []c2patest.File) {
	t.Helper()
	for _, ext := range []string{".mp3", ".flac", ".wav", ".m4a"} {
		d := sample()
		once, first := signedFile(t, bare(t, ext), d, s)
		d.Key = "second"
		twice, second := signedFile(t, once, d, s)
		require.NotEqual(t, first.Manifest.Label, second.Manifest.Label)
		require.Contains(t, string(twice), first.Manifest.Label, "the first manifest is kept")
		files = append(files, c2patest.File{Path: write(t, "a"+ext, twice), Format: signed()[ext]})
	}
	return files
}

// TestManifestInRF64IsTrusted asks our own validator: the reference readers open no RF64 file.
func TestManifestInRF64IsTrusted(t *testing.T) {
	s, root := newSigner(t, "")
	rf64 := filepath.Join(t.TempDir(), "long.wav")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-rf64", "always", rf64)
	whole, written := signedFile(t, readAll(t, rf64), sample(), s)
	require.Equal(t, "RF64", string(whole[:4]))
	list, err := wav.Chunks(bytes.NewReader(whole))
	require.NoError(t, err)
	last := list[len(list)-1]
	require.Equal(t, "C2PA", last.ID)
	anchors, err := c2pa.ReadCertificates(root)
	require.NoError(t, err)
	report := c2pa.Validate(written.Manifest.Store, section(whole), c2pa.Range{Start: last.Offset - 8, Length: last.Size + 8}, c2pa.Trust{Anchors: anchors, Now: time.Now()})
	require.Equal(t, c2pa.Trusted, report.State)
}
