package limit

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/voicepress/voicepress/tts"
)

// Patience is the longest pause that is waited for. A service that asks for more has nothing to give today.
const Patience = 5 * time.Minute

// limiter lets calls in.
type limiter struct {
	options Options

	mu         sync.Mutex
	lines      []*line // articles that wait, in the order of their turns
	running    int     // calls inside
	requests   bucket
	characters bucket
	pace       pace
	alarm      *time.Timer // dispatches again when time alone lets the next one in
	closed     bool
}

// line is who waits of one article, in order.
type line struct {
	article string
	waiting []*call
}

// call is one call of Speak.
type call struct {
	characters int
	began      time.Time     // when it was let in
	ready      chan struct{} // closed when it is let in, or err is set
	err        error         // why it is not let in
}

func newLimiter(o Options) *limiter {
	now := time.Now()
	return &limiter{
		options:    o,
		requests:   newBucket(o.RequestsPerMinute, requestsPart, now),
		characters: newBucket(o.CharactersPerMinute, charactersPart, now),
		pace:       pace{share: 1},
	}
}

// enter waits until a call of an article may begin. The caller says by leave how it ended. Errors are tts.ErrClosed, the cause
// of ctx, and *tts.RateLimited where the service asked for more than patience.
func (l *limiter) enter(ctx context.Context, article string, characters int) (leave func(error), err error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	c := &call{characters: characters, ready: make(chan struct{})}
	l.mu.Lock()
	l.join(article, c)
	l.dispatch()
	l.mu.Unlock()
	select {
	case <-c.ready:
	case <-ctx.Done():
		return nil, l.giveUp(article, c, context.Cause(ctx))
	}
	if c.err != nil {
		return nil, c.err
	}
	return func(err error) { l.leave(c, err) }, nil
}

// giveUp ends the wait of a call: nothing of it stays behind.
func (l *limiter) giveUp(article string, c *call, cause error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.IndexFunc(l.lines, func(line *line) bool { return line.article == article }); i >= 0 {
		line := l.lines[i]
		line.waiting = slices.DeleteFunc(line.waiting, func(other *call) bool { return other == c })
		if len(line.waiting) == 0 {
			l.lines = slices.Delete(l.lines, i, i+1)
		}
	}
	if !c.began.IsZero() { // it was let in just now, and has asked for nothing
		l.running--
		l.requests.tokens++
		l.characters.tokens += float64(c.characters)
	}
	l.dispatch()
	return cause
}

// leave ends a call that was let in.
func (l *limiter) leave(c *call, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running--
	var limited *tts.RateLimited
	switch now := time.Now(); {
	case errors.As(err, &limited):
		l.requests.refill(now, l.pace.share) // what has passed was at the old pace
		l.characters.refill(now, l.pace.share)
		l.pace.refused(now, c.began, limited.After)
	case err == nil:
		l.pace.answered(c.began)
	}
	l.dispatch()
}

// join puts a call at the end of its article's line, and an article that has none at the end of the round.
func (l *limiter) join(article string, c *call) {
	i := slices.IndexFunc(l.lines, func(line *line) bool { return line.article == article })
	if i < 0 {
		i = len(l.lines)
		l.lines = append(l.lines, &line{article: article})
	}
	l.lines[i].waiting = append(l.lines[i].waiting, c)
}

// dispatch lets in whom it can, one of each article in turn.
func (l *limiter) dispatch() {
	now := time.Now()
	l.requests.refill(now, l.pace.share)
	l.characters.refill(now, l.pace.share)
	pause := l.pace.until.Sub(now)
	for len(l.lines) > 0 {
		c := l.lines[0].waiting[0]
		switch {
		case l.closed:
			c.err = tts.ErrClosed
		case pause > Patience:
			whole := (pause + time.Second - 1).Truncate(time.Second) // for people
			c.err = &tts.RateLimited{After: whole, Err: errPaused}
		case l.running >= l.pace.places(l.options.Concurrency):
			return // who leaves dispatches
		default:
			wait := max(pause, l.requests.wait(1, l.pace.share), l.characters.wait(c.characters, l.pace.share))
			if wait > 0 {
				l.wake(wait)
				return
			}
			l.running++
			l.requests.tokens--
			l.characters.tokens -= float64(c.characters)
			c.began = now
		}
		l.advance()
		close(c.ready)
	}
}

var errPaused = errors.New("the service asked for a pause") //nolint:gochecknoglobals // an error that never changes

// advance takes the first of the first article out; the article's next turn is after all others.
func (l *limiter) advance() {
	first := l.lines[0]
	l.lines = slices.Delete(l.lines, 0, 1)
	if first.waiting = first.waiting[1:]; len(first.waiting) > 0 {
		l.lines = append(l.lines, first)
	}
}

// wake dispatches again after a while.
func (l *limiter) wake(after time.Duration) {
	if l.alarm != nil {
		l.alarm.Stop()
	}
	l.alarm = time.AfterFunc(after, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.dispatch()
	})
}

func (l *limiter) isClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

// close sends away who waits.
func (l *limiter) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.alarm != nil {
		l.alarm.Stop()
	}
	l.dispatch()
}
