// Package timing writes down when what is heard: cues as WebVTT and SubRip for players and editors, words as JSON for pages
// that follow the reading, media overlays for EPUB, chapters for podcasts. It formats times that others know; it is not for
// finding them.
package timing

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// WriteVTT writes the cues as a WebVTT file (W3C, "WebVTT: The Web Video Text Tracks Format", 2019). Text is plain: what
// it holds of markup or blank lines cannot change the file. Times are rounded to the millisecond; a cue lasts at least
// one. Cues without text are left out. It fails for a cue that ends before it starts or starts before the one before it.
func WriteVTT(w io.Writer, cues []Cue) error {
	return writeVTT(w, cues, func(c Cue) string { return payload(c.Text, escapeVTT) })
}

// WriteWordVTT writes the cues as WriteVTT does, with the time of each word but the first before the word, as a cue timestamp
// (WebVTT 6.4): <00:00:01.200>. Players can mark what has been said (::past) and what has not (::future).
func WriteWordVTT(w io.Writer, cues []Cue) error {
	return writeVTT(w, cues, func(c Cue) string {
		var b strings.Builder
		at, last, end := 0, c.Start.Round(time.Millisecond), c.End.Round(time.Millisecond)
		for _, s := range c.Words {
			t := s.At.Round(time.Millisecond)
			if s.Offset < at || s.Offset > len(c.Text) || t <= last || t >= end { // they must rise, within the cue
				continue
			}
			b.WriteString(escapeVTT(c.Text[at:s.Offset]))
			fmt.Fprintf(&b, "<%s>", timestamp(t, '.'))
			at, last = s.Offset, t
		}
		b.WriteString(escapeVTT(c.Text[at:]))
		return payload(b.String(), func(s string) string { return s })
	})
}

func writeVTT(w io.Writer, cues []Cue, text func(Cue) string) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "WEBVTT\n")
	err := eachCue(cues, text, func(_ int, start, end time.Duration, text string) {
		fmt.Fprintf(out, "\n%s --> %s\n%s\n", timestamp(start, '.'), timestamp(end, '.'), text)
	})
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("write WebVTT: %w", err)
	}
	return nil
}

// eachCue gives the cues that have text, with times in whole milliseconds, counted from 1.
func eachCue(cues []Cue, text func(Cue) string, put func(n int, start, end time.Duration, text string)) error {
	var last time.Duration
	n := 0
	for i, c := range cues {
		start, end := c.Start.Round(time.Millisecond), c.End.Round(time.Millisecond)
		if c.End < c.Start {
			return fmt.Errorf("cue %d ends before it starts", i+1)
		}
		if start < last {
			return fmt.Errorf("cue %d starts before the one before it, or before 0", i+1)
		}
		last = start
		if text := text(c); text != "" {
			n++
			put(n, start, max(end, start+time.Millisecond), text)
		}
	}
	return nil
}

// timestamp is hours, minutes, seconds and milliseconds (WebVTT 4.1); hours have two digits or more.
func timestamp(d time.Duration, point rune) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d%c%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, point, ms%1000)
}

// payload is text as the lines of a cue: escaped, spaces collapsed, without blank lines, which would end the cue.
func payload(text string, escape func(string) string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.Join(strings.FieldsFunc(line, breaks), " "); line != "" {
			lines = append(lines, escape(line))
		}
	}
	return strings.Join(lines, "\n")
}

// escapeVTT makes text plain. The three escapes also break up "-->", which must not appear in it.
func escapeVTT(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\x00", "\uFFFD").Replace(strings.ToValidUTF8(text, "\uFFFD"))
}

// breaks are the spaces and line breaks that collapse. No-break spaces are not among them: they are part of the text.
func breaks(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}
