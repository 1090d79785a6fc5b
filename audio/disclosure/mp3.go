package disclosure

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/voicepress/voicepress/audio/id3"
)

// What the fields of the profile are called where a format lets us choose. Both the writers and Verify use these.
const (
	fieldStatement  = "AI_DISCLOSURE"
	fieldSourceType = "DigitalSourceType"
	fieldEngine     = "AI_VOICE_ENGINE"
	fieldModel      = "AI_VOICE_MODEL"
	fieldComment    = "AI disclosure"
	fieldPolicy     = "AI policy"
	fieldXMP        = "XMP"
	// noticeChapter is the identifier, not the title, of the chapter in which the notice is spoken.
	noticeChapter = "ai-disclosure"
)

// ID3 is the whole ID3v2.4 tag that an MP3 file begins with: the machine-readable statement, the one for readers,
// where the text comes from, what is read, and the chapters.
func (d *Disclosure) ID3() []byte {
	c := d.cleaned()
	var t id3.Tag
	t.AddText("TIT2", c.Article.Title)
	t.AddText("TPE1", c.artist())
	t.AddText("TALB", c.Article.Site)
	t.AddText("TPUB", c.Article.Site)
	// Players show only the first of several values, so the authors are one.
	t.AddText("TEXT", strings.Join(c.Article.Authors, ", "))
	t.AddText("TCON", c.Article.Section)
	t.AddText("TDRC", date(c.Article.Published).utc)
	t.AddText("TLAN", iso639(c.Article.Language))
	if c.Duration > 0 {
		t.AddText("TLEN", strconv.FormatInt(milliseconds(c.Duration), 10))
	}
	t.AddText("TSSE", c.Encoder)
	t.AddText("TENC", joined(c.Tool.Name, c.Tool.Version))
	t.AddUserText(fieldStatement, c.Wording.Written)
	t.AddUserText(fieldSourceType, c.SourceType.URI())
	t.AddUserText(fieldEngine, joined(c.Engine.Name, c.Engine.Version))
	t.AddUserText(fieldModel, c.Voice.ID)
	t.AddComment(iso639(c.Wording.Language), fieldComment, c.Wording.Written)
	t.AddURL("WOAF", c.Article.URL)
	t.AddUserURL(fieldPolicy, c.PolicyURL)
	t.AddPrivate(fieldXMP, c.xmp())
	chapters := make([]id3.Chapter, 0, len(c.Chapters))
	for i, ch := range c.Chapters {
		id := "chapter-" + strconv.Itoa(i)
		if i == 0 && c.Audible.Present {
			id = noticeChapter
		}
		chapters = append(chapters, id3.Chapter{ID: id, Title: ch.Title, From: tagTime(ch.Start), To: tagTime(ch.End)})
	}
	t.AddChapters(chapters)
	if c.Text != "" {
		t.AddLyrics(iso639(c.Article.Language), "", c.Text)
	}
	return t.Bytes()
}

// tagTime is d in the milliseconds of a CHAP frame, whose largest value means something else.
func tagTime(d time.Duration) uint32 { return uint32(min(milliseconds(d), math.MaxUint32-1)) }
