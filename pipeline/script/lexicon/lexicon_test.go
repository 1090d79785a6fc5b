package lexicon_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/script/lexicon"
	"github.com/voicepress/voicepress/pipeline/script/normalize"
)

// read reads a lexicon of the given lines, which stand below "entries:".
func read(t testing.TB, name string, lines ...string) *lexicon.File {
	t.Helper()
	f, err := lexicon.ReadYAML(name, []byte("entries:\n- "+strings.Join(lines, "\n- ")+"\n"))
	require.NoError(t, err)
	return f
}

func view(t testing.TB, s lexicon.Scope, lines ...string) *lexicon.View {
	t.Helper()
	l, err := lexicon.New(read(t, "a.yaml", lines...))
	require.NoError(t, err)
	return l.For(s)
}

var english = lexicon.Scope{Language: "en-US"}

// say says a text by the rules of English and a lexicon.
func say(v *lexicon.View, text string) normalize.Result {
	return normalize.New("en").With(v).Normalize(text)
}

func TestLexiconReadsWordsAsTheEntriesSay(t *testing.T) {
	for name, tc := range map[string]struct{ entry, text, want string }{
		"a word":                          {"{word: Leicester, say: Lester}", "In Leicester, and Leicester's", "In Lester, and Lester's"},
		"whatever its capitals":           {"{word: Leicester, say: Lester}", "LEICESTER leicester", "Lester Lester"},
		"only with its capitals":          {"{word: Nice, say: Neece, case: exact}", "A nice day in Nice; NICE", "A nice day in Neece; NICE"},
		"not a part of a word":            {"{word: bow, say: bough}", "elbow bows bow", "elbow bows bough"},
		"a part of a word":                {"{word: berger, part: true, say: burger}", "Weinberger met Bergerac", "Weinburger met burgerac"},
		"a part, twice in a word":         {"{word: an, part: true, say: on}", "Banana", "Bonona"},
		"a phrase":                        {"{word: Des Moines, say: De Moyn}", "In Des  Moines; des\u00a0Moines", "In De Moyn; De Moyn"},
		"a phrase with signs":             {"{word: AT&T, say: A T and T}", "from AT&T's", "from A T and T's"},
		"a phrase with a sign at its end": {"{word: Yahoo!, say: Yahoo}", "at Yahoo! today", "at Yahoo today"},
		"curly apostrophes and hyphens":   {"{word: \"N'Djamena-on-sea\", say: Jamena}", "N’Djamena‑on‐sea", "Jamena"},
		"decomposed letters":              {"{word: Zürich, say: Zoorick}", "Zu\u0308rich Zürich", "Zoorick Zoorick"},
		"not a decomposed letter's half":  {"{word: Zu, say: zoo}", "Zu\u0308 Zu", "Zu\u0308 zoo"},
		"spelt":                           {"{word: NATO, spell: true}", "NATO's men", "N A T O's men"},
		"spelt with digits":               {"{word: WD40, spell: true}", "a WD40 can", "a W D four zero can"},
		"left alone by every rule":        {"{word: Dr. No, leave: true}", "He saw Dr. No, and Dr. Yes", "He saw Dr. No, and Doctor Yes"},
		"left alone, capitals":            {"{word: US, leave: true, case: exact}", "The US and the UK", "The US and the U K"},
		"instead of a rule":               {"{word: F-16, say: Viper}", "An F-16 flew", "An Viper flew"},
		"within what a rule would read":   {"{word: Dec., say: Deck}", "On 5 Dec. 2024 then", "On five Deck twenty twenty-four then"},
		"beside what a rule reads":        {"{word: million, say: mill}", "It cost $5 million", "It cost five dollars mill"},
		"a rule's context stays":          {"{word: Chapter, say: part}", "Chapter IV", "part Four"},
		"a family":                        {`{regexp: '\bQ([1-4])\b', say: quarter $1}`, "In Q3 and Q7", "In quarter three and Q seven"},
		"a family by name":                {`{regexp: '(?P<n>\d+)dpi', say: "${n} dots per inch"}`, "300dpi", "three hundred dots per inch"},
		"a family inside words":           {`{regexp: 'burg\b', part: true, say: berg}`, "Hamburg burgers", "Hamberg burgers"},
		"a family spelt":                  {`{regexp: 'GX[A-Z]', case: exact, spell: true}`, "a GXA gxa", "a G X A gxa"},
		"what rules say":                  {"{word: baht, say: baart}", "THB 5", "five Thai baart"},
		"a number in the respelling":      {"{word: trio, say: group of 3}", "the trio", "the group of three"},
		"its own words not again":         {"{word: a, say: a a}", "a b", "a a b"},
		"signs":                           {"{word: ★, say: stars, part: true}", "5★", "five stars"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.want, say(view(t, english, tc.entry), tc.text).Spoken)
		})
	}
}

func TestLexiconKnowsHowWordsSound(t *testing.T) {
	type sound struct{ words, ipa string }
	for name, tc := range map[string]struct {
		entry, text string
		want        []sound
	}{
		"as written":         {"{word: Thames, ipa: /tɛmz/}", "The Thames, THAMES", []sound{{"Thames", "tɛmz"}, {"THAMES", "tɛmz"}}},
		"in other words":     {"{word: Leicester, say: Lester, ipa: ˈlɛstɚ}", "In Leicester now", []sound{{"Lester", "ˈlɛstɚ"}}},
		"a possessive":       {"{word: Thames, ipa: tɛmz}", "The Thames’s bank", []sound{{"Thames’s", "tɛmzɪz"}}},
		"after a voiceless":  {"{word: Bach, ipa: bɑːk}", "Bach's, Bach'so", []sound{{"Bach's", "bɑːks"}, {"Bach", "bɑːk"}}},
		"after a vowel":      {"{word: Iraq, ipa: ɪˈrɑː}", "IRAQ'S", []sound{{"IRAQ'S", "ɪˈrɑːz"}}},
		"with a rule's word": {"{word: US, ipa: ʌs, case: exact}", "The US paid $5", []sound{{"US", "ʌs"}}},
		"of two words":       {"{word: Des Moines, ipa: də mɔɪn}", "to Des Moines", []sound{{"Des Moines", "də mɔɪn"}}},
	} {
		t.Run(name, func(t *testing.T) {
			r := say(view(t, english, tc.entry), tc.text)
			var got []sound
			for _, s := range r.Spans {
				if s.IPA != "" {
					require.Equal(t, lexicon.Class, s.Class)
					got = append(got, sound{strings.TrimSpace(r.Spoken[s.From:s.To]), s.IPA})
				}
			}
			require.Equal(t, tc.want, got, "%q", r.Spoken)
		})
	}
}

func TestPrecedence(t *testing.T) {
	for name, tc := range map[string]struct {
		entries    []string
		text, want string
	}{
		"the longer one":       {[]string{"{word: New York, say: one}", "{word: New York City, say: two}"}, "New York City, New York", "two, one"},
		"the first of two":     {[]string{"{word: a b, say: one}", "{word: b c, say: two}"}, "a b c", "one c"},
		"capitals that count":  {[]string{"{word: Polish, say: one}", "{word: Polish, case: exact, say: two}"}, "Polish polish", "two one"},
		"whole words":          {[]string{"{word: bow, part: true, say: one}", "{word: bow, say: two}"}, "bow bows", "two ones"},
		"a word over a family": {[]string{"{regexp: 'F[0-9]+', say: one}", "{word: F1, say: two}"}, "F1 F2", "two one"},
		"the narrower scope":   {[]string{"{word: bow, say: one, section: sport}", "{word: bow, say: two}"}, "bow", "one"},
		"the nearer language":  {[]string{"{word: bow, say: one, language: en-US}", "{word: bow, say: two, language: en}"}, "bow", "one"},
		"the lower family":     {[]string{"{regexp: 'bo.', say: one}", "{regexp: '.ow', say: two}"}, "bow", "two"},
	} {
		t.Run(name, func(t *testing.T) {
			v := view(t, lexicon.Scope{Language: "en-US", Section: "Sport"}, tc.entries...)
			require.Equal(t, tc.want, say(v, tc.text).Spoken)
		})
	}
}

func TestLaterFileWins(t *testing.T) {
	l, err := lexicon.New(
		read(t, "built-in", "{word: New York City, say: one}", "{word: The Ouse, say: two}", "{word: Kent, say: three}"),
		read(t, "own.yaml", "{word: york, say: four}", "{regexp: '[A-Z]use', say: five}"),
	)
	require.NoError(t, err)
	require.Equal(t, "New four City, The five, three", say(l.For(english), "New York City, The Ouse, Kent").Spoken)
}

func TestEntriesAreForTheirScope(t *testing.T) {
	for name, tc := range map[string]struct {
		key  string
		in   lexicon.Scope
		want bool
	}{
		"every article":      {"", lexicon.Scope{}, true},
		"a language":         {"language: en", lexicon.Scope{Language: "en-GB"}, true},
		"the language alone": {"language: en", lexicon.Scope{Language: "en"}, true},
		"another language":   {"language: en", lexicon.Scope{Language: "eng"}, true}, // the same by BCP 47's canonical form
		"no language":        {"language: de", lexicon.Scope{}, false},
		"another region":     {"language: en-US", lexicon.Scope{Language: "en-GB"}, false},
		"a site":             {"site: example.org", lexicon.Scope{URL: "https://www.Example.org:8080/a"}, true},
		"another site":       {"site: example.org", lexicon.Scope{URL: "https://badexample.org/example.org"}, false},
		"sites of a family":  {"site: '*.example.org'", lexicon.Scope{URL: "https://a.b.example.org"}, true},
		"no site":            {"site: '*.example.org'", lexicon.Scope{}, false},
		"a section":          {"section: sport", lexicon.Scope{Section: "Sport"}, true},
		"another section":    {"section: sport", lexicon.Scope{Section: "Sports"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			entry := "{word: bow, say: bough}"
			if tc.key != "" {
				entry = "{word: bow, say: bough, " + tc.key + "}"
			}
			require.Equal(t, tc.want, len(view(t, tc.in, entry).Hits("a bow")) == 1)
		})
	}
}

func TestCollisionsNameBothLines(t *testing.T) {
	f := read(t, "a.yaml",
		"{word: Leicester, say: Lester}", "{word: LEICESTER, say: Lyster}", "{word: Leicester, case: exact, say: Lyster}",
		"{word: Leicester, say: Lyster, language: de}", "{word: Leicester, say: Lyster, part: true}", "{regexp: Leicester, say: Lyster}",
		"{regexp: Leicester, spell: true}", "{word: Leicester, spell: true, language: DE}", "{word: O’Neill, leave: true}", "{word: \"O'neill\", spell: true}",
	)
	_, err := lexicon.New(f, read(t, "b.yaml", "{word: Leicester, say: Lyster}"))
	var errs lexicon.Errors
	require.ErrorAs(t, err, &errs)
	require.EqualError(t, err, strings.Join([]string{
		`a.yaml:3: "LEICESTER" is already in line 2, for the same language, case and scope`,
		`a.yaml:8: "Leicester" is already in line 7, for the same language, case and scope`,
		`a.yaml:9: "Leicester" is already in line 5, for the same language, case and scope`,
		`a.yaml:11: "O'neill" is already in line 10, for the same language, case and scope`,
	}, "\n"))
}

func TestNoLexiconChangesNothing(t *testing.T) {
	var none *lexicon.Lexicon
	for range none.All() {
		t.Fatal("there is no entry")
	}
	text := "On Feb. 24 the US paid $5 in Leicester."
	require.Empty(t, none.For(english).Hits(text))
	require.Equal(t, normalize.New("en").Normalize(text), say(none.For(english), text))
}

// many is a lexicon of so many words.
func many(t testing.TB, n int) *lexicon.View {
	t.Helper()
	lines := make([]string, 0, n)
	for i := range n {
		lines = append(lines, fmt.Sprintf("{word: wx%dq%d of thing, say: word}", i%100, i))
	}
	return view(t, english, lines...)
}

const prose = "The council met in Leicester on Monday and agreed on a plan for the harbour; the new crossing is to open in 2027. "

func BenchmarkHits(b *testing.B) {
	text := strings.Repeat(prose, 50)
	for _, n := range []int{1, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			v := many(b, n)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				v.Hits(text)
			}
		})
	}
}

func BenchmarkNormalize(b *testing.B) {
	text := strings.Repeat(prose, 50)
	for name, n := range map[string]*normalize.Normalizer{
		"without": normalize.New("en"), "none": normalize.New("en").With((*lexicon.Lexicon)(nil).For(english)), "10000": normalize.New("en").With(many(b, 10000)),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				n.Normalize(text)
			}
		})
	}
}
