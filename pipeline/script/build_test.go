package script_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/pipeline/script/normalize"
)

var update = flag.Bool("update", false, "write the golden files")

// asWritten says what is written.
type asWritten struct{}

func (asWritten) Normalize(text string) normalize.Result {
	if text == "" {
		return normalize.Result{}
	}
	return normalize.Result{Spoken: text, Spans: []normalize.Span{{End: len(text), To: len(text)}}}
}

// digits says each digit of a number and leaves emoji out, so that tests have stretches that must not be cut.
type digits struct{}

var numberOrEmoji = regexp.MustCompile(`[$]?[0-9][0-9.,]*[0-9]|[0-9]|🎉`)

func (digits) Normalize(text string) normalize.Result {
	var spoken strings.Builder
	var spans []normalize.Span
	done := 0
	say := func(class string, end int, words string) {
		if done < end {
			from := spoken.Len()
			spoken.WriteString(words)
			spans = append(spans, normalize.Span{Class: class, Start: done, End: end, From: from, To: spoken.Len()})
			done = end
		}
	}
	names := strings.Fields("zero one two three four five six seven eight nine")
	for _, m := range numberOrEmoji.FindAllStringIndex(text, -1) {
		say("", m[0], text[done:m[0]])
		var words []string
		for _, c := range text[m[0]:m[1]] {
			switch {
			case c == '.' || c == ',':
				words = append(words, "point")
			case c <= '9' && c >= '0':
				words = append(words, names[c-'0'])
			case c == '$':
				words = append(words, "dollar")
			}
		}
		say("digits", m[1], strings.Join(words, " "))
	}
	say("", len(text), text[done:])
	return normalize.Result{Spoken: spoken.String(), Spans: spans}
}

func build(t *testing.T, a *article.Article, o script.Options) *script.Script {
	t.Helper()
	if o.Normalizer == nil {
		o.Normalizer = digits{}
	}
	if o.Pauses == (script.Pauses{}) {
		o.Pauses = script.DefaultPauses()
	}
	s, err := script.Build(a, o)
	require.NoError(t, err)
	check(t, a, s)
	return s
}

// check checks what Build promises of every script.
func check(t *testing.T, a *article.Article, s *script.Script) {
	t.Helper()
	acc := script.NewAccount(a, s)
	require.NoError(t, acc.Balance())
	text := func(block int) string {
		if block == script.TitleBlock {
			return a.Title
		}
		return a.Blocks[block].Text
	}
	done := map[int]int{}
	for _, u := range s.Utterances {
		require.True(t, strings.ContainsFunc(u.Spoken, func(r rune) bool { return r >= '0' && r != utf8.RuneError }), "%q", u.Spoken)
		written, spoken := 0, 0
		for _, span := range u.Spans {
			require.Equal(t, written, span.Start)
			require.Equal(t, spoken, span.From)
			if span.Class == "" {
				require.Equal(t, u.Written[span.Start:span.End], u.Spoken[span.From:span.To])
			}
			written, spoken = span.End, span.To
		}
		require.Len(t, u.Written, written)
		require.Len(t, u.Spoken, spoken)
		checkWords(t, u)
		if u.Block == script.NoticeBlock || u.Block == script.AnnouncementBlock {
			continue
		}
		require.Equal(t, text(u.Block)[u.Start:u.End], u.Written)
		require.LessOrEqual(t, done[u.Block], u.Start)
		done[u.Block] = u.End
	}
}

// checkWords checks what Words promises: order, stretches that are the same or do not overlap, and that every written
// letter and digit is in a word or not said.
func checkWords(t *testing.T, u script.Utterance) {
	t.Helper()
	told := make([]bool, len(u.Written))
	for _, span := range u.Spans {
		for i := span.Start; i < span.End; i++ {
			told[i] = span.From == span.To
		}
	}
	last := script.Word{}
	for _, w := range script.Words(u) {
		require.LessOrEqual(t, last.End, w.Start)
		require.Less(t, w.Start, w.End)
		require.Less(t, w.WrittenStart, w.WrittenEnd)
		require.LessOrEqual(t, w.WrittenEnd, len(u.Written))
		if last.WrittenStart != w.WrittenStart || last.WrittenEnd != w.WrittenEnd {
			require.LessOrEqual(t, last.WrittenEnd, w.WrittenStart, "%q", u.Written)
		}
		for i := w.WrittenStart; i < w.WrittenEnd; i++ {
			told[i] = true
		}
		last = w
	}
	for i, r := range u.Written {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			require.True(t, told[i], "byte %d of %q is in no word", i, u.Written)
		}
	}
}

func paragraphs(texts ...string) *article.Article {
	a := &article.Article{Language: "en"}
	for _, text := range texts {
		a.Blocks = append(a.Blocks, article.Block{Kind: article.Paragraph, Text: text})
	}
	return a
}

func written(s *script.Script) []string {
	var all []string
	for _, u := range s.Utterances {
		all = append(all, u.Written)
	}
	return all
}

func spoken(s *script.Script) []string {
	var all []string
	for _, u := range s.Utterances {
		all = append(all, u.Spoken)
	}
	return all
}

func harbour() *article.Article {
	return &article.Article{
		Language: "en",
		Title:    "Harbour to reopen in May",
		Blocks: []article.Block{
			{Kind: article.Paragraph, Text: "The harbour reopens on Monday. It cost $3.2 in all. Why? Nobody would say."},
			{Kind: article.Heading, Text: "What comes next", Level: 2},
			{Kind: article.Quote, Text: "“We are ready,” said Dr. Ann P. Lowe"},
			{Kind: article.Paragraph, Text: "* * *"},
			{Kind: article.ListItem, Text: "more ferries,"},
			{Kind: article.ListItem, Text: "a café 🎉"},
			{Kind: article.Paragraph, Text: "The council, which met for 6 hours on Sunday, heard that the pier had been repaired twice; that both " +
				"repairs failed within a year, because the old piles were never replaced; and that the third one, begun last spring, " +
				"should last until the children of those who now fish from it are old."},
		},
		Skipped: []article.Skipped{{Kind: article.Byline, Text: "By Tom Hale", Reason: "byline"}},
	}
}

func TestBuildMakesAWholeScript(t *testing.T) {
	a := harbour()
	s := build(t, a, script.Options{Notice: "This audio was made with an AI-generated voice."})
	var got bytes.Buffer
	encoder := json.NewEncoder(&got)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	require.NoError(t, encoder.Encode(map[string]any{"script": s, "account": script.NewAccount(a, s)}))
	const golden = "testdata/harbour.json"
	if *update {
		require.NoError(t, os.WriteFile(golden, got.Bytes(), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())

	var back struct {
		Script  script.Script
		Account script.Account
	}
	require.NoError(t, json.Unmarshal(got.Bytes(), &back))
	require.Equal(t, *s, back.Script)
	require.NoError(t, back.Account.Balance())
}

func TestBuildMergesSentencesOfOneOrTwoWords(t *testing.T) {
	for text, want := range map[string][]string{
		"No. He did not come.":                         {"No. He did not come."},
		"He did not come. Why not?":                    {"He did not come. Why not?"},
		"It rained all day. Yes. It did. We went out.": {"It rained all day.", "Yes. It did.", "We went out."},
		"Stop!":                            {"Stop!"},
		"Oh no. ----- It rained all day.":  {"Oh no.", "It rained all day."},
		"It rained all day. Oh no. ------": {"It rained all day. Oh no."},
		"In 1998. It rained all day.":      {"In 1998.", "It rained all day."}, // five words as spoken
		"今天下雨了。好。我们走了。":                    {"今天下雨了。", "好。我们走了。"},
	} {
		require.Equal(t, want, written(build(t, paragraphs(text), script.Options{})), text)
	}
	require.Len(t, build(t, paragraphs("Oh no.", "Not again."), script.Options{}).Utterances, 2, "blocks are never merged")
}

func TestBuildDoesNotMergeBeyondTheLimit(t *testing.T) {
	got := build(t, paragraphs("Oh no. It rained all day."), script.Options{MaxRunes: 20})
	require.Equal(t, []string{"Oh no.", "It rained all day."}, written(got))
}

func TestBuildCutsLongSentencesAtClauses(t *testing.T) {
	for _, tc := range []struct {
		text string
		max  int
		want []string
	}{
		{
			"The old town lay quiet; the new one, across the river, did not sleep.", 45,
			[]string{"The old town lay quiet;", "the new one, across the river, did not sleep."},
		},
		{"The old town lay quiet and the new one did not.", 40, []string{"The old town lay quiet", "and the new one did not."}},
		{"The old town lay quiet under heavy winter snow.", 40, []string{"The old town lay quiet", "under heavy winter snow."}},
		{"The old town—quiet at last—lay under snow again.", 40, []string{"The old town—quiet at last—", "lay under snow again."}},
		{"It came to 1,234,567,890 crowns.", 84, []string{"It came to", "1,234,567,890 crowns."}},
		{"Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 30, []string{"Aaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaa"}},
		{"昨天的会议持续了六个小时，没有人知道为什么，也没有人想问。", 20, []string{"昨天的会议持续了六个小时，", "没有人知道为什么，也没有人想问。"}},
	} {
		require.Equal(t, tc.want, written(build(t, paragraphs(tc.text), script.Options{MaxRunes: tc.max})), tc.text)
	}
}

func TestBuildKeepsEveryUtteranceWithinTheLimits(t *testing.T) {
	sentence := strings.Repeat("one of the 1,234 boats, which was 5 m long, sank; ", 30) + "and " + strings.Repeat("x", 500) + strings.Repeat("9", 400) + "."
	for _, limit := range []int{10, 30, 100, 250} {
		fits := func(spoken string) bool { return len(spoken) <= 2*limit }
		s := build(t, paragraphs(sentence), script.Options{MaxRunes: limit + 1, Fits: fits})
		for _, u := range s.Utterances {
			require.True(t, fits(u.Spoken), "%q", u.Spoken)
			require.LessOrEqual(t, utf8.RuneCountInString(u.Spoken), limit+1, "%q", u.Spoken)
		}
	}
}

func TestBuildLeavesNoTinyRest(t *testing.T) {
	sentence := strings.TrimSpace(strings.Repeat("The boats went out ", 16)) + ", sadly."
	for _, u := range build(t, paragraphs(sentence), script.Options{}).Utterances {
		require.Greater(t, utf8.RuneCountInString(u.Spoken), 100, "%q", u.Spoken)
	}
}

func TestBuildSaysWhichSignIsTooLongForTheVoice(t *testing.T) {
	_, err := script.Build(paragraphs("It rained."), script.Options{Normalizer: asWritten{}, Fits: func(string) bool { return false }})
	var tooLong *script.TooLongError
	require.ErrorAs(t, err, &tooLong)
	require.Equal(t, "I", tooLong.Sign)
	require.NotEmpty(t, tooLong.Hint())
	require.ErrorContains(t, err, "block 0 at byte 0")
}

func TestBuildEndsEveryUtteranceWithAStop(t *testing.T) {
	for text, want := range map[string]string{
		"What comes next":        "What comes next.",
		"What comes next?":       "What comes next?",
		"He said “no more.”":     "He said “no more.”",
		"He said “no more”":      "He said “no more”.",
		"These are the reasons:": "These are the reasons:",
		"more of the same,":      "more of the same.",
		"more of the same —":     "more of the same.",
		"wait for it…":           "wait for it…",
		"flats with 3":           "flats with three.",
		"明天会下雨":                  "明天会下雨。",
		"यह घर है":               "यह घर है।",
	} {
		s := build(t, paragraphs(text), script.Options{})
		require.Equal(t, []string{want}, spoken(s))
		if u := s.Utterances[0]; want != text && !strings.HasSuffix(text, "3") {
			require.Equal(t, "terminator", u.Spans[len(u.Spans)-1].Class, text)
		}
	}
}

func TestBuildSaysNothingOfSigns(t *testing.T) {
	s := build(t, paragraphs("* * *", "It rained all day. 🎉 *** !!! It stopped at noon.", " "), script.Options{})
	require.Equal(t, []string{"It rained all day. 🎉", "It stopped at noon."}, written(s)[:2])
	require.Equal(t, 0, s.Silent[0].Block)
	require.NotEmpty(t, s.Silent[0].Reason)
}

func TestBuildRefusesAnArticleOfSigns(t *testing.T) {
	for _, a := range []*article.Article{{}, {Title: "***"}, paragraphs("", " ", "?!", "🎉")} {
		_, err := script.Build(a, script.Options{Normalizer: digits{}, Notice: "An AI-generated voice."})
		require.ErrorIs(t, err, script.ErrNothingToSay)
	}
}

// broken maps one byte too few.
type broken struct{}

func (broken) Normalize(text string) normalize.Result {
	return normalize.Result{Spoken: text, Spans: []normalize.Span{{End: len(text) - 1, To: len(text) - 1}}}
}

func TestBuildRefusesANormaliserThatLosesText(t *testing.T) {
	_, err := script.Build(paragraphs("It rained."), script.Options{Normalizer: broken{}})
	require.ErrorContains(t, err, "breaks at byte 9")
}

func TestBuildPlansPauses(t *testing.T) {
	p := script.DefaultPauses()
	s := build(t, &article.Article{Language: "en", Title: "A town asleep", Blocks: []article.Block{
		{Kind: article.Paragraph, Text: "Is it all over? It is all over! The old town lay quiet; the new one lay quiet, and so on."},
		{Kind: article.Heading, Text: "What comes next"},
		{Kind: article.Quote, Text: "It is over. I am glad."},
		{Kind: article.ListItem, Text: "one more thing"},
	}}, script.Options{Notice: "An AI-generated voice reads.", MaxRunes: 36})
	type pause struct{ before, after time.Duration }
	want := []pause{
		{0, p.Notice},
		{0, p.Title},
		{0, p.Question},
		{0, p.Question},
		{0, p.Clause},
		{0, p.Paragraph},
		{p.HeadingBefore, p.HeadingAfter},
		{p.Quote, p.Sentence},
		{0, p.Quote},
		{0, p.ListItem},
	}
	var got []pause
	for _, u := range s.Utterances {
		got = append(got, pause{u.Before, u.After})
	}
	require.Equal(t, want, got, "%q", written(s))
}

func TestEstimateAddsTheLongerPause(t *testing.T) {
	s := script.Script{Utterances: []script.Utterance{
		{Spoken: strings.Repeat("é", 30), After: time.Second},
		{Spoken: strings.Repeat("é", 15), Before: 3 * time.Second, After: time.Hour},
	}}
	require.Equal(t, 6*time.Second, s.Estimate())
}

// noise makes text of what a front end trips over.
func noise(r *rand.Rand) string {
	units := []string{
		"The ", "boat ", "sank", ". ", ", ", "; ", "! ", "? ", "… ", "“", "” ", "Mr. ", "U.S. ", "12", "$3.2", "1,234,567 ", " — ", "🎉", "\u0301",
		"\xff", "é", "今天", "。", "、", "and ", "* * * ", "(", ") ", "xxxxxxxxxxxxxxxxxxxx", " ", "\u00a0", "\n\n", "• ", "1) ", "No. ", "नमस्ते", "।",
	}
	var b strings.Builder
	for range r.IntN(60) {
		b.WriteString(units[r.IntN(len(units))])
	}
	return b.String()
}

func TestBuildAccountsForEveryByteOfRandomText(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		a := paragraphs(noise(r), noise(r))
		a.Title = noise(r)
		a.Language = []string{"en", "de", "zh", ""}[r.IntN(4)]
		s, err := script.Build(a, script.Options{Normalizer: digits{}, MaxRunes: 2 + r.IntN(80), Pauses: script.DefaultPauses()})
		if err != nil {
			require.ErrorIs(t, err, script.ErrNothingToSay)
			continue
		}
		check(t, a, s)
	}
}

func FuzzBuild(f *testing.F) {
	f.Add("The $3.2 boat, which sank; and so on. No. Oh!", 12)
	f.Add("今天下雨了。好。\u0301\xff 1,2,3,4,5,6 ---", 3)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		a := paragraphs(text)
		s, err := script.Build(a, script.Options{Normalizer: digits{}, MaxRunes: max(2, limit%300)})
		if err != nil {
			require.ErrorIs(t, err, script.ErrNothingToSay)
			return
		}
		check(t, a, s)
	})
}

func BenchmarkBuild(b *testing.B) {
	for name, text := range map[string]string{
		"news":    strings.Repeat("The ministry said on Tuesday that most of them had left their homes. It rained for days. ", 50),
		"no stop": strings.Repeat("word ", 40_000),
		"no gap":  strings.Repeat("x", 200_000),
		"number":  strings.Repeat("9", 20_000),
		"short":   strings.Repeat("Ha! ", 50_000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := script.Build(paragraphs(text), script.Options{Normalizer: asWritten{}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestWhatIsLeftOutIsAnnouncedInTheArticlesLanguage(t *testing.T) {
	for language, want := range map[string][]string{
		"en-GB": {"Table with one row, not read.", "Table with twelve rows, not read.", "Computer code, not read."},
		"de":    {"Tabelle mit einer Zeile, nicht vorgelesen.", "Tabelle mit zwölf Zeilen, nicht vorgelesen.", "Programmcode, nicht vorgelesen."},
		"fr":    {"Tableau d'une ligne, non lu.", "Tableau de 12 lignes, non lu.", "Code informatique, non lu."},
		"es-MX": {"Tabla de una fila, no leída.", "Tabla de 12 filas, no leída.", "Código informático, no leído."},
		"it":    {"Tabella di una riga, non letta.", "Tabella di 12 righe, non letta.", "Codice informatico, non letto."},
		"pt-BR": {"Tabela com uma linha, não lida.", "Tabela com 12 linhas, não lida.", "Código informático, não lido."},
		"nl":    {"Tabel met één rij, niet voorgelezen.", "Tabel met 12 rijen, niet voorgelezen.", "Computercode, niet voorgelezen."},
		"ko":    nil,
	} {
		a := &article.Article{
			Language: language, Title: "Title", Blocks: []article.Block{{Kind: article.Paragraph, Text: "Before the table."}, {Kind: article.Paragraph, Text: "After the table."}},
			Announced: []article.Announcement{{Kind: article.TableRow, Rows: 1, Before: 1}, {Kind: article.TableRow, Rows: 12, Before: 1}, {Kind: article.Code, Before: 2}},
		}
		s, err := script.Build(a, script.Options{Normalizer: normalize.New(language), Pauses: script.DefaultPauses()})
		require.NoError(t, err)
		var order []int
		var said []string
		for _, u := range s.Utterances {
			order = append(order, u.Block)
			if u.Block == script.AnnouncementBlock {
				require.Equal(t, script.Announcement, u.Role)
				require.NotZero(t, u.After)
				said = append(said, u.Spoken)
			}
		}
		require.Equal(t, want, said, language)
		acc := script.NewAccount(a, s)
		require.NoError(t, acc.Balance())
		require.Len(t, acc.Added, len(want))
		if want != nil {
			require.Equal(t, []int{-1, 0, -3, -3, 1, -3}, order)
			require.Equal(t, script.Addition{Role: script.Announcement, Spoken: want[0], Before: 1}, acc.Added[0])
			require.Equal(t, 2, acc.Added[2].Before)
		}
	}
}

func TestNumberOfAListItemIsSaidAndAccountedForAsAnAddition(t *testing.T) {
	for language, want := range map[string]string{"en": "twenty-one. Pay the toll.", "de": "einundzwanzig. Pay the toll.", "fr": "21. Pay the toll."} {
		a := &article.Article{Language: language, Announced: []article.Announcement{{Kind: article.Code, Before: 1}}, Blocks: []article.Block{
			{Kind: article.ListItem, Text: "Pay the toll. Then cross the river by the bridge.", Number: 21},
			{Kind: article.ListItem, Text: "Go on."},
			{Kind: article.ListItem, Text: "*", Number: 3},
		}}
		s := build(t, a, script.Options{Normalizer: normalize.New(language)})
		require.Equal(t, want, s.Utterances[0].Spoken)
		require.Equal(t, "Pay the toll.", s.Utterances[0].Written)
		require.Equal(t, "Then cross the river by the bridge.", s.Utterances[1].Spoken)
		require.Contains(t, []string{"Computer code, not read.", "Programmcode, nicht vorgelesen.", "Code informatique, non lu."}, s.Utterances[2].Spoken)
		require.Equal(t, "Go on.", s.Utterances[3].Spoken)
		piece := script.NewAccount(a, s).Blocks[0].Pieces[0]
		require.Equal(t, script.AccountPiece{State: script.Respoken, Rule: "list-number", To: strings.TrimSuffix(want, "Pay the toll.")}, piece)
		words := script.Words(s.Utterances[0])
		require.Len(t, words, 3, "the number is no word of the article")
		require.Equal(t, 0, words[0].WrittenStart)
	}
	long := strings.Repeat("a list that goes on, ", 60)
	s := build(t, &article.Article{Language: "en", Blocks: []article.Block{{Kind: article.ListItem, Text: long, Number: 7}}}, script.Options{MaxRunes: 60, Normalizer: normalize.New("en")})
	require.True(t, strings.HasPrefix(s.Utterances[0].Spoken, "seven. a list"))
	for _, u := range s.Utterances {
		require.LessOrEqual(t, utf8.RuneCountInString(u.Spoken), 60)
	}
}
