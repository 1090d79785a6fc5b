package pipeline_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/loudness"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/tts/fake"
)

func TestEveryPresetGivesTheLevelThatItNames(t *testing.T) {
	type heard struct{ lufs, rms, peak float64 }
	made := map[string]heard{}
	for _, p := range pipeline.Presets() {
		s := settings()
		s.Mastering, s.Formats = p.Mastering, p.Formats
		_, dir := convert(t, open(t, fake.Options{}, s), story(12))
		for _, o := range sidecarOf(t, dir).Outputs {
			samples := play(t, filepath.Join(dir, o.File), o.SampleRate)
			meter, err := loudness.NewMeter(o.SampleRate, 1)
			require.NoError(t, err)
			meter.Write(samples)
			h := heard{meter.Integrated(), audiotest.DB(audiotest.RMS(samples)), meter.TruePeak()}
			require.LessOrEqual(t, h.peak, p.Mastering.TruePeak, p.Name)
			made[p.Name] = h
		}
	}
	require.InDelta(t, -19, made["podcast"].lufs, 0.5)
	require.InDelta(t, -16, made["web"].lufs, 0.5)
	require.InDelta(t, -20, made["acx"].rms, 0.5)
	require.LessOrEqual(t, made["acx"].peak, -3.0)
	require.Greater(t, math.Abs(made["none"].lufs-made["podcast"].lufs), 1.0, "the level stays as it was spoken")
}

func TestUnknownPresetNamesThoseThereAre(t *testing.T) {
	_, err := pipeline.FindPreset("loud")
	require.ErrorContains(t, err, "podcast, web, acx, none")
}
