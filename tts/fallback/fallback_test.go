package fallback_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/fallback"
	"github.com/voicepress/voicepress/tts/ttstest"
)

var discard = slog.New(slog.DiscardHandler)

// usual are the options of the program's configuration.
func usual() fallback.Options {
	return fallback.Options{
		Backend: "second", AgainAfter: 5 * time.Minute,
		On: []string{"rate_limited", "temporary", "not_authorised", "used_up", "bad_answer", "no_sound", "unavailable"},
	}
}

// second is a backend with another name, which counts.
type second struct {
	tts.Backend
	change           func(*tts.Info)
	requests, closed int
}

func (s *second) Info() tts.Info {
	info := s.Backend.Info()
	info.Name = "second"
	if s.change != nil {
		s.change(&info)
	}
	return info
}

func (s *second) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	s.requests++
	return s.Backend.Speak(ctx, r)
}

func (s *second) Close() error {
	s.closed++
	return s.Backend.Close()
}

func open(t *testing.T, o fake.Options) tts.Backend {
	t.Helper()
	b, err := fake.New(o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// pair is a first backend that fails as told, and a second that is counted.
func pair(t *testing.T, o fallback.Options, failures ...fake.Failure) (*fallback.Backend, *second, *int) {
	t.Helper()
	s, opened := &second{Backend: open(t, fake.Options{})}, 0
	b := fallback.Wrap(open(t, fake.Options{Failures: failures}), func(context.Context) (tts.Backend, error) {
		opened++
		return s, nil
	}, o, discard)
	return b, s, &opened
}

func TestConformance(t *testing.T) {
	for name, o := range map[string]fallback.Options{
		"whole articles": usual(),
		"mid-article":    {Backend: "second", MidArticle: true, On: []string{"temporary"}},
	} {
		t.Run(name, func(t *testing.T) {
			ttstest.Run(t, func(t *testing.T) tts.Backend {
				b, _, _ := pair(t, o, fake.Failure{Text: "among others, never", Kind: "temporary"})
				return b
			})
		})
	}
}

func TestEveryFailureIsOfItsKind(t *testing.T) {
	for want, err := range map[string]error{
		"rate_limited":   &tts.RateLimited{},
		"too_long":       &tts.TooLong{},
		"no_such_voice":  &tts.NoSuchVoice{},
		"not_authorised": &tts.NotAuthorised{},
		"refused":        &tts.Refused{},
		"used_up":        &tts.QuotaExceeded{},
		"bad_answer":     &tts.BadAnswer{},
		"no_sound":       &tts.NoSound{},
		"temporary":      &tts.Temporary{},
		"unavailable":    &tts.Unavailable{},
		"permanent":      errors.New("anything"),
		"":               tts.ErrNothingToSay,
	} {
		require.Equal(t, want, fallback.Kind(fmt.Errorf("speak: %w", err)))
	}
	require.Empty(t, fallback.Kind(tts.ErrClosed))
	require.Empty(t, fallback.Kind(nil))
	require.ErrorContains(t, fallback.Options{On: []string{"bad_weather"}}.Check(), `"bad_weather"; there are rate_limited, too_long`)
	require.ErrorContains(t, fallback.Options{AgainAfter: -1}.Check(), "negative")
	require.NoError(t, fallback.Options{On: fallback.Kinds()}.Check())
}

func TestFailureNamesTheBackendThatIsToSpeakInstead(t *testing.T) {
	for _, kind := range []string{"rate_limited", "temporary", "not_authorised"} {
		b, s, opened := pair(t, usual(), fake.Failure{Nth: 2, Kind: kind})
		_, err := b.Speak(t.Context(), tts.Request{Text: "One."})
		require.NoError(t, err)
		require.Zero(t, *opened, "it is not opened before it is needed")
		_, err = b.Speak(t.Context(), tts.Request{Text: "Two."})
		var instead *fallback.Instead
		require.ErrorAs(t, err, &instead)
		require.Same(t, s, instead.Backend)
		require.Equal(t, kind, fallback.Kind(err), "who knows nothing of it sees the failure")
		require.Zero(t, s.requests)
		require.NoError(t, b.Close())
		require.Equal(t, 1, s.closed)
	}
}

func TestOtherFailuresAreThoseOfTheFirst(t *testing.T) {
	for _, kind := range []string{"refused", "too_long", "permanent"} {
		b, _, opened := pair(t, usual(), fake.Failure{Kind: kind})
		_, err := b.Speak(t.Context(), tts.Request{Text: "One."})
		require.Error(t, err)
		require.NotErrorAs(t, err, new(*fallback.Instead))
		require.Zero(t, *opened)
	}
}

func TestFirstIsAskedAgainAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, opened := pair(t, usual(), fake.Failure{Nth: 1, Kind: "temporary"})
		for range 3 {
			_, err := b.Speak(t.Context(), tts.Request{Text: "One."})
			require.ErrorAs(t, err, new(*fallback.Instead))
			time.Sleep(99 * time.Second)
		}
		time.Sleep(4 * time.Second)
		speech, err := b.Speak(t.Context(), tts.Request{Text: "One."})
		require.NoError(t, err)
		require.Nil(t, speech.By)
		require.Equal(t, 1, *opened)
	})
}

func TestFailureOverOneTextKeepsNoOtherFromTheFirst(t *testing.T) {
	o := usual()
	o.On = append(o.On, "refused")
	b, _, _ := pair(t, o, fake.Failure{Text: "harbour", Kind: "refused"})
	_, err := b.Speak(t.Context(), tts.Request{Text: "The harbour."})
	require.ErrorAs(t, err, new(*fallback.Instead))
	_, err = b.Speak(t.Context(), tts.Request{Text: "The bridge."})
	require.NoError(t, err)
}

func TestMidArticleTheSecondSaysTheUtterance(t *testing.T) {
	o := usual()
	o.MidArticle, o.AgainAfter = true, 0
	b, s, _ := pair(t, o, fake.Failure{Nth: 2, Kind: "temporary"})
	for i, language := range []string{"en", "de-AT", "de"} {
		speech, err := b.Speak(t.Context(), tts.Request{Text: "Eins.", Language: language, Voice: "tones-en"})
		require.NoError(t, err)
		if i != 1 {
			require.Nil(t, speech.By)
			continue
		}
		require.Equal(t, "second", speech.By.Info.Name)
		require.Equal(t, "tones-de", speech.By.Voice.ID, "the one that speaks the language")
	}
	require.Equal(t, 1, s.requests)
	require.Equal(t, "fake", b.Info().Name)
}

func TestMidArticleNothingIsMisreadOrWronglyAnnounced(t *testing.T) {
	for name, change := range map[string]func(*tts.Info){
		"numbers":  func(i *tts.Info) { i.NormalizesText = true },
		"is wrong": func(i *tts.Info) { i.SourceType = disclosure.AlgorithmicMedia },
	} {
		o := usual()
		o.MidArticle = true
		s := &second{Backend: open(t, fake.Options{})}
		first := &second{Backend: open(t, fake.Options{Failures: []fake.Failure{{Kind: "temporary"}}}), change: change}
		b := fallback.Wrap(first, func(context.Context) (tts.Backend, error) { return s, nil }, o, discard)
		_, err := b.Speak(t.Context(), tts.Request{Text: "One."})
		require.ErrorAs(t, err, new(*fallback.Instead), name)
	}
}

func TestBothFailingIsTheErrorOfBothAndOfTheSecondsKind(t *testing.T) {
	o := usual()
	o.MidArticle = true
	b, s, _ := pair(t, o, fake.Failure{Kind: "temporary"})
	s.Backend = open(t, fake.Options{Failures: []fake.Failure{{Kind: "not_authorised"}}})
	_, err := b.Speak(t.Context(), tts.Request{Text: "One."})
	require.ErrorContains(t, err, "fake failed (temporary failure")
	require.ErrorContains(t, err, "second, which was to speak instead: not authorised")
	require.Equal(t, "not_authorised", fallback.Kind(err))
	require.NotErrorAs(t, err, new(*tts.Temporary))

	missing := &tts.Unavailable{What: "voice", Err: errors.New("not installed")}
	b = fallback.Wrap(open(t, fake.Options{Failures: []fake.Failure{{Kind: "temporary"}}}),
		func(context.Context) (tts.Backend, error) { return nil, missing }, usual(), discard)
	_, err = b.Speak(t.Context(), tts.Request{Text: "One."})
	require.Equal(t, "unavailable", fallback.Kind(err))

	b, s, _ = pair(t, o, fake.Failure{Kind: "temporary"})
	s.change = func(i *tts.Info) { i.Voices = nil }
	_, err = b.Speak(t.Context(), tts.Request{Text: "One."})
	require.Equal(t, "no_such_voice", fallback.Kind(err), "it has none")

	o.Voice = "nobody"
	b, _, _ = pair(t, o, fake.Failure{Kind: "temporary"})
	_, err = b.Speak(t.Context(), tts.Request{Text: "One."})
	require.Equal(t, "no_such_voice", fallback.Kind(err))
	require.NoError(t, b.Close())
	_, err = b.Second(t.Context())
	require.ErrorIs(t, err, tts.ErrClosed)
}
