package disclosure

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"strings"
	"time"
)

// Player is HTML to paste into the page of the article: the statement as text that is there before anybody presses play and
// that screen readers say with the player, the player, captions and chapters. It holds no script, loads nothing but the
// files of the page, and sets no colours, so that it is as easy to read as the page around it.
func (d *Disclosure) Player(p Page) ([]byte, error) {
	if len(p.Outputs) == 0 {
		return nil, errors.New("write the player: there is no audio file")
	}
	c := d.cleaned()
	outputs := p.smallestFirst()
	sum := sha256.Sum256([]byte(c.Key + "\x00" + outputs[0].File))
	id := "voice-" + hex.EncodeToString(sum[:6]) // several players may stand on a page
	esc := html.EscapeString

	var b bytes.Buffer
	fmt.Fprintf(&b, "<figure%s>\n", languageOf(c.Article.Language))
	b.WriteString("  <figcaption>\n")
	fmt.Fprintf(&b, `    <p id="%s" role="note"%s>`, id, languageOf(c.Wording.Language))
	if c.SourceType != AlgorithmicMedia {
		b.WriteString(`<strong style="border:1px solid;border-radius:.2em;padding:0 .3em">AI</strong> `)
	}
	if c.PolicyURL != "" {
		fmt.Fprintf(&b, `<a href="%s">%s</a>`, esc(c.PolicyURL), esc(c.Wording.Written))
	} else {
		b.WriteString(esc(c.Wording.Written))
	}
	b.WriteString("</p>\n  </figcaption>\n")

	label := c.Article.Title
	if label == "" {
		label = c.artist()
	}
	fmt.Fprintf(&b, `  <audio controls preload="metadata" aria-label="%s" aria-describedby="%s" style="width:100%%">`+"\n", esc(label), id)
	for _, o := range outputs {
		fmt.Fprintf(&b, `    <source src="%s" type="%s">`+"\n", esc(p.address(o.File)), esc(o.MIME))
	}
	if p.Captions != "" {
		fmt.Fprintf(&b, `    <track kind="captions" src="%s" srclang="%s" label="%s" default>`+"\n",
			esc(p.address(p.Captions)), esc(c.Article.Language), esc(c.Article.Language))
	}
	fmt.Fprintf(&b, `    <a href="%s">%s</a>`+"\n  </audio>\n", esc(p.address(outputs[0].File)), esc(label))

	first := 0 // the chapter of the notice needs no link
	if c.Audible.Present {
		first = 1
	}
	if len(c.Chapters) > first+1 {
		fmt.Fprintf(&b, "  <details>\n    <summary>%s</summary>\n    <ol>\n", esc(chaptersWord(written(c.Article.Language))))
		for _, ch := range c.Chapters[first:] {
			fmt.Fprintf(&b, `      <li dir="auto"><a href="%s#t=%.3f">%s</a> (%s)</li>`+"\n",
				esc(p.address(outputs[0].File)), ch.Start.Seconds(), esc(ch.Title), moment(ch.Start))
		}
		b.WriteString("    </ol>\n  </details>\n")
	}
	b.WriteString("</figure>\n")
	return b.Bytes(), nil
}

// languageOf are the attributes of an element in a language, with its direction of writing.
func languageOf(lang string) string {
	if lang == "und" {
		return ` dir="auto"`
	}
	direction := "ltr"
	script, _ := parseLanguage(lang).Script()
	if strings.Contains(" Adlm Arab Hebr Nkoo Rohg Syrc Thaa ", " "+script.String()+" ") {
		direction = "rtl"
	}
	return fmt.Sprintf(` lang="%s" dir="%s"`, html.EscapeString(lang), direction)
}

// moment is a time for people: 1:02:03.
func moment(d time.Duration) string {
	s := int64(d / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// chaptersWord is "Chapters" in a language.
func chaptersWord(lang string) string {
	switch lang {
	case "de", "sv":
		return "Kapitel"
	case "fr":
		return "Chapitres"
	case "es", "pt":
		return "Capítulos"
	case "it":
		return "Capitoli"
	case "nl":
		return "Hoofdstukken"
	case "pl":
		return "Rozdziały"
	case "da", "nb", "no":
		return "Kapitler"
	case "nn":
		return "Kapittel"
	case "fi":
		return "Luvut"
	case "cs":
		return "Kapitoly"
	case "tr":
		return "Bölümler"
	case "uk":
		return "Розділи"
	case "ru":
		return "Главы"
	case "el":
		return "Κεφάλαια"
	case "ja":
		return "チャプター"
	case "zh":
		return "章节"
	case "zh-Hant":
		return "章節"
	case "ko":
		return "챕터"
	case "ar":
		return "الفصول"
	default:
		return "Chapters"
	}
}
