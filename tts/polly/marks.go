package polly

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote"
)

// audible is the level below which a word is over: -50 dB of full scale.
const audible = 0.003

// maxTime is later than any sound of the service, in ms.
const maxTime = 24 * 3600 * 1000

// line is a speech mark, one of many on lines of their own.
type line struct {
	Type  string  `json:"type"`
	Time  float64 `json:"time"`  // ms from the beginning of the sound
	Start int     `json:"start"` // bytes of the input, tags included
	End   int     `json:"end"`
}

// marks reads the word marks of a text that was sent as w. The service tells when a word begins; it ends where the next
// begins or, before a pause, where it is no longer heard. A line that cannot be right is an error, for the rest would be
// wrong too.
func marks(lines []byte, w written, clip audio.Clip) ([]tts.Mark, error) {
	var list []tts.Mark
	n := 0
	for raw := range bytes.Lines(lines) {
		n++
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		var l line
		if err := json.Unmarshal(raw, &l); err != nil {
			return nil, &tts.BadAnswer{Err: fmt.Errorf("line %d, %q, is no speech mark", n, remote.Message(raw)), Remedy: "check base_url"}
		}
		if l.Type != "word" {
			continue
		}
		m, ok := w.place(l)
		if k := len(list); !ok || k > 0 && m.Start < list[k-1].End {
			return nil, &tts.BadAnswer{Err: fmt.Errorf("the speech mark on line %d, %q, cannot be right", n, remote.Message(raw))}
		}
		m.From = min(audio.Samples(time.Duration(l.Time*float64(time.Millisecond)), clip.Rate), len(clip.Samples))
		if k := len(list); k > 0 {
			if m.From < list[k-1].From {
				return nil, &tts.BadAnswer{Err: fmt.Errorf("the speech mark on line %d is earlier than the one before it", n)}
			}
			list[k-1].To = ends(clip, list[k-1].From, m.From)
		}
		list = append(list, m)
	}
	if k := len(list); k > 0 {
		list[k-1].To = ends(clip, list[k-1].From, len(clip.Samples))
	}
	return list, nil
}

// place says which stretch of the request's text a line marks. The text that was sent is UTF-8, whatever the request
// holds, and has its characters in the same places.
func (w written) place(l line) (tts.Mark, bool) {
	begins := func(at int) bool { return at == len(w.text) || utf8.RuneStart(w.text[at]) }
	if l.Start < 0 || l.Start >= l.End || l.End > len(w.text) || !begins(l.Start) || !begins(l.End) || !(l.Time >= 0 && l.Time <= maxTime) {
		return tts.Mark{}, false
	}
	if w.document != nil {
		l.Start, l.End = w.document.TextByte(l.Start), w.document.TextByte(l.End)
	}
	return tts.Mark{Kind: tts.TimingWord, Start: l.Start, End: l.End}, l.Start < l.End
}

// ends is where the sound of a word ends that has the samples [from, to) at most.
func ends(clip audio.Clip, from, to int) int {
	for i := to; i > from; i-- {
		if x := clip.Samples[i-1]; x > audible || x < -audible {
			return i
		}
	}
	return to // nothing is heard of it
}
