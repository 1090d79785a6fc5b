package tts_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
)

func TestErrorsKeepTheirCauseAndNameTheThing(t *testing.T) {
	cause := errors.New("quota used up")
	for _, test := range []struct {
		err  error
		want string
	}{
		{&tts.RateLimited{After: 2 * time.Second, Err: cause}, "asked to wait 2s: quota used up"},
		{&tts.NotAuthorised{Err: cause}, "not authorised: quota used up"},
		{&tts.Refused{Err: cause}, "the text was refused: quota used up"},
		{&tts.QuotaExceeded{Err: cause}, "used up: quota used up"},
		{&tts.BadAnswer{Err: cause}, "the answer is not speech: quota used up"},
		{&tts.Temporary{Err: cause}, "temporary failure: quota used up"},
		{&tts.Unavailable{What: "espeak-ng", Err: cause}, "espeak-ng: quota used up"},
	} {
		wrapped := fmt.Errorf("speak: %w", test.err)
		require.ErrorIs(t, wrapped, cause)
		require.EqualError(t, wrapped, "speak: "+test.want)
	}
	require.EqualError(t, &tts.TooLong{Limit: tts.Limit{N: 5000, Unit: tts.Bytes}},
		"the text is longer than the 5000 bytes that one request may hold")
	require.EqualError(t, &tts.NoSuchVoice{Voice: "x"}, `no voice "x"`)
	require.EqualError(t, &tts.NoSuchVoice{Voice: "x", Known: []string{"a", "b"}}, `no voice "x"; there are: a, b`)
}

func TestErrorsHint(t *testing.T) {
	for _, err := range []error{&tts.Unavailable{Remedy: "do this"}, &tts.NoSuchVoice{Remedy: "do this"}, &tts.QuotaExceeded{Remedy: "do this"}, &tts.BadAnswer{Remedy: "do this"}} {
		var hint interface{ Hint() string }
		require.ErrorAs(t, fmt.Errorf("open: %w", err), &hint)
		require.Equal(t, "do this", hint.Hint())
	}
}

type options struct{ Pitch int }

func TestRegistryOpensWhatWasRegistered(t *testing.T) {
	var registry tts.Registry
	var got int
	registry.Register(tts.Define("one", "the first", func(_ context.Context, o options, _ tts.Env) (tts.Backend, error) {
		got = o.Pitch
		return nil, nil
	}))
	registry.Register(tts.Factory{Name: "two"})
	require.PanicsWithValue(t, "backend one is registered twice", func() { registry.Register(tts.Factory{Name: "one"}) })

	factory, ok := registry.Find("one")
	require.True(t, ok)
	o, ok := factory.Options().(*options)
	require.True(t, ok)
	o.Pitch = 7
	_, err := factory.Open(t.Context(), o, tts.Env{Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	require.Equal(t, 7, got)
	_, err = factory.Open(t.Context(), "not options", tts.Env{})
	require.ErrorContains(t, err, "open one: options are string")

	_, ok = registry.Find("three")
	require.False(t, ok)
	all := registry.All()
	require.Len(t, all, 2)
	all[0] = tts.Factory{}
	_, ok = registry.Find("one")
	require.True(t, ok, "All gives a copy")
}

func TestTimingNames(t *testing.T) {
	require.Equal(t, "word", tts.TimingWord.String())
	require.Equal(t, "unknown", tts.Timing(99).String())
	require.Less(t, tts.TimingSentence, tts.TimingPhoneme)
}
