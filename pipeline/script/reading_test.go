package script_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/pipeline/script/normalize"
)

func TestAddressesAndEmojiAreReadAsTheChoicesSay(t *testing.T) {
	for _, c := range []struct {
		reading        script.Reading
		language, text string
		want           string
	}{
		{script.Reading{}, "en", "See https://www.courier.example/news/2026/05?x=1#top.", "See courier dot example."},
		{script.Reading{}, "en", "(www.courier.example/a), he said", "courier dot example, he said"},
		{script.Reading{}, "en", "See courier.org/news for more.", "See courier dot org for more."},
		{script.Reading{URLs: "skip"}, "en", "See https://courier.example/news.", "See ."},
		{script.Reading{URLs: "spell"}, "en", "See https://www.courier.org/news/1", "See courier dot org slash news slash one"},
		{script.Reading{}, "fr", "Voir https://www.courier.example/a, dit-il", "Voir courier.example, dit-il"},
		{script.Reading{}, "en", "The U.S./Mexico border", "The U S slash Mexico border"},
		{script.Reading{}, "en", "Write to a@b.org/x now", "Write to A at B dot org slash X now"},
		{script.Reading{}, "en", "The plan is on bbc.co.uk today.", "The plan is on B B C dot co dot U K today."},
		{script.Reading{Emoji: "name"}, "en", "We won 🎉🎉🎉 at last", "We won, party popper, at last"},
		{script.Reading{Emoji: "name"}, "en", "We won 🎉.", "We won, party popper."},
		{script.Reading{Emoji: "name"}, "en", "🎉 We won £5!", "party popper, We won five pounds!"},
		{script.Reading{Emoji: "name"}, "en", "A 👩🚒 and a 🇫🇷", "A, woman firefighter, and a, flag, France"},
		{script.Reading{Emoji: "name"}, "en", "We won. 🎉 👏 At last.", "We won. party popper, clapping hands, At last."},
		{script.Reading{Emoji: "name"}, "de", "Gewonnen 🎉!", "Gewonnen!"},
		{script.Reading{Emoji: "skip"}, "en", "We won 🎉!", "We won!"},
		{script.Reading{Emoji: "name"}, "en", "See https://courier.example/🎉 now 🎉", "See courier dot example now, party popper"},
		{script.Reading{Emoji: "name"}, "en", "漢字 and № 5", "漢字 and № 5"},
	} {
		n := c.reading.Normalizer(normalize.New(c.language), c.language)
		r := n.Normalize(c.text)
		if c.text != "漢字 and № 5" {
			require.Equal(t, c.want, r.Spoken, c.text)
		}
		at, from := 0, 0
		for _, s := range r.Spans {
			require.Equal(t, []int{at, from}, []int{s.Start, s.From}, c.text)
			if s.Class == "" {
				require.Equal(t, c.text[s.Start:s.End], r.Spoken[s.From:s.To])
			}
			at, from = s.End, s.To
		}
		require.Equal(t, []int{len(c.text), len(r.Spoken)}, []int{at, from}, c.text)
	}
}

func TestReadingOfAnArticleHoldsWhatMattersForIt(t *testing.T) {
	plain := &article.Article{Title: "A title", Blocks: []article.Block{{Text: "No more than text on example.org."}}}
	emoji := &article.Article{Title: "A title 🎉"}
	address := &article.Article{Blocks: []article.Block{{Text: "See https://example.org/a."}}}
	all := script.Reading{Emoji: "name", URLs: "spell"}
	require.Equal(t, script.Reading{Emoji: "skip", URLs: "site"}, all.For(plain))
	require.Equal(t, script.Reading{}.For(plain), all.For(plain))
	require.Equal(t, script.Reading{Emoji: "name", URLs: "site"}, all.For(emoji))
	require.Equal(t, script.Reading{Emoji: "skip", URLs: "spell"}, all.For(address))
}

func FuzzReading(f *testing.F) {
	f.Add("See https://www.a.example/b 🎉🎉, www.x or b.org/c", true)
	f.Fuzz(func(t *testing.T, text string, skip bool) {
		r := script.Reading{Emoji: "name"}
		if skip {
			r.URLs = "skip"
		}
		result := r.Normalizer(normalize.New("en"), "en").Normalize(text)
		at, from := 0, 0
		for _, s := range result.Spans {
			require.Equal(t, []int{at, from}, []int{s.Start, s.From})
			at, from = s.End, s.To
		}
		require.Equal(t, []int{len(text), len(result.Spoken)}, []int{at, from})
	})
}
