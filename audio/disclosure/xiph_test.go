package disclosure_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/flac"
	"github.com/voicepress/voicepress/audio/id3"
	"github.com/voicepress/voicepress/audio/ogg"
	"github.com/voicepress/voicepress/audio/vorbis"
)

// noise is a PNG picture of random pixels, which cannot be made small.
func noise(t *testing.T, side int) []byte {
	t.Helper()
	m := picture(side, side)
	r := rand.New(rand.NewSource(1))
	for i := range m.Pix {
		if i%4 != 3 {
			m.Pix[i] = byte(r.Intn(256))
		}
	}
	return pngOf(t, m)
}

func withCover(t *testing.T, d disclosure.Disclosure, data []byte) disclosure.Disclosure {
	t.Helper()
	var err error
	d.Cover, err = disclosure.NewCover(data, false)
	require.NoError(t, err)
	return d
}

// packets are the packets of an Opus file after its two headers, with the granule positions of their pages.
func packets(t *testing.T, file []byte) []string {
	t.Helper()
	stream, _, err := ogg.Find(ogg.NewReader(bytes.NewReader(file)), "OpusHead", 1<<24)
	require.NoError(t, err)
	var all []string
	for {
		list, page, err := stream.Next()
		if errors.Is(err, io.EOF) {
			return all[1:]
		}
		require.NoError(t, err)
		for _, p := range list {
			all = append(all, fmt.Sprintf("%d %x", page.Granule, p))
		}
	}
}

func opusComments(t *testing.T, file []byte) vorbis.Comments {
	t.Helper()
	stream, _, err := ogg.Find(ogg.NewReader(bytes.NewReader(file)), "OpusHead", 1<<24)
	require.NoError(t, err)
	for {
		list, _, err := stream.Next()
		require.NoError(t, err)
		if len(list) > 0 {
			c, _, err := vorbis.Read(list[0][len("OpusTags"):])
			require.NoError(t, err)
			return c
		}
	}
}

func TestWriteLeavesThePacketsOfOpusAlone(t *testing.T) {
	file := bare(t, ".opus")
	want := packets(t, file)
	require.Len(t, want, 618, "12.345 s in packets of 20 ms, with the pre-skip")
	require.Equal(t, want, packets(t, disclosed(t, file, sample())))
	// A picture of 200 kB takes up pages of its own, so that all others get new numbers.
	large := disclosed(t, file, withCover(t, sample(), noise(t, 260)))
	require.Greater(t, len(large), len(file)+200_000)
	require.Equal(t, want, packets(t, large))
	require.NotContains(t, strings.ToUpper(run(t, opusinfo, write(t, "x.opus", large))), "WARNING")
	// And the same way back: the picture of another size is replaced.
	small := disclosed(t, large, withCover(t, sample(), pngOf(t, picture(16, 16))))
	require.Equal(t, want, packets(t, small))
	require.Equal(t, disclosed(t, file, withCover(t, sample(), pngOf(t, picture(16, 16)))), small)
}

func TestWriteKeepsForeignCommentsOfOpus(t *testing.T) {
	path := write(t, "x.wav", soundWAV(t, 1))
	out := path + ".opus"
	run(t, "opusenc", "--quiet", "--comment", "TRACKNUMBER=7", "--comment", "artist=old", "--comment", "Archive=Ödön", path, out)
	got := opusComments(t, disclosed(t, readAll(t, out), sample()))
	require.Equal(t, "7", got.Get("TRACKNUMBER"))
	require.Equal(t, "Ödön", got.Get("ARCHIVE"))
	require.Equal(t, "KI-Stimme: "+model, got.Get("ARTIST"))
	require.Contains(t, got.Vendor, "libopus")
	artists := 0
	for _, c := range got.List {
		if strings.EqualFold(c.Name, "ARTIST") {
			artists++
		}
	}
	require.Equal(t, 1, artists)
}

// oggFile is a file of pages.
func oggFile(t *testing.T, pages ...ogg.Page) []byte {
	t.Helper()
	var b []byte
	next := map[uint32]uint32{}
	for i := range pages {
		pages[i].Sequence = next[pages[i].Serial]
		next[pages[i].Serial]++
		var err error
		b, err = pages[i].Append(b)
		require.NoError(t, err)
	}
	return b
}

func page(body string, change func(*ogg.Page)) ogg.Page {
	p := ogg.Page{Serial: 7, Body: []byte(body)}
	for n := len(body); ; n -= 255 {
		p.Lacing = append(p.Lacing, byte(min(n, 255)))
		if n < 255 {
			break
		}
	}
	if change != nil {
		change(&p)
	}
	return p
}

const (
	opusHead  = "OpusHead\x01\x01\x38\x01\x80\xBB\x00\x00\x00\x00\x00"
	emptyTags = "OpusTags\x00\x00\x00\x00\x00\x00\x00\x00"
)

func first(p *ogg.Page) { p.First = true }

func TestWriteKeepsWhatFollowsTheCommentsOfOpus(t *testing.T) {
	for suffix, kept := range map[string]bool{"\x01data": true, "\x02padding": false} {
		out := disclosed(t, oggFile(t, page(opusHead, first), page(emptyTags+suffix, nil), page("sound", nil)), sample())
		require.Equal(t, kept, bytes.Contains(out, []byte(suffix)))
	}
}

func TestWriteRefusesOggThatItDoesNotKnow(t *testing.T) {
	good := bare(t, ".opus")
	damaged := bytes.Clone(good)
	damaged[len(damaged)/2] ^= 1
	for name, c := range map[string]struct {
		file []byte
		says string
	}{
		"Vorbis":            {oggFile(t, page("\x01vorbis", first)), "without Opus in it"},
		"no comments":       {oggFile(t, page(opusHead, first)), "ends before"},
		"sound as comments": {oggFile(t, page(opusHead, first), page("sound", nil)), "comments"},
		"comments with sound": {oggFile(t, page(opusHead, first), page(emptyTags, func(p *ogg.Page) {
			p.Lacing = append(p.Lacing, 5)
			p.Body = append(p.Body, "sound"...)
		})), "comments"},
		"damaged comments": {oggFile(t, page(opusHead, first), page("OpusTags\xFF\xFF\xFF\xFF", nil)), "damaged"},
		"two streams":      {oggFile(t, page(opusHead, first), page(opusHead, func(p *ogg.Page) { p.First, p.Serial = true, 8 }), page(emptyTags, nil)), "more than one stream"},
		"damaged page":     {damaged, "checksum"},
		"comments that never end": {oggFile(t, page(opusHead, first), page("OpusTags"+strings.Repeat("x", 255*255-8), func(p *ogg.Page) {
			p.Lacing, p.Granule = p.Lacing[:255], -1
		})), "ends before"},
	} {
		t.Run(name, func(t *testing.T) {
			d := withCover(t, sample(), noise(t, 150)) // so that the pages get new numbers
			_, err := disclosure.Write(t.Context(), io.Discard, section(c.file), &d, nil)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestWriteLeavesTheFramesOfFLACAlone(t *testing.T) {
	file := bare(t, ".flac")
	list, frames, err := flac.Blocks(bytes.NewReader(file), 0)
	require.NoError(t, err)
	out := disclosed(t, file, sample())
	require.True(t, bytes.HasSuffix(out, file[frames:]))
	require.Equal(t, "fLaC", string(out[:4]), "without a manifest there is no tag before the stream")
	info, err := list[0].Read(bytes.NewReader(file))
	require.NoError(t, err)
	require.Equal(t, info, out[8:42])
	require.Equal(t, out, disclosed(t, out, sample()))
}

func TestWriteKeepsForeignBlocksOfFLAC(t *testing.T) {
	path := write(t, "x.flac", bare(t, ".flac"))
	cover := write(t, "cover.png", pngOf(t, picture(20, 20)))
	back := write(t, "back.png", pngOf(t, picture(30, 30)))
	run(t, metaflac, "--set-tag=TRACKNUMBER=7", "--set-tag=TITLE=old", "--import-picture-from=3||||"+cover, "--import-picture-from=4||||"+back, path)
	d := withCover(t, sample(), pngOf(t, picture(40, 40)))
	out := write(t, "out.flac", disclosed(t, readAll(t, path), d))
	require.Equal(t, "TRACKNUMBER=7\n", run(t, metaflac, "--show-tag=TRACKNUMBER", out))
	require.Equal(t, "TITLE="+title+"\n", run(t, metaflac, "--show-tag=TITLE", out))
	listed := run(t, metaflac, "--list", "--block-type=PICTURE,SEEKTABLE", out)
	require.Contains(t, listed, "SEEKTABLE")
	require.Contains(t, listed, "width: 30")
	require.Contains(t, listed, "width: 40")
	require.NotContains(t, listed, "width: 20")
	run(t, "flac", "--test", "--silent", out)
}

func TestWriteKeepsTheTagBeforeFLAC(t *testing.T) {
	var tag id3.Tag
	tag.AddText("TRCK", "7")
	tag.AddText("TIT2", "old")
	out := disclosed(t, append(tag.Bytes(), bare(t, ".flac")...), sample())
	got, err := id3.Read(bytes.NewReader(out))
	require.NoError(t, err)
	require.Equal(t, "7", got.Text("TRCK"))
	require.Equal(t, title, got.Text("TIT2"), "the tag does not contradict the comments")
	require.Equal(t, "fLaC", string(out[got.Size:][:4]))
	require.True(t, verify(t, "x.flac", out).Disclosed)
}

func TestVerifyFindsTheNoticeInComments(t *testing.T) {
	for _, ext := range []string{".flac", ".opus"} {
		r := verify(t, "x"+ext, disclosed(t, bare(t, ext), sample()))
		require.Equal(t, map[string]string{".flac": "FLAC", ".opus": "Opus"}[ext], r.Format)
		require.True(t, r.Disclosed)
		require.Equal(t, sentence, r.Statement)
		require.Equal(t, present, r.Layers[3].State)
		require.Equal(t, "0.3 s to 4.1 s", r.Layers[3].Detail)
		d := sample()
		d.Audible.Present = false
		require.Equal(t, missing, verify(t, "x"+ext, disclosed(t, bare(t, ext), d)).Layers[3].State)
	}
}
