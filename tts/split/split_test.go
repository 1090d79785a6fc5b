package split

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/ttstest"
)

func tones(t testing.TB, o fake.Options) tts.Backend {
	t.Helper()
	b, err := fake.New(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

// stub changes what a backend says.
type stub struct {
	tts.Backend
	speak func(ctx context.Context, r tts.Request) (*tts.Speech, error)
	info  func(tts.Info) tts.Info
}

func (s stub) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	if s.speak == nil {
		return s.Backend.Speak(ctx, r)
	}
	return s.speak(ctx, r)
}

func (s stub) Info() tts.Info {
	if s.info == nil {
		return s.Backend.Info()
	}
	return s.info(s.Backend.Info())
}

func TestConformance(t *testing.T) {
	for _, runes := range []int{0, 60, 17} {
		ttstest.Run(t, func(t *testing.T) tts.Backend {
			return Wrap(tones(t, fake.Options{MaxRunes: runes, LeadingSilence: 50 * time.Millisecond, TrailingSilence: 200 * time.Millisecond}))
		})
	}
}

func TestConformanceInBytes(t *testing.T) {
	ttstest.Run(t, func(t *testing.T) tts.Backend {
		inner := tones(t, fake.Options{})
		limit := tts.Limit{N: 24, Unit: tts.Bytes}
		info := func(i tts.Info) tts.Info { i.Limit = limit; return i }
		return Wrap(stub{inner, func(ctx context.Context, r tts.Request) (*tts.Speech, error) {
			if !limit.Fits(r.Text) {
				return nil, &tts.TooLong{Limit: limit}
			}
			return inner.Speak(ctx, r)
		}, info})
	})
}

func TestLimitBecomesTheLengthOfAPiece(t *testing.T) {
	b := Wrap(tones(t, fake.Options{MaxRunes: 40}))
	require.Equal(t, tts.Limit{}, b.Info().Limit)
	require.Equal(t, tts.Limit{N: 40, Unit: tts.Runes}, b.Info().PieceLimit())
	require.Equal(t, b.Info(), Wrap(b).Info())
}

func TestWhatFitsIsSaidAsItIs(t *testing.T) {
	inner := tones(t, fake.Options{MaxRunes: 40})
	r := tts.Request{Text: " The bridge is closed. Nobody knew. "}
	want, err := inner.Speak(t.Context(), r)
	require.NoError(t, err)
	got, err := Wrap(inner).Speak(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestMarksAndPausesAreWhereTheyBelongInTheWhole(t *testing.T) {
	inner := tones(t, fake.Options{MaxRunes: 30, LeadingSilence: 400 * time.Millisecond, TrailingSilence: 500 * time.Millisecond})
	text := "The bridge is closed today; nobody knew anything. Everybody was surprised about it"
	speech, err := Wrap(inner).Speak(t.Context(), tts.Request{Text: text})
	require.NoError(t, err)
	var said []string
	gaps := map[string]time.Duration{}
	for i, m := range speech.Marks {
		said = append(said, text[m.Start:m.End])
		if i > 0 {
			gaps[text[m.Start:m.End]] = audio.Duration(m.From-speech.Marks[i-1].To, speech.Clip.Rate)
		}
		for _, x := range speech.Clip.Samples[m.From+200 : m.From+1000] {
			if x != 0 {
				goto heard
			}
		}
		t.Fatalf("nothing is heard at %q", text[m.Start:m.End])
	heard:
	}
	require.Equal(t, strings.Fields(strings.NewReplacer(";", "", ".", "").Replace(text)), said)
	require.InDelta(t, 250, gaps["nobody"].Milliseconds(), 5)    // a clause
	require.InDelta(t, 400, gaps["Everybody"].Milliseconds(), 5) // a sentence
	require.InDelta(t, 50, gaps["surprised"].Milliseconds(), 5)  // a word
	require.InDelta(t, 40, gaps["is"].Milliseconds(), 1)         // as the tones have it
	first, last := speech.Marks[0], speech.Marks[len(speech.Marks)-1]
	require.Equal(t, 400*time.Millisecond, audio.Duration(first.From, speech.Clip.Rate), "the beginning of the whole stays")
	require.Equal(t, 500*time.Millisecond, audio.Duration(len(speech.Clip.Samples)-last.To, speech.Clip.Rate).Round(time.Millisecond))
}

func TestSoundOfThePiecesIsLeftAsItWas(t *testing.T) {
	inner := tones(t, fake.Options{})
	r := tts.Request{Text: "one two three four"}
	first, second, ok := Halves(r)
	require.True(t, ok)
	one, err := inner.Speak(t.Context(), first.Request)
	require.NoError(t, err)
	two, err := inner.Speak(t.Context(), second.Request)
	require.NoError(t, err)
	again, err := inner.Speak(t.Context(), first.Request)
	require.NoError(t, err)
	_, err = Join([]Piece{first, second}, []*tts.Speech{one, two})
	require.NoError(t, err)
	require.Equal(t, again, one)
}

func TestAccountsAreAddedUp(t *testing.T) {
	inner := tones(t, fake.Options{MaxRunes: 5})
	cached := map[string]bool{"one": true}
	b := Wrap(stub{inner, func(ctx context.Context, r tts.Request) (*tts.Speech, error) {
		s, err := inner.Speak(ctx, r)
		if err != nil {
			return nil, err
		}
		bill := tts.Bill{Requests: 1, Characters: len(r.Text), USD: 0.5}
		if s.Cached = cached[r.Text]; s.Cached {
			s.Saved = bill
		} else {
			s.Bill = bill
		}
		s.Warnings = []string{"as always", "about " + r.Text}
		if r.Text == "two" {
			s.Takes, s.Faults = 3, []string{"slow"}
		}
		return s, nil
	}, nil})
	s, err := b.Speak(t.Context(), tts.Request{Text: "one two three"})
	require.NoError(t, err)
	require.Equal(t, tts.Bill{Requests: 2, Characters: 8, USD: 1}, s.Bill)
	require.Equal(t, tts.Bill{Requests: 1, Characters: 3, USD: 0.5}, s.Saved)
	require.False(t, s.Cached)
	require.Equal(t, 3, s.Takes)
	require.Equal(t, []string{"slow"}, s.Faults)
	require.Equal(t, []string{"as always", "about one", "about two", "about three"}, s.Warnings)

	cached["two"], cached["three"] = true, true
	s, err = b.Speak(t.Context(), tts.Request{Text: "one two three"})
	require.NoError(t, err)
	require.True(t, s.Cached)
	require.Equal(t, tts.Bill{}, s.Bill)
}

func TestServiceThatTakesLessThanItSaysIsAskedForLess(t *testing.T) {
	inner := tones(t, fake.Options{})
	for name, answer := range map[string]tts.Limit{
		"another limit": {N: 12, Unit: tts.Runes},
		"no limit":      {},
		"its own limit": inner.Info().Limit, // and it counts something else
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			b := Wrap(stub{inner, func(ctx context.Context, r tts.Request) (*tts.Speech, error) {
				if asked++; utf8.RuneCountInString(r.Text) > 12 {
					return nil, &tts.TooLong{Limit: answer}
				}
				return inner.Speak(ctx, r)
			}, nil})
			s, err := b.Speak(t.Context(), tts.Request{Text: "one two three four five six"})
			require.NoError(t, err)
			require.Len(t, s.Marks, 6)
			require.LessOrEqual(t, asked, 8)
		})
	}
	t.Run("nothing at all", func(t *testing.T) {
		asked := 0
		b := Wrap(stub{inner, func(context.Context, tts.Request) (*tts.Speech, error) {
			asked++
			return nil, &tts.TooLong{Limit: tts.Limit{N: 12, Unit: tts.Runes}}
		}, nil})
		_, err := b.Speak(t.Context(), tts.Request{Text: strings.Repeat("word ", 100)})
		require.ErrorAs(t, err, new(*tts.TooLong))
		require.LessOrEqual(t, asked, 8)
	})
}

func TestPartsOfDifferentSampleRatesAreAnError(t *testing.T) {
	inner, rates := tones(t, fake.Options{MaxRunes: 5}), 0
	b := Wrap(stub{inner, func(ctx context.Context, r tts.Request) (*tts.Speech, error) {
		s, err := inner.Speak(ctx, r)
		if err == nil {
			s.Clip.Rate += rates
			rates++
		}
		return s, err
	}, nil})
	_, err := b.Speak(t.Context(), tts.Request{Text: "one two"})
	require.ErrorContains(t, err, "22050 Hz")
}

func TestFailureOfAPartFailsTheWholeAndKeepsItsKind(t *testing.T) {
	b := Wrap(tones(t, fake.Options{MaxRunes: 5, Failures: []fake.Failure{{Text: "two", Kind: "refused"}}}))
	s, err := b.Speak(t.Context(), tts.Request{Text: "one two three"})
	require.ErrorAs(t, err, new(*tts.Refused))
	require.ErrorContains(t, err, "part 2 of 3")
	require.Nil(t, s)
}

func ExampleHalves() {
	first, second, _ := Halves(tts.Request{Text: "The bridge is closed, and nobody knows for how long."})
	fmt.Println(first.Text)
	fmt.Println(second.Text)
	// Output:
	// The bridge is closed,
	// and nobody knows for how long.
}
