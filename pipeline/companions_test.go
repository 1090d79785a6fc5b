package pipeline_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline"
)

func TestCompanionsOfAnyFileOfAnArticle(t *testing.T) {
	for _, name := range []string{"a/b.mp3", "a/b.wav", "a/b.vtt", "a/b.srt", "a/b.words.vtt", "a/b.smil", "a/b.text.xhtml", "a/b.chapters.json", "a/b.jsonld", "a/b.player.html", "a/b.words.json", "a/b.account.json", "a/b.disclosure.json"} {
		account, words, ok := pipeline.Companions(name)
		require.True(t, ok, name)
		require.Equal(t, []string{"a/b.account.json", "a/b.words.json"}, []string{account, words}, name)
	}
	for _, name := range []string{"", "-", "b", "b.html", "b.json", "account.json", "b.mp3/c"} {
		_, _, ok := pipeline.Companions(name)
		require.False(t, ok, name)
	}
}
