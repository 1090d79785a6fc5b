package lexicon_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/script/lexicon"
)

func TestYAMLMistakesNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"entries: [":                         "a.yaml:1: did not find expected node content",
		"entries:\n- {word: a, say: b}\n  x": "a.yaml:2: did not find expected key",
		"- a":                                "a.yaml:1: a lexicon is a list under the key entries",
		"words: []":                          `a.yaml:1: unknown key "words"; a lexicon has language and entries`,
		"entries: a":                         "a.yaml:1: entries is no list",
		"entries:\n- a":                      "a.yaml:2: this is no mapping",
		"entries:\n- {word: a, sai: b}":      `a.yaml:2: unknown key "sai"`,
		"entries:\n- word: a\n  say: b\n  say: c":                      `a.yaml:4: "say" is given twice`,
		"entries:\n- {word: a, say: }":                                 "a.yaml:2: say: there is no text",
		"entries:\n- {word: a, say: [b]}":                              "a.yaml:2: say: this is no text",
		"entries:\n- &x {word: a, say: b}\n- *x":                       "a.yaml:3: this is no mapping",
		"entries:\n- {word: a, spell: maybe}":                          `a.yaml:2: spell: "maybe" is not true or false`,
		"entries:\n- {word: a, say: b, case: up}":                      `a.yaml:2: case is "up", not exact or any`,
		"entries:\n- {say: b}":                                         "a.yaml:2: an entry needs a word or a regexp",
		"entries:\n- {word: a, regexp: a, say: b}":                     `a.yaml:2: "a" has both word and regexp`,
		"entries:\n- {word: a}":                                        `a.yaml:2: "a" has no reading`,
		"entries:\n- {word: a, spell: false}":                          `a.yaml:2: "a" has no reading`,
		"entries:\n- {word: a, say: b, leave: true}":                   `a.yaml:2: "a" has more than one reading`,
		"entries:\n- {word: a, say: '...'}":                            `a.yaml:2: say "..." holds nothing that can be said`,
		"entries:\n- {word: a, ipa: a, part: true}":                    `a.yaml:2: "a": ipa is for whole words`,
		"entries:\n- {word: a, ipa: /12/}":                             `a.yaml:2: "a": ipa "12" holds no sound`,
		"entries:\n- {regexp: '(', say: a}":                            `a.yaml:2: regexp "(": error parsing regexp`,
		"entries:\n- {regexp: 'a(b)', say: x $1y}":                     `a.yaml:2: say "x $1y": regexp "a(b)" has no group "1y"; write ${1}`,
		"entries:\n- {regexp: 'a(b)', say: x $2}":                      `a.yaml:2: say "x $2": regexp "a(b)" has no group "2"`,
		"entries:\n- {regexp: 'a*', say: a}":                           `a.yaml:2: regexp "a*" matches nothing at all`,
		"entries:\n- {word: a, say: b, language: English}":             `a.yaml:2: language "English" is no BCP 47 tag`,
		"entries:\n- {word: a, say: b, site: 'a.[b'}":                  `a.yaml:2: site "a.[b": syntax error in pattern`,
		"entries:\n- {word: a, say: b, site: http://x}":                `a.yaml:2: site "http://x" is no host`,
		"entries:\n- {word: \"a\\0\", say: b}":                         "a.yaml:2: \"a\\x00\" holds control characters",
		"entries:\n- {word: \"\\u00ad\", say: b}":                      "a.yaml:2: word \"\\u00ad\" holds nothing that can be found",
		"entries:\n- {word: " + strings.Repeat("a", 201) + ", say: b}": "a.yaml:2: the word is longer than 200 characters",
		"entries:\n- {word: a, x: b}\n- {word: c, y: d}":               "a.yaml:3: unknown key \"y\"",
	} {
		_, err := lexicon.ReadYAML("a.yaml", []byte(text))
		var errs lexicon.Errors
		require.ErrorAs(t, err, &errs, "%q", text)
		require.ErrorContains(t, err, want, "%q", text)
	}
}

func TestYAMLTakesWordsAsTheyAreWritten(t *testing.T) {
	for _, word := range []string{"911", "no", "1.50", "0x1F", "2024-01-02", "true", `"null"`} {
		f, err := lexicon.ReadYAML("a.yaml", []byte("language: en\nentries:\n  - {word: "+word+", say: it, spell: false}\n"))
		require.NoError(t, err, word)
		require.Equal(t, strings.Trim(word, `"`), f.Entries[0].Word)
		require.Equal(t, "en", f.Entries[0].Language)
	}
	for _, empty := range []string{"", "# nothing yet\n", "entries:\n", "language: en\n"} {
		f, err := lexicon.ReadYAML("a.yaml", []byte(empty))
		require.NoError(t, err, "%q", empty)
		require.Empty(t, f.Entries)
	}
}

const pls = `<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-GB">
  <meta name="author" content="desk"/>
  <metadata><note>of no concern</note></metadata>
  <lexeme role="noun">
    <grapheme>Leicester</grapheme>
    <grapheme>LEICESTER</grapheme>
    <phoneme>ˈlɛstə</phoneme>
    <phoneme prefer="true">ˈlɛstɚ</phoneme>
    <example>In Leicester.</example>
  </lexeme>
  <lexeme><grapheme>W3C</grapheme><alias>World Wide Web Consortium</alias></lexeme>
  <lexeme><grapheme>Thames</grapheme><phoneme alphabet="x-sampa">"tEmz</phoneme></lexeme>
  <lexeme role="verb"><grapheme>Leicester</grapheme><alias>other</alias></lexeme>
</lexicon>`

func TestPLSIsRead(t *testing.T) {
	f, err := lexicon.ReadPLS("a.pls", []byte(pls))
	require.NoError(t, err)
	type entry struct{ word, say, ipa string }
	var got []entry
	for _, e := range f.Entries {
		require.True(t, e.Exact)
		require.Equal(t, "en-GB", e.Language)
		got = append(got, entry{e.Word, e.Say, e.IPA})
	}
	require.Equal(t, []entry{
		{"Leicester", "", "ˈlɛstɚ"}, {"LEICESTER", "", "ˈlɛstɚ"}, {"W3C", "World Wide Web Consortium", ""}, {"Thames", "", "ˈtɛmz"},
	}, got)
	require.Len(t, f.Notes, 1)
	require.EqualError(t, f.Notes[0], `a.pls:14: "Leicester" is already in line 6; roles are not read, so the first reading counts`)
}

func TestPLSMistakesNameTheLine(t *testing.T) {
	inside := func(lexeme string) string { return "<lexicon alphabet=\"ipa\">\n" + lexeme + "</lexicon>" }
	for text, want := range map[string]string{
		"":                                       "a.pls: this is no PLS file: it has no element lexicon",
		"<html>":                                 "a.pls:1: this is no PLS file: it begins with the element html",
		`<lexicon xmlns="http://example.org/"/>`: "a.pls:1: this is no PLS file",
		`<!DOCTYPE lexicon [<!ENTITY a SYSTEM "file:///etc/passwd">]>`:                              "a.pls:1: the file has a document type declaration",
		`<?xml version="1.0" encoding="ISO-8859-1"?><lexicon/>`:                                     `save it as UTF-8`,
		inside("<lexeme><grapheme>a</lexeme>"):                                                      "a.pls:2: element <grapheme> closed by </lexeme>",
		inside("<lexeme><grapheme>&b;</grapheme></lexeme>"):                                         "a.pls:2: invalid character entity &b;",
		inside("<lexeme><grapheme>a</grapheme></lexeme>"):                                           `a.pls:2: "a" has no reading`,
		inside("<lexeme><alias>a</alias></lexeme>"):                                                 "a.pls:2: a lexeme has no grapheme",
		inside(`<lexeme><grapheme>a</grapheme><phoneme alphabet="x-sampa">§</phoneme></lexeme>`):    "a.pls:2: \"§\" is no X-SAMPA",
		inside(`<lexeme><grapheme>a</grapheme><phoneme alphabet="x-arpabet">AA</phoneme></lexeme>`): `a.pls:2: the alphabet "x-arpabet" is not known`,
		inside(strings.Repeat("<a>", 40)):                                                           "a.pls:2: the elements lie too deep",
	} {
		_, err := lexicon.ReadPLS("a.pls", []byte(text))
		require.ErrorContains(t, err, want, "%q", text)
	}
}

func TestOpenGoesByTheExtension(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "Names.PLS")
	require.NoError(t, os.WriteFile(path, []byte(pls), 0o644))
	f, err := lexicon.Open(path)
	require.NoError(t, err)
	require.Len(t, f.Entries, 4)
	path = filepath.Join(dir, "names.yaml")
	require.NoError(t, os.WriteFile(path, []byte("entries: [{word: a, say: b}]"), 0o644))
	f, err = lexicon.Open(path)
	require.NoError(t, err)
	require.Len(t, f.Entries, 1)
	_, err = lexicon.Open(filepath.Join(dir, "none.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestWhatIsWrittenIsReadTheSame(t *testing.T) {
	f, err := lexicon.ReadYAML("a.yaml", []byte(strings.Join([]string{
		"entries:", "- {word: 'no', say: '0: \"zero\" #1'}", "- {regexp: '\\d{2}\\s[a-z]', spell: true, case: exact}",
		"- {word: \"N'D\", ipa: ə ˈnd, language: fr, site: '*.example.org', section: Sport}", "- {word: a, leave: true, part: true}",
	}, "\n")))
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, lexicon.WriteYAML(&out, f.Entries))
	again, err := lexicon.ReadYAML("a.yaml", out.Bytes())
	require.NoError(t, err, out.String())
	require.Len(t, again.Entries, len(f.Entries))
	var second bytes.Buffer
	require.NoError(t, lexicon.WriteYAML(&second, again.Entries))
	require.Equal(t, out.String(), second.String())
	for i := range f.Entries {
		require.Equal(t, f.Entries[i].Subject(), again.Entries[i].Subject())
		require.Equal(t, f.Entries[i].Reading(), again.Entries[i].Reading())
	}
}

func TestCheckFindsWhatWillNotBeHeardAsItIsMeant(t *testing.T) {
	l, err := lexicon.New(read(t, "a.yaml",
		"{word: Leicester, say: Lester}", "{word: WCA, say: the 3 W's}", "{word: a b, say: Leicester fan}", "{word: same, say: same}",
		"{word: Thames, ipa: t3mz}", "{regexp: 'Q(\\d)', say: quarter $1}", "{word: dr, say: Dr.}",
	))
	require.NoError(t, err)
	var got []string
	for _, p := range l.Check(lexicon.StrangeIPA) {
		got = append(got, p.Error())
	}
	require.Equal(t, []string{
		`a.yaml:3: "WCA": the words "the 3 W's" are themselves read as "the three W's"; write them as they are to be heard`,
		`a.yaml:4: "a b": the words "Leicester fan" are themselves read as "Lester fan"; write them as they are to be heard`,
		`a.yaml:5: "same" is said as it is written; use leave to keep the rules from it`,
		`a.yaml:6: "Thames": the voice leaves out '3' of ipa "t3mz"`,
	}, got[:4])
}

func FuzzYAML(f *testing.F) {
	f.Add([]byte("language: en\nentries:\n- {word: Leicester, say: Lester}\n- {regexp: 'Q([1-4])', say: q $1, part: true}\n"))
	f.Add([]byte("entries:\n- &a {word: O’Neill, ipa: oʊˈniːl, case: exact}\n- *a\n- {word: 'x', spell: yes, site: '*.a'}"))
	f.Fuzz(func(t *testing.T, data []byte) { requireUsable(t, data, lexicon.ReadYAML) })
}

func FuzzPLS(f *testing.F) {
	f.Add([]byte(pls))
	f.Add([]byte(`<lexicon alphabet="x-sampa"><lexeme><grapheme>a&amp;b</grapheme><phoneme>"r\EdZ@` + "`" + `</phoneme></lexeme></lexicon>`))
	f.Fuzz(func(t *testing.T, data []byte) { requireUsable(t, data, lexicon.ReadPLS) })
}

// requireUsable checks that a file is refused with mistakes, or is a lexicon that reads texts.
func requireUsable(t *testing.T, data []byte, read func(string, []byte) (*lexicon.File, error)) {
	t.Helper()
	file, err := read("fuzz", data)
	var errs lexicon.Errors
	if err != nil {
		require.ErrorAs(t, err, &errs)
		require.NotEmpty(t, errs.Error())
		return
	}
	var out bytes.Buffer
	require.NoError(t, lexicon.WriteYAML(&out, file.Entries))
	again, err := lexicon.ReadYAML("again", out.Bytes())
	require.NoError(t, err, "%s", out.String())
	require.Len(t, again.Entries, len(file.Entries))
	l, err := lexicon.New(file)
	if err != nil {
		require.ErrorAs(t, err, &errs)
		return
	}
	text := "On Feb. 24 O’Neill paid $5 in Leicester\u00a0City in Q3."
	for e := range l.All() {
		text += " " + e.Subject()
	}
	requireCovered(t, l.For(english), text)
}

// FuzzText reads hostile texts with a fixed lexicon.
func FuzzText(f *testing.F) {
	for _, text := range []string{"Leicester's Des  Moines, Q3 F-16s", "a\u00adb \xff A\u0301 Zu\u0308rich a a a", "ＡＴ&T N’D 123456 Weinberger's"} {
		f.Add(text)
	}
	v := view(f, english, "{word: Leicester, ipa: ˈlɛstɚ}", "{word: Des Moines, say: De Moyn}", "{regexp: 'Q(\\d)', say: quarter $1}", "{word: F-16, leave: true}",
		"{word: a, say: b c}", "{word: berger, say: burger, part: true}", "{word: \"1\", say: uno, part: true}", "{word: Zürich, spell: true}", "{regexp: ' [b-d] ', say: x, part: true}")
	f.Fuzz(func(t *testing.T, text string) { requireCovered(t, v, text) })
}

// requireCovered checks the promises of a normalised text.
func requireCovered(t *testing.T, v *lexicon.View, text string) {
	t.Helper()
	end := 0
	for _, h := range v.Hits(text) {
		require.LessOrEqual(t, end, h.Start)
		require.Less(t, h.Start, h.End)
		end = h.End
	}
	require.LessOrEqual(t, end, len(text))
	r := say(v, text)
	at, from := 0, 0
	for _, s := range r.Spans {
		require.Equal(t, at, s.Start)
		require.Equal(t, from, s.From)
		require.Less(t, s.Start, s.End)
		if s.Class == "" {
			require.Equal(t, text[s.Start:s.End], r.Spoken[s.From:s.To])
			require.Empty(t, s.IPA)
		}
		if s.IPA != "" {
			require.Less(t, s.From, s.To)
		}
		at, from = s.End, s.To
	}
	require.Equal(t, len(text), at)
	require.Equal(t, len(r.Spoken), from)
}
