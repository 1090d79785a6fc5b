package segment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain text and mail lose their line ends when lines are joined to a paragraph. What stood on a line of its own can
// still be told where its form says so: a rule of signs, a time stamp, one address after another, the greeting and the
// farewell of a letter, a smiley behind a sentence.

// layoutEnds tells whether the sentence ends at the white space between end and pos.
func (s *scanner) layoutEnds(end int) bool {
	if end == s.start {
		return false
	}
	before, after := s.text[s.word:end], s.tokenAfter(s.pos)
	if before == "" {
		return false
	}
	switch {
	case isRule(after), isRule(before):
		return true
	case isAddress(before) || isMail(before):
		return isAddress(after) || isField(after) || s.opener(s.lookAhead(end))
	case isSmiley(before):
		return startsUpper(s.lookAhead(end))
	}
	if r, _ := utf8.DecodeRuneInString(before); isPicture(r) {
		return s.opener(s.lookAhead(end)) // not "I ♥ Paris"
	}
	switch {
	case len(before) > 2 && (before[len(before)-1] == ',' || before[len(before)-1] == '-'):
		n := s.lookAhead(end)
		return end-s.start < reach && startsUpper(n) && s.isLetterPart(end, n)
	}
	if c := after[0]; '0' <= c && c <= '9' && stampEnd(s.text, s.pos) > 0 {
		c, _ := utf8.DecodeRuneInString(before)
		return unicode.IsUpper(c) || !unicode.IsLetter(c)
	}
	if strings.HasSuffix(before, "M") && (before == "AM" || before == "PM") {
		begin := max(s.start, end-len("12/12/2000 12:12:12 PM"))
		for i := begin; i < end; i++ {
			if (i == s.start || s.text[i-1] == ' ') && stampEnd(s.text, i) == end {
				return startsUpper(s.lookAhead(end))
			}
		}
	}
	return false
}

// tokenAfter gives the word that begins at i, of a long one the first reach bytes.
func (s *scanner) tokenAfter(i int) string {
	end := i
	for end < len(s.text) && end-i < reach && s.text[end] > ' ' {
		end++
	}
	return s.text[i:max(end, min(i+1, len(s.text)))]
}

// isRule tells a line drawn with signs: five times the same.
func isRule(token string) bool {
	if len(token) < 5 || !strings.ContainsRune("-=_*~#+", rune(token[0])) {
		return false
	}
	return strings.Count(token[:5], token[:1]) == 5
}

// isAddress tells a web address.
func isAddress(token string) bool {
	for token != "" && (token[0] == '<' || token[0] == '(' || token[0] == '[') {
		token = token[1:]
	}
	if token == "" || token[0] != 'h' && token[0] != 'w' {
		return false
	}
	return strings.HasPrefix(token, "http://") || strings.HasPrefix(token, "https://") || strings.HasPrefix(token, "www.")
}

// isMail tells an address of electronic mail.
func isMail(token string) bool {
	at := strings.IndexByte(token, '@')
	return at > 0 && strings.IndexByte(token[at:], '.') > 1
}

// isField tells the name of a field in the head of a message: "Subject:".
func isField(token string) bool {
	return len(token) > 2 && 'A' <= token[0] && token[0] <= 'Z' && token[len(token)-1] == ':' && isWord(token[:len(token)-1])
}

// isSmiley tells a face drawn with signs.
func isSmiley(token string) bool {
	if len(token) < 2 || len(token) > 4 || !strings.ContainsRune(":;=8", rune(token[0])) {
		return false
	}
	mouth := strings.TrimPrefix(token[1:], "-")
	return mouth != "" && strings.Trim(mouth, ")(DPp]") == ""
}

// isLetterPart tells whether the sentence so far is a greeting ("Dear Sir,") or a farewell ("Kind regards,"). People who
// are quoted greet and thank too, but go on to a name ("Hello, Dolly", "Thank you, Senator").
func (s *scanner) isLetterPart(end int, n next) bool {
	phrase := strings.TrimRight(s.text[s.start:end], ",- ")
	words := strings.Count(phrase, " ") + 1
	first, _, _ := strings.Cut(phrase, " ")
	last := phrase[strings.LastIndexByte(phrase, ' ')+1:]
	switch {
	case words > 3:
		return false
	case s.lang.is(first, greeting):
		return words > 1 || s.opener(n)
	case s.lang.is(last, thanks):
		return !s.lang.is(n.word, title) && len(s.text)-n.at < reach && !IsTerminator(LastMark(s.text[n.at:]))
	}
	return s.lang.is(last, farewell)
}

// stampEnd gives the end of a date and a time in digits at i ("03/27/2001 01:58 PM"), or 0.
func stampEnd(text string, i int) int {
	const shape = "9/9/9 9:9"
	for _, want := range []byte(shape) {
		if want == '9' {
			begin := i
			for i < len(text) && i < begin+4 && '0' <= text[i] && text[i] <= '9' {
				i++
			}
			if i == begin {
				return 0
			}
			continue
		}
		if i >= len(text) || text[i] != want {
			return 0
		}
		i++
	}
	if i+3 <= len(text) && text[i] == ':' {
		i += 3
	}
	if rest := text[i:]; strings.HasPrefix(rest, " AM") || strings.HasPrefix(rest, " PM") {
		return i + 3
	}
	return 0
}
