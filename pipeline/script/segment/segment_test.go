package segment

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/testdata/hostile"
)

func split(text, lang string) []string {
	var got []string
	for start, end := range Sentences(text, lang) {
		got = append(got, text[start:end])
	}
	return got
}

// The sentences of each case are parted by " | "; the text is the case with single spaces there.
func TestSentencesOfEnglishNews(t *testing.T) {
	for _, tc := range []struct{ name, want string }{
		{"plain", "The ship sank. | Nobody was hurt! | Who paid?"},
		{"title before a name", "Gen. Oduya met Dr. Lis and Prof. Wren. | They talked."},
		{"title between two sentences", "She thanked Mr. Baines. | Mrs. Orton left."},
		{"initials", "R. J. Marlow and Ann P. Keble won. | J.T. Rusk lost."},
		{"initial then an opener", "They called it Plan B. | The name stuck."},
		{"the pronoun I", "My brother and I. | Anna stayed home."},
		{"country before a noun", "The U.S. Senate voted. | The U.K. Treasury did not."},
		{"country at the end", "He moved to the U.S. | It was cheaper there."},
		{"country before lower case", "He moved to the U.S. last year."},
		{"abbreviation behind a hyphen", "They met non-U.S. rivals and ex-Sen. Ruiz."},
		{"company before a noun", "Marrow Inc. Chairman Lee resigned."},
		{"company at the end", "She works for Marrow Inc. | The firm is small."},
		{"junior", "Tom Hale Jr. Park opened. | Tom Hale Jr. | He was a runner."},
		{"time in the middle", "The vote is at 7 p.m. Thursday in Leeds."},
		{"time with a zone", "Polls close at 8 p.m. Eastern time."},
		{"time at the end", "Polls close at 8 p.m. | Turnout was low."},
		{"fronted time", "By 6 p.m. Ms. Lowe had gone."},
		{"fronted place", "In the U.S. The Clash sold more."},
		{"number sign", "See No. 12 and pp. 4-9. | No. | Never."},
		{"ordinary no", "Was it fair? | No. | Twelve people said so."},
		{"volume", "It is in Vol. IV of the set."},
		{"month", "It began on Sept. 4 and ended on Oct. 2. | Rain fell."},
		{"month that ends", "It began last Sept. | The rain had stopped."},
		{"et cetera", "Bring rope, tape etc. | Leave the dog."},
		{"et cetera goes on", "Bring rope, tape etc. to the hut."},
		{"decimals and money", "It rose 3.5 per cent to $1.20. | It fell again."},
		{"a year", "It opened in 1998. | Two more followed."},
		{"digits begin", "It opened in May. | 20 people came. | $5 was the fee."},
		{"domain", "Go to example.com or mail a.b@example.org. | Thanks for reading."},
		{"address with a query", "See https://example.org/a?b=1.2&c=Yes! | Then close it."},
		{"file", "The file report.v2.pdf is here."},
		{"quotation and its speaker", "“Are you sure?” she asked. | “No,” he said."},
		{"quotation ends", "He said: “It is over.” | Nobody believed him."},
		{"two quotations", "\"It is over.\" | \"It is not.\""},
		{"single quotation marks", "'It works!' shouted Ann. | 'It works.' | Then it broke."},
		{"exclaiming name", "Yahoo! shares rose. | He left Yahoo! in May. | He left Yahoo! | The rest stayed."},
		{"double marks", "Really?! | Yes!! | Fine..."},
		{"ellipsis goes on", "It was ... well, odd… and late."},
		{"ellipsis ends", "It was odd... | Nobody spoke."},
		{"ellipsis before I", "It was odd ... I left."},
		{"four full stops", "It was odd.... | Nobody spoke."},
		{"omission in brackets", "He [...] We went (?) home (!) Then slept."},
		{"parenthesis inside", "The plan (He wrote it himself.) failed."},
		{"parenthesis after", "The plan failed. | (He wrote it himself.) | It rained."},
		{"footnote", "The plan failed.[12] | It rained."},
		{"emoji", "We won! 🎉 | Next week we rest."},
		{"numbered list", "1. Wash the rice. | 2 cups will do. | 2. Boil it."},
		{"list without stops", "1) Wash the rice | 2) Boil it | 3) Serve"},
		{"lettered list", "a) wash | b) boil | c) serve"},
		{"bullets", "• Wash the rice | • 2 cups of it | • Boil it"},
		{"no list", "He chose option 2. | The rest chose 3) and left."},
		{"missing space", "The plan failed. | It rained."},
		{"lower-case sentence", "the plan failed. | it rained."},
		{"greeting", "Dear Ms Hall, | Thank you for the book. | Kind regards, | Ann Lowe"},
		{"rule", "End of part one | ------ | Part two begins"},
		{"time stamp", "Ann Lowe | 04/05/2021 09:15 AM | The minutes are ready."},
		{"trailing full stop missing", "The plan failed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := strings.Split(tc.want, " | ")
			require.Equal(t, want, split(strings.Join(want, " "), "en"))
		})
	}
}

func TestSentencesWhereASpaceIsMissing(t *testing.T) {
	for text, want := range map[string][]string{
		"The plan failed.It rained.":         {"The plan failed.", "It rained."},
		"It failed!Nobody cared.":            {"It failed!", "Nobody cared."},
		"He said “stop.”She stopped.":        {"He said “stop.”", "She stopped."},
		"Built with Node.js and Socket.Io.":  {"Built with Node.js and Socket.Io."},
		"The M.Sc.Course at St.Andrews.":     {"The M.Sc.Course at St.Andrews."},
		"One paragraph\n\nAnd another one":   {"One paragraph", "And another one"},
		"One line\nthat goes on. And more.":  {"One line\nthat goes on.", "And more."},
		"  outer space . \t Trimmed away.\n": {"outer space .", "Trimmed away."},
		"":                                   nil,
		" \t\n\u00a0\u3000":                  nil,
		"...":                                {"..."},
		"\xff\xfe. A\xc3 b":                  {"\xff\xfe.", "A\xc3 b"},
	} {
		require.Equal(t, want, split(text, "en"), "%q", text)
	}
}

func TestSentencesOfOtherLanguages(t *testing.T) {
	for _, tc := range []struct{ lang, want string }{
		{"de", "Am 3. Mai kam Dr. Weiß, z.B. mit dem Zug. | Er blieb bis 1998. | Die Stadt war leer."},
		{"de", "Ludwig XIV. war König. | Das kostet 3 Mio. Euro. | »Gut.« | Sie ging."},
		{"de-AT", "Die Meier GmbH & Co. KG hat ca. 40 Leute. | Nr. 5 fehlt."},
		{"fr", "M. Petit et Mme Roux sont là. | « Oui. » | Il est parti à Paris, etc. | Les autres aussi."},
		{"fr", "Voir art. 12 et p. 4. | « Pourquoi ? » demande-t-elle."},
		{"es", "El Sr. Paz vive en EE. UU. | El resto no. | ¿Por qué? | ¡Ya ves!"},
		{"es", "Mide aprox. 3 m. | Véase la pág. 5."},
		{"it", "Il sig. Neri abita al n. 5. | La casa è vuota. | L'avv. Riva no."},
		{"pt", "O Sr. Lima mora na Av. Central. | A casa tem 3 quartos."},
		{"nl", "Dhr. De Vries kwam o.a. met prof. Smit. | Het was laat."},
		{"ru", "Это было в 1998 г. и позже. | Потом дождь пошёл! | Да?"},
		{"pl", "To jest ok. dwa metry. | Potem deszcz."},
		{"el", "Ήρθε αργά. | Έφυγε νωρίς."},
		{"hi", "यह पहला वाक्य है। | यह दूसरा है।"},
		{"ar", "هل وصل القطار؟ | نعم وصل."},
		{"ur", "یہ پہلا ہے۔ | یہ دوسرا ہے۔"},
		{"hy", "Սա առաջինն է։ | Սա երկրորդն է։"},
	} {
		t.Run(tc.lang, func(t *testing.T) {
			want := strings.Split(tc.want, " | ")
			require.Equal(t, want, split(strings.Join(want, " "), tc.lang))
		})
	}
	require.Equal(t, []string{"今天下雨。", "他说：“走吧！”", "我们走了？"}, split("今天下雨。他说：“走吧！”我们走了？", "zh"))
	require.Equal(t, []string{"「行こう。」と彼は言った。", "雨だ。"}, split("「行こう。」と彼は言った。雨だ。", "ja"))
}

func TestSentencesTakesAnyLanguageTag(t *testing.T) {
	for _, lang := range []string{"", "en", "EN-gb", "en_US", "xx", "x-klingon", "tlh", strings.Repeat("z", 1000)} {
		require.Equal(t, []string{"It rained.", "We left."}, split("It rained. We left.", lang), lang)
	}
}

// lossless checks what Sentences promises of every text.
func lossless(t *testing.T, text, lang string) {
	t.Helper()
	last := 0
	for start, end := range Sentences(text, lang) {
		require.Empty(t, strings.TrimSpace(text[last:start]), "gap at byte %d of %q", last, text)
		require.Less(t, start, end, "%q", text)
		require.Equal(t, strings.TrimSpace(text[start:end]), text[start:end], "%q", text)
		if utf8.ValidString(text) {
			require.True(t, utf8.ValidString(text[start:end]), "a rune is cut in %q", text)
		}
		last = end
	}
	require.Empty(t, strings.TrimFunc(text[last:], unicode.IsSpace), "after byte %d of %q", last, text)
}

var languages = []string{"en", "de", "fr", "es", "it", "pt", "nl", "el", "hi", "hy", "ru", "zh", ""}

func FuzzSentences(f *testing.F) {
	for _, seed := range []string{
		"At 5 a.m. Mr. Smith left. . . . The “end.” (Really?!) 1.) a 2.) b • c", "。」と", ". . . ", "a\u00a0.b \u2028 c",
		"\xff. \xe2\x80. A", "http://a.b http://c.d ===== :-) 01/02/2003 04:05 AM x", "Dear A, B", "Ⅷ.Ⓐ ﬁ.ﬁ", "EE. UU. 3. Der", "’s A. (ret.) B", "x: 1. A 2. B", "a@b.c To: 🎉🎉 The", "α; Β: Գ",
	} {
		for i := range languages {
			f.Add(seed, uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, text string, lang uint8) {
		lossless(t, text, languages[int(lang)%len(languages)])
	})
}

func TestSentencesLosesNothingOfHostileText(t *testing.T) {
	for _, text := range repeated(2000) {
		for _, lang := range languages {
			lossless(t, text, lang)
		}
	}
	inputs, err := hostile.Load()
	require.NoError(t, err)
	for i, in := range inputs {
		lossless(t, string(in.Data), languages[i%len(languages)])
	}
}

func TestSentencesAllocatesNothingPerSentence(t *testing.T) {
	text := strings.Repeat("At 5 a.m. Mr. Smith went to the U.S. with “both.” He saw No. 4, e.g. at https://example.org. ", 200)
	few, many := text[:len(text)/100], text
	for _, lang := range languages {
		count := func(text string) float64 {
			return testing.AllocsPerRun(10, func() {
				for range Sentences(text, lang) {
					continue
				}
			})
		}
		require.LessOrEqual(t, count(many), count(few), lang)
	}
}

func TestParseTableNamesTheFaultyLine(t *testing.T) {
	for data, want := range map[string]string{
		"[title]\nDr\n[nothing]": "line 3",
		"= pronoun":              "line 1",
		"[title]\n" + strings.Repeat("long", 100): "line 2",
	} {
		_, err := parseTable(data)
		require.ErrorContains(t, err, want)
	}
}

// repeated gives texts that have driven segmenters into quadratic time, each about size bytes.
func repeated(size int) []string {
	var all []string
	for _, unit := range []string{
		".", ". ", "!", "?!", "…", " ", "\u00a0", "\n", "(", ")", "“", "”", "'", "\"", "1", "1.", "1. ", "1.) ", "a. ", "• ", "Mr. ",
		"U.S. ", "U.", "a", "a.B", "A.B ", "x!Y", ".)", ". )", " :)", "[1]", ".[1]", "。", "」", "é", "é.", "-", "- ", "— ", "http://", "www. ",
		"01/02/2003 04:05 AM ", "Dear, ", "[...] ", ". . ", " .", "¿", "\xff", "\xe2\x80", "\u0301", "p.m. ", "\".", "No. 1 ",
	} {
		all = append(all, strings.Repeat(unit, size/len(unit)), "A "+strings.Repeat(unit, size/len(unit))+"b")
	}
	return all
}

func BenchmarkSentences(b *testing.B) {
	text := strings.Repeat("The ministry said on Tuesday that 3.5 million people, most of them in the north, had left their homes. "+
		"“We did not expect this,” said Dr. Ann P. Lowe, who leads the U.S. team. It rained for 12 days in Sept. 2021. ", 500)
	languageTable("en") // is read once
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		for range Sentences(text, "en") {
			continue
		}
	}
}

// BenchmarkSentencesOfHostileText takes the texts above, about 200 kB each, and the hostile inputs of the project, up to
// 1 MB. None may take more than 50 ms.
func BenchmarkSentencesOfHostileText(b *testing.B) {
	run := func(name, text string) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				for range Sentences(text, "en") {
					continue
				}
			}
		})
	}
	for _, text := range repeated(200_000) {
		run(strings.ReplaceAll(text[:min(12, len(text))], "/", "|"), text)
	}
	inputs, err := hostile.Load()
	require.NoError(b, err)
	for _, in := range inputs {
		run(in.ID, string(in.Data))
	}
}
