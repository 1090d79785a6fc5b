package vorbis_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/vorbis"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	c := vorbis.Comments{Vendor: "encoder 1"}
	c.Add("TITLE", "Überschrift = 見出し")
	c.Add("EMPTY", "")
	c.Add("ARTIST", "a")
	c.Add("ARTIST", "b")
	got, rest, err := vorbis.Read(append(c.Append(nil), "rest"...))
	require.NoError(t, err)
	require.Equal(t, c, got)
	require.Len(t, got.List, 3)
	require.Equal(t, "rest", string(rest))
	require.Equal(t, "Überschrift = 見出し", got.Get("title"))
	require.Equal(t, "a", got.Get("Artist"))
	require.Empty(t, got.Get("ALBUM"))
}

func TestOddCommentsAreReadOrLeftOut(t *testing.T) {
	c := vorbis.Comments{List: []vorbis.Comment{{"A", "\xFFx"}, {"", "no name"}, {"Ä", "not ASCII"}, {"a=b", "c"}, {"B", ""}}}
	got, _, err := vorbis.Read(c.Append(nil))
	require.NoError(t, err)
	require.Equal(t, []vorbis.Comment{{"A", "\uFFFDx"}, {"a", "b=c"}, {"B", ""}}, got.List)
	raw := binary.LittleEndian.AppendUint32(nil, 0)
	raw = append(raw, "\x01\x00\x00\x00\x03\x00\x00\x00abc"...)
	got, _, err = vorbis.Read(raw)
	require.NoError(t, err)
	require.Empty(t, got.List, "without an equals sign")
}

func TestDamagedCommentsAreRefused(t *testing.T) {
	good := vorbis.Comments{Vendor: "v", List: []vorbis.Comment{{"A", "b"}}}.Append(nil)
	for name, b := range map[string]string{
		"empty":            "",
		"vendor too long":  "\xFF\xFF\xFF\xFFv",
		"no count":         string(good[:5]),
		"too many":         "\x00\x00\x00\x00\xFF\xFF\xFF\xFF",
		"comment too long": string(good[:9]) + "\xFF\xFF\xFF\x7FA=b",
		"cut":              string(good[:len(good)-1]),
	} {
		_, _, err := vorbis.Read([]byte(b))
		require.ErrorIs(t, err, vorbis.ErrDamaged, name)
	}
}

func TestPictureSaysWhatKindItIs(t *testing.T) {
	p := vorbis.Picture{Kind: 3, MIME: "image/png", Description: "ü", Width: 1, Height: 2, Depth: 24, Data: []byte("data")}
	block := p.Append(nil)
	require.Equal(t, "\x00\x00\x00\x03\x00\x00\x00\x09image/png\x00\x00\x00\x02ü\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x18\x00\x00\x00\x00\x00\x00\x00\x04data", string(block))
	kind, ok := p.Comment().PictureKind()
	require.True(t, ok)
	require.EqualValues(t, 3, kind)
	for _, c := range []vorbis.Comment{{"TITLE", p.Comment().Text}, {vorbis.PictureField, "AAAA"}, {vorbis.PictureField, "????????"}} {
		_, ok = c.PictureKind()
		require.False(t, ok)
	}
	_, ok = vorbis.PictureKind(block[:3])
	require.False(t, ok)
}

func FuzzRead(f *testing.F) {
	c := vorbis.Comments{Vendor: "v", List: []vorbis.Comment{{"A", "b"}, {"TITLE", strings.Repeat("x", 300)}}}
	f.Add(c.Append(nil))
	f.Add([]byte("\x00\x00\x00\x00\xFF\xFF\xFF\xFF"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, rest, err := vorbis.Read(b)
		if err != nil {
			return
		}
		require.LessOrEqual(t, len(rest), len(b))
		again, _, err := vorbis.Read(c.Append(nil))
		require.NoError(t, err)
		require.Equal(t, c, again)
		for _, comment := range c.List {
			comment.PictureKind()
		}
	})
}
