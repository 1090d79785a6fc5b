package limit

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/ttstest"
)

func TestConformance(t *testing.T) {
	for _, o := range []Options{{}, {Concurrency: 1, RequestsPerMinute: 1_000_000, CharactersPerMinute: 1_000_000_000}} {
		ttstest.Run(t, func(t *testing.T) tts.Backend {
			b, err := fake.New(fake.Options{Concurrency: 4, Latency: time.Millisecond})
			require.NoError(t, err)
			return Wrap(b, o)
		})
	}
}

// service answers after a while, and remembers what it was asked when.
type service struct {
	info    tts.Info
	latency time.Duration
	refuse  func(nth int) error // nil answers

	mu     sync.Mutex
	texts  []string
	times  []time.Time
	inside int
	most   int // at once
	closed bool
}

func (s *service) Info() tts.Info { return s.info }

func (s *service) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	s.mu.Lock()
	nth := len(s.texts) + 1
	s.texts, s.times = append(s.texts, r.Text), append(s.times, time.Now())
	s.inside++
	s.most = max(s.most, s.inside)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.inside--
		s.mu.Unlock()
	}()
	select {
	case <-time.After(s.latency):
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if s.refuse != nil {
		if err := s.refuse(nth); err != nil {
			return nil, err
		}
	}
	return &tts.Speech{}, nil
}

func (s *service) Close() error {
	s.closed = true
	return nil
}

// ask makes n requests at once and waits for all of them.
func ask(t *testing.T, b tts.Backend, article string, n int) (errs []error) {
	t.Helper()
	errs = make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { _, errs[i] = b.Speak(t.Context(), tts.Request{Text: fmt.Sprint(article, i), Article: article}) })
	}
	all.Wait()
	return errs
}

func TestLimitsAreTheLowerOnes(t *testing.T) {
	inner := &service{info: tts.Info{Concurrency: 4, RequestsPerMinute: 100}}
	for _, test := range []struct {
		o                 Options
		concurrency, rate int
	}{
		{Options{}, 4, 100},
		{Options{Concurrency: 2, RequestsPerMinute: 50}, 2, 50},
		{Options{Concurrency: 8, RequestsPerMinute: 500}, 4, 100},
	} {
		info := Wrap(inner, test.o).Info()
		require.Equal(t, []int{test.concurrency, test.rate}, []int{info.Concurrency, info.RequestsPerMinute})
	}
	require.Equal(t, 1, Wrap(&service{}, Options{}).Info().Concurrency)
	require.Equal(t, 7, Wrap(&service{}, Options{RequestsPerMinute: 7}).Info().RequestsPerMinute)
}

func TestSoManyAreInsideAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{info: tts.Info{Concurrency: 3}, latency: time.Second}
		b := Wrap(s, Options{})
		begin := time.Now()
		ask(t, b, "a", 30)
		require.Equal(t, 3, s.most)
		require.Equal(t, 10*time.Second, time.Since(begin), "and no fewer")
	})
}

func TestInNoMinuteMoreRequestsThanAllowed(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 9, 10, 60, 500} {
		synctest.Test(t, func(t *testing.T) {
			s := &service{info: tts.Info{Concurrency: 1000}, latency: 100 * time.Millisecond}
			begin := time.Now()
			ask(t, Wrap(s, Options{RequestsPerMinute: limit}), "a", 4*limit+1)
			for i := range s.times {
				if i+limit < len(s.times) {
					require.GreaterOrEqual(t, s.times[i+limit].Sub(s.times[i]), time.Minute-time.Millisecond, "%d a minute", limit)
				}
			}
			require.Less(t, time.Since(begin), 5*time.Minute, "%d a minute: most of it is used", limit)
		})
	}
}

func TestInNoMinuteMoreCharactersThanAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 1000
		s := &service{info: tts.Info{Concurrency: 10}}
		b := Wrap(s, Options{CharactersPerMinute: limit})
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				_, err := b.Speak(t.Context(), tts.Request{Text: strings.Repeat("é", 1+i)})
				require.NoError(t, err)
			})
		}
		begin := time.Now()
		all.Wait()
		for i, from := range s.times {
			sum := 0
			for j := i; j < len(s.times) && s.times[j].Sub(from) < time.Minute-time.Millisecond; j++ {
				sum += len(s.texts[j]) / 2
			}
			require.LessOrEqual(t, sum, limit)
		}
		require.Less(t, time.Since(begin), 6*time.Minute, "5,050 characters")
	})
}

func TestTextLargerThanTheBucketIsNotHeldForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{}
		b := Wrap(s, Options{CharactersPerMinute: 100})
		for range 3 {
			_, err := b.Speak(t.Context(), tts.Request{Text: strings.Repeat("a", 300)})
			require.NoError(t, err)
		}
		require.Greater(t, s.times[2].Sub(s.times[0]), 6*time.Minute)
	})
}

func TestArticlesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{latency: time.Second}
		b := Wrap(s, Options{})
		var all sync.WaitGroup
		all.Go(func() { ask(t, b, "long", 100) })
		synctest.Wait() // all of them wait
		for _, article := range []string{"a", "b", "c"} {
			all.Go(func() { ask(t, b, article, 5) })
		}
		all.Wait()
		// One of the long article is under way; from then on each of the four gets every fourth place.
		counts := map[byte]int{}
		for i, text := range s.texts[1:21] {
			counts[text[0]]++
			if (i+1)%4 == 0 {
				require.Equal(t, map[byte]int{'l': (i + 1) / 4, 'a': (i + 1) / 4, 'b': (i + 1) / 4, 'c': (i + 1) / 4}, counts)
			}
		}
		require.Len(t, s.texts, 115)
	})
}

func TestOneArticleIsSaidInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{latency: time.Second}
		b := Wrap(s, Options{})
		var want []string
		var all sync.WaitGroup
		for i := range 20 {
			text := fmt.Sprint("sentence ", i)
			want = append(want, text)
			all.Go(func() { _, _ = b.Speak(t.Context(), tts.Request{Text: text}) })
			synctest.Wait()
		}
		all.Wait()
		require.Equal(t, want, s.texts)
	})
}

// limitedAt refuses one request and asks for a pause.
func limitedAt(nth int, after time.Duration) func(int) error {
	return func(n int) error {
		if n == nth {
			return fmt.Errorf("speak: %w", &tts.RateLimited{After: after, Err: errors.New("slow down")})
		}
		return nil
	}
}

func TestPauseThatIsAskedForIsForEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{info: tts.Info{Concurrency: 8}, latency: time.Second, refuse: limitedAt(1, 20*time.Second)}
		b := Wrap(s, Options{})
		begin := time.Now()
		errs := ask(t, b, "a", 1)
		require.ErrorAs(t, errs[0], new(*tts.RateLimited))
		ask(t, b, "b", 1)
		require.Equal(t, 21*time.Second, s.times[1].Sub(begin))
		require.Equal(t, 4, atOnce(t, b, s), "half as many as before")
	})
}

func TestPauseOfUnknownLengthIsAShortOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{refuse: limitedAt(1, 0)}
		b := Wrap(s, Options{})
		ask(t, b, "a", 1)
		ask(t, b, "b", 1)
		require.Equal(t, shortPause, s.times[1].Sub(s.times[0]))
	})
}

// atOnce is how many of a crowd are let in at once.
func atOnce(t *testing.T, b tts.Backend, s *service) int {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() { _, _ = b.Speak(ctx, tts.Request{Text: "hello"}) })
	}
	synctest.Wait()
	s.mu.Lock()
	inside := s.inside
	s.mu.Unlock()
	cancel()
	all.Wait()
	return inside
}

func TestSpeedComesBackSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{info: tts.Info{Concurrency: 8}, latency: time.Second, refuse: limitedAt(1, time.Second)}
		b := Wrap(s, Options{})
		require.Equal(t, 8, atOnce(t, b, s))
		s.texts = nil
		ask(t, b, "a", 1)
		time.Sleep(time.Second)
		for _, test := range []struct{ answers, places int }{{0, 4}, {6, 4}, {1, 5}, {18, 6}, {24, 8}, {100, 8}} {
			ask(t, b, "b", test.answers)
			require.Equal(t, test.places, atOnce(t, b, s))
		}
	})
}

func TestManyRefusalsOfOneCrowdCountOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{info: tts.Info{Concurrency: 16}, latency: time.Second}
		s.refuse = func(nth int) error {
			if nth <= 16 {
				return limitedAt(nth, time.Second)(nth)
			}
			return nil
		}
		b := Wrap(s, Options{})
		ask(t, b, "a", 16)
		time.Sleep(time.Second)
		require.Equal(t, 8, atOnce(t, b, s))
	})
}

func TestRateComesDownToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{info: tts.Info{Concurrency: 10}, refuse: limitedAt(1, time.Minute)}
		b := Wrap(s, Options{RequestsPerMinute: 6})
		ask(t, b, "a", 1)
		begin := time.Now()
		ask(t, b, "b", 4)
		// After the pause one at once, then one every 20 s, less what two answers bring back.
		require.Greater(t, time.Since(begin), 115*time.Second)
		require.Less(t, time.Since(begin), 121*time.Second)
	})
}

func TestNobodyWaitsForAPauseWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{latency: time.Second, refuse: limitedAt(1, time.Hour)}
		b := Wrap(s, Options{})
		begin := time.Now()
		for _, err := range ask(t, b, "a", 5) {
			var limited *tts.RateLimited
			require.ErrorAs(t, err, &limited)
			require.Equal(t, time.Hour, limited.After)
		}
		require.Equal(t, time.Second, time.Since(begin))
		require.Len(t, s.texts, 1)
		time.Sleep(time.Hour - Patience)
		require.Equal(t, []error{nil}, ask(t, b, "b", 1), "the last minutes are waited for")
	})
}

func TestCallThatGivesUpLeavesNoPlaceTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{latency: time.Second}
		b := Wrap(s, Options{RequestsPerMinute: 60})
		cause := errors.New("enough")
		var all sync.WaitGroup
		for i := range 50 { // some wait, one is inside, some end in the very moment in which they are let in
			all.Go(func() {
				ctx, cancel := context.WithTimeoutCause(t.Context(), time.Duration(i)*100*time.Millisecond, cause)
				defer cancel()
				if _, err := b.Speak(ctx, tts.Request{Text: "hello", Article: fmt.Sprint(i % 3)}); err != nil {
					require.ErrorIs(t, err, cause)
				}
			})
		}
		all.Wait()
		time.Sleep(time.Minute)
		l := b.(*backend).limiter
		require.Empty(t, l.lines)
		require.Zero(t, l.running)
		begin := time.Now()
		ask(t, b, "a", 1)
		require.Equal(t, time.Second, time.Since(begin))
		l.requests.refill(time.Now(), 1)
		require.LessOrEqual(t, l.requests.tokens, l.requests.size)
	})
}

func TestCloseSendsAwayWhoWaits(t *testing.T) {
	defer goleak.VerifyNone(t)
	synctest.Test(t, func(t *testing.T) {
		s := &service{latency: time.Minute}
		b := Wrap(s, Options{RequestsPerMinute: 1})
		var errs []error
		var all sync.WaitGroup
		all.Go(func() { errs = ask(t, b, "a", 4) })
		synctest.Wait()
		require.NoError(t, b.Close())
		all.Wait()
		slices.SortFunc(errs, func(a, b error) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		require.NoError(t, errs[0], "the one that is under way is the backend's")
		for _, err := range errs[1:] {
			require.ErrorIs(t, err, tts.ErrClosed)
		}
		require.True(t, s.closed)
		_, err := b.Speak(t.Context(), tts.Request{})
		require.ErrorIs(t, err, tts.ErrClosed)
	})
}

func TestRequestThatCannotSucceedDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{info: tts.Info{Limit: tts.Limit{N: 5, Unit: tts.Runes}}}
		b := Wrap(s, Options{RequestsPerMinute: 1})
		begin := time.Now()
		ask(t, b, "a", 1)
		_, err := b.Speak(t.Context(), tts.Request{Text: "..."})
		require.ErrorIs(t, err, tts.ErrNothingToSay)
		_, err = b.Speak(t.Context(), tts.Request{Text: "too long"})
		require.ErrorAs(t, err, new(*tts.TooLong))
		require.Zero(t, time.Since(begin))
	})
}

func BenchmarkSpeak(b *testing.B) {
	limited := Wrap(&silent{}, Options{Concurrency: 2, RequestsPerMinute: 1 << 40})
	r := tts.Request{Text: "The bridge is closed.", Article: "a"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := limited.Speak(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}

// silent costs nothing.
type silent struct{ tts.Backend }

func (*silent) Info() tts.Info { return tts.Info{} }
func (*silent) Speak(context.Context, tts.Request) (*tts.Speech, error) {
	return &tts.Speech{}, nil
}

// Whatever happens, everybody gets an answer, no limit is passed and nothing stays taken.
func TestLimitsHoldInAnyDisorder(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			const concurrency, rate = 5, 120
			refusals := map[int]error{}
			for range 20 {
				nth := random.IntN(300)
				refusals[nth] = limitedAt(nth, time.Duration(random.IntN(20_000))*time.Millisecond)(nth)
			}
			s := &service{info: tts.Info{Concurrency: concurrency}, latency: 700 * time.Millisecond}
			s.refuse = func(nth int) error { return refusals[nth] }
			b := Wrap(s, Options{RequestsPerMinute: rate})
			var all sync.WaitGroup
			for range 300 {
				article, begin, patience := fmt.Sprint(random.IntN(6)), time.Duration(random.IntN(200_000)), time.Duration(random.IntN(300_000))
				all.Go(func() {
					time.Sleep(begin * time.Millisecond)
					ctx, cancel := context.WithTimeout(t.Context(), patience*time.Millisecond)
					defer cancel()
					_, err := b.Speak(ctx, tts.Request{Text: "hello", Article: article})
					require.True(t, err == nil || errors.Is(err, context.DeadlineExceeded) || errors.As(err, new(*tts.RateLimited)), "%v", err)
				})
			}
			all.Wait()
			require.LessOrEqual(t, s.most, concurrency)
			for i := range s.times {
				if i+rate < len(s.times) {
					require.GreaterOrEqual(t, s.times[i+rate].Sub(s.times[i]), time.Minute-time.Millisecond)
				}
			}
			l := b.(*backend).limiter
			require.Empty(t, l.lines)
			require.Zero(t, l.running)
			require.Greater(t, len(s.texts), 100, "most are served")
		})
	}
}

func TestCallThatIsLetInWhileItGivesUpGivesBackWhatItGot(t *testing.T) {
	l := newLimiter(Options{Concurrency: 1, RequestsPerMinute: 1, CharactersPerMinute: 100})
	first, next := &call{characters: 5, ready: make(chan struct{})}, &call{characters: 5, ready: make(chan struct{})}
	l.join("a", first)
	l.join("a", next)
	l.dispatch()
	<-first.ready // but its context has ended too, and that was seen first
	cause := errors.New("enough")
	require.Equal(t, cause, l.giveUp("a", first, cause))
	<-next.ready
	require.NoError(t, next.err)
	require.Equal(t, 1, l.running)
	require.Empty(t, l.lines)
}
