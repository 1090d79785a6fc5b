package pipeline

import (
	"context"
	"slices"
	"time"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/pipeline/script"
)

// reminder is the spoken notice of a track, to be heard again.
type reminder struct {
	chime *recording // heard before it; nil for none
	libs  decode.Libraries
	// sound is the notice as it was first said, interleaved. It is kept here, because what the spool holds is marked
	// already where there is a watermark, and comes there later.
	sound []float32
	from  int64 // sample of the track at which sound begins
	lead  int64 // samples from there to where it was first heard
	heard int64 // samples from there to where it was no longer heard
	words int   // of the notice, which are the first of the timeline
	last  int64 // sample at which it was last over
}

// said says that a sentence of the notice was appended: sound, of which the pause before the sentence is a part.
func (r *reminder) said(t *Track, l laid, sound []float32) {
	if r.sound == nil {
		r.from, r.lead = l.from, l.lead
		sound = sound[len(sound)-int(t.Samples-l.from)*t.Channels:] // without the pause
	}
	r.sound = append(r.sound, sound...)
	r.last, r.heard, r.words = t.Samples, t.heard-r.from, len(t.Timeline.Words)
}

// due says whether so much of the track has passed since the notice was heard.
func (r *reminder) due(t *Track, every time.Duration) bool {
	return len(r.sound) > 0 && t.at(t.Samples-r.last) >= every
}

// begin appends the chime and gives the pause that comes before the notice, so that it is heard from half a second on at
// the latest.
func (r *reminder) begin(ctx context.Context, t *Track, head time.Duration) (before time.Duration, err error) {
	if r.chime == nil {
		return min(head, latestNotice), nil
	}
	length := audio.Duration(int(r.chime.frames), r.chime.rate)
	_, err = t.play(ctx, r.chime, r.libs, max(min(head, latestNotice-chimeGap-length), 0))
	return chimeGap, err
}

// say appends the sound of the notice, as it was first heard, after a pause and the chime, and its words.
func (r *reminder) say(ctx context.Context, t *Track, before time.Duration) error {
	if r.chime != nil {
		if _, err := t.play(ctx, r.chime, r.libs, before); err != nil {
			return err
		}
		before = chimeGap
	}
	if err := t.pause(before, r.lead); err != nil {
		return err
	}
	start := t.Samples
	for piece := range slices.Chunk(r.sound, pieceSamples) {
		if err := t.put(piece); err != nil {
			return err
		}
	}
	r.last, t.heard = t.Samples, start+r.heard
	later := t.at(start) - t.at(r.from)
	t.Timeline.Reminders = append(t.Timeline.Reminders, t.Timeline.Utterances[0].Start+later)
	for _, w := range t.Timeline.Words[:r.words] {
		w.From, w.To = w.From+later.Milliseconds(), w.To+later.Milliseconds()
		t.Timeline.Words = append(t.Timeline.Words, w)
	}
	return nil
}

// paragraphEdge says whether a paragraph ends between two utterances. A heading belongs to what follows it.
func paragraphEdge(a, b script.Utterance) bool {
	return (a.Block != b.Block || b.Block == script.AnnouncementBlock) && a.Role != script.Heading && a.Role != script.Title
}
