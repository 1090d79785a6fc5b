package article

import (
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// otherStories takes out what leads to other stories: the items under a line that announces them, lists and rows of
// headings that are nothing but links, and cards of a linked title and a teaser.
func (s *selection) otherStories(tail int) {
	s.announced(tail)
	s.linkLists()
	s.linkedHeadings()
	s.cards(tail)
}

// read says whether a leaf is read so far.
func (s *selection) read(i int) bool { return s.keep[i] && s.reason[i] == "" }

// linkOnly says whether a leaf is nothing but links.
func linkOnly(l *leaf) bool { return l.linked*10 >= l.total*9 }

// announced takes out the items under a line that announces other stories.
func (s *selection) announced(tail int) {
	const longest = 200 // bytes of an item
	const enough = 200  // bytes of text before: what is announced earlier is the article
	size := 0
	var list *html.Node // the list that follows the line
	var own *html.Node  // the article element that the line stands in
	heading := false    // the line is a heading after some text
	under := false
	for i, l := range s.leaves {
		if s.read(i) && i+1 < len(s.leaves) && s.announces(l) {
			if next := s.leaves[i+1]; next.linked > 0 && (next.place&inList != 0 || linkOnly(next)) {
				s.reason[i] = becauseRelated
			}
		}
		open := s.read(i) || s.reason[i] == becauseOutside
		switch {
		case s.reason[i] == becauseRelated && l.linked*2 < l.total && wordCount(l.text) <= 8:
			under, list, own = true, nil, enclosing(l.node, atom.Article)
			heading = l.kind == Heading && size >= enough
		case !under || !open:
		case l.linked*2 > l.total, l.kind == ListItem && i > tail:
			s.reason[i] = becauseRelated
		case l.place&inList != 0 && l.linked > 0 && len(l.text) <= longest && (list == nil || list == l.list):
			list = l.list
			s.reason[i] = becauseRelated
		default:
			// A page of one story may hold others, each in an article element of its own. The posts of a live blog are alike.
			other := enclosing(l.node, atom.Article)
			if heading && other != nil && own != nil && other != own && !within(own, other) && attr(other, "class") != attr(own, "class") {
				s.reason[i] = becauseRelated
				continue
			}
			under = false
		}
		if s.read(i) {
			size += l.total
		}
	}
}

// enclosing is the nearest element of a kind around a node, nil if there is none.
func enclosing(n *html.Node, wanted atom.Atom) *html.Node {
	for ; n != nil; n = n.Parent {
		if n.DataAtom == wanted {
			return n
		}
	}
	return nil
}

// linkLists takes out lists whose every item is a link of three words or more that ends as no sentence does.
func (s *selection) linkLists() {
	for i := 0; i < len(s.leaves); {
		list := s.leaves[i].list
		end, links := i, 0
		for ; end < len(s.leaves) && s.leaves[end].list == list; end++ {
			if l := s.leaves[end]; linkOnly(l) && wordCount(l.text) >= 3 && !stops(l.text) {
				links++
			}
		}
		if list != nil && links >= 2 && links == end-i {
			for ; i < end; i++ {
				if s.read(i) {
					s.reason[i] = becauseRelated
				}
			}
		}
		i = end
	}
}

// linkedHeadings takes out headings that are links and have no text of their own below: two or more in a row, or one with
// nothing but furniture up to the next heading.
func (s *selection) linkedHeadings() {
	before := -1 // the last leaf that is read, if it is such a heading
	for i, l := range s.leaves {
		if !s.read(i) {
			continue
		}
		if l.kind != Heading || !linkOnly(l) || l.level == 1 {
			before = -1
			continue
		}
		if before >= 0 {
			s.reason[before], s.reason[i] = becauseRelated, becauseRelated
		}
		before = i
	}
}

// cards takes out the cards of other stories after the article: three or more elements of the same name and class in one
// parent, each with a title that is a link, and a short teaser. Where they make up much of what is read, they are the
// article: a list of things with a text to each.
func (s *selection) cards(tail int) {
	const teaser = 400 // bytes
	type row struct {
		parent      *html.Node
		name, class string
	}
	var order []row
	rows := map[row][]int{}
	titles := map[row]map[*html.Node]bool{}
	total := 0
	for i, l := range s.leaves {
		if s.read(i) {
			total += l.total
		}
		card := s.cardOf(l.node, teaser)
		if card == nil {
			continue
		}
		r := row{card.Parent, card.Data, attr(card, "class")}
		if titles[r] == nil {
			titles[r] = map[*html.Node]bool{}
			order = append(order, r)
		}
		rows[r] = append(rows[r], i)
		if linkOnly(l) && !stops(l.text) {
			titles[r][card] = true
		}
	}
	for _, r := range order {
		if len(titles[r]) < 3 {
			continue
		}
		size := 0
		for _, i := range rows[r] {
			if s.read(i) {
				size += s.leaves[i].total
			}
		}
		if size == 0 || size*3 > total || slices.Min(rows[r]) <= s.lastAgreed(tail) {
			continue
		}
		for _, i := range rows[r] {
			if s.read(i) {
				s.reason[i] = becauseRelated
			}
		}
	}
}

// cardOf is the largest element around a node with no more text than a card has, nil if the node's own has more.
func (s *selection) cardOf(n *html.Node, most int) *html.Node {
	if s.size[n] > most || s.links[n.Parent].count == 0 {
		return nil
	}
	for n.Parent != nil && n.Parent != s.root && s.size[n.Parent] <= most {
		n = n.Parent
	}
	const longestClass = 500 // bytes
	if n.Parent == nil || n.DataAtom == atom.P || n.DataAtom == atom.Li || len(attr(n, "class")) > longestClass {
		return nil
	}
	return n
}

// lastAgreed is the last leaf of running text that both extractors took, or tail if there is none.
func (s *selection) lastAgreed(tail int) int {
	for i := len(s.leaves) - 1; i >= 0; i-- {
		if s.read(i) && prose(s.leaves[i]) && s.first[i] && (len(s.second) == 0 || s.inSecond(s.leaves[i])) {
			return i
		}
	}
	return tail
}
