package main

import (
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts/assets"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestMain lets the test binary stand in for the program, so that scripts and tests can run and kill it.
func TestMain(m *testing.M) {
	testscript.Main(uncached{m}, map[string]func(){"voicepress": func() { os.Exit(run(context.Background(), os.Args[1:], osStreams())) }})
}

// uncached runs the tests without a cache, so that none finds what another has spoken, or the developer.
type uncached struct{ *testing.M }

func (u uncached) Run() int {
	_ = os.Setenv("VOICEPRESS_CACHE_ENABLED", "false")
	return u.M.Run()
}

// dataDir is where the real voice is installed, for tests that speak with it.
func dataDir(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("VOICEPRESS_DATA"); dir != "" {
		return dir
	}
	dir, err := assets.DefaultDir()
	require.NoError(t, err)
	return dir
}

func testdata(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs("../../testdata")
	require.NoError(t, err)
	return dir
}

// TestScripts runs the command lines in testdata/script. In them $TESTDATA is the project's testdata folder, $URL a web
// server on this machine that serves its articles, and every run is at the same instant.
func TestScripts(t *testing.T) {
	server := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(testdata(t), "articles"))))
	t.Cleanup(server.Close)
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Cmds:          map[string]func(ts *testscript.TestScript, neg bool, args []string){"damage": damage},
		Setup: func(env *testscript.Env) error {
			env.Setenv("VOICEPRESS_DATA", dataDir(t))
			env.Setenv("TESTDATA", testdata(t))
			env.Setenv("URL", server.URL)
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			env.Setenv("VOICEPRESS_CACHE_ENABLED", "false") // the scripts about it switch it on
			env.Setenv("SOURCE_DATE_EPOCH", "1700000000")
			return nil
		},
	})
}

// damage flips a bit in the middle of one kept sentence in the folder that a script names.
func damage(ts *testscript.TestScript, _ bool, args []string) {
	files, err := filepath.Glob(ts.MkAbs(filepath.Join(args[0], "*", "*.speech")))
	ts.Check(err)
	data, err := os.ReadFile(files[0])
	ts.Check(err)
	data[len(data)/2] ^= 1
	ts.Check(os.WriteFile(files[0], data, 0o600))
}
