package bmff_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/bmff"
)

// box is a box with a short size.
func box(kind string, content ...string) string {
	all := kind + strings.Join(content, "")
	return string(binary.BigEndian.AppendUint32(nil, uint32(4+len(all)))) + all
}

// long is a box with a long size.
func long(kind, content string) string {
	return "\x00\x00\x00\x01" + kind + string(binary.BigEndian.AppendUint64(nil, uint64(16+len(content)))) + content
}

const identifier = "0123456789abcdef"

func top(file string) ([]bmff.Box, error) {
	return bmff.NewWalker(strings.NewReader(file), int64(len(file))).Top()
}

func TestEveryFormOfSizeIsRead(t *testing.T) {
	file := box("ftyp", "M4A ") + long("free", "abc") + box("uuid", identifier, "xy") + "\x00\x00\x00\x00mdatsound to the end"
	boxes, err := top(file)
	require.NoError(t, err)
	require.Len(t, boxes, 4)
	for i, want := range []struct {
		kind, uuid, content string
	}{{"ftyp", "", "M4A "}, {"free", "", "abc"}, {"uuid", identifier, "xy"}, {"mdat", "", "sound to the end"}} {
		b := boxes[i]
		require.Equal(t, want.kind, b.Type)
		require.Equal(t, want.uuid, b.UUID)
		require.Equal(t, want.content, file[b.Start():b.End()])
		if i > 0 {
			require.Equal(t, boxes[i-1].End(), b.Offset)
		}
	}
	require.EqualValues(t, len(file), boxes[3].End())
}

func TestDamagedBoxesAreErrorsWithTheirPlace(t *testing.T) {
	for name, c := range map[string]struct {
		file   string
		offset int64
	}{
		"a size beyond the file":       {box("ftyp") + "\x00\x00\x00\x09moov", 8},
		"a size below the header":      {box("ftyp") + "\x00\x00\x00\x07moov", 8},
		"half a header":                {box("ftyp") + "\x00\x00\x00", 8},
		"a long size cut off":          {"\x00\x00\x00\x01mdat\x00\x00\x00\x00", 0},
		"a long size below its header": {"\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x00\x00\x0F", 0},
		"a long size beyond 63 bits":   {"\x00\x00\x00\x01mdat\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 0},
		"a long size beyond the file":  {"\x00\x00\x00\x01mdat\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 0},
		"a uuid box without its uuid":  {box("uuid", "0123456789abcde"), 0},
		"a long uuid box cut off":      {long("uuid", "0123456789abcde"), 0},
		"zeros behind the last box":    {box("ftyp") + "\x00\x00\x00\x00", 8},
	} {
		t.Run(name, func(t *testing.T) {
			boxes, err := top(c.file)
			var syntax *bmff.SyntaxError
			require.ErrorAs(t, err, &syntax)
			require.Equal(t, c.offset, syntax.Offset)
			require.Len(t, boxes, min(int(c.offset), 1), "those before are listed")
		})
	}
}

func TestChildrenStayInTheirParent(t *testing.T) {
	file := box("moov", box("trak", "a"), box("meta", "\x00\x00\x00\x00", box("hdlr", "b")), "\x00\x00\x00\x00") + box("mdat", "c")
	w := bmff.NewWalker(strings.NewReader(file), int64(len(file)))
	boxes, err := w.Top()
	require.NoError(t, err)
	children, err := w.Children(boxes[0], 0)
	require.NoError(t, err)
	require.Len(t, children, 2, "zeros may end a list")
	inner, err := w.Children(children[1], 4)
	require.NoError(t, err)
	content, err := w.Content(inner[0], 10)
	require.NoError(t, err)
	require.Equal(t, "b", string(content))

	_, err = w.Children(children[0], 2)
	require.ErrorAs(t, err, new(*bmff.SyntaxError), "there is less than is to be passed over")
	_, err = w.Children(children[0], 0)
	require.ErrorAs(t, err, new(*bmff.SyntaxError), "one byte is no box")

	greedy := box("moov", "\x00\x00\x00\x11trak") + box("mdat", "c")
	w = bmff.NewWalker(strings.NewReader(greedy), int64(len(greedy)))
	boxes, err = w.Top()
	require.NoError(t, err)
	_, err = w.Children(boxes[0], 0)
	require.ErrorContains(t, err, `box "trak" claims 17 bytes where 8 are left`)

	open := box("moov", "\x00\x00\x00\x00trak")
	w = bmff.NewWalker(strings.NewReader(open), int64(len(open)))
	boxes, err = w.Top()
	require.NoError(t, err)
	_, err = w.Children(boxes[0], 0)
	require.ErrorAs(t, err, new(*bmff.SyntaxError), "only the last box of a file may leave its size open")
}

func TestNestingCountAndReadingAreBounded(t *testing.T) {
	deep := ""
	for range 100 {
		deep = box("moov", deep)
	}
	w := bmff.NewWalker(strings.NewReader(deep), int64(len(deep)))
	boxes, err := w.Top()
	depth := 0
	for ; err == nil && len(boxes) > 0; depth++ {
		boxes, err = w.Children(boxes[0], 0)
	}
	require.ErrorContains(t, err, "deep")
	require.Equal(t, bmff.MaxDepth, depth)
	_, err = bmff.Parse([]byte(deep))
	require.ErrorContains(t, err, "deep")

	many := strings.Repeat(box("free"), bmff.MaxBoxes+1)
	_, err = top(many)
	require.ErrorContains(t, err, "more than 65536 boxes")
	_, err = bmff.Parse([]byte(many))
	require.ErrorContains(t, err, "more than 65536 boxes")

	w = bmff.NewWalker(strings.NewReader(many[:8*bmff.MaxBoxes/2]), 8*bmff.MaxBoxes/2)
	_, err = w.Top()
	require.NoError(t, err)
	_, err = w.Top()
	require.NoError(t, err)
	_, err = w.Top()
	require.ErrorContains(t, err, "more than 65536 boxes", "asking again counts too")

	large := bmff.Box{Type: "moov", Header: 8, Size: 1 << 40}
	_, err = w.Content(large, 1<<50)
	require.ErrorContains(t, err, "more than is read", "before any memory is taken")
}

func TestAFileThatIsShorterThanItsSizeIsDamaged(t *testing.T) {
	w := bmff.NewWalker(strings.NewReader(box("ftyp")), 100)
	boxes, err := w.Top()
	require.ErrorContains(t, err, "damaged")
	require.Empty(t, boxes)
	broken := errors.New("disk gone")
	_, err = bmff.NewWalker(readerAt{iotest.ErrReader(broken)}, 100).Top()
	require.ErrorIs(t, err, broken)
}

type readerAt struct {
	r interface{ Read([]byte) (int, error) }
}

func (r readerAt) ReadAt(b []byte, _ int64) (int, error) { return r.r.Read(b) }

func TestParseAndAppendAreInverse(t *testing.T) {
	moov := box("mvhd", "1") +
		box("trak", box("mdia", box("minf", box("stbl", box("stsd", "not taken apart"), box("stco", "2")))), box("uuid", identifier, "x")) +
		box("udta", box("meta", "\x00\x00\x00\x00", box("hdlr", "3"), box("ilst", box("\xA9nam", box("data", "4")))), box("\xA9xyz", "5")) +
		box("meta", box("hdlr", "QuickTime has no version here"))
	nodes, err := bmff.Parse([]byte(moov))
	require.NoError(t, err)
	root := &bmff.Node{Type: "moov", Children: nodes}
	require.Equal(t, box("moov", moov), string(bmff.Append(nil, root)))
	require.EqualValues(t, 8+len(moov), root.Size())
	require.Equal(t, "not taken apart", string(root.Find("trak", "mdia", "minf", "stbl", "stsd").Data))
	require.Equal(t, box("data", "4"), string(root.Find("udta", "meta", "ilst", "\xA9nam").Data))
	require.Equal(t, "QuickTime has no version here", string(root.Find("meta", "hdlr").Data))
	require.Equal(t, identifier+"x", string(root.Find("trak", "uuid").Data))
	require.Nil(t, root.Find("trak", "edts", "elst"))

	stbl := root.Find("trak", "mdia", "minf", "stbl")
	stbl.Children = append(stbl.Children, &bmff.Node{Type: "free", Data: []byte("new")})
	require.Contains(t, string(bmff.Append(nil, root)), box("stco", "2")+box("free", "new"))
	require.EqualValues(t, 8+len(moov)+11, root.Size())

	_, err = bmff.Parse([]byte(box("udta", "abc")))
	require.ErrorContains(t, err, "byte 8: 3 bytes are no box")
}

func TestLongHeadersAreWrittenWhereNeeded(t *testing.T) {
	require.Equal(t, "\xFF\xFF\xFF\xFFmdat", string(bmff.AppendHeader(nil, "mdat", 1<<32-1)))
	require.Equal(t, "\x00\x00\x00\x01mdat\x00\x00\x00\x01\x00\x00\x00\x00", string(bmff.AppendHeader(nil, "mdat", 1<<32)))
}

// TestFilesOfFFmpegAreTakenApart also checks that what ffmpeg writes survives Parse and Append byte for byte.
func TestFilesOfFFmpegAreTakenApart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tone.m4a")
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1",
		"-metadata", "title=Tone", "-movflags", "faststart", path).CombinedOutput()
	require.NoErrorf(t, err, "this test needs ffmpeg: %s", out)
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	w := bmff.NewWalker(bytes.NewReader(file), int64(len(file)))
	boxes, err := w.Top()
	require.NoError(t, err)
	var kinds []string
	for _, b := range boxes {
		kinds = append(kinds, b.Type)
	}
	require.Equal(t, []string{"ftyp", "moov", "free", "mdat"}, kinds)
	moov, err := w.Content(boxes[1], 1<<20)
	require.NoError(t, err)
	nodes, err := bmff.Parse(moov)
	require.NoError(t, err)
	require.Equal(t, moov, bmff.Append(nil, nodes...))
	root := &bmff.Node{Children: nodes}
	require.NotNil(t, root.Find("trak", "mdia", "minf", "stbl", "stco"))
	require.Contains(t, string(root.Find("udta", "meta", "ilst", "\xA9nam").Data), "Tone")
}
