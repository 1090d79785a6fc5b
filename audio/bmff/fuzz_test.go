package bmff_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/bmff"
)

// FuzzBoxes holds that boxes lie one behind the other inside what contains them, and that what Parse takes apart is put
// together again to something that it takes apart in the same way.
func FuzzBoxes(f *testing.F) {
	f.Add([]byte(box("ftyp", "M4A ") + box("moov", box("trak", box("mdia", box("minf")))) + long("free", "abc") + box("uuid", identifier) + "\x00\x00\x00\x00mdatx"))
	f.Add([]byte(box("meta", "\x00\x00\x00\x00", box("hdlr"), box("ilst", box("\xA9nam", box("data"))), "\x00\x00\x00\x00")))
	f.Add([]byte("\x00\x00\x00\x01uuid\x00\x00\x00\x00\x00\x00\x00\x20" + identifier))
	f.Fuzz(func(t *testing.T, data []byte) {
		w := bmff.NewWalker(bytes.NewReader(data), int64(len(data)))
		boxes, err := w.Top()
		walk(t, w, boxes, 0, int64(len(data)))
		if err == nil && len(boxes) > 0 {
			require.EqualValues(t, len(data), boxes[len(boxes)-1].End())
		}
		nodes, err := bmff.Parse(data)
		if err != nil {
			return
		}
		again := bmff.Append(nil, nodes...)
		require.LessOrEqual(t, len(again), len(data))
		twice, err := bmff.Parse(again)
		require.NoError(t, err)
		require.Equal(t, again, bmff.Append(nil, twice...))
	})
}

func walk(t *testing.T, w *bmff.Walker, boxes []bmff.Box, from, to int64) {
	for _, b := range boxes {
		require.Equal(t, from, b.Offset)
		require.GreaterOrEqual(t, b.Size, b.Header)
		require.LessOrEqual(t, b.End(), to)
		from = b.End()
		if content, err := w.Content(b, 1<<20); err == nil {
			require.Len(t, content, int(b.Size-b.Header))
		}
		children, _ := w.Children(b, 0)
		walk(t, w, children, b.Start(), b.End())
	}
}
