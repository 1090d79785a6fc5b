package disclosure

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/voicepress/voicepress/audio/bmff"
	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/m4a"
)

// m4aFile is sound in MPEG-4, M4A and M4B. What is said about the voice stands in the list of tags of the movie box; the
// manifest store has a box of its own right after the type of the file (C2PA 2.2, A.5.1), which is left out of the hash,
// as free space is.
type m4aFile struct{}

const (
	// tagSpace is the namespace of the tags whose names are ours.
	tagSpace = "com.voicepress"
	// xmpBox is the extended type of the uuid box that holds XMP (XMP Specification Part 3, 1.2.7.1).
	xmpBox = "\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC"
)

func (m4aFile) name() string { return "M4A" }

// layout puts the tables before the sound, so that a player can begin before it has the whole file.
func (m4aFile) layout(src *io.SectionReader, d *Disclosure) (func(store []byte) (c2pa.Layout, error), error) {
	f, err := m4a.Read(src)
	if err != nil {
		return nil, err
	}
	d.tagM4A(f)
	f.SetLanguage(iso639(d.Article.Language))
	if len(d.Chapters) > 0 {
		chapters := make([]m4a.Chapter, 0, len(d.Chapters))
		for _, ch := range d.Chapters {
			chapters = append(chapters, m4a.Chapter{Title: ch.Title, Start: ch.Start})
		}
		f.SetChapters(chapters, iso639(d.Article.Language))
	}
	packet, err := xmpOf(src, f)
	if err != nil {
		return nil, err
	}
	f.DropUUID(xmpBox)
	f.DropUUID(c2pa.ManifestBox)
	xmp := m4a.UUIDBox(xmpBox, d.xmpWith(packet))
	return func(store []byte) (c2pa.Layout, error) {
		var front [][]byte
		if store != nil {
			front = append(front, m4a.UUIDBox(c2pa.ManifestBox, []byte(manifestHead), store))
		}
		l := c2pa.Layout{BMFF: true}
		for _, p := range f.Parts(front, [][]byte{xmp}) {
			l.Parts = append(l.Parts, c2pa.Part{Bytes: p.Bytes, Source: p.Source})
		}
		return l, nil
	}, nil
}

// tagM4A puts what d says into the tags of a file. Names: Apple's for its own tags, those of the profile for ours.
func (d *Disclosure) tagM4A(f *m4a.File) {
	comment, _ := f.Tag("\xA9cmt")
	own := func(name, text string) {
		if text != "" {
			f.SetTags(m4a.Freeform(tagSpace, name, text))
		}
	}
	for _, tag := range []struct{ name, text string }{
		{"\xA9nam", d.Article.Title},
		{"\xA9ART", d.artist()},
		{"\xA9alb", d.Article.Site},
		{"\xA9pub", d.Article.Site},
		{"\xA9gen", d.Article.Section},
		{"\xA9day", d.Article.Published},
		{"\xA9cmt", after(d.lastingComment(), comment)},
		{"desc", d.Wording.Written},
		{"\xA9too", joined(d.Tool.Name, d.Tool.Version)},
		{"\xA9lyr", d.Text},
	} {
		if tag.text != "" {
			f.SetTags(m4a.Text(tag.name, tag.text))
		}
	}
	if authors := strings.Join(d.Article.Authors, ", "); authors != "" {
		// Apple's tag for an author (\xA9aut) is read as another artist, who would then be the voice.
		f.SetTags(m4a.Freeform("com.apple.iTunes", "LYRICIST", authors))
	}
	own(fieldStatement, d.Wording.Written)
	own(fieldSourceType, d.SourceType.URI())
	own(fieldEngine, joined(d.Engine.Name, d.Engine.Version))
	own(fieldModel, d.Voice.ID)
	if d.Audible.Present {
		own(fieldNotice, noticeSpan(d.Audible))
	}
	own("ENCODER_OPTIONS", d.Encoder)
	own("URL", d.Article.URL)
	own("AI_POLICY", d.PolicyURL)
	if d.Cover != nil {
		f.SetTags(m4a.Cover(d.Cover.MIME, d.Cover.Data))
	}
}

// manifestHead stands before the store in its box: version and flags, what the box is for, and the offset of a further
// box, which there is none of.
const manifestHead = "\x00\x00\x00\x00manifest\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// read reads what stands in the tags of an MPEG-4 file, and in the boxes beside them.
func (t m4aFile) read(src *io.SectionReader) (carried, error) {
	c := carried{format: t.name()}
	f, err := m4a.Read(src)
	if err != nil {
		return c, err
	}
	tag := func(name string) string {
		s, _ := f.Tag(name)
		return s
	}
	own := func(name string) string { return tag("----:" + tagSpace + ":" + name) }
	packet, err := xmpOf(src, f)
	if err != nil {
		return c, err
	}
	sourceType, description := readXMP(packet)
	c.statement = firstText(own(fieldStatement), description)
	c.sourceType = firstText(own(fieldSourceType), sourceType)
	c.readComment(tag("desc"), tag("\xA9cmt"))
	c.notice = readNoticeSpan(own(fieldNotice))
	c.labels = Labels{
		Title: tag("\xA9nam"), Site: firstText(tag("\xA9pub"), tag("\xA9alb"), tag("\xA9ART")), URL: own("URL"), Published: tag("\xA9day"),
	}
	b, ok := f.UUID(c2pa.ManifestBox)
	if !ok {
		return c, nil
	}
	if b.Size > maxStore {
		return c, fmt.Errorf("its manifest of %d bytes is more than is read", b.Size)
	}
	box, err := content(src, b)
	if err != nil {
		return c, err
	}
	if store, ok := bytes.CutPrefix(box, []byte(manifestHead)); ok && len(store) > 0 {
		c.store, c.holes = store, []c2pa.Range{{Start: b.Offset, Length: b.Size}}
	}
	return c, nil
}

// xmpOf is the XMP packet of a file; nil where there is none, or one that is too large to be read.
func xmpOf(src *io.SectionReader, f *m4a.File) ([]byte, error) {
	b, ok := f.UUID(xmpBox)
	if !ok || b.Size > maxChunk {
		return nil, nil
	}
	return content(src, b)
}

// content reads what is in a box.
func content(src *io.SectionReader, b bmff.Box) ([]byte, error) {
	data := make([]byte, b.End()-b.Start())
	if _, err := src.ReadAt(data, b.Start()); err != nil {
		return nil, fmt.Errorf("read: %w", cause(err))
	}
	return data, nil
}
