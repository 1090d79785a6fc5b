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
	for _, s := range list {
		all = append(all, timing.Par{ID: elementID(s.utterance), Start: s.Start, End: s.End})
	}
	return all
}

// elementID is the id of the element with an utterance's text.
func elementID(utterance int) string { return fmt.Sprintf("s%d", utterance+1) }

// writeText writes what is read as an EPUB 3 content document: XHTML in which every sentence is an element with an id, in
// the order in which it is heard, the notice first.
func writeText(w io.Writer, a *article.Article, sc *script.Script) error {
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
	utterances := sc.Utterances
	// take writes the utterances of a block with the text around them.
	take := func(index int, text string) string {
		var b strings.Builder
		at := 0
		for len(utterances) > 0 && utterances[0].Block == index {
			u := utterances[0]
			if u.Start < at { // of another announcement, which counts from 0 again
				break
			}
			if index == script.NoticeBlock || index == script.AnnouncementBlock {
				b.WriteString(strings.Repeat(" ", min(1, u.Start-at)))
			} else {
				b.WriteString(escaped(text[at:u.Start]))
			}
			fmt.Fprintf(&b, `<span id="%s">%s</span>`, elementID(len(sc.Utterances)-len(utterances)), escaped(u.Written))
			at, utterances = u.End, utterances[1:]
		}
		if at < len(text) {
			b.WriteString(escaped(text[at:]))
		}
		return b.String()
	}
	announcements := func() {
		for len(utterances) > 0 && utterances[0].Block == script.AnnouncementBlock {
			closeList("")
			fmt.Fprintf(out, "<p>%s</p>\n", take(script.AnnouncementBlock, ""))
		}
	}
	if notice := take(script.NoticeBlock, ""); notice != "" {
		fmt.Fprintf(out, "<p role=\"note\">%s</p>\n", notice)
	}
	if a.Title != "" {
		fmt.Fprintf(out, "<h1>%s</h1>\n", take(script.TitleBlock, a.Title))
	}
	for i, block := range a.Blocks {
		announcements()
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
	announcements()
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
