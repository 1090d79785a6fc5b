package pipeline_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/split"
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

func TestScriptKeepsToThePiecesOfABackendThatCutsLongerText(t *testing.T) {
	a := &article.Article{
		Name: "story.md", Language: "en",
		Blocks: []article.Block{{Kind: article.Paragraph, Text: "The old bridge was closed today, and nobody knew for how long it would be."}},
	}
	inner, err := fake.New(fake.Options{MaxRunes: 45})
	require.NoError(t, err)
	defer inner.Close()
	info := split.Wrap(inner).Info()
	sc, _, err := pipeline.Split(a, info, pipeline.Settings{NoNotice: true})
	require.NoError(t, err)
	require.Len(t, sc.Utterances, 2)
	for _, u := range sc.Utterances {
		require.True(t, inner.Info().Limit.Fits(u.Spoken))
	}
}
