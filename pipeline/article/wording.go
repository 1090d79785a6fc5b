package article

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// networks are the names that share rows carry in every language.
//
//nolint:gochecknoglobals // read-only table
var networks = map[string]bool{
	"facebook": true, "twitter": true, "x": true, "whatsapp": true, "linkedin": true, "reddit": true, "pinterest": true, "telegram": true,
	"flipboard": true, "messenger": true, "tumblr": true, "sms": true, "instagram": true, "youtube": true, "bluesky": true, "threads": true,
	"mastodon": true, "google": true, "xing": true, "tiktok": true, "pocket": true, "email": true, "vk": true, "viber": true,
}

var (
	// endsInAddress matches a line that sends its readers to an address of the web.
	endsInAddress = regexp.MustCompile(`^(?:(?:more|follow|see|read|for more|for (?:full|complete) coverage|online|visit|full coverage)\b.{0,100}[\s:(])?(?:https?://|www\.)\S+$`)

	// followHim matches the sentence that says where a writer can be followed.
	followHim = regexp.MustCompile(`\b(?:follow|find|reach) (?:him|her|them|me|us) (?:on|at|via) (?:x|twitter|instagram|facebook|linkedin|threads|bluesky|mastodon|@\S+|\S+@\S+)\b`)

	// shortcode matches what a content system should have replaced: [button link="..."], [/caption].
	shortcode = regexp.MustCompile(`^\[(?:[a-z][\w-]{1,30}\s+[\w-]{1,30}\s*=\s*\S|/[a-z][\w-]{1,30}\])`)

	// crumbs matches the way to a page: Home » Sport » Football.
	crumbs = regexp.MustCompile(`^[^»›>]{1,60}(?: ?[»›>] ?[^»›>]{1,120}){1,6}$`)
)

// byWording judges by the words of a leaf. head and tail say that it stands before or after all running text.
func (s *selection) byWording(l *leaf, lower string, head, tail bool) string {
	if len(lower) > 600 {
		return ""
	}
	sentence, edge := prose(l), head || tail
	bare := strings.TrimLeft(lower, lineMarks)
	mostlyLink := l.linked*2 > l.total
	// A step of instructions may be "Sign up for an account".
	step := l.kind == ListItem && !edge && !mostlyLink
	for _, w := range s.wordings {
		reason := w.line(lower, sentence, head, tail)
		if reason == becauseDate && l.kind == Heading {
			reason = "" // of a diary
		}
		if reason != "" && !step {
			return reason
		}
		if reason := w.related(l, bare, sentence, tail); reason != "" {
			return reason
		}
	}
	switch {
	case s.isShareRow(bare) && (wordCount(bare) > 1 || mostlyLink || edge || l.kind == ListItem):
		return becauseShare
	case shortcode.MatchString(lower):
		return becauseMarkup
	case head && len(lower) <= 200 && l.linked > 0 && !stops(l.text) && l.kind != Heading && crumbs.MatchString(lower):
		return becauseNav
	case edge && len(bare) <= 160 && endsInAddress.MatchString(bare):
		return becauseRelated
	case linkOnly(l) && !ended(l.text) && wordCount(bare) >= 4 && (l.kind == Paragraph || l.kind == ListItem && tail):
		return first(byHint(l, bare), becauseRelated)
	case edge && s.isByline(l, bare):
		return becauseByline
	case tail && s.isBiography(l, bare):
		return becauseBiography
	case edge:
		return s.metaLine(l)
	}
	return ""
}

// takes says whether a whole sentence with this wording is furniture where it stands.
func (f *furnitureLine) takes(head, tail bool) bool {
	switch f.where {
	case anywhere:
		return true
	case atEdge:
		return head || tail
	case atEnd:
		return tail
	default:
		return false
	}
}

// line is the reason of the first kind of line that matches.
func (w *wording) line(lower string, sentence, head, tail bool) string {
	for _, f := range w.lines {
		if len(lower) > f.longest || sentence && !f.takes(head, tail) {
			continue
		}
		if f.where != anywhere && f.reason == becauseDate && !head && !tail {
			continue
		}
		if f.match.MatchString(lower) {
			return f.reason
		}
	}
	if (head || tail) && w.isDate(lower) {
		return becauseDate
	}
	return ""
}

// isDate says whether a text is a date, with the words that stand beside one.
func (w *wording) isDate(lower string) bool {
	const longest = 140 // bytes
	return len(lower) <= longest && strings.ContainsFunc(lower, unicode.IsDigit) && w.date.MatchString(lower)
}

// pieces matches what parts the pieces of a line about an article.
var pieces = regexp.MustCompile(`\s+[-–—]\s+|\s*[|•·]\s*`)

// metaLine is the reason for a line before or after the text that is made of dates, names and topics: "By Ann Other | News |
// 4 May 2026". One short piece may be anything.
func (s *selection) metaLine(l *leaf) string {
	const longest, unknown = 200, 3 // bytes, words
	if len(l.text) > longest || l.kind == Heading || stops(l.text) {
		return ""
	}
	list := pieces.Split(l.text, -1)
	if len(list) < 2 {
		return ""
	}
	reason, known, others := "", 0, 0
	for _, piece := range list {
		found := ""
		lower := plainLower(piece)
		if slices.ContainsFunc(s.meta.authors, func(name string) bool { return letters(name) == letters(piece) }) {
			found = becauseByline
		}
		for _, w := range s.wordings {
			switch {
			case w.isDate(lower):
				found = becauseDate
			case w.byline.MatchString(straight(piece)):
				found = becauseByline
			default:
				found = first(found, w.line(lower, false, true, true))
			}
		}
		switch {
		case found != "":
			reason = first(reason, found)
			known++
		case wordCount(piece) <= unknown:
			others++
		default:
			return ""
		}
	}
	if known > others {
		return reason
	}
	return ""
}

// related says whether a leaf leads to another story.
func (w *wording) related(l *leaf, lower string, sentence, tail bool) string {
	const longest, longestLink = 200, 500 // bytes
	mostlyLink := l.linked*2 > l.total
	switch {
	case len(lower) <= longest && w.relatedLabel.MatchString(lower) && (!sentence || mostlyLink),
		len(lower) <= longest && !sentence && (mostlyLink || tail && l.kind != ListItem) && w.relatedStart.MatchString(lower),
		len(lower) <= longestLink && mostlyLink && w.relatedStart.MatchString(lower),
		len(lower) <= longest && w.relatedWhole.MatchString(lower):
		return becauseRelated
	}
	return ""
}

// isShareRow says whether all words of a text are those of share buttons, and one of them is of no other line.
func (s *selection) isShareRow(lower string) bool {
	const longest = 120 // bytes
	if len(lower) > longest {
		return false
	}
	named := false
	for _, word := range strings.FieldsFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
		known := networks[word]
		named = named || known && word != "x"
		for _, w := range s.wordings {
			known = known || w.sharing[word] || w.share[word]
			named = named || w.share[word]
		}
		if !known {
			return false
		}
	}
	return named
}

// isByline says whether a leaf at an edge of the article names the writer and no more.
func (s *selection) isByline(l *leaf, lower string) bool {
	if len(lower) > 140 || ended(l.text) && !strings.HasSuffix(l.text, ".") {
		return false
	}
	for _, name := range s.meta.authors {
		if before, after, found := strings.Cut(lower, plainLower(name)); found && s.onlyRoles(before+" "+after) {
			return true
		}
	}
	if ended(l.text) || l.kind == Heading {
		return false
	}
	return isByline(l.text, s.wordings)
}

// isByline says whether a line says by whom an article is, and no more.
func isByline(text string, known []*wording) bool {
	text = strings.TrimLeft(straight(text), lineMarks)
	return slices.ContainsFunc(known, func(w *wording) bool { return w.byline.MatchString(text) })
}

// onlyRoles says whether all words of a text are those that stand beside the names in a byline.
func (s *selection) onlyRoles(text string) bool {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		if !slices.ContainsFunc(s.wordings, func(w *wording) bool { return w.role[word] }) {
			return false
		}
	}
	return true
}

// isBiography says whether a leaf after the article says who wrote it.
func (s *selection) isBiography(l *leaf, lower string) bool {
	if followHim.MatchString(lower) {
		return true
	}
	for _, w := range s.wordings {
		if len(lower) <= 60 && w.about.MatchString(lower) {
			return true
		}
		if !w.writer.MatchString(lower) {
			continue
		}
		if l.hints&hintByline != 0 {
			return true
		}
		for _, name := range s.meta.authors {
			if strings.HasPrefix(lower, strings.ToLower(name)) {
				return true
			}
		}
	}
	return false
}

// announces says whether a line announces other stories, if links follow.
func (s *selection) announces(l *leaf) bool {
	const longest = 80 // bytes
	if len(l.text) > longest || l.linked*2 > l.total || stops(l.text) {
		return false
	}
	lower := plainLower(l.text)
	return slices.ContainsFunc(s.wordings, func(w *wording) bool { return w.announce.MatchString(lower) })
}

// plainLower is a text in lower case with straight apostrophes, as the wordings are written.
func plainLower(text string) string { return strings.ToLower(straight(text)) }

// straight is a text with straight apostrophes.
func straight(text string) string { return strings.ReplaceAll(text, "’", "'") }

// lineMarks are the signs that may stand before the first word of a line of furniture.
const lineMarks = "[(*-–—>»▶• "
