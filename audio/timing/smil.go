package timing

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
)

// Par is a sentence of an EPUB and its sound.
type Par struct {
	ID         string // of the element with its text
	Start, End time.Duration
}

// WriteSMIL writes an EPUB 3 media overlay (W3C, "EPUB 3.3", section 9): in the order of the sound, one par a sentence, with
// its element in the document and its stretch of the audio. Both are names of files in the folder of the overlay.
func WriteSMIL(w io.Writer, document, audio string, list []Par) error {
	out := bufio.NewWriter(w)
	document, audio = attribute(url.PathEscape(document)), attribute(url.PathEscape(audio))
	fmt.Fprintf(out, `<?xml version="1.0" encoding="UTF-8"?>
<smil xmlns="http://www.w3.org/ns/SMIL" xmlns:epub="http://www.idpf.org/2007/ops" version="3.0">
  <body epub:textref="%s">
`, document)
	for i, p := range list {
		start, end := p.Start.Round(time.Millisecond), p.End.Round(time.Millisecond)
		if start < 0 || end <= start {
			return fmt.Errorf("write SMIL: par %d has no length", i+1)
		}
		fmt.Fprintf(out, `    <par id="par-%d">
      <text src="%s#%s"/>
      <audio src="%s" clipBegin="%s" clipEnd="%s"/>
    </par>
`, i+1, document, attribute(url.PathEscape(p.ID)), audio, timestamp(start, '.'), timestamp(end, '.'))
	}
	fmt.Fprint(out, "  </body>\n</smil>\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write SMIL: %w", err)
	}
	return nil
}

// attribute is text as the value of an XML attribute.
func attribute(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder does not fail
	return b.String()
}
