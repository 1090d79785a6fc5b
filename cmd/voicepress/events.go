package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/voicepress/voicepress/pipeline"
)

// The lines that --json prints, one object a line; the last is a resultEvent. docs/json-events.md describes them.

type startEvent struct {
	Type       string `json:"type"`
	Article    string `json:"article"`
	Title      string `json:"title"`
	Utterances int    `json:"utterances"`
}

type progressEvent struct {
	Type       string `json:"type"`
	Article    string `json:"article"`
	Spoken     int    `json:"spoken"`
	Utterances int    `json:"utterances"`
	AudioMS    int64  `json:"audio_ms"`
}

type articleEvent struct {
	Type    string           `json:"type"`
	Article string           `json:"article"`
	Status  string           `json:"status"` // done, unchanged or failed
	Result  *pipeline.Result `json:"result,omitempty"`
	Error   string           `json:"error,omitempty"`
	Hint    string           `json:"hint,omitempty"`
}

type resultEvent struct {
	Type      string `json:"type"`
	Done      int    `json:"done"`
	Unchanged int    `json:"unchanged"`
	Failed    int    `json:"failed"`
	AudioMS   int64  `json:"audio_ms"`
	ElapsedMS int64  `json:"elapsed_ms"`

	Usage pipeline.Usage `json:"usage"` // of the articles that failed, too
}

func newArticleEvent(name string, r *pipeline.Result, err error) articleEvent {
	e := articleEvent{Type: "article", Article: name, Result: r, Status: "done"}
	switch {
	case err != nil:
		e.Status, e.Error, e.Hint, e.Result = "failed", err.Error(), hintOf(err), nil
	case r.Unchanged:
		e.Status = "unchanged"
	}
	return e
}

// outcomeLine is the result of one article for people.
func outcomeLine(name string, r *pipeline.Result, err error) string {
	name = printable(name)
	switch {
	case errors.Is(err, errInterrupted):
		return fmt.Sprintf("given up   %s", name)
	case err != nil:
		line := fmt.Sprintf("failed     %s: %s", name, printable(err.Error()))
		if hint := hintOf(err); hint != "" {
			line += " (" + printable(hint) + ")"
		}
		return line
	case r.Unchanged:
		return fmt.Sprintf("unchanged  %s", name)
	}
	line := fmt.Sprintf("done       %s: %s, %s", name, r.Audio(), clock(r.Duration))
	if n := len(r.Warnings); n > 0 {
		line += ", " + counted(n, "warning")
	}
	return strings.TrimSpace(line)
}
