package article

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readText reads plain text: paragraphs stand between empty lines, lines broken at a fixed width are joined, and a short
// first line without a full stop is the title. Only lines without a letter or digit are skipped: a plain text has no
// furniture of a page, so what looks like it is meant to be read.
func readText(a *Article, text string) {
	paragraphs := splitParagraphs(text)
	words := map[string]bool{} // filled when the first hyphen at a line end asks for it
	for i, lines := range paragraphs {
		for _, line := range joinLines(lines, func(word string) bool {
			if len(words) == 0 {
				for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
					words[strings.ToLower(w)] = true
				}
			}
			return words[strings.ToLower(word)]
		}) {
			kind, content := listItem(line)
			block := Block{Kind: kind, Text: clean(content)}
			if strings.Contains(strings.TrimSpace(content), "\t") {
				block.Kind = TableRow
			}
			if !sayable(block.Text) {
				if block.Text != "" {
					a.Skipped = append(a.Skipped, Skipped{Kind: Other, Text: block.Text, Reason: becauseRule, Before: len(a.Blocks)})
				}
				continue
			}
			if len(lines) == 1 && block.Kind == Paragraph && i+1 < len(paragraphs) && headline(block.Text) && !theWordings["en"]().byline.MatchString(block.Text) {
				if a.Title == "" && len(a.Blocks) == 0 {
					a.Title = block.Text
					continue
				}
				block.Kind, block.Level = Heading, 2
			}
			a.Blocks = append(a.Blocks, block)
		}
	}
	if len(a.Blocks) == 0 && a.Title != "" { // what followed held no text
		a.Blocks = append(a.Blocks, Block{Kind: Paragraph, Text: a.Title})
		a.Title = ""
	}
}

// splitParagraphs cuts a text into paragraphs of lines. Every line ending that Unicode knows counts; a paragraph
// separator is an empty line.
//
// Source: Unicode Standard Annex 14, 5 (mandatory breaks BK, CR, LF and NL).
func splitParagraphs(text string) [][]string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\v", "\n", "\f", "\n", "\u2029", "\n\n").Replace(text)
	var paragraphs [][]string
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) != "" {
			lines = append(lines, line)
			continue
		}
		if lines != nil {
			paragraphs = append(paragraphs, lines)
			lines = nil
		}
	}
	if lines != nil {
		paragraphs = append(paragraphs, lines)
	}
	return paragraphs
}

// joinLines joins the lines of a paragraph that was broken at a fixed width, and leaves lines that stand for
// themselves: lists, rows of a table, verses. A hyphen at the end of a line stays, since it may belong to the word,
// unless the text holds the word without it elsewhere.
func joinLines(lines []string, known func(word string) bool) []string {
	if len(lines) == 1 || !wrapped(lines) {
		return joinItems(lines)
	}
	joined := []byte(strings.TrimSpace(lines[0]))
	for _, line := range lines[1:] {
		line = strings.TrimSpace(line)
		first, _ := utf8.DecodeRuneInString(line)
		stem, hyphen := bytes.CutSuffix(joined, []byte("-"))
		if last, _ := utf8.DecodeLastRune(stem); !hyphen || !unicode.IsLower(first) || !unicode.IsLetter(last) {
			joined = append(joined, ' ')
		} else {
			const longest = 60 // bytes of half a word
			half := stem[max(0, len(stem)-longest):]
			rest, _, _ := strings.Cut(line, " ")
			if known(string(half[bytes.LastIndexByte(half, ' ')+1:]) + strings.TrimRight(rest, ".,;:!?")) {
				joined = stem
			}
		}
		joined = append(joined, line...)
	}
	return []string{string(joined)}
}

// joinItems puts the indented lines under an item of a list to the item.
func joinItems(lines []string) []string {
	var items []string
	var item []string // lines of the item being read
	for _, line := range lines {
		kind, _ := listItem(line)
		if item != nil && kind != ListItem && strings.HasPrefix(line, " ") {
			item = append(item, strings.TrimSpace(line))
			continue
		}
		if item != nil {
			items = append(items, strings.Join(item, " "))
			item = nil
		}
		if kind == ListItem {
			item = []string{line}
		} else {
			items = append(items, line)
		}
	}
	if item != nil {
		items = append(items, strings.Join(item, " "))
	}
	return items
}

// wrapped says whether lines were broken at a fixed width: at most one break in three stands where the next word would
// have fitted into the longest line. Lists, rows and lines without a letter are no running text.
func wrapped(lines []string) bool {
	longest, lettered := 0, false
	for _, line := range lines {
		if kind, _ := listItem(line); kind == ListItem || strings.Contains(strings.TrimSpace(line), "\t") {
			return false
		}
		longest = max(longest, utf8.RuneCountInString(strings.TrimSpace(line)))
		lettered = lettered || strings.ContainsFunc(line, unicode.IsLetter)
	}
	early := 0
	for i, line := range lines[:len(lines)-1] {
		next, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " ")
		if utf8.RuneCountInString(strings.TrimSpace(line))+1+utf8.RuneCountInString(next) <= longest {
			early++
		}
	}
	return lettered && early*3 <= len(lines)-1
}

var listMark = regexp.MustCompile(`^\s*(?:[-*•‣–]\s+(\S.*)|(\d{1,3}[.)]\s+\S.*))$`)

// listItem says whether a line is an item of a list, and returns its text: without its bullet, with its number.
func listItem(line string) (Kind, string) {
	m := listMark.FindStringSubmatch(line)
	switch {
	case m == nil:
		return Paragraph, line
	case m[1] != "" && strings.ContainsFunc(m[1], unicode.IsLetter):
		return ListItem, m[1]
	case m[2] != "":
		return ListItem, m[2]
	}
	return Paragraph, line
}

// headline says whether a line of its own looks like a title: short, with a letter, and without the sign that ends a
// sentence or announces more.
func headline(text string) bool {
	const longest = 120 // characters
	if utf8.RuneCountInString(text) > longest || !strings.ContainsFunc(text, unicode.IsLetter) || strings.Count(text, " ") > 20 {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, `"'”’)»`))
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, `"'“‘(«`))
	return !strings.ContainsRune(".!?:;,…。！？、-–—", last) && !unicode.IsLower(first) && !unicode.IsPunct(first) && first != '<'
}
