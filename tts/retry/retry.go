// Package retry makes a request again that failed for now, and ends calls that hang.
//
// It is not for requests that would fail again, nor for sound that is not good enough (package check), and it does not keep
// requests within a rate (package limit).
package retry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/voicepress/voicepress/tts"
)

// Options say how often and when a request is made again.
type Options struct {
	// Tries is the most times that a request is made, the first included. 1 or less: never again.
	Tries int `mapstructure:"tries"`
	// Wait is the longest wait before the second try. It doubles with each further try, up to LongestWait.
	Wait        time.Duration `mapstructure:"wait"`
	LongestWait time.Duration `mapstructure:"longest_wait"`
	// Deadline is how long after its first failure a request may still be made again; 0 is without end. A service that asks
	// for a longer pause is not waited for.
	Deadline time.Duration `mapstructure:"deadline"`
	// Share is the most that may be made again, as a share of all requests; 0 is without end. See budget.
	Share float64 `mapstructure:"share"`
	// Stall is how long a call may show no sign of life. See Watch, which the caller puts nearer to the backend.
	Stall time.Duration `mapstructure:"stall"`

	// Jitter is where the waits come from; nil is a source of its own. It need not be safe for concurrent use.
	Jitter rand.Source `mapstructure:"-"`
}

// Wrap returns a backend that speaks as b does and makes a request again when it fails with *tts.Temporary or
// *tts.RateLimited. The error in the end is the last one, of the same kind, and says how often it was tried. Waits are told to
// log.
func Wrap(b tts.Backend, o Options, log *slog.Logger) tts.Backend {
	return &backend{Backend: b, options: o, waits: newWaits(o), budget: newBudget(o.Share), log: log}
}

type backend struct {
	tts.Backend
	options Options
	waits   *waits
	budget  *budget
	log     *slog.Logger
}

// Speak speaks, and again while that may help.
func (b *backend) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	b.budget.request()
	var failed time.Time // the first time
	for try := 1; ; try++ {
		speech, err := b.Backend.Speak(ctx, r)
		if err == nil {
			return withFailures(speech, try-1), nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if failed.IsZero() {
			failed = time.Now()
		}
		wait, giveUp := b.next(err, try, time.Since(failed))
		if giveUp != "" {
			return nil, tried(err, try, giveUp)
		}
		b.log.InfoContext(ctx, "try a request again", "backend", b.Info().Name, "article", r.Article, "failed", try, "wait", wait, "error", err)
		if err := sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// again is why a request is not made again: nothing, because it is.
const again = ""

// next is how long to wait before a request that failed is made again, or why it is not.
func (b *backend) next(err error, try int, since time.Duration) (wait time.Duration, giveUp string) {
	var limited *tts.RateLimited
	isLimited := errors.As(err, &limited)
	if !isLimited && !errors.As(err, new(*tts.Temporary)) {
		return 0, "it would fail again"
	}
	if try >= b.options.Tries {
		return 0, "no more tries"
	}
	wait = b.waits.before(try)
	asked := isLimited && limited.After > 0
	if asked {
		wait += limited.After
	}
	if b.options.Deadline > 0 && since+wait > b.options.Deadline {
		return 0, "no more time"
	}
	// Who was told when to come again may come.
	if !asked && !b.budget.again() {
		return 0, "too many requests fail"
	}
	return wait, again
}

// tried adds to an error how often a request was made, if there is something to say.
func tried(err error, tries int, why string) error {
	if tries == 1 {
		return err
	}
	return fmt.Errorf("tried %d times (%s): %w", tries, why, err)
}

// withFailures adds the requests that failed to what a speech cost. Services charge nothing for them.
func withFailures(speech *tts.Speech, failures int) *tts.Speech {
	if failures == 0 {
		return speech
	}
	counted := *speech
	counted.Bill.Requests += failures
	return &counted
}

// sleep waits, unless ctx ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
