package timing

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// reading makes words and sentences as a recording has them: pauses, words that are said as several, blocks in any
// order, bytes that are skipped.
func reading(r *rand.Rand) (words []Word, sentences []Sentence) {
	now := int64(r.IntN(400))
	blocks := r.Perm(4)
	slices.SortStableFunc(blocks, func(a, b int) int { return min(a, 1) - min(b, 1) }) // the notice first
	for _, block := range blocks {
		at := 0
		for range r.IntN(4) {
			s := Sentence{Block: block - 2, Start: at, From: now}
			for range 1 + r.IntN(6) {
				end := at + 1 + r.IntN(9)
				for range 1 + r.IntN(3) {
					to := now + 1 + int64(r.IntN(300))
					words = append(words, Word{Block: block - 2, Start: at, End: end, Text: strings.Repeat("x", end-at), From: now, To: to})
					now = to + int64(r.IntN(2)*r.IntN(50))
				}
				at = end + r.IntN(3)
			}
			s.End, s.To = words[len(words)-1].End, words[len(words)-1].To
			sentences = append(sentences, s)
			now, at = now+int64(r.IntN(500)), at+r.IntN(20)
		}
	}
	return words, sentences
}

func TestEveryWordLeadsToItsTimeAndBack(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		words, sentences := reading(r)
		m, err := NewMap(words, sentences)
		require.NoError(t, err)
		for _, w := range words {
			for at := w.Start; at < w.End; at++ {
				from, to, ok := m.When(w.Block, at, at+1)
				require.True(t, ok)
				require.LessOrEqual(t, from, w.From)
				require.GreaterOrEqual(t, to, w.To)
				back, ok := m.WordAt(from)
				require.True(t, ok)
				require.Equal(t, [3]int{w.Block, w.Start, w.End}, [3]int{back.Block, back.Start, back.End})
			}
			for _, ms := range []int64{w.From, (w.From + w.To) / 2, w.To - 1} {
				got, ok := m.WordAt(ms)
				require.True(t, ok)
				require.Equal(t, w, got)
				s, ok := m.SentenceAt(ms)
				require.True(t, ok)
				require.True(t, s.Block == w.Block && s.Start <= w.Start && w.End <= s.End)
			}
		}
	}
}

func TestNothingIsSaidInAPauseOrOfWhatIsSkipped(t *testing.T) {
	m, err := NewMap([]Word{
		{Block: TitleBlock, Start: 0, End: 5, From: 300, To: 500},
		{Block: 0, Start: 0, End: 4, From: 900, To: 1000},
		{Block: 0, Start: 0, End: 4, From: 1050, To: 1100},
		{Block: 0, Start: 9, End: 12, From: 1100, To: 1200},
	}, []Sentence{{TitleBlock, 0, 6, 300, 520}, {0, 0, 13, 900, 1210}})
	require.NoError(t, err)
	for _, ms := range []int64{-1, 0, 299, 500, 899, 1000, 1049, 1200, 1 << 60} {
		_, ok := m.WordAt(ms)
		require.False(t, ok, ms)
	}
	for _, ms := range []int64{299, 520, 899, 1210} {
		_, ok := m.SentenceAt(ms)
		require.False(t, ok, ms)
	}
	for _, place := range [][3]int{{NoticeBlock, 0, 9}, {TitleBlock, 5, 6}, {0, 4, 9}, {0, 12, 99}, {1, 0, 9}, {0, 2, 2}} {
		_, _, ok := m.When(place[0], place[1], place[2])
		require.False(t, ok, place)
	}
	from, to, ok := m.When(0, 3, 10)
	require.True(t, ok)
	require.Equal(t, [2]int64{900, 1200}, [2]int64{from, to})
	next, ok := m.NextWord(501)
	require.True(t, ok)
	require.Equal(t, int64(900), next.From)
	_, ok = m.NextWord(1101)
	require.False(t, ok)
}

func TestAnnouncementsAreHeardAndStandInNoText(t *testing.T) {
	m, err := NewMap([]Word{
		{Block: AnnouncementBlock, Start: 11, End: 12, Text: "4", From: 300, To: 500},
		{Block: AnnouncementBlock, Start: 11, End: 13, Text: "12", From: 900, To: 1000},
	}, nil)
	require.NoError(t, err)
	w, ok := m.WordAt(950)
	require.True(t, ok)
	require.Equal(t, "12", w.Text)
	_, _, ok = m.When(AnnouncementBlock, 11, 12)
	require.False(t, ok)
}

func TestNoticeThatIsHeardAgainLeadsBackToTheFirst(t *testing.T) {
	m, err := NewMap([]Word{
		{Block: NoticeBlock, Start: 0, End: 5, Text: "Voice", From: 300, To: 500},
		{Block: 0, Start: 0, End: 4, Text: "Text", From: 900, To: 1000},
		{Block: NoticeBlock, Start: 0, End: 5, Text: "Voice", From: 900_300, To: 900_500},
	}, nil)
	require.NoError(t, err)
	w, ok := m.WordAt(900_400)
	require.True(t, ok)
	require.Equal(t, "Voice", w.Text)
	from, to, ok := m.When(NoticeBlock, 0, 5)
	require.True(t, ok)
	require.Equal(t, [2]int64{300, 500}, [2]int64{from, to})
}

func TestReadMapRefusesWhatIsOutOfOrder(t *testing.T) {
	word := func(more string) string { return `{"version":1,"words":[{"block":0,"start":0,"end":4,` + more + `]}` }
	for text, why := range map[string]string{
		``:                                "EOF",
		`[]`:                              "cannot unmarshal",
		`{"version":2,"words":[]}`:        "version 2, not 1",
		`{"version":1,"words":[]}]`:       "more behind its end",
		word(`"start_ms":5,"end_ms":5}`):  "word 1: 5 to 5 ms is no stretch of time",
		word(`"start_ms":-5,"end_ms":5}`): "word 1: -5 ms lies before",
		word(`"start_ms":5,"end_ms":9},{"block":1,"start":0,"end":4,"start_ms":8,"end_ms":9}`):  "word 2: 8 ms lies before",
		word(`"start_ms":5,"end_ms":9},{"block":1,"start":4,"end":4,"start_ms":9,"end_ms":10}`): "word 2: bytes 4 to 4 are no",
		word(`"start_ms":5,"end_ms":9},{"block":0,"start":2,"end":6,"start_ms":9,"end_ms":10}`): "word 2 overlaps",
		`{"version":1,"sentences":[{"block":0,"start":-1,"end":4,"start_ms":8,"end_ms":9}]}`:    "sentence 1: bytes -1 to 4",
	} {
		_, err := ReadMap(strings.NewReader(text))
		require.ErrorContains(t, err, why, text)
	}
}

func FuzzReadMap(f *testing.F) {
	words, sentences := reading(rand.New(rand.NewPCG(1, 2)))
	var file bytes.Buffer
	require.NoError(f, WriteWords(&file, words, sentences))
	f.Add(file.Bytes())
	f.Add([]byte(`{"version":1,"words":[{"block":-9223372036854775808,"start":0,"end":9223372036854775807,"start_ms":0,"end_ms":9223372036854775807}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ReadMap(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, w := range m.words {
			got, ok := m.WordAt(w.From)
			require.True(t, ok)
			require.Equal(t, w, got)
			if w.Block == AnnouncementBlock || w.Block == NoticeBlock {
				continue
			}
			from, _, ok := m.When(w.Block, w.Start, w.End)
			require.True(t, ok)
			require.LessOrEqual(t, from, w.From)
		}
	})
}
