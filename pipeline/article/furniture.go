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
	becausePaywall    = "paywall line"
	becauseAdvert     = "advertisement"
	becauseCookies    = "cookie notice"
	becauseComments   = "comments"
	becauseTags       = "topic links"
	becausePlayer     = "the page's own audio player"
	becauseCopyright  = "copyright line"
	becauseContact    = "contact line"
	becauseSummary    = "summary under the headline"
	becauseCompany    = "about the company"
	becauseMessage    = "message of the page"
	becauseMarkup     = "mark-up left on the page"
	becauseHidden     = "hidden on the page"
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
			if s.reason[i] == "" && i < head && s.isSummary(l) {
				s.reason[i] = becauseSummary
			}
		case s.inside[i]:
			s.reason[i] = s.beside(l, i < head, i > tail)
		}
	}
	s.repeatedTitle(head)
	s.otherStories(tail)
	s.boilerplate()
	s.bareHeadings()
}

// edges are the first and last kept leaf of running text. What stands before and after is furniture more often.
func (s *selection) edges() (head, tail int) {
	last := len(s.leaves) - 1
	for head = 0; head <= last && !s.running(head, true, false); head++ {
	}
	if head > last && !s.onlySummary {
		s.onlySummary = true // nothing but what looks like a summary is the text
		return s.edges()
	}
	for tail = last; tail >= 0 && !s.running(tail, false, true); tail-- {
	}
	return head, tail
}

// running says whether a leaf is kept and running text of the article.
func (s *selection) running(i int, head, tail bool) bool {
	l := s.leaves[i]
	return s.keep[i] && prose(l) && s.furniture(l, head, tail) == "" && (!head || !s.isSummary(l))
}

// beside is the reason for a leaf that the extractors did not take.
func (s *selection) beside(l *leaf, head, tail bool) string {
	if head && s.isSummary(l) && letters(l.text) != letters(s.title) {
		return becauseSummary
	}
	if reason := s.furniture(l, true, true); reason != "" {
		return reason
	}
	switch {
	case letters(l.text) == letters(s.title):
		return becauseTitle
	case l.place&inComments != 0:
		return becauseComments
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
	lower := plainLower(l.text)
	if reason := s.byWording(l, lower, head, tail); reason != "" {
		return reason
	}
	if s.isCaption(l) || l.hints&hintCaption != 0 && (len(l.text) <= 200 || l.kind != Paragraph || l.node.DataAtom != atom.P || !prose(l)) {
		return becauseCaption
	}
	return byHint(l, lower)
}

// isCaption says whether a leaf has the form of a caption: it stands directly below a picture, is no link, and says what the
// picture's alternative text says, or is in italics or small print where no other paragraphs are. Most captions are known
// by their element or class; old pages and editors who type them by hand leave only this.
func (s *selection) isCaption(l *leaf) bool {
	const longest = 300 // bytes
	if l.image == nil || l.kind != Paragraph || len(l.text) > longest || l.linked*2 > l.total {
		return false
	}
	return smallPrint(l) && s.captionsAreSmall() || mostOf(letters(l.text), letters(attr(l.image, "alt")))
}

// mostOf says whether one of two texts is half of the other or more.
func mostOf(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return a != "" && len(a)*2 >= len(b) && strings.Contains(b, a)
}

func smallPrint(l *leaf) bool { return l.small*10 >= l.total*9 }

// captionsAreSmall says whether italics and small print stand below pictures more often than elsewhere. In an interview
// they are the questions.
func (s *selection) captionsAreSmall() bool {
	if s.small == nil {
		below, elsewhere, size, total := 0, 0, 0, 0
		for i, l := range s.leaves {
			if s.keep[i] {
				total += l.total
			}
			if s.keep[i] && l.kind == Paragraph && smallPrint(l) && l.place&inFigure == 0 {
				if l.image != nil {
					below++
					size += l.total
				} else {
					elsewhere++
				}
			}
		}
		const part = 3 // of the text, at most; where it is more, it is the text: an essay in pictures
		are := below >= elsewhere && size*part <= total
		s.small = &are
	}
	return *s.small
}

// isSummary says whether a leaf before the running text is the summary that stands under a headline: part of the page's
// header, as a heading or as the text by which the page describes itself.
func (s *selection) isSummary(l *leaf) bool {
	const shortest = 5 // words
	if s.onlySummary || wordCount(l.text) < shortest {
		return false
	}
	return l.hints&hintSummary != 0 || l.place&inHeader != 0 && (l.kind == Heading && l.level > 1 || letters(l.text) == letters(s.meta.description))
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
		s.words = s.lettersOf(func(i int) bool { return s.keep[i] && s.leaves[i].hints&hintPull == 0 })
	}
	s.searches++
	return s.searches <= mostSearches && strings.Contains(s.words, letters(l.text))
}

// mostSearches is how many quotations are looked up; each takes a search through the article.
const mostSearches = 50

// lettersOf are the letters of all leaves that are wanted.
func (s *selection) lettersOf(wanted func(i int) bool) string {
	var b strings.Builder
	for i, l := range s.leaves {
		if wanted(i) {
			b.WriteString(letters(l.text))
			b.WriteByte(' ')
		}
	}
	return b.String()
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
	case h&hintHidden != 0:
		return becauseHidden
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

// stops says whether a text ends with a full stop, as no headline does.
func stops(text string) bool {
	text = strings.TrimRight(text, `"'”’»)]`+" ")
	return strings.HasSuffix(text, ".") || strings.HasSuffix(text, "。")
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
	const boxed = inQuote | inAside
	var words string
	searches := 0
	for i, l := range s.leaves {
		if !s.keep[i] || s.reason[i] != "" || l.place&boxed == 0 || wordCount(l.text) < 5 {
			continue
		}
		if words == "" {
			words = s.lettersOf(func(j int) bool { return s.read(j) && s.leaves[j].place&boxed == 0 })
		}
		if searches++; searches > mostSearches {
			return
		}
		if strings.Contains(words, letters(l.text)) {
			s.reason[i] = becausePullQuote
		}
	}
}
