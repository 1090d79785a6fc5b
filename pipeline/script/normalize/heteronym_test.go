package normalize

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestHeteronymsAreDecidedOnlyWhereTheContextIsSure reads testdata/heteronyms.txt. Where the rules decide, the sense has to
// be right; where the file says that they decide, they have to.
func TestHeteronymsAreDecidedOnlyWhereTheContextIsSure(t *testing.T) {
	const file = "testdata/heteronyms.txt"
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	sounds := make(map[string]string)
	for _, r := range rows("en/heteronyms.tsv") {
		if r[0] == "sound" {
			word, _, _ := strings.Cut(r[1], "-")
			sounds[word+"/"+r[2]] += " " + r[3]
		}
	}
	n := New("en")
	var out strings.Builder
	cases, decided := 0, 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			out.WriteString(line + "\n")
			continue
		}
		sense, sentence, _ := strings.Cut(line, "\t")
		sense, sure := strings.CutPrefix(sense, "+")
		start := strings.Index(sentence, "{")
		written := strings.NewReplacer("{", "", "}", "").Replace(sentence)
		r := n.Normalize(written)
		checkResult(t, written, r)
		ipa := ""
		for _, s := range r.Spans {
			if s.IPA != "" {
				require.Equal(t, start, s.Start, "only the marked word of %q has a sound", written)
				require.Equal(t, written[s.Start:s.End], r.Spoken[s.From:s.To])
				ipa = s.IPA
			}
		}
		cases++
		mark := ""
		if ipa != "" {
			require.Contains(t, strings.Fields(sounds[sense]), ipa, "%s in %q", sense, written)
			decided++
			mark = "+"
		}
		if !*update {
			require.Equal(t, sure, ipa != "", "is %s decided in %q", sense, written)
		}
		out.WriteString(mark + sense + "\t" + sentence + "\n")
	}
	t.Logf("%d of %d decided", decided, cases)
	require.Greater(t, cases, 150)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o644))
	}
}

func TestASoundIsForAWholeWordOfPlainText(t *testing.T) {
	for text, want := range map[string]string{
		"The lead pipes leak.":         "lˈɛd",
		"The lead-free paint sold.":    "lˈɛdfɹˈiː",
		"The lead-pipe case ended.":    "",
		"He made last-minute changes.": "",
		"LEAD PIPES TO BE CUT IN MAY":  "lˈɛd",
	} {
		got := ""
		for _, s := range New("en").Normalize(text).Spans {
			got += s.IPA
		}
		require.Equal(t, want, got, text)
	}
	for _, s := range New("en").Without("heteronym").Normalize("The lead pipes leak.").Spans {
		require.Empty(t, s.IPA)
	}
	for _, s := range New("en-GB").Normalize("She shed a tear in the muscle tear case.").Spans {
		if s.IPA != "" {
			require.Equal(t, "tˈeə", s.IPA)
		}
	}
}
