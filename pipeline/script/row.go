package script

import (
	"strings"

	"github.com/voicepress/voicepress/pipeline/script/normalize"
	"github.com/voicepress/voicepress/pipeline/script/segment"
)

// cellBorder is the class of what is said between two cells of a row, a comma where nothing is written, and of cells that
// are not said.
const cellBorder = "cell"

// row says a row of a table as one part: each cell for itself, because what stands in two cells is no phrase, with a comma
// between them, so that a voice pauses. A cell without a word is not said. cells are the bytes where they begin, but for
// the first; what is no place behind a space begins none.
func (b *builder) row(index int, text string, cells []int) (part, error) {
	row := part{written: text}
	start := 0
	for i := 0; i <= len(cells); i++ {
		end := len(text)
		if i < len(cells) {
			end = cells[i]
		}
		if end <= start || end > len(text) || end < len(text) && text[end-1] != ' ' {
			continue
		}
		cell, err := b.say(index, text, start, start+len(strings.TrimRight(text[start:end], " ")))
		if err != nil {
			return row, err
		}
		if sayable(cell.Spoken) {
			row.append(cell)
		}
		start = end
	}
	row.leaveOut(len(text))
	row.words = countWords(row.Spoken)
	return row, nil
}

// append says another cell behind those of the row, with a comma between unless the last one ends with a pause.
func (p *part) append(cell part) {
	if from := len(p.Spoken); from > 0 {
		done := p.Spans[len(p.Spans)-1].End
		if !pausing(segment.LastMark(p.Spoken)) {
			p.Spoken += ","
			p.Spans = append(p.Spans, normalize.Span{Class: cellBorder, Start: done, End: done, From: from, To: from + 1})
		}
		from = len(p.Spoken)
		p.Spoken += " "
		p.Spans = append(p.Spans, normalize.Span{Start: done, End: done + 1, From: from, To: from + 1})
	}
	p.leaveOut(cell.start)
	from := len(p.Spoken)
	for _, s := range cell.Spans {
		s.Start, s.End, s.From, s.To = s.Start+cell.start, s.End+cell.start, s.From+from, s.To+from
		p.Spans = append(p.Spans, s)
	}
	p.Spoken += cell.Spoken
}

// leaveOut says nothing for what is written up to a byte.
func (p *part) leaveOut(until int) {
	done := 0
	if n := len(p.Spans); n > 0 {
		done = p.Spans[n-1].End
	}
	if at := len(p.Spoken); done < until {
		p.Spans = append(p.Spans, normalize.Span{Class: cellBorder, Start: done, End: until, From: at, To: at})
	}
}

// pausing tells a mark at which every voice pauses.
func pausing(mark rune) bool {
	return segment.IsTerminator(mark) || strings.ContainsRune(",;:，、；：", mark)
}
