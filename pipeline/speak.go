package pipeline

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/pipeline/script/lexicon"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/check"
)

// Take is one spoken utterance.
type Take struct {
	Utterance int // index into Script.Utterances
	tts.Speech
}

// errEnough ends requests whose takes nobody waits for any more.
var errEnough = errors.New("no more takes are wanted")

// speak sends the utterances to the backend, several at once, and yields their takes in order. At most two takes a job
// wait to be taken, so memory does not grow with the article. After an error it yields nothing more. When the loop over
// it ends, no request is under way.
func (w *Worker) speak(ctx context.Context, a *article.Article, sc *script.Script) iter.Seq2[Take, error] {
	type answer struct {
		take Take
		err  error
	}
	requests := w.requests(a, sc)
	return func(yield func(Take, error) bool) {
		ctx, cancel := context.WithCancelCause(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel(errEnough)

		queue := make(chan chan answer, 2*cap(w.slots))
		running.Go(func() {
			defer close(queue)
			for i := range sc.Utterances {
				waiting := make(chan answer, 1)
				select {
				case queue <- waiting:
				case <-ctx.Done():
					return
				}
				select {
				case w.slots <- struct{}{}:
				case <-ctx.Done():
					return
				}
				running.Go(func() {
					defer func() { <-w.slots }()
					take, err := w.say(ctx, sc, i, requests[i])
					waiting <- answer{take, err}
				})
			}
		})
		for waiting := range queue {
			select {
			case a := <-waiting:
				if !yield(a.take, a.err) || a.err != nil {
					return
				}
			case <-ctx.Done():
				yield(Take{}, context.Cause(ctx))
				return
			}
		}
		if ctx.Err() != nil {
			yield(Take{}, context.Cause(ctx))
		}
	}
}

// requests are what is asked of the backend for an article, in order.
func (w *Worker) requests(a *article.Article, sc *script.Script) []tts.Request {
	voice, info := w.voiceFor(a), w.backend.Info()
	list := make([]tts.Request, len(sc.Utterances))
	for i, u := range sc.Utterances {
		list[i] = tts.Request{
			Text: u.Spoken, Language: sc.Language, Voice: voice.ID, Rate: w.settings.Rate, Seed: w.settings.Seed,
			Phonemes: phonemes(u, info), Article: a.Name,
		}
		if !info.Context {
			continue
		}
		if i > 0 {
			list[i].Before = list[i-1].Text
		}
		if i+1 < len(list) {
			list[i].After = sc.Utterances[i+1].Spoken
		}
	}
	return list
}

// say speaks one utterance.
func (w *Worker) say(ctx context.Context, sc *script.Script, i int, r tts.Request) (Take, error) {
	began := time.Now()
	speech, err := w.backend.Speak(ctx, r)
	if err == nil {
		err = check.Sound(speech) // every utterance holds words: without sound there would be a hole
	}
	w.log.DebugContext(ctx, "spoken", "utterance", i+1, "ms", time.Since(began).Milliseconds())
	if err != nil {
		return Take{}, fmt.Errorf("speak sentence %d of %d (%q): %w", i+1, len(sc.Utterances), excerpt(sc.Utterances[i].Written), err)
	}
	return Take{Utterance: i, Speech: *speech}, nil
}

// phonemes are the pronunciations that the script knows, each for its words without the space around them. A backend that
// cannot be told them gets only what the publisher asked for, so that it warns of nothing else.
func phonemes(u script.Utterance, info tts.Info) []tts.Phonemes {
	var list []tts.Phonemes
	for _, s := range u.Spans {
		if s.IPA == "" || !info.Phonemes && s.Class != lexicon.Class {
			continue
		}
		words := strings.TrimLeft(u.Spoken[s.From:s.To], " ")
		start := s.To - len(words)
		if words = strings.TrimRight(words, " "); words != "" {
			list = append(list, tts.Phonemes{Start: start, End: start + len(words), IPA: s.IPA})
		}
	}
	return list
}

// excerpt is the beginning of a text, for messages.
func excerpt(s string) string {
	const most = 40
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return s
}
