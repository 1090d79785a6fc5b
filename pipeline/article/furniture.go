package article

import (
	"regexp"
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
		case s.inside[i]:
			s.reason[i] = s.beside(l)
		}
	}
	s.repeatedTitle(head)
	s.relatedSections()
	s.bareHeadings()
}

// edges are the first and last kept leaf of running text. What stands before and after is furniture more often.
func (s *selection) edges() (head, tail int) {
	head, tail = len(s.leaves), -1
	for i, l := range s.leaves {
		if s.keep[i] && prose(l) && s.furniture(l, false, false) == "" {
			head = min(head, i)
			tail = i
		}
	}
	return head, tail
}

// beside is the reason for a leaf that the extractors did not take.
func (s *selection) beside(l *leaf) string {
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
	}
	return becauseOutside
}

// repeatedTitle takes out the headline, which is read from Title: the heading that says it, wherever it stands, and the
// first leaf.
func (s *selection) repeatedTitle(head int) {
	same := map[string]bool{letters(s.title): true, letters(withoutSite(s.meta.docTitle, s.meta.site)): true, letters(s.meta.title): true}
	delete(same, "")
	for i, l := range s.leaves {
		if s.keep[i] && s.reason[i] == "" && same[letters(l.text)] && (l.kind == Heading || i <= head) {
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
func (s *selection) relatedSections() {
	under := false
	for i, l := range s.leaves {
		switch {
		case !s.keep[i]:
		case s.reason[i] == becauseRelated:
			under = under || l.linked*2 < l.total && wordCount(l.text) <= 8
		case under && (l.kind == ListItem || l.linked*2 > l.total) && s.reason[i] == "":
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
	case l.kind == Code:
		return becauseCode
	case l.kind == Caption, l.place&inFigure != 0 && l.place&inQuote == 0 && l.kind != TableRow:
		return becauseCaption
	case l.hints&hintCaption != 0 && (len(l.text) <= 200 || l.kind != Paragraph || l.node.DataAtom != atom.P || !prose(l)):
		return becauseCaption
	}
	if !sayable(l.text) {
		return becauseRule
	}
	lower := strings.ToLower(strings.ReplaceAll(l.text, "’", "'"))
	if reason := s.byWording(l, lower, head, tail); reason != "" {
		return reason
	}
	return byHint(l, lower)
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

// wordings are the lines that news pages put around and between the paragraphs of an article, in English. Each matches a
// whole leaf in lower case with straight apostrophes.
//
//nolint:gochecknoglobals // read-only table
var wordings = []struct {
	reason  string
	longest int // bytes
	match   *regexp.Regexp
}{
	{becausePlayer, 200, regexp.MustCompile(`^(?:listen to (?:this|the) (?:article|story|post|piece|report)|(?:this )?(?:audio|voice|narration|recording)(?: version)?(?: of this (?:article|story))? (?:is|was|has been) (?:ai|computer|machine|automatically)|.{0,60}\b(?:voice|audio|narration) is (?:ai|computer|machine)[- ]generated|.{0,60}\b(?:automated|ai|synthetic|text[- ]to[- ]speech) (?:voice|narration|audio)\b|.{0,60}\bread (?:aloud )?by (?:an )?(?:ai|automated|computer|synthetic))`)},
	{becausePlayer, 60, regexp.MustCompile(`^(?:(?:listen|play|pause|audio|0?\d:\d\d|/|\d+ ?min(?:ute)?s?(?: \d+ ?sec(?:ond)?s?)?|to this article|now)\W*)+$`)},
	{becauseNewsletter, 600, regexp.MustCompile(`^(?:subscribe(?: now| today)?\W*$|to (?:read|continue reading|see|unlock) the (?:full|whole|rest)\b|get .{2,80}\b(?:delivered|in your inbox|to your inbox)\b|(?:please )?(?:sign|signed) up (?:for|to|here|now|today)|subscribe (?:to|for|now|today|here|and)|get (?:the|our|all) .{0,80}\b(?:newsletter|inbox|e-?mail|alerts)|join our .{0,60}newsletter|receive (?:the|our) .{0,60}(?:newsletter|inbox)|already a subscriber|(?:want|like|enjoy(?:ed|ing)?) (?:this|more).{0,120}(?:newsletter|sign up|subscribe)|.{0,120}\b(?:our|the|this|free|daily|weekly) (?:\w+ ){0,3}newsletters?\b.{0,120}\b(?:sign up|subscribe|inbox|here|click)|(?:to|please) (?:continue|keep) reading|you have (?:\w+ ){1,3}(?:free )?articles|support (?:our|independent|quality) journalism|join (?:our|the) .{0,40}\b(?:forums?|community|group|channel|discord)\b|if you (?:enjoyed|liked|like|enjoy) (?:this|reading).{0,200}\b(?:join|subscri\w+|donat\w+|support|member\w*|sign up)\b|become a (?:member|subscriber))`)},
	{becauseAdvert, 120, regexp.MustCompile(`^(?:advertisements?|ads?|advert|adverts|sponsored(?: content)?|promoted(?: content)?|paid (?:content|post)|(?:story|article|text|content) continues (?:below|after).*|scroll (?:down )?(?:to|for) (?:continue|more|read).*|(?:skip|close|remove) (?:this )?(?:ad|advert|advertisement)s?|loading\W*|(?:-+ ?)?advertisement ?-*)\W*$`)},
	{becauseCookies, 300, regexp.MustCompile(`^(?:(?:we|this (?:site|website|page)|our (?:site|website|partners)).{0,40}\buses? cookies|(?:accept|manage|reject|allow)(?: all)? cookies|cookie (?:policy|settings|preferences|notice)|by (?:using|continuing).{0,80}cookies)`)},
	{becauseComments, 80, regexp.MustCompile(`^(?:(?:\d[\d,.]* )?comments?(?: ?\(\d+\))?|(?:leave|post|add|write|view|show|read|see|hide|load)(?: a| your| all| the| more)? (?:\d+ )?(?:comments?|reply)|(?:\d+ )?(?:replies|responses)|join the (?:conversation|discussion)|comments are (?:closed|now closed|off).*|what do you think\?.*|you must (?:be )?log(?:ged)? ?in .*)\W*$|^.{0,60}\bmoderat(?:e|ing) (?:all )?comments\b`)},
	{becauseCopyright, 300, regexp.MustCompile(`^(?:©|\(c\) ?(?:19|20)\d\d|copyright\b|this copy is for your personal\b|the contents of this (?:site|page) are ©|.{0,200}\ball rights reserved\W*$)`)},
	{becauseCredit, 200, regexp.MustCompile(`^\W*(?:(?:additional |with )?(?:report(?:ing|ed)|writing|editing|graphics?|edited|compiled|written|photography|production)(?: (?:and|&) (?:writing|reporting|editing))? (?:by|for the)\b|(?:photo|photos|photograph|photographs|image|images|picture|pictures|illustration|graphic|video|cover image|lead image|featured image|header image|credit|credits|image credits?|photo credits?|picture credits?|image source|photo source|foto)(?: by)? ?[:/]|getty images|.{0,80}/(?:getty images|reuters|ap|afp|shutterstock|ap photo)\W*$)`)},
	{becauseCredit, 100, regexp.MustCompile(`^sources?: [^.]*$`)},
	{becauseCredit, 250, regexp.MustCompile(`^.{2,160}\bcontributed (?:(?:to )?(?:this|the) (?:report|story|article|piece|post)|reporting|from \w+)\b`)},
	{becauseShare, 160, regexp.MustCompile(`^(?:follow (?:us|me|him|her|them|@|the author|\S+(?: \S+){0,4} on)\b|(?:like|find) us on|share (?:this|on|via|your|the) |tweet this|follow .{2,80} on (?:facebook|twitter|x|instagram|linkedin|threads|bluesky|mastodon|youtube)\b|(?:like|enjoy|enjoyed|love|loved) (?:this|the) (?:story|article|post)\?|send (?:us )?(?:a )?tips?|(?:got|have) a (?:news |story )?(?:tip|story)|download (?:the|our) .{0,40}\bapp\b)`)},
	{becauseContact, 200, regexp.MustCompile(`^(?:(?:write|e-?mail|contact|reach|to contact)(?: to)? (?:the (?:author|reporter|editor|writer|journalist)s?|us|me|him|her|\S+(?: \S+){0,3}) (?:\w+ ){0,6}(?:at|via|on|by)\b.{0,20}[:@]?|.{0,80}\bcan be (?:reached|contacted|followed) (?:at|on|via)\b)`)},
	{becauseContact, 100, regexp.MustCompile(`^(?:(?:e-?mail|twitter|tel|phone|contact|facebook|instagram):?\s*)?(?:@\w{2,30}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)(?:\W+(?:@\w{2,30}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+))*\W*$`)},
	{becauseContact, 100, regexp.MustCompile(`^(?:(?:www\.)?(?:twitter|x|facebook|instagram|linkedin)\.com/\S+\s*)+$`)},
	{becauseTags, 300, regexp.MustCompile(`^(?:filed under|posted in|tagged|tags?|topics|categories|category|keywords)(?::| with\b)`)},
	{becauseAdvert, 400, regexp.MustCompile(`\b(?:may|might|could|will) (?:earn|get|receive|make) .{0,60}\b(?:commission|share of|percentage of)|\baffiliate links?\b.{0,200}\bcommission`)},
	{becauseDate, 140, regexp.MustCompile(`^\W*(?:(?:first |last |originally )?(?:published|updated|modified|posted|created|date|issued on)\b(?: (?:on|at|in))?:?[ \W]*)?(?:` + dateWord + `[\s,.|/@·•–-]*)+$`)},
	{becauseDate, 40, regexp.MustCompile(`^\d+[- ]min(?:ute)?s?(?:[- ]read)?(?: read| left)?$|^\d+ (?:second|minute|hour|day|week|month|year)s? ago$|^reading time\W`)},
}

// dateWord matches one word of a date line.
const dateWord = `(?:\d{1,4}(?:st|nd|rd|th)?(?:[:./-]\d{1,4}){0,3}(?:am|pm)?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|tember|ober|ember)?\b|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|a\.?m\b|p\.?m\b|at\b|on\b|[ecmp][sd]?t\b|gmt\b|bst\b|ist\b|utc\b|cet\b|published\b|updated\b|last\b|first\b|modified\b|posted\b|ago\b|\d+ (?:hours?|minutes?|days?))`

// shareWord matches the words of share rows.
var shareRow = regexp.MustCompile(`^(?:(?:share|tweet|tweets|post|pin|e-?mail|print|save|copy|link|copied|facebook|twitter|x|whatsapp|linkedin|reddit|pinterest|telegram|flipboard|messenger|tumblr|sms|instagram|youtube|bluesky|threads|mastodon|google|on|to|via|this|article|story|page|link|with|friends|follow|us|by|a|the|more|options|\d+|shares?|open|in|new|window)\W*)+$`)

// related matches the start of a line that leads to another story; sure ones need no link.
var (
	surelyRelated = regexp.MustCompile(`^(?:read (?:more|also|next|on)|also read|related(?: (?:stories|articles|content|coverage|news|links|video|reading))?|see also|more on this(?: story)?|more (?:from|on|in) [^.!?]{2,60}|recommended(?: for you| reading| stories)?|further reading|don't miss|up next|in case you missed it|you (?:may|might) also (?:like|be interested in)|continue reading|watch|video|listen|more|background|in (?:pictures|photos|pics|video)|photos|pictures|gallery|podcast)\s*(?::|>|»|\||—|–|→)\s*\S`)
	barelyRelated = regexp.MustCompile(`^(?:(?:click|tap) (?:here|through)|read (?:more|also|next|on|the (?:full|whole|rest|original))|also read|related|see (?:also|more)|more (?:from|on|about|in|stories|news|like)|recommended|further reading|don't miss|up next|most (?:read|popular|viewed)|trending|top stories|latest|editor's (?:pick|choice)|you (?:may|might) (?:also )?(?:like|be interested)|what to read next|continue reading|keep reading|go deeper|watch|listen|more (?:\S+ ){0,4}(?:stories|articles|news|posts|coverage|reading|headlines|reviews|videos)\W*$|view (?:all|more|the|gallery)|find out more|learn more|sponsored|popular|explore|next (?:article|story)|previous (?:article|story)|back to)\b`)
)

var wholeRelated = regexp.MustCompile(`^(?:don't miss|read (?:more|next|also)|also read|related(?: (?:stories|articles|content|coverage|links|news|posts|topics))?|see also|more on this(?: story)?|more (?:stories|news)|recommended(?: stories| reading| for you)?|further reading|up next|most (?:read|popular|viewed)|trending(?: now)?|top stories|you (?:may|might) also like|in case you missed it)\W*$`)

var endsInAddress = regexp.MustCompile(`^(?:(?:more|follow|see|read|for more|for (?:full|complete) coverage|online|visit|full coverage)\b.{0,100}[\s:(])?(?:https?://|www\.)\S+$`)

// writers match the sentence that says who a writer is.
var writers = regexp.MustCompile(`^.{2,80}? (?:is|was) (?:an?|the|our) (?:[\w'-]+,? ){0,8}?(?:reporter|correspondent|editor|writer|journalist|columnist|contributor|author|producer|fellow|professor|analyst|critic|blogger|freelancer|photographer|lecturer|director|founder)\b|^about the (?:author|writer|reporter)|^.{2,60} (?:covers|writes (?:about|on|for)|reports (?:on|for)) `)

// bylineWords are what stands beside the names in a byline.
const bylineWords = " by and with for written words text story reported updated from in the our a an staff senior chief deputy assistant associate political business sports arts science health world national foreign city crime education environment technology culture news special reporter correspondent editor writer journalist columnist critic contributor author producer photographer team "

var followHim = regexp.MustCompile(`\b(?:follow|find|reach) (?:him|her|them|me|us)\b.{0,20}(?:@| on | at )`)

// onlyWords says whether all words of a text are in a list, whose words stand between spaces.
func onlyWords(text, list string) bool {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		if !strings.Contains(list, " "+w+" ") {
			return false
		}
	}
	return true
}

var byLine = regexp.MustCompile(`^(?:words |text |story |report |interview |posted |written |reviewed )?by:? +\S+(?: \S+){0,9}$`)

// byWording judges by the words of a leaf.
func (s *selection) byWording(l *leaf, lower string, head, tail bool) string {
	if len(lower) > 600 {
		return ""
	}
	for _, w := range wordings {
		if len(lower) <= w.longest && w.match.MatchString(lower) && (w.reason != becauseDate || head || tail) {
			return w.reason
		}
	}
	lower = strings.TrimLeft(lower, "[(*-–—>»▶• ")
	sentence := prose(l)
	mostlyLink := l.linked*2 > l.total
	edge := head || tail
	switch {
	case len(lower) <= 120 && shareRow.MatchString(lower) && (wordCount(lower) > 1 || mostlyLink || edge || l.kind == ListItem):
		return becauseShare
	case len(lower) <= 200 && surelyRelated.MatchString(lower) && (!sentence || mostlyLink):
		return becauseRelated
	case len(lower) <= 200 && barelyRelated.MatchString(lower) && !sentence && (mostlyLink || edge || l.kind == Heading && wordCount(lower) <= 4):
		return becauseRelated
	case wholeRelated.MatchString(lower):
		return becauseRelated
	case edge && len(lower) <= 160 && endsInAddress.MatchString(lower):
		return becauseRelated
	case l.linked*10 >= l.total*9 && !ended(l.text) && wordCount(lower) >= 4 && (l.kind == Paragraph || l.kind == ListItem):
		return becauseRelated
	case s.isByline(l, lower, edge):
		return becauseByline
	case tail && s.isBiography(l, lower):
		return becauseBiography
	}
	return ""
}

// isByline says whether a leaf names the writer and no more.
func (s *selection) isByline(l *leaf, lower string, edge bool) bool {
	if len(lower) > 140 || ended(l.text) && !strings.HasSuffix(l.text, ".") {
		return false
	}
	for _, name := range s.meta.authors {
		name = strings.ToLower(strings.ReplaceAll(name, "’", "'"))
		if before, after, found := strings.Cut(lower, name); found && edge && onlyWords(before+" "+after, bylineWords) {
			return true
		}
	}
	if !byLine.MatchString(lower) || ended(l.text) {
		return false
	}
	// "By Anna Example, Political Editor": the first word after "by" has a capital.
	after := l.text[strings.Index(lower, "by")+2:]
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, ": "))
	return edge && unicode.IsUpper(r)
}

// isBiography says whether a leaf after the article says who wrote it.
func (s *selection) isBiography(l *leaf, lower string) bool {
	if strings.HasPrefix(lower, "about the") && wordCount(lower) <= 4 {
		return true
	}
	if followHim.MatchString(lower) {
		return true
	}
	if !writers.MatchString(lower) {
		return false
	}
	if l.hints&hintByline != 0 {
		return true
	}
	for _, name := range s.meta.authors {
		if strings.HasPrefix(lower, strings.ToLower(name)) {
			return true
		}
	}
	return false
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
