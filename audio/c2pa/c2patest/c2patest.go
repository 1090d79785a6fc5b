// Package c2patest asks the two reference readers of C2PA manifests what they think of files, for tests. They are npm
// packages, which `make judges` installs into .ci/c2pa.
package c2patest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// The states of a file. Error is a reader that gave up, None a file without manifest.
const (
	Trusted = "Trusted"
	Valid   = "Valid"
	Invalid = "Invalid"
	Error   = "Error"
	None    = "None"
)

// File is a file to be read.
type File struct {
	Path   string `json:"file"`
	Format string `json:"format"`          // media type
	Store  string `json:"store,omitempty"` // path of the manifest store beside it
	Flips  []int  `json:"flips,omitempty"` // offsets of bytes that are inverted, one at a time
	// Anchors is the PEM file of the certificates that are trusted for this file, in place of that for all.
	Anchors string `json:"-"`
}

// Answer is what both readers say about a file.
type Answer struct {
	Node    Reading `json:"node"` // @contentauth/c2pa-node
	Wasm    Reading `json:"wasm"` // @contentauth/c2pa-wasm; where the store lies beside the file, it reads the store alone
	Flipped struct {
		Node, Wasm []string // states, one a flip; Wasm is empty where the store lies beside the file
	} `json:"flipped"`
}

// Reading is what one reader says.
type Reading struct {
	State         string          `json:"state"`
	Success       []string        `json:"success"` // codes, of the active manifest
	Informational []string        `json:"informational"`
	Failure       []string        `json:"failure"` // and of its ingredients
	Report        json.RawMessage `json:"report"`  // everything, as the reader gives it
	Error         string          `json:"error"`
}

// Read asks both readers about files. They trust the certificates in the PEM file anchors; empty: none. The test fails
// where the readers are missing.
func Read(t testing.TB, anchors string, files ...File) []Answer {
	t.Helper()
	type job struct {
		File
		PEM string `json:"anchors,omitempty"`
	}
	jobs := make([]job, len(files))
	for i, f := range files {
		jobs[i].File = f
		if path := cmp.Or(f.Anchors, anchors); path != "" {
			trusted, err := os.ReadFile(path)
			require.NoError(t, err)
			jobs[i].PEM = string(trusted)
		}
	}
	var answers []Answer
	ask(t, map[string]any{"jobs": jobs}, &answers)
	require.Len(t, answers, len(files))
	return answers
}

// RequireTrusted asks both readers about files, and demands that both trust each of them and find no fault.
func RequireTrusted(t testing.TB, anchors string, files ...File) []Answer {
	t.Helper()
	answers := Read(t, anchors, files...)
	for i, a := range answers {
		require.Equalf(t, Trusted, a.Node.State, "c2pa-node on %s: %s %s", files[i].Path, a.Node.Error, a.Node.Report)
		require.Emptyf(t, a.Node.Failure, "c2pa-node on %s", files[i].Path)
		if files[i].Store != "" {
			continue
		}
		require.Equalf(t, Trusted, a.Wasm.State, "c2pa-wasm on %s: %s %s", files[i].Path, a.Wasm.Error, a.Wasm.Report)
		require.Emptyf(t, a.Wasm.Failure, "c2pa-wasm on %s", files[i].Path)
	}
	return answers
}

// Signing is a file that another program is to sign.
type Signing struct {
	From, To    string // paths
	Format      string // media type
	Certificate string // path of a PEM file
	Key         string // path of a PEM file
	Timestamp   string // address of a server, or empty
	// Manifest is the JSON definition of c2pa-node; with an "intent" of edit or update the file before is its parent.
	Manifest any
}

// Sign signs one file, as SignAll does.
func Sign(t testing.TB, from, to, format, certificate, key, timestamp string, manifest any) {
	t.Helper()
	SignAll(t, Signing{from, to, format, certificate, key, timestamp, manifest})
}

// SignAll signs files with c2pa-node, as other programs do.
func SignAll(t testing.TB, files ...Signing) {
	t.Helper()
	var requests []map[string]any
	for _, f := range files {
		chain, err := os.ReadFile(f.Certificate)
		require.NoError(t, err)
		private, err := os.ReadFile(f.Key)
		require.NoError(t, err)
		requests = append(requests, map[string]any{
			"file": f.From, "to": f.To, "format": f.Format, "certificate": string(chain), "key": string(private), "timestamp": f.Timestamp,
			"manifest": f.Manifest,
		})
	}
	ask(t, map[string]any{"sign": requests}, &[]any{})
}

// ask runs the script with a request.
func ask(t testing.TB, request, answer any) {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(here), "..", "..", "..", ".ci", "c2pa")
	require.DirExists(t, filepath.Join(dir, "node_modules", "@contentauth", "c2pa-wasm"), "this test needs the reference readers: make judges")
	node, err := exec.LookPath("node")
	require.NoError(t, err, "this test needs node: make judges")
	input, err := json.Marshal(request)
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), node, filepath.Join(dir, "judge.mjs"))
	cmd.Dir = dir
	cmd.Stdin = bytes.NewReader(input)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	require.NoErrorf(t, err, "reference readers: %s", complaint.String())
	require.NoError(t, json.Unmarshal(out, answer))
}
