package article

import (
	"embed"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// The wordings of furniture, a file a language. en.tsv says how they are written.
//
//go:embed wordings/*.tsv
var wordingFiles embed.FS

// wording is how news pages of one language word their furniture. All of it is matched against text in lower case with
// straight apostrophes.
type wording struct {
	lines []furnitureLine

	relatedWhole *regexp.Regexp // a line that announces other stories, all of it
	relatedLabel *regexp.Regexp // a label and the headline of another story
	relatedStart *regexp.Regexp // how links to other stories begin
	announce     *regexp.Regexp // lines that announce other stories if links follow
	date         *regexp.Regexp // a date line
	byline       *regexp.Regexp // matched against the text as it is: names have capitals
	writer       *regexp.Regexp // the sentence that says who a writer is
	about        *regexp.Regexp // the heading over it
	company      *regexp.Regexp // the heading over what a press release says of its sender
	releaseEnd   *regexp.Regexp // the line that ends a press release

	role    map[string]bool // what stands beside the names in a byline
	sharing map[string]bool // the words of share rows
	share   map[string]bool // those that tell a share row from other short lines
}

// furnitureLine is one kind of line.
type furnitureLine struct {
	reason  string
	where   where
	longest int // bytes
	match   *regexp.Regexp
}

// where says where a whole sentence with a wording is furniture. A line that is no sentence is furniture everywhere.
type where int

const (
	nowhere where = iota
	atEnd
	atEdge
	anywhere
)

// theWordings reads the wordings of a language once, when a page first needs them.
//
//nolint:gochecknoglobals // read-only
var theWordings = func() map[string]func() *wording {
	list, err := wordingFiles.ReadDir("wordings")
	if err != nil {
		panic(err) // embedded
	}
	all := map[string]func() *wording{}
	for _, file := range list {
		language := strings.TrimSuffix(file.Name(), ".tsv")
		all[language] = sync.OnceValue(func() *wording { return readWording(language) })
	}
	return all
}()

// wordingsFor are the wordings for a page in some languages: theirs, and the English ones, which pages in all languages
// have.
func wordingsFor(languages ...string) []*wording {
	list := []*wording{theWordings["en"]()}
	for i, language := range languages {
		if read, ok := theWordings[language]; ok && language != "en" && !slices.Contains(languages[:i], language) {
			list = append(list, read())
		}
	}
	return list
}

// readWording reads the wordings of a language. They are part of the program, so that what is wrong in them is a panic,
// and a test reads them all.
func readWording(language string) *wording {
	data, err := wordingFiles.ReadFile(path.Join("wordings", language+".tsv"))
	if err != nil {
		panic(err)
	}
	reasons := map[string]string{
		"player": becausePlayer, "newsletter": becauseNewsletter, "paywall": becausePaywall, "advert": becauseAdvert, "cookies": becauseCookies,
		"comments": becauseComments, "copyright": becauseCopyright, "credit": becauseCredit, "share": becauseShare, "contact": becauseContact,
		"tags": becauseTags, "date": becauseDate, "message": becauseMessage,
	}
	places := map[string]where{"anywhere": anywhere, "edge": atEdge, "end": atEnd, "line": nowhere}
	words := map[string]string{}
	w := &wording{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) == 2 {
			words[fields[0]] = fields[1]
			continue
		}
		longest, err := strconv.Atoi(fields[2])
		reason, known := reasons[fields[0]]
		place, placed := places[fields[1]]
		if err != nil || !known || !placed || len(fields) != 4 {
			panic("wordings of " + language + ": " + line)
		}
		w.lines = append(w.lines, furnitureLine{reason: reason, where: place, longest: longest, match: regexp.MustCompile(unicodeBorders(fields[3]))})
	}
	// What a file says nothing about is never found.
	alternatives := func(key string) string {
		if words[key] == "" {
			return `[^\s\S]`
		}
		return words[key]
	}
	compile := func(pattern string) *regexp.Regexp { return regexp.MustCompile(unicodeBorders(pattern)) }
	// \b knows the letters of ASCII only.
	const border = `(?:\W|$)`
	related, label, ends := alternatives("related"), alternatives("related-label"), alternatives("related-end")
	w.relatedWhole = compile(`^(?:` + related + `)\W*$`)
	w.relatedLabel = compile(`^(?:` + related + `|` + label + `)\s*(?::|：|>|»|\||—|–|→)\s*\S`)
	w.relatedStart = compile(`^(?:` + related + `|` + alternatives("related-link") + `)` + border + `|^(?:` + related + `|` + ends + `)\W*$`)
	w.announce = compile(`^(?:` + related + `|` + ends + `|(?:` + label + `)\s*[:：])\W*$`)
	w.date = compile(`^\W*(?:(?:` + alternatives("published") + `)` + border + `\W*)*(?:(?:` +
		`\d{1,4}(?:st|nd|rd|th|er|º|ª)?(?:[:./h-]\d{1,4}){0,3}(?:am|pm|h|u|uhr)?` + border + `|` +
		`[ap]\.?m\.?` + border + `|(?:` + strings.ReplaceAll(alternatives("calendar"), " ", "|") + `)` + border + `)[\s,.|/@·•–:-]*)+$`)
	w.byline = compile(`^(?i:` + alternatives("byline") + `):? +\p{Lu}\S*(?: \S+){0,9}$`)
	w.writer = compile(alternatives("writer"))
	w.about = compile(`^(?:` + alternatives("about") + `)\W*$`)
	w.company = compile(`^(?:` + alternatives("about-company") + `) (.{2,60}?)\W*$`)
	w.releaseEnd = compile(`^\W*(?:` + alternatives("release-end") + `)\W*$`)
	set := func(key string) map[string]bool {
		m := map[string]bool{}
		for word := range strings.FieldsSeq(words[key]) {
			m[word] = true
		}
		return m
	}
	w.role, w.sharing, w.share = set("role"), set("sharing"), set("share-name")
	return w
}

// unicodeBorders makes \W, which knows the letters of ASCII only, know all of them, in a pattern that has others. Patterns
// in Latin letters do not need that, and are faster without.
func unicodeBorders(pattern string) string {
	if !strings.ContainsFunc(pattern, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) }) {
		return pattern
	}
	return strings.ReplaceAll(pattern, `\W`, `[^\pL\pN_]`)
}
