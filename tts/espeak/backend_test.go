package espeak

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/ttstest"
)

func openBackend(t testing.TB, o Options, voice string) *Backend {
	t.Helper()
	b, err := New(t.Context(), o, tts.Env{Voice: voice, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func TestConformance(t *testing.T) {
	ttstest.Run(t, func(t *testing.T) tts.Backend { return openBackend(t, Options{}, "") })
}

func say(t *testing.T, b *Backend, r tts.Request) *tts.Speech {
	t.Helper()
	speech, err := b.Speak(t.Context(), r)
	require.NoError(t, err)
	return speech
}

func TestInfoSaysWhatEspeakIs(t *testing.T) {
	info := openBackend(t, Options{Speed: 160}, "").Info()
	require.Equal(t, disclosure.AlgorithmicMedia, info.SourceType)
	require.Contains(t, info.Fingerprint, "160 words a minute")
	require.Greater(t, len(info.Voices), 100)
	require.Equal(t, "en-us", info.Voices[0].ID)
	require.Equal(t, "en-US", info.Voices[0].Language)
	require.Equal(t, "de", openBackend(t, Options{Voice: "fr-fr"}, "de").Info().Voices[0].ID)
	require.Equal(t, "en-gb+f3", openBackend(t, Options{Voice: "en-gb+f3"}, "").Info().Voices[0].ID)
}

func TestLanguageChoosesTheVoice(t *testing.T) {
	b := openBackend(t, Options{}, "")
	text := "Information"
	german := say(t, b, tts.Request{Text: text, Voice: "de"})
	require.Equal(t, german, say(t, b, tts.Request{Text: text, Language: "de-CH"}))
	require.NotEqual(t, german, say(t, b, tts.Request{Text: text}))
	require.Equal(t, german, say(t, b, tts.Request{Text: text, Voice: "de", Language: "fr"}), "the voice goes before the language")
	_, err := b.Speak(t.Context(), tts.Request{Text: text, Language: "tlh"})
	require.ErrorAs(t, err, new(*tts.NoSuchVoice))
}

func TestVoiceMayHaveAVariant(t *testing.T) {
	b := openBackend(t, Options{}, "")
	require.NotEqual(t, say(t, b, tts.Request{Text: "hello"}), say(t, b, tts.Request{Text: "hello", Voice: "en-us+f3"}))
	_, err := b.Speak(t.Context(), tts.Request{Text: "hello", Voice: "en-us+f33"})
	var missing *tts.NoSuchVoice
	require.ErrorAs(t, err, &missing)
	require.Contains(t, missing.Known, "en-us+f3")
	_, err = b.Speak(t.Context(), tts.Request{Text: "hello", Voice: "en-uk"})
	require.ErrorAs(t, err, &missing)
	require.Contains(t, missing.Known, "en-us")
	require.NotEmpty(t, missing.Hint())
}

func TestRawPhonemesInTextAreNotExecuted(t *testing.T) {
	b := openBackend(t, Options{}, "")
	require.NotEqual(t, say(t, b, tts.Request{Text: "[[h@l'oU]]"}), say(t, b, tts.Request{Text: "hello"}))
	require.Equal(t, say(t, b, tts.Request{Text: "h@l'oU"}), say(t, b, tts.Request{Text: "[[h@l'oU]]"}))
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	env := tts.Env{Log: slog.New(slog.DiscardHandler)}
	_, err := New(t.Context(), Options{Program: "no-such-espeak"}, env)
	require.ErrorAs(t, err, new(*tts.Unavailable))
	_, err = New(t.Context(), Options{Voice: "klingon"}, env)
	require.ErrorAs(t, err, new(*tts.NoSuchVoice))
	_, err = New(t.Context(), Options{Speed: 1000}, env)
	require.ErrorContains(t, err, "1000 words a minute")
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	_, err = New(ctx, Options{}, env)
	require.ErrorIs(t, err, cause)
}

func TestRateBeyondEspeakIsRefused(t *testing.T) {
	_, err := openBackend(t, Options{}, "").Speak(t.Context(), tts.Request{Text: "hello", Rate: 5})
	require.ErrorContains(t, err, "875 words a minute")
}

func TestFactoryOpens(t *testing.T) {
	f := Factory()
	b, err := f.Open(t.Context(), f.Options(), tts.Env{Log: slog.New(slog.DiscardHandler), Concurrency: 3})
	require.NoError(t, err)
	require.Equal(t, 3, b.Info().Concurrency)
	require.NoError(t, b.Close())
}
