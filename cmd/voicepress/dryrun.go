package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/batch"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/meter"
	"github.com/voicepress/voicepress/tts/split"
)

// estimateEvent is what an article, or all of them, would cost. `--dry-run --json` prints one a line, the last for all.
type estimateEvent struct {
	Type       string  `json:"type"`              // estimate, or result for all
	Article    string  `json:"article,omitempty"` // as it was named
	Articles   int     `json:"articles"`
	Unchanged  int     `json:"unchanged"` // articles whose files are up to date
	Failed     int     `json:"failed"`    // articles that could not be read
	Utterances int     `json:"utterances"`
	Cached     int     `json:"cached"`     // of them, those that need no request
	Characters int     `json:"characters"` // of the others, as they are charged
	USD        float64 `json:"usd"`
	SavedUSD   float64 `json:"saved_usd"` // what the cached ones cost when they were spoken
	Error      string  `json:"error,omitempty"`
}

func (e *estimateEvent) add(f estimateEvent) {
	e.Articles += f.Articles
	e.Unchanged += f.Unchanged
	e.Failed += f.Failed
	e.Utterances += f.Utterances
	e.Cached += f.Cached
	e.Characters += f.Characters
	e.USD += f.USD
	e.SavedUSD += f.SavedUSD
}

func (e estimateEvent) String() string {
	switch {
	case e.Error != "":
		return e.Error
	case e.Unchanged == e.Articles:
		return "unchanged"
	}
	line := fmt.Sprintf("%s, %d of them from cache; %s to speak", counted(e.Utterances, "sentence"), e.Cached, counted(e.Characters, "character"))
	if e.USD > 0 || e.SavedUSD > 0 {
		line += ", about " + dollars(e.USD)
	}
	if e.SavedUSD > 0 {
		line += ", saved " + dollars(e.SavedUSD)
	}
	return line
}

// rehearsal says what articles would cost, without a request.
type rehearsal struct {
	read      func(ctx context.Context, input string) (*article.Article, error)
	worker    *pipeline.Worker
	backend   *stack
	unchanged func(a *article.Article, input string) bool
}

func (r rehearsal) run(ctx context.Context, s *streams, asJSON bool, inputs []string) error {
	all := estimateEvent{Type: "result"}
	for _, input := range inputs {
		e, err := r.estimate(ctx, input)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			if len(inputs) == 1 {
				return err
			}
			e = estimateEvent{Type: "estimate", Article: input, Articles: 1, Failed: 1, Error: err.Error()}
		}
		all.add(e)
		switch {
		case asJSON:
			err = json.NewEncoder(s.out).Encode(e)
		case len(inputs) > 1:
			_, err = fmt.Fprintf(s.out, "%s: %s\n", printable(input), printable(e.String()))
		default:
			err = nil
		}
		if err != nil {
			return fmt.Errorf("print the estimate: %w", err)
		}
	}
	var err error
	if asJSON {
		err = json.NewEncoder(s.out).Encode(all)
	} else {
		_, err = fmt.Fprintf(s.out, "%s: %s\n", counted(all.Articles, "article"), all)
	}
	if err == nil && all.Failed > 0 {
		err = codeError(exitSome)
	}
	return err
}

func (r rehearsal) estimate(ctx context.Context, input string) (estimateEvent, error) {
	e := estimateEvent{Type: "estimate", Article: input, Articles: 1}
	a, err := r.read(ctx, input)
	if err != nil {
		return e, err
	}
	if r.unchanged(a, input) {
		e.Unchanged = 1
		return e, nil
	}
	requests, err := r.worker.Plan(a)
	if err != nil {
		return e, err
	}
	e.Utterances = len(requests)
	info := r.backend.Info()
	for _, request := range requests {
		if bill, kept := r.backend.kept(request); kept {
			e.Cached++
			e.SavedUSD += bill.USD
			continue
		}
		e.Characters += info.Charge.Characters(request.Text)
		e.USD += meter.Price(info, request.Text)
	}
	return e, nil
}

// kept says whether the sound of a request is kept from an earlier time, and what it cost then.
func (s *stack) kept(r tts.Request) (sum tts.Bill, ok bool) {
	limit := s.cache.Info().Limit
	if limit.Fits(r.Text) {
		kept, ok := s.cache.Has(r)
		return kept.Bill, ok
	}
	pieces, _, err := split.Pieces(r, limit) // each is kept for itself
	if err != nil {
		return tts.Bill{}, false
	}
	for _, p := range pieces {
		kept, ok := s.cache.Has(p.Request)
		if !ok {
			return tts.Bill{}, false
		}
		sum = sum.Add(kept.Bill)
	}
	return sum, true
}

// upToDate says which articles a batch into dir would leave as they are.
func upToDate(dir string, inputs []string, w *pipeline.Worker) func(a *article.Article, input string) bool {
	found, err := batch.InputsOf(dir, inputs)
	if err != nil { // no batch has run into it yet
		found = nil
	}
	names := map[string][]string{} // of files, by input: a title may have changed
	for name, input := range found {
		names[input] = append(names[input], name)
	}
	return func(a *article.Article, input string) bool {
		for _, name := range names[input] {
			if _, ok := w.UpToDate(a, pipeline.Output{Dir: dir, Name: name}); ok {
				return true
			}
		}
		return false
	}
}
