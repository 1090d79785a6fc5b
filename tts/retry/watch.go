package retry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/voicepress/voicepress/tts"
)

// Watch returns a backend that ends a call in which nothing came in for so long, with *tts.Temporary. A call that is slow and
// alive may take any time. It stands right around the backend, where waiting for a turn is not counted. A backend that
// shows no signs of life (Info.Streams) is returned as it is.
func Watch(b tts.Backend, stall time.Duration) tts.Backend {
	if stall <= 0 || !b.Info().Streams {
		return b
	}
	return &watch{b, stall}
}

type watch struct {
	tts.Backend
	stall time.Duration
}

var errStalled = errors.New("stalled") //nolint:gochecknoglobals // an error to compare with

// Speak speaks while there are signs of life.
func (w *watch) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	watched, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timer := time.AfterFunc(w.stall, func() { cancel(errStalled) })
	defer timer.Stop()
	speech, err := w.Backend.Speak(tts.WithAlive(watched, func() {
		timer.Reset(w.stall)
		tts.Alive(ctx)
	}), r)
	if err != nil && ctx.Err() == nil && errors.Is(context.Cause(watched), errStalled) {
		return nil, &tts.Temporary{Err: fmt.Errorf("%s gave no sign of life for %v", w.Info().Name, w.stall)}
	}
	return speech, err
}
