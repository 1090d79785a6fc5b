package pipeline

import (
	"time"

	"github.com/voicepress/voicepress/pipeline/article"
)

// Progress is told how a conversion goes. Its methods are called from one goroutine an article, for several articles
// at once; they must not block for long.
type Progress interface {
	// Start is called when an article is split into its utterances.
	Start(a *article.Article, utterances int)
	// Update is called after each utterance: how many are spoken, and how long they are together.
	Update(a *article.Article, spoken int, audio time.Duration)
	// Done is called once at the end, with the result or the error.
	Done(a *article.Article, r *Result, err error)
}

// NoProgress tells nobody.
type NoProgress struct{}

// Start does nothing.
func (NoProgress) Start(*article.Article, int) {}

// Update does nothing.
func (NoProgress) Update(*article.Article, int, time.Duration) {}

// Done does nothing.
func (NoProgress) Done(*article.Article, *Result, error) {}
