package disclosure

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/voicepress/voicepress/audio/c2pa"
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
	fieldNotice     = "AI_NOTICE" // when the spoken notice is heard, in seconds: "0.300-4.100"
	fieldXMP        = "XMP"
	// noticeChapter is the identifier, not the title, of the chapter in which the notice is spoken.
	noticeChapter = "ai-disclosure"
	// frontCover is the kind of picture (ID3v2.4 Native Frames 4.14; the same numbers in FLAC and Vorbis comments).
	frontCover = 3
)

// tag is what an MP3 file says about its voice: the machine-readable statement, the one for readers, where the text
// comes from, what is read, and the chapters. Comment and XMP go together with those of old, the tag that it has already.
func (d *Disclosure) tag(old *id3.Tag) *id3.Tag {
	comment, _ := old.Comment("")
	packet, _ := old.Private(fieldXMP)
	var t id3.Tag
	t.AddText("TIT2", d.Article.Title)
	t.AddText("TPE1", d.artist())
	t.AddText("TALB", d.Article.Site)
	t.AddText("TPUB", d.Article.Site)
	// Players show only the first of several values, so the authors are one.
	t.AddText("TEXT", strings.Join(d.Article.Authors, ", "))
	t.AddText("TCON", d.Article.Section)
	t.AddText("TDRC", date(d.Article.Published).utc)
	t.AddText("TLAN", iso639(d.Article.Language))
	if d.Duration > 0 {
		t.AddText("TLEN", strconv.FormatInt(milliseconds(d.Duration), 10))
	}
	t.AddText("TSSE", d.Encoder)
	t.AddText("TENC", joined(d.Tool.Name, d.Tool.Version))
	t.AddUserText(fieldStatement, d.Wording.Written)
	t.AddUserText(fieldSourceType, d.SourceType.URI())
	t.AddUserText(fieldEngine, joined(d.Engine.Name, d.Engine.Version))
	t.AddUserText(fieldModel, d.Voice.ID)
	if d.Audible.Present {
		t.AddUserText(fieldNotice, noticeSpan(d.Audible))
	}
	t.AddComment(iso639(d.Wording.Language), fieldComment, d.Wording.Written)
	t.AddComment(iso639(d.Wording.Language), "", after(d.lastingComment(), comment))
	t.AddURL("WOAF", d.Article.URL)
	t.AddUserURL(fieldPolicy, d.PolicyURL)
	t.AddPrivate(fieldXMP, d.xmpWith(packet))
	chapters := make([]id3.Chapter, 0, len(d.Chapters))
	for i, ch := range d.Chapters {
		id := "chapter-" + strconv.Itoa(i)
		if i == 0 && d.Audible.Present {
			id = noticeChapter
		}
		chapters = append(chapters, id3.Chapter{ID: id, Title: ch.Title, From: tagTime(ch.Start), To: tagTime(ch.End)})
	}
	t.AddChapters(chapters)
	if d.Text != "" {
		t.AddLyrics(iso639(d.Article.Language), "", d.Text)
	}
	if d.Cover != nil {
		t.AddPicture(d.Cover.MIME, frontCover, "", d.Cover.Data)
	}
	return &t
}

// lastingComment is what other programs keep when they encode a file to another format or put it into a new container:
// they know the plain comment, and not our fields.
func (d *Disclosure) lastingComment() string {
	return d.Wording.Written + " " + fieldSourceType + ": " + d.SourceType.URI()
}

// after is a comment of ours with one that was there behind it, unless that holds ours already.
func after(ours, old string) string {
	switch old = paragraphs(old, maxText); {
	case old == "":
		return ours
	case strings.Contains(old, ours):
		return old
	default:
		return ours + "\n" + old
	}
}

// tagTime is d in the milliseconds of a CHAP frame, whose largest value means something else.
func tagTime(d time.Duration) uint32 { return uint32(min(milliseconds(d), math.MaxUint32-1)) }

// mp3File is MPEG audio, layer III. The manifest store is an object in the ID3v2 tag (C2PA 2.2, A.3.4); only its own
// bytes are left out of the hash, so that the rest of the tag is signed too.
type mp3File struct{}

func (mp3File) name() string { return "MP3" }

func (mp3File) layout(src *io.SectionReader, d *Disclosure) (func(store []byte) (c2pa.Layout, error), error) {
	old, size, err := leadingTags(src)
	if err != nil {
		return nil, err
	}
	size += zeros(src, size)
	t := d.tag(old)
	t.Keep(withoutStore(old.Upgraded()))
	sound := io.NewSectionReader(src, size, src.Size()-size)
	return func(store []byte) (c2pa.Layout, error) { return afterTag(t, store, c2pa.Part{Source: sound}) }, nil
}

// afterTag is a file that begins with t, which holds the store, and goes on with rest.
func afterTag(t *id3.Tag, store []byte, rest ...c2pa.Part) (c2pa.Layout, error) {
	if store == nil {
		if n := t.Length(); n > id3.MaxSize {
			return c2pa.Layout{}, fmt.Errorf("write ID3 tag: %d bytes are more than %d", n, id3.MaxSize)
		}
		return c2pa.Layout{Parts: append([]c2pa.Part{{Bytes: t.Bytes()}}, rest...)}, nil
	}
	b, at, err := t.BytesWithObject(id3.Object{MIME: c2pa.MIME, Name: "c2pa", Description: "c2pa manifest store", Data: store})
	if err != nil {
		return c2pa.Layout{}, err
	}
	end := at + len(store)
	parts := []c2pa.Part{{Bytes: b[:at]}, {Bytes: b[at:end], Hole: true}, {Bytes: b[end:]}}
	return c2pa.Layout{Parts: append(parts, rest...)}, nil
}

// withoutStore leaves out manifest stores: a new one takes their place.
func withoutStore(frames []id3.Frame) []id3.Frame {
	return slices.DeleteFunc(frames, func(f id3.Frame) bool {
		_, ok := (&id3.Tag{Frames: []id3.Frame{f}}).Object(c2pa.MIME)
		return ok
	})
}

// leadingTags reads the ID3v2 tags, one behind the other, that a file begins with: their frames as one tag, and how many
// bytes they take up. Without a tag it is empty.
func leadingTags(src *io.SectionReader) (*id3.Tag, int64, error) {
	const most = 8 // tags; more than one is a mistake of some other program
	all := &id3.Tag{Version: 4}
	at := int64(0)
	for range most {
		t, err := id3.Read(io.NewSectionReader(src, at, src.Size()-at))
		switch {
		case errors.Is(err, id3.ErrNoTag):
			return all, at, nil
		case err != nil:
			return nil, 0, err
		}
		if at == 0 {
			all = t
		} else {
			first := id3.Tag{Frames: all.Upgraded()}
			first.Keep(t.Upgraded())
			all = &id3.Tag{Version: 4, Frames: first.Frames}
		}
		at += int64(t.Size)
	}
	return nil, 0, fmt.Errorf("it begins with more than %d ID3 tags: %w", most, errNotAudio)
}

// read reads an MPEG audio file, with or without an ID3v2 tag before it.
func (f mp3File) read(src *io.SectionReader) (carried, error) {
	c := carried{format: f.name()}
	t, size, err := leadingTags(src)
	switch {
	case err != nil:
		return c, err
	case size == 0 && !frameAt(src, 0):
		// Without a tag the sound must begin at once: any file holds two bytes that look like a frame somewhere.
		return c, errNotAudio
	case size > 0 && !frameAt(src, size+zeros(src, size)):
		return c, fmt.Errorf("no MPEG frame follows its tag of %d bytes: %w", size, errNotAudio)
	}
	c.readTag(t)
	return c, c.readStore(src, t, size)
}

// readTag takes from an ID3 tag what it says about the voice.
func (c *carried) readTag(t *id3.Tag) {
	c.labels.fill(tagLabels(t))
	statement, _ := t.UserText(fieldStatement)
	comment, _ := t.Comment(fieldComment)
	plain, _ := t.Comment("")
	sourceType, _ := t.UserText(fieldSourceType)
	packet, _ := t.Private(fieldXMP)
	fromXMP, description := readXMP(packet[:min(len(packet), maxChunk)])
	c.statement = firstText(c.statement, statement, comment, description)
	c.sourceType = firstText(c.sourceType, sourceType, fromXMP)
	other, _ := t.UserText("comment") // where ffmpeg writes the comment of a file that it encodes
	c.readComment(plain, other)
	for _, ch := range t.Chapters() {
		if ch.ID == noticeChapter {
			c.notice = heard(int64(ch.From), int64(ch.To))
		}
	}
	if span, ok := t.UserText(fieldNotice); ok && c.notice == "" {
		c.notice = readNoticeSpan(span)
	}
}

// readStore takes the manifest store from a tag that fills the first size bytes of the file, and finds where it lies. A
// store that is not in the file as it is, because the tag is unsynchronised or compressed, has no place that could be
// left out of a hash.
func (c *carried) readStore(src *io.SectionReader, t *id3.Tag, size int64) error {
	o, ok := t.Object(c2pa.MIME)
	if !ok || len(o.Data) == 0 {
		return nil
	}
	c.store = o.Data
	raw := make([]byte, size)
	if _, err := src.ReadAt(raw, 0); err != nil {
		return fmt.Errorf("read: %w", cause(err))
	}
	if at := bytes.Index(raw, o.Data); at >= 0 {
		c.holes = []c2pa.Range{{Start: int64(at), Length: int64(len(o.Data))}}
	}
	return nil
}

// zeros is the number of zero bytes from offset at, up to maxGap: some writers pad after the tag instead of in it.
func zeros(r io.ReaderAt, at int64) int64 {
	b := make([]byte, maxGap)
	n, _ := r.ReadAt(b, at) // fewer bytes than asked for, at the end of a file, are enough
	return int64(n - len(bytes.TrimLeft(b[:n], "\x00")))
}

// frameAt says whether an MPEG audio frame of layer III begins at that offset (ISO 11172-3, 2.4.1.3): eleven ones, and
// no reserved value.
func frameAt(r io.ReaderAt, at int64) bool {
	h := make([]byte, 4)
	if _, err := r.ReadAt(h, at); err != nil {
		return false
	}
	sync := h[0] == 0xFF && h[1]&0xE0 == 0xE0
	version, layer, bitrate, rate := h[1]>>3&3, h[1]>>1&3, h[2]>>4, h[2]>>2&3
	return sync && version != 1 && layer == 1 && bitrate != 15 && rate != 3
}
