package command

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/wav"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

// TestMain lets the test program play the program that is run: started under a name such as "tts-speaks" (see program)
// it does what the name says instead of running tests.
func TestMain(m *testing.M) {
	if way, ok := strings.CutPrefix(filepath.Base(os.Args[0]), "tts-"); ok {
		os.Exit(play(way))
	}
	os.Exit(m.Run())
}

// program returns the path of a program that behaves in the given way.
func program(t *testing.T, way string) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "tts-"+way)
	require.NoError(t, os.Symlink(self, path))
	return path
}

// call is what a program saw; it writes it to a file beside itself.
type call struct {
	Args  []string
	Env   []string
	Input string
}

func play(way string) int {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return 1
	}
	seen, _ := json.Marshal(call{os.Args[1:], os.Environ(), string(text)})
	_ = os.WriteFile(os.Args[0]+".call", seen, 0o600)
	switch way {
	case "speaks", "speaks-badly-timed", "speaks-without-marks":
		if err := speakTones(os.Args[1:], string(text), way); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	case "fails":
		fmt.Fprintln(os.Stderr, "cannot load the model:\nno such file")
		return 3
	case "is-busy":
		fmt.Fprintln(os.Stderr, "all lines are busy")
		return 75
	case "hangs":
		time.Sleep(time.Hour)
	case "says-nothing":
	case "babbles":
		fmt.Println("this is no WAV file")
	case "floods":
		for {
			if _, err := os.Stdout.WriteString(strings.Repeat("flood", 1000)); err != nil {
				return 1
			}
		}
	}
	return 0
}

// speakTones speaks with the fake backend.
func speakTones(args []string, text, way string) error {
	flags := flag.NewFlagSet("tts", flag.ContinueOnError)
	voice := flags.String("voice", "tones-en", "")
	rate := flags.Float64("rate", 1, "")
	seed := flags.Uint64("seed", 0, "")
	marks := flags.String("marks", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	b, err := fake.New(fake.Options{SampleRate: 16000, Concurrency: 1, MaxRunes: 1 << 20})
	if err != nil {
		return err
	}
	defer b.Close()
	speech, err := b.Speak(context.Background(), tts.Request{Text: text, Voice: *voice, Rate: *rate, Seed: *seed})
	if err != nil {
		return err
	}
	w, err := wav.NewWriter(os.Stdout, speech.Clip.Rate, 1, int64(len(speech.Clip.Samples)), nil)
	if err == nil {
		err = w.Write(speech.Clip.Samples)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil || *marks == "" || way == "speaks-without-marks" {
		return err
	}
	var lines strings.Builder
	for _, mark := range speech.Marks {
		from, to := float64(mark.From)/16, float64(mark.To)/16
		if way == "speaks-badly-timed" {
			to += 10000
		}
		fmt.Fprintf(&lines, `{"start":%d,"end":%d,"from_ms":%v,"to_ms":%v,"more":"is ignored"}`+"\n", mark.Start, mark.End, from, to)
	}
	return os.WriteFile(*marks, []byte(lines.String()), 0o600)
}

// seen is what the program saw last.
func seen(t *testing.T, program string) call {
	t.Helper()
	data, err := os.ReadFile(program + ".call")
	require.NoError(t, err)
	var c call
	require.NoError(t, json.Unmarshal(data, &c))
	return c
}
