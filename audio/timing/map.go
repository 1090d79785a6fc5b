package timing

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
)

// Map leads both ways between the text of an article and its recording: from a byte to the milliseconds in which it is
// heard, and from a millisecond to the word and the sentence that are being said.
type Map struct {
	words     []Word // in the order in which they are heard
	sentences []Sentence
	inText    []int // indices of the words that stand in a text, in its order
}

// NewMap makes the map of a recording. Both lists are in the order in which they are heard. In time, words do not overlap,
// nor do sentences. In the text two words are the same stretch or do not overlap; a word that is said as several is
// several entries with the same stretch. Announcements are no text: each counts from 0. Nor is a notice that is heard again
// behind the first words of the article.
func NewMap(words []Word, sentences []Sentence) (*Map, error) {
	m := &Map{words: words, sentences: sentences, inText: make([]int, 0, len(words))}
	var last int64
	begun := false // the article
	for i, w := range words {
		if err := check(w.Start, w.End, last, w.From, w.To); err != nil {
			return nil, fmt.Errorf("word %d: %w", i+1, err)
		}
		last = w.To
		begun = begun || w.Block != NoticeBlock
		if again := begun && w.Block == NoticeBlock; w.Block != AnnouncementBlock && !again {
			m.inText = append(m.inText, i)
		}
	}
	last = 0
	for i, s := range sentences {
		if err := check(s.Start, s.End, last, s.From, s.To); err != nil {
			return nil, fmt.Errorf("sentence %d: %w", i+1, err)
		}
		last = s.To
	}
	slices.SortStableFunc(m.inText, func(i, j int) int {
		a, b := words[i], words[j]
		return cmp.Or(cmp.Compare(a.Block, b.Block), cmp.Compare(a.Start, b.Start))
	})
	for k := 1; k < len(m.inText); k++ {
		a, b := words[m.inText[k-1]], words[m.inText[k]]
		if a.Block == b.Block && a.End > b.Start && (a.Start != b.Start || a.End != b.End) {
			return nil, fmt.Errorf("word %d overlaps with another one in the text", m.inText[k]+1)
		}
	}
	return m, nil
}

func check(start, end int, last, from, to int64) error {
	switch {
	case start < 0 || end <= start:
		return fmt.Errorf("bytes %d to %d are no stretch of text", start, end)
	case from < last:
		return fmt.Errorf("%d ms lies before what is said before it", from)
	case to <= from:
		return fmt.Errorf("%d to %d ms is no stretch of time", from, to)
	}
	return nil
}

// WordAt gives the word that is being said at a millisecond; none in a pause.
func (m *Map) WordAt(ms int64) (w Word, ok bool) {
	i := sort.Search(len(m.words), func(i int) bool { return m.words[i].To > ms })
	if i == len(m.words) || m.words[i].From > ms {
		return w, false
	}
	return m.words[i], true
}

// NextWord gives the first word that begins at a millisecond or later; none behind the last.
func (m *Map) NextWord(ms int64) (w Word, ok bool) {
	i := sort.Search(len(m.words), func(i int) bool { return m.words[i].From >= ms })
	if i == len(m.words) {
		return w, false
	}
	return m.words[i], true
}

// Sentences gives all sentences in the order in which they are heard.
func (m *Map) Sentences() []Sentence { return m.sentences }

// SentenceAt gives the sentence that is being said at a millisecond; none in the pause between two.
func (m *Map) SentenceAt(ms int64) (s Sentence, ok bool) {
	i := sort.Search(len(m.sentences), func(i int) bool { return m.sentences[i].To > ms })
	if i == len(m.sentences) || m.sentences[i].From > ms {
		return s, false
	}
	return m.sentences[i], true
}

// When gives the milliseconds [from, to) in which bytes [start, end) of a block are heard, from the first word that has
// one of them to the last. It is not ok where no word has, as with what is skipped and with the spaces between words.
func (m *Map) When(block, start, end int) (from, to int64, ok bool) {
	k := sort.Search(len(m.inText), func(k int) bool {
		w := m.words[m.inText[k]]
		return w.Block > block || w.Block == block && w.End > start
	})
	for ; k < len(m.inText) && start < end; k++ {
		w := m.words[m.inText[k]]
		if w.Block != block || w.Start >= end {
			break
		}
		if !ok || w.From < from {
			from = w.From
		}
		to, ok = max(to, w.To), true
	}
	return from, to, ok
}
