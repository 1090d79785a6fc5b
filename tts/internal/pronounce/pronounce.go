package pronounce

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/words"
)

// Phonemizer renders text as phonemes. *espeak.Phonemizer is the real one.
type Phonemizer interface {
	Phonemes(ctx context.Context, voice string, clauses []string) ([]string, error)
}

// Pronouncer pronounces text as one voice of espeak-ng does. It is safe for concurrent use.
type Pronouncer struct {
	phonemizer Phonemizer
	voice      string
	words      memory
}

// New makes a Pronouncer for a voice of espeak-ng, such as "en-us".
func New(by Phonemizer, voice string) *Pronouncer { return &Pronouncer{phonemizer: by, voice: voice} }

// Clause is what is said in one breath.
type Clause struct {
	Symbols    []Symbol
	Terminator string // the mark that ends it: one of . ? ! or ", " ": " "; "
}

// Clauses renders a request, whose words are spans, as the clauses it has; each symbol knows its word, and the lexicon's
// pronunciations are in their places. Warnings tell of those that could not be used. Errors are the phonemizer's.
func (p *Pronouncer) Clauses(ctx context.Context, r tts.Request, spans []words.Span) ([]Clause, []string, error) {
	clauses := cut(r.Text)
	texts := make([]string, len(clauses))
	for i, c := range clauses {
		texts[i] = r.Text[c.start:c.end]
	}
	phonemes, err := p.phonemizer.Phonemes(ctx, p.voice, texts)
	if err != nil {
		return nil, nil, err
	}
	rendered := make([][]Symbol, len(clauses))
	var uncounted []int // clauses
	var todo []string   // their words, to hear alone
	in := wordsIn(clauses, spans)
	for i := range clauses {
		rendered[i] = Symbols(phonemes[i])
		if countWords(rendered[i], r.Text, spans, in[i]) {
			continue
		}
		uncounted = append(uncounted, i)
		for _, span := range spans[in[i].from:in[i].to] {
			todo = append(todo, r.Text[span.Start:span.End])
		}
	}
	alone, err := p.words.all(ctx, p.phonemizer, p.voice, todo)
	if err != nil {
		return nil, nil, err
	}
	for _, i := range uncounted {
		n := in[i].to - in[i].from
		align(rendered[i], alone[:n], in[i].from)
		alone = alone[n:]
	}
	lexicon := slices.Clone(r.Phonemes)
	for i := range lexicon {
		lexicon[i].IPA = Respell(lexicon[i].IPA, p.voice)
	}
	warnings := override(rendered, in, lexicon, spans)
	out := make([]Clause, len(clauses))
	for i, c := range clauses {
		out[i] = Clause{rendered[i], c.terminator}
	}
	return out, warnings, nil
}

// countWords gives each group of phonemes its word when that needs no alignment: there are as many groups as words, and
// every word is nothing but letters, so that none is read as several. It reports whether it could.
func countWords(symbols []Symbol, text string, spans []words.Span, in interval) bool {
	groups := 0
	before := ' '
	for _, s := range symbols {
		if s.Rune != ' ' && before == ' ' {
			groups++
		}
		before = s.Rune
	}
	if groups != in.to-in.from {
		return false
	}
	for _, span := range spans[in.from:in.to] {
		word := text[span.Start:span.End]
		if strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\'' && r != '’' }) ||
			span.End < len(text) && text[span.End] == '-' {
			return false
		}
	}
	word := in.from - 1
	before = ' '
	for i, s := range symbols {
		if s.Rune != ' ' && before == ' ' {
			word++
		}
		before = s.Rune
		if s.Rune != ' ' {
			symbols[i].Word = word
		}
	}
	return true
}

// interval is a range of words, [from, to).
type interval struct{ from, to int }

// wordsIn finds the words of each clause. A word belongs to the clause it begins in.
func wordsIn(clauses []clause, spans []words.Span) []interval {
	out := make([]interval, len(clauses))
	w := 0
	for i, c := range clauses {
		for w < len(spans) && spans[w].Start < c.start {
			w++
		}
		out[i].from = w
		for w < len(spans) && spans[w].Start < c.end {
			w++
		}
		out[i].to = w
	}
	return out
}

// override puts the lexicon's pronunciations in the place of espeak-ng's. A pronunciation is for whole words: if its
// stretch of text begins or ends inside a word, it is for all of it. The sound of several words counts as that of the
// first, unless the pronunciation has as many groups as there are words.
func override(rendered [][]Symbol, in []interval, phonemes []tts.Phonemes, spans []words.Span) (warnings []string) {
	for _, p := range phonemes {
		var about interval
		for about.from < len(spans) && spans[about.from].End <= p.Start {
			about.from++
		}
		for about.to = about.from; about.to < len(spans) && spans[about.to].Start < p.End; about.to++ {
		}
		clause := 0
		for clause < len(in) && in[clause].to <= about.from {
			clause++
		}
		if about.from == about.to || clause == len(in) || about.to > in[clause].to || len(p.IPA) > 1000 {
			warnings = append(warnings, fmt.Sprintf("the pronunciation of bytes %d to %d of the text was not used", p.Start, p.End))
			continue
		}
		rendered[clause] = splice(rendered[clause], pronunciation(p.IPA, about), about)
	}
	return warnings
}

// pronunciation is a lexicon's IPA as symbols of the words it is for.
func pronunciation(ipa string, about interval) []Symbol {
	groups := strings.Fields(ipa)
	var out []Symbol
	for i, g := range groups {
		word := about.from
		if len(groups) == about.to-about.from {
			word += i
		}
		if i > 0 {
			out = append(out, Symbol{' ', Pause})
		}
		for _, s := range Symbols(g) {
			out = append(out, Symbol{s.Rune, word})
		}
	}
	return out
}

// splice replaces the symbols of some words, and keeps the new ones apart from their neighbours.
func splice(symbols, by []Symbol, about interval) []Symbol {
	from := 0
	for from < len(symbols) && (symbols[from].Word == Pause || symbols[from].Word < about.from) {
		from++
	}
	to := from
	for i := from; i < len(symbols) && (symbols[i].Word == Pause || symbols[i].Word < about.to); i++ {
		if symbols[i].Word != Pause {
			to = i + 1
		}
	}
	space := []Symbol{{' ', Pause}}
	var out []Symbol
	out = append(out, symbols[:from]...)
	if from > 0 && symbols[from-1].Rune != ' ' {
		out = append(out, space...)
	}
	out = append(out, by...)
	if to < len(symbols) && symbols[to].Rune != ' ' {
		out = append(out, space...)
	}
	return append(out, symbols[to:]...)
}

// memory remembers how words sound alone. It is safe for concurrent use.
type memory struct {
	mu    sync.Mutex
	known map[string]string
}

// mostPronunciations bounds what is remembered; then all is forgotten.
const mostPronunciations = 20000

// all gives the phonemes of each word.
func (p *memory) all(ctx context.Context, by Phonemizer, voice string, list []string) ([]string, error) {
	out := make([]string, len(list))
	var missing []string
	where := map[string][]int{}
	p.mu.Lock()
	for i, word := range list {
		if known, ok := p.known[word]; ok {
			out[i] = known
			continue
		}
		if where[word] == nil {
			missing = append(missing, word)
		}
		where[word] = append(where[word], i)
	}
	p.mu.Unlock()
	if len(missing) == 0 {
		return out, nil
	}
	phonemes, err := by.Phonemes(ctx, voice, missing)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known)+len(missing) > mostPronunciations {
		p.known = map[string]string{}
	}
	for i, word := range missing {
		p.known[word] = phonemes[i]
		for _, at := range where[word] {
			out[at] = phonemes[i]
		}
	}
	return out, nil
}
