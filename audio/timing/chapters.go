package timing

import (
	"encoding/json"
	"fmt"
	"io"
)

// Chapters are those of an episode. Times are seconds, as fractions of milliseconds.
type Chapters struct {
	Version  string    `json:"version"` // of the format; WriteChapters sets it
	Title    string    `json:"title,omitempty"`
	Podcast  string    `json:"podcastName,omitempty"`
	FileName string    `json:"fileName,omitempty"` // the audio that they are of
	Chapters []Chapter `json:"chapters"`
}

// Chapter is a stretch of the audio with a title.
type Chapter struct {
	Start float64 `json:"startTime"` // s
	End   float64 `json:"endTime"`   // s
	Title string  `json:"title"`
}

// WriteChapters writes chapters as JSON that podcast apps read, in the form that the podcast namespace calls JSON chapters.
//
// Source: https://github.com/Podcastindex-org/podcast-namespace, chapters/jsonChapters.md, version 1.2.
func WriteChapters(w io.Writer, c Chapters) error {
	c.Version = "1.2.0"
	if c.Chapters == nil {
		c.Chapters = []Chapter{}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(c); err != nil {
		return fmt.Errorf("write chapters: %w", err)
	}
	return nil
}
