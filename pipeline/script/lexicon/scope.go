package lexicon

import (
	"net/url"
	"path"
	"strings"

	"golang.org/x/text/language"
)

// Scope is what decides which entries are for an article.
type Scope struct {
	Language string // BCP 47
	URL      string // the article's address; its host is the site
	Section  string
}

// scope is a Scope as entries compare it.
type scope struct{ tag, site, section string }

func (s Scope) compile() scope {
	c := scope{tag: strings.ToLower(s.Language), section: strings.TrimSpace(s.Section)}
	if tag, err := language.Parse(s.Language); err == nil {
		c.tag = strings.ToLower(tag.String())
	}
	if u, err := url.Parse(s.URL); err == nil {
		c.site = strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	}
	return c
}

// applies says whether the entry is for articles of this scope.
func (e *Entry) applies(s scope) bool {
	if e.tag != "" && e.tag != s.tag && !strings.HasPrefix(s.tag, e.tag+"-") {
		return false
	}
	if e.Section != "" && !strings.EqualFold(e.Section, s.section) {
		return false
	}
	if e.Site == "" {
		return true
	}
	fits, err := path.Match(strings.TrimPrefix(e.Site, "www."), s.site)
	return err == nil && fits
}

// narrowness counts how much an entry restricts itself: of two that fit, the narrower wins.
func (e *Entry) narrowness() int {
	n := len(e.tag)
	if e.Site != "" {
		n += 200
	}
	if e.Section != "" {
		n += 100
	}
	return n
}
