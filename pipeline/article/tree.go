package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// leaf is one paragraph-like run of text, the lowest block of the page: what a reader sees between two line breaks.
type leaf struct {
	kind   Kind
	level  int
	number int    // as Block.Number
	table  int    // as Block.Table, among all tables of the page
	text   string // as Block.Text
	cells  []int  // as Block.Cells
	place  place
	hints  hint
	rule   *decision  // of the publisher; nil for none
	linked int        // bytes of text inside links
	small  int        // bytes of text in italics or small print
	total  int        // bytes of text
	image  *html.Node // the picture that stands directly before it, if one does
	kept   int        // bytes of text that the extractor took into the article
	parts  []part     // its text nodes
	node   *html.Node // nearest block element
	list   *html.Node // nearest list, nil without
}

// part is one text node of a leaf, by its mark.
type part struct {
	mark rune
	size int // bytes
}

// The marks are private-use characters: each text node of the page gets one of its own, put before its text. An
// extractor moves, merges and cleans text nodes, so what it returns cannot be found again by node; by mark it can.
// Articles never hold such characters (clean drops them).
const (
	firstMark = '\U000F0000'
	maxMark   = '\U0010FFFD'
	maxPieces = int(maxMark - firstMark + 1)
)

func isMark(r rune) bool { return r >= firstMark && r <= maxMark }

// walker cuts a page into leaves and marks its text nodes.
type walker struct {
	root   *html.Node
	leaves []*leaf
	next   rune
	open   *leaf // the leaf being collected
	buffer strings.Builder
	size   map[*html.Node]int // bytes of text below an element
	links  map[*html.Node]linkage
	image  *html.Node // the last picture, until text follows
	notes  []Skipped  // footnote marks and struck-out text
	before []int      // leaf before which the note stands

	footnotes map[string]bool // ids that footnote marks lead to
	comments  []*html.Node    // what readers wrote below the article
	lists     map[*html.Node]*numbering
	number    int // of the list item that has begun and has no text yet
	tables    int // so far
	decisions map[*html.Node]*decision
}

// linkage is how much of the text below an element is in links, and how many headlines are below it.
type linkage struct{ count, size, headlines int }

// cut cuts the tree below root into leaves, in reading order. Elements that are never read (scripts, form controls) are
// removed from the tree, and so is hidden text, which is noted.
func cut(root *html.Node, decisions map[*html.Node]*decision) (*walker, error) {
	w := &walker{
		root: root, next: firstMark, size: map[*html.Node]int{}, links: map[*html.Node]linkage{},
		footnotes: map[string]bool{}, lists: map[*html.Node]*numbering{}, decisions: decisions,
	}
	w.measure(root)
	top := state{block: root}
	for n := root; n != nil && top.rule == nil; n = n.Parent {
		top.rule = decisions[n]
	}
	w.element(root, top)
	w.flush()
	if w.next > maxMark {
		return nil, &TooLarge{What: "pieces of text", Limit: maxPieces}
	}
	return w, nil
}

// measure removes what is never read and counts the text that is left.
func (w *walker) measure(n *html.Node) int {
	size := 0
	var links linkage
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type == html.TextNode:
			size += len(strings.TrimSpace(c.Data))
		case c.Type == html.ElementNode && !unread(c):
			inner := w.measure(c)
			size += inner
			if c.DataAtom == atom.A && inner > 0 {
				links.count++
				links.size += inner
			} else if below, ok := w.links[c]; ok {
				links.count += below.count
				links.size += below.size
				links.headlines += below.headlines
			}
			if c.DataAtom == atom.H1 {
				links.headlines++
			}
		case c.Type == html.ElementNode || c.Type == html.CommentNode:
			n.RemoveChild(c)
		}
		c = next
	}
	w.size[n] = size
	if links != (linkage{}) {
		w.links[n] = links
	}
	return size
}

// state is what a leaf inherits from the elements around it.
type state struct {
	kind  Kind
	level int
	place place
	hints hint
	block *html.Node
	list  *html.Node
	links int  // depth of links
	small bool // in italics or small print
	row   bool // inside a row of a table of data: cells do not part
	table int  // the table of data around
	rule  *decision
}

func (w *walker) element(n *html.Node, s state) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			w.text(c, s)
		}
		if c.Type == html.ElementNode {
			w.child(c, s)
		}
	}
}

func (w *walker) child(n *html.Node, s state) {
	switch n.DataAtom {
	case atom.Br:
		// One line break stays inside a paragraph, two part it.
		if strings.HasSuffix(strings.TrimRight(w.buffer.String(), " \t\r"), "\n") {
			w.flush()
		} else if w.open != nil {
			w.buffer.WriteByte('\n')
		}
		return
	case atom.A:
		s.links++
	case atom.Em, atom.I, atom.Small, atom.Cite:
		s.small = true
	case atom.Img:
		if !icon(n) {
			w.image = n
		}
	case atom.Del, atom.S, atom.Strike:
		w.note(n, "struck out")
		return
	case atom.Sup:
		if w.footnote(n) {
			w.note(n, "footnote mark")
			return
		}
	default:
	}
	block, done := w.ruled(n, &s)
	wanted := s.rule != nil && !s.rule.exclude // by the publisher
	switch {
	case done:
		return
	case w.size[n] > 0 && !wanted && w.hidden(n):
		w.note(n, becauseHidden)
		return
	case !wanted && w.card(n, s):
		w.note(n, becauseRelated)
		return
	}
	if w.size[n] < furnitureSize {
		s.hints |= hintsOf(n)
	}
	if s.place&inComments == 0 && commentSection(n) && w.links[n].headlines == 0 && w.size[n] > 0 {
		w.comments = append(w.comments, n)
		s.place |= inComments
	}
	if inline(n) && !block {
		w.element(n, s)
		return
	}
	if s.row {
		w.space()
		if w.open != nil && (n.DataAtom == atom.Td || n.DataAtom == atom.Th) {
			w.buffer.WriteString(cellBorder)
		}
		w.element(n, s)
		w.space()
		return
	}
	w.flush()
	s.block = n
	s.kind, s.level = kindOf(n, s)
	if p := placeOf(n); p != inForm || w.size[n] < furnitureSize { // some pages are one form from top to bottom
		s.place |= p
	}
	s.row = n.DataAtom == atom.Tr && s.kind == TableRow
	if n.DataAtom == atom.Ul || n.DataAtom == atom.Ol {
		s.list = n
	}
	switch {
	case n.DataAtom == atom.Li:
		w.number = w.ordinal(n)
	case n.DataAtom == atom.Table && s.kind == TableRow:
		w.tables++
		s.table = w.tables
	case s.kind != TableRow:
		s.table = 0
	}
	w.element(n, s)
	w.flush()
	if n.DataAtom == atom.Li {
		w.number = 0
	}
}

// card says whether an element inside a line is a box of links to other stories, as some pages open at a name: all its
// text is links, three or more, with no word between them.
func (w *walker) card(n *html.Node, s state) bool {
	const shortest = 60 // bytes: longer than three linked names
	links := w.links[n]
	if c := n.FirstChild; c != nil && c.DataAtom == atom.A && c.NextSibling != nil && c.NextSibling.DataAtom != atom.A && w.links[c.NextSibling].count >= 2 {
		return false // the name itself, and the box behind it
	}
	return n.DataAtom == atom.Span && s.links == 0 && links.count >= 3 && links.size == w.size[n] && links.size >= shortest && w.size[s.block] > links.size
}

// icon says whether a picture is too small to have a caption.
func icon(n *html.Node) bool {
	for _, key := range []string{"width", "height"} {
		if v := attr(n, key); v != "" && len(v) <= 2 && v < "64" {
			return true
		}
	}
	return false
}

// near says whether a picture and a block stand in the same small part of the page.
func near(image, block *html.Node) bool {
	const levels = 4
	n := image
	for range levels {
		if n.Parent == nil || n.Parent.DataAtom == atom.Body {
			break
		}
		n = n.Parent
	}
	for range levels + 2 {
		if block == n {
			return true
		}
		if block = block.Parent; block == nil {
			return false
		}
	}
	return false
}

func (w *walker) space() {
	if w.open != nil {
		w.buffer.WriteByte(' ')
	}
}

// text adds a text node to the leaf being collected, and marks it.
func (w *walker) text(n *html.Node, s state) {
	if strings.TrimSpace(n.Data) == "" {
		if w.open != nil {
			w.buffer.WriteByte(' ')
		}
		return
	}
	if w.open == nil {
		w.open = &leaf{
			kind: s.kind, level: s.level, number: w.number, table: s.table, place: s.place, hints: s.hints, rule: s.rule, node: s.block, list: s.list,
		}
		w.number = 0
		if w.open.kind == "" {
			w.open.kind = Paragraph
		}
		if w.image != nil && near(w.image, s.block) {
			w.open.image = w.image
		}
		w.image = nil
	}
	w.open.hints &= s.hints // what only a part of the leaf says is not said of the leaf
	text := strings.Map(func(r rune) rune {
		if isMark(r) {
			return -1
		}
		return r
	}, n.Data)
	size := len(strings.TrimSpace(text))
	w.open.total += size
	if s.links > 0 {
		w.open.linked += size
	}
	if s.small {
		w.open.small += size
	}
	w.open.parts = append(w.open.parts, part{mark: w.next, size: size})
	w.buffer.WriteString(text)
	if w.next <= maxMark {
		n.Data = string(w.next) + text
		w.next++
	}
}

// flush ends the leaf being collected.
func (w *walker) flush() {
	if w.open != nil {
		text := unescapeAgain(w.buffer.String())
		if w.open.kind == TableRow {
			w.open.text, w.open.cells = joinCells(strings.Split(text, cellBorder))
		} else {
			w.open.text = clean(text)
		}
		if w.open.text != "" {
			w.leaves = append(w.leaves, w.open)
		}
		w.open = nil
	}
	w.buffer.Reset()
}

// note records text that is left out of a leaf.
func (w *walker) note(n *html.Node, reason string) {
	if text := clean(textOf(n)); text != "" {
		w.notes = append(w.notes, Skipped{Kind: Other, Text: text, Reason: reason})
		w.before = append(w.before, len(w.leaves))
	}
	for n.FirstChild != nil {
		n.RemoveChild(n.FirstChild)
	}
}

// textOf is all text below a node.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// footnote says whether a superscript is the mark of a footnote: "[3]", or a link to a place on the page.
func (w *walker) footnote(n *html.Node) bool {
	const longest = 6 // bytes: "[123]"
	if w.size[n] > longest {
		return false
	}
	text := clean(textOf(n))
	mark := strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]")
	for d := range n.Descendants() {
		if id, ok := strings.CutPrefix(attr(d, "href"), "#"); ok && d.DataAtom == atom.A {
			w.footnotes[id] = true
			mark = true
		}
	}
	return mark
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// inline says whether an element stands inside a line of text. Elements that HTML does not know are taken for
// containers if they hold blocks, which part the text by themselves.
func inline(n *html.Node) bool {
	switch n.DataAtom {
	case atom.A, atom.Abbr, atom.Acronym, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Cite, atom.Code, atom.Data, atom.Dfn,
		atom.Em, atom.Font, atom.I, atom.Img, atom.Ins, atom.Kbd, atom.Label, atom.Mark, atom.Nobr, atom.Q, atom.Rb, atom.Rt,
		atom.Ruby, atom.Samp, atom.Small, atom.Span, atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.Tt, atom.U, atom.Var,
		atom.Wbr, 0:
		return true
	default:
		return false
	}
}
