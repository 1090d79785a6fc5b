package disclosure

import (
	"io"
	"strings"

	"github.com/voicepress/voicepress/audio/id3"
	"github.com/voicepress/voicepress/audio/vorbis"
)

// Labels are what the tags of a file say about what is heard in it, as far as a Disclosure has a field for it. Each is
// one clean line; what the file does not say is empty.
type Labels struct {
	Title     string
	Site      string // publisher, or else album or artist
	URL       string
	Language  string // BCP 47
	Published string // ISO 8601
}

// Found is what a file says before it is disclosed.
type Found struct {
	Format string // as in Written
	Labels
	Disclosed bool // it says of itself that its voice is artificial
	Signed    bool // it holds a manifest, right or not
}

// Look reads what a file says about itself. It fails for what is no audio, or damaged.
func Look(src *io.SectionReader) (Found, error) {
	c, err := readTags(src)
	if err != nil {
		return Found{}, err
	}
	l := c.labels
	language := cleanLanguage(l.Language)
	if language == undetermined {
		language = ""
	}
	return Found{
		Format: c.format, Disclosed: c.layer().State == Present, Signed: c.store != nil,
		Labels: Labels{line(l.Title, maxTitle), line(l.Site, maxName), cleanURL(l.URL), language, date(l.Published).given},
	}, nil
}

const undetermined = "und"

// fill takes over what is not known yet.
func (l *Labels) fill(more Labels) {
	for _, f := range []struct {
		to   *string
		text string
	}{{&l.Title, more.Title}, {&l.Site, more.Site}, {&l.URL, more.URL}, {&l.Language, more.Language}, {&l.Published, more.Published}} {
		if *f.to == "" {
			*f.to = strings.TrimRight(f.text, "\x00")
		}
	}
}

func tagLabels(t *id3.Tag) Labels {
	return Labels{
		Title: t.Text("TIT2"), Site: firstText(t.Text("TPUB"), t.Text("TALB"), t.Text("TPE1")), URL: t.URL("WOAF"), Language: t.Text("TLAN"),
		Published: firstText(t.Text("TDRC"), t.Text("TYER")),
	}
}

func commentLabels(v vorbis.Comments) Labels {
	return Labels{
		Title: v.Get("TITLE"), Site: firstText(v.Get("ORGANIZATION"), v.Get("ALBUM"), v.Get("ARTIST")), URL: firstText(v.Get("WWW"), v.Get("CONTACT")),
		Language: v.Get("LANGUAGE"), Published: v.Get("DATE"),
	}
}

// infoLabels reads a LIST chunk of the kind INFO.
func infoLabels(b []byte) (l Labels) {
	if len(b) < 4 || string(b[:4]) != "INFO" {
		return l
	}
	for id, text := range subchunks(b[4:]) {
		more := map[string]Labels{
			"INAM": {Title: string(text)}, "IART": {Site: string(text)}, "ICRD": {Published: string(text)}, "ILNG": {Language: string(text)},
		}
		l.fill(more[id])
	}
	return l
}
