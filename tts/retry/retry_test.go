package retry

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/limit"
	"github.com/voicepress/voicepress/tts/ttstest"
)

func usual() Options {
	return Options{
		Tries: 5, Wait: 500 * time.Millisecond, LongestWait: 30 * time.Second, Deadline: 5 * time.Minute, Share: 0.2, Stall: 30 * time.Second,
		Jitter: rand.NewPCG(1, 2),
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func tones(t *testing.T, o fake.Options) tts.Backend {
	t.Helper()
	b, err := fake.New(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func TestConformance(t *testing.T) {
	quick := Options{Tries: 4, Wait: time.Millisecond, LongestWait: 4 * time.Millisecond, Stall: 10 * time.Second}
	var often []fake.Failure
	for nth := 3; nth < 2000; nth += 5 {
		often = append(often, fake.Failure{Nth: nth, Kind: []string{"temporary", "rate_limited"}[nth%2], After: time.Millisecond})
	}
	for name, failures := range map[string][]fake.Failure{"nothing fails": nil, "every fifth request fails": often} {
		t.Run(name, func(t *testing.T) {
			ttstest.Run(t, func(t *testing.T) tts.Backend {
				inner := tones(t, fake.Options{Concurrency: 3, Latency: time.Millisecond, Streams: true, Failures: failures})
				return Wrap(limit.Wrap(Watch(inner, quick.Stall), limit.Options{}), quick, quiet())
			})
		})
	}
}

// service gives one error after another, and then speech.
type service struct {
	tts.Backend
	errs []error

	mu    sync.Mutex
	times []time.Time
}

func (s *service) Info() tts.Info { return tts.Info{Name: "service"} }

func (s *service) Speak(context.Context, tts.Request) (*tts.Speech, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.times)
	s.times = append(s.times, time.Now())
	if n < len(s.errs) && s.errs[n] != nil {
		return nil, s.errs[n]
	}
	return &tts.Speech{Bill: tts.Bill{Requests: 1, Characters: 5}}, nil
}

var errTemporary = &tts.Temporary{Err: errors.New("502 Bad Gateway")}

func limited(after time.Duration) error {
	return &tts.RateLimited{After: after, Err: errors.New("429")}
}

// times gives an error so often.
func times(n int, err error) (list []error) {
	for range n {
		list = append(list, err)
	}
	return list
}

func TestWhatFailsForNowIsTriedAgain(t *testing.T) {
	for name, errs := range map[string][]error{
		"temporary": {errTemporary, errTemporary}, "limited": {limited(time.Second), limited(0)}, "both": {errTemporary, limited(time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &service{errs: errs}
				speech, err := Wrap(s, usual(), quiet()).Speak(t.Context(), tts.Request{Text: "hello"})
				require.NoError(t, err)
				require.Len(t, s.times, 3)
				require.Equal(t, tts.Bill{Requests: 3, Characters: 5}, speech.Bill, "what failed was asked for too")
			})
		})
	}
}

func TestNothingElseIsTriedAgain(t *testing.T) {
	for _, err := range []error{
		errors.New("permanent"), tts.ErrClosed, tts.ErrNothingToSay, &tts.TooLong{}, &tts.NoSuchVoice{}, &tts.NotAuthorised{}, &tts.Refused{},
		&tts.QuotaExceeded{}, &tts.BadAnswer{}, &tts.Unavailable{},
	} {
		s := &service{errs: []error{err}}
		_, got := Wrap(s, usual(), quiet()).Speak(t.Context(), tts.Request{})
		require.Equal(t, err, got)
		require.Len(t, s.times, 1)
	}
}

func TestErrorInTheEndKeepsItsKindAndCountsTheTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{errs: times(9, errTemporary)}
		_, err := Wrap(s, usual(), quiet()).Speak(t.Context(), tts.Request{})
		require.ErrorAs(t, err, new(*tts.Temporary))
		require.ErrorContains(t, err, "tried 5 times")
		require.Len(t, s.times, 5)

		s = &service{errs: []error{errTemporary, &tts.QuotaExceeded{Err: errors.New("budget"), Remedy: "raise it"}}}
		_, err = Wrap(s, usual(), quiet()).Speak(t.Context(), tts.Request{})
		require.ErrorAs(t, err, new(*tts.QuotaExceeded))
		require.ErrorContains(t, err, "tried 2 times (it would fail again)")
	})
}

func TestWaitsAreRandomBelowABoundThatDoubles(t *testing.T) {
	w := newWaits(Options{Wait: time.Second, LongestWait: 5 * time.Second, Jitter: rand.NewPCG(1, 2)})
	for tries, bound := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 4: 5 * time.Second, 100: 5 * time.Second} {
		var sum, most time.Duration
		const n = 2000
		for range n {
			wait := w.before(tries)
			require.GreaterOrEqual(t, wait, time.Duration(0))
			most = max(most, wait)
			sum += wait
		}
		require.LessOrEqual(t, most, bound)
		require.InEpsilon(t, bound, most, 0.02)
		require.InEpsilon(t, bound/2, sum/n, 0.05, "even from nothing to the bound")
	}
	require.Zero(t, newWaits(Options{}).before(3))
	a, b := newWaits(usual()), newWaits(usual())
	require.Equal(t, a.before(3), b.before(3), "the same source gives the same waits")
}

func TestPauseThatTheServiceAsksForIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{errs: []error{limited(20 * time.Second)}}
		_, err := Wrap(s, usual(), quiet()).Speak(t.Context(), tts.Request{})
		require.NoError(t, err)
		waited := s.times[1].Sub(s.times[0])
		require.GreaterOrEqual(t, waited, 20*time.Second)
		require.LessOrEqual(t, waited, 20500*time.Millisecond)
	})
}

func TestNothingIsTriedAgainAfterTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		s := &service{errs: []error{limited(time.Hour)}}
		_, err := Wrap(s, usual(), quiet()).Speak(t.Context(), tts.Request{})
		require.ErrorAs(t, err, new(*tts.RateLimited))
		require.Zero(t, time.Since(begin), "a pause that goes beyond it is not waited for")

		s = &service{errs: times(100, limited(50*time.Second))}
		o := usual()
		o.Tries = 100
		_, err = Wrap(s, o, quiet()).Speak(t.Context(), tts.Request{})
		require.ErrorContains(t, err, "no more time")
		require.ErrorAs(t, err, new(*tts.RateLimited))
		require.LessOrEqual(t, time.Since(begin), o.Deadline)
	})
}

func TestBudgetBoundsWhatIsMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{errs: times(100_000, errTemporary)}
		b := Wrap(s, usual(), quiet())
		const requests = 1000
		for range requests {
			_, err := b.Speak(t.Context(), tts.Request{})
			require.ErrorAs(t, err, new(*tts.Temporary))
		}
		require.LessOrEqual(t, len(s.times), requests+requests/5+reserve)
		require.GreaterOrEqual(t, len(s.times), requests+requests/5)
		_, err := b.Speak(t.Context(), tts.Request{})
		require.ErrorAs(t, err, new(*tts.Temporary))

		s.errs = nil // it is back
		for range 100 {
			_, err := b.Speak(t.Context(), tts.Request{})
			require.NoError(t, err)
		}
		s.errs, s.times = times(4, errTemporary), nil
		_, err = b.Speak(t.Context(), tts.Request{})
		require.NoError(t, err, "the budget has filled up again")
	})
}

func TestWhoWasToldWhenToComeAgainNeedsNoBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var errs []error
		for range 200 {
			errs = append(errs, limited(time.Second), nil)
		}
		s := &service{errs: errs}
		b := Wrap(s, usual(), quiet())
		for range 200 {
			_, err := b.Speak(t.Context(), tts.Request{})
			require.NoError(t, err)
		}
	})
}

func TestWaitEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("enough")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, cause)
		defer cancel()
		begin := time.Now()
		s := &service{errs: []error{limited(time.Minute)}}
		_, err := Wrap(s, usual(), quiet()).Speak(ctx, tts.Request{})
		require.Equal(t, cause, err)
		require.Equal(t, time.Second, time.Since(begin))

		_, err = Wrap(&service{errs: []error{errTemporary}}, usual(), quiet()).Speak(ctx, tts.Request{})
		require.Equal(t, cause, err, "a failure because of it is not tried again")
	})
}

func TestEveryNewTryIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lines bytes.Buffer
		log := slog.New(slog.NewTextHandler(&lines, nil))
		_, err := Wrap(&service{errs: []error{errTemporary, errTemporary}}, usual(), log).Speak(t.Context(), tts.Request{Article: "story.html"})
		require.NoError(t, err)
		require.Equal(t, 2, strings.Count(lines.String(), "\n"))
		for _, part := range []string{"article=story.html", "failed=2", "wait=", "502 Bad Gateway", "backend=service"} {
			require.Contains(t, lines.String(), part)
		}
	})
}

func TestCallThatHangsIsTriedAgain(t *testing.T) {
	defer goleak.VerifyNone(t)
	synctest.Test(t, func(t *testing.T) {
		inner, err := fake.New(fake.Options{Streams: true, Failures: []fake.Failure{{Nth: 1, Kind: "hang"}}})
		require.NoError(t, err)
		o := usual()
		begin := time.Now()
		b := Wrap(limit.Wrap(Watch(inner, o.Stall), limit.Options{}), o, quiet())
		_, err = b.Speak(t.Context(), tts.Request{Text: "hello"})
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(begin), o.Stall)
		require.Less(t, time.Since(begin), o.Stall+time.Second)
		require.NoError(t, b.Close())
	})
}

func TestCallThatHangsForEverFailsForNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner, err := fake.New(fake.Options{Streams: true, Failures: []fake.Failure{{Kind: "hang"}}})
		require.NoError(t, err)
		_, err = Wrap(Watch(inner, time.Minute), Options{Tries: 2}, quiet()).Speak(t.Context(), tts.Request{Text: "hello"})
		require.ErrorAs(t, err, new(*tts.Temporary))
		require.EqualError(t, err, "tried 2 times (no more tries): temporary failure: fake gave no sign of life for 1m0s")
		require.NoError(t, inner.Close())
	})
}

func TestCallThatIsSlowAndAliveMayTakeAnyTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner, err := fake.New(fake.Options{Streams: true, Latency: time.Hour})
		require.NoError(t, err)
		var outside atomic.Int64
		ctx := tts.WithAlive(t.Context(), func() { outside.Add(1) })
		_, err = Watch(inner, time.Second).Speak(ctx, tts.Request{Text: "hello"})
		require.NoError(t, err)
		require.EqualValues(t, 36_000, outside.Load(), "who watches from outside sees the signs too")
		require.NoError(t, inner.Close())
	})
}

func TestWaitingForATurnIsNoStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner, err := fake.New(fake.Options{Streams: true})
		require.NoError(t, err)
		o := usual()
		b := Wrap(limit.Wrap(Watch(inner, o.Stall), limit.Options{RequestsPerMinute: 1}), o, quiet())
		for range 3 {
			_, err := b.Speak(t.Context(), tts.Request{Text: "hello"})
			require.NoError(t, err)
		}
		require.NoError(t, b.Close())
	})
}

func TestBackendWithoutSignsOfLifeIsNotWatched(t *testing.T) {
	b := tones(t, fake.Options{})
	require.Same(t, b, Watch(b, time.Second))
	b = tones(t, fake.Options{Streams: true})
	require.Same(t, b, Watch(b, 0))
}

func TestWatchPassesOnWhyACallWasCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner, err := fake.New(fake.Options{Streams: true, Failures: []fake.Failure{{Kind: "hang"}}})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, io.ErrUnexpectedEOF)
		defer cancel()
		_, err = Watch(inner, time.Minute).Speak(ctx, tts.Request{Text: "hello"})
		require.Equal(t, io.ErrUnexpectedEOF, err)
		require.NoError(t, inner.Close())
	})
}
