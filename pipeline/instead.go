package pipeline

import (
	"context"
	"fmt"
	"math"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/loudness"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fallback"
)

// convertInstead makes the article from its beginning with the second backend, so that it has one voice.
func (w *Worker) convertInstead(ctx context.Context, a *article.Article, out Output, p Progress, of *fallback.Instead, spent *Usage) (*Result, error) {
	second, err := w.with(of.Backend, of.Voice)
	if err == nil {
		w.log.WarnContext(ctx, "another backend speaks the article", "article", a.Name, "failed", of.First, "speaks", of.Backend.Info().Name, "error", of.Err)
		var r *Result
		if r, err = second.convert(ctx, a, out, goesOn{p}, of, spent); err == nil {
			r.Usage = *spent
		}
		if err == nil || ctx.Err() != nil {
			return r, err
		}
	}
	return nil, fallback.Both(of.First, of.Err, of.Backend.Info().Name, err)
}

// goesOn is the progress of an article that has started already.
type goesOn struct{ Progress }

func (goesOn) Start(*article.Article, int) {}

// with is the worker that speaks with the second backend. All that depends on a backend is that one's.
func (w *Worker) with(backend tts.Backend, voice string) (*Worker, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.other != nil {
		return w.other, nil
	}
	s := w.asked
	s.Voice, s.Fallback = voice, nil
	other, err := newWorker(backend, s, w.log)
	if err != nil {
		return nil, err
	}
	other.codecs, other.libs = w.codecs, w.libs
	if w.codecs != nil { // they come last when a worker is made
		w.other = other
	}
	return other, nil
}

// second is the worker that speaks with the second backend, which is opened for it.
func (w *Worker) second(ctx context.Context) (*Worker, error) {
	f := w.settings.Fallback
	backend, err := f.Second(ctx)
	if err != nil {
		return nil, fmt.Errorf("fallback: %w", err)
	}
	second, err := w.with(backend, f.Options().Voice)
	if err != nil {
		return nil, fmt.Errorf("fallback: %w", err)
	}
	return second, nil
}

// madeInstead says whether a sidecar is that of the article as the second backend speaks it. It is not opened for what it
// did not make.
func (w *Worker) madeInstead(a *article.Article, sidecar *disclosure.Sidecar) bool {
	if w.settings.Fallback == nil || sidecar.InsteadOf == nil {
		return false
	}
	second, err := w.second(context.Background())
	return err == nil && second.made(a, sidecar)
}

// insteadOf says that the backend of a track speaks instead of another; of nil it does not.
func (t *Track) insteadOf(of *fallback.Instead, name, voice string) {
	if of == nil {
		return
	}
	t.instead = of
	t.warn(fmt.Sprintf("%s failed (%v); all of the article is spoken by %s, voice %s", of.First, of.Err, name, voice))
}

// speaker is one of the voices of a track, with what it said by index.
type speaker struct {
	tts.Speaker
	said []int
}

// speakers are the voices of a track in the order in which they are first heard; the one of the backend itself has no Info.
func (t *Track) speakers() []speaker {
	var list []speaker
	index := map[string]int{}
	for i, by := range t.by {
		var s tts.Speaker
		if by != nil {
			s = *by
		}
		name := s.Info.Name + "\x00" + s.Voice.ID
		if _, ok := index[name]; !ok {
			index[name] = len(list)
			list = append(list, speaker{Speaker: s})
		}
		list[index[name]].said = append(list[index[name]].said, i)
	}
	return list
}

// describeSpeakers puts into a disclosure who speaks instead of whom.
func (t *Track) describeSpeakers(d *disclosure.Disclosure) {
	if t.instead != nil {
		d.InsteadOf = &disclosure.InsteadOf{Engine: t.instead.First, Why: fallback.Kind(t.instead.Err)}
	}
	list := t.speakers()
	if len(list) == 0 || len(list) == 1 && list[0].Info.Name == "" {
		return
	}
	for _, s := range list {
		one := disclosure.Speaker{Engine: d.Engine, Voice: d.Voice, Utterances: len(s.said)}
		if s.Info.Name != "" {
			one.Engine = engineOf(s.Info)
			one.Voice = disclosure.Voice{ID: s.Voice.ID, Language: s.Voice.Language, Licence: s.Voice.Licence}
			d.Edits = append(d.Edits, fmt.Sprintf("sentences by another voice: %d by %s, %s", len(s.said), s.Info.Name, s.Voice.ID))
		}
		for k, i := range s.said {
			at := t.Timeline.Utterances[i]
			from, to := at.Start.Milliseconds(), at.End.Milliseconds()
			if k > 0 && s.said[k-1] == i-1 {
				one.Spans[len(one.Spans)-1][1] = to
			} else {
				one.Spans = append(one.Spans, [2]int64{from, to})
			}
		}
		d.Speakers = append(d.Speakers, one)
	}
}

// engineOf is a backend as the disclosure has it.
func engineOf(info tts.Info) disclosure.Engine {
	e := disclosure.Engine{Name: info.Name, Version: info.Fingerprint}
	if info.SourceType == disclosure.AlgorithmicMedia {
		e.Kind = disclosure.Formant
	}
	return e
}

// warnOfSpeakers tells the editor of voices that were not asked for.
func (t *Track) warnOfSpeakers(d *disclosure.Disclosure) {
	for _, s := range d.Speakers {
		if s.Voice != d.Voice || s.Engine != d.Engine {
			t.warn(fmt.Sprintf("the voice changes: %d of %d sentences are spoken by %s, voice %s, because %s failed",
				s.Utterances, len(t.by), s.Engine.Name, s.Voice.ID, d.Engine.Name))
		}
	}
}

// accountOfVoices says in an account who said what, where that is not the backend that was asked.
func (t *Track) accountOfVoices(sc *script.Script, d *disclosure.Disclosure) []script.VoiceAccount {
	if d.InsteadOf != nil {
		return []script.VoiceAccount{{
			Engine: d.Engine.Name, Voice: d.Voice.ID, InsteadOf: d.InsteadOf.Engine, Why: d.InsteadOf.Why, Utterances: len(sc.Utterances),
		}}
	}
	if len(d.Speakers) == 0 {
		return nil
	}
	var list []script.VoiceAccount
	for i, s := range t.speakers() {
		one := script.VoiceAccount{Engine: d.Speakers[i].Engine.Name, Voice: d.Speakers[i].Voice.ID, Utterances: len(s.said)}
		if s.Info.Name != "" {
			one.InsteadOf = d.Engine.Name
		}
		for _, i := range s.said {
			u := sc.Utterances[i]
			one.Parts = append(one.Parts, script.Place{Block: u.Block, Start: u.Start, End: u.End})
		}
		list = append(list, one)
	}
	return list
}

// mostSpeakerGain is how far one voice may be from another, in dB; what is further off is no speech.
const mostSpeakerGain = 20.0

// bring changes a take of another voice than those before by what that voice is softer or louder; single sentences are then
// brought to their neighbours as ever.
func (t *Track) bring(take Take) error {
	var voice tts.Voice
	if take.By != nil {
		voice = take.By.Voice
	}
	gain, known := t.gains[voice]
	if !known {
		gain = 1
		if len(t.gains) > 0 {
			own, err := loudness.Of(take.Clip.Samples, take.Clip.Rate)
			if err != nil {
				return err
			}
			off := t.level.Loudness() - own
			if math.IsInf(off, 0) || math.IsNaN(off) {
				return nil // too short to tell; the next one will
			}
			gain = float32(math.Pow(10, max(min(off, mostSpeakerGain), -mostSpeakerGain)/20))
		} else {
			t.gains = map[tts.Voice]float32{}
		}
		t.gains[voice] = gain
	}
	if gain != 1 {
		for i := range take.Clip.Samples {
			take.Clip.Samples[i] *= gain
		}
	}
	return nil
}
