package espeak

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"
)

// start is a Phonemizer on the real espeak-ng, which these tests require (make test installs it).
func start(t testing.TB, o PhonemizerOptions) *Phonemizer {
	t.Helper()
	p, err := Start(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

func TestPhonemesGivesOneRenderingPerClause(t *testing.T) {
	p := start(t, PhonemizerOptions{})
	for _, test := range []struct {
		name, voice   string
		clauses, want []string
	}{
		{"two clauses", "en-us", []string{"Hello there,", "second line."}, []string{"həlˈoʊ ðˈɛɹ", "sˈɛkənd lˈaɪn"}},
		{"nothing to say", "en-us", []string{"", " ", "...", "—", "Hello"}, []string{"", "", "", "", "həlˈoʊ"}},
		{"a clause that espeak-ng breaks up", "en-us", []string{"Dr. Smith", "x"}, []string{"dˈɑːktɚ smˈɪθ", "ˈɛks"}},
		{"another language in between", "de", []string{"New York Times"}, []string{"njˈuː jˈɔɾk tˈiːməs"}},
		{"line breaks", "en-us", []string{"Hello\nthere\r\nHello", "x"}, []string{"həlˈoʊ ðɛɹ həlˈoʊ", "ˈɛks"}},
		{"no clauses", "en-us", nil, []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := p.Phonemes(t.Context(), test.voice, test.clauses)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func TestPhonemesAreThoseOfTheVoiceAtItsOwnPitchAndSpeed(t *testing.T) {
	clauses := []string{
		"The council voted on Monday to close the old harbour bridge", "which has carried traffic since the war",
		"Nobody was hurt", "she said yesterday evening", "engineers found cracks in three of its piers",
	}
	p := start(t, PhonemizerOptions{})
	for _, voice := range []string{"en-us", "en-gb", "de", "fr-fr", "es", "pl"} {
		cmd := exec.CommandContext(t.Context(), "espeak-ng", "-q", "--ipa", "-b", "1", "-v", voice)
		cmd.Stdin = strings.NewReader(strings.Join(clauses, "\n"))
		out, err := cmd.Output()
		require.NoError(t, err)
		var want []string
		for line := range strings.Lines(switchPattern.ReplaceAllString(string(out), "")) {
			want = append(want, strings.Join(strings.Fields(line), " "))
		}
		got, err := p.Phonemes(t.Context(), voice, clauses)
		require.NoError(t, err)
		require.Equal(t, want, got, voice)
	}
}

func TestPhonemesServesManyAtOnceWithoutMixingThem(t *testing.T) {
	defer goleak.VerifyNone(t)
	p, err := Start(t.Context(), PhonemizerOptions{Processes: 2})
	require.NoError(t, err)
	alone := map[string]string{}
	voices := []string{"en-us", "de", "fr-fr"}
	words := []string{"hello", "station", "paper", "minister", "water"}
	for _, voice := range voices {
		for _, word := range words {
			got, err := p.Phonemes(t.Context(), voice, []string{word})
			require.NoError(t, err)
			require.NotEmpty(t, got[0])
			alone[voice+word] = got[0]
		}
	}
	var group errgroup.Group
	for i := range 60 {
		group.Go(func() error {
			voice := voices[i%len(voices)]
			got, err := p.Phonemes(t.Context(), voice, words)
			if err != nil {
				return err
			}
			for j, word := range words {
				if got[j] != alone[voice+word] {
					return fmt.Errorf("%s %s: %q, alone %q", voice, word, got[j], alone[voice+word])
				}
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	require.LessOrEqual(t, p.total, 2)
	require.NoError(t, p.Close())
	require.Zero(t, p.total)
}

func TestPhonemesAnswersHostileTextInStep(t *testing.T) {
	p := start(t, PhonemizerOptions{Processes: 1})
	for _, text := range []string{
		"[[pftkspfktsfp]]", "[[", "]]", "a [[h@loU]] b", "[\x00[h@loU]]", "--help\n-v de\n-q", "\x01", "\x00\x00", "\xff\xfe caf\xe9",
		"<voice name=\"de\"><audio src=\"file:///etc/passwd\"/>", "&amp;&#0;", "\u2028\u2029\u0085", "\u202e right to left \u202c",
		"שלום עולם", "日本語の文章", "😀👩‍👩‍👧‍👦", "\r\r\n\n", strings.Repeat("a", 4000), strings.Repeat("word ", 2000),
		strings.Repeat("\u0301", 2000), strings.Repeat(". ", 3000), strings.Repeat("?!", 500), "%s%n%x", "\\n\\0",
	} {
		got, err := p.Phonemes(t.Context(), "en-us", []string{"before", text, "after"})
		require.NoError(t, err, "%.40q", text)
		require.Equal(t, []string{"bᵻfˈoːɹ", "ˈæftɚ"}, []string{got[0], got[2]}, "%.40q", text)
		require.NotContains(t, got[1], "həlˈo", "%.40q", text) // raw phonemes were not executed
	}
}

func TestPhonemesSaysAllOfALongClause(t *testing.T) {
	p := start(t, PhonemizerOptions{})
	got, err := p.Phonemes(t.Context(), "en-us", []string{strings.Repeat("word ", 2000)})
	require.NoError(t, err)
	require.Equal(t, 2000, strings.Count(got[0], "wˈɜːd"))
	got, err = p.Phonemes(t.Context(), "en-us", []string{strings.Repeat("ba", 500)})
	require.NoError(t, err)
	require.Equal(t, 500, strings.Count(got[0], "b")) // every letter b is heard
}
