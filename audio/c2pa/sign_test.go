package c2pa_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/c2pa/c2patest"
)

// now is when the tests take place, as far as certificates are concerned. The reference readers go by the real clock.
func now() time.Time { return time.Now().Add(-time.Hour) }

// newKeys makes keys and a signer with them. root is the file to be trusted.
func newKeys(t testing.TB, change ...func(*c2pa.Config)) (s *c2pa.Signer, root string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, c2pa.InitKeys(dir, "Courier", now()))
	config := c2pa.Config{Keys: dir}
	for _, f := range change {
		f(&config)
	}
	s, err := c2pa.NewSigner(config, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return s, filepath.Join(dir, c2pa.RootFile)
}

// manifest says that a file was made.
func manifest(t testing.TB) c2pa.Manifest {
	t.Helper()
	actions, err := c2pa.NewAssertion(c2pa.LabelActions, map[string]any{
		"allActionsIncluded": true,
		"actions": []any{map[string]any{
			"action":            "c2pa.created",
			"digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
		}},
	})
	require.NoError(t, err)
	return c2pa.Manifest{
		Label:      "urn:c2pa:6a1e9c3e-8c5b-4c60-9d0e-2f4f6f1c9a01",
		InstanceID: "xmp:iid:6a1e9c3e-8c5b-4c60-9d0e-2f4f6f1c9a02",
		Title:      "A tone",
		Generator:  c2pa.Generator{Name: "voicepress", Version: "1.0"},
		Assertions: []c2pa.Assertion{actions},
	}
}

// sign signs a bare file and returns the whole file.
func sign(t testing.TB, s *c2pa.Signer, m c2pa.Manifest, c container, bare []byte) []byte {
	t.Helper()
	layout := func(store []byte) (c2pa.Layout, error) { return c.layout(t, bare, store), nil }
	signed, err := s.Sign(t.Context(), m, layout)
	require.NoError(t, err)
	return file(t, c.layout(t, bare, signed.Store))
}

// write writes a file for the reference readers.
func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

func TestBothReadersTrustEveryFormat(t *testing.T) {
	s, root := newKeys(t)
	var files []c2patest.File
	for _, c := range containers() {
		signed := sign(t, s, manifest(t), c, bareFile(t, c.extension))
		files = append(files, c2patest.File{Path: write(t, "signed"+c.extension, signed), Format: c.format})
	}
	answers := c2patest.RequireTrusted(t, root, files...)
	for _, a := range answers {
		require.Contains(t, string(a.Node.Report), `"com.voicepress.timestamp":"none"`)
		require.Contains(t, string(a.Wasm.Report), `"com.voicepress.timestamp":"none"`)
	}
}

func TestBothReadersTrustAStoreBesideItsFile(t *testing.T) {
	s, root := newKeys(t)
	ogg := bareFile(t, ".ogg")
	layout := func([]byte) (c2pa.Layout, error) { return c2pa.Layout{Parts: []c2pa.Part{{Source: section(ogg)}}}, nil }
	signed, err := s.Sign(t.Context(), manifest(t), layout)
	require.NoError(t, err)
	f := c2patest.File{Path: write(t, "a.ogg", ogg), Format: "audio/ogg", Store: write(t, "a.c2pa", signed.Store)}
	for i := range 200 {
		f.Flips = append(f.Flips, i*len(ogg)/200)
	}
	answers := c2patest.RequireTrusted(t, root, f)
	require.Len(t, answers[0].Flipped.Node, 200)
	for i, state := range answers[0].Flipped.Node {
		require.Equal(t, c2patest.Invalid, state, "byte %d", f.Flips[i])
	}
	t.Log(answers[0].Wasm.State, answers[0].Wasm.Failure)
}

func TestTheSameInputGivesTheSameBytes(t *testing.T) {
	s, _ := newKeys(t)
	for _, c := range containers() {
		bare := bareFile(t, c.extension)
		require.True(t, bytes.Equal(sign(t, s, manifest(t), c, bare), sign(t, s, manifest(t), c, bare)), c.name)
	}
}
