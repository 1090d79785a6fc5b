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
	asSibling = 2 // it stands in the same element as two paragraphs of running text that were taken
	inMiddle  = 1 // it stands between paragraphs that were taken
	inRoot    = 1 // it is running text in the lowest element around all that was taken
	asQuote   = 4 // a quotation or an embedded post between paragraphs
	asSubhead = 4 // a heading over something that was taken
	asItem    = 4 // an item of a list between paragraphs, another item of which was taken
	asList    = 2 // an item of a list between paragraphs that has no link in it

	forLinks = -3 // most of it is link
	forHints = -4 // its classes say that it is furniture
	forPlace = -4 // it stands in the navigation, the footer, an aside, a form or a header
)

// apart are the places that hold no text of the article, except by mistake of the page.
const apart = inNav | inFooter | inAside | inFigure | inForm | inHeader | inComments

// evidence is what the scores of all leaves are counted from: what has been taken so far.
type evidence struct {
	taken      []bool             // by leaf
	head, tail int                // first and last leaf of running text
	parents    map[*html.Node]int // paragraphs of running text, by the element they stand in
	lists      map[*html.Node]int // items, by their list
	linked     map[*html.Node]int // items that have links, taken or not, by their list
	root       *html.Node         // the lowest element around all; nil without
}

func (s *selection) gather() *evidence {
	e := &evidence{taken: s.keep, head: len(s.leaves), tail: -1, parents: map[*html.Node]int{}, lists: map[*html.Node]int{}, linked: map[*html.Node]int{}}
	for i, l := range s.leaves {
		if l.list != nil {
			if s.keep[i] {
				e.lists[l.list]++
			}
			if l.linked > 0 {
				e.linked[l.list]++
			}
		}
		if s.keep[i] && prose(l) {
			e.head, e.tail = min(e.head, i), i
			if l.node.DataAtom == atom.P {
				e.parents[l.node.Parent]++
			}
		}
	}
	if path := s.around(); len(path) > 0 {
		e.root = path[len(path)-1]
	}
	return e
}

// weigh decides for every leaf whether it is part of the article, from both extractors, its form and its place. It does so
// twice: what is given back the first time speaks for its neighbours the second time.
func (s *selection) weigh() {
	for range 2 {
		e := s.gather()
		keep := make([]bool, len(s.leaves))
		for i, l := range s.leaves {
			score := s.score(i, e)
			keep[i] = score >= worth
			s.unsure[i] = keep[i] && score <= worth+1 && prose(l)
		}
		s.keep = keep
	}
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
	second := len(s.second) == 0 && s.first[i] || s.inSecond(l)
	add(s.first[i], byFirst)
	add(second, bySecond)
	add(prose(l), asProse)
	add(l.kind != Heading && e.parents[l.node.Parent] >= 2, asSibling)
	add(middle, inMiddle)
	if s.first[i] {
		return n // what is furniture among it, furnish says
	}
	add(prose(l) && e.root != nil && within(l.node, e.root), inRoot)
	add(middle && l.place&inQuote != 0, asQuote)
	add(s.isSubhead(i, e, middle), asSubhead)
	if l.list != nil && middle {
		add(e.lists[l.list] > 0, asItem)
		add(e.lists[l.list] == 0 && e.linked[l.list] == 0, asList)
	}
	hints := l.hints
	if middle {
		hints &^= hintSummary // the classes of summaries are those of subheads
	}
	add(l.linked*10 > l.total*6, forLinks)
	add(hints != 0 && l.place&inQuote == 0, forHints)
	add(l.place&apart != 0 || l.kind == Caption, forPlace)
	return n
}

// isSubhead says whether a leaf is a heading that stands over something that was taken: a leaf right after it, in the same
// element or after another leaf that was taken. Before all text it is one if the headline is not in that element: the
// first post of a live blog.
func (s *selection) isSubhead(i int, e *evidence, middle bool) bool {
	l := s.leaves[i]
	if l.kind != Heading || l.level == 1 || l.linked > 0 || i+1 >= len(s.leaves) || !e.taken[i+1] {
		return false
	}
	same := within(s.leaves[i+1].node, l.node.Parent)
	if middle {
		return same || e.taken[i-1]
	}
	return i < e.head && same && s.headline != nil && !within(s.headline.node, l.node.Parent)
}
