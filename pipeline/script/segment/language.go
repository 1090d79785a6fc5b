package segment

import (
	"bytes"
	"embed"
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// class is a set of what a word can be before a full stop or after one.
type class uint16

const (
	title       class = 1 << iota // stands before a name and never ends a sentence: "Dr."
	number                        // does not end a sentence before a number: "No. 5"
	month                         // months and days, before a number: "Jan. 3"
	clock                         // ends a sentence before a capital that is no time zone or day: "a.m."
	final                         // ends one before any capital: "etc."
	middle                        // ends one only before a common opener: "U.S.", "Inc."
	mixed                         // not if in capitals throughout, which is another word: "Md." but "MD"
	common                        // also an ordinary word, that ends a sentence like any other: "no", "art"
	bang                          // a name with an exclamation mark: "Yahoo!"
	opener                        // often begins a sentence, seldom goes on a name
	preposition                   // opens a phrase of place or time
	leading                       // never ends a sentence, for a noun must follow: "the"
	zone                          // goes on a time of day
	greeting                      // begins the greeting of a letter
	farewell                      // ends the farewell of a letter
	thanks                        // also, but in speech as well
)

func (c class) has(other class) bool { return c&other != 0 }

// language is the table of a language.
type language struct {
	exact    map[string]class // words written with a capital, as they stand
	folded   map[string]class // the others, in lower case
	informal bool             // a sentence may begin with a lower-case letter
	ordinals bool             // digits and a full stop are an ordinal number
	letters  string           // letters that are a word behind an apostrophe: "'s Avonds"
	marks    string           // marks that end a sentence in this language alone
	pronoun  string           // a pronoun of one capital letter
}

// class looks a word up. A word of the table in lower case stands for every case; one with a capital only for itself and
// for the word in capitals throughout, and goes before one in lower case: "B.V." is a firm and "b.v." an example.
func (l *language) class(word string) class {
	if word == "" || len(word) > longest {
		return 0
	}
	if c := l.exact[word]; c != 0 {
		return c
	}
	var buf [longest]byte
	folded := fold(buf[:0], word)
	c := l.folded[string(folded)]
	if i := bytes.IndexByte(folded, '\''); i > 0 && i < len("quell'") {
		c |= l.folded[string(folded[i+1:])] // behind an elision: "l'avv."
	}
	return c
}

// is tells whether a word has a class.
func (l *language) is(word string, c class) bool { return l.class(word).has(c) }

// The longest table entry, in bytes.
const longest = 32

// fold appends word in lower case. The curly apostrophe is the straight one.
func fold(buf []byte, word string) []byte {
	for _, r := range word {
		if r == '’' {
			r = '\''
		}
		if len(buf)+utf8.UTFMax > cap(buf) {
			break
		}
		buf = utf8.AppendRune(buf, unicode.ToLower(r))
	}
	return buf
}

//go:embed tables/*.txt
var tables embed.FS

// parsed holds the tables of all languages.
//
//nolint:gochecknoglobals // read-only tables
var parsed = sync.OnceValue(parseTables)

// languageTable gives the table for a BCP 47 tag; the empty one where there is none.
func languageTable(tag string) *language {
	primary, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	if len(primary) > 3 {
		primary = ""
	}
	var buf [longest]byte
	if l, ok := parsed()[string(fold(buf[:0], primary))]; ok {
		return l
	}
	return parsed()[""]
}

// parseTables reads the embedded tables. They are part of the program, so a fault in one is a fault of the program.
func parseTables() map[string]*language {
	all := map[string]*language{"": {}}
	files, err := tables.ReadDir("tables")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		data, err := tables.ReadFile("tables/" + f.Name())
		if err != nil {
			panic(err)
		}
		l, err := parseTable(string(data))
		if err != nil {
			panic(fmt.Errorf("segment: %s: %w", f.Name(), err))
		}
		all[strings.TrimSuffix(f.Name(), ".txt")] = l
	}
	return all
}

// parseTable reads one table: "[class]" lines open a section of words parted by white space; "# " lines are comments;
// "= name value" lines set a property of the language.
func parseTable(data string) (*language, error) {
	l := &language{exact: map[string]class{}, folded: map[string]class{}}
	var current class
	for i, line := range strings.Split(data, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "= "):
			if err := l.set(strings.Fields(line[2:])); err != nil {
				return nil, fmt.Errorf("line %d: %w", i+1, err)
			}
		case strings.HasPrefix(line, "["):
			c, ok := classNamed(strings.Trim(line, "[]"))
			if !ok {
				return nil, fmt.Errorf("line %d: no class %s", i+1, line)
			}
			current = c
		default:
			for _, word := range strings.Fields(line) {
				if len(word) > longest-utf8.UTFMax {
					return nil, fmt.Errorf("line %d: word of more than %d bytes", i+1, longest-utf8.UTFMax)
				}
				l.add(word, current)
			}
		}
	}
	return l, nil
}

func (l *language) set(fields []string) error {
	switch {
	case len(fields) == 1 && fields[0] == "lower-case-sentences":
		l.informal = true
	case len(fields) == 1 && fields[0] == "ordinal-stop":
		l.ordinals = true
	case len(fields) == 2 && fields[0] == "terminators":
		l.marks = fields[1]
	case len(fields) == 2 && fields[0] == "apostrophe-letters":
		l.letters = fields[1]
	case len(fields) == 2 && fields[0] == "pronoun":
		l.pronoun = fields[1]
	default:
		return fmt.Errorf("no property %q", fields)
	}
	return nil
}

func (l *language) add(word string, c class) {
	word = strings.TrimSuffix(word, ".")
	folded := strings.ToLower(word)
	if folded == word {
		l.folded[word] |= c
		return
	}
	l.exact[word] |= c
	l.exact[strings.ToUpper(word)] |= c
}

func classNamed(name string) (class, bool) {
	switch name {
	case "title":
		return title, true
	case "number":
		return number, true
	case "number, also a word":
		return number | common, true
	case "month":
		return month, true
	case "month, also a word":
		return month | common, true
	case "clock":
		return clock, true
	case "final":
		return final, true
	case "middle":
		return middle, true
	case "middle, not in capitals":
		return middle | mixed, true
	case "bang":
		return bang, true
	case "opener":
		return opener, true
	case "preposition":
		return preposition, true
	case "leading":
		return leading, true
	case "zone":
		return zone, true
	case "greeting":
		return greeting, true
	case "farewell":
		return farewell, true
	case "farewell, also said":
		return thanks, true
	}
	return 0, false
}
