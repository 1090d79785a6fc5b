package article

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// wordings are the lines that news pages put around and between the paragraphs of an article, in English. Each matches
// from the start of a leaf, in lower case with straight apostrophes. Where a wording may also begin a sentence of an
// article ("Written by a nun in 1480, the book ..."), it takes out a whole sentence only after the last paragraph; only
// the wordings that say "anywhere" take one out from the middle.
//
//nolint:gochecknoglobals // read-only table
var wordings = []struct {
	reason   string
	anywhere bool
	longest  int // bytes
	match    *regexp.Regexp
}{
	{becausePlayer, true, 200, regexp.MustCompile(`^listen to (?:this|the) (?:article|story|post|piece|report)\b`)},
	{becausePlayer, true, 120, regexp.MustCompile(`^(?:(?:this|the|our) )?(?:article(?:'s)? |story(?:'s)? )?(?:audio|voice|narration|recording)(?: version)?(?: (?:of|for) this (?:article|story))? (?:is|was|has been) (?:(?:fully |entirely )?(?:ai|computer|machine|artificially)[- ]generated|(?:automatically )?(?:generated|created|read|produced) (?:by|with|using) (?:an )?(?:ai|artificial intelligence|automated|computer|synthetic|text[- ]to[- ]speech)\b)`)},
	{becausePlayer, false, 60, regexp.MustCompile(`^(?:listen|play|pause|audio|\d?\d:\d\d)(?:\W+(?:listen|play|pause|audio|now|to this article|\d?\d:\d\d|\d+ ?min(?:ute)?s?|\d+ ?sec(?:ond)?s?))+\W*$`)},
	{becauseNewsletter, true, 300, regexp.MustCompile(`^(?:subscribe(?: now| today)?\W*$|to (?:read|continue reading|see|unlock) the (?:full|whole|rest)\b|(?:please )?sign up (?:for|to|here|now|today)\b|subscribe (?:to|for|now|today|here)\b|get (?:the|our|all|more) .{0,80}\b(?:newsletter|inbox|e-?mail alerts?)\b|join our .{0,60}newsletter|receive (?:the|our) .{0,60}(?:newsletter|inbox)|already a subscriber|(?:want|like|enjoy(?:ed|ing)?) (?:this|more)\b.{0,120}(?:newsletter|sign up|subscribe)|.{0,120}\b(?:our|the|this|free|daily|weekly) (?:\w+ ){0,3}newsletters?\b.{0,120}\b(?:sign up|subscribe) (?:here|now|today|below)|support (?:our|independent|quality) journalism)`)},
	{becauseNewsletter, false, 600, regexp.MustCompile(`^(?:get .{2,80}\b(?:delivered|in your inbox|to your inbox)\b|(?:to|please) (?:continue|keep) reading|you have (?:\w+ ){1,3}(?:free )?articles|join (?:our|the) .{0,40}\b(?:forums?|community|group|channel|discord)\b|if you (?:enjoyed|liked|like|enjoy) (?:this|reading)\b.{0,200}\b(?:join|subscri\w+|donat\w+|support|member\w*|sign up)\b|become a (?:member|subscriber))`)},
	{becauseAdvert, true, 120, regexp.MustCompile(`^(?:advertisements?|ads?|adverts?|sponsored(?: content)?|promoted(?: content)?|paid (?:content|post)|(?:story|article|text|content) continues (?:below|after) .{0,60}|(?:story|article|text|content) continues below|scroll (?:down )?(?:to|for) (?:continue|more|read).{0,60}|(?:skip|close|remove) (?:this )?(?:ads?|advert|advertisement)|loading|-+ ?advertisement ?-+)\W*$`)},
	{becauseAdvert, false, 400, regexp.MustCompile(`\b(?:buy|purchase|links?|click)\b.{0,160}\b(?:may|might|could|will) (?:earn|get|receive|make) .{0,40}\b(?:commission|share of the (?:sale|revenue))|\b(?:may|might) (?:earn|receive|get|make) .{0,40}\bcommission\b.{0,120}\b(?:links?|purchases?|buy)\b|\baffiliate links?\b.{0,200}\bcommission`)},
	{becauseCookies, true, 300, regexp.MustCompile(`^(?:(?:we|this (?:site|website|page)|our (?:site|website|partners)).{0,40}\buses? cookies|(?:accept|manage|reject|allow)(?: all)? cookies|cookie (?:policy|settings|preferences|notice)\W*$|by (?:using|continuing).{0,80}\bcookies)`)},
	{becauseComments, true, 80, regexp.MustCompile(`^(?:(?:\d[\d,.]* )?comments?(?: ?\(\d+\))?|(?:leave|post|add|write|view|show|read|see|hide|load)(?: a| your| all| the| more)? (?:\d+ )?(?:comments?|reply)|\d+ (?:replies|responses)|join the (?:conversation|discussion)|comments are (?:now )?(?:closed|off).{0,40}|you must (?:be )?log(?:ged)? ?in .{0,60})\W*$`)},
	{becauseComments, false, 120, regexp.MustCompile(`^what do you think\?|^.{0,60}\bmoderat(?:e|ing) (?:all )?comments\b`)},
	{becauseCopyright, true, 300, regexp.MustCompile(`^(?:©|\(c\) ?(?:19|20)\d\d|copyright (?:©|\(c\)|(?:19|20)\d\d|by\b)|this copy is for your personal\b|the contents of this (?:site|page) are ©|.{0,200}\ball rights reserved\W*$)`)},
	{becauseCredit, false, 200, regexp.MustCompile(`^\W*(?:(?:additional |with )?(?:report(?:ing|ed)|writing|editing|graphics?|edited|compiled|written|photography|production)(?: (?:and|&) (?:writing|reporting|editing))? (?:by|for the)\b|(?:photos?|photographs?|images?|pictures?|illustration|graphic|video|(?:cover|lead|featured|header) image|credits?|(?:image|photo|picture) (?:credits?|source)|foto)(?: by)? ?[:/]|getty images|.{0,80}/(?:getty images|reuters|ap|afp|shutterstock|ap photo)\W*$)`)},
	{becauseCredit, true, 100, regexp.MustCompile(`^sources?: [^.]*$`)},
	{becauseCredit, true, 250, regexp.MustCompile(`^.{2,160}\bcontributed (?:to this (?:report|story|article|piece|post)|reporting)\b.{0,60}$`)},
	{becauseShare, false, 160, regexp.MustCompile(`^(?:follow (?:us|me|him|her|them|@|the author|\S+(?: \S+){0,4} on)\b|(?:like|find) us on|share (?:this|on|via|your|the) |tweet this|follow .{2,80} on (?:facebook|twitter|x|instagram|linkedin|threads|bluesky|mastodon|youtube)\b|(?:like|enjoy|enjoyed|love|loved) (?:this|the) (?:story|article|post)\?|send (?:us )?(?:a )?tips?|(?:got|have) a (?:news |story )?(?:tip|story)|download (?:the|our) .{0,40}\bapp\b)`)},
	{becauseContact, false, 200, regexp.MustCompile(`^(?:(?:write|e-?mail|contact|reach|to contact)(?: to)? (?:the (?:author|reporter|editor|writer|journalist)s?|us|me|him|her|\S+(?: \S+){0,3}) (?:\w+ ){0,6}(?:at|via|on|by)\b|.{0,80}\bcan be (?:reached|contacted|followed) (?:at|on|via)\b)`)},
	{becauseContact, true, 100, regexp.MustCompile(`^(?:(?:e-?mail|twitter|tel|phone|contact|facebook|instagram):?\s*)?(?:@\w{2,30}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)(?:\W+(?:@\w{2,30}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+))*\W*$`)},
	{becauseContact, true, 100, regexp.MustCompile(`^(?:(?:www\.)?(?:twitter|x|facebook|instagram|linkedin)\.com/\S+\s*)+$`)},
	{becauseTags, true, 300, regexp.MustCompile(`^(?:filed under|posted in|tagged|tags?|topics|categories|category|keywords):`)},
	{becauseDate, false, 140, regexp.MustCompile(`^\W*(?:(?:first |last |originally )?(?:published|updated|modified|posted|created|date|issued on)\b(?: (?:on|at|in))?:?[ \W]*)?(?:` + dateWord + `[\s,.|/@·•–-]*)+$`)},
	{becauseDate, false, 40, regexp.MustCompile(`^\d+[- ]min(?:ute)?s?(?:[- ]read)?(?: read| left)?$|^\d+ (?:second|minute|hour|day|week|month|year)s? ago$|^reading time\W`)},
}

// dateWord matches one word of a date line.
const dateWord = `(?:\d{1,4}(?:st|nd|rd|th)?(?:[:./-]\d{1,4}){0,3}(?:am|pm)?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|tember|ober|ember)?\b|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|a\.?m\b|p\.?m\b|at\b|on\b|[ecmp][sd]?t\b|gmt\b|bst\b|ist\b|utc\b|cet\b|published\b|updated\b|last\b|first\b|modified\b|posted\b|ago\b|\d+ (?:hours?|minutes?|days?))`

// shareRow matches a row of the words that share buttons carry.
var shareRow = regexp.MustCompile(`^(?:(?:share|tweet|tweets|post|pin|e-?mail|print|save|copy|link|copied|facebook|twitter|x|whatsapp|linkedin|reddit|pinterest|telegram|flipboard|messenger|tumblr|sms|instagram|youtube|bluesky|threads|mastodon|google|on|to|via|this|article|story|page|link|with|friends|follow|us|by|a|the|more|options|\d+|shares?|open|in|new|window)\W*)+$`)

// shareName matches the words that tell a share row from other short lines.
var shareName = regexp.MustCompile(`\b(?:share|shares|tweet|tweets|pin|e-?mail|print|copy link|facebook|twitter|whatsapp|linkedin|reddit|pinterest|telegram|flipboard|messenger|tumblr|sms|instagram|youtube|bluesky|mastodon|follow us)\b`)

// related matches the start of a line that leads to another story; sure ones need no link.
var (
	surelyRelated = regexp.MustCompile(`^(?:read (?:more|also|next|on)|also read|related(?: (?:stories|articles|content|coverage|news|links|video|reading))?|see also|more on this(?: story)?|more (?:from|on|in) [^.!?]{2,60}|recommended(?: for you| reading| stories)?|further reading|don't miss|up next|in case you missed it|you (?:may|might) also (?:like|be interested in)|continue reading|watch|video|listen|more|in (?:pictures|photos|pics|video)|photos|pictures|gallery|podcast)\s*(?::|>|»|\||—|–|→)\s*\S`)
	barelyRelated = regexp.MustCompile(`^(?:(?:click|tap) (?:here|through)|read (?:more|also|next|on|the (?:full|whole|rest|original))|also read|related|see (?:also|more)|more (?:from|on|about|in|stories|news|like)|recommended|further reading|don't miss|up next|most (?:read|popular|viewed)|trending|top stories|latest|editor's (?:pick|choice)|you (?:may|might) (?:also )?(?:like|be interested)|what to read next|continue reading|keep reading|go deeper|watch|listen|more (?:\S+ ){0,4}(?:stories|articles|news|posts|coverage|reading|headlines|reviews|videos)\W*$|view (?:all|more|the|gallery)|find out more|learn more|sponsored|popular|explore|next (?:article|story)|previous (?:article|story)|back to)\b`)
)

var wholeRelated = regexp.MustCompile(`^(?:don't miss|read (?:more|next|also)|also read|related(?: (?:stories|articles|content|coverage|links|news|posts|topics))?|see also|more on this(?: story)?|more (?:stories|news)|recommended(?: stories| reading| for you)?|further reading|up next|most (?:read|popular|viewed)|trending(?: now)?|top stories|you (?:may|might) also like|in case you missed it)\W*$`)

var endsInAddress = regexp.MustCompile(`^(?:(?:more|follow|see|read|for more|for (?:full|complete) coverage|online|visit|full coverage)\b.{0,100}[\s:(])?(?:https?://|www\.)\S+$`)

// writers match the sentence that says who a writer is.
var writers = regexp.MustCompile(`^.{2,80}? (?:is|was) (?:an?|the|our) (?:[\w'-]+,? ){0,8}?(?:reporter|correspondent|editor|writer|journalist|columnist|contributor|author|producer|fellow|professor|analyst|critic|blogger|freelancer|photographer|lecturer|director|founder)\b|^about the (?:author|writer|reporter)|^.{2,60} (?:covers|writes (?:about|on|for)|reports (?:on|for)) `)

// bylineWords are what stands beside the names in a byline.
const bylineWords = " by and with for written words text story reported updated from in the our a an staff senior chief deputy assistant associate political business sports arts science health world national foreign city crime education environment technology culture news special reporter correspondent editor writer journalist columnist critic contributor author producer photographer team "

var followHim = regexp.MustCompile(`\b(?:follow|find|reach) (?:him|her|them|me|us) (?:on|at|via) (?:x|twitter|instagram|facebook|linkedin|threads|bluesky|mastodon|@\S+|\S+@\S+)\b`)

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
	sentence, edge := prose(l), head || tail
	for _, w := range wordings {
		if len(lower) > w.longest || sentence && !w.anywhere && !tail || w.reason == becauseDate && !edge {
			continue
		}
		if w.match.MatchString(lower) {
			return w.reason
		}
	}
	lower = strings.TrimLeft(lower, "[(*-–—>»▶• ")
	mostlyLink := l.linked*2 > l.total
	switch {
	case len(lower) <= 120 && shareRow.MatchString(lower) && shareName.MatchString(lower) && (wordCount(lower) > 1 || mostlyLink || edge || l.kind == ListItem):
		return becauseShare
	case len(lower) <= 200 && surelyRelated.MatchString(lower) && (!sentence || mostlyLink):
		return becauseRelated
	case len(lower) <= 200 && barelyRelated.MatchString(lower) && !sentence && (mostlyLink || tail && l.kind != ListItem):
		return becauseRelated
	case wholeRelated.MatchString(lower):
		return becauseRelated
	case edge && len(lower) <= 160 && endsInAddress.MatchString(lower):
		return becauseRelated
	case l.linked*10 >= l.total*9 && !ended(l.text) && wordCount(lower) >= 4 && (l.kind == Paragraph || l.kind == ListItem && tail):
		return first(byHint(l, lower), becauseRelated)
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
