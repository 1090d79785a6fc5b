package article

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"go.yaml.in/yaml/v3"
)

// maxNesting is how many quotes or lists may stand inside each other on one line.
const maxNesting = 100

// maxMarkdown is the longest Markdown, in bytes: three novels. The parser builds one node inside the other for each
// unclosed mark, so its limit keeps the stack small.
const maxMarkdown = 2 << 20

// readMarkdown reads CommonMark with tables, struck-out text and footnotes. Front matter gives metadata and is not read;
// neither are pictures, code and footnotes, which are skipped with their text.
func readMarkdown(a *Article, source string, src Source) error {
	front, body := frontMatter(source)
	a.Title = field(textOfAny(front["title"]))
	a.Language = textOfAny(front["lang"])
	if a.Language == "" {
		a.Language = textOfAny(front["language"])
	}
	a.Published = isoDate(textOfAny(front["date"]))
	a.Section = field(textOfAny(front["section"]))
	for _, key := range []string{"author", "authors"} {
		for _, name := range names(front[key]) {
			a.Authors = append(a.Authors, authorNames(field(name))...)
		}
	}
	if len(body) > maxMarkdown {
		return &TooLarge{What: "bytes of Markdown", Limit: maxMarkdown}
	}
	if tangled(body) {
		return &TooLarge{What: "marks in one paragraph or word", Limit: maxParagraphMarks}
	}
	if nesting(body) > maxNesting {
		return &TooLarge{What: "levels of nested quotes or lists", Limit: maxNesting}
	}
	m := &markdown{article: a, src: src, source: []byte(body), heading: a.Title}
	parser := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Footnote)).Parser()
	return m.blocks(parser.Parse(text.NewReader(m.source)), Paragraph)
}

// nesting is the largest number of quote and list marks at the start of a line.
func nesting(source string) int {
	deepest := 0
	for line := range strings.SplitSeq(source, "\n") {
		n := 0
		for i := range len(line) {
			c := line[i]
			if c == '>' || c == '-' || c == '+' || c == '*' || c == '.' || c == ')' {
				n++
			} else if c != ' ' && c != '\t' && (c < '0' || c > '9') {
				break
			}
		}
		// A rule of dashes nests nothing.
		if strings.Trim(line, "-*_ \t\r") != "" || strings.Contains(line, "- -") || strings.Contains(line, "* *") {
			deepest = max(deepest, n)
		}
	}
	return deepest
}

// The parser takes time with the square of the marks of emphasis and of the definitions of links in one paragraph, and of
// the links that begin in one word. No article is near these limits.
const (
	maxParagraphMarks = 2_000
	maxWordLinks      = 16      // in a word of more than longWord
	longWord          = 2 << 10 // bytes
)

// tangled says whether a document is over those limits.
func tangled(source string) bool {
	for word := range strings.FieldsSeq(source) {
		if len(word) > longWord && strings.Count(word, "](") > maxWordLinks {
			return true
		}
	}
	marks := 0
	for line := range strings.SplitSeq(source, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			marks = 0
		}
		if strings.Trim(line, "*_- ") == "" { // a rule
			continue
		}
		marks += strings.Count(line, "*") + strings.Count(line, "_") + strings.Count(line, "]:")
		if marks > maxParagraphMarks {
			return true
		}
	}
	return false
}

// markdown walks the tree of a document.
type markdown struct {
	article *Article
	src     Source
	source  []byte
	heading string // the title, where front matter gives it
	number  int    // of the list item that has begun and has no text yet
	tables  int    // so far
}

// blocks reads the blocks below a node. kind is that of the paragraphs in it.
func (m *markdown) blocks(parent ast.Node, kind Kind) error {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		var err error
		switch n := n.(type) {
		case *ast.Heading:
			m.addHeading(n)
		case *ast.Paragraph, *ast.TextBlock:
			m.add(Block{Kind: kind, Text: m.inline(n), Number: m.number})
			m.number = 0
		case *ast.Blockquote:
			err = m.blocks(n, Quote)
		case *ast.List:
			err = m.list(n)
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			m.skip(Code, string(n.Lines().Value(m.source)), becauseCode)
		case *ast.HTMLBlock:
			markup := string(n.Lines().Value(m.source))
			if n.HasClosure() {
				markup += string(n.ClosureLine.Value(m.source))
			}
			err = readFragment(m.article, markup, m.src)
		case *extast.Table:
			m.tables++
			for row := n.FirstChild(); row != nil; row = row.NextSibling() {
				var cells []string
				for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
					cells = append(cells, m.inline(cell))
				}
				text, begin := joinCells(cells)
				m.add(Block{Kind: TableRow, Text: text, Table: m.tables, Cells: begin})
			}
		case *extast.FootnoteList:
			for note := n.FirstChild(); note != nil; note = note.NextSibling() {
				var parts []string
				for p := note.FirstChild(); p != nil; p = p.NextSibling() {
					parts = append(parts, m.inline(p))
				}
				m.skip(Other, strings.Join(parts, " "), becauseFootnote)
			}
		}
		if err != nil {
			return fmt.Errorf("read the HTML inside the Markdown: %w", err)
		}
	}
	return nil
}

// list reads the items of a list.
func (m *markdown) list(n *ast.List) error {
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		m.number = 0
		if n.IsOrdered() && number <= highestNumber {
			m.number = number
			number++
		}
		if err := m.blocks(item, ListItem); err != nil {
			return err
		}
	}
	m.number = 0
	return nil
}

func (m *markdown) addHeading(n *ast.Heading) {
	title := m.inline(n)
	switch {
	case m.heading != "" && letters(title) == letters(m.heading):
		m.skip(Title, title, becauseTitle)
	case m.article.Title == "" && n.Level == 1 && len(m.article.Blocks) == 0:
		m.article.Title = title
	default:
		m.add(Block{Kind: Heading, Text: title, Level: n.Level})
	}
}

func (m *markdown) add(b Block) {
	if sayable(b.Text) {
		m.article.Blocks = append(m.article.Blocks, b)
	}
}

func (m *markdown) skip(kind Kind, text, reason string) {
	if text = clean(text); text != "" {
		m.article.Skipped = append(m.article.Skipped, Skipped{Kind: kind, Text: text, Reason: reason, Before: len(m.article.Blocks)})
	}
}

// inline is the text of a block. Pictures and struck-out text are skipped, mark-up is dropped, the text of links stays.
func (m *markdown) inline(block ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) { //nolint:errcheck // the walker returns none
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			value := n.Segment.Value(m.source)
			if !n.IsRaw() && n.Parent().Kind() != ast.KindCodeSpan {
				value = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
			}
			b.Write(value)
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(m.source))
		case *ast.RawHTML:
			if raw := strings.ToLower(string(n.Segments.Value(m.source))); strings.HasPrefix(raw, "<br") {
				b.WriteByte(' ')
			}
		case *ast.Image:
			m.skip(Caption, m.inlineChildren(n), "description of a picture")
			return ast.WalkSkipChildren, nil
		case *extast.Strikethrough:
			m.skip(Other, m.inlineChildren(n), "struck out")
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	return clean(b.String())
}

func (m *markdown) inlineChildren(n ast.Node) string {
	var parts []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		parts = append(parts, m.inline(c))
	}
	return strings.Join(parts, " ")
}

// frontMatter splits the YAML between two lines of dashes off the start of a document. It returns nil if there is none.
// What it holds is data: nothing in it is run, expanded or opened.
func frontMatter(source string) (map[string]any, string) {
	const longest = 64 << 10 // bytes
	rest, ok := strings.CutPrefix(strings.ReplaceAll(source[:min(len(source), longest)], "\r\n", "\n"), "---\n")
	if !ok {
		return nil, source
	}
	end := strings.Index("\n"+rest, "\n---\n")
	if end < 0 {
		return nil, source
	}
	front := map[string]any{}
	if err := yaml.Unmarshal([]byte(rest[:end]), &front); err != nil || len(front) == 0 {
		return nil, source
	}
	_, body, _ := strings.Cut(strings.ReplaceAll(source, "\r\n", "\n")[len("---\n")+end:], "\n")
	return front, body
}

// textOfAny is the text of a value of front matter.
func textOfAny(value any) string {
	switch v := value.(type) {
	case nil, []any, map[string]any:
		return ""
	case string:
		return v
	case interface{ Format(layout string) string }: // a date
		return strings.TrimSuffix(v.Format("2006-01-02T15:04:05Z07:00"), "T00:00:00Z")
	}
	return fmt.Sprint(value)
}
