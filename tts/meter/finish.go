package meter

import (
	"context"
	"time"

	"github.com/voicepress/voicepress/tts"
)

// Grace is how long a request that is paid for may go on after nobody waits for it any more.
const Grace = 10 * time.Second

// Finish returns a backend that ends no request which the service charges for: when ctx ends while one is under way, as when
// another sentence of the article failed, it goes on for at most Grace, and its speech is returned, so that it can be kept.
// It stands right around the backend, where no request that only waits for its turn is begun any more. A backend that costs
// nothing is returned as it is.
func Finish(b tts.Backend) tts.Backend {
	if b.Info().PricePerMillion == 0 {
		return b
	}
	return &finish{b}
}

type finish struct{ tts.Backend }

// Speak speaks on for a while after ctx has ended.
func (f *finish) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	under, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(Grace):
			cancel(context.Cause(ctx))
		case <-under.Done():
		}
	})
	defer stop()
	return f.Backend.Speak(under, r)
}
