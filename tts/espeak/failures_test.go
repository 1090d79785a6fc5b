package espeak

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/voicepress/voicepress/tts"
)

func TestStartSaysWhatIsMissing(t *testing.T) {
	for _, program := range []string{"no-such-espeak", filepath.Join(t.TempDir(), "espeak-ng"), impostor(t, "impostor")} {
		_, err := Start(t.Context(), PhonemizerOptions{Program: program})
		var missing *tts.Unavailable
		require.ErrorAs(t, err, &missing)
		require.Equal(t, "espeak-ng", missing.What)
		require.Contains(t, missing.Hint(), "apt-get install espeak-ng")
	}
}

func TestPhonemesOfAProgramThatFails(t *testing.T) {
	for _, test := range []struct {
		way, want string
		timeout   time.Duration // long for what is not about time: a busy machine needs its time to start a program
	}{
		{"hangs", "does not answer", 500 * time.Millisecond},
		{"dies", "out of [31mphonemes", time.Minute},
	} {
		t.Run(test.way, func(t *testing.T) {
			p := start(t, PhonemizerOptions{Program: impostor(t, test.way), ReplyTimeout: test.timeout})
			_, err := p.Phonemes(t.Context(), "en-us", []string{"hello"})
			require.ErrorAs(t, err, new(*tts.Temporary))
			require.ErrorContains(t, err, test.want)
			require.Zero(t, p.total)
		})
	}
}

func TestPhonemesTriesOnceMore(t *testing.T) {
	p := start(t, PhonemizerOptions{Program: impostor(t, "dies-once")})
	got, err := p.Phonemes(t.Context(), "en-us", []string{"hello"})
	require.NoError(t, err)
	require.Equal(t, []string{"fine"}, got)
}

func TestPhonemesStopsAFlood(t *testing.T) {
	p := start(t, PhonemizerOptions{Program: impostor(t, "floods")})
	_, err := p.Phonemes(t.Context(), "en-us", []string{"hello"})
	require.ErrorContains(t, err, "wrote more than")
	require.NotErrorAs(t, err, new(*tts.Temporary))
	require.Zero(t, p.total)
}

func TestPhonemesNeverServesWhatWasLeftOver(t *testing.T) {
	p := start(t, PhonemizerOptions{Program: impostor(t, "chatters"), Processes: 1})
	for range 20 {
		got, err := p.Phonemes(t.Context(), "en-us", []string{"hello"})
		if err != nil {
			require.ErrorAs(t, err, new(*tts.Temporary))
			continue
		}
		require.Equal(t, []string{"one"}, got)
	}
}

func TestPhonemesRefusesVoices(t *testing.T) {
	p := start(t, PhonemizerOptions{})
	for _, voice := range []string{"", "nosuch", "-h", "../../etc/passwd", "/etc/passwd", "!v/f1", "en us", "en\n", "a//b"} {
		_, err := p.Phonemes(t.Context(), voice, []string{"hello"})
		require.ErrorAs(t, err, new(*tts.NoSuchVoice), "%q", voice)
	}
}

func TestPhonemesRefusesTooMuchText(t *testing.T) {
	p := start(t, PhonemizerOptions{})
	_, err := p.Phonemes(t.Context(), "en-us", []string{string(make([]byte, maxRequest)), "a"})
	require.ErrorAs(t, err, new(*tts.TooLong))
}

func TestPhonemesEndsWithItsContext(t *testing.T) {
	defer goleak.VerifyNone(t)
	p, err := Start(t.Context(), PhonemizerOptions{Program: impostor(t, "hangs"), Processes: 1})
	require.NoError(t, err)
	cause := errors.New("enough")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, cause)
	defer cancel()
	var group errgroup.Group
	for range 3 { // one hangs, two wait for its place
		group.Go(func() error {
			_, err := p.Phonemes(ctx, "en-us", []string{"hello"})
			return err
		})
	}
	require.ErrorIs(t, group.Wait(), cause)
	require.NoError(t, p.Close())
	require.Zero(t, p.total)
}

func TestPhonemesIsRightAfterCancelledRequests(t *testing.T) {
	defer goleak.VerifyNone(t)
	p, err := Start(t.Context(), PhonemizerOptions{Processes: 2})
	require.NoError(t, err)
	var group errgroup.Group
	for i := range 40 {
		group.Go(func() error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*time.Millisecond)
			defer cancel()
			_, err := p.Phonemes(ctx, "en-us", []string{"wrong one", "wrong two", "wrong three"})
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				return err
			}
			got, err := p.Phonemes(t.Context(), "en-us", []string{"hello"})
			if err == nil && got[0] != "həlˈoʊ" {
				return errors.New("answer to another request: " + got[0])
			}
			return err
		})
	}
	require.NoError(t, group.Wait())
	require.NoError(t, p.Close())
	require.Zero(t, p.total)
}

func TestCloseEndsCallsUnderWay(t *testing.T) {
	defer goleak.VerifyNone(t)
	p, err := Start(t.Context(), PhonemizerOptions{Program: impostor(t, "hangs"), Processes: 2})
	require.NoError(t, err)
	var group errgroup.Group
	for range 4 {
		group.Go(func() error {
			_, err := p.Phonemes(t.Context(), "en-us", []string{"hello"})
			if !errors.Is(err, tts.ErrClosed) {
				return errors.Join(errors.New("not ErrClosed"), err)
			}
			return nil
		})
	}
	require.NoError(t, p.Close())
	require.NoError(t, group.Wait())
	require.NoError(t, p.Close())
	_, err = p.Phonemes(t.Context(), "en-us", []string{"hello"})
	require.ErrorIs(t, err, tts.ErrClosed)
}
