package disclosure_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
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

// signed are the formats that a manifest lies in.
func signed() map[string]string {
	return map[string]string{".mp3": "audio/mpeg", ".wav": "audio/wav", ".flac": "audio/flac", ".m4a": "audio/mp4"}
}

// newSigner makes keys; root is the certificate to be trusted.
func newSigner(t testing.TB, timestamp string) (s *c2pa.Signer, root string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, c2pa.InitKeys(dir, "Beispielblatt", time.Now().Add(-time.Hour)))
	s, err := c2pa.NewSigner(c2pa.Config{Keys: dir, Timestamp: timestamp}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return s, filepath.Join(dir, c2pa.RootFile)
}

// tone is a file of another program that says nothing about itself.
func tone(t testing.TB, extension string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tone"+extension)
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=2,volume=0.3", "-id3v2_version", "0", path).CombinedOutput()
	require.NoErrorf(t, err, "this test needs ffmpeg: %s", out)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

// signedFile writes what d says into a file.
func signedFile(t testing.TB, file []byte, d disclosure.Disclosure, s *c2pa.Signer) (whole []byte, written disclosure.Written) {
	t.Helper()
	var b bytes.Buffer
	written, err := disclosure.Write(t.Context(), &b, section(file), &d, s)
	require.NoError(t, err)
	return b.Bytes(), written
}

func saved(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// active is the active manifest in a reader's report.
func active(t testing.TB, r c2patest.Reading) map[string]any {
	t.Helper()
	var report struct {
		Active    string                    `json:"active_manifest"`
		Manifests map[string]map[string]any `json:"manifests"`
	}
	require.NoError(t, json.Unmarshal(r.Report, &report))
	return report.Manifests[report.Active]
}

// assertion is the content of an assertion in a reader's report.
func assertion(t testing.TB, manifest map[string]any, label string) map[string]any {
	t.Helper()
	for _, a := range manifest["assertions"].([]any) {
		if a := a.(map[string]any); a["label"] == label {
			return a["data"].(map[string]any)
		}
	}
	require.Failf(t, "no assertion", "%s", label)
	return nil
}

func TestBothReadersTrustTheManifestAndSeeEveryField(t *testing.T) {
	s, root := newSigner(t, "")
	d := sample()
	d.Created = time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	var files []c2patest.File
	for extension, format := range signed() {
		whole, written := signedFile(t, tone(t, extension), d, s)
		require.LessOrEqual(t, len(written.Manifest.Store), 4096, extension)
		t.Logf("%s: manifest of %d bytes", extension, len(written.Manifest.Store))
		files = append(files, c2patest.File{Path: saved(t, "a"+extension, whole), Format: format})
	}
	for _, a := range c2patest.RequireTrusted(t, root, files...) {
		for _, r := range []c2patest.Reading{a.Node, a.Wasm} {
			m := active(t, r)
			require.Equal(t, d.Article.Title, m["title"])
			actions := assertion(t, m, "c2pa.actions.v2")["actions"].([]any)
			require.Len(t, actions, 2)
			created := actions[0].(map[string]any)
			require.Equal(t, "c2pa.created", created["action"])
			require.Equal(t, "2026-11-23T08:30:00Z", created["when"])
			require.Equal(t, d.SourceType.URI(), created["digitalSourceType"])
			require.Equal(t, map[string]any{"name": "piper de_DE-example-medium", "version": "1.2-abc"}, created["softwareAgent"])
			require.Equal(t, d.Wording.Written, created["description"])
			require.Equal(t, "silence trimmed; loudness -16 LUFS", actions[1].(map[string]any)["description"])
			model := assertion(t, m, "c2pa.ai-disclosure")
			require.Equal(t, "de_DE-example-medium", model["modelName"])
			require.Equal(t, "c2pa.types.model", model["modelType"])
			require.Equal(t, d.SourceType.URI(), assertion(t, m, "cawg.metadata")["Iptc4xmpExt:DigitalSourceType"])
			article := m["ingredients"].([]any)[0].(map[string]any)
			require.Equal(t, "inputTo", article["relationship"])
			require.Equal(t, d.Article.Title, article["title"])
			require.Equal(t, "https://news.example/politik/br%C3%BCcke?id=7&x=%3C1%3E", article["informational_URI"])
			for _, person := range d.Article.Authors {
				require.NotContains(t, string(r.Report), person)
			}
		}
	}
}

func TestAManifestWithATimestampIsSmall(t *testing.T) {
	server := c2patest.NewTimestampServer(t, nil)
	s, root := newSigner(t, server.URL)
	var files []c2patest.File
	for extension, format := range signed() {
		whole, written := signedFile(t, tone(t, extension), sample(), s)
		require.LessOrEqual(t, len(written.Manifest.Store), 9000)
		t.Logf("%s: manifest of %d bytes", extension, len(written.Manifest.Store))
		require.NotNil(t, written.Manifest.Time)
		files = append(files, c2patest.File{Path: saved(t, "a"+extension, whole), Format: format})
	}
	c2patest.RequireTrusted(t, c2patest.Anchors(t, root, server.Root), files...)
}

func TestTheSameDisclosureGivesTheSameManifest(t *testing.T) {
	s, _ := newSigner(t, "")
	file := tone(t, ".mp3")
	first, one := signedFile(t, file, sample(), s)
	again, _ := signedFile(t, file, sample(), s)
	require.True(t, bytes.Equal(first, again))
	other := sample()
	other.Key = "another"
	_, two := signedFile(t, file, other, s)
	require.NotEqual(t, one.Manifest.Label, two.Manifest.Label)
	_, wav := signedFile(t, tone(t, ".wav"), sample(), s)
	require.NotEqual(t, one.Manifest.Label, wav.Manifest.Label, "each format has a manifest of its own")
}

func TestAnEmptyDisclosureIsTrustedToo(t *testing.T) {
	s, root := newSigner(t, "")
	var files []c2patest.File
	for _, d := range []disclosure.Disclosure{
		{},
		{SourceType: disclosure.AlgorithmicMedia, Watermark: &disclosure.Watermark{Algorithm: "com.example.mark", Payload: "1f"}},
	} {
		whole, _ := signedFile(t, tone(t, ".mp3"), d, s)
		files = append(files, c2patest.File{Path: saved(t, "a.mp3", whole), Format: "audio/mpeg"})
	}
	c2patest.RequireTrusted(t, root, files...)
}

// TestAManifestThatWasThereIsKept: archive files of another program, without and with a manifest of their own, also one
// of an older claim version and one that was altered since, are the parent of what is disclosed.
func TestAManifestThatWasThereIsKept(t *testing.T) {
	s, root := newSigner(t, "")
	keys := filepath.Dir(root)
	d := sample()
	d.Ingredient = &disclosure.Ingredient{Name: "archive-1998.mp3", MIME: "audio/mpeg", SHA256: d.Article.TextSHA256}
	definition := func(version int) map[string]any {
		return map[string]any{
			"claim_version":        version,
			"claim_generator_info": []any{map[string]any{"name": "another program"}},
			"assertions": []any{map[string]any{"label": "c2pa.actions", "data": map[string]any{"actions": []any{map[string]any{
				"action": "c2pa.created", "digitalSourceType": d.SourceType.URI(),
			}}}}},
		}
	}
	var foreign []c2patest.Signing
	for extension, format := range signed() {
		for version := 1; version <= 2; version++ {
			foreign = append(foreign, c2patest.Signing{
				From: saved(t, "bare"+extension, tone(t, extension)), To: saved(t, "foreign"+extension, nil), Format: format,
				Certificate: filepath.Join(keys, c2pa.CertificateFile), Key: filepath.Join(keys, c2pa.KeyFile), Manifest: definition(version),
			})
		}
	}
	c2patest.SignAll(t, foreign...)
	var names []string
	var files []c2patest.File
	for extension, format := range signed() {
		bare := tone(t, extension)
		originals := map[string][]byte{"without": bare}
		for i, f := range foreign {
			if f.Format == format {
				file, err := os.ReadFile(f.To)
				require.NoError(t, err)
				originals["with claim version "+string(rune('1'+i%2))] = file
			}
		}
		ours, _ := signedFile(t, bare, sample(), s)
		originals["disclosed before"] = ours
		altered := bytes.Clone(ours)
		from, to := soundIn(t, extension, bare, altered)
		altered[(from+to)/2] ^= 0x55
		originals["disclosed and altered"] = altered
		for name, original := range originals {
			whole, _ := signedFile(t, original, d, s)
			names = append(names, extension+" "+name)
			files = append(files, c2patest.File{Path: saved(t, "a"+extension, whole), Format: format})
		}
	}
	for i, a := range c2patest.RequireTrusted(t, root, files...) {
		m := active(t, a.Wasm)
		actions := assertion(t, m, "c2pa.actions.v2")["actions"].([]any)
		require.Equal(t, "c2pa.opened", actions[0].(map[string]any)["action"], names[i])
		require.Equal(t, d.SourceType.URI(), actions[1].(map[string]any)["digitalSourceType"], names[i])
		parent := m["ingredients"].([]any)[1].(map[string]any)
		require.Equal(t, "parentOf", parent["relationship"], names[i])
		require.Equal(t, "archive-1998.mp3", parent["title"], names[i])
		require.Equal(t, !strings.HasSuffix(names[i], "without"), parent["active_manifest"] != nil, names[i])
		if strings.HasSuffix(names[i], "altered") {
			require.Contains(t, string(a.Node.Report), "Hash.mismatch", "what was wrong with it is said")
		}
	}
}

// soundIn is where the sound lies in a file that was made from a bare one.
func soundIn(t testing.TB, extension string, bare, whole []byte) (from, to int) {
	t.Helper()
	switch extension {
	case ".wav":
		from = bytes.Index(whole, []byte("data")) + 8
		return from, from + int(binary.LittleEndian.Uint32(whole[from-4:]))
	case ".m4a":
		from = bytes.Index(whole, []byte("mdat")) + 4
		return from, from - 8 + int(binary.BigEndian.Uint32(whole[from-8:]))
	case ".flac":
		return len(whole) - len(bare)/2, len(whole) // behind the metadata
	default:
		return len(whole) - len(bare), len(whole)
	}
}

func TestBothReadersFindEveryInvertedByteOfSound(t *testing.T) {
	flips := 200
	if testing.Short() {
		flips = 10
	}
	s, root := newSigner(t, "")
	formats := signed()
	formats[".opus"] = "audio/ogg"
	var files []c2patest.File
	for extension, format := range formats {
		bare := tone(t, extension)
		whole, written := signedFile(t, bare, sample(), s)
		f := c2patest.File{Path: saved(t, "a"+extension, whole), Format: format}
		if written.Sidecar != nil {
			f.Store = saved(t, "a.c2pa", written.Sidecar)
		}
		from, to := soundIn(t, extension, bare, whole)
		for i := range flips {
			f.Flips = append(f.Flips, from+(to-from-1)*i/(flips-1))
		}
		files = append(files, f)
	}
	for i, a := range c2patest.RequireTrusted(t, root, files...) {
		want := slices.Repeat([]string{c2patest.Invalid}, flips)
		require.Equal(t, want, a.Flipped.Node, files[i].Format)
		if files[i].Store == "" {
			require.Equal(t, want, a.Flipped.Wasm, files[i].Format)
		}
	}
}
