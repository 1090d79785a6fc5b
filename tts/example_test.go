package tts_test

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
)

// beeper is a backend of one's own: a short beep for each word.
type beeper struct{}

func (beeper) Info() tts.Info {
	return tts.Info{
		Name: "beeper", Fingerprint: "beeper 1", SampleRate: 16000,
		Voices:        []tts.Voice{{ID: "beep", Language: "en", Licence: "CC0-1.0"}},
		Limit:         tts.Limit{N: 1000, Unit: tts.Runes},
		Concurrency:   8,
		Timing:        tts.TimingWord,
		Deterministic: true,
	}
}

func (b beeper) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	limit := b.Info().Limit
	if !limit.Fits(r.Text) {
		return nil, &tts.TooLong{Limit: limit}
	}
	const rate, beep, gap = 16000, 3200, 800
	s := &tts.Speech{Clip: audio.Clip{Rate: rate}}
	at := 0
	for word := range strings.FieldsSeq(r.Text) {
		start := at + strings.Index(r.Text[at:], word)
		at = start + len(word)
		from := len(s.Clip.Samples)
		for i := range beep {
			s.Clip.Samples = append(s.Clip.Samples, float32(0.1*math.Sin(2*math.Pi*440*float64(i)/rate)))
		}
		s.Marks = append(s.Marks, tts.Mark{Kind: tts.TimingWord, Start: start, End: at, From: from, To: from + beep})
		s.Clip.Samples = append(s.Clip.Samples, make([]float32, gap)...)
	}
	if len(s.Marks) == 0 {
		return nil, tts.ErrNothingToSay
	}
	return s, nil
}

func (beeper) Close() error { return nil }

// A backend is three methods. Everything else that a voice needs stands around it.
func Example_backend() {
	var backend tts.Backend = beeper{}
	speech, err := backend.Speak(context.Background(), tts.Request{Text: "three short words"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(speech.Clip.Duration())
	for _, m := range speech.Marks {
		fmt.Println(m.Kind, m.Start, m.End, m.From, m.To)
	}
	// Output:
	// 750ms
	// word 0 5 0 3200
	// word 6 11 4000 7200
	// word 12 17 8000 11200
}
