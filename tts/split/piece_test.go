package split

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/words"
)

func texts(pieces []Piece) (list []string) {
	for _, p := range pieces {
		list = append(list, p.Text)
	}
	return list
}

func TestPiecesAreCutWhereAReaderWouldBreathe(t *testing.T) {
	for _, test := range []struct {
		limit int
		text  string
		want  []string
	}{
		{40, "Short enough.", []string{"Short enough."}},
		{40, "The bridge is closed now. Nobody knew why it was.", []string{"The bridge is closed now.", "Nobody knew why it was."}},
		{45, "The old bridge is closed; nobody knew why, they said.", []string{"The old bridge is closed;", "nobody knew why, they said."}},
		{45, "The old bridge is closed, and nobody knew why.  ", []string{"The old bridge is closed,", "and nobody knew why."}},
		{30, "“Why is the bridge closed?” he asked everyone.", []string{"“Why is the bridge closed?”", "he asked everyone."}},
		{30, "They called for Dr. Smith and nobody came.", []string{"They called for Dr. Smith", "and nobody came."}},
		{30, "one two three four five six seven eight", []string{"one two three four", "five six seven eight"}},
		{20, "one two three four five six seven eight nine", []string{"one two three", "four five six", "seven eight nine"}},
		{10, strings.Repeat("a", 25), []string{"aaaaaaaa", "aaaaaaaa", "aaaaaaaaa"}},
		{12, "The " + strings.Repeat("x", 14) + " ends.", []string{"The", "xxxxxxxxxx", "xxxx ends."}},
		{10, "日本語の文章です。次の文章です。", []string{"日本語の文章です。", "次の文章です。"}},
		{12, "これは長い文章、とても長い文章です。", []string{"これは長い文章、", "とても長い文章です。"}},
		{9, "about 10\u00a0000 cars", []string{"about", "10\u00a0000", "cars"}},
		{10, strings.Repeat("?!", 50) + " what", []string{"what"}},
		{10, "x" + strings.Repeat(".", 300) + "y", []string{"x.........", "y"}},
		{5, "e\u0301e\u0301e\u0301e\u0301", []string{"e\u0301e\u0301", "e\u0301e\u0301"}},
		{4, "a" + strings.Repeat("\u0301", 9), []string{"a\u0301\u0301\u0301"}},
		{1, "ab", []string{"a", "b"}},
		{30, "First line of two\n\nand the second one", []string{"First line of two", "and the second one"}},
	} {
		pieces, warnings, err := Pieces(tts.Request{Text: test.text}, tts.Limit{N: test.limit, Unit: tts.Runes})
		require.NoError(t, err, test.text)
		require.Empty(t, warnings)
		require.Equal(t, test.want, texts(pieces), "%d: %s", test.limit, test.text)
	}
}

func TestLimitsInBytesCountBytes(t *testing.T) {
	pieces, _, err := Pieces(tts.Request{Text: "ééé ééé ééé"}, tts.Limit{N: 8, Unit: tts.Bytes})
	require.NoError(t, err)
	require.Equal(t, []string{"ééé", "ééé", "ééé"}, texts(pieces))
}

func TestWhatCannotBeCutIsAnError(t *testing.T) {
	_, _, err := Pieces(tts.Request{Text: "日本"}, tts.Limit{N: 2, Unit: tts.Bytes})
	require.ErrorAs(t, err, new(*tts.TooLong))
	_, _, err = Pieces(tts.Request{Text: "... --- ..."}, tts.Limit{N: 2, Unit: tts.Bytes})
	require.ErrorIs(t, err, tts.ErrNothingToSay)
}

func TestPronunciationsMoveWithTheirWords(t *testing.T) {
	text := "The Nguyen bridge in New York is closed."
	at := func(word string) tts.Phonemes {
		start := strings.Index(text, word)
		return tts.Phonemes{Start: start, End: start + len(word), IPA: word}
	}
	r := tts.Request{Text: text, Phonemes: []tts.Phonemes{at("Nguyen"), at("New York")}}
	for limit := 8; limit <= len(text); limit++ {
		pieces, warnings, err := Pieces(r, tts.Limit{N: limit, Unit: tts.Runes})
		require.NoError(t, err)
		require.Empty(t, warnings)
		var got []string
		for _, p := range pieces {
			for _, ph := range p.Phonemes {
				require.Equal(t, ph.IPA, p.Text[ph.Start:ph.End], "limit %d", limit)
				got = append(got, ph.IPA)
			}
		}
		require.Equal(t, []string{"Nguyen", "New York"}, got, "limit %d", limit)
	}
	pieces, warnings, err := Pieces(r, tts.Limit{N: 7, Unit: tts.Runes})
	require.NoError(t, err)
	require.Len(t, warnings, 1, "a pronunciation that is too long for any piece")
	require.Equal(t, strings.Fields(text), strings.Fields(strings.Join(texts(pieces), " ")))
}

func TestPiecesKnowWhatIsSaidAroundThem(t *testing.T) {
	r := tts.Request{Text: "one two three", Before: "zero", After: "four", Voice: "v", Seed: 7, Article: "a"}
	pieces, _, err := Pieces(r, tts.Limit{N: 5, Unit: tts.Runes})
	require.NoError(t, err)
	require.Len(t, pieces, 3)
	said := []string{"zero", "one", "two", "three", "four"}
	for i, p := range pieces {
		require.Equal(t, []string{p.Before, p.Text, p.After}, said[i:i+3])
		require.Equal(t, []any{"v", uint64(7), "a"}, []any{p.Voice, p.Seed, p.Article})
		require.Equal(t, p.Text, r.Text[p.Start:p.Start+len(p.Text)])
	}
}

func TestHalvesAreTwoOfAboutTheSameLength(t *testing.T) {
	first, second, ok := Halves(tts.Request{Text: " The old bridge is closed, and nobody knows for how long. "})
	require.True(t, ok)
	require.Equal(t, []string{"The old bridge is closed,", "and nobody knows for how long."}, []string{first.Text, second.Text})
	first, second, ok = Halves(tts.Request{Text: "bridges"})
	require.True(t, ok)
	require.Equal(t, "bridges", first.Text+second.Text)
	for _, text := range []string{"", "a", "...", "a!", "日。"} {
		_, _, ok := Halves(tts.Request{Text: text})
		require.False(t, ok, text)
	}
	r := tts.Request{Text: "ab", Phonemes: []tts.Phonemes{{Start: 0, End: 2, IPA: "x"}}}
	_, _, ok = Halves(r)
	require.False(t, ok, "a pronunciation is not cut")
}

// holds says what is true of the pieces of any request.
func holds(t *testing.T, r tts.Request, limit tts.Limit) {
	t.Helper()
	pieces, warnings, err := Pieces(r, limit)
	if err != nil {
		require.True(t, err == tts.ErrNothingToSay || tooLarge(r.Text, limit), "%v", err) //nolint:errorlint // no other is meant
		return
	}
	at, spans := 0, 0
	for _, p := range pieces {
		require.True(t, limit.Fits(p.Text), "%q", p.Text)
		require.NoError(t, tts.Info{Limit: limit}.Check(p.Request), "%q", p.Text)
		require.GreaterOrEqual(t, p.Start, at)
		require.False(t, strings.ContainsFunc(r.Text[at:p.Start], sayable), "lost: %q", r.Text[at:p.Start])
		require.Equal(t, p.Text, r.Text[p.Start:p.Start+len(p.Text)])
		at = p.Start + len(p.Text)
		for _, ph := range p.Phonemes {
			require.Equal(t, r.Text[p.Start+ph.Start:p.Start+ph.End], p.Text[ph.Start:ph.End])
		}
		spans += len(p.Phonemes)
	}
	require.False(t, strings.ContainsFunc(r.Text[at:], sayable), "lost: %q", r.Text[at:])
	if len(warnings) == 0 {
		for _, ph := range r.Phonemes {
			if !strings.ContainsFunc(r.Text[ph.Start:ph.End], sayable) {
				return // it may go with signs that do not fit
			}
		}
		require.Equal(t, len(r.Phonemes), spans)
	}
}

// tooLarge says whether a letter of a text is larger than the limit.
func tooLarge(text string, limit tts.Limit) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return sayable(r) && !limit.Fits(string(r)) })
}

func TestPiecesOfAnyTextHoldAllItsWords(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	alphabet := []string{
		"bridge", "a", "Müller", "日本語", "e\u0301", "👩‍👩‍👧", "3.5", strings.Repeat("long", 20), "Dr.", "מים",
		" ", " ", " ", " ", " ", ", ", ". ", "; ", "。", "、", "… ", "—", " – ", "!?", "\n", "\u00a0", "......", "“", "”",
	}
	for range 3000 {
		var text strings.Builder
		var r tts.Request
		for range random.IntN(60) {
			part := alphabet[random.IntN(len(alphabet))]
			if random.IntN(8) == 0 && strings.ContainsFunc(part, sayable) {
				r.Phonemes = append(r.Phonemes, tts.Phonemes{Start: text.Len(), End: text.Len() + len(part), IPA: "x"})
			}
			text.WriteString(part)
		}
		r.Text = text.String()
		limit := tts.Limit{N: 1 + random.IntN(60), Unit: []tts.Unit{tts.Runes, tts.Bytes}[random.IntN(2)]}
		holds(t, r, limit)
	}
}

func TestWordsThatFitStayWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		text := sentenceOf(random, 5+random.IntN(200))
		limit := tts.Limit{N: 12 + random.IntN(100), Unit: tts.Runes}
		pieces, _, err := Pieces(tts.Request{Text: text}, limit)
		require.NoError(t, err)
		require.Equal(t, strings.Fields(text), strings.Fields(strings.Join(texts(pieces), " ")))
	}
}

func TestNoPieceIsATinyRest(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 1000 {
		text := sentenceOf(random, 20+random.IntN(300))
		limit := tts.Limit{N: 80 + random.IntN(100), Unit: tts.Runes}
		pieces, _, err := Pieces(tts.Request{Text: text}, limit)
		require.NoError(t, err)
		if len(pieces) == 1 {
			continue
		}
		shortest := slices.Min(lengths(pieces))
		require.GreaterOrEqual(t, shortest, limit.N/6, "%d: %q", limit.N, texts(pieces))
		require.LessOrEqual(t, len(pieces), 1+2*utf8.RuneCountInString(text)/limit.N, "%d: %q", limit.N, texts(pieces))
	}
}

func lengths(pieces []Piece) (list []int) {
	for _, p := range pieces {
		list = append(list, utf8.RuneCountInString(p.Text))
	}
	return list
}

// sentenceOf is a text of n words of at most 12 letters.
func sentenceOf(random *rand.Rand, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(string(rune('a'+random.IntN(26))), 1+random.IntN(11)))
		if i+1 < n {
			b.WriteString([]string{" ", " ", " ", " ", " ", ", ", "; ", ". "}[random.IntN(8)])
		}
	}
	return b.String()
}

// A text of many pieces and many pronunciations takes no time that grows with their product.
func BenchmarkPronunciations(b *testing.B) {
	var r tts.Request
	for range 5000 {
		r.Phonemes = append(r.Phonemes, tts.Phonemes{Start: len(r.Text), End: len(r.Text) + 2, IPA: "x"})
		r.Text += "ab "
	}
	for b.Loop() {
		if _, _, err := Pieces(r, tts.Limit{N: 3, Unit: tts.Runes}); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzPieces(f *testing.F) {
	f.Add("The minister said: “No.” Then he left, quickly.", 10, true, 4, 12)
	f.Add("日本語の文章です。次の文章です。", 9, false, 0, 3)
	f.Add("caf\xe9 \xff\xfe\xfd hello", 3, true, 1, 6)
	f.Add("x....................y", 3, true, 0, 0)
	f.Add(" \xf40", 83, true, -73, 62)
	f.Fuzz(func(t *testing.T, text string, n int, inRunes bool, from, to int) {
		limit := tts.Limit{N: max(n, 1), Unit: tts.Bytes}
		if inRunes {
			limit.Unit = tts.Runes
		}
		r := tts.Request{Text: text}
		pieces, _, err := Pieces(tts.Request{Text: text, Phonemes: []tts.Phonemes{{Start: from, End: to}, {Start: to, End: from}}}, limit)
		if err == nil { // whatever the pronunciations are
			require.NotEmpty(t, pieces)
		}
		if spans := words.Of(text); len(spans) > 0 {
			w := spans[uint(from)%uint(len(spans))]
			r.Phonemes = []tts.Phonemes{{Start: w.Start, End: w.End, IPA: "x"}}
		}
		holds(t, r, limit)
		if first, second, ok := Halves(r); ok {
			require.True(t, strings.ContainsFunc(first.Text, sayable) && strings.ContainsFunc(second.Text, sayable))
			require.LessOrEqual(t, first.Start+len(first.Text), second.Start)
		}
	})
}

func BenchmarkPieces(b *testing.B) {
	text := sentenceOf(rand.New(rand.NewPCG(7, 8)), 20_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, _, err := Pieces(tts.Request{Text: text}, tts.Limit{N: 200, Unit: tts.Runes}); err != nil {
			b.Fatal(err)
		}
	}
}
