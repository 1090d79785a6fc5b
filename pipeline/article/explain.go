package article

import (
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Explanation says what became of one block of the input, and why.
type Explanation struct {
	Kind        Kind   `json:"kind"`
	Text        string `json:"text"`
	Element     string `json:"element,omitempty"` // where it stands on the page: "article > div.text > p"
	Read        bool   `json:"read"`
	Block       int    `json:"block"`                 // index in Blocks of what is read, else of what follows it
	Reason      string `json:"reason,omitempty"`      // why it is skipped
	Trafilatura string `json:"trafilatura,omitempty"` // what the first extractor said: "took it", "left it", "was not asked"
	Readability string `json:"readability,omitempty"` // the same of the second
	Rule        string `json:"rule,omitempty"`        // the publisher's selector that decided
}

// NoMatch says that a query of Explain matches no block.
type NoMatch struct{ Query string }

func (e *NoMatch) Error() string { return "no block matches " + quoted(e.Query) }

// Hint is what the user can do about it.
func (*NoMatch) Hint() string {
	return "give a CSS selector, or a piece of the text as it stands on the page; scripts, forms and what the page hides are not looked at"
}

func quoted(text string) string { return "\"" + clean(text) + "\"" }

// Explain reads an article as Read does, and says what became of the blocks that a CSS selector matches or, where it
// matches none, of those that hold a text, whatever its case and spacing. It returns *NoMatch where there are none.
func Explain(data []byte, src Source, query string) ([]Explanation, error) {
	src.trace = &trace{}
	a, err := Read(data, src)
	if err != nil {
		return nil, err
	}
	r := reading{title: a.Title, entries: entriesOf(a), index: map[string]int{}}
	blocks := 0
	for i, e := range r.entries {
		if _, had := r.index[e.Text]; !had {
			r.index[e.Text] = i
		}
		r.block = append(r.block, blocks)
		if e.reason == "" {
			blocks++
		}
	}
	found := r.bySelector(src.trace, query)
	if found == nil {
		found = r.byText(src.trace, query)
	}
	if found == nil {
		return nil, &NoMatch{Query: query}
	}
	return found, nil
}

// trace remembers the pages and pieces of mark-up that an article was read from.
type trace struct{ selections []*selection }

func (t *trace) add(s *selection) {
	if t != nil {
		t.selections = append(t.selections, s)
	}
}

// reading is an article that was read, for looking up what became of a text.
type reading struct {
	title   string
	entries []entry
	block   []int          // by entry: index of the block that it is, or that follows it
	index   map[string]int // of the first entry with a text
}

func (r *reading) bySelector(t *trace, query string) []Explanation {
	group, err := cascadia.ParseGroup(query)
	if err != nil || costly(query) {
		return nil
	}
	var found []Explanation
	for _, s := range t.selections {
		root := s.root
		for root.Parent != nil {
			root = root.Parent
		}
		matched := map[*html.Node]bool{} // and the block around what is matched in a line
		for _, n := range cascadia.QueryAll(root, group) {
			matched[n] = true
			for inline(n) && n.Parent != nil {
				n = n.Parent
				if !inline(n) {
					matched[n] = true
				}
			}
		}
		for _, l := range s.leaves {
			if slices.ContainsFunc(ancestors(l.node), func(n *html.Node) bool { return matched[n] }) {
				found = append(found, r.leaf(s, l))
			}
		}
	}
	return found
}

func (r *reading) byText(t *trace, query string) []Explanation {
	want := strings.ToLower(clean(query))
	holds := func(text string) bool { return want != "" && strings.Contains(strings.ToLower(text), want) }
	var found []Explanation
	seen := map[string]bool{}
	for _, s := range t.selections {
		for _, l := range s.leaves {
			if holds(l.text) {
				found = append(found, r.leaf(s, l))
				seen[l.text] = true
			}
		}
	}
	for i, e := range r.entries { // inputs without a page, and what was taken out of a line
		if holds(e.Text) && !seen[e.Text] {
			found = append(found, r.entry(i))
		}
	}
	return found
}

// leaf says what became of a leaf.
func (r *reading) leaf(s *selection, l *leaf) Explanation {
	x := Explanation{Kind: l.kind, Reason: becauseOutside}
	if i, ok := r.index[l.text]; ok {
		x = r.entry(i)
	} else if l.text == r.title {
		x.Reason = becauseTitle
	} else if l.place&inFigure != 0 {
		cut := slices.IndexFunc(r.entries, func(e entry) bool { return e.Kind == Caption && strings.HasPrefix(l.text, e.Text) })
		if cut >= 0 { // its credit was cut off
			x = r.entry(cut)
		}
	}
	x.Text, x.Element = l.text, elementPath(l.node)
	x.Trafilatura, x.Readability = l.said(s.own), l.said(s.second)
	if l.rule != nil {
		x.Rule = l.rule.selector
	}
	return x
}

// entry says what became of a block, read or skipped.
func (r *reading) entry(i int) Explanation {
	e := r.entries[i]
	return Explanation{Kind: e.Kind, Text: e.Text, Read: e.reason == "", Block: r.block[i], Reason: e.reason, Rule: e.Rule}
}

// said says what an extractor did with a leaf.
func (l *leaf) said(marks map[rune]bool) string {
	size := 0
	for _, p := range l.parts {
		if marks[p.mark] {
			size += p.size
		}
	}
	switch {
	case marks == nil:
		return "was not asked"
	case size*2 >= l.total:
		return "took it"
	}
	return "left it"
}

// elementPath names an element and up to three around it, as a selector would.
func elementPath(n *html.Node) string {
	const most = 4
	var path []string
	for ; n != nil && n.Type == html.ElementNode && len(path) < most; n = n.Parent {
		name := n.Data
		if id := attr(n, "id"); id != "" && len(id) < 40 {
			name += "#" + id
		}
		for i, class := range strings.Fields(attr(n, "class")) {
			if i < 2 && len(class) < 40 {
				name += "." + class
			}
		}
		path = append(path, clean(name))
	}
	slices.Reverse(path)
	return strings.Join(path, " > ")
}
