package pipeline_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/tts"
	qc "github.com/voicepress/voicepress/tts/check"
	"github.com/voicepress/voicepress/tts/fake"
)

// lame says half of each text that has a word in it, unless it is asked with another seed.
type lame struct {
	tts.Backend
	always, once string
}

func (b lame) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	speech, err := b.Backend.Speak(ctx, r)
	if err == nil && (strings.Contains(r.Text, b.always) || r.Seed == 0 && strings.Contains(r.Text, b.once)) {
		speech.Clip.Samples, speech.Marks = speech.Clip.Samples[:len(speech.Clip.Samples)/3], nil
	}
	return speech, err
}

func TestResultAndAccountSayWhatQualityControlHeard(t *testing.T) {
	inner, err := fake.New(fake.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, inner.Close()) })
	a := story(1)
	a.Blocks[0].Text = "Quality is one thing, and quantity is quite another thing altogether. " +
		"Nobody wanted zebras in the town, and so nobody had ever thought of a fence. The rest is as it should be."
	b := qc.Wrap(lame{inner, "zebras", "quantity"}, qc.Options{Enabled: true, Retakes: 2}, slog.New(slog.DiscardHandler))
	w, err := pipeline.New(t.Context(), b, settings(), discard)
	require.NoError(t, err)
	r, dir := convert(t, w, a)
	require.Equal(t, 2, r.Quality.Retaken)
	require.Equal(t, 1, r.Quality.Flagged)
	require.Equal(t, map[string]int{"short": 1}, r.Quality.Faults)
	require.Contains(t, strings.Join(r.Warnings, "\n"), `listen to "Nobody wanted zebras`)

	file, err := os.Open(filepath.Join(dir, "story.account.json"))
	require.NoError(t, err)
	defer file.Close()
	acc, err := script.ReadAccount(file)
	require.NoError(t, err)
	require.NotNil(t, acc.Quality)
	require.Equal(t, r.Quality, *acc.Quality)
	flag := acc.Quality.Listen[0]
	require.Equal(t, "Nobody wanted zebras in the town, and so nobody had ever thought of a fence.", acc.Block(flag.Block).Text[flag.Start:flag.End])

	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.Contains(t, string(text), `"quality":{"retaken":2,"flagged":1,"faults":{"short":1}`)
}
