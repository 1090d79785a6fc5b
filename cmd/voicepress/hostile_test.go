package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/testdata/hostile"
)

// call runs one command line in this process.
func call(t *testing.T, stdin []byte, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, &streams{in: bytes.NewReader(stdin), out: &out, err: &errs})
	return code, out.String(), errs.String()
}

// longest is the size in bytes of the hostile inputs that are converted whole. The longer ones would be hours of audio;
// of them the test runs everything before the voice.
const longest = 1500

// quick makes the voice of a test read at twice its speed: the same text, through the same code, in half the sound.
const quick = "--rate=2"

// TestHostileInputsSpeakOrFailCleanly runs the program over every hostile input: either there is disclosed audio and
// nothing else, or a message, a code other than 0, and no file.
func TestHostileInputsSpeakOrFailCleanly(t *testing.T) {
	inputs, err := hostile.Load()
	require.NoError(t, err)
	require.NotEmpty(t, inputs)
	for _, in := range inputs {
		if testing.Short() && len(in.Data) > longest {
			continue // for the race detector: what is before the voice runs in one goroutine
		}
		t.Run(in.ID, func(t *testing.T) {
			t.Parallel()
			as := in.Kind
			if as == "feed" {
				as = "html" // feeds are not read yet; as a page they must do no harm
			}
			dir := t.TempDir()
			args := []string{"convert", "-", "--as", as, "-o", dir, "--backend", "fake", quick}
			if len(in.Data) > longest {
				args = []string{"script", "-", "--as", as}
			}
			code, stdout, stderr := call(t, in.Data, args...)
			requirePlain(t, stdout)
			requirePlain(t, stderr)
			require.NotContains(t, stderr, "goroutine ", "no stack trace")
			files := visible(t, dir)
			if code != 0 {
				require.Equal(t, exitFailed, code, stderr)
				require.Empty(t, files)
				require.Contains(t, stderr, "voicepress: ")
				require.True(t, in.Kind == "feed" || allows(in, hostile.Nothing) || allows(in, hostile.Refuse), "it should be spoken: %s", stderr)
				return
			}
			require.True(t, in.Kind == "feed" || allows(in, hostile.Speak), "it should not be spoken")
			if len(in.Data) <= longest {
				requireDisclosed(t, files, strings.Split(strings.TrimSpace(stdout), "\n")[0])
			}
		})
	}
}

func allows(in hostile.Input, o hostile.Outcome) bool { return slices.Contains(in.Allow, o) }

// requireDisclosed checks what a conversion left: seven files with harmless names, and audio that discloses, notice and all,
// whatever the input says about itself.
func requireDisclosed(t *testing.T, files []string, audio string) {
	t.Helper()
	require.Len(t, files, 7, "%v", files)
	for _, name := range files {
		requirePlain(t, name)
		require.LessOrEqual(t, len(name), 120)
	}
	report, err := disclosure.Verifier{}.Verify(t.Context(), audio)
	require.NoError(t, err)
	require.True(t, report.OK(), "%+v", report)
	for _, layer := range report.Layers {
		if layer.Name == disclosure.LayerNotice {
			require.Equal(t, disclosure.Present, layer.State)
		}
	}
}

// requirePlain fails if text would do something to a terminal.
func requirePlain(t *testing.T, s string) {
	t.Helper()
	for _, r := range s {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			require.Failf(t, "control character", "%q in %q", r, s)
		}
	}
}

// visible lists the files of a folder, and fails if a temporary one is left.
func visible(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		require.NotContains(t, e.Name(), ".tmp", "a temporary file is left")
		if !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names
}

// TestEveryDoorDiscloses goes through every way in which audio can leave the program.
func TestEveryDoorDiscloses(t *testing.T) {
	article := filepath.Join(t.TempDir(), "story.txt")
	require.NoError(t, os.WriteFile(article, []byte("The council met on Monday and agreed on a plan for the harbour."), 0o644))
	for name, args := range map[string][]string{
		"folder":          {"convert", article, "-o", "OUT"},
		"file":            {"convert", article, "-o", "OUT/a.mp3"},
		"wav":             {"convert", article, "-o", "OUT/a.wav"},
		"two formats":     {"convert", article, "-o", "OUT", "--format", "mp3,wav"},
		"notice off":      {"convert", article, "-o", "OUT", "--no-spoken-notice"},
		"notice off, wav": {"convert", article, "-o", "OUT", "--no-spoken-notice", "--format", "wav"},
		"json":            {"convert", article, "-o", "OUT", "--json"},
		"quiet":           {"convert", article, "-o", "OUT", "--quiet"},
		"batch":           {"batch", article, "-o", "OUT"},
		"batch, wav":      {"batch", article, "-o", "OUT", "--format", "wav", "--no-spoken-notice"},
		"preview":         {"lexicon", "preview", "harbour", "-o", "OUT"},
		"preview, wav":    {"lexicon", "preview", "harbour", "-o", "OUT/a.wav", "--no-spoken-notice"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for i := range args {
				args[i] = strings.Replace(args[i], "OUT", dir, 1)
			}
			code, _, stderr := call(t, nil, append(args, "--backend", "fake", quick)...)
			require.Zero(t, code, stderr)
			found := 0
			for _, name := range visible(t, dir) {
				if ext := filepath.Ext(name); ext != ".mp3" && ext != ".wav" {
					continue
				}
				found++
				report, err := disclosure.Verifier{}.Verify(t.Context(), filepath.Join(dir, name))
				require.NoError(t, err)
				require.True(t, report.OK(), "%s: %+v", name, report)
			}
			require.Positive(t, found)
		})
	}
	t.Run("stream", func(t *testing.T) {
		t.Parallel()
		code, stdout, stderr := call(t, nil, "convert", article, "-o", "-", "--backend", "fake")
		require.Zero(t, code, stderr)
		path := filepath.Join(t.TempDir(), "a.mp3")
		require.NoError(t, os.WriteFile(path, []byte(stdout), 0o644))
		report, err := disclosure.Verifier{}.Verify(t.Context(), path)
		require.NoError(t, err)
		require.True(t, report.Disclosed)
	})
}

// TestDisclosingOtherAudioIsADoorToo is TestEveryDoorDiscloses for audio that another program made.
func TestDisclosingOtherAudioIsADoorToo(t *testing.T) {
	for _, name := range []string{"a.mp3", "a.wav"} {
		for _, inPlace := range []bool{false, true} {
			dir := t.TempDir()
			path := filepath.Join(dir, name)
			out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", path).CombinedOutput()
			require.NoError(t, err, string(out))
			args := []string{"disclose", path, "--in-place"}
			if !inPlace {
				args = []string{"disclose", path, "-o", filepath.Join(dir, "out")}
				path = filepath.Join(dir, "out", name)
			}
			code, _, stderr := call(t, nil, args...)
			require.Zero(t, code, stderr)
			report, err := disclosure.Verifier{}.Verify(t.Context(), path)
			require.NoError(t, err)
			require.True(t, report.OK(), "%s: %+v", name, report)
		}
	}
}

// TestCommandsThatWriteAudioAreAllTested fails when a command is added and nobody thought about its disclosure.
func TestCommandsThatWriteAudioAreAllTested(t *testing.T) {
	speaks := map[string]bool{"convert": true, "batch": true, "lexicon preview": true, "disclose": true} // the doors of TestEveryDoorDiscloses
	silent := []string{
		"article", "script", "account", "verify", "install", "voices", "backends", "cache stats", "cache prune", "cache verify", "doctor", "config init", "config show", "version", "exit-codes",
		"lexicon check", "lexicon test", "lexicon affected", "lexicon list", "lexicon import", "keys init",
	}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			name := strings.TrimPrefix(sub.CommandPath(), "voicepress ")
			if sub.HasSubCommands() {
				walk(sub)
			} else if !speaks[name] {
				require.Contains(t, silent, name, "a new command: does it write audio?")
			}
		}
	}
	walk(newRoot(&streams{}))
}

func TestEventsAreJSONWithAKnownTypeAndEndWithTheResult(t *testing.T) {
	article := filepath.Join(t.TempDir(), "story.txt")
	require.NoError(t, os.WriteFile(article, []byte("The council met on Monday. It agreed."), 0o644))
	code, stdout, _ := call(t, nil, "batch", article, "-o", t.TempDir(), "--backend", "fake", "--json")
	require.Zero(t, code)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	for i, line := range lines {
		var event map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &event), line)
		require.Contains(t, []string{"start", "progress", "article", "result"}, event["type"])
		require.Equal(t, i == len(lines)-1, event["type"] == "result")
	}
}

// TestInterruptLeavesNothing ends a conversion in the middle, as Ctrl-C does.
func TestInterruptLeavesNothing(t *testing.T) {
	article := filepath.Join(t.TempDir(), "story.txt")
	require.NoError(t, os.WriteFile(article, []byte(strings.Repeat("The council met on Monday and agreed. ", 200)), 0o644))
	dir := t.TempDir()
	ctx, cancel := context.WithCancelCause(t.Context())
	var out bytes.Buffer
	events := &cancelAfter{lines: 5, cancel: func() { cancel(errInterrupted) }, Buffer: &out}
	code := run(ctx, []string{"convert", article, "-o", dir, "--backend", "fake", "--json"}, &streams{in: strings.NewReader(""), out: events, err: &out})
	require.Equal(t, exitInterrupted, code, out.String())
	require.Empty(t, visible(t, dir))
}

// cancelAfter cancels once it has taken so many lines.
type cancelAfter struct {
	*bytes.Buffer
	lines  int
	cancel func()
}

func (c *cancelAfter) Write(b []byte) (int, error) {
	if c.lines--; c.lines == 0 {
		c.cancel()
	}
	return c.Buffer.Write(b)
}
