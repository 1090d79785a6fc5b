package pipeline

import (
	"time"

	"github.com/voicepress/voicepress/pipeline/script"
)

// reminder is the spoken notice of a track, to be heard again.
type reminder struct {
	from, to int64 // samples of the track in which the notice was first heard
	words    int   // of the notice, which are the first of the timeline
	last     int64 // sample at which it was last over
}

// heard says that a sentence of the notice was appended, from a sample on.
func (r *reminder) heard(t *Track, from int64) {
	if r.to == 0 {
		r.from = from
	}
	r.to, r.last, r.words = t.Samples, t.Samples, len(t.Timeline.Words)
}

// due says whether so much of the track has passed since the notice was heard.
func (r *reminder) due(t *Track, every time.Duration) bool {
	return r.to > r.from && t.at(t.Samples-r.last) >= every
}

// say appends the sound of the notice, as it was first heard, and its words.
func (r *reminder) say(t *Track) error {
	start := t.Samples
	samples, buf := make([]float32, pieceSamples), make([]byte, pieceSamples*sampleBytes)
	for at := r.from; at < r.to; {
		n, err := t.spool.read(samples[:min(r.to-at, pieceSamples)], at, buf)
		if err != nil {
			return err
		}
		if err := t.write(samples[:n]); err != nil {
			return err
		}
		at += int64(n)
	}
	r.last = t.Samples
	t.Timeline.Reminders = append(t.Timeline.Reminders, t.at(start))
	later := (t.at(start) - t.at(r.from)).Milliseconds()
	for _, w := range t.Timeline.Words[:r.words] {
		w.From, w.To = w.From+later, w.To+later
		t.Timeline.Words = append(t.Timeline.Words, w)
	}
	return nil
}

// paragraphEdge says whether a paragraph ends between two utterances. A heading belongs to what follows it.
func paragraphEdge(a, b script.Utterance) bool {
	return (a.Block != b.Block || b.Block == script.AnnouncementBlock) && a.Role != script.Heading && a.Role != script.Title
}
