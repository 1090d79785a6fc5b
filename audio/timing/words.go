package timing

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// The blocks that are not in the body of the article.
const (
	TitleBlock  = -1
	NoticeBlock = -2 // the spoken notice

	AnnouncementBlock = -3 // what is said of a table or listing that is left out
)

// Word is one word of the article and when it is heard.
type Word struct {
	Block     int    `json:"block"` // index in the article's blocks, or one of the constants above
	Start     int    `json:"start"` // bytes of the block's text, [Start, End)
	End       int    `json:"end"`
	Text      string `json:"word"`
	From      int64  `json:"start_ms"` // ms from the start of the file, [From, To)
	To        int64  `json:"end_ms"`
	Estimated bool   `json:"estimated,omitempty"` // computed from the text, not known from the engine
}

// Sentence is what is spoken in one breath and when: a sentence, a part of a long one, or one with a short neighbour.
type Sentence struct {
	Block int   `json:"block"` // as in Word
	Start int   `json:"start"` // bytes of the block's text, [Start, End)
	End   int   `json:"end"`
	From  int64 `json:"start_ms"` // ms from the start of the file, [From, To)
	To    int64 `json:"end_ms"`
}

// wordsVersion is the version of the JSON that WriteWords writes.
const wordsVersion = 1

// WriteWords writes words and sentences as JSON, {"version":1,"words":[...],"sentences":[...]}, one a line.
func WriteWords(w io.Writer, words []Word, sentences []Sentence) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, `{"version":%d,"words":[`, wordsVersion)
	if err := writeLines(out, words); err != nil {
		return fmt.Errorf("write words: %w", err)
	}
	fmt.Fprint(out, "\n],\"sentences\":[")
	if err := writeLines(out, sentences); err != nil {
		return fmt.Errorf("write sentences: %w", err)
	}
	fmt.Fprint(out, "\n]}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write words: %w", err)
	}
	return nil
}

func writeLines[T any](out *bufio.Writer, list []T) error {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false) // the file is read as JSON, not put into a page
	separator := "\n"
	for _, entry := range list {
		line.Reset()
		if err := encoder.Encode(entry); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s%s", separator, bytes.TrimSuffix(line.Bytes(), []byte("\n")))
		separator = ",\n"
	}
	return nil
}

// maxWordsFile is the longest file that ReadMap takes, in bytes: a hundred hours of speech.
const maxWordsFile = 256 << 20

// ReadMap reads what WriteWords wrote. It fails where words or sentences are out of order, in time or in the text.
func ReadMap(r io.Reader) (*Map, error) {
	var file struct {
		Version   int        `json:"version"`
		Words     []Word     `json:"words"`
		Sentences []Sentence `json:"sentences"`
	}
	limited := &io.LimitedReader{R: r, N: maxWordsFile}
	decoder := json.NewDecoder(limited)
	err := decoder.Decode(&file)
	if err == nil {
		if _, end := decoder.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("there is more behind its end")
		}
	}
	if err != nil {
		if limited.N <= 0 {
			return nil, fmt.Errorf("read words: longer than %d MiB", maxWordsFile>>20)
		}
		return nil, fmt.Errorf("read words: %w", err)
	}
	if file.Version != wordsVersion {
		return nil, fmt.Errorf("read words: version %d, not %d", file.Version, wordsVersion)
	}
	m, err := NewMap(file.Words, file.Sentences)
	if err != nil {
		return nil, fmt.Errorf("read words: %w", err)
	}
	return m, nil
}
