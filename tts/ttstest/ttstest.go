// Package ttstest is the conformance suite for backends: what the rest of the program relies on, asked of every one.
//
//	func TestConformance(t *testing.T) {
//		ttstest.Run(t, func(t *testing.T) tts.Backend { return open(t) })
//	}
//
// It looks at the contract of tts.Backend alone. It is not for how good a voice sounds or for what one backend does
// more than others.
package ttstest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/voicepress/voicepress/tts"
)

// patience is how long one check may take in all. A backend that hangs needs it, and a slow one on a busy machine half of it.
const patience = 10 * time.Minute

// check is one demand on a backend. It returns what is wrong.
type check struct {
	name string
	// closes is true when the check closes the backend and so needs one of its own.
	closes bool
	run    func(ctx context.Context, b tts.Backend) error
}

// checks are all the demands.
func checks() []check {
	return []check{
		{"describes itself", false, describesItself},
		{"speaks", false, speaks},
		{"speaks in every listed voice's language", false, speaksItsLanguages},
		{"has nothing to say", false, hasNothingToSay},
		{"refuses too long text", false, refusesTooLongText},
		{"survives hostile text", false, survivesHostileText},
		{"does not read markup", false, doesNotReadMarkup},
		{"refuses unknown voices", false, refusesUnknownVoices},
		{"follows the rate or says not", false, followsTheRate},
		{"takes the lexicon or says not", false, takesPhonemes},
		{"is deterministic where it says so", false, isDeterministic},
		{"keeps concurrent requests apart", false, keepsRequestsApart},
		{"ends with the context", false, endsWithTheContext},
		{"speaks after cancelled requests", false, speaksAfterCancelledRequests},
		{"closes while busy", true, closesWhileBusy},
		{"closes twice", true, closesTwice},
	}
}

// Run runs the suite. open makes a new backend, which Run closes; it is called several times. No goroutine may be left
// after Close.
func Run(t *testing.T, open func(t *testing.T) tts.Backend) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	shared := open(t)
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			b := shared
			if c.closes {
				b = open(t)
			}
			require.NoError(t, c.run(ctx, b))
			if c.closes {
				require.NoError(t, b.Close())
			}
		})
	}
	require.NoError(t, shared.Close())
	require.NoError(t, goleak.Find(before), "goroutines are left after Close")
}

// sentence is ordinary text, a few seconds long.
const sentence = "The minister said on Tuesday that the old bridge would be closed, and that nobody knew for how long."

// text is a text that the backend takes: sentence, or as much of it as the limit allows.
func text(b tts.Backend) string {
	limit, words := b.Info().Limit, strings.Fields(sentence)
	for len(words) > 1 && !limit.Fits(strings.Join(words, " ")) {
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}

// say speaks a request and looks over what comes back.
func say(ctx context.Context, b tts.Backend, r tts.Request) (*tts.Speech, error) {
	speech, err := b.Speak(ctx, r)
	if err != nil {
		if speech != nil {
			return nil, errors.New("gives speech together with an error")
		}
		return nil, err
	}
	if speech == nil {
		return nil, errors.New("gives neither speech nor an error")
	}
	if err := sound(b.Info(), speech); err != nil {
		return nil, err
	}
	return speech, marks(b.Info(), r.Text, speech)
}

// sound looks over the samples.
func sound(info tts.Info, speech *tts.Speech) error {
	clip := speech.Clip
	if clip.Rate <= 0 || info.SampleRate != 0 && clip.Rate != info.SampleRate {
		return fmt.Errorf("the sample rate is %d Hz; Info says %d", clip.Rate, info.SampleRate)
	}
	if len(clip.Samples) < clip.Rate/50 {
		return fmt.Errorf("%d samples are less than 20 ms", len(clip.Samples))
	}
	peak := float32(0)
	for i, sample := range clip.Samples {
		if !(sample >= -1 && sample <= 1) {
			return fmt.Errorf("sample %d is %v, outside [-1, 1]", i, sample)
		}
		peak = max(peak, sample, -sample)
	}
	if peak < 0.003 { // -50 dB of full scale
		return fmt.Errorf("nothing is heard: the peak is %v", peak)
	}
	return nil
}

// marks looks over the marks.
func marks(info tts.Info, text string, speech *tts.Speech) error {
	last := map[tts.Timing]tts.Mark{}
	from := 0
	for i, mark := range speech.Marks {
		wrong := func(format string, args ...any) error {
			return fmt.Errorf("mark %d (%v): %s", i, mark, fmt.Sprintf(format, args...))
		}
		switch {
		case mark.Kind <= tts.TimingNone || mark.Kind > info.Timing:
			return wrong("its kind is not one that Info promises (%v)", info.Timing)
		case mark.Start < 0 || mark.End > len(text) || mark.Start >= mark.End:
			return wrong("it marks no text of %d bytes", len(text))
		case mark.From < 0 || mark.To > len(speech.Clip.Samples) || mark.From > mark.To:
			return wrong("it marks no sound of %d samples", len(speech.Clip.Samples))
		case mark.From < from:
			return wrong("it begins before the mark before it")
		case !boundary(text, mark.Start) || !boundary(text, mark.End):
			return wrong("it cuts a character")
		}
		if prev, ok := last[mark.Kind]; ok && (mark.From < prev.To || mark.Start < prev.End) {
			return wrong("it overlaps the mark before it (%v)", prev)
		}
		last[mark.Kind], from = mark, mark.From
	}
	return nil
}

// boundary says whether byte i begins a character of text, or ends the last.
func boundary(text string, i int) bool {
	for at := range text {
		if at >= i {
			return at == i
		}
	}
	return i == len(text)
}

// same says whether two clips are the same to the sample.
func same(a, b *tts.Speech) bool {
	return a.Clip.Rate == b.Clip.Rate && slices.Equal(a.Clip.Samples, b.Clip.Samples) && slices.Equal(a.Marks, b.Marks)
}
