package pipeline

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/join"
	"github.com/voicepress/voicepress/audio/resample"
	"github.com/voicepress/voicepress/audio/timing"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/pipeline/watermark"
)

// Track is a whole article in sound, before mastering: the samples, spooled to disk, and when what is heard.
type Track struct {
	Rate     int // Hz
	Channels int
	Samples  int64 // length, of each channel
	Timeline Timeline
	Warnings []string

	resampler *resample.Resampler // from takeRate to Rate
	takeRate  int                 // Hz
	sound     []float32           // a piece of a take at Rate

	mark   *watermark.Stream // hides the watermark; nil without one
	marked []float32

	spool *spool
	ahead *ahead
}

// Timeline says when what is heard, from the start of the file.
type Timeline struct {
	Utterances []Interval      // one for each utterance of the script
	Reminders  []time.Duration // when the whole notice is heard again
	Words      []timing.Word   // all that are heard, those of reminders too
}

// Interval is a stretch of time.
type Interval struct{ Start, End time.Duration }

func (w *Worker) newTrack(ctx context.Context, dir string) (*Track, error) {
	t := &Track{Rate: w.settings.Mastering.SampleRate, Channels: 1}
	var err error
	if w.settings.Watermarker != nil {
		if t.mark, err = w.settings.Watermarker.Embed(ctx, t.Rate, t.Channels); err != nil {
			return nil, err
		}
	}
	if t.spool, err = newSpool(dir); err != nil {
		return nil, err
	}
	t.ahead = w.encodeAhead(ctx, t, dir)
	return t, nil
}

func (t *Track) close() {
	t.spool.end(context.Canceled)
	t.ahead.close()
	t.spool.close()
}

// Duration is the length of the track in whole milliseconds, as the files give it.
func (t *Track) Duration() time.Duration { return t.at(t.Samples).Truncate(time.Millisecond) }

// length waits for the end of the track and gives its samples.
func (t *Track) length() (int64, error) {
	n, err := t.spool.length()
	return n / int64(t.Channels), err
}

func (t *Track) at(sample int64) time.Duration { return audio.Duration(int(sample), t.Rate) }

// stitch joins the takes: each is trimmed, its edges faded, resampled to the track's rate, and put after the pause that
// the script plans. A word's time is where its first and last sound lie in the track.
func (w *Worker) stitch(sc *script.Script, takes iter.Seq2[Take, error], t *Track, spoken func(n int)) (err error) {
	defer func() { t.spool.end(err) }()
	pauses := w.settings.Pauses
	if err := t.pause(pauses.Head); err != nil {
		return err
	}
	var (
		owed   time.Duration // the pause that the last utterance asks for
		notice reminder
	)
	for take, err := range takes {
		if err != nil {
			return err
		}
		u := sc.Utterances[take.Utterance]
		if take.Utterance > 0 {
			if err := t.pause(max(owed, u.Before)); err != nil {
				return err
			}
			if w.settings.Reminder > 0 && notice.due(t, w.settings.Reminder) && paragraphEdge(sc.Utterances[take.Utterance-1], u) {
				if err := errors.Join(notice.say(t), t.pause(pauses.Notice)); err != nil {
					return fmt.Errorf("remind of the notice: %w", err)
				}
			}
		}
		owed = u.After
		before := t.Samples
		if err := t.add(u, take); err != nil {
			return fmt.Errorf("stitch sentence %d: %w", take.Utterance+1, err)
		}
		if u.Role == script.Notice {
			notice.heard(t, before)
		}
		spoken(take.Utterance + 1)
	}
	if err := t.pause(pauses.Tail); err != nil {
		return err
	}
	if err := t.storeRest(); err != nil {
		return err
	}
	t.ahead.start()
	return nil
}

// pieceSamples is how much of a take is resampled and spooled at once.
const pieceSamples = 1 << 14

// add appends one take.
func (t *Track) add(u script.Utterance, take Take) error {
	samples, rate := take.Clip.Samples, take.Clip.Rate
	join.RemoveDC(samples)
	first, last := join.Trim(samples, rate)
	samples, cuts := join.CapSilences(samples[first:last], rate)
	join.FadeIn(samples, rate)
	join.FadeOut(samples, rate)
	if rate != t.takeRate {
		var err error
		if t.resampler, err = resample.New(rate, t.Rate); err != nil {
			return err
		}
		t.takeRate = rate
	}
	from := t.Samples
	for piece := range slices.Chunk(samples, pieceSamples) {
		t.sound = t.resampler.Process(t.sound[:0], piece)
		if err := t.write(t.sound); err != nil {
			return err
		}
	}
	t.sound = t.resampler.Flush(t.sound[:0])
	if err := t.write(t.sound); err != nil {
		return err
	}
	t.Timeline.Utterances = append(t.Timeline.Utterances, Interval{t.at(from), t.at(t.Samples)})
	for _, warning := range take.Warnings {
		if !slices.Contains(t.Warnings, warning) { // many sentences have the same to complain about
			t.Warnings = append(t.Warnings, warning)
		}
	}

	// A mark counts samples of the clip as the backend gave it; place is where such a sample lies in the track.
	place := func(sample int) time.Duration {
		return t.at(from) + audio.Duration(cuts.Map(min(max(sample, first), last)-first), rate)
	}
	words := script.Words(u)
	for i, h := range hear(words, take.Marks, len(take.Clip.Samples)) {
		begin := place(h.from).Milliseconds()
		if n := len(t.Timeline.Words); n > 0 {
			begin = max(begin, t.Timeline.Words[n-1].To)
		}
		t.Timeline.Words = append(t.Timeline.Words, timing.Word{
			Block: u.Block, Start: u.Start + words[i].WrittenStart, End: u.Start + words[i].WrittenEnd,
			Text: u.Written[words[i].WrittenStart:words[i].WrittenEnd],
			From: begin, To: max(place(h.to).Milliseconds(), begin+1), Estimated: h.estimated,
		})
	}
	return nil
}

func (t *Track) pause(d time.Duration) error {
	n := int64(audio.Samples(d, t.Rate))
	var zeros [4096]float32
	for n > 0 {
		part := min(n, int64(len(zeros)))
		if err := t.write(zeros[:part]); err != nil {
			return err
		}
		n -= part
	}
	return nil
}

func (t *Track) write(samples []float32) error {
	if err := t.store(samples); err != nil {
		return err
	}
	t.Samples += int64(len(samples))
	if t.Samples >= headSeconds*int64(t.Rate) {
		t.ahead.start()
	}
	return nil
}
