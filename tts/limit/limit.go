// Package limit makes requests wait until a service takes them: so many at once, so many a minute, so many characters a
// minute, for all callers of the process together.
//
// It learns from refusals: when the service asks for a pause, everybody waits, and then goes on more slowly for a while.
// It is fair between articles. It does not make a refused request again; package retry does.
package limit

import (
	"context"
	"unicode/utf8"

	"github.com/voicepress/voicepress/tts"
)

// Options are what a service takes. Each may be lower than what the backend says of itself, not higher: what a contract
// allows is set where the backend is.
type Options struct {
	Concurrency         int `mapstructure:"concurrency"`           // requests at once; 0: as the backend says
	RequestsPerMinute   int `mapstructure:"requests_per_minute"`   // 0: as the backend says
	CharactersPerMinute int `mapstructure:"characters_per_minute"` // of text; 0: no limit
}

// Wrap returns a backend that speaks as b does, within the limits. A request that would have to wait for longer than
// Patience because the service asked for a pause fails at once, with *tts.RateLimited.
func Wrap(b tts.Backend, o Options) tts.Backend {
	info := b.Info()
	o.Concurrency = lower(o.Concurrency, max(info.Concurrency, 1))
	o.RequestsPerMinute = lower(o.RequestsPerMinute, info.RequestsPerMinute)
	return &backend{b, newLimiter(o)}
}

// lower is the lower of two limits, of which 0 is none.
func lower(a, b int) int {
	if a <= 0 || b > 0 && b < a {
		return b
	}
	return a
}

type backend struct {
	tts.Backend
	limiter *limiter
}

// Info is that of the backend inside, with the limits that are kept.
func (b *backend) Info() tts.Info {
	info := b.Backend.Info()
	info.Concurrency, info.RequestsPerMinute = b.limiter.options.Concurrency, b.limiter.options.RequestsPerMinute
	return info
}

// Speak waits its turn and speaks. A request that cannot succeed does not wait.
func (b *backend) Speak(ctx context.Context, r tts.Request) (speech *tts.Speech, err error) {
	if err := b.Backend.Info().Check(r); err != nil && !b.limiter.isClosed() {
		return nil, err
	}
	leave, err := b.limiter.enter(ctx, r.Article, utf8.RuneCountInString(r.Text))
	if err != nil {
		return nil, err
	}
	defer func() { leave(err) }()
	return b.Backend.Speak(ctx, r)
}

// Close lets nobody in any more and closes the backend inside.
func (b *backend) Close() error {
	b.limiter.close()
	return b.Backend.Close()
}
