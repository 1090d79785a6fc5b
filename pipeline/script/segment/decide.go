package segment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The furthest the rules look back for a word or ahead for the next one, in bytes: far enough for every table entry,
// near enough that a text of marks alone costs linear time.
const reach = 48

// next says what follows a run.
type next struct {
	at    int    // where its first letter, digit or sign stands, behind opening signs
	first rune   // that sign
	word  string // the letters there, at most reach bytes; a number's digits
	open  bool   // opening signs stand before it
	dash  bool   // of those, a dash by itself
}

// ends decides whether the sentence ends with the run that begins at begin. It may shorten the run.
func (s *scanner) ends(begin int, r *run) bool {
	after, _ := utf8.DecodeRuneInString(s.text[r.end:])
	if !unicode.IsSpace(after) {
		return s.endsGlued(begin, r)
	}
	n := s.lookAhead(r.end)
	switch {
	case n.first == 0:
		return true // nothing but white space and opening signs follows
	case r.fused:
		return true
	case r.split > 0:
		// "compounds. . . . The": the first full stop ends the sentence, the others stand for words left out.
		if startsUpper(n) {
			r.end = r.split
			return true
		}
		return false
	case r.dots >= 3 && !r.strong:
		return s.endsEllipsis(begin, r, n)
	case r.strong:
		return s.endsStrong(begin, r, n)
	}
	return s.endsStop(begin, r, n)
}

// endsEllipsis decides on three full stops or more: they end a sentence only before an upper-case letter, and "I" is no
// proof of one, nor is anything where words are left out ("the ... Council"). Four are an ellipsis and a full stop.
func (s *scanner) endsEllipsis(begin int, r *run, n next) bool {
	if !startsUpper(n) {
		return !unicode.IsLower(n.first) && r.dots > 3
	}
	if r.dots > 3 || r.closers {
		return true
	}
	return n.word != "I" && !s.lang.is(s.wordBefore(trimSpace(s.text, s.start, begin)), leading)
}

// endsStrong decides on exclamation and question marks.
func (s *scanner) endsStrong(begin int, r *run, n next) bool {
	if r.dots == 0 && s.text[begin] == '!' && s.lang.is(s.wordBefore(begin+1), bang) {
		return s.opener(n)
	}
	if unicode.IsLower(n.first) {
		return !r.closers && s.beginsInLowerCase(s.wordBefore(begin), n)
	}
	return true
}

// beginsInLowerCase tells whether a word in lower case behind a mark begins a sentence, as in texts of people who write
// without capitals. Behind a capitalised word the mark rather belongs to a name ("Therapy? on stage", "Assoc. of
// Nurses"), unless this sentence too began in lower case or the next word is a pronoun that others write as a capital.
func (s *scanner) beginsInLowerCase(before string, n next) bool {
	if !s.lang.informal || n.dash {
		return false
	}
	first, _ := utf8.DecodeRuneInString(before)
	begin, _ := utf8.DecodeRuneInString(s.text[s.start:])
	return !unicode.IsUpper(first) || unicode.IsLower(begin) || n.word != "" && strings.EqualFold(n.word, s.lang.pronoun)
}

// endsGlued decides on a run with no white space behind it. Scripts without spaces end there; elsewhere a space is
// missing if a lower-case word comes before and a capitalised one behind, and the whole is no address.
func (s *scanner) endsGlued(begin int, r *run) bool {
	n := s.lookAhead(r.end)
	if r.fused {
		return !r.closers || n.first != 'と' // Japanese goes on after a quotation: "he said that"
	}
	if r.strong && !r.closers && unicode.IsLower(n.first) && n.at == r.end {
		return s.lang.informal && len(n.word) > 1 && isWord(s.wordBefore(begin))
	}
	if !unicode.IsUpper(n.first) || n.at != r.end && !r.closers && !n.open {
		return false
	}
	last, size := utf8.DecodeLastRuneInString(s.text[s.start:begin])
	alone := r.dots == 1 && !r.strong && !r.closers
	if !unicode.IsLetter(last) || !unicode.IsLower(last) && !r.strong && !r.closers || alone && s.name(n) {
		return false
	}
	before := s.wordBefore(begin)
	lower := unicode.IsLower(last) && len(before) > size+1
	if r.dots > 1 && !r.strong {
		return lower && startsUpper(n) && n.word != "I" && !s.lang.is(before, leading)
	}
	if r.strong || r.closers {
		return !strings.ContainsAny(before, "/@=&")
	}
	if !s.opener(n) && len(n.word) < 4 {
		return false // the end of a name: "Socket.Io"
	}
	_, width := utf8.DecodeRuneInString(n.word)
	tail, _ := utf8.DecodeRuneInString(n.word[width:])
	capitalised := unicode.IsLower(tail) || len(n.word) == width
	return lower && capitalised && !strings.ContainsAny(before, "/@.:_") && s.lang.class(before) == 0
}

// name tells whether a word goes on like the name of a machine or file rather than of a sentence: "Node.Js", "A.B".
func (s *scanner) name(n next) bool {
	end := n.at + len(n.word)
	if end >= len(s.text) {
		return false
	}
	switch s.text[end] {
	case '/', '@', '_', '(', '=':
		return true
	case '.':
		return end+1 < len(s.text) && !unicode.IsSpace(rune(s.text[end+1]))
	}
	return false
}

// endsStop decides on one full stop, perhaps with closing signs, before white space.
func (s *scanner) endsStop(begin int, r *run, n next) bool {
	word := s.wordBefore(begin)
	if r.closers {
		if unicode.IsLower(n.first) {
			return false
		}
		if r.quoted {
			return true
		}
	}
	if s.isMarker(r.end) {
		return false
	}
	c := s.lang.class(word)
	if c.has(mixed) && !strings.ContainsFunc(word, unicode.IsLower) {
		c &^= middle | mixed
	}
	if i := strings.LastIndexByte(word, '-'); c == 0 && i >= 0 && !isInitials(word) {
		word = word[i+1:] // "non-U.S."
		c = s.lang.class(word)
	}
	switch {
	case r.dots > 1 && startsUpper(n):
		return true // the first is the abbreviation's: "etc.."
	case c.has(title):
		return false
	case c.has(number) && (unicode.IsDigit(n.first) || isRoman(n.word) || n.first == '#'):
		return false
	case c.has(number) && !c.has(common):
		return startsUpper(n) && (!isInitials(word) || s.opener(n))
	case c.has(month) && unicode.IsDigit(n.first):
		return false
	case c.has(month) && !c.has(common):
		return startsUpper(n) && !s.lang.is(n.word, month|zone) && !s.fronted(begin)
	case c.has(clock) && begin-len(word) > s.start: // not "A.M. Best"
		return startsUpper(n) && !s.lang.is(n.word, zone) && !s.fronted(begin) || n.open && s.opener(n)
	case c.has(final):
		return (startsUpper(n) || n.open) && !s.fronted(begin)
	case c.has(middle):
		return s.opener(n) && !s.fronted(begin)
	case isInitials(word):
		return s.endsInitial(begin, word, n)
	}
	if len(s.lang.folded) == 0 && shortens(word, n) {
		return false
	}
	if isNumber(word) || s.lang.ordinals && isRoman(word) {
		return s.endsNumber(word, n)
	}
	if unicode.IsLower(n.first) {
		return r.dots == 1 && hasVowel(word) && (len(word) > 2 || c == 0 && s.lang.is(n.word, opener)) && s.beginsInLowerCase(word, n)
	}
	return true
}

// endsInitial decides behind a letter ("E.") or letters parted by full stops ("U.S.").
func (s *scanner) endsInitial(begin int, word string, n next) bool {
	if begin-len(word) == s.start && utf8.RuneCountInString(word) == 1 {
		return false // a first name, or the mark of an item: "A. The first"
	}
	before := s.wordBefore(trimSpace(s.text, s.start, begin-len(word)))
	first, _ := utf8.DecodeRuneInString(before)
	if word == s.lang.pronoun && unicode.IsLower(first) {
		return startsUpper(n) // "you and I."
	}
	if isNumber(before) && unicode.IsLower(rune(word[0])) {
		return startsUpper(n) && !s.abbreviated(n) // "3 m.", but "44 a. C."
	}
	return s.opener(n) && !s.fronted(begin)
}

// endsNumber decides behind digits: some languages write ordinal numbers with a full stop.
func (s *scanner) endsNumber(word string, n next) bool {
	if !s.lang.ordinals {
		return !unicode.IsLower(n.first) || s.lang.informal
	}
	if len(word) > 3 && isNumber(word) {
		return !unicode.IsLower(n.first)
	}
	return s.opener(n)
}

// fronted tells whether what has been read is no more than a phrase of place or time that opens a sentence: "At 5 a.m."
func (s *scanner) fronted(end int) bool {
	if end-s.start > reach {
		return false
	}
	first, rest, _ := strings.Cut(s.text[s.start:end], " ")
	return strings.Count(rest, " ") < 3 && s.lang.is(first, preposition)
}

// opener tells whether a capitalised word follows that often begins a sentence and seldom goes on a name. A letter with
// a full stop is an initial: "J. A. Petit".
func (s *scanner) opener(n next) bool {
	return unicode.IsUpper(n.first) && s.lang.is(n.word, opener) && (utf8.RuneCountInString(n.word) > 1 || !s.stopped(n))
}

// abbreviated tells whether the next word is a letter or a word of the table with a full stop.
func (s *scanner) abbreviated(n next) bool {
	return s.stopped(n) && (utf8.RuneCountInString(n.word) == 1 || s.lang.class(n.word)&(title|middle|final) != 0)
}

// stopped tells whether a full stop follows the next word.
func (s *scanner) stopped(n next) bool {
	end := n.at + len(n.word)
	return end < len(s.text) && s.text[end] == '.'
}

// startsUpper tells whether the next word may begin a sentence by its case: it does not begin with a lower-case letter,
// digit or sign. Letters without case may.
func startsUpper(n next) bool {
	return unicode.IsLetter(n.first) && !unicode.IsLower(n.first)
}

// lookAhead reads what follows i.
func (s *scanner) lookAhead(i int) next {
	n := next{}
	limit := min(len(s.text), i+reach)
	for i < len(s.text) {
		c, size := utf8.DecodeRuneInString(s.text[i:])
		switch {
		case unicode.IsSpace(c):
		case isOpening(c):
			n.open = true
			if skip := s.apostropheWord(i, c, size); skip > 0 {
				i = skip
				continue
			}
			n.dash = n.dash || isDash(c) && spaceAt(s.text, i+size)
		default:
			n.at, n.first = i, c
			end := i
			for end < limit {
				c, size := utf8.DecodeRuneInString(s.text[end:])
				if !unicode.IsLetter(c) && !unicode.IsDigit(c) {
					break
				}
				end += size
			}
			n.word = s.text[i:end]
			return n
		}
		if i += size; i >= limit {
			n.first = '.' // far away: no letter
			n.at = i
			return n
		}
	}
	return n
}

// apostropheWord gives the end of a word of an apostrophe c and one letter at i ("'s Avonds"), or 0.
func (s *scanner) apostropheWord(i int, c rune, size int) int {
	if c != '\'' && c != '’' && c != '‘' || i+size+1 >= len(s.text) || s.text[i+size+1] != ' ' {
		return 0
	}
	if strings.IndexByte(s.lang.letters, s.text[i+size]) < 0 {
		return 0
	}
	return i + size + 1
}

// wordBefore gives the word that ends at end, without opening signs; of a long one the last reach bytes.
func (s *scanner) wordBefore(end int) string {
	begin := max(s.start, end-reach)
	i := end
	for i > begin {
		if c := s.text[i-1]; ' ' < c && c < utf8.RuneSelf {
			i--
			continue
		}
		c, size := utf8.DecodeLastRuneInString(s.text[begin:i])
		if unicode.IsSpace(c) || c == '—' || c == '…' {
			break
		}
		i -= size
	}
	word := s.text[i:end]
	for word != "" {
		c, size := utf8.DecodeRuneInString(word)
		if !isOpening(c) {
			break
		}
		word = word[size:]
	}
	return word
}

// isDash tells the signs that part clauses when they stand between spaces.
func isDash(r rune) bool { return r == '-' || r == '–' || r == '—' }

// spaceAt tells whether white space begins at i.
func spaceAt(text string, i int) bool {
	r, n := utf8.DecodeRuneInString(text[i:])
	return n > 0 && unicode.IsSpace(r)
}

// isInitials tells single letters parted by full stops: "E", "U.S", "J.-P".
func isInitials(word string) bool {
	want := true
	for _, c := range word {
		switch {
		case want && unicode.IsLetter(c):
			want = false
		case !want && c == '.':
			want = true
		case want && c == '-':
		default:
			return false
		}
	}
	return word != "" && !want
}

// isNumber tells digits and the signs of a number.
func isNumber(word string) bool {
	for i := range len(word) {
		if c := word[i]; (c < '0' || c > '9') && c != '.' && c != ',' {
			return false
		}
	}
	return word != ""
}

// isRoman tells a short Roman number in capitals.
func isRoman(word string) bool {
	return word != "" && len(word) < 6 && strings.Trim(word, "IVXLC") == ""
}

// isWord tells two letters or more and nothing else.
func isWord(word string) bool {
	for _, c := range word {
		if !unicode.IsLetter(c) {
			return false
		}
	}
	return len(word) > 1
}

// shortens tells what is likely an abbreviation where no table says so: lower case with a full stop behind a letter or
// two ("f.eks.", "bl.a.", but "exempel.se"), and up to three letters before a number ("kl. 10").
func shortens(word string, n next) bool {
	first, _, inside := strings.Cut(word, ".")
	if strings.ContainsFunc(word, func(c rune) bool { return c != '.' && !unicode.IsLower(c) }) {
		return false
	}
	return inside && utf8.RuneCountInString(first) < 3 || unicode.IsDigit(n.first) && word != "" && utf8.RuneCountInString(word) < 4
}

// hasVowel tells a word that can be said from an abbreviation that lost its vowels.
func hasVowel(word string) bool {
	for _, c := range word {
		if c > 0x7f || strings.ContainsRune("aeiouyAEIOUY", c) {
			return true
		}
	}
	return false
}
