package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"
	"unicode/utf8"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
)

// maxMarks bounds the marks file, in bytes.
const maxMarks = 4 << 20

// slack is how far a mark may reach over the end of the sound: programs round.
const slack = 50 * time.Millisecond

// line is a line of the marks file.
type line struct {
	Start  *int     `json:"start"`
	End    *int     `json:"end"`
	FromMS *float64 `json:"from_ms"`
	ToMS   *float64 `json:"to_ms"`
}

// ParseMarks reads a marks file: JSON Lines in UTF-8, a word a line, in order and without overlap.
//
//	{"start":0,"end":5,"from_ms":12,"to_ms":310.5}
//
// start and end are bytes of the text as the program gets it on standard input, [start, end), at the borders of
// characters; from_ms and to_ms are times in the sound, in milliseconds. Further fields are ignored, for what programs
// may want to add. Marks may reach 50 ms over the end of the sound and are cut there.
func ParseMarks(data []byte, text string, clip audio.Clip) ([]tts.Mark, error) {
	var marks []tts.Mark
	for n := 1; len(data) > 0; n++ {
		row, rest, _ := bytes.Cut(data, []byte("\n"))
		data = rest
		if len(bytes.TrimSpace(row)) == 0 {
			continue
		}
		var l line
		if err := json.Unmarshal(row, &l); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		mark, err := l.mark(text, clip)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if len(marks) > 0 && (mark.Start < marks[len(marks)-1].End || mark.From < marks[len(marks)-1].To) {
			return nil, fmt.Errorf("line %d: it overlaps the line before it", n)
		}
		marks = append(marks, mark)
	}
	return marks, nil
}

// mark checks a line and makes it a mark.
func (l line) mark(text string, clip audio.Clip) (tts.Mark, error) {
	if l.Start == nil || l.End == nil || l.FromMS == nil || l.ToMS == nil {
		return tts.Mark{}, errors.New("it has not all of start, end, from_ms and to_ms")
	}
	start, end, from, to := *l.Start, *l.End, *l.FromMS, *l.ToMS
	if start < 0 || end > len(text) || start >= end {
		return tts.Mark{}, fmt.Errorf("bytes %d to %d are not in the text of %d bytes", start, end, len(text))
	}
	if !utf8.RuneStart(text[start]) || end < len(text) && !utf8.RuneStart(text[end]) {
		return tts.Mark{}, fmt.Errorf("bytes %d to %d cut a character", start, end)
	}
	if length := clip.Duration() + slack; from < 0 || from > to || to > float64(length)/float64(time.Millisecond) {
		return tts.Mark{}, fmt.Errorf("%g to %g ms are not in the sound of %v", from, to, clip.Duration())
	}
	sample := func(ms float64) int {
		return min(int(math.Round(ms/1000*float64(clip.Rate))), len(clip.Samples))
	}
	return tts.Mark{Kind: tts.TimingWord, Start: start, End: end, From: sample(from), To: sample(to)}, nil
}

// readMarks reads the marks file of a request.
func readMarks(path, text string, clip audio.Clip) ([]tts.Mark, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxMarks+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxMarks {
		return nil, fmt.Errorf("the file is longer than %d bytes", maxMarks)
	}
	return ParseMarks(data, text, clip)
}
