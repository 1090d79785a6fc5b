package piper

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/ttstest"
)

func TestConformance(t *testing.T) {
	ttstest.Run(t, func(t *testing.T) tts.Backend {
		t.Helper()
		b, err := New(t.Context(), Options{}, tts.Env{Data: dataFolder(t), Concurrency: 2, Log: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		return b
	})
}

func openTest(t testing.TB) *Backend {
	t.Helper()
	b, err := New(t.Context(), Options{}, tts.Env{Data: dataFolder(t), Concurrency: 2, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}
