package disclosure

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// Bounds on a cover. Podcast directories want at most 3000 pixels a side.
const (
	// MaxCover is the most bytes of a cover.
	MaxCover      = 4 << 20
	maxCoverSide  = 4096 // pixels
	minBadgeSide  = 128  // pixels of the shorter side, below which letters could not be read
	badgeFraction = 5    // the badge is the shorter side divided by this
)

// Cover is the picture that players show: JPEG or PNG.
type Cover struct {
	Data []byte
	MIME string // "image/jpeg" or "image/png"
}

// NewCover is the JPEG or PNG picture in data, of at most 4 MiB and 4096 pixels a side. With a badge the letters "AI" are
// drawn into its lower right corner, and the picture is encoded again in its own format; the same picture always gives
// the same bytes.
func NewCover(data []byte, badge bool) (*Cover, error) {
	c := &Cover{Data: data}
	config, err := c.config()
	if err != nil {
		return nil, fmt.Errorf("cover: %w", err)
	}
	if !badge {
		return c, nil
	}
	if min(config.Width, config.Height) < minBadgeSide {
		return nil, fmt.Errorf("cover: a badge can be read in pictures of at least %d pixels a side; this one has %d by %d",
			minBadgeSide, config.Width, config.Height)
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("cover: the picture is damaged: %w", err)
	}
	var b bytes.Buffer
	if c.MIME == "image/png" {
		err = png.Encode(&b, withBadge(picture))
	} else {
		const quality = 90
		err = jpeg.Encode(&b, withBadge(picture), &jpeg.Options{Quality: quality})
	}
	if err != nil {
		return nil, fmt.Errorf("cover: %w", err)
	}
	if b.Len() > MaxCover {
		return nil, fmt.Errorf("cover: with the badge it has %d bytes, which is more than %d", b.Len(), MaxCover)
	}
	c.Data = b.Bytes()
	return c, nil
}

// config checks the bounds without decoding the picture, and sets the media type.
func (c *Cover) config() (image.Config, error) {
	if len(c.Data) > MaxCover {
		return image.Config{}, fmt.Errorf("the picture has %d bytes, which is more than %d", len(c.Data), MaxCover)
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(c.Data))
	switch {
	case err != nil || format != "jpeg" && format != "png":
		return config, fmt.Errorf("it is neither a JPEG nor a PNG picture")
	case config.Width < 1 || config.Height < 1 || max(config.Width, config.Height) > maxCoverSide:
		return config, fmt.Errorf("the picture has %d by %d pixels; at most %d a side are allowed", config.Width, config.Height, maxCoverSide)
	}
	c.MIME = "image/" + format
	return config, nil
}

// cleaned is the cover if it is one, with the media type that it has.
func (c *Cover) cleaned() *Cover {
	if c == nil {
		return nil
	}
	kept := Cover{Data: c.Data}
	if _, err := kept.config(); err != nil {
		return nil
	}
	return &kept
}

// withBadge is the picture with a black square with rounded corners in its lower right corner, and the letters "AI" in
// white in it.
func withBadge(picture image.Image) *image.RGBA {
	bounds := picture.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, bounds.Dx(), bounds.Dy()))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src) // behind what is transparent
	draw.Draw(out, out.Rect, picture, bounds.Min, draw.Over)
	side := min(bounds.Dx(), bounds.Dy()) / badgeFraction
	margin := side / 8
	left, top := bounds.Dx()-side-margin, bounds.Dy()-side-margin
	for y := range side {
		for x := range side {
			plate, ink := badgePixel(x, y, side)
			old := out.RGBAAt(left+x, top+y)
			mixed := func(c uint8) uint8 { return uint8((int(c)*(samples-plate) + 255*ink) / samples) }
			out.SetRGBA(left+x, top+y, color.RGBA{mixed(old.R), mixed(old.G), mixed(old.B), 255})
		}
	}
	return out
}

// A pixel of the badge is looked at in grid by grid places, so that edges are smooth.
const (
	grid    = 4
	samples = grid * grid
	units   = 1000 // of the drawing, on each side
)

// badgePixel is how many of the samples of the pixel are in the plate, and how many of them in the letters.
func badgePixel(x, y, side int) (plate, ink int) {
	for j := range grid {
		for i := range grid {
			u := (2*(x*grid+i) + 1) * units / (2 * side * grid)
			v := (2*(y*grid+j) + 1) * units / (2 * side * grid)
			if !inPlate(u, v) {
				continue
			}
			plate++
			if inLetters(u, v) {
				ink++
			}
		}
	}
	return plate, ink
}

// inPlate says whether a point is in a square with rounded corners.
func inPlate(u, v int) bool {
	const radius = 180
	du := max(radius-u, u-(units-1-radius), 0)
	dv := max(radius-v, v-(units-1-radius), 0)
	return du*du+dv*dv <= radius*radius
}

// inLetters says whether a point is in the letters A and I, 600 units high.
func inLetters(u, v int) bool {
	const (
		top, bottom = 200, 800
		height      = bottom - top
		stroke      = 120
		apex, half  = 370, 230 // the middle of the A, and half its width at the bottom
		barTop      = 580
		barBottom   = 680
		stem        = 680 // the left edge of the I
	)
	if v < top || v >= bottom {
		return false
	}
	if u >= stem && u < stem+stroke {
		return true
	}
	// The legs of the A go from its apex, half a stroke to each side, to the bottom.
	outer := stroke/2 + (half-stroke/2)*(v-top)/height
	from := u - apex
	if from < 0 {
		from = -from
	}
	inner := outer - stroke
	return from <= outer && (from >= inner || v >= barTop && v < barBottom)
}
