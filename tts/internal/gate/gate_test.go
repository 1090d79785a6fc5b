package gate

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/voicepress/voicepress/tts"
)

func TestGateLetsSoManyInAtOnce(t *testing.T) {
	defer goleak.VerifyNone(t)
	g := New(3)
	var inside, most atomic.Int64
	var group errgroup.Group
	for range 200 {
		group.Go(func() error {
			_, leave, err := g.Enter(t.Context())
			if err != nil {
				return err
			}
			defer leave()
			now := inside.Add(1)
			defer inside.Add(-1)
			for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	require.LessOrEqual(t, most.Load(), int64(3))
	g.Close()
}

func TestCloseEndsCallsInsideAndOutside(t *testing.T) {
	defer goleak.VerifyNone(t)
	g := New(1)
	inside, leave, err := g.Enter(t.Context())
	require.NoError(t, err)
	var group errgroup.Group
	for range 5 {
		group.Go(func() error {
			_, _, err := g.Enter(t.Context())
			return err
		})
	}
	group.Go(func() error { g.Close(); return nil })
	<-inside.Done()
	require.ErrorIs(t, context.Cause(inside), tts.ErrClosed)
	leave()
	require.ErrorIs(t, group.Wait(), tts.ErrClosed)
	g.Close()
	_, _, err = g.Enter(t.Context())
	require.ErrorIs(t, err, tts.ErrClosed)
}

func TestEnterEndsWithItsContext(t *testing.T) {
	defer goleak.VerifyNone(t)
	g := New(1)
	_, leave, err := g.Enter(t.Context())
	require.NoError(t, err)
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	_, _, err = g.Enter(ctx)
	require.ErrorIs(t, err, cause)
	leave()
	_, _, err = g.Enter(ctx)
	require.ErrorIs(t, err, cause, "even when there is a place")
	g.Close()
}
