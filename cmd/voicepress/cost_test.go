package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/tts"
)

func TestMoneyKeepsTwoDigitsThatSaySomething(t *testing.T) {
	for usd, want := range map[float64]string{0: "$0.00", 12.5: "$12.50", 0.12: "$0.12", 0.0034: "$0.0034", 0.00002: "$0.000020"} {
		require.Equal(t, want, dollars(usd))
	}
}

func TestOnlyWhatIsKeptIsSaidToBeKept(t *testing.T) {
	for kept, want := range map[bool]string{true: "12 characters billed, $0.50; what was spoken is kept\n", false: "12 characters billed, $0.50; nothing is kept without the cache\n"} {
		var said strings.Builder
		printSpent(&streams{err: &said}, tts.Bill{Characters: 12, USD: 0.5}, kept)
		require.Equal(t, want, said.String())
	}
}

func TestUsageIsSaidWhereThereIsSomethingToSay(t *testing.T) {
	for want, u := range map[string]pipeline.Usage{
		"":                              {Bill: tts.Bill{Requests: 42}},
		"41 of 42 sentences from cache": {Bill: tts.Bill{Requests: 1}, Cached: 41},
		"5120 characters billed, $0.15": {Bill: tts.Bill{Characters: 5120, USD: 0.15}},
		"41 of 42 sentences from cache, 212 characters billed, $0.0030, saved $0.12": {
			Bill: tts.Bill{Characters: 212, USD: 0.003}, Cached: 41, Saved: tts.Bill{Characters: 5000, USD: 0.12},
		},
	} {
		require.Equal(t, want, usageLine(u, 42))
	}
}
