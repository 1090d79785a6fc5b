package pipeline_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/tts"
)

func TestABackendThatNormalizesGetsNumbersAsWritten(t *testing.T) {
	a := &article.Article{
		Name: "story.md", Language: "en",
		Blocks: []article.Block{{Kind: article.Paragraph, Text: "Dr. Roe paid $5 — in 1984 — for lead pipes."}},
	}
	for normalizes, want := range map[bool]string{
		false: "Doctor Roe paid five dollars, in nineteen eighty-four, for lead pipes.",
		true:  "Dr. Roe paid $5, in 1984, for lead pipes.",
	} {
		sc, _, err := pipeline.Split(a, tts.Info{NormalizesText: normalizes}, pipeline.Settings{NoNotice: true})
		require.NoError(t, err)
		require.Equal(t, want, sc.Utterances[len(sc.Utterances)-1].Spoken)
	}
}
