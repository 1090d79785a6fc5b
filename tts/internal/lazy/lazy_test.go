package lazy_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts/internal/lazy"
)

var errEnd = errors.New("ended")

func TestAValueIsLoadedOnceForAll(t *testing.T) {
	var loads, frees atomic.Int32
	v := lazy.New(func() (int, error) { return int(loads.Add(1)), nil })
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			got, err := v.Get(context.Background())
			require.NoError(t, err)
			require.Equal(t, 1, got)
		})
	}
	all.Wait()
	free := func(int) error { frees.Add(1); return nil }
	require.NoError(t, v.End(errEnd, free))
	require.NoError(t, v.End(errEnd, free))
	require.EqualValues(t, 1, frees.Load())
	_, err := v.Get(t.Context())
	require.ErrorIs(t, err, errEnd)
}

func TestAValueThatNobodyNeedsIsNeverLoaded(t *testing.T) {
	v := lazy.New(func() (int, error) { t.Error("loaded"); return 0, nil })
	require.NoError(t, v.End(errEnd, func(int) error { t.Error("freed"); return nil }))
	_, err := v.Get(t.Context())
	require.ErrorIs(t, err, errEnd)
}

func TestAFailureIsKept(t *testing.T) {
	broken := errors.New("broken")
	var loads int
	v := lazy.New(func() (int, error) { loads++; return 0, broken })
	for range 2 {
		_, err := v.Get(t.Context())
		require.ErrorIs(t, err, broken)
	}
	require.Equal(t, 1, loads)
	require.NoError(t, v.End(errEnd, func(int) error { t.Error("freed"); return nil }))
}

func TestAWaitEndsWithItsContextAndTheLoadGoesOn(t *testing.T) {
	proceed := make(chan struct{})
	v := lazy.New(func() (int, error) { <-proceed; return 7, nil })
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	_, err := v.Get(ctx)
	require.ErrorIs(t, err, cause)
	close(proceed)
	got, err := v.Get(t.Context())
	require.NoError(t, err)
	require.Equal(t, 7, got)
	freed := 0
	require.NoError(t, v.End(errEnd, func(n int) error { freed = n; return nil }))
	require.Equal(t, 7, freed)
}
