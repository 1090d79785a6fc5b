// Package c2patest asks the two reference readers of C2PA manifests what they think of files, for tests. They are npm
// packages, which `make judges` installs into .ci/c2pa.
package c2patest

import (
	"bytes"
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
	var trusted []byte
	if anchors != "" {
		var err error
		trusted, err = os.ReadFile(anchors)
		require.NoError(t, err)
	}
	var answers []Answer
	ask(t, map[string]any{"anchors": string(trusted), "jobs": files}, &answers)
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

// Sign signs the file at from with c2pa-node, as other programs do, and writes it to the path to. Certificate and key are PEM
// files; a time stamp server may be named. The manifest is the JSON definition of that
// library; with an "intent" of edit or update the file before is its parent.
func Sign(t testing.TB, from, to, format, certificate, key, timestamp string, manifest any) {
	t.Helper()
	chain, err := os.ReadFile(certificate)
	require.NoError(t, err)
	private, err := os.ReadFile(key)
	require.NoError(t, err)
	ask(t, map[string]any{"sign": map[string]any{
		"file": from, "to": to, "format": format, "certificate": string(chain), "key": string(private), "timestamp": timestamp,
		"manifest": manifest,
	}}, &struct{}{})
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
