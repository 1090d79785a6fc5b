// Package espeak talks to the espeak-ng program: as a phonemizer (text to IPA) for neural voices, and as a plain
// backend that speaks a hundred languages by rule.
//
// espeak-ng is licensed under the GPL and is therefore always a separate process: nothing of it is linked or loaded.
// The package is not for turning numbers and abbreviations into words, which espeak-ng does poorly for news; it expects
// text that is in words already.
package espeak

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/subprocess"
)

// remedy is how the program is installed.
const remedy = "apt-get install espeak-ng (Debian, Ubuntu), brew install espeak-ng (macOS)"

// voicesRemedy is how a voice is found.
const voicesRemedy = "espeak-ng --voices lists the voices"

// find looks the program up and asks it for its version, such as "1.51". program may be empty: espeak-ng in the PATH.
func find(ctx context.Context, program string) (path, version string, err error) {
	if program == "" {
		program = "espeak-ng"
	}
	path, err = exec.LookPath(program)
	if err != nil {
		return "", "", &tts.Unavailable{What: "espeak-ng", Err: err, Remedy: remedy}
	}
	text, err := ask(ctx, path, "--version")
	if err != nil {
		return "", "", err
	}
	// "eSpeak NG text-to-speech: 1.51  Data at: /usr/lib/x86_64-linux-gnu/espeak-ng-data"
	found := versionPattern.FindStringSubmatch(text)
	if found == nil {
		err := fmt.Errorf("%s --version does not name a version of eSpeak NG", program)
		return "", "", &tts.Unavailable{What: "espeak-ng", Err: err, Remedy: remedy}
	}
	return path, found[1], nil
}

//nolint:gochecknoglobals // read-only pattern
var versionPattern = regexp.MustCompile(`^eSpeak NG text-to-speech: *(\S+)`)

// ask runs the program for a short answer about itself.
func ask(ctx context.Context, path string, args ...string) (string, error) {
	own, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd, tail := subprocess.Command(own, path, args...)
	out, err := subprocess.Output(own, cmd, tail, strings.NewReader(""), 1<<20)
	if err != nil {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		err = fmt.Errorf("run %s: %w", strings.Join(args, " "), err)
		return "", &tts.Unavailable{What: "espeak-ng", Err: err, Remedy: remedy}
	}
	return string(out), nil
}

//nolint:gochecknoglobals // read-only pattern
var voicePattern = regexp.MustCompile(`^[A-Za-z0-9]+([-_/+][A-Za-z0-9]+)*$`)

// checkVoice refuses names that are not names: espeak-ng takes paths as well, and crashes on some.
func checkVoice(voice string) error {
	if len(voice) > 64 || !voicePattern.MatchString(voice) {
		return &tts.NoSuchVoice{Voice: voice, Remedy: voicesRemedy}
	}
	return nil
}

// isUnknownVoice recognises the complaint about -v.
func isUnknownVoice(complaint string) bool {
	return strings.Contains(complaint, "voice does not exist")
}
