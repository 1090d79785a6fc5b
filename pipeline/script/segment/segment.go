// Package segment cuts a paragraph into sentences by byte offsets. It changes no text: sentences and the white space
// between them are the paragraph, byte for byte. It is not for paragraphs (the article's blocks are those), nor for
// clauses or words.
//
// One pass, no regular expressions: the scanner stops at marks that can end a sentence and looks a bounded distance
// back and ahead. What a full stop means depends on tables of abbreviations, one file a language in tables/. Languages
// without a table are cut by the marks of their script and by letter case, in the manner of Unicode Standard Annex 29.
package segment

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences gives the sentences of a paragraph in order, each as bytes [start, end) of text. They do not overlap, hold
// no outer white space, are not empty, and only white space lies between them. lang is a BCP 47 tag; only its primary
// subtag counts, and an unknown or empty one is fine. Text that is not UTF-8 is no error: a stray byte counts as a sign
// without meaning. Ranging over the result allocates nothing per sentence.
func Sentences(text, lang string) iter.Seq2[int, int] {
	table := languageTable(lang)
	return func(yield func(int, int) bool) {
		s := scanner{text: text, lang: table}
		for {
			start, end := s.next()
			if start == end || !yield(start, end) {
				return
			}
		}
	}
}

// scanner walks a paragraph.
type scanner struct {
	text  string
	lang  *language
	start int    // where the sentence being read begins
	pos   int    // everything before it is done
	word  int    // where the word being read begins
	list  marker // the list marker that began an item last
}

// next reads one sentence; start == end at the end of the text.
func (s *scanner) next() (start, end int) {
	s.start = skipSpace(s.text, s.pos)
	s.pos, s.word = s.start, s.start
	if s.start == len(s.text) {
		return s.start, s.start
	}
	s.openItem()
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		switch byteKind(c) {
		case plain:
			s.pos++
		case own:
			if strings.IndexByte(s.lang.marks, c) < 0 {
				s.pos++
			} else if end, ok := s.atStop(); ok {
				return s.start, end
			}
		case space:
			if end, ok := s.atSpace(); ok {
				return s.start, end
			}
		case stop:
			if end, ok := s.atStop(); ok {
				return s.start, end
			}
		case wide:
			r, n := utf8.DecodeRuneInString(s.text[s.pos:])
			switch {
			case IsTerminator(r):
				if end, ok := s.atStop(); ok {
					return s.start, end
				}
			case unicode.IsSpace(r):
				if end, ok := s.atSpace(); ok {
					return s.start, end
				}
			default:
				s.pos += n
			}
		}
	}
	return s.start, trimSpace(s.text, s.start, len(s.text))
}

// atSpace looks at white space: a blank line ends the sentence, and so does a list marker behind it. It moves past the
// white space.
func (s *scanner) atSpace() (end int, ok bool) {
	end = s.pos
	lines := 0
	for s.pos < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[s.pos:])
		if !unicode.IsSpace(r) {
			break
		}
		switch r {
		case '\n':
			lines++
		case '\u2028', '\u2029':
			lines += 2
		}
		s.pos += n
	}
	if s.pos == len(s.text) || lines > 1 || s.startsItem(end) || s.layoutEnds(end) {
		return end, true
	}
	s.word = s.pos
	return 0, false
}

// atStop looks at a mark that can end a sentence. Where it does, the end lies behind the marks, quotation marks and
// brackets that belong to it. It moves past the marks.
func (s *scanner) atStop() (end int, ok bool) {
	r := readRun(s.text, s.pos, s.lang.marks)
	begin := s.pos
	s.pos = r.end
	if r.end == len(s.text) {
		return r.end, true
	}
	if begin == s.start || r.omission(s.text, begin) {
		return 0, false
	}
	if s.ends(begin, &r) {
		s.pos = r.end
		return r.end, true
	}
	return 0, false
}

// skipSpace gives the first byte from i on that is not white space.
func skipSpace(text string, i int) int {
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsSpace(r) {
			break
		}
		i += n
	}
	return i
}

// trimSpace gives the end of text[start:end] without its trailing white space.
func trimSpace(text string, start, end int) int {
	for end > start {
		r, n := utf8.DecodeLastRuneInString(text[start:end])
		if !unicode.IsSpace(r) {
			break
		}
		end -= n
	}
	return end
}
