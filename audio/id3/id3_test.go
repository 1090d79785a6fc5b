package id3_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"testing/quick"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/id3"
)

// full is a tag with a frame of every kind that can be added.
func full() *id3.Tag {
	var t id3.Tag
	t.AddText("TIT2", "Überschrift – 見出し")
	t.AddText("TEXT", "Ada Example", "Ben Beispiel")
	t.AddUserText("AI_DISCLOSURE", "Voice is AI-generated.")
	t.AddComment("deu", "note", "two\nlines")
	t.AddLyrics("deu", "", "What is read.\n\nIn paragraphs.")
	t.AddURL("WOAF", "https://news.example/a?b=c&d=ä")
	t.AddUserURL("AI policy", "https://news.example/ai")
	t.AddPrivate("org.example", []byte{0, 1, 0xFF, 0, 0xFE})
	t.AddObject(id3.Object{
		MIME: "application/c2pa", Name: "c2pa", Description: "c2pa manifest store", Data: []byte{0, 0xFF, 0xE0, 0},
	})
	t.AddChapters([]id3.Chapter{{"a", "Notice", 0, 4000}, {"b", "Überschrift", 4000, 65_432}})
	return &t
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	raw := full().Bytes()
	got, err := id3.Read(bytes.NewReader(append(raw, 0xFF, 0xFB)))
	require.NoError(t, err)
	require.EqualValues(t, 4, got.Version)
	require.Equal(t, len(raw), got.Size)
	require.Equal(t, full().Frames, got.Frames)

	require.Equal(t, "Überschrift – 見出し", got.Text("TIT2"))
	require.Equal(t, "Ada Example; Ben Beispiel", got.Text("TEXT"))
	user, ok := got.UserText("AI_DISCLOSURE")
	require.True(t, ok)
	require.Equal(t, "Voice is AI-generated.", user)
	comment, ok := got.Comment("note")
	require.True(t, ok)
	require.Equal(t, "two\nlines", comment)
	lyrics, ok := got.Lyrics("")
	require.True(t, ok)
	require.Equal(t, "What is read.\n\nIn paragraphs.", lyrics)
	require.Equal(t, "https://news.example/a?b=c&d=%C3%A4", got.URL("WOAF"))
	policy, ok := got.UserURL("AI policy")
	require.True(t, ok)
	require.Equal(t, "https://news.example/ai", policy)
	private, ok := got.Private("org.example")
	require.True(t, ok)
	require.Equal(t, []byte{0, 1, 0xFF, 0, 0xFE}, private)
	object, ok := got.Object("application/c2pa")
	require.True(t, ok)
	require.Equal(t, "c2pa manifest store", object.Description)
	require.Equal(t, []byte{0, 0xFF, 0xE0, 0}, object.Data)
	require.Equal(t, []id3.Chapter{{"a", "Notice", 0, 4000}, {"b", "Überschrift", 4000, 65_432}}, got.Chapters())
}

func TestWhatIsNotThereIsEmpty(t *testing.T) {
	var empty id3.Tag
	require.Empty(t, empty.Text("TIT2"))
	require.Empty(t, empty.URL("WOAF"))
	require.Empty(t, empty.Chapters())
	for _, ok := range []bool{
		second(empty.UserText("x")), second(empty.Comment("x")), second(empty.Lyrics("x")), second(empty.UserURL("x")),
		second(empty.Private("x")), second(empty.Object("x")),
	} {
		require.False(t, ok)
	}
	empty.AddText("TIT2", "", "")
	empty.AddURL("WOAF", "")
	empty.AddUserURL("AI policy", "")
	empty.AddChapters(nil)
	require.Empty(t, empty.Frames)
}

func second[T any](_ T, ok bool) bool { return ok }

func TestTagIsPaddedAndHoldsNoMPEGSync(t *testing.T) {
	var tag id3.Tag
	tag.AddLyrics("eng", "", strings.Repeat("å", 40_000))
	raw := tag.Bytes()
	require.Equal(t, make([]byte, 256), raw[len(raw)-256:])
	require.NotContains(t, string(raw), "\xFF", "UTF-8 and synchsafe sizes never hold 0xFF")
	var out bytes.Buffer
	n, err := tag.WriteTo(&out)
	require.NoError(t, err)
	require.EqualValues(t, len(raw), n)
	require.Equal(t, raw, out.Bytes())
}

func TestHostileStringsGiveAReadableTag(t *testing.T) {
	check := func(text, description, language, address string, title string) bool {
		var tag id3.Tag
		tag.AddText("TIT2", text)
		tag.AddUserText(description, text)
		tag.AddComment(language, description, text)
		tag.AddURL("WOAF", address)
		tag.AddUserURL(description, address)
		tag.AddChapters([]id3.Chapter{{"c", title, 9, 1}})
		got, err := id3.Read(bytes.NewReader(tag.Bytes()))
		if err != nil || len(got.Frames) != len(tag.Frames) {
			return false
		}
		want := strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", " ")
		comment, ok := got.Comment(strings.ReplaceAll(strings.ToValidUTF8(description, "\uFFFD"), "\x00", " "))
		return got.Text("TIT2") == want && ok && comment == want && got.Chapters()[0].To == 9
	}
	require.NoError(t, quick.Check(check, nil))
	for _, s := range []string{"", "\x00", "a\x00b", "\xFF\xFE", "\xFF\xFB\x90", "ID3\x04", "\u202Ex", "eng\x00", "日本語"} {
		require.True(t, check(s, s, s, s, s), "%q", s)
	}
}

func TestMoreChaptersThanFitRunToTheEnd(t *testing.T) {
	var chapters []id3.Chapter
	for i := range uint32(300) {
		chapters = append(chapters, id3.Chapter{ID: "c" + string('a'+rune(i%26)), Title: "t", From: i, To: i + 1})
	}
	var tag id3.Tag
	tag.AddChapters(chapters)
	got, err := id3.Read(bytes.NewReader(tag.Bytes()))
	require.NoError(t, err)
	require.Len(t, got.Chapters(), id3.MaxChapters)
	require.EqualValues(t, 300, got.Chapters()[254].To)
	require.EqualValues(t, 255, chapters[254].To, "the caller's chapters are left alone")
}

func TestTagLargerThanTheBoundIsAMistake(t *testing.T) {
	var tag id3.Tag
	tag.AddPrivate("x", make([]byte, id3.MaxSize))
	require.Panics(t, func() { tag.Bytes() })
}

// raw is a tag of the given version and flags around body.
func raw(version, flags byte, body string) string {
	n := len(body)
	return string([]byte{'I', 'D', '3', version, 0, flags, byte(n >> 21 & 127), byte(n >> 14 & 127), byte(n >> 7 & 127), byte(n & 127)}) + body
}

// frame is one frame in the shape of ID3v2.3; below 128 bytes that of ID3v2.4 is the same.
func frame(id string, flags string, body string) string {
	return id + string(binary.BigEndian.AppendUint32(nil, uint32(len(body)))) + flags + body
}

func deflated(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

func TestBombOfCompressedFramesIsBounded(t *testing.T) {
	bomb := frame("PRIV", "\x00\x08", deflated(strings.Repeat("\x00", 12<<20)))
	tag, err := id3.Read(strings.NewReader(raw(3, 0, strings.ReplaceAll(strings.Repeat(bomb, 20), "\x00\x08", "\x00\x80"))))
	require.NoError(t, err)
	require.LessOrEqual(t, len(tag.Frames), 1, "all of them together stay below the bound")
}

func TestOlderFramesGetTheirNewForm(t *testing.T) {
	const none = "\x00\x00"
	inner := frame("TIT2", none, "\x00"+strings.Repeat("x", 200))
	old := raw(3, 0, frame("TYER", none, "\x001999")+frame("TDAT", none, "\x000305")+frame("TIME", none, "\x000830")+
		frame("TORY", none, "\x001998")+frame("TSIZ", none, "\x0077")+frame("RVAD", none, "xx")+frame("IPLS", none, "\x00a\x00b\x00")+
		frame("CHAP", none, "c\x00"+strings.Repeat("\x00\x00\x00\x01", 4)+inner)+frame("CTOC", none, "t\x00\x03\x01c\x00"+inner))
	tag, err := id3.Read(strings.NewReader(old))
	require.NoError(t, err)
	got := &id3.Tag{Frames: tag.Upgraded()}
	var names []string
	for _, f := range got.Frames {
		names = append(names, f.ID)
	}
	require.Equal(t, []string{"TDRC", "TDOR", "TIPL", "CHAP", "CTOC"}, names)
	require.Equal(t, "1999-05-03T08:30", got.Text("TDRC"))
	again, err := id3.Read(bytes.NewReader(got.Bytes()))
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("x", 200), again.Chapters()[0].Title)
	require.Contains(t, string(again.Frames[4].Body), "TIT2\x00\x00\x01\x49")

	for frames, want := range map[string]string{
		frame("TYER", none, "\x001999"):                                   "1999",
		frame("TYER", none, "\x001999") + frame("TDAT", none, "\x000305"): "1999-05-03",
		frame("TYER", none, "\x001999") + frame("TIME", none, "\x000305"): "1999",
		frame("TYER", none, "\x00last"):                                   "",
		frame("TYER", none, "\x001999") + frame("TDRC", none, "\x002001"): "2001",
		frame("TDAT", none, "\x000305"):                                   "",
	} {
		tag, err := id3.Read(strings.NewReader(raw(3, 0, frames)))
		require.NoError(t, err)
		require.Equal(t, want, (&id3.Tag{Frames: tag.Upgraded()}).Text("TDRC"))
	}
}

func TestFramesThatSayTheSameAreNotKept(t *testing.T) {
	var ours, theirs id3.Tag
	ours.AddText("TIT2", "ours")
	ours.AddUserText("A", "ours")
	ours.AddComment("eng", "note", "ours")
	ours.AddPicture("image/png", 3, "x", []byte("ours"))
	theirs.AddText("TIT2", "theirs")
	theirs.AddText("TRCK", "theirs")
	theirs.AddUserText("a", "theirs")
	theirs.AddUserText("B", "theirs")
	theirs.AddComment("deu", "Note", "theirs")
	theirs.AddComment("eng", "", "theirs")
	theirs.AddPicture("image/png", 3, "y", []byte("theirs"))
	theirs.AddPicture("image/png", 4, "", []byte("theirs"))
	ours.Keep(theirs.Frames)
	var kept []string
	for _, f := range ours.Frames[4:] {
		kept = append(kept, f.ID)
	}
	require.Equal(t, []string{"TRCK", "TXXX", "COMM", "APIC"}, kept)
}

func TestObjectIsTheLastFrame(t *testing.T) {
	data := []byte("\x00store\xFF")
	raw, at, err := full().BytesWithObject(id3.Object{MIME: "application/x", Name: "n", Description: "d", Data: data})
	require.NoError(t, err)
	require.Equal(t, data, raw[at:at+len(data)])
	tag, err := id3.Read(bytes.NewReader(raw))
	require.NoError(t, err)
	o, ok := tag.Object("application/x")
	require.True(t, ok)
	require.Equal(t, data, o.Data)
	_, _, err = full().BytesWithObject(id3.Object{Data: make([]byte, id3.MaxSize)})
	require.Error(t, err)
}

func TestOlderAndUnusualTagsAreRead(t *testing.T) {
	const none = "\x00\x00"
	cases := map[string]struct{ tag, title string }{
		"v2.3 Latin-1":                 {raw(3, 0, frame("TIT2", none, "\x00Caf\xE9\x00")), "Café"},
		"v2.3 UTF-16 little-endian":    {raw(3, 0, frame("TIT2", none, "\x01\xFF\xFEC\x00\xE9\x00\x00\x00")), "Cé"},
		"v2.3 UTF-16 big-endian mark":  {raw(3, 0, frame("TIT2", none, "\x01\xFE\xFF\x00C\x00\xE9")), "Cé"},
		"v2.4 UTF-16 without mark":     {raw(4, 0, frame("TIT2", none, "\x02\x00C\x00\xE9\x00\x00")), "Cé"},
		"v2.4 several values":          {raw(4, 0, frame("TIT2", none, "\x03a\x00b\x00\x00")), "a; b"},
		"v2.3 size above 127":          {raw(3, 0, frame("TIT2", none, "\x00"+strings.Repeat("x", 300))), strings.Repeat("x", 300)},
		"v2.3 extended header":         {raw(3, 0x40, "\x00\x00\x00\x06abcdef"+frame("TIT2", none, "\x03t")), "t"},
		"v2.4 extended header":         {raw(4, 0x40, "\x00\x00\x00\x06ab"+frame("TIT2", none, "\x03t")), "t"},
		"v2.3 unsynchronised":          {raw(3, 0x80, frame("TIT2", none, "\x00\xFF\xE0")[:11]+"\xFF\x00\xE0"), "ÿà"},
		"v2.4 unsynchronised frame":    {raw(4, 0, frame("TIT2", "\x00\x02", "\x00\xFF\x00\xE0")), "ÿà"},
		"v2.4 unsynchronised tag":      {raw(4, 0x80, frame("TIT2", none, "\x00\xFF\x00\xE0")), "ÿà"},
		"v2.4 group and length":        {raw(4, 0, frame("TIT2", "\x00\x41", "g\x00\x00\x00\x02\x03t")), "t"},
		"v2.3 group":                   {raw(3, 0, frame("TIT2", "\x00\x20", "g\x03t")), "t"},
		"v2.2":                         {raw(2, 0, "TT2\x00\x00\x05\x00Caf\xE9XXX\x00\x00\x01y"), "Café"},
		"v2.2 unsynchronised":          {raw(2, 0x80, "TT2\x00\x00\x03\x00\xFF\x00\xE0"), "ÿà"},
		"v2.4 compressed":              {raw(4, 0, frame("TIT2", "\x00\x09", "\x00\x00\x00\x04"+deflated("\x03abc"))), "abc"},
		"v2.3 compressed":              {raw(3, 0, frame("TIT2", "\x00\x80", "\x00\x00\x00\x04"+deflated("\x03abc"))), "abc"},
		"v2.4 damaged compression":     {raw(4, 0, frame("TIT2", "\x00\x08", "zzz")+frame("TALB", none, "\x03x")), ""},
		"v2.3 encrypted frame is left": {raw(3, 0, frame("TIT2", "\x00\x40", "zzz")), ""},
		"v2.4 footer":                  {raw(4, 0x10, frame("TIT2", none, "\x03t")) + "3DI\x04\x00\x10\x00\x00\x00\x0D", "t"},
		"padding":                      {raw(4, 0, frame("TIT2", none, "\x03t")+strings.Repeat("\x00", 20)), "t"},
		"empty frame":                  {raw(4, 0, frame("TIT2", none, "")), ""},
		"no frames":                    {raw(4, 0, ""), ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := strings.NewReader(c.tag + "after")
			tag, err := id3.Read(iotest.OneByteReader(r))
			require.NoError(t, err)
			require.Equal(t, c.title, tag.Text("TIT2"))
			require.Equal(t, len(c.tag), tag.Size)
			rest, err := io.ReadAll(r)
			require.NoError(t, err)
			require.Equal(t, "after", string(rest), "nothing after the tag is read")
		})
	}
}

func TestDamagedTagsAreRefused(t *testing.T) {
	const none = "\x00\x00"
	cases := map[string]string{
		"cut in the header":         "ID3\x04\x00",
		"cut in the frames":         raw(4, 0, frame("TIT2", none, "\x03title"))[:18],
		"cut before the footer":     raw(4, 0x10, frame("TIT2", none, "\x03t")),
		"version 2.1":               raw(1, 0, "TT2\x00\x00\x02\x00t"),
		"v2.2 compressed":           raw(2, 0x40, "TT2\x00\x00\x02\x00t"),
		"v2.2 frame too large":      raw(2, 0, "TT2\x00\x01\x02\x00t"),
		"v2.2 lower-case frame":     raw(2, 0, "tt2\x00\x00\x02\x00t"),
		"v2.2 too many frames":      raw(2, 0, strings.Repeat("TT2\x00\x00\x00", 10_001)),
		"size not synchsafe":        "ID3\x04\x00\x00\x00\x00\x80\x00",
		"claims 200 MB":             "ID3\x04\x00\x00\x5F\x5E\x04\x00",
		"frame larger than the tag": raw(4, 0, "TIT2\x00\x00\x01\x00\x00\x00\x03t"),
		"frame size not synchsafe":  raw(4, 0, "TIT2\x80\x00\x00\x02\x00\x00\x03t"),
		"v2.3 frame of 4 GB":        raw(3, 0, "TIT2\xFF\xFF\xFF\xFF\x00\x00\x03t"),
		"lower-case frame":          raw(4, 0, frame("tit2", none, "\x03t")),
		"extended header too long":  raw(3, 0x40, "\x7F\xFF\xFF\xFFabcdefghij"),
		"extended header cut":       raw(4, 0x40, "\x00"),
		"too many frames":           raw(4, 0, strings.Repeat(frame("TIT2", none, ""), 10_001)),
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := id3.Read(strings.NewReader(c))
			var syntax *id3.SyntaxError
			require.ErrorAs(t, err, &syntax)
			require.Less(t, len(err.Error()), 200)
		})
	}
	for _, c := range []string{"", "ID", "\xFF\xFB\x90\x00", "RIFF1234WAVEfmt "} {
		_, err := id3.Read(strings.NewReader(c))
		require.ErrorIs(t, err, id3.ErrNoTag, "%q", c)
	}
	broken := errors.New("broken disk")
	_, err := id3.Read(iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
	_, err = id3.Read(io.MultiReader(strings.NewReader("ID3\x04\x00\x00\x00\x00\x01\x00"), iotest.ErrReader(broken)))
	require.ErrorIs(t, err, broken)
}

func TestMemoryIsBoundedByWhatIsThere(t *testing.T) {
	claim := "ID3\x04\x00\x00\x07\x7F\x7F\x7F" // just under 16 MiB, and then nothing
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 100 {
		_, err := id3.Read(strings.NewReader(claim))
		require.Error(t, err)
	}
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))

	separators := &id3.Tag{Frames: []id3.Frame{{ID: "TIT2", Body: append([]byte{3}, bytes.Repeat([]byte("a\x00"), 1<<20)...)}}}
	require.Len(t, separators.Text("TIT2"), 1000+999*2, "a frame of a million values is cut")
}

func FuzzRead(f *testing.F) {
	f.Add(full().Bytes())
	f.Add([]byte(raw(3, 0x80, frame("TIT2", "\x00\x00", "\x00\xFF\xE0")[:11]+"\xFF\x00\xE0")))
	f.Add([]byte(raw(3, 0x40, "\x00\x00\x00\x06abcdef"+frame("TIT2", "\x00\x20", "g\x01\xFF\xFEa\x00"))))
	f.Add([]byte(raw(4, 0x10, frame("CHAP", "\x00\x00", "a\x00"+strings.Repeat("\x00", 16)+frame("TIT2", "\x00\x00", "\x03t")))))
	f.Fuzz(func(t *testing.T, data []byte) {
		tag, err := id3.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		require.LessOrEqual(t, tag.Size, len(data))
		for _, fr := range tag.Frames {
			tag.Text(fr.ID)
			tag.URL(fr.ID)
		}
		tag.UserText("x")
		tag.Comment("x")
		tag.Lyrics("x")
		tag.UserURL("x")
		tag.Private("x")
		tag.Object("x")
		tag.Chapters()
		again, err := id3.Read(bytes.NewReader((&id3.Tag{Frames: tag.Frames}).Bytes()))
		require.NoError(t, err)
		require.Len(t, again.Frames, len(tag.Frames))
	})
}
