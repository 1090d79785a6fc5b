package piper

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

// pronounce renders a request as symbols, each with the word it belongs to, and with the lexicon's pronunciations in
// their places.
func (b *Backend) pronounce(ctx context.Context, r tts.Request, spans []words.Span) ([]symbol, []string, error) {
	clauses := cut(r.Text)
	texts := make([]string, len(clauses))
	for i, c := range clauses {
		texts[i] = r.Text[c.start:c.end]
	}
	phonemes, err := b.phonemes.Phonemes(ctx, b.config.espeak, texts)
	if err != nil {
		return nil, nil, err
	}
	rendered := make([][]symbol, len(clauses))
	var uncounted []int // clauses
	var todo []string   // their words, to hear alone
	in := wordsIn(clauses, spans)
	for i := range clauses {
		rendered[i] = symbolsOf(phonemes[i])
		if countWords(rendered[i], r.Text, spans, in[i]) {
			continue
		}
		uncounted = append(uncounted, i)
		for _, span := range spans[in[i].from:in[i].to] {
			todo = append(todo, r.Text[span.Start:span.End])
		}
	}
	alone, err := b.words.all(ctx, b.phonemes, b.config.espeak, todo)
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
		lexicon[i].IPA = respell(lexicon[i].IPA, b.config.espeak)
	}
	warnings := override(rendered, in, lexicon, spans)

	var symbols []symbol
	for i, c := range clauses {
		symbols = append(symbols, rendered[i]...)
		symbols = append(symbols, symbolsOf(c.terminator)...)
	}
	return symbols, warnings, nil
}

// countWords gives each group of phonemes its word when that needs no alignment: there are as many groups as words, and
// every word is nothing but letters, so that none is read as several. It reports whether it could.
func countWords(symbols []symbol, text string, spans []words.Span, in interval) bool {
	groups := 0
	before := ' '
	for _, s := range symbols {
		if s.r != ' ' && before == ' ' {
			groups++
		}
		before = s.r
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
		if s.r != ' ' && before == ' ' {
			word++
		}
		before = s.r
		if s.r != ' ' {
			symbols[i].word = word
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
func override(rendered [][]symbol, in []interval, phonemes []tts.Phonemes, spans []words.Span) (warnings []string) {
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
func pronunciation(ipa string, about interval) []symbol {
	groups := strings.Fields(ipa)
	var out []symbol
	for i, g := range groups {
		word := about.from
		if len(groups) == about.to-about.from {
			word += i
		}
		if i > 0 {
			out = append(out, symbol{' ', pause})
		}
		for _, s := range symbolsOf(g) {
			out = append(out, symbol{s.r, word})
		}
	}
	return out
}

// splice replaces the symbols of some words, and keeps the new ones apart from their neighbours.
func splice(symbols, by []symbol, about interval) []symbol {
	from := 0
	for from < len(symbols) && (symbols[from].word == pause || symbols[from].word < about.from) {
		from++
	}
	to := from
	for i := from; i < len(symbols) && (symbols[i].word == pause || symbols[i].word < about.to); i++ {
		if symbols[i].word != pause {
			to = i + 1
		}
	}
	space := []symbol{{' ', pause}}
	var out []symbol
	out = append(out, symbols[:from]...)
	if from > 0 && symbols[from-1].r != ' ' {
		out = append(out, space...)
	}
	out = append(out, by...)
	if to < len(symbols) && symbols[to].r != ' ' {
		out = append(out, space...)
	}
	return append(out, symbols[to:]...)
}

// pronunciations remembers how words sound alone. It is safe for concurrent use.
type pronunciations struct {
	mu    sync.Mutex
	known map[string]string
}

// mostPronunciations bounds what is remembered; then all is forgotten.
const mostPronunciations = 20000

// all gives the phonemes of each word.
func (p *pronunciations) all(ctx context.Context, by phonemizer, voice string, list []string) ([]string, error) {
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
