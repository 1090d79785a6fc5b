package article

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// What a leaf is worth. A leaf is read from worth on; below it is taken for furniture. The two extractors weigh most: what
// both took is read wherever it stands, and what only one took needs the form or the place of an article's text. The
// weights are whole numbers so that each can be argued about: two for a thing that furniture seldom has, one for a
// thing that it has half of the time, and against a leaf what an article's text seldom has.
const (
	worth = 5

	byFirst   = 4 // trafilatura took it: 96 % of what it takes is article
	bySecond  = 2 // readability took it, which takes twice as much furniture
	asProse   = 2 // it has the form of running text
	asSibling = 2 // it stands in the same element as two paragraphs of running text that the first took
	inMiddle  = 1 // it stands between paragraphs that the first took
	inRoot    = 1 // it is running text in the lowest element around all that the first took
	asQuote   = 4 // a quotation or an embedded post between paragraphs
	asSubhead = 3 // a heading between two leaves that the first took

	forLinks = -3 // most of it is link
	forHints = -4 // its classes say that it is furniture
	forPlace = -4 // it stands in the navigation, the footer, an aside, a form or a header
)

// apart are the places that hold no text of the article, except by mistake of the page.
const apart = inNav | inFooter | inAside | inFigure | inForm | inHeader | inComments

// evidence is what the scores of all leaves are counted from.
type evidence struct {
	first      []bool             // by leaf: taken by the first extractor
	head, tail int                // first and last leaf of running text that it took
	parents    map[*html.Node]int // paragraphs of running text that it took, by the element they stand in
	root       *html.Node         // the lowest element around all that it took; nil without
}

// weigh decides for every leaf whether it is part of the article, from both extractors, its form and its place.
func (s *selection) weigh() {
	e := evidence{first: s.keep, head: len(s.leaves), tail: -1, parents: map[*html.Node]int{}}
	for i, l := range s.leaves {
		if e.first[i] && prose(l) {
			e.head, e.tail = min(e.head, i), i
			if l.node.DataAtom == atom.P {
				e.parents[l.node.Parent]++
			}
		}
	}
	if path := s.around(); len(path) > 0 {
		e.root = path[len(path)-1]
	}
	keep := make([]bool, len(s.leaves))
	for i, l := range s.leaves {
		score := s.score(i, &e)
		keep[i] = score >= worth
		s.unsure[i] = keep[i] && score <= worth+1 && prose(l)
	}
	s.keep = keep
}

// score counts what speaks for a leaf and against it.
func (s *selection) score(i int, e *evidence) int {
	l := s.leaves[i]
	n := 0
	add := func(is bool, weight int) {
		if is {
			n += weight
		}
	}
	middle := i > e.head && i < e.tail
	second := len(s.second) == 0 && e.first[i] || s.inSecond(l)
	add(e.first[i], byFirst)
	add(second, bySecond)
	add(prose(l), asProse)
	add(l.kind != Heading && e.parents[l.node.Parent] >= 2, asSibling)
	add(middle, inMiddle)
	if e.first[i] {
		return n // what is furniture among it, furnish says
	}
	add(prose(l) && e.root != nil && within(l.node, e.root), inRoot)
	add(middle && l.place&inQuote != 0, asQuote)
	add(middle && l.kind == Heading && l.level > 1 && l.linked == 0 && e.first[i-1] && e.first[i+1], asSubhead)
	add(l.linked*10 > l.total*6, forLinks)
	hints := l.hints
	if middle {
		hints &^= hintSummary // the classes of summaries are those of subheads
	}
	add(hints != 0 && l.place&inQuote == 0, forHints)
	add(l.place&apart != 0 || l.kind == Caption, forPlace)
	return n
}
