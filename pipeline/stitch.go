package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/join"
	"github.com/voicepress/voicepress/audio/resample"
	"github.com/voicepress/voicepress/audio/timing"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/pipeline/watermark"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fallback"
	"github.com/voicepress/voicepress/tts/split"
)

// Track is a whole article in sound, before mastering: the samples, spooled to disk, and when what is heard.
type Track struct {
	Rate     int // Hz
	Channels int
	Samples  int64 // length, of each channel
	Timeline Timeline
	Warnings []string
	Usage    Usage
	Quality  script.Quality

	checked   bool  // quality control listened
	heard     int64 // the sample after the last one that is heard
	level     join.Level
	resampler *resample.Resampler // from takeRate to Rate
	takeRate  int                 // Hz
	sound     []float32           // a piece of a take at Rate
	both      []float32           // the same in two channels
	keep      bool                // put what is appended into kept as well
	kept      []float32           // interleaved

	mark   *watermark.Stream // hides the watermark; nil without one
	marked []float32

	spool *spool
	ahead *ahead // nil where it is heard while it grows
	live  *live  // nil where it is not

	instead *fallback.Instead // why the backend speaks that does; nil where it is the one that was asked
	by      []*tts.Speaker    // who said each utterance; nil for the backend itself
	gains   map[tts.Voice]float32
}

// Timeline says when what is heard, from the start of the file.
type Timeline struct {
	Utterances []Interval      // one for each utterance of the script
	Reminders  []time.Duration // when the whole notice is heard again
	Words      []timing.Word   // all that are heard, those of reminders too

	Intro, Outro Interval // zero where there is none
}

// Interval is a stretch of time.
type Interval struct{ Start, End time.Duration }

func (w *Worker) newTrack(ctx context.Context, dir string) (*Track, error) {
	t := &Track{Rate: w.settings.Mastering.SampleRate, Channels: w.settings.Music.channels()}
	var err error
	if w.settings.Watermarker != nil {
		if t.mark, err = w.settings.Watermarker.Embed(ctx, t.Rate, t.Channels); err != nil {
			return nil, err
		}
	}
	if t.spool, err = newSpool(dir); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *Track) close() {
	t.spool.end(context.Canceled)
	t.ahead.close()
	t.live.close()
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

// stitch joins the takes: each is brought to the level of those before it, trimmed, its edges faded, resampled to the track's
// rate, and put after the pause that the script plans. A word's time is where its first and last sound lie in the track.
func (w *Worker) stitch(ctx context.Context, a *article.Article, sc *script.Script, takes iter.Seq2[Take, error], t *Track, spoken func(n int)) (err error) {
	defer func() { t.spool.end(err) }()
	pauses, music := w.settings.Pauses, cmp.Or(w.settings.Music, &Music{})
	before := pauses.Head
	notice, intro := reminder{chime: music.chime, libs: music.libs}, music.intro
	for take, err := range takes {
		if err != nil {
			return err
		}
		u, after := sc.Utterances[take.Utterance], pauses.Tail
		if next := take.Utterance + 1; next < len(sc.Utterances) {
			after = max(u.After, sc.Utterances[next].Before)
		}
		if take.Utterance == 0 {
			if err := t.level.Expect(take.Clip.Samples, take.Clip.Rate); err != nil {
				return err
			}
			if u.Role == script.Notice {
				if before, err = notice.begin(ctx, t, before); err != nil {
					return err
				}
			}
		}
		if u.Role != script.Notice && intro != nil {
			if t.Timeline.Intro, err = t.play(ctx, intro, music.libs, before); err != nil {
				return err
			}
			intro, before = nil, pauses.Notice
		}
		if w.settings.Reminder > 0 && take.Utterance > 0 && notice.due(t, w.settings.Reminder) && paragraphEdge(sc.Utterances[take.Utterance-1], u) {
			if err := notice.say(ctx, t, before); err != nil {
				return fmt.Errorf("remind of the notice: %w", err)
			}
			before = pauses.Notice
		}
		t.keep, t.kept = u.Role == script.Notice && w.settings.Reminder > 0, t.kept[:0]
		l, err := t.add(u, take, before, after)
		if err != nil {
			return fmt.Errorf("stitch sentence %d: %w", take.Utterance+1, err)
		}
		if t.keep {
			notice.said(t, l, t.kept)
		}
		t.keep = false
		before = after
		spoken(take.Utterance + 1)
		if t.live.waits() && !math.IsInf(t.level.Loudness(), 0) {
			t.live.start(t, w.disclosure(a, sc, t))
		}
	}
	if music.outro != nil {
		if t.Timeline.Outro, err = t.play(ctx, music.outro, music.libs, pauses.Notice); err != nil {
			return err
		}
	}
	if err := t.pause(pauses.Tail, 0); err != nil {
		return err
	}
	if err := t.storeRest(); err != nil {
		return err
	}
	t.ahead.start()
	if t.live.waits() {
		t.live.start(t, w.disclosure(a, sc, t))
	}
	return nil
}

// add appends one take, between the pauses that the script plans, and says in the timeline when what of it is heard.
func (t *Track) add(u script.Utterance, take Take, before, after time.Duration) (laid, error) {
	t.by = append(t.by, take.By)
	if err := t.bring(take); err != nil {
		return laid{}, err
	}
	l, err := t.lay(take.Clip, split.Spoken(take.Marks), before, after)
	if err != nil {
		return laid{}, err
	}
	t.Usage.count(take.Speech)
	t.Quality.Count(u, take.Takes, take.Faults)
	t.checked = t.checked || take.Takes > 0
	for _, warning := range take.Warnings {
		t.warn(warning)
	}
	heard := Interval{l.at(l.part.Heard.From), l.at(l.part.Heard.To)}
	words := script.Words(u)
	for i, h := range hear(words, take.Marks, len(take.Clip.Samples)) {
		begin := l.at(h.from).Milliseconds()
		if n := len(t.Timeline.Words); n > 0 {
			begin = max(begin, t.Timeline.Words[n-1].To)
		}
		t.Timeline.Words = append(t.Timeline.Words, timing.Word{
			Block: u.Block, Start: u.Start + words[i].WrittenStart, End: u.Start + words[i].WrittenEnd,
			Text: u.Written[words[i].WrittenStart:words[i].WrittenEnd],
			From: begin, To: max(l.at(h.to).Milliseconds(), begin+1), Estimated: h.estimated,
		})
		// A soft word may begin or end where nothing is heard yet or any more.
		heard.Start = min(heard.Start, l.at(h.from))
		heard.End = max(heard.End, l.at(h.to))
	}
	t.Timeline.Utterances = append(t.Timeline.Utterances, heard)
	return l, nil
}

// warn adds a warning; many sentences have the same to complain about.
func (t *Track) warn(warning string) {
	if !slices.Contains(t.Warnings, warning) {
		t.Warnings = append(t.Warnings, warning)
	}
}

// laid is a clip that has become part of a track.
type laid struct {
	track *Track
	from  int64 // the sample of the track that it begins at
	lead  int64 // samples of the track from there to where it is heard
	rate  int   // of the clip, Hz
	part  join.Part
	cuts  join.Cuts
}

// at is when in the track a sample of the clip is heard, counted as the backend gave it. A sample that was cut off is heard
// where the rest begins or ends.
func (l laid) at(sample int) time.Duration {
	kept := l.part.Kept
	return l.track.at(l.from) + audio.Duration(l.cuts.Map(min(max(sample, kept.From), kept.To)-kept.From), l.rate)
}

// pieceSamples is how much of a clip is resampled and spooled at once.
const pieceSamples = 1 << 14

// lay appends the speech in a clip, so that before lies between the last sound of the track and its first; after is the
// silence that will follow. It changes the clip.
func (t *Track) lay(clip audio.Clip, voice join.Range, before, after time.Duration) (laid, error) {
	samples, rate := clip.Samples, clip.Rate
	join.RemoveDC(samples)
	if _, err := t.level.Match(samples, rate); err != nil {
		return laid{}, err
	}
	part := join.Trim(samples, rate, voice, before, after)
	samples, cuts := join.CapSilences(samples[part.Kept.From:part.Kept.To], rate)
	join.FadeIn(samples, rate)
	join.FadeOut(samples, rate)
	if rate != t.takeRate {
		var err error
		if t.resampler, err = resample.New(rate, t.Rate); err != nil {
			return laid{}, err
		}
		t.takeRate = rate
	}
	inTrack := func(sample int) int64 { return int64(audio.Samples(audio.Duration(sample, rate), t.Rate)) }
	lead := inTrack(part.Heard.From - part.Kept.From)
	if err := t.pause(before, lead); err != nil {
		return laid{}, err
	}
	l := laid{t, t.Samples, lead, rate, part, cuts}
	for piece := range slices.Chunk(samples, pieceSamples) {
		t.sound = t.resampler.Process(t.sound[:0], piece)
		if err := t.write(t.sound); err != nil {
			return laid{}, err
		}
	}
	t.sound = t.resampler.Flush(t.sound[:0])
	if err := t.write(t.sound); err != nil {
		return laid{}, err
	}
	t.heard = l.from + inTrack(cuts.Map(part.Heard.To-part.Kept.From))
	return l, nil
}

// pause appends silence, so that d lies between the last sound of the track and the next, which begins so many samples
// after what is appended next.
func (t *Track) pause(d time.Duration, lead int64) error {
	n := t.heard + int64(audio.Samples(d, t.Rate)) - lead - t.Samples
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

// write appends mono samples, to every channel.
func (t *Track) write(samples []float32) error {
	if t.Channels == 1 {
		return t.put(samples)
	}
	t.both = t.both[:0]
	for _, x := range samples {
		t.both = append(t.both, x, x)
	}
	return t.put(t.both)
}

// put appends interleaved samples.
func (t *Track) put(interleaved []float32) error {
	if t.keep {
		t.kept = append(t.kept, interleaved...)
	}
	if err := t.store(interleaved); err != nil {
		return err
	}
	t.Samples += int64(len(interleaved) / t.Channels)
	if t.Samples >= headSeconds*int64(t.Rate) {
		t.ahead.start()
	}
	return nil
}
