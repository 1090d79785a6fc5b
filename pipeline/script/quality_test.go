package script_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/script"
)

func TestQualityNamesTheSentencesToListenTo(t *testing.T) {
	var q script.Quality
	q.Count(script.Utterance{Block: script.NoticeBlock, Written: "A voice."}, 5, []string{"noise"})
	q.Count(script.Utterance{Block: 2, Start: 10, Written: "It rains."}, 1, nil)
	q.Count(script.Utterance{Block: 2, Start: 20, Written: "Oh no."}, 5, []string{"short", "noise"})
	q.Count(script.Utterance{Block: 3}, 2, nil)
	text, err := json.Marshal(q)
	require.NoError(t, err)
	require.JSONEq(t, `{"retaken": 3, "flagged": 2, "faults": {"noise": 2, "short": 1}, "listen": [
		{"block": -2, "start": 0, "end": 0, "faults": ["noise"]}, {"block": 2, "start": 20, "end": 26, "faults": ["short", "noise"]}]}`, string(text))
}
