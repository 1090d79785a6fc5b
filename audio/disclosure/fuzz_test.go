package disclosure

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/wav"
)

func FuzzReadTags(f *testing.F) {
	d := Disclosure{Article: Article{Title: "t", URL: "https://news.example/"}, Audible: Audible{Present: true}}
	f.Add(append(d.ID3(), 0xFF, 0xFB, 0x50, 0xC0))
	var file bytes.Buffer
	_, err := wav.NewWriter(&file, 22050, 1, 0, d.WAV(22050))
	require.NoError(f, err)
	f.Add(file.Bytes())
	f.Add([]byte("RF64\xFF\xFF\xFF\xFFWAVEds64\x1C\x00\x00\x00"))
	f.Add(d.xmp())
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := readTags(io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data))))
		if err == nil {
			require.Contains(t, []string{"MP3", "WAV"}, c.format)
		}
		require.LessOrEqual(t, len(c.statement), maxTitle)
		readXMP(data)
		infoComment(data)
	})
}
