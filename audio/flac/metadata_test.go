package flac_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/flac"
)

// stream is a FLAC stream of nothing but its first block and others.
func stream(blocks ...string) string {
	return "fLaC" + strings.Join(blocks, "")
}

const streamInfo = "\x00\x00\x00\x22" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

func TestBlocksAreListed(t *testing.T) {
	file := "tag" + stream(streamInfo, "\x04\x00\x00\x03abc", "\x81\x00\x00\x02\x00\x00") + "frames"
	list, frames, err := flac.Blocks(strings.NewReader(file), 3)
	require.NoError(t, err)
	require.Equal(t, []flac.BlockInfo{{0, 11, 34}, {4, 49, 3}, {1, 56, 2}}, list)
	require.Equal(t, "frames", file[frames:])
	content, err := list[1].Read(strings.NewReader(file))
	require.NoError(t, err)
	require.Equal(t, "abc", string(content))
	_, err = list[1].Read(strings.NewReader(file[:50]))
	require.ErrorContains(t, err, "byte 49")
}

func TestBlocksOfTheReferenceEncoderAreListed(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.flac")
	for _, args := range [][]string{
		{"ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", filepath.Join(dir, "x.wav")},
		{"flac", "--silent", "--tag=TITLE=x", filepath.Join(dir, "x.wav")},
	} {
		out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput()
		require.NoErrorf(t, err, "make judges: %s", out)
	}
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	list, frames, err := flac.Blocks(bytes.NewReader(data), 0)
	require.NoError(t, err)
	var kinds []byte
	for _, b := range list {
		kinds = append(kinds, b.Kind)
	}
	require.Equal(t, []byte{flac.BlockStreamInfo, flac.BlockSeekTable, flac.BlockVorbisComment, flac.BlockPadding}, kinds)
	require.Equal(t, []byte{0xFF, 0xF8}, data[frames:frames+2], "a frame begins")
}

func TestDamagedStreamsAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ file, says string }{
		"empty":                  {"", "not a FLAC file"},
		"other":                  {"OggS", "not a FLAC file"},
		"marker alone":           {"fLaC", "ends inside"},
		"cut":                    {stream(streamInfo)[:20], "ends inside"},
		"no last block":          {stream(streamInfo), "ends inside"},
		"last block cut":         {stream(streamInfo, "\x84\x00\x00\x09abc"), "ends inside"},
		"block of 16 MB":         {stream(streamInfo, "\x04\xFF\xFF\xFFabc"), "ends inside"},
		"starts with comments":   {stream("\x84\x00\x00\x00"), "the first block"},
		"describes itself twice": {stream(streamInfo, streamInfo), "the first block"},
		"short description":      {stream("\x80\x00\x00\x02ab"), "the first block"},
		"kind 127":               {stream(streamInfo, "\x7F\x00\x00\x00"), "not allowed"},
		"many blocks":            {stream(streamInfo, strings.Repeat("\x01\x00\x00\x00", 2000)), "more than 1000"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := flac.Blocks(strings.NewReader(c.file), 0)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestBlockHeadersAreWritten(t *testing.T) {
	b, err := flac.AppendBlockHeader(nil, flac.BlockPicture, 0x010203, true)
	require.NoError(t, err)
	require.Equal(t, []byte{0x86, 1, 2, 3}, b)
	_, err = flac.AppendBlockHeader(nil, flac.BlockPicture, flac.MaxBlock+1, false)
	require.ErrorContains(t, err, "16777216 bytes")
}

func FuzzBlocks(f *testing.F) {
	f.Add([]byte(stream(streamInfo, "\x04\x00\x00\x03abc", "\x81\x00\x00\x02\x00\x00") + "frames"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, frames, err := flac.Blocks(bytes.NewReader(data), 0)
		if err != nil {
			return
		}
		require.LessOrEqual(t, frames, int64(len(data)))
		for _, b := range list {
			content, err := b.Read(bytes.NewReader(data))
			require.NoError(t, err)
			require.Len(t, content, int(b.Size))
		}
	})
}
