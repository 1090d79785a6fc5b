package disclosure

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/id3"
	"github.com/voicepress/voicepress/audio/ogg"
	"github.com/voicepress/voicepress/audio/vorbis"
	"github.com/voicepress/voicepress/audio/wav"
)

// seeds are small files of every format with everything that is written into them.
func seeds(f *testing.F) [][]byte {
	f.Helper()
	d := Disclosure{Article: Article{Title: "t", URL: "https://news.example/"}, Audible: Audible{Present: true}, Text: "text"}
	var wave, opus bytes.Buffer
	_, err := wav.NewWriter(&wave, 22050, 1, 0, nil)
	require.NoError(f, err)
	w := ogg.NewWriter(&opus, 7)
	require.NoError(f, w.Packet([]byte("OpusHead\x01\x01\x38\x01\x80\xBB\x00\x00\x00\x00\x00"), 0))
	require.NoError(f, w.Flush())
	require.NoError(f, w.Packet(vorbis.Comments{Vendor: "v"}.Append([]byte("OpusTags")), 0))
	require.NoError(f, w.Flush())
	require.NoError(f, w.Packet([]byte("sound"), 960))
	require.NoError(f, w.Close())
	var all [][]byte
	for _, bare := range [][]byte{
		[]byte("\xFF\xFB\x50\xC0"), wave.Bytes(), opus.Bytes(),
		append([]byte("fLaC\x80\x00\x00\x22"), make([]byte, 34)...),
		append(d.cleaned().tag(&id3.Tag{}).Bytes(), append([]byte("fLaC\x80\x00\x00\x22"), make([]byte, 34)...)...),
	} {
		var b bytes.Buffer
		_, err := Write(f.Context(), &b, sectionOf(bare), &d, nil)
		require.NoError(f, err)
		all = append(all, bare, b.Bytes())
	}
	for _, old := range []string{
		`<r:Description r:about='' ` + dcNS + ` d:description="Old" d:rights='Kept "rights"' />`,
		`<r:Description r:about="x" ` + dcNS + `><d:title>Old</d:title><d:rights>Kept rights</d:rights></r:Description>`,
	} {
		all = append(all, []byte(xmpStart+old+xmpEnd))
	}
	return append(all, []byte("RF64\xFF\xFF\xFF\xFFWAVEds64\x1C\x00\x00\x00"), d.cleaned().xmp(""))
}

func sectionOf(data []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data)))
}

func FuzzReadTags(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := readTags(sectionOf(data))
		if err == nil {
			require.NotEmpty(t, c.format)
		}
		require.LessOrEqual(t, len(c.statement), maxTitle)
		for _, hole := range c.holes {
			require.LessOrEqual(t, hole.Start+hole.Length, int64(len(data)))
		}
		readXMP(data)
		requireXMP(t, data)
		infoComment(data)
		readNoticeSpan(string(data))
	})
}

// FuzzWrite writes whatever can be read: what comes out is disclosed, and can be written again.
func FuzzWrite(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := Disclosure{Text: "text", Chapters: []Chapter{{Title: "one"}}}
		var b bytes.Buffer
		written, err := Write(t.Context(), &b, sectionOf(data), &d, nil)
		if err != nil {
			return
		}
		c, err := readTags(sectionOf(b.Bytes()))
		require.NoError(t, err)
		require.Equal(t, written.Format, c.format)
		require.Equal(t, d.cleaned().Wording.Written, c.statement)
		require.Equal(t, TrainedAlgorithmicMedia.URI(), c.sourceType)
		var again bytes.Buffer
		_, err = Write(t.Context(), &again, sectionOf(b.Bytes()), &d, nil)
		require.NoError(t, err)
	})
}

// requireXMP checks that any packet, merged with ours, says what ours says.
func requireXMP(t *testing.T, old []byte) {
	t.Helper()
	d := (&Disclosure{}).cleaned()
	merged := d.xmpWith(old)
	sourceType, description := readXMP(merged)
	require.Equal(t, d.SourceType.URI(), sourceType)
	require.Equal(t, d.Wording.Written, description)
	require.Equal(t, string(merged), string(d.xmpWith(merged)), "the second time nothing is new")
}
