package loudness_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/loudness"
)

// readings is what a meter says: LUFS, LU and dBTP.
type readings struct{ integrated, loudnessRange, truePeak float64 }

func measure(t *testing.T, samples []float32, rate, channels int) readings {
	t.Helper()
	m, err := loudness.NewMeter(rate, channels)
	require.NoError(t, err)
	m.Write(samples)
	return readings{m.Integrated(), m.Range(), m.TruePeak()}
}

// libebur128 compiles the program in testdata and is a meter that runs it.
func libebur128(t *testing.T) func(samples []float32, rate, channels int) readings {
	t.Helper()
	program := filepath.Join(t.TempDir(), "ebur128")
	out, err := exec.CommandContext(t.Context(), "gcc", "-O2", "-o", program, "testdata/ebur128.c", "-lebur128", "-lm").CombinedOutput()
	require.NoError(t, err, "this test needs gcc and libebur128-dev (make test installs them): %s", out)
	return func(samples []float32, rate, channels int) readings {
		t.Helper()
		command := exec.CommandContext(t.Context(), program, strconv.Itoa(rate), strconv.Itoa(channels))
		command.Stdin = bytes.NewReader(audiotest.Encode(samples))
		out, err := command.Output()
		require.NoError(t, err)
		var r readings
		_, err = fmt.Sscan(string(out), &r.integrated, &r.loudnessRange, &r.truePeak)
		require.NoError(t, err, "%s", out)
		return r
	}
}

// ffmpeg is what its filter ebur128 measures, to one decimal place.
func ffmpeg(t *testing.T, samples []float32, rate, channels int) readings {
	t.Helper()
	layout := []string{"mono", "stereo"}[channels-1]
	command := exec.CommandContext(t.Context(), "ffmpeg", "-hide_banner", "-nostats", "-f", "f32le", "-ar", strconv.Itoa(rate), "-ac", strconv.Itoa(channels),
		"-channel_layout", layout, "-i", "-", "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-")
	command.Stdin = bytes.NewReader(audiotest.Encode(samples))
	out, err := command.CombinedOutput()
	require.NoError(t, err, "this test needs ffmpeg (make test installs it): %s", out)
	number := func(pattern string) float64 {
		match := regexp.MustCompile(pattern).FindSubmatch(out)
		require.NotNil(t, match, "%s not in %s", pattern, out)
		v, err := strconv.ParseFloat(string(match[1]), 64)
		require.NoError(t, err)
		return v
	}
	return readings{number(`\bI: +(\S+) LUFS`), number(`\bLRA: +(\S+) LU\b`), number(`\bPeak: +(\S+) dBFS`)}
}
