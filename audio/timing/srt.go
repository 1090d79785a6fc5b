package timing

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// WriteSRT writes the cues as a SubRip file: a number, a time line, one or two lines of text, a blank line. The form has no
// standard and no escapes; players take <b> and {\an8} for styling. A word joiner (U+2060), which is not seen, is put where
// text would be taken for that or for a time line. Times and order are as in WriteVTT.
func WriteSRT(w io.Writer, cues []Cue) error {
	out := bufio.NewWriter(w)
	err := eachCue(cues, func(c Cue) string { return payload(c.Text, escapeSRT) }, func(n int, start, end time.Duration, text string) {
		fmt.Fprintf(out, "%d\n%s --> %s\n%s\n\n", n, timestamp(start, ','), timestamp(end, ','), text)
	})
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("write SubRip: %w", err)
	}
	return nil
}

func escapeSRT(text string) string {
	return strings.NewReplacer("<", "<\u2060", "{", "{\u2060", "-->", "--\u2060>", "\x00", "\uFFFD").Replace(strings.ToValidUTF8(text, "\uFFFD"))
}
