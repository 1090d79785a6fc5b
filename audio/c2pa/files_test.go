package c2pa_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/bmff"
	"github.com/voicepress/voicepress/audio/c2pa"
)

// container is a format in the smallest form that readers accept: where the store lies in a file of it.
type container struct {
	name, format, extension string
	// layout puts a store into a bare file.
	layout func(t testing.TB, bare []byte, store []byte) c2pa.Layout
	// find is where the store lies in a file, and the stretch that is not hashed.
	find func(t testing.TB, file []byte) (store, hole c2pa.Range)
}

func containers() []container {
	return []container{
		{"MP3", "audio/mpeg", ".mp3", id3Layout, findID3},
		{"FLAC", "audio/flac", ".flac", id3Layout, findID3},
		{"WAV", "audio/wav", ".wav", wavLayout, findWAV},
		{"M4A", "audio/mp4", ".m4a", m4aLayout, findM4A},
	}
}

// judgedContainers are the formats about which the reference readers are asked in detail: with -short one of each kind of
// hash.
func judgedContainers() []container {
	if testing.Short() {
		return containers()[2:]
	}
	return containers()
}

// made are the bare files that ffmpeg made, by extension.
var made sync.Map

// bareFile is a short file of a format, as ffmpeg makes it.
func bareFile(t testing.TB, extension string) []byte {
	t.Helper()
	if b, ok := made.Load(extension); ok {
		return b.([]byte)
	}
	path := filepath.Join(t.TempDir(), "bare"+extension)
	args := []string{"-v", "error", "-f", "lavfi", "-i", "sine=duration=1,volume=0.3", "-bitexact", "-id3v2_version", "0", path}
	out, err := exec.CommandContext(t.Context(), "ffmpeg", args...).CombinedOutput()
	require.NoErrorf(t, err, "this test needs ffmpeg: %s", out)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	made.Store(extension, b)
	return b
}

func section(b []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b)))
}

// file is a layout as bytes.
func file(t testing.TB, l c2pa.Layout) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := l.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	return b.Bytes()
}

const geobHead = "\x00application/c2pa\x00c2pa\x00c2pa manifest store\x00"

// id3Layout puts an ID3v2.4 tag with the store in a GEOB frame before the file.
func id3Layout(_ testing.TB, bare, store []byte) c2pa.Layout {
	const padding = 256
	frame := append([]byte("GEOB"), synchsafe(len(geobHead)+len(store))...)
	frame = append(frame, 0, 0)
	frame = append(frame, geobHead...)
	head := append([]byte("ID3\x04\x00\x00"), synchsafe(len(frame)+len(store)+padding)...)
	return c2pa.Layout{Parts: []c2pa.Part{
		{Bytes: append(head, frame...)},
		{Bytes: store, Hole: true},
		{Bytes: make([]byte, padding)},
		{Source: section(bare)},
	}}
}

func synchsafe(n int) []byte {
	return []byte{byte(n >> 21 & 0x7F), byte(n >> 14 & 0x7F), byte(n >> 7 & 0x7F), byte(n & 0x7F)}
}

// findID3 finds the GEOB frame of the store.
func findID3(t testing.TB, file []byte) (store, hole c2pa.Range) {
	t.Helper()
	const mark = "c2pa\x00c2pa manifest store\x00"
	at := bytes.Index(file, []byte(mark))
	require.Positive(t, at)
	store.Start = int64(at + len(mark))
	store.Length = int64(binary.BigEndian.Uint32(file[store.Start:]))
	return store, store
}

// wavLayout puts the store into a chunk at the end.
func wavLayout(_ testing.TB, bare, store []byte) c2pa.Layout {
	chunk := binary.LittleEndian.AppendUint32([]byte("C2PA"), uint32(len(store)))
	pad := make([]byte, len(store)%2)
	head := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(bare)-8+len(chunk)+len(store)+len(pad)))
	return c2pa.Layout{Parts: []c2pa.Part{
		{Bytes: head},
		{Source: io.NewSectionReader(bytes.NewReader(bare), 8, int64(len(bare)-8))},
		{Bytes: chunk, Hole: true},
		{Bytes: store, Hole: true},
		{Bytes: pad},
	}}
}

func findWAV(t testing.TB, file []byte) (store, hole c2pa.Range) {
	t.Helper()
	at := bytes.LastIndex(file, []byte("C2PA"))
	require.Positive(t, at)
	n := int64(binary.LittleEndian.Uint32(file[at+4:]))
	return c2pa.Range{Start: int64(at + 8), Length: n}, c2pa.Range{Start: int64(at), Length: n + 8}
}

const uuidHead = c2pa.ManifestBox + "\x00\x00\x00\x00manifest\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// m4aLayout puts the store behind ftyp, and moves the offsets of the chunks of sound.
func m4aLayout(t testing.TB, bare, store []byte) c2pa.Layout {
	t.Helper()
	top, err := bmff.NewWalker(bytes.NewReader(bare), int64(len(bare))).Top()
	require.NoError(t, err)
	require.Equal(t, "ftyp", top[0].Type)
	box := append(binary.BigEndian.AppendUint32(nil, uint32(8+len(uuidHead)+len(store))), "uuid"...)
	box = append(append(box, uuidHead...), store...)
	l := c2pa.Layout{BMFF: true}
	for i, b := range top {
		part := bytes.Clone(bare[b.Offset:b.End()])
		if b.Type == "moov" {
			table := part[bytes.Index(part, []byte("stco"))+4:]
			for e := range binary.BigEndian.Uint32(table[4:]) {
				entry := table[8+4*e:]
				binary.BigEndian.PutUint32(entry, binary.BigEndian.Uint32(entry)+uint32(len(box)))
			}
		}
		l.Parts = append(l.Parts, c2pa.Part{Bytes: part})
		if i == 0 {
			l.Parts = append(l.Parts, c2pa.Part{Bytes: box, Hole: true})
		}
	}
	return l
}

func findM4A(t testing.TB, file []byte) (store, hole c2pa.Range) {
	t.Helper()
	at := bytes.Index(file, []byte(uuidHead))
	require.Positive(t, at)
	n := int64(binary.BigEndian.Uint32(file[at-8:]))
	return c2pa.Range{Start: int64(at + len(uuidHead)), Length: n - 8 - int64(len(uuidHead))}, c2pa.Range{Start: int64(at - 8), Length: n}
}
