package meter

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
)

// slow is a service that takes a while.
type slow struct {
	service
	takes time.Duration
}

func (s slow) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	select {
	case <-time.After(s.takes):
		return s.service.Speak(ctx, r)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func TestRequestThatIsPaidForIsFinished(t *testing.T) {
	enough := errors.New("enough")
	for name, test := range map[string]struct {
		price, takes, returns time.Duration
		spoken                bool
	}{
		"free":              {0, 5 * time.Second, time.Second, false},
		"paid":              {16, 5 * time.Second, 5 * time.Second, true},
		"paid and too slow": {16, time.Hour, time.Second + Grace, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(time.Second, func() { cancel(enough) })
				began := time.Now()
				speech, err := Finish(slow{service{price: float64(test.price)}, test.takes}).Speak(ctx, tts.Request{Text: "a"})
				require.Equal(t, test.returns, time.Since(began))
				if test.spoken {
					require.NoError(t, err)
					require.NotNil(t, speech)
					return
				}
				require.ErrorIs(t, err, enough)
			})
		})
	}
}

func TestRequestIsNotBegunWhenNobodyWaits(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	asked := false
	_, err := Finish(service{price: 16, during: func() { asked = true }}).Speak(ctx, tts.Request{Text: "a"})
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, asked)
}
