package main

import (
	"fmt"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/tts"
)

// usageLine says what speech cost; empty where it cost nothing and nothing was kept.
func usageLine(u pipeline.Usage, utterances int) string {
	line := ""
	if u.Cached > 0 {
		line = fmt.Sprintf("%d of %s from cache", u.Cached, counted(utterances, "sentence"))
	}
	if u.Characters == 0 && u.Saved.Characters == 0 {
		return line
	}
	if line != "" {
		line += ", "
	}
	line += billed(u.Bill)
	if u.Saved.USD > 0 {
		line += ", saved " + dollars(u.Saved.USD)
	}
	return line
}

func billed(b tts.Bill) string {
	return fmt.Sprintf("%s billed, %s", counted(b.Characters, "character"), dollars(b.USD))
}

// printSpent says what was paid for a run that failed.
func printSpent(s *streams, b tts.Bill, kept bool) {
	switch {
	case b.Characters == 0:
	case kept:
		fmt.Fprintf(s.err, "%s; what was spoken is kept\n", billed(b))
	default:
		fmt.Fprintf(s.err, "%s; nothing is kept without the cache\n", billed(b))
	}
}

// dollars is an amount of money, exact enough for a sentence that costs a fraction of a cent.
func dollars(usd float64) string {
	digits := 2
	for least := 0.1; usd > 0 && usd < least && digits < 6; least /= 10 {
		digits++
	}
	return fmt.Sprintf("$%.*f", digits, usd)
}
