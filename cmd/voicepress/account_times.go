package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/voicepress/voicepress/audio/timing"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/script"
)

// moment is what is said at a time.
type moment struct {
	At       int64        `json:"at_ms"`
	Word     *saidText    `json:"word"` // null in a pause
	Said     string       `json:"said,omitempty"`
	Rule     string       `json:"rule,omitempty"`
	Sentence *saidText    `json:"sentence"` // null between two
	Next     *timing.Word `json:"next,omitempty"`
}

// saidText is a stretch of a block and when it is said.
type saidText struct {
	Block int    `json:"block"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	From  int64  `json:"start_ms"`
	To    int64  `json:"end_ms"`
	Text  string `json:"text"`
}

// answer says what is said at a moment, or when a text is said.
func answer(s *streams, file string, o accountOptions) error {
	path, words, ok := pipeline.Companions(file)
	if !ok {
		return usagef("name the audio that `voicepress convert` made, or a file beside it", "%s is no recording, so nothing in it has a time", file)
	}
	acc, err := readAccount(path)
	if err != nil {
		return err
	}
	m, err := readTimes(words)
	if err != nil {
		return err
	}
	if o.at != "" {
		at, err := parseMoment(o.at)
		if err != nil {
			return err
		}
		return printMoment(s, momentAt(acc, m, at), o.json)
	}
	return printFound(s, acc, m, o)
}

func readTimes(path string) (*timing.Map, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the word times: %w", err)
	}
	defer file.Close()
	m, err := timing.ReadMap(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// parseMoment reads seconds, minutes:seconds or hours:minutes:seconds; it gives milliseconds.
func parseMoment(text string) (int64, error) {
	wrong := usagef("write 83.4, 1:23.4 or 0:01:23.4", "%q is no time", text)
	parts := strings.Split(text, ":")
	if len(parts) > 3 {
		return 0, wrong
	}
	var seconds float64
	for i, part := range parts {
		if part == "" || strings.Trim(part, "0123456789.") != "" {
			return 0, wrong
		}
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || i < len(parts)-1 && strings.Contains(part, ".") || i > 0 && n >= 60 {
			return 0, wrong
		}
		seconds = 60*seconds + n
	}
	if seconds > 1e9 {
		return 0, wrong
	}
	return int64(math.Round(1000 * seconds)), nil
}

func momentAt(acc script.Account, m *timing.Map, at int64) moment {
	found := moment{At: at}
	if w, ok := m.WordAt(at); ok {
		from, to, _ := m.When(w.Block, w.Start, w.End)
		if at < from || at >= to { // a notice that is heard again
			from, to = w.From, w.To
		}
		found.Word = &saidText{w.Block, w.Start, w.End, from, to, w.Text}
		if b := acc.Block(w.Block); b != nil {
			for _, p := range b.Pieces {
				if p.State == script.Respoken && p.Start < w.End && w.Start < p.End {
					found.Said, found.Rule = p.To, p.Rule
				}
			}
		}
	} else if next, ok := m.NextWord(at); ok {
		found.Next = &next
	}
	if x, ok := m.SentenceAt(at); ok {
		found.Sentence = &saidText{x.Block, x.Start, x.End, x.From, x.To, sentenceText(acc, m, x)}
	}
	return found
}

// sentenceText is a sentence as written, or what is said where nothing is written.
func sentenceText(acc script.Account, m *timing.Map, x timing.Sentence) string {
	if x.Block >= script.TitleBlock {
		return writtenAt(acc, x.Block, x.Start, x.End)
	}
	n := 0 // how many additions are said before it
	var notice []int
	for _, other := range m.Sentences() {
		if other.Block >= script.TitleBlock {
			continue
		}
		i := n
		if other.Block == script.NoticeBlock {
			if i = slices.Index(notice, other.Start); i < 0 { // else it is heard again
				i, notice = n, append(notice, other.Start)
			}
		}
		if other.From == x.From {
			n = i
			break
		}
		if i == n {
			n++
		}
	}
	if n < len(acc.Added) {
		return acc.Added[n].Spoken
	}
	return ""
}

// writtenAt is a stretch of a block as written; empty where the account does not have it.
func writtenAt(acc script.Account, block, start, end int) string {
	if b := acc.Block(block); b != nil && end <= len(b.Text) {
		return b.Text[start:end]
	}
	return ""
}

func printMoment(s *streams, found moment, asJSON bool) error {
	if asJSON {
		return encodeLine(s, found)
	}
	switch w := found.Word; {
	case w != nil && found.Said != "":
		fmt.Fprintf(s.out, "word: %s, said as %s (%s)\n", printable(w.Text), printable(found.Said), printable(found.Rule))
		fmt.Fprintf(s.out, "heard: %s to %s\n", stamp(w.From), stamp(w.To))
	case w != nil:
		fmt.Fprintf(s.out, "word: %s\nheard: %s to %s\n", printable(w.Text), stamp(w.From), stamp(w.To))
	case found.Next != nil:
		fmt.Fprintf(s.out, "pause; the next word is %s at %s\n", printable(found.Next.Text), stamp(found.Next.From))
	default:
		fmt.Fprintln(s.out, "nothing is said any more")
	}
	if x := found.Sentence; x != nil {
		fmt.Fprintf(s.out, "sentence: %s\nheard: %s to %s\nplace: %s, bytes %d to %d\n",
			printable(x.Text), stamp(x.From), stamp(x.To), placeName(x.Block), x.Start, x.End)
	}
	return nil
}

// foundText is a place where a text stands.
type foundText struct {
	Block    int    `json:"block"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Text     string `json:"text"`
	Heard    bool   `json:"heard"`
	From     int64  `json:"start_ms,omitempty"`
	To       int64  `json:"end_ms,omitempty"`
	Reason   string `json:"reason,omitempty"` // why it is not heard
	Sentence string `json:"sentence,omitempty"`
}

// find looks a text up in what is read and in what is skipped. Capitals do not count, nor how much white space there is.
func find(acc script.Account, m *timing.Map, text string) ([]foundText, error) {
	pattern, err := regexp.Compile("(?i)" + regexp.QuoteMeta(strings.Join(strings.Fields(text), " ")))
	if err != nil || strings.TrimSpace(text) == "" {
		return nil, usagef("name a few words of the article", "%q cannot be looked for", text)
	}
	var all []foundText
	for _, b := range append([]script.BlockAccount{acc.Title}, acc.Blocks...) {
		for _, at := range pattern.FindAllStringIndex(b.Text, -1) {
			f := foundText{Block: b.Index, Start: at[0], End: at[1], Text: b.Text[at[0]:at[1]]}
			if f.From, f.To, f.Heard = m.When(b.Index, at[0], at[1]); !f.Heard {
				f.Reason = reasonFor(b, at[0])
			} else if x, ok := m.SentenceAt(f.From); ok {
				f.Sentence = writtenAt(acc, x.Block, x.Start, x.End)
			}
			all = append(all, f)
		}
	}
	for _, b := range acc.Skipped {
		for _, at := range pattern.FindAllStringIndex(b.Text, -1) {
			all = append(all, foundText{Block: b.Before, Start: at[0], End: at[1], Text: b.Text[at[0]:at[1]], Reason: b.Reason})
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%q stands nowhere in the article", text)
	}
	return all, nil
}

func reasonFor(b script.BlockAccount, at int) string {
	for _, p := range b.Pieces {
		if p.Start <= at && at < p.End && p.Reason != "" {
			return p.Reason
		}
	}
	return "no word"
}

func printFound(s *streams, acc script.Account, m *timing.Map, o accountOptions) error {
	all, err := find(acc, m, o.find)
	if err != nil {
		return err
	}
	if o.json {
		return encodeLine(s, map[string]any{"find": o.find, "found": all})
	}
	for _, f := range all {
		if !f.Heard {
			fmt.Fprintf(s.out, "not said: %s (%s)\n", printable(f.Text), printable(f.Reason))
			continue
		}
		fmt.Fprintf(s.out, "%s to %s, %s: %s\n", stamp(f.From), stamp(f.To), placeName(f.Block), printable(f.Sentence))
	}
	return nil
}

func encodeLine(s *streams, v any) error {
	encoder := json.NewEncoder(s.out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

func placeName(block int) string {
	switch block {
	case script.TitleBlock:
		return "the title"
	case script.NoticeBlock:
		return "the spoken notice"
	case script.AnnouncementBlock:
		return "an announcement"
	}
	return fmt.Sprintf("block %d", block)
}

// stamp is a time as people write it, to the millisecond: 1:23.400, 1:01:23.400.
func stamp(ms int64) string {
	seconds := ms / 1000
	if hours := seconds / 3600; hours > 0 {
		return fmt.Sprintf("%d:%02d:%02d.%03d", hours, seconds/60%60, seconds%60, ms%1000)
	}
	return fmt.Sprintf("%d:%02d.%03d", seconds/60, seconds%60, ms%1000)
}
