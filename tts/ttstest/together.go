package ttstest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/voicepress/voicepress/tts"
)

// requests are different enough to be told apart by their sound.
func requests() []tts.Request {
	return []tts.Request{
		{Text: "The first of four."},
		{Text: "Another one, which is a good deal longer than the first one was."},
		{Text: "Said quickly, in a hurry.", Rate: 1.5},
		{Text: "And the last.", Seed: 99},
	}
}

// alone speaks the requests one after another.
func alone(ctx context.Context, b tts.Backend) ([]*tts.Speech, error) {
	var speeches []*tts.Speech
	for _, r := range requests() {
		speech, err := say(ctx, b, r)
		if err != nil {
			return nil, fmt.Errorf("%+v: %w", r, err)
		}
		speeches = append(speeches, speech)
	}
	return speeches, nil
}

func isDeterministic(ctx context.Context, b tts.Backend) error {
	if !b.Info().Deterministic {
		return nil
	}
	first, err := alone(ctx, b)
	if err != nil {
		return err
	}
	second, err := alone(ctx, b)
	if err != nil {
		return err
	}
	for i, r := range requests() {
		if !same(first[i], second[i]) {
			return fmt.Errorf("%+v: said twice, it differs", r)
		}
	}
	return nil
}

// keepsRequestsApart speaks more requests at once than the backend says it takes: they wait, or fail with *RateLimited.
func keepsRequestsApart(ctx context.Context, b tts.Backend) error {
	want, err := alone(ctx, b)
	if err != nil {
		return err
	}
	var group errgroup.Group
	for n := range 2*max(b.Info().Concurrency, 1) + 4 {
		group.Go(func() error {
			i := n % len(want)
			r := requests()[i]
			speech, err := say(ctx, b, r)
			if errors.As(err, new(*tts.RateLimited)) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("%+v among others: %w", r, err)
			}
			if b.Info().Deterministic && !same(want[i], speech) {
				return fmt.Errorf("%+v among others sounds not as it does alone", r)
			}
			// Another's sound is told by its length, even where no two are the same.
			if ratio := float64(len(speech.Clip.Samples)) / float64(len(want[i].Clip.Samples)); ratio < 0.7 || ratio > 1.4 {
				return fmt.Errorf("%+v among others is %.2f times as long as alone", r, ratio)
			}
			return nil
		})
	}
	return group.Wait()
}

// errEnough is the cause of the contexts that the suite ends.
var errEnough = errors.New("the conformance suite has heard enough") //nolint:gochecknoglobals // an error to compare with

func endsWithTheContext(ctx context.Context, b tts.Backend) error {
	over, cancel := context.WithCancelCause(ctx)
	cancel(errEnough)
	if _, err := b.Speak(over, tts.Request{Text: text(b)}); !errors.Is(err, errEnough) {
		return fmt.Errorf("the context was over: the error is %w, not its cause", orNil(err))
	}
	begin := time.Now()
	if _, err := say(ctx, b, tts.Request{Text: text(b)}); err != nil {
		return err
	}
	whole := time.Since(begin)
	for i := range 12 { // from the beginning to after the end
		err := cancelAfter(ctx, b, whole*time.Duration(i)/10)
		if err != nil && !errors.Is(err, errEnough) {
			return fmt.Errorf("cancelled after %d %% of its time: %w", 10*i, err)
		}
	}
	return nil
}

// cancelAfter speaks, and cancels after a while.
func cancelAfter(ctx context.Context, b tts.Backend, after time.Duration) error {
	over, cancel := context.WithTimeoutCause(ctx, after, errEnough)
	defer cancel()
	_, err := say(over, b, tts.Request{Text: text(b)})
	return err
}

func speaksAfterCancelledRequests(ctx context.Context, b tts.Backend) error {
	want, err := alone(ctx, b)
	if err != nil {
		return err
	}
	var group errgroup.Group
	for i := range 2*max(b.Info().Concurrency, 1) + 2 {
		group.Go(func() error {
			if err := cancelAfter(ctx, b, time.Duration(i)*5*time.Millisecond); err != nil && !errors.Is(err, errEnough) && !errors.As(err, new(*tts.RateLimited)) {
				return err
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("cancelled requests: %w", err)
	}
	got, err := alone(ctx, b)
	if err != nil {
		return fmt.Errorf("after cancelled requests: %w", err)
	}
	for i, r := range requests() {
		if b.Info().Deterministic && !same(want[i], got[i]) {
			return fmt.Errorf("%+v: after cancelled requests it sounds different", r)
		}
	}
	return nil
}

func closesWhileBusy(ctx context.Context, b tts.Backend) error {
	var group errgroup.Group
	started := make(chan struct{}, 64)
	for range 2 * max(b.Info().Concurrency, 1) {
		group.Go(func() error {
			for { // so that some are always under way
				select {
				case started <- struct{}{}:
				default:
				}
				_, err := say(ctx, b, tts.Request{Text: text(b)})
				if errors.Is(err, tts.ErrClosed) {
					return nil
				}
				if err != nil && !errors.As(err, new(*tts.RateLimited)) {
					return fmt.Errorf("under way at Close: the error is %w, not ErrClosed", err)
				}
			}
		})
	}
	<-started
	if err := b.Close(); err != nil {
		return fmt.Errorf("close while busy: %w", err)
	}
	return group.Wait()
}

func closesTwice(ctx context.Context, b tts.Backend) error {
	info := b.Info()
	for range 2 {
		if err := b.Close(); err != nil {
			return err
		}
		if _, err := b.Speak(ctx, tts.Request{Text: sentence}); !errors.Is(err, tts.ErrClosed) {
			return fmt.Errorf("after Close the error of Speak is %w, not ErrClosed", orNil(err))
		}
	}
	if b.Info().Name != info.Name {
		return errors.New("info changes with Close")
	}
	return nil
}
