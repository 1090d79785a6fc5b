package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// boilerplate takes out what ends a press release: what its sender says of itself under "About X", and whom the press may
// call. It is the last of the text and a small part of it, or it is kept.
func (s *selection) boilerplate() {
	total, after, end := 0, 0, len(s.leaves)
	for i, l := range s.leaves {
		if s.read(i) {
			total += l.total
		}
	}
	const part = 3 // a third of the text, at most
	for i := len(s.leaves) - 1; i >= 0 && after*part <= total; i-- {
		l := s.leaves[i]
		if s.keep[i] && (s.reason[i] == "" || s.reason[i] == becauseRule) {
			if reason := s.opensBoilerplate(i); reason != "" {
				for j := i; j < end; j++ {
					if s.read(j) {
						s.reason[j] = reason
					}
				}
				end = i
			}
		}
		if s.read(i) {
			after += l.total
		}
	}
}

// opensBoilerplate says whether what follows a leaf is boilerplate, and why.
func (s *selection) opensBoilerplate(i int) string {
	const longest = 80 // bytes
	l := s.leaves[i]
	if len(l.text) > longest || stops(l.text) {
		return ""
	}
	if mark := strings.ReplaceAll(l.text, " ", ""); mark == "###" || mark == "-30-" {
		return becauseContact
	}
	lower := plainLower(l.text)
	for _, w := range s.wordings {
		if w.releaseEnd.MatchString(lower) {
			return becauseContact
		}
		found := w.company.FindStringSubmatchIndex(lower)
		if found == nil || len(lower) != len(l.text) {
			continue
		}
		// "About Example Bridges" and then "Example Bridges builds ...": "About the fire" is a chapter.
		name := l.text[found[2]:found[3]]
		if r, _ := utf8.DecodeRuneInString(name); !unicode.IsUpper(r) {
			continue
		}
		const near = 5 // leaves
		for j := i + 1; j < min(len(s.leaves), i+near); j++ {
			if s.read(j) {
				word, _, _ := strings.Cut(name, " ")
				if begin := s.leaves[j].text; strings.Contains(begin[:min(len(begin), 80)], word) && prose(s.leaves[j]) {
					return becauseCompany
				}
				break
			}
		}
	}
	return ""
}
