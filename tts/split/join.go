package split

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/join"
	"github.com/voicepress/voicepress/tts"
)

// pause is the silence between two pieces, from sound to sound: what the script puts between its own utterances
// (configs/voicepress.yaml, pauses). Between words there is none in speech, only the closing of the mouth for a plosive,
// and a letter goes on where it was cut.
func (c Cut) pause() time.Duration {
	return [...]time.Duration{400 * time.Millisecond, 250 * time.Millisecond, 150 * time.Millisecond, 50 * time.Millisecond, 0, 0}[c]
}

// Join makes one speech of those of all pieces of a request, in order. Silence that an engine leaves around what it says
// is replaced, at each cut, by the pause that belongs there. Marks move to where they are in the whole text and sound;
// bills, warnings and faults are added up. The pieces' speeches stay as they are. It is an error if they are of different
// sample rates.
func Join(pieces []Piece, speeches []*tts.Speech) (*tts.Speech, error) {
	if len(pieces) == 0 || len(pieces) != len(speeches) {
		return nil, errors.New("join speech: there is not one speech for each piece")
	}
	whole := &tts.Speech{Clip: audio.Clip{Rate: speeches[0].Clip.Rate}, Cached: true}
	var before time.Duration // the pause before the piece
	margin := 0              // samples of it that are there
	for i, s := range speeches {
		rate := s.Clip.Rate
		if rate != whole.Clip.Rate {
			return nil, fmt.Errorf("join speech: one part is of %d Hz, the next of %d Hz", whole.Clip.Rate, rate)
		}
		after := pieces[i].Cut.pause()
		p := join.Trim(s.Clip.Samples, rate, Spoken(s.Marks), before, after)
		if i == 0 {
			p.Kept.From = 0
		}
		last := i == len(speeches)-1
		if last {
			p.Kept.To = len(s.Clip.Samples)
		}
		samples := slices.Clone(s.Clip.Samples[p.Kept.From:p.Kept.To])
		if i > 0 {
			join.FadeIn(samples, rate)
			gap := audio.Samples(before, rate) - margin - (p.Heard.From - p.Kept.From)
			whole.Clip.Samples = append(whole.Clip.Samples, make([]float32, max(gap, 0))...)
		}
		if !last {
			join.FadeOut(samples, rate)
		}
		addMarks(whole, s.Marks, pieces[i].Start, p.Kept)
		whole.Clip.Samples = append(whole.Clip.Samples, samples...)
		addAccount(whole, s)
		before, margin = after, p.Kept.To-p.Heard.To
	}
	return whole, nil
}

// Spoken is from the first to the last sample in which the engine says that it speaks; empty where it does not know.
func Spoken(marks []tts.Mark) (r join.Range) {
	for _, m := range marks {
		if m.Estimated || m.Kind < tts.TimingWord || m.From >= m.To {
			continue
		}
		if r.From >= r.To {
			r = join.Range{From: m.From, To: m.To}
		}
		r = join.Range{From: min(r.From, m.From), To: max(r.To, m.To)}
	}
	return r
}

// addMarks adds those of a piece whose text begins at byte start, and of whose samples some are kept and put at the end.
func addMarks(whole *tts.Speech, marks []tts.Mark, start int, kept join.Range) {
	at := len(whole.Clip.Samples)
	place := func(sample int) int { return at + min(max(sample, kept.From), kept.To) - kept.From }
	for _, m := range marks {
		m.Start, m.End, m.From, m.To = m.Start+start, m.End+start, place(m.From), place(m.To)
		whole.Marks = append(whole.Marks, m)
	}
}

// addAccount adds up what a piece cost and what is to be said of it.
func addAccount(whole, s *tts.Speech) {
	whole.Bill, whole.Saved = whole.Bill.Add(s.Bill), whole.Saved.Add(s.Saved)
	whole.Cached = whole.Cached && s.Cached
	if s.Takes > 0 { // once, and as often again as pieces were spoken again
		whole.Takes = max(whole.Takes, 1) + s.Takes - 1
	}
	for _, w := range s.Warnings {
		if !slices.Contains(whole.Warnings, w) {
			whole.Warnings = append(whole.Warnings, w)
		}
	}
	for _, f := range s.Faults {
		if !slices.Contains(whole.Faults, f) {
			whole.Faults = append(whole.Faults, f)
		}
	}
	if whole.By == nil {
		whole.By = s.By
	}
}
