package m4a_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/m4a"
)

// joined is the file that parts are.
func joined(tb testing.TB, parts []m4a.Part) []byte {
	tb.Helper()
	var out []byte
	for _, p := range parts {
		if p.Source == nil {
			out = append(out, p.Bytes...)
			continue
		}
		data, err := io.ReadAll(p.Source)
		require.NoError(tb, err)
		out = append(out, data...)
	}
	return out
}

func read(tb testing.TB, file []byte) *m4a.File {
	tb.Helper()
	f, err := m4a.Read(section(file))
	require.NoError(tb, err)
	return f
}

// foreign is a file that ffmpeg writes from a tone of three seconds.
func foreign(tb testing.TB, options ...string) []byte {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "foreign.m4a")
	args := append([]string{"-v", "error", "-f", "lavfi", "-i", "sine=duration=3"}, options...)
	run(tb, "ffmpeg", append(args, path)...)
	data, err := os.ReadFile(path)
	require.NoError(tb, err)
	return data
}

// frames is the hash of the encoded sound, as ffmpeg takes it out of a file, with the time of each frame.
func frames(tb testing.TB, path string) string {
	tb.Helper()
	return run(tb, "ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-c", "copy", "-f", "framemd5", "-")
}

const chapterFile = ";FFMETADATA1\ntitle=Foreign\nartist=Somebody\ncomment=Kept\n" +
	"[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=3000\ntitle=Two\n"

func archive(tb testing.TB) map[string][]byte {
	tb.Helper()
	meta := write(tb, "meta.txt", []byte(chapterFile))
	picture := filepath.Join(tb.TempDir(), "cover.png")
	run(tb, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=red:size=64x64", "-frames:v", "1", picture)
	return map[string][]byte{
		"plain":              foreign(tb),
		"tables first":       foreign(tb, "-movflags", "faststart"),
		"tags and chapters":  foreign(tb, "-i", meta, "-map_metadata", "1"),
		"cover":              foreign(tb, "-i", picture, "-map", "0:a", "-map", "1:v", "-c:v", "copy", "-disposition:v", "attached_pic"),
		"without loss":       foreign(tb, "-c:a", "alac"),
		"stereo at 48 kHz":   foreign(tb, "-ac", "2", "-ar", "48000", "-movflags", "faststart"),
		"of our own, a book": encode(tb, audiotest.Bursts(rate, 3*time.Second, 1), rate, 1, m4a.Book),
	}
}

func TestANewLayoutKeepsTheSoundToTheFrame(t *testing.T) {
	for name, file := range archive(t) {
		t.Run(name, func(t *testing.T) {
			f := read(t, file)
			require.InDelta(t, 3, f.Duration.Seconds(), 0.0005)
			box := m4a.UUIDBox("0123456789abcdef", []byte("a manifest, say"))
			f.SetTags(m4a.Text("\xA9nam", strings.Repeat("a long title ", 50)))
			f.SetLanguage("deu")
			out := joined(t, f.Parts([][]byte{box}, [][]byte{m4a.UUIDBox("fedcba9876543210", nil)}))
			require.Equal(t, out, joined(t, f.Parts([][]byte{box}, [][]byte{m4a.UUIDBox("fedcba9876543210", nil)})), "it can be asked again")
			at := binary.BigEndian.Uint32(out)
			require.Equal(t, box, out[at:int(at)+len(box)], "right after the type")
			require.Equal(t, "moov", string(out[int(at)+len(box)+4:][:4]), "tables come first")
			before, after := write(t, "before.m4a", file), write(t, "after.m4a", out)
			require.Equal(t, frames(t, before), frames(t, after))
			require.Contains(t, run(t, "ffprobe", "-v", "warning", "-show_streams", after), "language=deu")
			require.NotContains(t, run(t, "exiftool", "-a", "-ee", after), "Warning")

			again := read(t, out)
			content, ok := again.UUID("0123456789abcdef")
			require.True(t, ok)
			require.EqualValues(t, 15, content.End()-content.Start())
			again.DropUUID("0123456789abcdef")
			_, ok = again.UUID("0123456789abcdef")
			require.False(t, ok)
			require.NotContains(t, string(joined(t, again.Parts(nil, nil))), "a manifest, say")
			require.Equal(t, f.Duration, again.Duration)
		})
	}
}

func TestTagsOfOthersStay(t *testing.T) {
	all := archive(t)
	f := read(t, all["tags and chapters"])
	title, ok := f.Tag("\xA9nam")
	require.True(t, ok)
	require.Equal(t, "Foreign", title)
	f.SetTags(m4a.Text("\xA9nam", "Ours"), m4a.Freeform("com.example", "NAME", "first"), m4a.Freeform("com.example", "OTHER", "ü"))
	f.SetTags(m4a.Freeform("com.example", "NAME", "second"), m4a.Text("\xA9lyr", "a\nb"))
	path := write(t, "tagged.m4a", joined(t, f.Parts(nil, nil)))
	probed := run(t, "ffprobe", "-v", "error", "-of", "flat", "-show_format", "-show_chapters", path)
	for _, want := range []string{`title="Ours"`, `artist="Somebody"`, `comment="Kept"`, `NAME="second"`, `OTHER="ü"`, `tags.title="Two"`} {
		require.Contains(t, probed, want)
	}
	require.NotContains(t, probed, "first")
	atoms := run(t, "AtomicParsley", path, "-t")
	require.Contains(t, atoms, `Atom "----" [com.example;NAME] contains: second`)
	require.Contains(t, atoms, `Atom "©ART" contains: Somebody`)

	f = read(t, all["cover"])
	require.True(t, f.HasTag("covr"))
	require.False(t, f.HasTag("\xA9nam"))
	f.SetTags(m4a.Cover("image/png", []byte("\x89PNG new")))
	out := joined(t, f.Parts(nil, nil))
	require.Equal(t, 1, bytes.Count(out, []byte("covr")))
	require.Contains(t, string(out), "\x00\x00\x00\x0E\x00\x00\x00\x00\x89PNG new")
}

func TestTagsFindAPlaceWhereThereIsNone(t *testing.T) {
	file := foreign(t, "-f", "mov") // QuickTime keeps its texts elsewhere
	f := read(t, file)
	require.False(t, f.HasTag("\xA9nam"))
	f.SetTags(m4a.Text("\xA9nam", "Ours"))
	path := write(t, "x.mov", joined(t, f.Parts(nil, nil)))
	require.Contains(t, run(t, "ffprobe", "-v", "error", "-of", "flat", "-show_format", path), `title="Ours"`)
	require.Equal(t, frames(t, write(t, "y.mov", file)), frames(t, path))
}

func TestChaptersAreReadInBothForms(t *testing.T) {
	long := strings.Repeat("ö", 200)
	for name, file := range archive(t) {
		t.Run(name, func(t *testing.T) {
			f := read(t, file)
			f.SetChapters([]m4a.Chapter{{"Old", 0}}, "")
			f.SetChapters([]m4a.Chapter{{"AI-Stimme", 300 * time.Millisecond}, {"Die „Brücke“", time.Second}, {long, 2500 * time.Millisecond}}, "deu")
			out := joined(t, f.Parts([][]byte{m4a.UUIDBox("0123456789abcdef", make([]byte, 5000))}, nil))
			path := write(t, "chapters.m4a", out)
			require.Equal(t, frames(t, write(t, "before.m4a", file)), frames(t, path))
			probed := run(t, "ffprobe", "-v", "error", "-of", "csv=p=0", "-show_entries", "chapter=start_time,end_time:chapter_tags=title", path)
			// ffprobe takes the length of the track, without the silence before it, for the end of the last chapter.
			require.Equal(t, "0.300000,1.000000,AI-Stimme\n1.000000,2.500000,Die „Brücke“\n2.500000,2.700000,"+long+"\n", probed)
			info := run(t, "mediainfo", "--Full", path)
			require.Equal(t, 2, strings.Count(info, "Die „Brücke“"), "as a list, and as a track")
			require.Regexp(t, `(?m)^00:00:00\.300 +: AI-Stimme$`, info)
			require.NotContains(t, info, "Old")
			require.NotContains(t, run(t, "exiftool", "-a", "-ee", path), "Warning")
			require.Contains(t, run(t, "AtomicParsley", path, "-T"), "Atom chpl")
			want, _, _ := decode(t, file)
			got, _, _ := decode(t, out)
			require.Equal(t, want, got, "the track of texts is not in the way of the sound")

			again := read(t, out)
			again.SetChapters(nil, "")
			out = joined(t, again.Parts(nil, nil))
			require.Empty(t, run(t, "ffprobe", "-v", "error", "-of", "csv=p=0", "-show_chapters", write(t, "none.m4a", out)))
		})
	}
}

func TestMoreChaptersThanAListHoldsAreInTheTrack(t *testing.T) {
	f := read(t, foreign(t))
	var chapters []m4a.Chapter
	for i := range 300 {
		chapters = append(chapters, m4a.Chapter{Title: fmt.Sprint("Chapter ", i), Start: time.Duration(i) * 10 * time.Millisecond})
	}
	f.SetChapters(chapters, "eng")
	path := write(t, "many.m4a", joined(t, f.Parts(nil, nil)))
	probed := run(t, "ffprobe", "-v", "error", "-of", "csv=p=0", "-show_entries", "chapter=start_time:chapter_tags=title", path)
	require.Contains(t, probed, "2.990000,Chapter 299\n")
	require.Equal(t, 300, strings.Count(probed, "\n"))
}

// sparse is a file that is zero but for its beginning and its end.
type sparse struct {
	start, end []byte
	size       int64
}

func (s sparse) ReadAt(p []byte, at int64) (int, error) {
	if at >= s.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), s.size-at))
	clear(p[:n])
	if at < int64(len(s.start)) {
		copy(p[:n], s.start[at:])
	}
	tail := s.size - int64(len(s.end))
	if at+int64(n) > tail {
		copy(p[max(0, tail-at):n], s.end[max(0, at-tail):])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func TestOffsetsBeyond32BitsGetWiderTables(t *testing.T) {
	file := encode(t, audiotest.Bursts(rate, 3*time.Second, 1), rate, 1, m4a.Audio)
	moov := bytes.Index(file, []byte("moov")) - 4
	const size = 1<<32 - 3000 // the sound ends just where 32 bits end
	start := bytes.Clone(file[:48])
	tail := bytes.Clone(file[moov:])
	binary.BigEndian.PutUint64(start[40:], uint64(size-len(tail)-32))
	at := bytes.Index(tail, []byte("stco")) + 12
	binary.BigEndian.PutUint32(tail[at+4:], size-30_000)
	src := io.NewSectionReader(sparse{start, tail, size}, 0, size)
	f, err := m4a.Read(src)
	require.NoError(t, err)
	var wide, narrow []byte
	for _, p := range f.Parts([][]byte{m4a.UUIDBox("0123456789abcdef", make([]byte, 100_000))}, nil) {
		if bytes.Contains(p.Bytes, []byte("moov")) {
			wide = p.Bytes
		}
	}
	require.NotContains(t, string(wide), "stco")
	at = bytes.Index(wide, []byte("co64")) + 12
	require.Positive(t, at)
	moved := int64(len(wide)) + 8 + 16 + 100_000
	require.EqualValues(t, 48+moved, binary.BigEndian.Uint64(wide[at:]))
	require.EqualValues(t, size-30_000+moved, binary.BigEndian.Uint64(wide[at+8:]))

	for _, p := range read(t, file).Parts(nil, nil) {
		if bytes.Contains(p.Bytes, []byte("moov")) {
			narrow = p.Bytes
		}
	}
	require.NotContains(t, string(narrow), "co64")
}

func TestWhatCannotBeKeptIsRefused(t *testing.T) {
	picture := []string{"-f", "lavfi", "-i", "color=red:size=64x64:duration=3", "-c:v", "mpeg4"}
	for name, c := range map[string]struct {
		options []string
		want    string
	}{
		"fragments":       {[]string{"-movflags", "frag_keyframe+empty_moov"}, "fragmented"},
		"a video":         {append(picture, "-f", "mp4"), "it is a video"},
		"no sound at all": {append(picture, "-map", "1:v", "-f", "mp4"), "it has no sound"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := m4a.Read(section(foreign(t, c.options...)))
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := m4a.Read(section(foreign(t, "-movflags", "frag_keyframe+empty_moov")))
	var unsupported *m4a.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Contains(t, unsupported.Hint(), "ffmpeg -i")
}

// patched is a file in which the bytes after the first occurrence of a mark, from an offset on, are others.
func patched(file []byte, mark string, offset int, with string) []byte {
	out := bytes.Clone(file)
	copy(out[bytes.Index(out, []byte(mark))+4+offset:], with)
	return out
}

func TestDamagedTablesAreErrors(t *testing.T) {
	file := encode(t, audiotest.Bursts(rate, 3*time.Second, 1), rate, 1, m4a.Audio)
	stsz := binary.BigEndian.Uint32(file[bytes.Index(file, []byte("stsz"))+12:])
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":                             {nil, "does not begin with its type"},
		"no movie":                          {file[:bytes.Index(file, []byte("moov"))-4], "no movie box"},
		"two movies":                        {append(bytes.Clone(file), file[bytes.Index(file, []byte("moov"))-4:]...), "two movie boxes"},
		"a chunk in the header":             {patched(file, "stco", 8, "\x00\x00\x00\x04"), "outside the boxes"},
		"a chunk behind the end":            {patched(file, "stco", 8, "\x7F\xFF\xFF\xFF"), "outside the boxes"},
		"a chunk in the movie":              {patched(file, "stco", 8, string(binary.BigEndian.AppendUint32(nil, uint32(len(file)-100)))), "outside the boxes"},
		"more chunks than the table":        {patched(file, "stco", 4, "\xFF\xFF\xFF\xFF"), `"stco" claims`},
		"more sizes than the table":         {patched(file, "stsz", 8, "\x7F\xFF\xFF\xFF"), `"stsz" claims`},
		"samples of one large size":         {patched(file, "stsz", 4, "\x7F\xFF\xFF\xFF"), "outside the boxes"},
		"more samples of one size":          {patched(file, "stsz", 4, "\x00\x00\x00\x01\xFF\xFF\xFF\xFF"), "have a time"},
		"a frame too large":                 {patched(file, "stsz", 12, "\x7F\xFF\xFF\xFF"), "outside the boxes"},
		"no runs of chunks":                 {patched(file, "stsc", 4, "\x00\x00\x00\x00"), `"stsc" has no entry for chunk 1`},
		"runs out of order":                 {patched(file, "stsc", 8, "\x00\x00\x00\x02"), `"stsc" is out of order`},
		"a second run out of order":         {patched(file, "stsc", 20, "\x00\x00\x00\x01"), `"stsc" is out of order`},
		"chunks with too many samples":      {patched(file, "stsc", 12, "\xFF\xFF\xFF\xFF"), "holds samples"},
		"chunks with no samples":            {patched(file, "stsc", 12, "\x00\x00\x00\x00"), "holds samples"},
		"times for more samples":            {patched(file, "stts", 8, "\xFF\xFF\xFF\xFF"), fmt.Sprintf("of %d samples have a time", stsz)},
		"a movie time scale of zero":        {patched(file, "mvhd", 12, "\x00\x00\x00\x00"), "time scale of zero"},
		"a sound time scale of zero":        {patched(file, "mdhd", 12, "\x00\x00\x00\x00"), "time scale of zero"},
		"an edit from behind the end":       {patched(file, "elst", 12, "\x7F\xFF\xFF\xFF"), "an edit plays"},
		"more edits than the table":         {patched(file, "elst", 4, "\x00\x00\x00\x09"), `"elst" claims`},
		"a movie box that is cut":           {file[:len(file)-1], "claims"},
		"a track without tables":            {patched(file, "stbl", -4, "free"), "a track has no tables"},
		"a box larger than what it is in":   {patched(file, "mdia", -8, "\x00\x7F\xFF\xFF"), "claims"},
		"sound without a description":       {patched(file, "stsd", -4, "free"), "no description"},
		"positions elsewhere":               {patched(file, "sgpd", -4, "saio"), "positions in the file"},
		"no sizes":                          {patched(file, "stsz", -4, "free"), "a table is missing"},
		"compact sizes":                     {patched(file, "stsz", -4, "stz2"), "compact"},
		"a header that is missing":          {patched(file, "mvhd", -4, "free"), "a header is missing"},
		"a type that is not at its front":   {append([]byte("\x00\x00\x00\x08free"), file...), "not at its beginning"},
		"a handler of something else":       {patched(file, "soun", -4, "text"), "it has no sound"},
		"the type of a fragment":            {append(bytes.Clone(file), "\x00\x00\x00\x08moof"...), "fragmented"},
		"an endless box within another box": {patched(file, "mdia", -8, "\x00\x00\x00\x00"), "claims 0 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := m4a.Read(section(c.file))
			require.ErrorContains(t, err, c.want)
			_, err = open(t).NewDecoder(t.Context(), section(c.file))
			require.ErrorContains(t, err, c.want, "and nothing is started")
		})
	}
}

// TestNoByteOfTheMovieBreaksTheReader changes each byte of the movie box in turn: whatever is read is laid out again to a
// file that is read.
func TestNoByteOfTheMovieBreaksTheReader(t *testing.T) {
	f := read(t, encode(t, audiotest.Bursts(rate, 3*time.Second, 1), rate, 1, m4a.Audio))
	f.SetChapters([]m4a.Chapter{{"One", 0}, {"Two", time.Second}}, "eng")
	file := joined(t, f.Parts(nil, nil))
	end := bytes.Index(file, []byte("mdat"))
	for at := range end {
		for _, value := range []byte{0, 1, 0x7F, 0xFF, file[at] ^ 0x10} {
			changed := bytes.Clone(file)
			changed[at] = value
			relayout(t, changed)
		}
		relayout(t, file[:at])
	}
}

// relayout reads a file that may be damaged, changes what can be changed, and requires that the result is as good.
func relayout(t *testing.T, file []byte) {
	t.Helper()
	f, err := m4a.Read(section(file))
	if err != nil {
		require.Less(t, len(err.Error()), 300)
		return
	}
	f.SetTags(m4a.Text("\xA9nam", "Title"), m4a.Freeform("com.example", "NAME", "text"))
	f.SetChapters([]m4a.Chapter{{"Chapter", time.Second}}, "deu")
	f.SetLanguage("deu")
	out := joined(t, f.Parts([][]byte{m4a.UUIDBox("0123456789abcdef", []byte("x"))}, nil))
	again, err := m4a.Read(section(out))
	require.NoError(t, err)
	require.Equal(t, f.Duration, again.Duration)
	title, _ := again.Tag("\xA9nam")
	require.Equal(t, "Title", title)
}

// TestNoFileMakesTheDecoderHangOrLie decodes files with damaged sound. What ffmpeg cannot decode is an error.
func TestNoFileMakesTheDecoderHangOrLie(t *testing.T) {
	in := audiotest.Bursts(rate, 2*time.Second, 1)
	file := encode(t, in, rate, 1, m4a.Audio)
	for _, at := range []int{100, 3000, 9000} {
		damaged := bytes.Clone(file)
		for i := range 200 {
			damaged[at+i] ^= 0x5A
		}
		d, err := open(t).NewDecoder(t.Context(), section(damaged))
		samples := 0
		for block := make([]float32, 4096); err == nil; {
			var n int
			n, err = d.Read(block)
			samples += n
		}
		if d != nil {
			d.Close()
		}
		if errors.Is(err, io.EOF) {
			require.Equal(t, len(in), samples)
			continue
		}
		require.ErrorContains(t, err, "decode M4A: ")
	}
}
