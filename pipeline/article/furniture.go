package article

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// Why a leaf of the page is not read.
const (
	becauseTitle      = "title repeated"
	becauseCaption    = "picture caption"
	becauseCredit     = "credit"
	becauseByline     = "byline"
	becauseBiography  = "about the writer"
	becauseCode       = "code"
	becauseTable      = "table"
	becausePullQuote  = "quotation shown twice"
	becauseFootnote   = "footnote"
	becauseDate       = "date line of the page"
	becauseShare      = "share and follow links"
	becauseRelated    = "link to another story"
	becauseNewsletter = "newsletter or subscription box"
	becauseAdvert     = "advertisement"
	becauseCookies    = "cookie notice"
	becauseComments   = "comments"
	becauseTags       = "topic links"
	becausePlayer     = "the page's own audio player"
	becauseCopyright  = "copyright line"
	becauseContact    = "contact line"
	becauseHeading    = "heading without text"
	becauseRule       = "nothing to say"
	becauseNav        = "not part of the article: navigation"
	becauseAside      = "not part of the article: aside"
	becauseFooter     = "not part of the article: footer"
	becauseHeader     = "not part of the article: header"
	becauseForm       = "not part of the article: form"
	becauseOutside    = "not taken for part of the article"
)

// furnish gives every leaf that is kept but not to be read its reason, and the same for the leaves beside the article.
func (s *selection) furnish() {
	head, tail := s.edges()
	for i, l := range s.leaves {
		switch {
		case s.keep[i]:
			s.reason[i] = s.furniture(l, i < head, i > tail)
			// A line before or after all running text that is none itself needs two opinions.
			if s.reason[i] == "" && (i < head || i > tail) && !prose(l) && len(s.second) > 0 && !s.inSecond(l) {
				s.reason[i] = becauseOutside
			}
		case s.inside[i]:
			s.reason[i] = s.beside(l, i > tail)
		}
	}
	s.repeatedTitle(head)
	s.relatedSections(tail)
	s.bareHeadings()
}

// edges are the first and last kept leaf of running text. What stands before and after is furniture more often.
func (s *selection) edges() (head, tail int) {
	last := len(s.leaves) - 1
	for head = 0; head <= last && !s.running(head, true, false); head++ {
	}
	for tail = last; tail >= 0 && !s.running(tail, false, true); tail-- {
	}
	return head, tail
}

// running says whether a leaf is kept and running text of the article.
func (s *selection) running(i int, head, tail bool) bool {
	return s.keep[i] && prose(s.leaves[i]) && s.furniture(s.leaves[i], head, tail) == ""
}

// beside is the reason for a leaf that the extractors did not take.
func (s *selection) beside(l *leaf, tail bool) string {
	if reason := s.furniture(l, true, true); reason != "" {
		return reason
	}
	switch {
	case letters(l.text) == letters(s.title):
		return becauseTitle
	case l.place&inNav != 0:
		return becauseNav
	case l.place&inAside != 0:
		return becauseAside
	case l.place&inFooter != 0:
		return becauseFooter
	case l.place&inForm != 0:
		return becauseForm
	case l.place&inHeader != 0:
		return becauseHeader
	case l.kind == Heading && tail:
		return becauseHeading
	}
	return becauseOutside
}

// repeatedTitle takes out the headline, which is read from Title: the heading that says it, wherever it stands, and the
// first leaf.
func (s *selection) repeatedTitle(head int) {
	same := map[string]bool{letters(s.title): true, letters(withoutSite(s.meta.docTitle, s.meta.site)): true, letters(s.meta.title): true}
	delete(same, "")
	for i, l := range s.leaves {
		open := s.reason[i] == "" || s.reason[i] == becauseOutside
		if s.keep[i] && open && same[letters(l.text)] && (l.kind == Heading || i <= head) {
			s.reason[i] = becauseTitle
		}
	}
}

// bareHeadings takes out the headings at the end, under which nothing is read.
func (s *selection) bareHeadings() {
	for i := len(s.leaves) - 1; i >= 0; i-- {
		if !s.keep[i] || s.reason[i] != "" {
			continue
		}
		if s.leaves[i].kind != Heading {
			return
		}
		s.reason[i] = becauseHeading
	}
}

// relatedSections takes out the items under a line that announces other stories.
func (s *selection) relatedSections(tail int) {
	under := false
	for i, l := range s.leaves {
		switch {
		case !s.keep[i]:
		case s.reason[i] == becauseRelated:
			under = under || l.linked*2 < l.total && wordCount(l.text) <= 8
		case under && s.reason[i] == "" && (l.linked*2 > l.total || l.kind == ListItem && i > tail):
			s.reason[i] = becauseRelated
		case s.reason[i] == "":
			under = false
		}
	}
}

// furniture says why a leaf is no text of the article, "" if it is. head and tail say that it stands before the first or
// after the last paragraph of running text.
func (s *selection) furniture(l *leaf, head, tail bool) string {
	switch {
	case l.kind == Code && !prose(l): // old pages set letters and speeches as they came
		return becauseCode
	case l.kind == Caption, l.place&inFigure != 0 && l.place&inQuote == 0 && l.kind != TableRow:
		return becauseCaption
	case l.hints&hintPull != 0 && s.repeats(l):
		return becausePullQuote
	case s.isFootnote(l):
		return becauseFootnote
	}
	if !sayable(l.text) {
		return becauseRule
	}
	lower := strings.ToLower(strings.ReplaceAll(l.text, "’", "'"))
	if reason := s.byWording(l, lower, head, tail); reason != "" {
		return reason
	}
	if l.hints&hintCaption != 0 && (len(l.text) <= 200 || l.kind != Paragraph || l.node.DataAtom != atom.P || !prose(l)) {
		return becauseCaption
	}
	return byHint(l, lower)
}

// isFootnote says whether a footnote mark on the page leads to a leaf.
func (s *selection) isFootnote(l *leaf) bool {
	if len(s.footnotes) == 0 {
		return false
	}
	for n, up := l.node, 0; n != nil && up < 3; n, up = n.Parent, up+1 {
		if id := attr(n, "id"); id != "" && s.footnotes[id] {
			return true
		}
	}
	return false
}

// repeats says whether the words of a leaf stand in another leaf: a quotation that the page shows twice.
func (s *selection) repeats(l *leaf) bool {
	if s.words == "" {
		var b strings.Builder
		for i, other := range s.leaves {
			if s.keep[i] && other.hints&hintPull == 0 {
				b.WriteString(letters(other.text))
				b.WriteByte(' ')
			}
		}
		s.words = b.String()
	}
	const most = 50 // such leaves; each takes a search through the article
	s.searches++
	return s.searches <= most && strings.Contains(s.words, letters(l.text))
}

// byHint judges by the class of the elements around a leaf. Running text needs more than a class to be taken out.
func byHint(l *leaf, lower string) string {
	if l.place&inQuote != 0 {
		return "" // posts of social networks are quoted
	}
	if prose(l) {
		if l.hints&hintNewsletter != 0 && mentions(lower, "newsletter", "subscri", "sign up", "inbox") {
			return becauseNewsletter
		}
		return ""
	}
	switch h := l.hints; {
	case h&hintShare != 0:
		return becauseShare
	case h&hintNewsletter != 0:
		return becauseNewsletter
	case h&hintCookie != 0:
		return becauseCookies
	case h&hintPlayer != 0:
		return becausePlayer
	case h&hintRelated != 0:
		return becauseRelated
	case h&hintByline != 0 && l.kind != Heading:
		return becauseByline
	case h&hintTime != 0 && strings.ContainsFunc(lower, unicode.IsDigit) && len(lower) < 80:
		return becauseDate
	case h&hintAdvert != 0:
		return becauseAdvert
	case h&hintComments != 0:
		return becauseComments
	case h&hintTags != 0:
		return becauseTags
	}
	return ""
}

// prose says whether a leaf has the form of running text: a sentence of several words that ends, and is no link.
func prose(l *leaf) bool {
	return wordCount(l.text) >= 7 && ended(l.text) && l.linked*10 <= l.total*6 && l.kind != Heading
}

// ended says whether a text ends as sentences do.
func ended(text string) bool {
	text = strings.TrimRight(text, `"'”’»)]*`+" ")
	r, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".!?…:;。！？", r)
}

// wordCount counts words; a text without spaces, as Chinese is written, counts two characters as a word.
func wordCount(text string) int {
	n := strings.Count(text, " ") + 1
	if long := utf8.RuneCountInString(text); long > 24*n {
		return long / 2
	}
	return n
}

func mentions(text string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// repeatedQuotes takes out block quotes and boxes whose words stand in the running text as well: pull quotes without a
// class, and embedded posts that the article quotes.
func (s *selection) repeatedQuotes() {
	const apart = inQuote | inAside
	var words string
	searches := 0
	for i, l := range s.leaves {
		if !s.keep[i] || s.reason[i] != "" || l.place&apart == 0 || wordCount(l.text) < 5 {
			continue
		}
		if words == "" {
			var b strings.Builder
			for j, other := range s.leaves {
				if s.keep[j] && s.reason[j] == "" && other.place&apart == 0 {
					b.WriteString(letters(other.text))
					b.WriteByte(' ')
				}
			}
			words = b.String()
		}
		const most = 50 // such leaves; each takes a search through the article
		if searches++; searches > most {
			return
		}
		if strings.Contains(words, letters(l.text)) {
			s.reason[i] = becausePullQuote
		}
	}
}
