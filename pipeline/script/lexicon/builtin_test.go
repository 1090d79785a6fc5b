package lexicon_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/voicepress/voicepress/pipeline/script/lexicon"
	"github.com/voicepress/voicepress/pipeline/script/normalize"
)

func builtIn(t testing.TB) *lexicon.File {
	t.Helper()
	f, err := lexicon.BuiltIn()
	require.NoError(t, err)
	return f
}

func TestBuiltInIsInOrderAndChangesNoWord(t *testing.T) {
	f := builtIn(t)
	require.GreaterOrEqual(t, len(f.Entries), 400)
	l, err := lexicon.New(f)
	require.NoError(t, err)
	require.Empty(t, l.Check(lexicon.StrangeIPA))

	text, err := os.ReadFile("english.yaml")
	require.NoError(t, err)
	plain := normalize.New("en")
	before := ""
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "  # ") {
			before = "" // a new group
		}
		_, rest, ok := strings.Cut(line, "{word: ")
		if !ok {
			continue
		}
		word, _, _ := strings.Cut(rest, ", ipa: ")
		require.LessOrEqual(t, before, sortKey(word), "the order of %s", word)
		before = sortKey(word)
	}
	for _, e := range f.Entries {
		require.Empty(t, e.Say, e.Word)
		require.NotEmpty(t, e.IPA, e.Word)
		require.Equal(t, 1, strings.Count(e.IPA, "ˈ"), "one main stress: %s", e.Word)
		r := normalize.New("en").With(l.For(english)).Normalize(e.Word)
		require.Equal(t, e.Word, r.Spoken)
		require.Equal(t, e.Word, plain.Normalize(e.Word).Spoken, "the rules read it already")
	}
}

// sortKey is the letters and spaces of a word, small and without accents.
func sortKey(word string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFD.String(word))
}

// TestBuiltInHoldsOnlyWhatEspeakReadsOtherwise keeps the lexicon from growing by what it does not need.
func TestBuiltInHoldsOnlyWhatEspeakReadsOtherwise(t *testing.T) {
	path, err := exec.LookPath("espeak-ng")
	if err != nil {
		t.Skip("espeak-ng is not installed")
	}
	const judge = "1.51" // other versions say other words rightly
	if said, err := exec.CommandContext(t.Context(), path, "--version").Output(); err != nil || !strings.Contains(string(said), ": "+judge+" ") {
		t.Skip("espeak-ng is not version " + judge)
	}
	entries := builtIn(t).Entries
	words := make([]string, 0, len(entries))
	for _, e := range entries {
		words = append(words, strings.ReplaceAll(e.Word, ".", ""))
	}
	cmd := exec.CommandContext(t.Context(), path, "-q", "--ipa", "-v", "en-us", "-b", "1")
	cmd.Stdin = strings.NewReader(strings.Join(words, "\n") + "\n")
	out, err := cmd.Output()
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	require.Len(t, lines, len(entries), "a line a word")
	for i, e := range entries {
		require.NotEqual(t, heard(lines[i]), heard(e.IPA), "%s: espeak-ng says %s anyway", e.Word, lines[i])
	}
}

// heard is a pronunciation without what is written in more than one way: stress before the syllable or the vowel, length,
// and the vowels of syllables without stress.
func heard(ipa string) string {
	ipa = regexp.MustCompile(`\([a-z-]+\)`).ReplaceAllString(ipa, "") // espeak-ng's language switches
	var out []rune
	stress := false
	for _, r := range ipa {
		switch {
		case r == 'ˈ':
			stress = true
		case strings.ContainsRune("ˌː ", r):
		default:
			if stress && strings.ContainsRune("iɪʊueəɚɛɜʌɔæɐaɑoᵻ", r) {
				out, stress = append(out, 'ˈ'), false
			}
			out = append(out, r)
		}
	}
	s := strings.NewReplacer("ᵻ", "ɪ", "ɐ", "ə", "ɾ", "t", "ʔ", "t", "oɹ", "ɔɹ", "ɹɹ", "ɹ").Replace(string(out))
	runes := []rune(s)
	for i, r := range runes {
		stressed := i > 0 && runes[i-1] == 'ˈ'
		diphthong := i > 0 && slices.Contains([]rune("aeɔ"), runes[i-1])
		if (r == 'i' || r == 'ɪ') && !stressed && !diphthong {
			runes[i] = 'ə'
		}
	}
	return string(runes)
}

func BenchmarkBuiltIn(b *testing.B) {
	for b.Loop() {
		f, err := lexicon.BuiltIn()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := lexicon.New(f); err != nil {
			b.Fatal(err)
		}
	}
}
