package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/ttstest"
)

const sentence = "The minister said on Tuesday that the bridge would be closed for repairs, and that traffic would be led around the city."

func TestConformance(t *testing.T) {
	silent := &damage{"silent", func(s *tts.Speech) { clear(s.Clip.Samples) }}
	for name, plan := range map[string]func(tts.Request) *damage{
		"nothing is bad":          nil,
		"every first take is bad": func(r tts.Request) *damage { return bad(r.Seed < 1<<32 && len(r.Text) > 20, silent) },
		"nothing but cuts is good": func(r tts.Request) *damage {
			return bad(len(r.Text) > 80 && strings.HasPrefix(r.Text, "The minister"), silent)
		},
	} {
		t.Run(name, func(t *testing.T) {
			ttstest.Run(t, func(t *testing.T) tts.Backend {
				return Wrap(&flawed{Backend: tones(t, fake.Options{Concurrency: 3, Latency: time.Millisecond}), plan: plan}, usual(), quiet())
			})
		})
	}
}

func bad(is bool, d *damage) *damage {
	if is {
		return d
	}
	return nil
}

func TestGoodTakeIsKeptAsItIs(t *testing.T) {
	inner := &flawed{Backend: tones(t, fake.Options{}), bill: tts.Bill{Requests: 1, Characters: 5, USD: 0.5}}
	want, err := inner.Speak(t.Context(), tts.Request{Text: sentence})
	require.NoError(t, err)
	got, err := Wrap(inner, usual(), quiet()).Speak(t.Context(), tts.Request{Text: sentence})
	require.NoError(t, err)
	want.Takes = 1
	require.Equal(t, want, got)
	require.EqualValues(t, 2, inner.takes.Load())
}

func TestBadTakeIsSpokenAgain(t *testing.T) {
	for name, test := range map[string]struct {
		bad          func(r tts.Request) bool
		takes, asked int
		faults       []string
	}{
		"good with the second seed": {func(r tts.Request) bool { return r.Seed == 7 }, 2, 2, nil},
		"good with the last seed":   {func(r tts.Request) bool { return r.Seed != Reseed(7, 3) }, 4, 4, nil},
		"good only when cut":        {func(r tts.Request) bool { return r.Text == sentence }, 5, 6, nil},
		"never good":                {func(tts.Request) bool { return true }, 5, 6, []string{"short"}},
	} {
		t.Run(name, func(t *testing.T) {
			half := mostMissing()
			inner := &flawed{
				Backend: tones(t, fake.Options{}), bill: tts.Bill{Requests: 1, Characters: 100, USD: 0.25},
				plan: func(r tts.Request) *damage { return bad(test.bad(r), half) },
			}
			r := tts.Request{Text: sentence, Seed: 7}
			speech, err := Wrap(inner, usual(), quiet()).Speak(t.Context(), r)
			require.NoError(t, err)
			require.Equal(t, test.takes, speech.Takes)
			require.EqualValues(t, test.asked, inner.takes.Load())
			require.Equal(t, tts.Bill{Requests: test.asked, Characters: 100 * test.asked, USD: 0.25 * float64(test.asked)}, speech.Bill, "each take is paid for")
			require.Equal(t, test.faults, speech.Faults)
			if test.faults == nil {
				require.Empty(t, speech.Warnings)
				require.Empty(t, Judge(inner.Info(), r, speech))
				last := speech.Marks[len(speech.Marks)-1]
				require.Equal(t, "city", sentence[last.Start:last.End], "marks are those of the whole text")
				return
			}
			require.Len(t, speech.Warnings, 1)
			require.Contains(t, speech.Warnings[0], `listen to "The minister said on Tuesday`)
			require.Contains(t, speech.Warnings[0], "is too short for its words")
			require.Contains(t, speech.Warnings[0], "the best of 5 takes")
		})
	}
}

func TestBestOfBadTakesIsKept(t *testing.T) {
	half, slow := mostMissing(), damaged(t, "half the speed")
	both := &damage{"both", func(s *tts.Speech) { half.do(s); damaged(t, "0.5 s of static at the end").do(s) }}
	inner := &flawed{Backend: tones(t, fake.Options{}), plan: func(r tts.Request) *damage {
		if r.Seed == Reseed(0, 2) {
			return slow
		}
		return both
	}}
	speech, err := Wrap(inner, usual(), quiet()).Speak(t.Context(), tts.Request{Text: sentence})
	require.NoError(t, err)
	require.Equal(t, []string{"long"}, speech.Faults)
	require.Equal(t, 5, speech.Takes)
}

func TestSeedThatChangesNothingIsNotTriedTwice(t *testing.T) {
	half := mostMissing()
	inner := &flawed{Backend: deaf{tones(t, fake.Options{})}, plan: func(r tts.Request) *damage { return bad(r.Text == sentence, half) }}
	speech, err := Wrap(inner, usual(), quiet()).Speak(t.Context(), tts.Request{Text: sentence})
	require.NoError(t, err)
	require.Empty(t, speech.Faults)
	require.Equal(t, 3, speech.Takes, "once, once with another seed, and in two halves")
	require.EqualValues(t, 4, inner.takes.Load())
}

// deaf does not know seeds.
type deaf struct{ tts.Backend }

func (b deaf) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	r.Seed = 0
	return b.Backend.Speak(ctx, r)
}

func TestNoSoundIsAnErrorOnlyInTheEnd(t *testing.T) {
	silent := &damage{"silent", func(s *tts.Speech) { clear(s.Clip.Samples) }}
	empty := &damage{"empty", func(s *tts.Speech) { *s = tts.Speech{} }}
	broken := &damage{"broken", func(s *tts.Speech) { s.Clip.Samples[9] = nan() }}
	for _, d := range []*damage{silent, empty, broken} {
		inner := &flawed{Backend: tones(t, fake.Options{}), plan: func(r tts.Request) *damage { return bad(r.Seed == 0, d) }}
		speech, err := Wrap(inner, usual(), quiet()).Speak(t.Context(), tts.Request{Text: sentence})
		require.NoError(t, err, d.name)
		require.Equal(t, 2, speech.Takes, d.name)

		inner.plan = func(tts.Request) *damage { return d }
		speech, err = Wrap(inner, usual(), quiet()).Speak(t.Context(), tts.Request{Text: sentence})
		require.Nil(t, speech)
		if d == broken {
			require.ErrorAs(t, err, new(*tts.BadAnswer))
		} else {
			require.ErrorAs(t, err, new(*tts.NoSound), d.name)
		}
	}
	require.ErrorAs(t, Sound(nil), new(*tts.NoSound))

	inner := &flawed{Backend: tones(t, fake.Options{}), fail: func(r tts.Request) error {
		if r.Seed == 0 {
			return fmt.Errorf("speak: %w", &tts.NoSound{})
		}
		return nil
	}}
	speech, err := Wrap(inner, usual(), quiet()).Speak(t.Context(), tts.Request{Text: sentence})
	require.NoError(t, err, "the backend itself says that there is none")
	require.Equal(t, 2, speech.Takes)
}

func TestErrorWhileSpeakingAgainLeavesWhatThereIs(t *testing.T) {
	over := &tts.QuotaExceeded{Err: errors.New("the budget is used up")}
	fail := func(r tts.Request) error {
		if r.Seed != 0 {
			return over
		}
		return nil
	}
	inner := &flawed{Backend: tones(t, fake.Options{}), fail: fail, plan: func(tts.Request) *damage { return mostMissing() }}
	speech, err := Wrap(inner, usual(), quiet()).Speak(t.Context(), tts.Request{Text: sentence})
	require.NoError(t, err)
	require.Equal(t, []string{"short"}, speech.Faults)
	require.True(t, speech.Provisional, "it is not the best that can be had")
	require.Len(t, speech.Warnings, 1)
	require.EqualValues(t, 2, inner.takes.Load(), "no more is asked for")

	inner.fail = func(r tts.Request) error {
		if r.Seed != 0 {
			return &tts.Refused{Err: errors.New("no")}
		}
		return nil
	}
	speech, err = Wrap(inner, usual(), quiet()).Speak(t.Context(), tts.Request{Text: sentence})
	require.NoError(t, err)
	require.False(t, speech.Provisional, "it would be refused again")

	inner.bill = tts.Bill{Requests: 1, Characters: 100, USD: 0.25}
	inner.fail = func(r tts.Request) error {
		if r.Before != "" { // the second half
			return over
		}
		return nil
	}
	speech, err = Wrap(inner, usual(), quiet()).Speak(t.Context(), tts.Request{Text: sentence})
	require.NoError(t, err)
	require.Equal(t, tts.Bill{Requests: 5, Characters: 500, USD: 1.25}, speech.Bill, "the first half was paid for")

	inner.fail = fail
	inner.plan = func(tts.Request) *damage { return &damage{"silent", func(s *tts.Speech) { clear(s.Clip.Samples) }} }
	_, err = Wrap(inner, usual(), quiet()).Speak(t.Context(), tts.Request{Text: sentence})
	require.ErrorIs(t, err, over)

	_, err = Wrap(inner, usual(), quiet()).Speak(t.Context(), tts.Request{Text: sentence, Seed: 1})
	require.ErrorIs(t, err, over, "the first take fails")
}

func TestEndOfTheContextEndsTheTakes(t *testing.T) {
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	inner := &flawed{Backend: tones(t, fake.Options{}), plan: func(tts.Request) *damage { return mostMissing() }}
	inner.fail = func(r tts.Request) error {
		if r.Seed == Reseed(0, 2) {
			cancel(cause)
		}
		return nil
	}
	_, err := Wrap(inner, usual(), quiet()).Speak(ctx, tts.Request{Text: sentence})
	require.ErrorIs(t, err, cause)
	require.EqualValues(t, 3, inner.takes.Load())
}

// What a request becomes may depend on nothing but the request: neither on the order in which others are finished, nor on
// what was spoken before.
func TestTakesDoNotDependOnTiming(t *testing.T) {
	all := damages()
	plan := func(r tts.Request) *damage { // about half of the takes are bad, in many ways
		if strings.HasPrefix(r.Text, "on Tuesday") {
			return mostMissing()
		}
		n := len(r.Text) + int(r.Seed%1000)
		return bad(n%2 == 0, &all[n%len(all)])
	}
	var requests []tts.Request
	words := strings.Fields(sentence)
	for i := range 40 {
		requests = append(requests, tts.Request{Text: strings.Join(words[i%9:], " "), Seed: uint64(i / 9)})
	}
	run := func(jobs int, backwards bool) []*tts.Speech {
		inner := &flawed{Backend: tones(t, fake.Options{Concurrency: jobs}), plan: plan, wait: 2 * time.Millisecond}
		b := Wrap(inner, usual(), quiet())
		speeches := make([]*tts.Speech, len(requests))
		var group errgroup.Group
		group.SetLimit(jobs)
		for i := range requests {
			if backwards {
				i = len(requests) - 1 - i
			}
			group.Go(func() (err error) {
				speeches[i], err = b.Speak(t.Context(), requests[i])
				return err
			})
		}
		require.NoError(t, group.Wait())
		return speeches
	}
	want := run(1, false)
	retaken, flagged := 0, 0
	for _, s := range want {
		if s.Takes > 1 {
			retaken++
		}
		if len(s.Faults) > 0 {
			flagged++
		}
	}
	require.Greater(t, retaken, 5)
	require.Positive(t, flagged)
	for _, jobs := range []int{2, 8} {
		require.Equal(t, want, run(jobs, jobs == 8), "%d jobs", jobs)
	}
}

func TestFingerprintTellsHowTakesAreChosenWhereTheyAreTheSameEveryTime(t *testing.T) {
	inner := &flawed{Backend: tones(t, fake.Options{})}
	plain := inner.Info().Fingerprint
	require.Same(t, inner, Wrap(inner, Options{}, quiet()), "not enabled")
	require.NotEqual(t, plain, Wrap(inner, usual(), quiet()).Info().Fingerprint)
	require.NotEqual(t, Wrap(inner, Options{Enabled: true}, quiet()).Info().Fingerprint, Wrap(inner, usual(), quiet()).Info().Fingerprint)
	inner.info = func(i *tts.Info) { i.Deterministic = false }
	require.Equal(t, plain, Wrap(inner, usual(), quiet()).Info().Fingerprint, "what was paid for is not spoken again for another number of retakes")
}

func BenchmarkJudge(b *testing.B) {
	inner := tones(b, fake.Options{})
	r := tts.Request{Text: sentence}
	speech, err := inner.Speak(b.Context(), r)
	if err != nil {
		b.Fatal(err)
	}
	for _, noise := range []bool{false, true} {
		if noise { // the end is looked at as far as it goes
			addNoise(speech, 1.5, 0.01)
		}
		b.Run(fmt.Sprintf("noise=%v", noise), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Judge(inner.Info(), r, speech)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/speech.Clip.Duration().Seconds(), "µs/s-of-sound")
		})
	}
}
