package lexicon

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Entry says how a word, a phrase or a family of them is read. Of Word and Regexp one is set; of Say, Spell, IPA and
// Leave one, or Say and IPA together: the words, and how they sound.
type Entry struct {
	Word   string // a word or phrase, in NFC
	Regexp string // a regular expression (RE2) for a whole family
	Say    string // the words to say instead; after Regexp, $1 or ${name} stands for what a group matched
	Spell  bool   // letter by letter
	IPA    string // how it sounds, in the International Phonetic Alphabet; several words may be parted by spaces
	Leave  bool   // say it as written; no rule may change it

	Exact bool // capitals count
	Part  bool // also inside a longer word

	Language string // BCP 47; "en" is for "en-GB" too; empty for every language
	Site     string // the host of the article's address, where * stands for any characters; empty for every site
	Section  string // the article's section, capitals do not count; empty for every section

	File string // where the entry stands, for messages
	Line int    // counted from 1

	layer   int // of two files, that of the higher layer wins
	pattern *regexp.Regexp
	tag     string // Language as language.Tag prints it, in lower case
}

// Subject is what the entry is about: its word or its regular expression.
func (e *Entry) Subject() string { return cmp.Or(e.Word, e.Regexp) }

// Origin is where the entry stands: "lexicon.yaml:12".
func (e *Entry) Origin() string { return fmt.Sprintf("%s:%d", e.File, e.Line) }

// Reading shows what the entry says: "Lester", "/ˈlɛstɚ/", "letter by letter" or "as written".
func (e *Entry) Reading() string {
	switch {
	case e.Spell:
		return "letter by letter"
	case e.Leave:
		return "as written"
	case e.IPA == "":
		return e.Say
	}
	return strings.TrimSpace(e.Say + " /" + e.IPA + "/")
}

// The limits of an entry. They are far beyond what words need and keep a text's time linear.
const (
	maxWord    = 200 // runes
	maxSay     = 500 // runes
	maxIPA     = 500 // runes
	maxRegexp  = 500 // bytes
	maxRegexps = 500 // in a lexicon
	maxEntries = 200_000
)

// prepare checks an entry and fills what is derived.
func (e *Entry) prepare() error {
	for _, s := range []*string{&e.Word, &e.Say, &e.IPA, &e.Language, &e.Site, &e.Section} {
		if !utf8.ValidString(*s) || strings.ContainsFunc(*s, unicode.IsControl) {
			return fmt.Errorf("%q holds control characters", *s)
		}
		*s = strings.Join(strings.Fields(norm.NFC.String(*s)), " ")
	}
	if err := e.prepareSubject(); err != nil {
		return err
	}
	if err := e.prepareReading(); err != nil {
		return err
	}
	if e.Language != "" {
		tag, err := language.Parse(e.Language)
		if err != nil {
			return fmt.Errorf("language %q is no BCP 47 tag, such as en or en-GB", e.Language)
		}
		e.tag = strings.ToLower(tag.String())
	}
	e.Site = strings.ToLower(e.Site)
	if strings.ContainsAny(e.Site, "/: ") {
		return fmt.Errorf("site %q is no host, such as example.org or *.example.org", e.Site)
	}
	if _, err := path.Match(e.Site, ""); err != nil {
		return fmt.Errorf("site %q: %w", e.Site, err)
	}
	return nil
}

func (e *Entry) prepareSubject() error {
	switch {
	case e.Word != "" && e.Regexp != "":
		return fmt.Errorf("%q has both word and regexp; make two entries", e.Word)
	case e.Word == "" && e.Regexp == "":
		return fmt.Errorf("an entry needs a word or a regexp")
	case utf8.RuneCountInString(e.Word) > maxWord:
		return fmt.Errorf("the word is longer than %d characters", maxWord)
	case e.Word != "" && !strings.ContainsFunc(e.Word, func(r rune) bool { return !unicode.IsSpace(r) && !ignorable(r) }):
		return fmt.Errorf("word %q holds nothing that can be found", e.Word)
	case len(e.Regexp) > maxRegexp:
		return fmt.Errorf("the regexp is longer than %d bytes", maxRegexp)
	case e.Regexp == "":
		return nil
	}
	source := e.Regexp
	if !e.Exact {
		source = "(?i:" + source + ")"
	}
	var err error
	if e.pattern, err = regexp.Compile(source); err != nil {
		return fmt.Errorf("regexp %q: %w", e.Regexp, err)
	}
	if e.pattern.MatchString("") {
		return fmt.Errorf("regexp %q matches nothing at all, and so everywhere", e.Regexp)
	}
	return e.checkGroups()
}

// groupName finds what a respelling takes from the match, as regexp.Expand reads it: $1, $name, ${1}; and $$, a dollar.
var groupName = regexp.MustCompile(`\$(?:\$|\{([\pL\p{Nd}_]+)\}|([\pL\p{Nd}_]+))`)

// checkGroups refuses a respelling with a group that the regexp does not have, because nothing would be said for it.
func (e *Entry) checkGroups() error {
	for _, match := range groupName.FindAllStringSubmatch(e.Say, -1) {
		name := match[1] + match[2]
		if n, err := strconv.Atoi(name); name == "" || err == nil && n <= e.pattern.NumSubexp() || e.pattern.SubexpIndex(name) >= 0 {
			continue
		}
		return fmt.Errorf("say %q: regexp %q has no group %q; write ${1} where a letter or digit follows the number", e.Say, e.Regexp, name)
	}
	return nil
}

func (e *Entry) prepareReading() error {
	readings := 0
	for _, given := range []bool{e.Say != "" || e.IPA != "", e.Spell, e.Leave} {
		if given {
			readings++
		}
	}
	switch {
	case readings == 0:
		return fmt.Errorf("%q has no reading: give say, spell, ipa or leave", e.Subject())
	case readings > 1:
		return fmt.Errorf("%q has more than one reading: give one of say, spell, ipa and leave (or say and ipa together)", e.Subject())
	case utf8.RuneCountInString(e.Say) > maxSay:
		return fmt.Errorf("what to say for %q is longer than %d characters", e.Subject(), maxSay)
	case e.Say != "" && !strings.ContainsFunc(e.Say, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '$' && e.Regexp != "" }):
		return fmt.Errorf("say %q holds nothing that can be said", e.Say)
	case utf8.RuneCountInString(e.IPA) > maxIPA:
		return fmt.Errorf("the ipa of %q is longer than %d characters", e.Subject(), maxIPA)
	case e.IPA != "" && e.Part:
		return fmt.Errorf("%q: ipa is for whole words, so it cannot go with part; use say", e.Subject())
	}
	if e.IPA != "" {
		e.IPA = strings.Trim(e.IPA, "/[] ")
		if !strings.ContainsFunc(e.IPA, unicode.IsLetter) {
			return fmt.Errorf("%q: ipa %q holds no sound", e.Subject(), e.IPA)
		}
	}
	return nil
}

// reading gives the words for a stretch of text that the entry matched, and how they sound.
func (e *Entry) reading(text string, groups []int) (say, ipa string) {
	switch {
	case e.pattern != nil && e.Say != "":
		say = string(e.pattern.ExpandString(nil, e.Say, text, groups))
		say = strings.Join(strings.Fields(say), " ")
	case e.Say != "":
		say = e.Say
	case e.Spell:
		say = spelt(text[groups[0]:groups[1]])
	}
	if say == "" {
		say = plain(text[groups[0]:groups[1]])
	}
	return say, e.IPA
}

// plain is a text as a voice wants it: without format characters, spaces single.
func plain(text string) string {
	kept := strings.Map(func(r rune) rune {
		if ignorable(r) {
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(kept), " ")
}

// spelt is a text letter by letter, capitals for all; digits stay for the rules to say one by one.
func spelt(text string) string {
	var letters []string
	for _, r := range norm.NFC.String(text) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			letters = append(letters, string(unicode.ToUpper(r)))
		case unicode.IsMark(r) && len(letters) > 0:
			letters[len(letters)-1] += string(r)
		}
	}
	return strings.Join(letters, " ")
}

// ignorable says whether a rune shapes or steers text and is nothing by itself, such as a soft hyphen.
func ignorable(r rune) bool { return r >= 0xad && unicode.Is(unicode.Cf, r) }
