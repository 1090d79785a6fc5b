package espeak

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMain lets the test program play an espeak-ng that misbehaves: when it is started under a name such as
// "espeak-hangs" (see impostor) it does what the name says instead of running tests.
func TestMain(m *testing.M) {
	if way, ok := strings.CutPrefix(filepath.Base(os.Args[0]), "espeak-"); ok {
		misbehave(way)
		return
	}
	os.Exit(m.Run())
}

// impostor returns the path of a program that answers to --version and to sentinels as espeak-ng does, and fails in the
// given way when it gets text.
func impostor(t *testing.T, way string) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "espeak-"+way)
	require.NoError(t, os.Symlink(self, path))
	return path
}

func misbehave(way string) {
	if len(os.Args) > 1 && os.Args[1] == "--version" {
		if way == "impostor" {
			fmt.Println("flite 2.2")
			return
		}
		fmt.Println("eSpeak NG text-to-speech: 9.99  Data at: /nowhere")
		return
	}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		if raw, ok := strings.CutPrefix(in.Text(), "[["); ok {
			fmt.Println(strings.TrimSuffix(raw, "]]"))
			continue
		}
		switch way {
		case "hangs":
			select {}
		case "dies", "dies-once":
			seen := os.Args[0] + ".seen"
			if _, err := os.Stat(seen); err == nil && way == "dies-once" {
				fmt.Println("fine")
				continue
			}
			_ = os.WriteFile(seen, nil, 0o600)
			fmt.Fprintln(os.Stderr, "out of\n\x1b[31mphonemes")
			os.Exit(1)
		case "floods":
			for {
				fmt.Println(strings.Repeat("a", 1000))
			}
		case "chatters":
			fmt.Println("one")
			in.Scan()
			fmt.Println(strings.Trim(in.Text(), "[]"))
			fmt.Println("more")
		}
	}
}
