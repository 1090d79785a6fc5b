package disclosure

import (
	"errors"

	"github.com/voicepress/voicepress/audio/c2pa"
)

// manifest is what the signed manifest says of a cleaned Disclosure. Format is a container's name, and older the store
// that the file has already.
func (d *Disclosure) manifest(format string, older []byte) (c2pa.Manifest, error) {
	if format != "" {
		return c2pa.Manifest{}, errors.New("manifests of " + format + " are not written yet")
	}
	return c2pa.Manifest{Title: d.Article.Title, Older: older}, nil
}
