package assets_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/configs"
	"github.com/voicepress/voicepress/tts/assets"
)

func TestTheShippedCatalogueIsValidAndServesThisPlatform(t *testing.T) {
	c, err := assets.Parse(configs.Assets)
	require.NoError(t, err)
	list, err := c.WithNeeds("en_US-joe-medium")
	require.NoError(t, err)
	require.Equal(t, []string{"onnxruntime", "en_US-joe-medium"}, []string{list[0].Name, list[1].Name}, "what is needed comes first")
	kokoro, err := c.WithNeeds("kokoro")
	require.NoError(t, err)
	for _, a := range append(list, kokoro...) {
		part, err := a.Here()
		require.NoError(t, err)
		require.Positive(t, part.Bytes())
		require.NotEmpty(t, a.Licence)
	}
}

func TestCatalogueRefusesWhatWouldBeUnsafe(t *testing.T) {
	const valid = `
- {name: v, kind: voice, backend: piper, version: "1", licence: MIT, platforms: {any: {fetch: [FETCH], files: [{from: a/b, to: TO, bytes: 1, sha256: HASH}]}}}
`
	hash := strings.Repeat("0", 64)
	entry := func(fetch, to, hash string) string {
		return strings.NewReplacer("FETCH", fetch, "TO", to, "HASH", hash).Replace(valid)
	}
	_, err := assets.Parse([]byte(entry(`{pip: "x==1"}`, "voices/x", hash)))
	require.NoError(t, err)
	for name, text := range map[string]string{
		"path above the data folder": entry(`{pip: "x==1"}`, "../x", hash),
		"absolute path":              entry(`{pip: "x==1"}`, "/etc/x", hash),
		"no exact version":           entry(`{pip: x}`, "x", hash),
		"an option for pip":          entry(`{pip: "--index-url==1"}`, "x", hash),
		"an option for npm":          entry(`{npm: "--registry@1"}`, "x", hash),
		"a path for pip":             entry(`{pip: "../x==1"}`, "x", hash),
		"plain http":                 entry(`{url: "http://example.org/"}`, "x", hash),
		"nested packages":            entry(`{all: [{all: [{pip: "x==1"}]}]}`, "x", hash),
		"a url among packages":       entry(`{all: [{url: "https://example.org/"}]}`, "x", hash),
		"from and join":              strings.Replace(entry(`{pip: "x==1"}`, "x", hash), "from: a/b", "from: a/b, join: [a, b]", 1),
		"a path out of an archive":   strings.Replace(entry(`{pip: "x==1"}`, "x", hash), "from: a/b", "join: [../a]", 1),
		"joined from a url":          strings.Replace(entry(`{url: "https://example.org/"}`, "x", hash), "from: a/b", "join: [a, b]", 1),
		"two ways in one":            entry(`{pip: "x==1", npm: "x@1"}`, "x", hash),
		"short hash":                 entry(`{pip: "x==1"}`, "x", "abc"),
		"name above the data folder": strings.Replace(entry(`{pip: "x==1"}`, "x", hash), "name: v", "name: ../v", 1),
		"version that is a path":     strings.Replace(entry(`{pip: "x==1"}`, "x", hash), `version: "1"`, `version: "1/../../.."`, 1),
		"unknown key":                "- {name: v, run: rm}",
		"not a list":                 "name: v",
		"needs what is not there":    strings.Replace(entry(`{pip: "x==1"}`, "x", hash), "licence: MIT", "licence: MIT, needs: [w]", 1),
	} {
		_, err := assets.Parse([]byte(text))
		require.Error(t, err, name)
	}
}

func FuzzCatalogue(f *testing.F) {
	f.Add(configs.Assets)
	f.Add([]byte("- {name: a, needs: [a]}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := assets.Parse(text)
		if err != nil {
			return
		}
		for _, a := range c.Assets {
			_, err := c.WithNeeds(a.Name)
			require.NoError(t, err)
			for _, part := range a.Platforms {
				for _, file := range part.Files {
					require.True(t, filepath.IsLocal(filepath.FromSlash(file.To)))
				}
			}
		}
	})
}

// served is an asset whose files come from an HTTPS server.
func served(url string, files map[string][]byte) assets.Asset {
	part := assets.Part{Fetch: []assets.Fetch{{URL: url}}}
	for name, content := range files {
		part.Files = append(part.Files, describe("archive/"+name, content))
	}
	return assets.Asset{
		Name: "voice", Kind: assets.Voice, Backend: "piper", Version: "1", Licence: "CC0-1.0", Language: "en-US",
		Platforms: map[string]assets.Part{"any": part},
	}
}

func describe(from string, content []byte) assets.File {
	sum := sha256.Sum256(content)
	return assets.File{From: from, To: "voices/" + filepath.Base(from), Bytes: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
}

func newStore(t *testing.T, client *http.Client) *assets.Store {
	return &assets.Store{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler), HTTP: client}
}

func ignore(int64, int64) {}

func TestInstallResumesAnInterruptedDownload(t *testing.T) {
	content := bytes.Repeat([]byte("voice"), 100_000)
	var ranges []string
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ranges = append(ranges, r.Header.Get("Range"))
		if len(ranges) == 1 { // the first answer breaks off half way
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			_, _ = w.Write(content[:len(content)/2])
			return
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}))
	defer server.Close()
	store, asset := newStore(t, server.Client()), served(server.URL, map[string][]byte{"model.onnx": content})

	err := store.Install(t.Context(), asset, ignore)
	var notFetched *assets.NotFetched
	require.ErrorAs(t, err, &notFetched)
	require.Contains(t, notFetched.Hint(), "goes on where it stopped")
	require.False(t, store.Installed(asset))

	var last int64
	require.NoError(t, store.Install(t.Context(), asset, func(done, total int64) {
		require.GreaterOrEqual(t, done, last)
		require.Equal(t, int64(len(content)), total)
		last = done
	}))
	require.Equal(t, []string{"", fmt.Sprintf("bytes=%d-", len(content)/2)}, ranges)
	require.True(t, store.Installed(asset))
	require.NoError(t, store.Verify(asset))
	meta, err := os.ReadFile(filepath.Join(store.Dir, "voices", "voice.meta.yaml"))
	require.NoError(t, err)
	require.Contains(t, string(meta), "licence: CC0-1.0")
	require.NoDirExists(t, filepath.Join(store.Dir, "downloads", "voice-1"), "downloads are removed")

	require.NoError(t, os.Remove(filepath.Join(store.Dir, "voices", "voice.meta.yaml")))
	require.False(t, store.Installed(asset), "without its licence a voice is not installed")
	require.NoError(t, store.Install(t.Context(), asset, ignore))
	require.True(t, store.Installed(asset))
	require.Len(t, ranges, 2, "what is there is not fetched again")
}

func TestInstallRefusesWhatHasAnotherHash(t *testing.T) {
	for name, answer := range map[string]string{"same length": "evil!", "longer": "voice, and more", "shorter": "v"} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(answer))
			}))
			defer server.Close()
			store, asset := newStore(t, server.Client()), served(server.URL, map[string][]byte{"model.onnx": []byte("voice")})
			require.Error(t, store.Install(t.Context(), asset, ignore))
			require.False(t, store.Installed(asset))
			require.NoFileExists(t, filepath.Join(store.Dir, "voices", "model.onnx"))
		})
	}
}

func TestTwoInstallersAtOnceFetchOnce(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		_, _ = w.Write([]byte("voice"))
	}))
	defer server.Close()
	store, asset := newStore(t, server.Client()), served(server.URL, map[string][]byte{"model.onnx": []byte("voice")})
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { require.NoError(t, store.Install(context.Background(), asset, ignore)) })
	}
	both.Wait()
	require.EqualValues(t, 1, requests.Load())
}

// A program called python3 stands in for pip: it puts a wheel where it is told, as pip does.
func TestInstallUnpacksAWheelThatPipFetched(t *testing.T) {
	content := []byte("a model")
	wheel := filepath.Join(t.TempDir(), "x-1-py3-none-any.whl")
	writeZip(t, wheel, map[string][]byte{"x/model.onnx": content})
	bin := t.TempDir()
	script := "#!/bin/sh\nwhile [ $# -gt 1 ]; do [ \"$1\" = --dest ] && dest=$2; shift; done\necho \"$1\" >> " + bin + "/asked\ncp " + wheel + " \"$dest\"\n"
	require.NoError(t, os.WriteFile(filepath.Join(bin, "python3"), []byte(script), 0o755))
	t.Setenv("PATH", bin+":/usr/bin:/bin")

	store := newStore(t, nil)
	asset := assets.Asset{
		Name: "x", Kind: assets.Runtime, Backend: "piper", Version: "1", Licence: "MIT",
		Platforms: map[string]assets.Part{"any": {Fetch: []assets.Fetch{{Pip: "x==1"}}, Files: []assets.File{describe("x/model.onnx", content)}}},
	}
	require.NoError(t, store.Install(t.Context(), asset, ignore))
	require.NoError(t, store.Verify(asset))
	require.NoError(t, store.Install(t.Context(), asset, ignore))
	asked, err := os.ReadFile(filepath.Join(bin, "asked"))
	require.NoError(t, err)
	require.Equal(t, "x==1\n", string(asked), "the second install asks for nothing")

	require.NoError(t, os.WriteFile(filepath.Join(store.Dir, "voices", "model.onnx"), []byte("b model"), 0o644))
	require.ErrorContains(t, store.Verify(asset), "not the file of the catalogue")
}

func TestInstallSaysWhatEveryWayToFetchAnswered(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	store := newStore(t, nil)
	asset := served("https://127.0.0.1:1", map[string][]byte{"m": []byte("x")})
	part := asset.Platforms["any"]
	part.Fetch = append([]assets.Fetch{{Pip: "x==1"}, {NPM: "x@1"}}, part.Fetch...)
	asset.Platforms["any"] = part
	err := store.Install(t.Context(), asset, ignore)
	require.ErrorContains(t, err, "python3 is not installed")
	require.ErrorContains(t, err, "npm is not installed")
	require.ErrorContains(t, err, "connection refused")
}

func TestUnknownNameListsWhatThereIs(t *testing.T) {
	c, err := assets.Parse(configs.Assets)
	require.NoError(t, err)
	_, err = c.WithNeeds("nobody")
	var unknown *assets.NotInCatalogue
	require.ErrorAs(t, err, &unknown)
	require.Contains(t, unknown.Hint(), "en_US-joe-medium")
}

func writeZip(t *testing.T, path string, files map[string][]byte) {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for name, content := range files {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = w.Write(content)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	require.NoError(t, os.WriteFile(path, buf.Bytes(), 0o644))
}
