package pipeline

import (
	"fmt"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/tts"
)

// Usage is what the speech of an article cost. The JSON form is part of what `--json` prints.
type Usage struct {
	tts.Bill          // what was asked for now
	Cached   int      `json:"cached"` // utterances whose sound was kept from an earlier time
	Saved    tts.Bill `json:"saved"`  // what they cost then, and not now
}

// Add is the sum of two.
func (u Usage) Add(v Usage) Usage {
	return Usage{u.Bill.Add(v.Bill), u.Cached + v.Cached, u.Saved.Add(v.Saved)}
}

// count adds one utterance.
func (u *Usage) count(s tts.Speech) {
	one := Usage{Bill: s.Bill, Saved: s.Saved}
	if s.Cached {
		one.Cached = 1
	}
	*u = u.Add(one)
}

// Plan is what Convert would ask of the backend for an article, in order. It asks for nothing.
func (w *Worker) Plan(a *article.Article) ([]tts.Request, error) {
	sc, _, err := Split(a, w.backend.Info(), w.settings)
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	return w.requests(a, sc), nil
}
