package script_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
)

func TestReadAccountReadsWhatWasWritten(t *testing.T) {
	a := harbour()
	want := script.NewAccount(a, build(t, a, script.Options{Notice: "An AI-generated voice reads."}))
	text, err := json.Marshal(want)
	require.NoError(t, err)
	got, err := script.ReadAccount(bytes.NewReader(text))
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.NoError(t, got.Balance())
}

func TestReadAccountRefusesWhatIsNone(t *testing.T) {
	for text, why := range map[string]string{
		``:                             "EOF",
		`[]`:                           "cannot unmarshal",
		`{"version":1,"blocks":[`:      "unexpected EOF",
		`{"version":2}`:                "version 2, not 1",
		`{"version":1,"title":{}} and`: "more behind its end",
	} {
		_, err := script.ReadAccount(strings.NewReader(text))
		require.ErrorContains(t, err, why, text)
	}
}

// oneBlock is an account with one block of the text "The boat" and the pieces given as JSON.
func oneBlock(pieces string) string {
	return `{"version":1,"title":{"index":-1,"text":""},"blocks":[{"index":0,"kind":"paragraph","text":"The boat","pieces":[` + pieces + `]}]}`
}

func TestBalanceFindsEveryLieOfAnAccount(t *testing.T) {
	for text, why := range map[string]string{
		oneBlock(`{"start":0,"end":8,"state":"spoken"}`):                                                    "",
		oneBlock(`{"start":0,"end":3,"state":"spoken"},{"start":3,"end":8,"state":"skipped","reason":"x"}`): "",
		oneBlock(``): "block 0: bytes 0 to 8 are in no piece",
		oneBlock(`{"start":0,"end":7,"state":"spoken"}`):                                        "block 0: bytes 7 to 8 are in no piece",
		oneBlock(`{"start":1,"end":8,"state":"spoken"}`):                                        "block 0: bytes 0 to 1 are in no piece",
		oneBlock(`{"start":0,"end":9,"state":"spoken"}`):                                        "block 0: the piece at byte 0 does not lie in the text",
		oneBlock(`{"start":0,"end":-1,"state":"spoken"}`):                                       "block 0: the piece at byte 0 does not lie in the text",
		oneBlock(`{"start":-1,"end":8,"state":"spoken"}`):                                       "block 0: byte -1 is in two pieces",
		oneBlock(`{"start":0,"end":5,"state":"spoken"},{"start":3,"end":8,"state":"spoken"}`):   "block 0: byte 3 is in two pieces",
		oneBlock(`{"start":0,"end":8,"state":"said"}`):                                          `block 0: the piece at byte 0 has the unknown state "said"`,
		oneBlock(`{"start":0,"end":8,"state":"skipped"}`):                                       "block 0: the piece at byte 0 is skipped for no reason",
		oneBlock(`{"start":0,"end":8,"state":"respoken","from":"The boat"}`):                    "block 0: the piece at byte 0 is not what is written there",
		oneBlock(`{"start":0,"end":8,"state":"respoken","from":"The goat","to":"The boat"}`):    "block 0: the piece at byte 0 is not what is written there",
		oneBlock(`{"start":0,"end":8,"state":"skipped","reason":"not said","from":"The goat"}`): "block 0: the piece at byte 0 is not what is written there",
		`{"version":1,"title":{"index":0,"text":""}}`:                                           "the title has the number 0",
		`{"version":1,"title":{"index":-1,"text":"A"}}`:                                         "the title: bytes 0 to 1 are in no piece",
		`{"version":1,"title":{"index":-1},"blocks":[{"index":7}]}`:                             "block 0 has the number 7",
		`{"version":1,"title":{"index":-1},"skipped":[{"text":"By Tom"}]}`:                      "skipped block 0 has no reason",
	} {
		acc, err := script.ReadAccount(strings.NewReader(text))
		require.NoError(t, err, text)
		if why == "" {
			require.NoError(t, acc.Balance(), text)
			continue
		}
		require.ErrorContains(t, acc.Balance(), why, text)
	}
}

func FuzzReadAccount(f *testing.F) {
	f.Add([]byte(oneBlock(`{"start":0,"end":3,"state":"spoken"},{"start":3,"end":4,"state":"skipped","reason":"x"},` +
		`{"start":4,"end":8,"state":"respoken","rule":"x","from":"boat","to":"ship"}`)))
	f.Add([]byte(oneBlock(`{"start":0,"end":9223372036854775807,"state":"respoken","to":"x"},{"start":-9223372036854775808}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		acc, err := script.ReadAccount(bytes.NewReader(data))
		if err != nil || acc.Balance() != nil {
			return
		}
		for _, b := range append([]script.BlockAccount{acc.Title}, acc.Blocks...) {
			var pieces strings.Builder
			for _, p := range b.Pieces {
				pieces.WriteString(b.Text[p.Start:p.End])
			}
			require.Equal(t, b.Text, pieces.String())
		}
	})
}

func TestReportListsInReadingOrderWhatIsNotSaidAsWritten(t *testing.T) {
	a := harbour()
	a.Skipped = append(a.Skipped, article.Skipped{Kind: article.Other, Text: "Share", Reason: "share links", Before: len(a.Blocks)})
	acc := script.NewAccount(a, build(t, a, script.Options{Notice: "A voice made by AI."}))
	var got []string
	for _, e := range acc.Report().Entries {
		line := strings.Join([]string{string(e.What), e.From, e.To, e.Rule + e.Reason}, "|")
		if e.Signs {
			line += "|signs"
		}
		got = append(got, line)
	}
	require.Equal(t, []string{
		"added||A voice made by AI.|disclosure",
		"added||.|terminator|signs",
		"skipped|By Tom Hale||byline",
		"changed|$3.2|dollar three point two|digits",
		"added||.|terminator|signs",
		"added||.|terminator|signs",
		"left-out|* * *||holds no letter or digit that is said",
		"changed|,|.|terminator|signs",
		"changed| |.|terminator|signs",
		"left-out|🎉||digitsnot said",
		"changed|6|six|digits",
		"skipped|Share||share links",
	}, got)
}

func TestReportCountsEveryByteOnce(t *testing.T) {
	a := harbour()
	acc := script.NewAccount(a, build(t, a, script.Options{}))
	length := len(a.Title)
	for _, b := range a.Blocks {
		length += len(b.Text)
	}
	got := acc.Report().Bytes
	require.Equal(t, length, got.Text)
	require.Equal(t, length, got.Spoken+got.Respoken+got.Skipped)
	require.Equal(t, len("$3.2")+len("6")+len(",")+len(" "), got.Respoken)
}

func TestReportShowsSymbolsThatAreLeftOut(t *testing.T) {
	for piece, signs := range map[string]bool{
		`"state":"skipped","reason":"x"`:                        false,
		`"state":"respoken","from":"5%","to":"five"`:            false,
		`"state":"respoken","from":"5%","to":"5"`:               false,
		`"state":"respoken","from":"5%","to":"5%."`:             true,
		`"state":"respoken","from":"5%","to":"(5%)"`:            true,
		`"state":"respoken","from":"5%","to":"5 %"`:             false,
		`"state":"respoken","from":"5%","to":"five percent"`:    false,
		`"state":"respoken","from":"5%","to":"5%","ipa":"x"`:    false,
		`"state":"respoken","from":"5%","to":"\u200b5% \u2014"`: true,
	} {
		acc, err := script.ReadAccount(strings.NewReader(`{"version":1,"title":{"index":-1,"text":"5%","pieces":[{"start":0,"end":2,` + piece + `}]}}`))
		require.NoError(t, err)
		require.NoError(t, acc.Balance())
		require.Equal(t, signs, acc.Report().Entries[0].Signs, piece)
	}
}
