package ssml

import (
	"strings"
	"unicode/utf8"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/words"
)

// Build builds a document. It takes time in proportion to the text.
func Build(s Spec) *Document {
	b := builder{doc: Document{TagRunes: map[string]int{}}}
	for _, e := range s.Around {
		b.open(e)
	}
	b.say(s)
	for i := range s.Around {
		b.close(s.Around[len(s.Around)-1-i])
	}
	b.doc.SSML = b.out.String()
	return &b.doc
}

// builder writes a document.
type builder struct {
	out strings.Builder
	doc Document
}

// say writes the text with its marks and pronunciations.
func (b *builder) say(s Spec) {
	var spans []words.Span
	if s.Marks {
		spans = words.Of(s.Text)
	}
	phonemes := usable(s.Text, s.Phonemes)
	b.doc.Phonemes = len(phonemes)
	at := 0
	for len(spans) > 0 || len(phonemes) > 0 {
		if len(phonemes) == 0 || len(spans) > 0 && spans[0].Start < phonemes[0].Start {
			b.text(s.Text, at, spans[0].Start)
			b.mark(spans[0])
			at, spans = spans[0].Start, spans[1:]
			continue
		}
		p := phonemes[0]
		phonemes = phonemes[1:]
		b.text(s.Text, at, p.Start)
		inside := 0
		for inside < len(spans) && spans[inside].Start < p.End {
			inside++
		}
		if inside > 0 {
			b.share(p.Start, words.Span{Start: spans[0].Start, End: spans[inside-1].End})
			spans = spans[inside:]
		}
		e := Element{"phoneme", []Attribute{{"alphabet", "ipa"}, {"ph", p.IPA}}}
		b.open(e)
		b.text(s.Text, p.Start, p.End)
		b.close(e)
		at = p.End
	}
	b.text(s.Text, at, len(s.Text))
}

// share marks the words that a pronunciation from byte start holds, or adds them to the word that it begins within.
func (b *builder) share(start int, span words.Span) {
	if n := len(b.doc.Words); n > 0 && b.doc.Words[n-1].End > start {
		b.doc.Words[n-1].End = span.End
		return
	}
	b.mark(span)
}

// usable are the pronunciations that can be written: of whole characters, in order, without overlap, not empty.
func usable(text string, phonemes []tts.Phonemes) []tts.Phonemes {
	var good []tts.Phonemes
	at := 0
	for _, p := range phonemes {
		whole := p.Start >= at && p.Start < p.End && p.End <= len(text) && utf8.RuneStart(text[p.Start]) && (p.End == len(text) || utf8.RuneStart(text[p.End]))
		if !whole || strings.TrimSpace(Clean(p.IPA)) == "" {
			continue
		}
		good = append(good, p)
		at = p.End
	}
	return good
}

// mark writes the mark of the next word.
func (b *builder) mark(span words.Span) {
	b.tag("mark", `<mark name="`+MarkName(len(b.doc.Words))+`"/>`)
	b.doc.Words = append(b.doc.Words, span)
}

func (b *builder) open(e Element) {
	var tag strings.Builder
	tag.WriteString("<" + e.Name)
	for _, a := range e.Attributes {
		tag.WriteString(" " + a.Name + `="`)
		for _, r := range Clean(a.Value) {
			switch name := escape(r); {
			case r == '"':
				tag.WriteString("&quot;")
			case name != "":
				tag.WriteString(name)
			default:
				tag.WriteRune(r)
			}
		}
		tag.WriteString(`"`)
	}
	tag.WriteString(">")
	b.tag(e.Name, tag.String())
}

func (b *builder) close(e Element) { b.tag(e.Name, "</"+e.Name+">") }

// tag writes a tag and counts it.
func (b *builder) tag(name, tag string) {
	b.out.WriteString(tag)
	n := utf8.RuneCountInString(tag)
	b.doc.TagRunes[name] += n
	b.doc.Runes += n
}

// text writes bytes [from, to) of the text.
func (b *builder) text(text string, from, to int) {
	same := false // whether what follows belongs to the last run
	for i := from; i < to; {
		r, size := utf8.DecodeRuneInString(text[i:to])
		name := escape(r)
		written := name == "" && allowed(r, size)
		if !same || !written {
			b.doc.runs = append(b.doc.runs, run{ssml: b.out.Len(), text: i})
		}
		switch {
		case written:
			b.out.WriteRune(r)
			b.doc.Runes++
		case name != "":
			b.out.WriteString(name)
			b.doc.Runes += len(name)
		default:
			b.out.WriteByte(' ')
			b.doc.Runes++
		}
		b.doc.TextRunes++
		same = written
		i += size
	}
	b.doc.runs = append(b.doc.runs, run{ssml: b.out.Len(), text: to}) // what follows is a tag, or the end
}

// escape is what is written for a character that means something to an XML parser in the text, or that it would change;
// it is empty for all others.
func escape(r rune) string {
	switch r {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>': // only "]]>" has to be, but that needs no look back
		return "&gt;"
	case '\r': // else read as a line feed
		return "&#13;"
	}
	return ""
}
