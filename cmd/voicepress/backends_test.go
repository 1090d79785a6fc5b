package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The table in docs/backends.md is what the backends declare, as testdata/backends.yaml sets them up.
func TestDocsSayWhatBackendsDeclare(t *testing.T) {
	for _, name := range []string{"OPENAI_API_KEY", "ELEVENLABS_API_KEY", "GOOGLE_API_KEY", "AZURE_SPEECH_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		t.Setenv(name, "not-a-key") // nothing is asked for
	}
	code, stdout, stderr := call(t, nil, "backends", "--json", "--config", filepath.Join("testdata", "backends.yaml"))
	require.Equal(t, exitDone, code, stderr)
	var table strings.Builder
	table.WriteString("| backend | text leaves | USD a million | most text a request | at once | Hz | word times | same again | pronunciations | notice |\n" +
		"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for line := range strings.Lines(stdout) {
		var d declared
		require.NoError(t, json.Unmarshal([]byte(line), &d))
		require.True(t, d.Available, "%s: %s", d.Name, d.Error)
		atOnce := fmt.Sprint(d.Concurrency)
		if d.Concurrency == 7 { // jobs in the file
			atOnce = "as `jobs` says"
		}
		hz := "varies"
		if d.SampleRate > 0 {
			hz = fmt.Sprint(d.SampleRate)
		}
		fmt.Fprintf(&table, "| `%s` | %s | %g | %s | %s | %s | %s | %s | %s | %s |\n", d.Name, yesNo(d.Remote), d.USDPerMillion, d.limit(), atOnce, hz,
			d.times(), yesNo(d.Deterministic), yesNo(d.Pronunciations), d.notice())
	}
	path := filepath.Join("..", "..", "docs", "backends.md")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	const begin, end = "<!-- what the backends declare; made by the tests -->\n", "<!-- end of the table -->\n"
	before, rest, ok := strings.Cut(string(text), begin)
	require.True(t, ok)
	got, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(before+begin+table.String()+end+after), 0o644))
		return
	}
	require.Equal(t, table.String(), got, "`go test ./cmd/voicepress -run Docs -update` writes it anew")
}
