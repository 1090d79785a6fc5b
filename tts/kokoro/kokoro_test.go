package kokoro

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/assets"
	"github.com/voicepress/voicepress/tts/internal/words"
	"github.com/voicepress/voicepress/tts/ttstest"
)

// dataFolder is where the program installs voices. Tests that need the real network are skipped without it; `make test`
// installs it.
func dataFolder(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("VOICEPRESS_DATA")
	if folder == "" {
		var err error
		folder, err = assets.DefaultDir()
		require.NoError(t, err)
	}
	if _, err := os.Stat(filepath.Join(Folder(folder), modelFile)); err != nil {
		t.Skip("kokoro is not installed: run `voicepress install kokoro`")
	}
	return folder
}

func openTest(t testing.TB) *Backend {
	t.Helper()
	b, err := New(t.Context(), Options{}, tts.Env{Data: dataFolder(t), Concurrency: 2, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func TestConformance(t *testing.T) {
	dataFolder(t)
	if testing.Short() {
		t.Skip("it computes for minutes")
	}
	ttstest.Run(t, func(t *testing.T) tts.Backend {
		t.Helper()
		b, err := New(t.Context(), Options{}, tts.Env{Data: dataFolder(t), Concurrency: 2, Log: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		return b
	})
}

func TestEveryWordHasItsMark(t *testing.T) {
	b := openTest(t)
	require.Equal(t, tts.TimingWord, b.Info().Timing)
	require.True(t, b.Info().Deterministic)
	for _, text := range []string{"The end of the war was a relief.", "Yes.", "7"} {
		speech, err := b.Speak(t.Context(), tts.Request{Text: text})
		require.NoError(t, err)
		require.Empty(t, speech.Warnings)
		spans := words.Of(text)
		require.Len(t, speech.Marks, len(spans))
		end := 0
		for i, m := range speech.Marks {
			require.Equal(t, []int{spans[i].Start, spans[i].End}, []int{m.Start, m.End})
			require.False(t, m.Estimated)
			require.GreaterOrEqual(t, m.From, end)
			require.Greater(t, m.To, m.From, "%q in %q", text[m.Start:m.End], text)
			end = m.To
		}
		require.LessOrEqual(t, end, len(speech.Clip.Samples))
	}
}
