package timing

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// The blocks that are not in the body of the article.
const (
	TitleBlock  = -1
	NoticeBlock = -2 // the spoken notice
)

// Word is one word of the article and when it is heard.
type Word struct {
	Block     int    `json:"block"` // index in the article's blocks, TitleBlock or NoticeBlock
	Start     int    `json:"start"` // bytes of the block's text, [Start, End)
	End       int    `json:"end"`
	Text      string `json:"word"`
	From      int64  `json:"start_ms"` // ms from the start of the file, [From, To)
	To        int64  `json:"end_ms"`
	Estimated bool   `json:"estimated,omitempty"` // computed from the text, not known from the engine
}

// WriteWords writes the words as JSON, {"version":1,"words":[...]}, one word a line.
func WriteWords(w io.Writer, words []Word) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, `{"version":1,"words":[`)
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false) // the file is read as JSON, not put into a page
	separator := "\n"
	for _, word := range words {
		line.Reset()
		if err := encoder.Encode(word); err != nil {
			return fmt.Errorf("write words: %w", err)
		}
		fmt.Fprintf(out, "%s%s", separator, bytes.TrimSuffix(line.Bytes(), []byte("\n")))
		separator = ",\n"
	}
	fmt.Fprint(out, "\n]}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write words: %w", err)
	}
	return nil
}
