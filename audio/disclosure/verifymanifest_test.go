package disclosure_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/c2pa/c2patest"
	"github.com/voicepress/voicepress/audio/disclosure"
)

const unknown = disclosure.Unknown

// newKeys makes a folder of keys at some time and a signer who still thinks that it is that time.
func newKeys(t *testing.T, at time.Time) (*c2pa.Signer, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, c2pa.InitKeys(dir, "The Courier", at))
	s, err := c2pa.NewSigner(c2pa.Config{Keys: dir, Now: func() time.Time { return at }}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return s, dir
}

// publishSigned puts a signed file and its sidecar into a folder.
func publishSigned(t *testing.T, name string, bare []byte, s *c2pa.Signer) string {
	t.Helper()
	dir := t.TempDir()
	var b bytes.Buffer
	d := sample()
	written, err := disclosure.Write(t.Context(), &b, section(bare), &d, s)
	require.NoError(t, err)
	o := disclosure.Output{
		File: name, MIME: "audio/x", Bytes: int64(b.Len()), SampleRate: rate, Channels: 1,
		C2PA: disclosure.Manifest{
			State: disclosure.ManifestEmbedded, Label: written.Manifest.Label, Signer: written.Manifest.Signer, Timestamp: disclosure.NoTimestamp,
		},
	}
	if written.Sidecar != nil {
		o.C2PA.State, o.C2PA.File = disclosure.ManifestSidecar, "story.c2pa"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "story.c2pa"), written.Sidecar, 0o600))
	}
	sum := sha256.Sum256(b.Bytes())
	o.SHA256 = hex.EncodeToString(sum[:])
	sidecar, err := d.Sidecar([]disclosure.Output{o}, time.Time{}).Encode()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "story.disclosure.json"), sidecar, 0o600))
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
	return path
}

func anchored(t *testing.T, keys string) disclosure.Verifier {
	t.Helper()
	roots, err := c2pa.ReadCertificates(filepath.Join(keys, c2pa.RootFile))
	require.NoError(t, err)
	return disclosure.Verifier{Anchors: roots}
}

// bareFiles are short files of every format, without tags, by name, with their media types.
func bareFiles(t *testing.T) map[string][2]string {
	t.Helper()
	files := map[string][2]string{}
	for ext, mime := range map[string]string{".mp3": "audio/mpeg", ".wav": "audio/wav", ".flac": "audio/flac", ".m4a": "audio/mp4", ".opus": "audio/ogg"} {
		if testing.Short() && ext != ".mp3" && ext != ".opus" {
			continue
		}
		path := filepath.Join(t.TempDir(), "bare"+ext)
		run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=frequency=300:sample_rate=48000:duration=2", "-map_metadata", "-1", path)
		files["story"+ext] = [2]string{path, mime}
	}
	return files
}

// The verifier agrees with both reference readers on good, altered, expired, untrusted, stripped and foreign files.
func TestVerifyAgreesWithTheReferenceReaders(t *testing.T) {
	now := time.Now()
	signer, keys := newKeys(t, now)
	old, oldKeys := newKeys(t, now.AddDate(-11, 0, 0)) // signers are valid for ten years
	_, otherKeys := newKeys(t, now)
	asSigned := []disclosure.State{present, present, present, present, present, present, present, present, none}

	type outcome struct {
		path, mime, roots, state string
	}
	var all []outcome
	check := func(path, mime, roots string, want []disclosure.State, state string) *disclosure.Report {
		t.Helper()
		r, err := anchored(t, roots).Verify(t.Context(), path)
		require.NoError(t, err)
		require.Equal(t, want, states(r), "%s: %v", path, r.Layers)
		got := c2patest.None
		if r.Manifest != nil {
			got = r.Manifest.State
		}
		require.Equal(t, state, got, path)
		all = append(all, outcome{path, mime, filepath.Join(roots, c2pa.RootFile), state})
		return r
	}
	for name, source := range bareFiles(t) {
		bare, mime := readFile(t, source[0]), source[1]
		good := publishSigned(t, name, bare, signer)
		r := check(good, mime, keys, asSigned, c2patest.Trusted)
		require.True(t, r.OK())
		require.Equal(t, "The Courier", r.Manifest.Signer)
		require.NotEmpty(t, r.Manifest.Label)

		untrusted := slices.Clone(asSigned)
		untrusted[6] = unknown
		require.True(t, check(good, mime, otherKeys, untrusted, c2patest.Valid).OK())

		altered := copyWith(t, good, func(b []byte) []byte { b[len(bare)/2+len(b)-len(bare)] ^= 0x10; return b })
		r = check(altered, mime, keys, []disclosure.State{present, present, changed, present, changed, present, present, changed, none}, c2patest.Invalid)
		require.False(t, r.Unchanged)
		require.Contains(t, r.Layers[4].Detail, "Hash.mismatch")

		expired := publishSigned(t, name, bare, old)
		r = check(expired, mime, oldKeys, []disclosure.State{present, present, present, present, changed, changed, unknown, present, none}, c2patest.Invalid)
		require.False(t, r.Unchanged, "a manifest that is not right is a change")
		require.Contains(t, r.Layers[5].Detail, "expired")

		stripped := copyWith(t, good, func([]byte) []byte { return bare })
		require.NoError(t, os.RemoveAll(filepath.Join(filepath.Dir(stripped), "story.c2pa")))
		r = check(stripped, mime, keys, []disclosure.State{missing, present, changed, present, missing}, c2patest.None)
		require.Contains(t, r.Layers[4].Detail, "the sidecar says that there is one")

		if mime == "audio/ogg" { // no other program signs these yet
			continue
		}
		foreign := filepath.Join(t.TempDir(), name)
		c2patest.Sign(t, source[0], foreign, mime, filepath.Join(keys, c2pa.CertificateFile), filepath.Join(keys, c2pa.KeyFile), "", map[string]any{
			"claim_generator_info": []any{map[string]any{"name": "another program", "version": "2"}},
			"assertions": []any{map[string]any{"label": "c2pa.actions", "data": map[string]any{"actions": []any{map[string]any{
				"action": "c2pa.created", "digitalSourceType": source2,
			}}}}},
		})
		r = check(foreign, mime, keys, []disclosure.State{missing, missing, missing, missing, present, present, present, present, none}, c2patest.Trusted)
		require.False(t, r.Disclosed, "its tags say nothing")
		require.True(t, r.Unchanged, "it is as it was signed")
		require.Equal(t, source2, r.Manifest.SourceType)
	}
	var files []c2patest.File
	var want []string
	for _, o := range all {
		f := c2patest.File{Path: o.path, Format: o.mime, Anchors: o.roots}
		if beside := strings.TrimSuffix(o.path, filepath.Ext(o.path)) + c2pa.SidecarSuffix; o.mime == "audio/ogg" {
			if _, err := os.Stat(beside); err != nil {
				continue
			}
			f.Store = beside
		}
		files, want = append(files, f), append(want, o.state)
	}
	for i, a := range c2patest.Read(t, "", files...) {
		require.Equal(t, want[i], a.Node.State, "c2pa-node on %s: %s", files[i].Path, a.Node.Error)
		switch {
		case files[i].Store != "":
		case want[i] == c2patest.None && a.Wasm.State == c2patest.Error: // how it says so of some formats
			require.Contains(t, a.Wasm.Error, "JumbfNotFound")
		default:
			require.Equal(t, want[i], a.Wasm.State, "c2pa-wasm on %s: %s", files[i].Path, a.Wasm.Error)
		}
	}
}

const source2 = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

// copyWith copies a file, changed, with what lies beside it.
func copyWith(t *testing.T, path string, change func([]byte) []byte) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Dir(path))))
	to := filepath.Join(dir, filepath.Base(path))
	require.NoError(t, os.WriteFile(to, change(readFile(t, path)), 0o600))
	return to
}

func TestWithoutRootsNobodyIsTrustedAndWithoutASidecarTheManifestProvesTheFile(t *testing.T) {
	signer, _ := newKeys(t, time.Now())
	path := publishSigned(t, "story.mp3", sound(t), signer)
	r, err := disclosure.Verifier{}.Verify(t.Context(), path)
	require.NoError(t, err)
	require.Equal(t, disclosure.Layer{Name: "signer", State: unknown, Detail: "no root was named to trust"}, r.Layers[6])
	require.True(t, r.OK())
	require.NoError(t, os.Remove(disclosure.SidecarName(path)))
	r, err = disclosure.Verifier{}.Verify(t.Context(), path)
	require.NoError(t, err)
	require.True(t, r.OK())
	require.Nil(t, r.Says)
	printed, err := json.Marshal(r)
	require.NoError(t, err)
	require.Contains(t, string(printed), `"code":"assertion.dataHash.match","kind":"success"`)
}

func TestAManifestThatTheSidecarDoesNotNameIsAChange(t *testing.T) {
	signer, _ := newKeys(t, time.Now())
	path := publishSigned(t, "story.mp3", sound(t), signer)
	sidecar := readFile(t, disclosure.SidecarName(path))
	i := bytes.Index(sidecar, []byte("urn:c2pa:"))
	sidecar[i+10] ^= 1
	require.NoError(t, os.WriteFile(disclosure.SidecarName(path), sidecar, 0o600))
	r, err := disclosure.Verifier{}.Verify(t.Context(), path)
	require.NoError(t, err)
	require.Equal(t, changed, r.Layers[4].State)
	require.False(t, r.OK())
}

func TestVerifyTellsOfTheWatermark(t *testing.T) {
	broken := errors.New("the model is broken")
	finding := func(w *disclosure.Watermark, err error) func(context.Context, *io.SectionReader) (*disclosure.Watermark, error) {
		return func(context.Context, *io.SectionReader) (*disclosure.Watermark, error) { return w, err }
	}
	mark := &disclosure.Watermark{Algorithm: "audioseal", Payload: "00ff"}
	for name, c := range map[string]struct {
		said *disclosure.Watermark
		look func(context.Context, *io.SectionReader) (*disclosure.Watermark, error)
		want disclosure.State
	}{
		"nobody looked, none is said":   {nil, nil, none},
		"nobody looked, one is said":    {mark, nil, unknown},
		"none is there, none is said":   {nil, finding(nil, nil), none},
		"none is there, one is said":    {mark, finding(nil, nil), missing},
		"one is there, one is said":     {mark, finding(mark, nil), present},
		"one is there, none is said":    {nil, finding(mark, nil), present},
		"another is there than is said": {mark, finding(&disclosure.Watermark{Algorithm: "audioseal", Payload: "0001"}, nil), changed},
	} {
		t.Run(name, func(t *testing.T) {
			d := sample()
			d.Watermark = c.said
			path, _ := publish(t, d)
			r, err := disclosure.Verifier{Watermark: c.look}.Verify(t.Context(), path)
			require.NoError(t, err)
			last := r.Layers[len(r.Layers)-1]
			require.Equal(t, disclosure.LayerWatermark, last.Name)
			require.Equal(t, c.want, last.State)
			require.True(t, r.OK(), "a watermark is a best effort")
		})
	}
	path, _ := publish(t, sample())
	_, err := disclosure.Verifier{Watermark: finding(nil, broken)}.Verify(t.Context(), path)
	require.ErrorIs(t, err, broken)
}
