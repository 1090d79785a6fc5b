package disclosure_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
)

// picture is a picture of one colour.
func picture(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range m.Pix {
		m.Pix[i] = []byte{40, 90, 160, 255}[i%4]
	}
	return m
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	return b.Bytes()
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, m, nil))
	return b.Bytes()
}

func TestCoverWithoutBadgeIsTheSameBytes(t *testing.T) {
	for mime, data := range map[string][]byte{"image/png": pngOf(t, picture(300, 200)), "image/jpeg": jpegOf(t, picture(300, 200))} {
		c, err := disclosure.NewCover(data, false)
		require.NoError(t, err)
		require.Equal(t, &disclosure.Cover{Data: data, MIME: mime}, c)
	}
}

func TestBadgeIsInTheCornerAndNowhereElse(t *testing.T) {
	for _, size := range [][2]int{{128, 128}, {300, 200}, {600, 1400}} {
		c, err := disclosure.NewCover(pngOf(t, picture(size[0], size[1])), true)
		require.NoError(t, err)
		m, err := png.Decode(bytes.NewReader(c.Data))
		require.NoError(t, err)
		require.Equal(t, image.Rect(0, 0, size[0], size[1]), m.Bounds())
		side := min(size[0], size[1]) / 5
		margin := side / 8
		black, white := 0, 0
		for y := range size[1] {
			for x := range size[0] {
				p := color.RGBAModel.Convert(m.At(x, y)).(color.RGBA)
				inside := x >= size[0]-side-margin && x < size[0]-margin && y >= size[1]-side-margin && y < size[1]-margin
				if !inside {
					require.Equal(t, color.RGBA{40, 90, 160, 255}, p)
				}
				if p == (color.RGBA{0, 0, 0, 255}) {
					black++
				}
				if p == (color.RGBA{255, 255, 255, 255}) {
					white++
				}
			}
		}
		require.Greater(t, 100*black/(side*side), 45, "the plate is dark")
		require.Greater(t, 100*white/(side*side), 10, "the letters are white")
	}
}

func TestSameCoverGivesTheSameBadge(t *testing.T) {
	c, err := disclosure.NewCover(pngOf(t, picture(320, 320)), true)
	require.NoError(t, err)
	m, err := png.Decode(bytes.NewReader(c.Data))
	require.NoError(t, err)
	sum := sha256.Sum256(m.(*image.RGBA).Pix)
	golden(t, "badge.golden.txt", hex.EncodeToString(sum[:])+"\n")
	if path := os.Getenv("BADGE_PNG"); path != "" {
		require.NoError(t, os.WriteFile(filepath.Clean(path), c.Data, 0o600))
	}
}

func TestCoverIsRefused(t *testing.T) {
	var animated bytes.Buffer
	require.NoError(t, gif.Encode(&animated, picture(100, 100), nil))
	good := pngOf(t, picture(100, 100))
	large := pngOf(t, picture(200, 200))
	for name, c := range map[string]struct {
		data  []byte
		badge bool
		says  string
	}{
		"empty":               {nil, false, "neither a JPEG nor a PNG"},
		"text":                {[]byte("<svg/>"), false, "neither a JPEG nor a PNG"},
		"GIF":                 {animated.Bytes(), false, "neither a JPEG nor a PNG"},
		"too many bytes":      {append(good, make([]byte, 4<<20)...), false, "more than 4194304"},
		"too many pixels":     {pngOf(t, image.NewGray(image.Rect(0, 0, 4097, 1))), false, "4097 by 1"},
		"too small for AI":    {pngOf(t, picture(127, 400)), true, "at least 128 pixels"},
		"cut":                 {large[:len(large)-40], true, "damaged"},
		"fake size in header": {append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0DIHDR\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF\x08\x02\x00\x00\x00"), 1, 2, 3, 4), false, "neither"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := disclosure.NewCover(c.data, c.badge)
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, "cover")
		})
	}
}
