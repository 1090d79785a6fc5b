package normalize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// builder collects the spoken text and its spans. It owns the seams: two words that only a rule brought together get a
// space between them, and no second comma or space arises where a rule met punctuation.
type builder struct {
	text  string
	out   []byte
	spans []Span
}

func newBuilder(text string) *builder {
	return &builder{text: text, out: make([]byte, 0, len(text)+len(text)/4), spans: make([]Span, 0, 8)}
}

// same speaks text[start:end] as it is written.
func (b *builder) same(start, end int) {
	n := len(b.spans)
	if n > 0 && b.spans[n-1].Class != "" {
		last := &b.spans[n-1]
		if b.text[start] == ' ' && b.atSpace() {
			last.End = end // the space belongs to what was dropped before it
			return
		}
		if r := b.last(); (wordy(r) || r == '.' || r == ',') && last.To > last.From && wordy(first(b.text[start:end])) {
			b.out = append(b.out, ' ')
			last.To++
		}
	}
	from := len(b.out)
	b.out = append(b.out, b.text[start:end]...)
	if n > 0 && b.spans[n-1].Class == "" {
		b.spans[n-1].End, b.spans[n-1].To = end, len(b.out)
		return
	}
	b.spans = append(b.spans, Span{Start: start, End: end, From: from, To: len(b.out)})
}

// say speaks words in place of text[start:end].
func (b *builder) say(class string, start, end int, words string) {
	if strings.HasPrefix(words, ",") && (len(b.out) == 0 || strings.ContainsRune(" ,.;:!?", b.last())) {
		words = words[1:]
	}
	if strings.HasPrefix(words, " ") && b.atSpace() {
		words = words[1:]
	}
	from := len(b.out)
	if r := b.last(); wordy(first(words)) && (wordy(r) || strings.ContainsRune(",;:!?", r) || r == '.' && b.spans[len(b.spans)-1].Class == "ellipsis") {
		b.out = append(b.out, ' ')
	}
	b.out = append(b.out, words...)
	b.spans = append(b.spans, Span{Class: class, Start: start, End: end, From: from, To: len(b.out)})
}

// sound speaks text[start:end] as it is written, and says how it sounds.
func (b *builder) sound(start, end int, ipa string) {
	b.say(classHeteronym, start, end, b.text[start:end])
	b.pronounce(ipa)
}

// pronounce says how the words that were said last sound.
func (b *builder) pronounce(ipa string) {
	if last := &b.spans[len(b.spans)-1]; last.From < last.To {
		last.IPA = ipa
	}
}

func (b *builder) result() Result { return Result{Spoken: string(b.out), Spans: b.spans} }

// last is the last rune spoken, or utf8.RuneError when there is none.
func (b *builder) last() rune {
	r, _ := utf8.DecodeLastRune(b.out)
	return r
}

func (b *builder) atSpace() bool { return len(b.out) == 0 || b.out[len(b.out)-1] == ' ' }

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func wordy(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r))
}
