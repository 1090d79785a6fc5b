package pipeline

import (
	"fmt"
	"slices"
	"strings"
)

// Format is a format of finished audio. It is also the extension of its files, without the dot.
type Format string

// The formats.
const (
	MP3  Format = "mp3"
	M4A  Format = "m4a"
	M4B  Format = "m4b" // M4A that calls itself an audiobook
	Opus Format = "opus"
	FLAC Format = "flac"
	WAV  Format = "wav"
)

// Formats lists all formats.
func Formats() []Format { return []Format{MP3, M4A, M4B, Opus, FLAC, WAV} }

// FormatList names all formats for a person: "mp3, wav".
func FormatList() string {
	var names []string
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// ParseFormat reads the name of a format.
func ParseFormat(name string) (Format, error) {
	f := Format(strings.ToLower(strings.TrimSpace(name)))
	if !slices.Contains(Formats(), f) {
		return "", fmt.Errorf("unknown format %q; there are: %s", name, FormatList())
	}
	return f, nil
}

// MIME is the media type of the format.
func (f Format) MIME() string {
	switch f {
	case M4A, M4B:
		return "audio/mp4"
	case Opus:
		return "audio/ogg"
	case FLAC:
		return "audio/flac"
	case WAV:
		return "audio/wav"
	default:
		return "audio/mpeg"
	}
}
