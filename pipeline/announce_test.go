package pipeline_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/tts/fake"
)

func TestTheNoticeIsSpokenBeforeAudioOfAnotherProgram(t *testing.T) {
	backend, err := fake.New(fake.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, backend.Close()) })
	for _, name := range []string{"harbour.mp3", "harbour.wav"} {
		dir := archive(t, name)
		path := filepath.Join(dir, name)
		d := discloser(t, newKeys(t))
		d.Announcer = &pipeline.Announcer{Backend: backend, Settings: settings(), Log: discard}
		out := t.TempDir()
		r, err := d.Disclose(t.Context(), pipeline.Existing{Path: path, Engine: "Acme"}, pipeline.Output{Dir: out})
		require.NoError(t, err, name)
		require.True(t, r.NoticeSpoken)
		made := filepath.Join(out, name)
		report, err := disclosure.Verifier{}.Verify(t.Context(), made)
		require.NoError(t, err)
		require.True(t, report.OK(), "%+v", report.Layers)
		s := report.Says
		require.True(t, s.Audible.Present)
		require.LessOrEqual(t, s.Audible.Start, int64(500))
		require.Contains(t, s.Audible.Text, "KI", "in the language of the article")
		require.Greater(t, s.Outputs[0].Duration, s.Audible.End+2000, "the notice, then all of the sound")
		require.Equal(t, 48000, s.Outputs[0].SampleRate, "as it was")
		require.InDelta(t, -19, *s.Outputs[0].Loudness, 0.5)
		require.Equal(t, "Der Hafen", s.Source.Title, "the tags are taken over")
		require.Equal(t, "spoken notice put before it", s.Edits[0])
		require.Contains(t, tool(t, "ffprobe", "-v", "error", "-show_entries", "format_tags", made), "Der Hafen")
		// The tone of the original is there from the end of the notice on.
		tone := tool(t, "ffmpeg", "-hide_banner", "-ss", time.Duration(s.Audible.End*1e6 + 1e9).String()[:4], "-t", "1", "-i", made, "-af",
			"bandpass=f=300:width_type=h:w=20,volumedetect", "-f", "null", "-")
		require.Regexp(t, `mean_volume: -(1|2)[0-9]`, tone)

		// In place: what is disclosed but silent about it is done again, and then left alone.
		d = discloser(t, "")
		_, err = d.DiscloseInPlace(t.Context(), pipeline.Existing{Path: path}, false, time.Time{})
		require.NoError(t, err)
		d.Announcer = &pipeline.Announcer{Backend: backend, Settings: settings(), Log: discard}
		for _, unchanged := range []bool{false, true} {
			r, err := d.DiscloseInPlace(t.Context(), pipeline.Existing{Path: path}, false, time.Time{})
			require.NoError(t, err)
			require.Equal(t, unchanged, r.Unchanged)
		}
		// A manifest would be lost.
		_, err = d.Disclose(t.Context(), pipeline.Existing{Path: made}, pipeline.Output{Dir: t.TempDir()})
		require.ErrorContains(t, err, "holds a signed manifest")
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, left, 2)
		require.NotContains(t, left[0].Name(), ".tmp")
	}
}
