package timing

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/width"
)

// Speech is what is spoken in one breath, as it is written, and when.
type Speech struct {
	Text       string
	Start, End time.Duration
	Words      []Word // of Text, as they are heard; their bytes count from the beginning of Text; may be empty
}

// Cue is a stretch of text that is shown at once, and when, from the start of the file.
type Cue struct {
	Start, End time.Duration
	Text       string  // its lines are separated by a line feed
	Words      []Stamp // when its words begin, in the order of the text; may be empty
}

// Stamp is when the word that begins at a byte of a cue's text is heard.
type Stamp struct {
	Offset int
	At     time.Duration
}

// Limits bound what is shown at once.
type Limits struct {
	Columns int     // of a line; a wide character, as Chinese, Japanese and Korean have them, takes two
	Speed   float64 // characters a second that people can read
}

// How long a cue is shown, and how many lines it has.
//
// Source: Netflix, Timed Text Style Guide: General Requirements, sections 1 and 4: 5/6 s to 7 s, two lines.
const (
	shortest = time.Second * 5 / 6
	longest  = 7 * time.Second
	maxLines = 2
)

// LimitsFor are the limits for a BCP 47 language.
//
// Source: Netflix Timed Text Style Guides for adult programmes: 42 characters a line and 17 a second, English 20 a second; as
// collected in https://sublingo.cc/guides/subtitle-specs-by-language (2026-06-11): Chinese 16 wide characters a line and 9 a
// second, Japanese 13 and 4, Korean 16 and 12.
func LimitsFor(lang string) Limits {
	base, _ := language.Make(lang).Base()
	switch base.String() {
	case "en":
		return Limits{42, 20}
	case "zh", "yue":
		return Limits{32, 9}
	case "ja":
		return Limits{26, 4}
	case "ko":
		return Limits{32, 12}
	}
	return Limits{42, 17}
}

// Cues divides speech, in the order in which it is heard, into cues of at most two lines. A word is never split: one that is
// longer than a line makes a longer line. A cue ends where a clause does, or at least a word, and begins when its first
// word is heard. One that is too short to be read is shown on into the pause behind it, at most until the next one begins or
// until, the end of the recording. No two cues overlap.
func Cues(list []Speech, until time.Duration, l Limits) []Cue {
	var cues []Cue
	for _, s := range list {
		cues = append(cues, l.divide(s)...)
	}
	for i := range cues {
		c, limit := &cues[i], until
		if i+1 < len(cues) {
			limit = cues[i+1].Start
		}
		readable := time.Duration(float64(characters(c.Text)) / l.Speed * float64(time.Second))
		c.End = max(min(max(c.End, c.Start+max(shortest, readable)), limit), c.Start)
	}
	return cues
}

// piece is a stretch of text in which no line may be broken.
type piece struct {
	start, end int           // bytes of the text, without the space behind
	from, to   time.Duration // when its words are heard
	words      int
	border     float64 // what it costs to break behind it
	whole      bool    // no word reaches over its end, so a cue may end here
}

// divide makes the cues of one speech: those of the least cost.
func (l Limits) divide(s Speech) []Cue {
	pieces := cut(s)
	if len(pieces) == 0 {
		return nil
	}
	best := make([]float64, len(pieces)+1) // of the pieces before
	from := make([]int, len(pieces)+1)
	for j := range pieces {
		found := false
		for i := j; i >= 0; i-- {
			if i > 0 && !pieces[i-1].whole {
				continue
			}
			fits := l.fits(s.Text, pieces[i:j+1])
			if found && !fits {
				break
			}
			cost := best[i] + l.cost(s, pieces, i, j)
			if !fits {
				cost += 1000 * float64(j-i)
			}
			if !found || cost < best[j+1] {
				best[j+1], from[j+1], found = cost, i, true
			}
		}
	}
	var cues []Cue
	for j := len(pieces); j > 0; j = from[j] {
		cues = append(cues, l.cue(s, pieces[from[j]:j]))
	}
	for i, j := 0, len(cues)-1; i < j; i, j = i+1, j-1 {
		cues[i], cues[j] = cues[j], cues[i]
	}
	for i := 1; i < len(cues); i++ { // the text does not go and come within a sentence
		cues[i-1].End = cues[i].Start
	}
	return cues
}

// cost weighs the pieces i to j as one cue. The unit is a matter of taste: 10 is what one cue more costs.
func (l Limits) cost(s Speech, pieces []piece, i, j int) float64 {
	first, last := pieces[i], pieces[j]
	cost := 10.0
	if j < len(pieces)-1 {
		cost += last.border
	}
	text := s.Text[first.start:last.end]
	room := max(0, 1-float64(columns(text))/float64(maxLines*l.Columns))
	cost += 6 * room * room
	words := 0
	for _, p := range pieces[i : j+1] {
		words += p.words
	}
	if words == 0 && len(s.Words) > 0 { // it would stand there without being said
		cost += 1000
	}
	shown := last.to - first.from
	if j < len(pieces)-1 {
		shown = pieces[j+1].from - first.from
		if shown < shortest {
			cost += 20 * (1 - float64(shown)/float64(shortest))
		}
	}
	if shown > longest {
		cost += 10 * (float64(shown)/float64(longest) - 1)
	}
	if fast := float64(characters(text))/l.Speed - shown.Seconds(); fast > 0 {
		cost += fast // the seconds that are lacking
	}
	return cost
}

// fits says whether pieces can be shown in two lines.
func (l Limits) fits(text string, pieces []piece) bool {
	if len(pieces) == 1 {
		return true
	}
	start, end := pieces[0].start, pieces[len(pieces)-1].end
	if end-start > 16*maxLines*l.Columns { // far too long, whatever it holds
		return false
	}
	k := 0
	for k < len(pieces) && columns(text[start:pieces[k].end]) <= l.Columns {
		k++
	}
	return k == len(pieces) || columns(text[pieces[max(k, 1)].start:end]) <= l.Columns && k > 0
}

// cue puts pieces into one or two lines. Two are of about the same length, and break where a clause ends.
func (l Limits) cue(s Speech, pieces []piece) Cue {
	first, last := pieces[0], pieces[len(pieces)-1]
	lines := []piece{{start: first.start, end: last.end}}
	if total := columns(s.Text[first.start:last.end]); total > l.Columns {
		bestCost := 0.0
		for k := range pieces[:len(pieces)-1] {
			above, below := columns(s.Text[first.start:pieces[k].end]), columns(s.Text[pieces[k+1].start:last.end])
			cost := pieces[k].border + 20*float64(max(above-below, below-above))/float64(total) + 100*float64(max(0, max(above, below)-l.Columns))
			if len(lines) == 1 || cost < bestCost {
				bestCost = cost
				lines = []piece{{start: first.start, end: pieces[k].end}, {start: pieces[k+1].start, end: last.end}}
			}
		}
	}
	c := Cue{Start: first.from, End: last.to}
	for _, line := range lines {
		if c.Text != "" {
			c.Text += "\n"
		}
		at := len(c.Text)
		c.Text += s.Text[line.start:line.end]
		for _, w := range s.Words {
			if w.Start < line.start || w.Start >= line.end {
				continue
			}
			offset := at + w.Start - line.start
			if n := len(c.Words); n == 0 || c.Words[n-1].Offset < offset { // one written word may be several spoken ones
				c.Words = append(c.Words, Stamp{offset, time.Duration(w.From) * time.Millisecond})
			}
		}
	}
	return c
}

// cut finds the pieces of a speech and when they are heard.
func cut(s Speech) []piece {
	var pieces []piece
	for _, p := range split(s.Text) {
		p.whole = true
		pieces = append(pieces, p)
	}
	k := 0
	for _, w := range s.Words {
		from, to := time.Duration(w.From)*time.Millisecond, time.Duration(w.To)*time.Millisecond
		for k > 0 && pieces[k].start > w.Start {
			k--
		}
		for k < len(pieces)-1 && pieces[k].end <= w.Start {
			k++
		}
		for i := k; i < len(pieces) && pieces[i].start < w.End; i++ {
			p := &pieces[i]
			if p.words == 0 {
				p.from = from
			}
			p.from, p.to = min(p.from, from), max(p.to, to)
			p.words++
			p.whole = p.whole && w.End <= p.end
		}
	}
	for i := range pieces {
		p := &pieces[i]
		switch {
		case len(s.Words) == 0: // nothing is known: by length
			at := func(b int) time.Duration {
				return s.Start + time.Duration(float64(s.End-s.Start)*float64(b)/float64(len(s.Text)))
			}
			p.from, p.to = at(p.start), at(p.end)
		case p.words == 0 && i > 0: // a dash between two words stays with the first
			p.from, p.to = pieces[i-1].to, pieces[i-1].to
			pieces[i-1].whole = false
		case p.words == 0:
			p.from = time.Duration(s.Words[0].From) * time.Millisecond
			p.to = p.from
		}
		if i > 0 { // words that are said in another order than they are written
			p.from = max(p.from, pieces[i-1].from)
			p.to = max(p.to, p.from, pieces[i-1].to)
		}
	}
	return pieces
}

// split gives the pieces of a text: what stands between spaces, and each sign of scripts that write none.
func split(text string) []piece {
	var pieces []piece
	start, end := -1, 0
	var before rune
	flush := func(next string) {
		if start >= 0 {
			pieces = append(pieces, piece{start: start, end: end, border: border(text[start:end], next)})
		}
		start = -1
	}
	for i, r := range text {
		size := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(text[i:])
		}
		switch {
		case breaks(r):
			flush(text[i:])
		default:
			if start >= 0 && signs(before, r) {
				flush(text[i:])
			}
			if start < 0 {
				start = i
			}
			end = i + size
		}
		before = r
	}
	flush("")
	return pieces
}

// signs says whether a line may be broken between two characters because one is a sign of Chinese or Japanese. Marks do not
// begin a line, nor do opening brackets end one (JIS X 4051 calls it kinsoku); a word in katakana stays whole.
func signs(a, b rune) bool {
	ideographic := func(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }
	switch {
	case !ideographic(a) && !ideographic(b) && !wide(a) && !wide(b):
		return false
	case unicode.Is(unicode.Hangul, a) || unicode.Is(unicode.Hangul, b): // has spaces
		return false
	case unicode.IsMark(b) || unicode.In(a, unicode.Ps, unicode.Pi) || unicode.IsPunct(b) && !unicode.In(b, unicode.Ps, unicode.Pi):
		return false
	case strings.ContainsRune("ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々", b):
		return false
	case unicode.IsPunct(a):
		return true
	}
	return !unicode.Is(unicode.Katakana, a) || !unicode.Is(unicode.Katakana, b)
}

// border is what it costs to break a text behind a piece. A clause is the best place. Behind a very short word is the worst:
// most are articles and prepositions, which belong to what follows.
func border(piece, next string) float64 {
	body := strings.TrimRightFunc(piece, func(r rune) bool { return unicode.In(r, unicode.Pe, unicode.Pf) || r == '"' || r == '\'' })
	mark, _ := utf8.DecodeLastRuneInString(body)
	switch mark {
	case '!', '?', '…', '。', '！', '？', '।', '؟':
		return 0
	case '.':
		follow, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(next, func(r rune) bool { return !unicode.IsLetter(r) }))
		if utf8.RuneCountInString(body) > 4 && unicode.IsUpper(follow) { // shorter ones may be abbreviations
			return 0
		}
	case ';', ':', '–', '—', '；', '：':
		return 1
	case ',', '、', '，', '،':
		return 2
	}
	if utf8.RuneCountInString(body) <= 3 && !wide(mark) {
		return 8
	}
	return 5
}

// columns is how wide a text is shown.
func columns(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case unicode.IsMark(r) || unicode.IsControl(r):
		case wide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

func wide(r rune) bool {
	if r < 0x1100 {
		return false
	}
	k := width.LookupRune(r).Kind()
	return k == width.EastAsianWide || k == width.EastAsianFullwidth
}

// characters is how many characters a text has to read, spaces included.
func characters(text string) int {
	n := 0
	for _, r := range text {
		if !unicode.IsMark(r) && !unicode.IsControl(r) || r == '\n' {
			n++
		}
	}
	return n
}
