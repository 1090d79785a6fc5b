package script_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/pipeline/script/normalize"
)

// sounding knows how what it says in another form sounds.
type sounding struct{ digits }

func (s sounding) Normalize(text string) normalize.Result {
	r := s.digits.Normalize(text)
	for i := range r.Spans {
		if span := &r.Spans[i]; span.Class != "" && span.From < span.To {
			span.IPA = "/" + r.Spoken[span.From:span.To] + "/"
		}
	}
	return r
}

// sounds are the pronunciations of a script: the spoken words, and how they sound.
func sounds(s *script.Script) (list [][2]string) {
	for _, u := range s.Utterances {
		for _, span := range u.Spans {
			if span.IPA != "" {
				list = append(list, [2]string{u.Spoken[span.From:span.To], span.IPA})
			}
		}
	}
	return list
}

func TestPronunciationsStayWithTheirWords(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		max  int
		want []string
	}{
		"as they are":             {"It cost $36 and 45 more.", 0, []string{"dollar three six", "four five"}},
		"in sentences that merge": {"It is 7. 12 more.", 0, []string{"seven", "one two"}},
		"before a stop":           {"Page 7", 0, []string{"seven"}},
		"in sentences that are cut": {
			"The council paid 12 builders for the bridge, 34 for the road, and 56 for all that came afterwards.", 40,
			[]string{"one two", "three four", "five six"},
		},
		"beside emoji that are not said": {"It is 7 🎉", 0, []string{"seven"}},
		"but not in half of what they are for": {
			"In all " + strings.Repeat("12", 30) + " of 34 ships.", 60, []string{"three four"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := build(t, paragraphs(tc.text), script.Options{Normalizer: sounding{}, MaxRunes: tc.max})
			var want [][2]string
			for _, words := range tc.want {
				want = append(want, [2]string{words, "/" + words + "/"})
			}
			require.Equal(t, want, sounds(s), "%q", spoken(s))
		})
	}
}

func TestAccountSaysHowWordsSound(t *testing.T) {
	a := paragraphs("It cost $36 then.")
	acc := script.NewAccount(a, build(t, a, script.Options{Normalizer: sounding{}}))
	require.Equal(t, script.AccountPiece{
		Start: 8, End: 11, State: script.Respoken, Rule: "digits", From: "$36", To: "dollar three six", IPA: "/dollar three six/",
	}, acc.Blocks[0].Pieces[1])
}

// mute gives a sound to nothing.
type mute struct{ class string }

func (m mute) Normalize(text string) normalize.Result {
	spans := []normalize.Span{{Class: m.class, End: len(text), To: len(text), IPA: "x"}}
	if m.class != "" {
		spans[0].To = 0
		return normalize.Result{Spans: spans}
	}
	return normalize.Result{Spoken: text, Spans: spans}
}

func TestBuildRefusesASoundWithoutWords(t *testing.T) {
	for _, class := range []string{"", "note"} {
		_, err := script.Build(&article.Article{Title: "A boat"}, script.Options{Normalizer: mute{class}})
		require.ErrorContains(t, err, "breaks at byte 0")
	}
}
