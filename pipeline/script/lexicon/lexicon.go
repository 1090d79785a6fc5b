// Package lexicon is the publisher's say in how words are read: entries for words, phrases and families of them, from
// YAML files and W3C PLS 1.0 files, and a built-in one for English news. It finds the entries in a text; the normaliser
// puts their readings in the place of its own. It is not for numbers, abbreviations and other things that rules read.
package lexicon

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/voicepress/voicepress/pipeline/script/normalize"
)

// Class is the class of spans that a lexicon decided.
const Class = normalize.LexiconClass

// Lexicon is the entries of one or more files. It never changes after it is made, so it may be used by many goroutines at
// once. The nil Lexicon has no entries.
type Lexicon struct {
	entries []Entry
	words   node    // by word, for entries that have one
	regexps []int32 // the others
	parts   bool    // whether an entry may begin inside a word
}

// New makes a lexicon of files. An entry of a later file wins over those of earlier ones. The error, if any, is an Errors.
func New(files ...*File) (*Lexicon, error) {
	var entries []Entry
	var errs Errors
	regexps := 0
	for layer, f := range files {
		for _, e := range f.Entries {
			e.layer = layer
			entries = append(entries, e)
			if e.pattern != nil {
				regexps++
			}
		}
		errs = append(errs, collisions(f.Entries)...)
	}
	switch {
	case len(errs) > 0:
		return nil, errs
	case len(entries) > maxEntries:
		return nil, fmt.Errorf("the lexicon has more than %d entries", maxEntries)
	case regexps > maxRegexps:
		return nil, fmt.Errorf("the lexicon has more than %d regular expressions", maxRegexps)
	}
	return build(entries), nil
}

func build(entries []Entry) *Lexicon {
	l := &Lexicon{entries: entries}
	for i := range l.entries {
		e := &l.entries[i]
		if e.pattern != nil {
			l.regexps = append(l.regexps, int32(i))
			continue
		}
		l.words.insert(e.Word, int32(i))
		l.parts = l.parts || e.Part
	}
	return l
}

// Own is the lexicon without its built-in entries.
func (l *Lexicon) Own() *Lexicon {
	if l == nil {
		return nil
	}
	var own []Entry
	for _, e := range l.entries {
		if e.File != BuiltInName {
			own = append(own, e)
		}
	}
	return build(own)
}

// Empty says that the lexicon has no entries.
func (l *Lexicon) Empty() bool { return l == nil || len(l.entries) == 0 }

// All gives the entries, file by file.
func (l *Lexicon) All() iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		if l == nil {
			return
		}
		for i := range l.entries {
			if !yield(&l.entries[i]) {
				return
			}
		}
	}
}

// collisions finds the entries of one file that would say the same words in two ways.
func collisions(entries []Entry) (errs Errors) {
	type key struct {
		subject             string
		regexp, exact, part bool
		tag, site, section  string
	}
	first := make(map[key]*Entry, len(entries))
	for i := range entries {
		e := &entries[i]
		k := key{cmp.Or(e.Regexp, e.Word), e.Regexp != "", e.Exact, e.Part, e.tag, e.Site, strings.ToLower(e.Section)}
		if e.Word != "" {
			k.subject = strings.Map(typed, e.Word)
			if !e.Exact {
				k.subject = strings.Map(fold, e.Word)
			}
		}
		if other := first[k]; other != nil {
			errs = append(errs, &Error{e.File, e.Line, fmt.Errorf("%q is already in line %d, for the same language, case and scope", e.Subject(), other.Line)})
			continue
		}
		first[k] = e
	}
	return errs
}

// View is the entries of a lexicon that are for one article. It is a normalize.Lexicon.
type View struct {
	lexicon *Lexicon
	scope   scope
	english bool
}

// For is the view for articles of a scope. The nil Lexicon gives a view without entries.
func (l *Lexicon) For(s Scope) *View {
	c := s.compile()
	return &View{lexicon: l, scope: c, english: c.tag == "en" || strings.HasPrefix(c.tag, "en-")}
}

// Hit is an entry found in a text.
type Hit struct {
	Entry *Entry
	normalize.Reading
}

// Readings gives the readings of the entries in a text, in order and without overlap.
func (v *View) Readings(text string) []normalize.Reading {
	var list []normalize.Reading
	for _, h := range v.Hits(text) {
		list = append(list, h.Reading)
	}
	return list
}

// match is an entry that fits a stretch of text.
type match struct {
	*Entry
	groups []int // bytes: the whole, and the groups of a regular expression
}

// Hits finds the entries in a text, in order and without overlap. Of two that overlap the winner is, by the first
// difference: the one of the later file; a word or phrase before a regular expression; the one that begins first; the
// longer one; the one with the narrower scope; the one whose capitals count; the one for whole words; the one further down
// in the file. Time is linear in the length of the text, and for regular expressions in their number.
func (v *View) Hits(text string) []Hit {
	if v.lexicon.Empty() {
		return nil
	}
	matches := v.matches(text)
	if len(matches) == 0 {
		return nil
	}
	slices.SortStableFunc(matches, func(a, b match) int {
		return cmp.Or(
			cmp.Compare(b.layer, a.layer), truth(a.pattern != nil, b.pattern != nil),
			cmp.Compare(a.groups[0], b.groups[0]), cmp.Compare(b.groups[1], a.groups[1]),
			cmp.Compare(b.narrowness(), a.narrowness()), truth(!a.Exact, !b.Exact), truth(a.Part, b.Part), cmp.Compare(b.Line, a.Line),
		)
	})
	hits := make([]Hit, 0, len(matches))
	for _, m := range winners(matches) {
		say, ipa := m.reading(text, m.groups)
		h := Hit{m.Entry, normalize.Reading{Start: m.groups[0], End: m.groups[1], Say: say, IPA: ipa}}
		if ipa != "" && v.english {
			h.possess(text)
		}
		hits = append(hits, h)
	}
	return hits
}

// matches finds every entry at every place, in any order.
func (v *View) matches(text string) (found []match) {
	l := v.lexicon
	inside := false // a word
	for at := 0; at < len(text); {
		r, size := rune(text[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[at:])
		}
		if r != ' ' && (!inside || l.parts || !wordy(r)) {
			l.words.walk(text, at, func(i int32, end int) {
				e := &l.entries[i]
				if !e.Part && (inside || wordyAt(text, end)) || !e.applies(v.scope) || e.Exact && !sameCase(text[at:end], e.Word) {
					return
				}
				found = append(found, match{e, []int{at, end}})
			})
		}
		if !ignorable(r) {
			inside = wordy(r)
		}
		at += size
	}
	for _, i := range l.regexps {
		e := &l.entries[i]
		if !e.applies(v.scope) {
			continue
		}
		for _, groups := range e.pattern.FindAllStringSubmatchIndex(text, -1) {
			start, end := groups[0], groups[1]
			if start < end && (e.Part || !wordyBefore(text, start) && !wordyAt(text, end)) {
				found = append(found, match{e, groups})
			}
		}
	}
	return found
}

// wordyAt says whether a word goes on, or begins, at a byte.
func wordyAt(text string, at int) bool {
	r, _ := utf8.DecodeRuneInString(text[at:])
	for ignorable(r) {
		at += utf8.RuneLen(r)
		r, _ = utf8.DecodeRuneInString(text[at:])
	}
	return wordy(r)
}

func wordyBefore(text string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:at])
	return wordy(r)
}

// winners takes, from matches in order of precedence, those that overlap no earlier one, and puts them in order of the
// text.
func winners(matches []match) []match {
	var taken []match
	for len(matches) > 0 {
		n := 1 // matches of one file and kind, which are in order of the text
		for n < len(matches) && matches[n].layer == matches[0].layer && (matches[n].pattern == nil) == (matches[0].pattern == nil) {
			n++
		}
		merged := make([]match, 0, len(taken)+n)
		end, k := 0, 0
		for _, m := range matches[:n] {
			for k < len(taken) && taken[k].groups[1] <= m.groups[0] {
				merged = append(merged, taken[k])
				k++
			}
			if m.groups[0] < end || k < len(taken) && taken[k].groups[0] < m.groups[1] {
				continue
			}
			merged = append(merged, m)
			end = m.groups[1]
		}
		taken = append(merged, taken[k:]...)
		matches = matches[n:]
	}
	return taken
}

// truth compares false before true.
func truth(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// possess takes in the 's of a possessive, since a pronunciation is for the whole of a word: "Thames's". English has
// three sounds for it, by the sound before.
func (h *Hit) possess(text string) {
	rest := text[h.End:]
	r, n := utf8.DecodeRuneInString(rest)
	if typed(r) != '\'' || len(rest) <= n || rest[n] != 's' && rest[n] != 'S' || wordyAt(text, h.End+n+1) {
		return
	}
	h.Say += rest[:n+1]
	h.End += n + 1
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(norm.NFD.String(h.IPA), "ː "))
	switch {
	case strings.ContainsRune("szʃʒ", last):
		h.IPA += "ɪz"
	case strings.ContainsRune("ptkfθ", last):
		h.IPA += "s"
	default:
		h.IPA += "z"
	}
}
