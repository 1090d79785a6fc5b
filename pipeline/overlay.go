package pipeline

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/voicepress/voicepress/audio/timing"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
)

// pars are what is heard, for a media overlay over what writeText writes.
func pars(list []spoken) []timing.Par {
	all := make([]timing.Par, 0, len(list))
	for i, s := range list {
		all = append(all, timing.Par{ID: elementID(i), Start: s.Start, End: s.End})
	}
	return all
}

// elementID is the id of the element with the text of what is heard as the ith.
func elementID(i int) string { return fmt.Sprintf("s%d", i+1) }

// writeText writes what is read as an EPUB 3 content document: XHTML in which every sentence is an element with an id, in
// the order in which it is heard: the notice first, and again wherever it reminds.
func writeText(w io.Writer, a *article.Article, sc *script.Script, heard []spoken) error {
	out := bufio.NewWriter(w)
	language := escaped(a.Language)
	fmt.Fprintf(out, `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="%s" xml:lang="%s">
<head>
<meta charset="utf-8"/>
<title>%s</title>
</head>
<body>
`, language, language, escaped(nameOf(a)))
	list := "" // the element of the list that is open
	closeList := func(next string) {
		if list != "" && list != next {
			fmt.Fprintf(out, "</%s>\n", list)
			list = ""
		}
	}
	left := heard
	upcoming := func() (index int, any bool) {
		if len(left) == 0 {
			return 0, false
		}
		return sc.Utterances[left[0].utterance].Block, true
	}
	// take writes the utterances of a block with the text around them.
	take := func(index int, text string) string {
		var b strings.Builder
		at := 0
		for {
			if next, any := upcoming(); !any || next != index {
				break
			}
			u := sc.Utterances[left[0].utterance]
			if u.Start < at { // of another announcement, which counts from 0 again
				break
			}
			if index == script.NoticeBlock || index == script.AnnouncementBlock {
				b.WriteString(strings.Repeat(" ", min(1, u.Start-at)))
			} else {
				b.WriteString(escaped(text[at:u.Start]))
			}
			fmt.Fprintf(&b, `<span id="%s">%s</span>`, elementID(len(heard)-len(left)), escaped(u.Written))
			at, left = u.End, left[1:]
		}
		if at < len(text) {
			b.WriteString(escaped(text[at:]))
		}
		return b.String()
	}
	// between writes what is said between two blocks and stands in neither.
	between := func() {
		for {
			switch index, any := upcoming(); {
			case any && index == script.NoticeBlock:
				closeList("")
				fmt.Fprintf(out, "<p role=\"note\">%s</p>\n", take(index, ""))
			case any && index == script.AnnouncementBlock:
				closeList("")
				fmt.Fprintf(out, "<p>%s</p>\n", take(index, ""))
			default:
				return
			}
		}
	}
	between()
	if a.Title != "" {
		fmt.Fprintf(out, "<h1>%s</h1>\n", take(script.TitleBlock, a.Title))
	}
	for i, block := range a.Blocks {
		between()
		open, end := "<p>", "</p>"
		next := ""
		switch block.Kind {
		case article.Heading:
			level := min(max(block.Level, 2), 6)
			open, end = fmt.Sprintf("<h%d>", level), fmt.Sprintf("</h%d>", level)
		case article.Quote:
			open, end = "<blockquote><p>", "</p></blockquote>"
		case article.ListItem:
			next, open, end = "ul", "<li>", "</li>"
			if block.Number > 0 {
				next, open = "ol", fmt.Sprintf(`<li value="%d">`, block.Number)
			}
		default: // a paragraph
		}
		closeList(next)
		if next != list {
			list = next
			fmt.Fprintf(out, "<%s>\n", list)
		}
		fmt.Fprintf(out, "%s%s%s\n", open, take(i, block.Text), end)
	}
	between()
	closeList("")
	fmt.Fprint(out, "</body>\n</html>\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the text of the overlay: %w", err)
	}
	return nil
}

// escaped is text in XML.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder does not fail
	return b.String()
}
