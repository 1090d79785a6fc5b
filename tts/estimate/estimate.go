// Package estimate gives word times to backends that do not know them, by sharing the sound out among the words by
// their length. The marks say that they are estimated.
//
// It is for captions and highlighting, where a few tenths of a second do not matter. It is not a forced alignment: it
// never looks at what the sound says, only at where there is some.
package estimate

import (
	"cmp"
	"context"
	"slices"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/words"
)

// Wrap returns a backend that speaks as b does and has word marks. Where b knows sentence times, words stay inside
// their sentences. A backend that has word times is returned as it is.
func Wrap(b tts.Backend) tts.Backend {
	if b.Info().Timing >= tts.TimingWord {
		return b
	}
	return &backend{b}
}

type backend struct{ tts.Backend }

// Info is that of the backend inside, with word timing.
func (b *backend) Info() tts.Info {
	info := b.Backend.Info()
	info.Timing = tts.TimingWord
	info.Fingerprint += ", word times estimated 1"
	return info
}

// Speak speaks and adds marks. What the backend inside returned is left as it was.
func (b *backend) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	speech, err := b.Backend.Speak(ctx, r)
	if err != nil {
		return nil, err
	}
	marked := *speech
	marked.Marks = Marks(r.Text, speech.Clip, speech.Marks)
	return &marked, nil
}

// Marks returns the given sentence marks together with estimated word marks, in order of From. Without sentence marks
// the whole text is taken for one sentence.
func Marks(text string, clip audio.Clip, sentences []tts.Mark) []tts.Mark {
	all := words.Of(text)
	if len(sentences) == 0 {
		return estimate(text, all, clip, 0, len(clip.Samples))
	}
	marks := slices.Clone(sentences)
	for _, sentence := range sentences {
		inside := slices.DeleteFunc(slices.Clone(all), func(w words.Span) bool {
			return w.Start < sentence.Start || w.End > sentence.End
		})
		marks = append(marks, estimate(text, inside, clip, sentence.From, sentence.To)...)
	}
	slices.SortStableFunc(marks, func(a, b tts.Mark) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Kind, b.Kind))
	})
	return marks
}

// estimate shares the sound in samples [from, to) out among words: first whole stretches of sound to runs of words, so
// that pauses fall on punctuation, then each stretch by the weights of its words.
func estimate(text string, all []words.Span, clip audio.Clip, from, to int) []tts.Mark {
	if len(all) == 0 || from >= to {
		return nil
	}
	weights, stops := make([]float64, len(all)), make([]bool, len(all))
	for i, w := range all {
		weights[i] = weight(text[w.Start:w.End])
		stops[i] = i+1 == len(all) || stop(text[w.End:all[i+1].Start])
	}
	stretches := sounding(clip.Samples[from:to], clip.Rate)
	marks := make([]tts.Mark, 0, len(all))
	first := 0
	for i, next := range share(weights, stops, stretches, clip.Rate) {
		s := stretches[i]
		total, sum := 0.0, 0.0
		for _, w := range weights[first:next] {
			total += w
		}
		at := func(sum float64) int { return from + s.from + int(sum/total*float64(s.to-s.from)+0.5) }
		for n := first; n < next; n++ {
			begin := at(sum)
			sum += weights[n]
			marks = append(marks, tts.Mark{
				Kind: tts.TimingWord, Start: all[n].Start, End: all[n].End, From: begin, To: at(sum), Estimated: true,
			})
		}
		first = next
	}
	return marks
}
