package article

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// selection decides leaf by leaf what is read. The rule above all others: a missing paragraph is worse than an extra
// line, so when in doubt a leaf is kept.
type selection struct {
	*walker

	extraction
	meta     *metadata
	title    string
	headline *leaf // that the title is taken from, if it is

	keep   []bool   // by leaf: part of the article as the extractors see it
	reason []string // by leaf: why it is not read; "" for what is read and what is outside
	inside []bool   // by leaf: in the part of the page that holds the article
	first  []bool   // by leaf: taken by the first extractor
	unsure []bool   // by leaf: read although little speaks for it

	wordings []*wording
	small    *bool // see captionsAreSmall

	onlySummary bool   // there is no running text but what looks like a summary
	words       string // of all that is kept, for repeats
	searches    int
}

func newSelection(w *walker, e extraction, meta *metadata) *selection {
	n := len(w.leaves)
	return &selection{walker: w, extraction: e, meta: meta, keep: make([]bool, n), reason: make([]string, n), inside: make([]bool, n), first: make([]bool, n), unsure: make([]bool, n), wordings: wordingsFor(languagesOf(meta.language, w.leaves)...)}
}

// choose weighs all leaves and takes out the furniture of the page.
func (s *selection) choose() {
	for i, l := range s.leaves {
		for _, p := range l.parts {
			if s.kept[p.mark] {
				l.kept += p.size
			}
		}
		s.keep[i] = l.kept*2 >= l.total
	}
	s.rulesBefore()
	copy(s.first, s.keep)
	s.chooseTitle()
	s.weigh()
	s.rulesBefore()
	s.findInside()
	s.furnish()
	s.repeatedQuotes()
	s.keepCorrections()
	s.rulesAfter()
}

// keepAll takes all leaves: the input is nothing but article.
func (s *selection) keepAll() {
	for i := range s.leaves {
		s.keep[i], s.inside[i], s.first[i] = true, true, true
	}
	s.title = s.meta.title
	s.rulesBefore()
	s.furnish()
	s.rulesAfter()
}

// inSecond says whether the second opinion has a leaf.
func (s *selection) inSecond(l *leaf) bool {
	size := 0
	for _, p := range l.parts {
		if s.second[p.mark] {
			size += p.size
		}
	}
	return size*2 >= l.total
}

// around is the way from the root to the lowest element around all that is kept.
func (s *selection) around() []*html.Node {
	var path []*html.Node
	for i, l := range s.leaves {
		if !s.keep[i] {
			continue
		}
		way := ancestors(l.node)
		if path == nil {
			path = way
		}
		n := 0
		for n < len(path) && n < len(way) && path[n] == way[n] {
			n++
		}
		path = path[:n]
	}
	return path
}

// findInside marks the leaves in the part of the page that holds the article: below the lowest element around all that
// is kept or, if there is one, the article or main element around it.
func (s *selection) findInside() {
	path := s.around()
	if len(path) == 0 {
		return
	}
	root := path[len(path)-1]
	// What stands between the headline and the text belongs to the account, unless the headline is far away.
	if s.headline != nil {
		for n := root; n != nil && n.DataAtom != atom.Body; n = n.Parent {
			if within(s.headline.node, n) {
				root = n
				break
			}
		}
	}
	for _, want := range []atom.Atom{atom.Article, atom.Main} {
		if i := slices.IndexFunc(path, func(n *html.Node) bool { return n.DataAtom == want }); i >= 0 {
			root = path[i]
			break
		}
	}
	for i, l := range s.leaves {
		s.inside[i] = within(l.node, root)
	}
}

// within says whether a node is root or below it.
func within(n, root *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == root {
			return true
		}
	}
	return false
}

// ancestors is the way from the root of the tree to a node, both included.
func ancestors(n *html.Node) []*html.Node {
	way := []*html.Node{n}
	for p := n.Parent; p != nil; p = p.Parent {
		way = append(way, p)
	}
	slices.Reverse(way)
	return way
}

// chooseTitle takes the headline that a reader sees: the first heading near the top that says the same as the metadata;
// else the only first-level heading; else the metadata.
func (s *selection) chooseTitle() {
	declared := []string{s.meta.title, withoutSite(s.meta.title, s.meta.site), withoutSite(s.meta.docTitle, s.meta.site)}
	var only *leaf
	count := 0
	for _, l := range s.leaves {
		if l.kind != Heading || l.level > 2 || l.place&(inNav|inFooter|inAside) != 0 {
			continue
		}
		for _, d := range declared {
			if alike(l.text, d) {
				s.title, s.headline = l.text, l
				return
			}
		}
		if l.level == 1 {
			only = l
			count++
		}
	}
	if count == 1 && letters(only.text) != letters(s.meta.site) {
		s.title, s.headline = only.text, only
		return
	}
	s.title = first(withoutSite(s.meta.title, s.meta.site), withoutSite(s.meta.docTitle, s.meta.site))
}

// alike says whether two headlines say the same: the shorter has three words or more, and three in four of its words
// stand in the longer; or they are the same but for spacing and signs.
func alike(a, b string) bool {
	x, y := letters(a), letters(b)
	if x == "" || y == "" {
		return false
	}
	if x == y {
		return true
	}
	short, long := strings.Fields(strings.ToLower(a)), strings.Fields(strings.ToLower(b))
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) < 3 {
		return false
	}
	has := map[string]bool{}
	for _, w := range long {
		has[letters(w)] = true
	}
	n := 0
	for _, w := range short {
		if has[letters(w)] {
			n++
		}
	}
	return n*4 >= len(short)*3
}

// check says whether what was chosen is an article.
func (s *selection) check() error {
	lines, words, links, total := 0, 0, 0, 0
	for i, l := range s.leaves {
		if !s.keep[i] || s.reason[i] != "" {
			continue
		}
		total++
		if l.linked*10 >= l.total*9 {
			links++
		}
		if l.place&(inNav|inForm) != 0 || l.place&inFooter != 0 && l.node.DataAtom != atom.P {
			continue
		}
		n := wordCount(l.text)
		words += n
		if n >= 5 && (ended(l.text) || l.kind != Heading && n >= 12) {
			lines++
		}
	}
	switch {
	case s.ruled():
	case lines == 0 && slices.ContainsFunc(s.leaves, func(l *leaf) bool { return l.rule != nil && l.rule.exclude && wordCount(l.text) >= 5 }):
		return nothingLeft()
	case lines == 0:
		return &NoArticle{Why: "the page shows no running text"}
	case links >= 5 && links*5 >= total*2 && words < 12*total:
		return &NoArticle{Why: "the page is a list of links to stories"}
	}
	return nil
}

// fill writes the article.
func (s *selection) fill(a *Article) {
	if a.Title == "" {
		a.Title = s.title
	}
	s.doubt(a)
	note := 0
	for i := 0; i <= len(s.leaves); i++ {
		for ; note < len(s.notes) && s.before[note] <= i; note++ {
			near := min(s.before[note], len(s.leaves)-1)
			if near >= 0 && s.inside[near] {
				skipped := s.notes[note]
				skipped.Before = len(a.Blocks)
				a.Skipped = append(a.Skipped, skipped)
			}
		}
		if i == len(s.leaves) {
			break
		}
		l := s.leaves[i]
		switch {
		case s.keep[i] && s.reason[i] == "":
			kind := l.kind
			b := Block{Kind: kind, Text: l.text, Number: l.number, Table: l.table, Cells: l.cells}
			if l.rule != nil {
				b.Rule = clean(l.rule.selector)
			} else if kind == Caption || kind == Byline || kind == Code {
				b.Kind = Paragraph
			}
			if kind == Heading {
				b.Level = l.level
			}
			a.Blocks = append(a.Blocks, b)
		case s.reason[i] != "":
			a.Skipped = append(a.Skipped, Skipped{Kind: s.skippedKind(i), Text: l.text, Reason: s.reason[i], Table: l.table, Before: len(a.Blocks)})
		}
	}
}

// doubt tells the editor about text that is read although little speaks for it: one warning a page.
func (s *selection) doubt(a *Article) {
	const shown = 60 // bytes
	count, example := 0, ""
	for i, l := range s.leaves {
		if s.unsure[i] && s.read(i) {
			count++
			example = first(example, l.text)
		}
	}
	if count == 0 {
		return
	}
	if cut := strings.LastIndexByte(example[:min(len(example), shown)], ' '); len(example) > shown && cut > 0 {
		example = example[:cut] + " …"
	}
	a.Warnings = append(a.Warnings, fmt.Sprintf("%d of the paragraphs read may not belong to the article, beginning with %q", count, example))
}

// skippedKind is the kind of a leaf that is not read.
func (s *selection) skippedKind(i int) Kind {
	l := s.leaves[i]
	switch s.reason[i] {
	case becauseTitle:
		return Title
	case becauseCaption, becauseCredit:
		return Caption
	case becauseByline, becauseBiography:
		return Byline
	case becauseCode:
		return Code
	case becauseSummary:
		return l.kind
	}
	if s.keep[i] || l.kind == Caption || l.kind == Byline || l.kind == Code {
		return Other
	}
	return l.kind
}
