package disclosure

import (
	"bytes"
	"fmt"
	"image"
	"strings"
	"time"

	"github.com/voicepress/voicepress/audio/vorbis"
)

// comments are what a FLAC or Ogg file says about its voice. What old says stays unless we say it. Sources: Xiph.Org's
// list of comment names; its wiki page "Chapter Extension" for CHAPTERnnn.
func (d *Disclosure) comments(old vorbis.Comments) vorbis.Comments {
	c := vorbis.Comments{Vendor: old.Vendor}
	c.Add("TITLE", d.Article.Title)
	c.Add("ARTIST", d.artist())
	c.Add("ALBUM", d.Article.Site)
	c.Add("ORGANIZATION", d.Article.Site)
	for _, author := range d.Article.Authors {
		c.Add("LYRICIST", author)
	}
	c.Add("GENRE", d.Article.Section)
	c.Add("DATE", d.Article.Published)
	if d.Article.Language != "und" {
		c.Add("LANGUAGE", d.Article.Language)
	}
	c.Add("COMMENT", after(d.Wording.Written, old.Get("COMMENT")))
	c.Add("DESCRIPTION", d.lastingComment()) // which ffmpeg takes for the comment
	c.Add(fieldStatement, d.Wording.Written)
	c.Add(strings.ToUpper(fieldSourceType), d.SourceType.URI())
	c.Add(fieldEngine, joined(d.Engine.Name, d.Engine.Version))
	c.Add(fieldModel, d.Voice.ID)
	if d.Audible.Present {
		c.Add(fieldNotice, noticeSpan(d.Audible))
	}
	c.Add("ENCODER", joined(d.Tool.Name, d.Tool.Version))
	c.Add("ENCODER_OPTIONS", d.Encoder)
	c.Add("CONTACT", d.Article.URL)
	c.Add("WWW", d.Article.URL)
	c.Add("AI_POLICY", d.PolicyURL)
	c.Add("LYRICS", d.Text)
	for i, ch := range d.Chapters {
		name := fmt.Sprintf("CHAPTER%03d", i)
		c.Add(name, clock(ch.Start))
		c.Add(name+"NAME", ch.Title)
	}
	chapters := len(d.Chapters) > 0
	said := map[string]bool{}
	for _, comment := range c.List {
		said[comment.Name] = true
	}
	for _, comment := range old.List {
		name := strings.ToUpper(comment.Name)
		kind, picture := comment.PictureKind()
		switch {
		case said[name], chapters && strings.HasPrefix(name, "CHAPTER"), picture && kind == frontCover && d.Cover != nil:
		default:
			c.List = append(c.List, comment)
		}
	}
	return c
}

// clock is a time as chapters have it: hours, minutes, seconds and thousandths.
func clock(d time.Duration) string {
	ms := milliseconds(d)
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

// noticeSpan is when the notice is heard, in seconds: "0.300-4.100". In a stream its end may not be known: "0.300-".
func noticeSpan(a Audible) string {
	from, to := milliseconds(a.Start), milliseconds(a.End)
	if to <= from {
		return fmt.Sprintf("%d.%03d-", from/1000, from%1000)
	}
	return fmt.Sprintf("%d.%03d-%d.%03d", from/1000, from%1000, to/1000, to%1000)
}

// readNoticeSpan reads what noticeSpan writes, in words; "" for anything else.
func readNoticeSpan(s string) string {
	var from, to, fromMS, toMS int64
	if len(s) > 64 {
		return ""
	}
	if n, err := fmt.Sscanf(s, "%d.%d-%d.%d", &from, &fromMS, &to, &toMS); err != nil && n != 2 {
		return ""
	}
	a := Audible{Start: time.Duration(from*1000+fromMS) * time.Millisecond, End: time.Duration(to*1000+toMS) * time.Millisecond}
	if from < 0 || noticeSpan(a) != s {
		return ""
	}
	if a.End <= a.Start {
		return fmt.Sprintf("from %.1f s", a.Start.Seconds())
	}
	return heard(milliseconds(a.Start), milliseconds(a.End))
}

// picture is the cover with its size; d has one.
func (d *Disclosure) picture() vorbis.Picture {
	p := vorbis.Picture{Kind: frontCover, MIME: d.Cover.MIME, Data: d.Cover.Data}
	const trueColour = 24 // bits of a pixel
	if config, _, err := image.DecodeConfig(bytes.NewReader(d.Cover.Data)); err == nil {
		p.Width, p.Height, p.Depth = uint32(config.Width), uint32(config.Height), trueColour
	}
	return p
}

// readComments takes from comments what they say about the voice.
func (c *carried) readComments(v vorbis.Comments) {
	c.labels.fill(commentLabels(v))
	c.statement = firstText(c.statement, v.Get(fieldStatement))
	c.sourceType = firstText(c.sourceType, v.Get(fieldSourceType))
	c.readComment(v.Get("DESCRIPTION"), v.Get("COMMENT"))
	if c.notice == "" {
		c.notice = readNoticeSpan(v.Get(fieldNotice))
	}
}
