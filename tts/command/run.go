package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/wav"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/plain"
	"github.com/voicepress/voicepress/tts/internal/subprocess"
)

const (
	// exitTemporary is EX_TEMPFAIL of BSD's sysexits.h.
	exitTemporary = 75
	// assumedRate bounds the size of a WAV whose rate is not configured, in Hz.
	assumedRate = 48000
	// bytesPerSample bounds it too: 4 bytes in 2 channels.
	bytesPerSample = 8
)

// run starts the program, gives it the text and reads its sound and its marks.
func (b *Backend) run(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	program := b.options.Command[0]
	marksFile := ""
	if b.uses("{marks}") {
		folder, err := os.MkdirTemp("", "voicepress-marks-")
		if err != nil {
			return nil, fmt.Errorf("speak with %s: %w", program, err)
		}
		defer os.RemoveAll(folder)
		marksFile = filepath.Join(folder, "marks.jsonl")
	}
	out, err := b.output(ctx, r, marksFile)
	if err != nil {
		return nil, err
	}
	clip, err := wav.ReadAll(bytes.NewReader(out), b.maxSamples())
	if err != nil {
		return nil, fmt.Errorf("speak with %s: read its sound: %w", program, err)
	}
	if want := b.info.SampleRate; want != 0 && clip.Rate != want {
		return nil, fmt.Errorf("speak with %s: the sound has %d Hz; %d are configured", program, clip.Rate, want)
	}
	speech := &tts.Speech{Clip: clip}
	if marksFile == "" {
		return speech, nil
	}
	speech.Marks, err = readMarks(marksFile, r.Text, clip)
	if errors.Is(err, os.ErrNotExist) {
		speech.Warnings = append(speech.Warnings, "the program wrote no word times")
	} else if err != nil {
		return nil, fmt.Errorf("speak with %s: read its marks: %w", program, err)
	}
	return speech, nil
}

// maxSamples is the most sound that is taken.
func (b *Backend) maxSamples() int {
	rate := b.info.SampleRate
	if rate == 0 {
		rate = assumedRate
	}
	return audio.Samples(b.options.MaxDuration, rate)
}

// output runs the program and returns what it writes.
func (b *Backend) output(ctx context.Context, r tts.Request, marksFile string) ([]byte, error) {
	program := b.options.Command[0]
	late := &tts.Temporary{Err: fmt.Errorf("speak with %s: not done after %v", program, b.options.Timeout)}
	own, cancel := context.WithTimeoutCause(ctx, b.options.Timeout, late)
	defer cancel()
	cmd, tail := subprocess.Command(own, b.path, b.fill(r, marksFile)...)
	for _, name := range b.options.Environment {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	out, err := subprocess.Output(own, cmd, tail, input(r.Text), 64<<10+bytesPerSample*b.maxSamples())
	var exit *exec.ExitError
	switch {
	case own.Err() != nil:
		return nil, context.Cause(own)
	case errors.As(err, &exit) && exit.ExitCode() == exitTemporary:
		return nil, &tts.Temporary{Err: fmt.Errorf("speak with %s: %w", program, err)}
	case err != nil:
		return nil, fmt.Errorf("speak with %s: %w", program, err)
	}
	return out, nil
}

// fill replaces the placeholders in each argument. Values hold no placeholders and never become arguments of their own.
func (b *Backend) fill(r tts.Request, marksFile string) []string {
	values := strings.NewReplacer(
		"{voice}", r.Voice,
		"{language}", r.Language,
		"{rate}", strconv.FormatFloat(r.Speed(), 'g', -1, 64),
		"{seed}", strconv.FormatUint(r.Seed, 10),
		"{marks}", marksFile,
	)
	filled := make([]string, len(b.arguments))
	for i, argument := range b.arguments {
		filled[i] = values.Replace(argument)
	}
	return filled
}

// input is what the program reads: the text on one line, for programs that take each line for a request. Characters
// that are no text are replaced byte by byte with spaces, so that the program's byte positions are those of the request.
func input(text string) io.Reader { return strings.NewReader(plain.Text(text) + "\n") }
