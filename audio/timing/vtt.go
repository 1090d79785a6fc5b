// Package timing writes down when what is heard: cues as WebVTT for players and editors, and words as JSON for pages
// that follow the reading. It formats times that others know; it is not for finding them.
package timing

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// Cue is a stretch of text and when it is heard, from the start of the file.
type Cue struct {
	Start, End time.Duration
	Text       string
}

// WriteVTT writes the cues as a WebVTT file (W3C, "WebVTT: The Web Video Text Tracks Format", 2019). Text is plain: what
// it holds of markup or line breaks cannot change the file. Times are rounded to the millisecond; a cue lasts at least
// one. Cues without text are left out. It fails for a cue that ends before it starts or starts before the one before it.
func WriteVTT(w io.Writer, cues []Cue) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "WEBVTT\n")
	var last time.Duration
	for i, c := range cues {
		start, end := c.Start.Round(time.Millisecond), c.End.Round(time.Millisecond)
		if c.End < c.Start {
			return fmt.Errorf("write WebVTT: cue %d ends before it starts", i+1)
		}
		if start < last {
			return fmt.Errorf("write WebVTT: cue %d starts before the one before it, or before 0", i+1)
		}
		last = start
		if text := plain(c.Text); text != "" {
			fmt.Fprintf(out, "\n%s --> %s\n%s\n", timestamp(start), timestamp(max(end, start+time.Millisecond)), text)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write WebVTT: %w", err)
	}
	return nil
}

// timestamp is hours, minutes, seconds and milliseconds (WebVTT 4.1); hours have two digits or more.
func timestamp(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

// plain is text as one line of a cue's payload. The three escapes also break up "-->", which must not appear in it.
func plain(text string) string {
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), breaks), " ")
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\x00", "\uFFFD").Replace(text)
}

// breaks are the spaces and line breaks that collapse. No-break spaces are not among them: they are part of the text.
func breaks(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}
