package check

import (
	"errors"

	"github.com/voicepress/voicepress/tts"
)

// errNoNumbers is why a take is broken.
var errNoNumbers = errors.New("it has samples that are no numbers, or no sample rate") //nolint:gochecknoglobals // an error

// Sound refuses what would leave a hole in a recording: no sound (*tts.NoSound), or samples that are no numbers
// (*tts.BadAnswer).
func Sound(speech *tts.Speech) error {
	if speech == nil {
		return &tts.NoSound{}
	}
	s := measure(speech.Clip)
	f, bad := unusable(&s)
	switch {
	case !bad:
		return nil
	case f.Kind == Broken && len(speech.Clip.Samples) > 0:
		return &tts.BadAnswer{Err: errNoNumbers}
	}
	return &tts.NoSound{}
}
