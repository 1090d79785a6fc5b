package google

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/estimate"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/words"
)

// answer is what the service answers.
type answer struct {
	AudioContent []byte      `json:"audioContent"` // base64 of a WAV file
	Timepoints   []timepoint `json:"timepoints"`
}

type timepoint struct {
	MarkName    string  `json:"markName"`
	TimeSeconds float64 `json:"timeSeconds"` // from the start of the sound
}

// speech makes speech of an answer.
func (w written) speech(a *remote.Answer, info tts.Info) (*tts.Speech, error) {
	var got answer
	if err := json.Unmarshal(a.Body, &got); err != nil {
		return nil, other(fmt.Errorf("%w, in %s", errNoJSON, remote.Message(a.Body)))
	}
	if len(got.AudioContent) == 0 {
		return nil, other(fmt.Errorf("there is no audioContent in %s", remote.Message(a.Body)))
	}
	clip, err := remote.Sound(got.AudioContent, "", remote.Expect{Rate: sampleRate})
	if err != nil {
		return nil, err
	}
	speech := &tts.Speech{Clip: clip, Warnings: w.warnings, Bill: tts.Bill{Requests: 1, Characters: w.characters}}
	if info.Timing >= tts.TimingWord {
		speech.Marks = w.marks(got.Timepoints, clip)
	}
	return speech, nil
}

var errNoJSON = errors.New("it is not JSON") //nolint:gochecknoglobals // an error

// other is the error for an answer of another kind of server.
func other(err error) error {
	return &tts.BadAnswer{Err: err, Remedy: "check that base_url is the address of Google's service"}
}

// anchor is a time that is known: that of a byte of the text.
type anchor struct {
	at, sample int
	told       bool // by the service
}

// marks are the times of the words. The service tells when each mark is reached, not when sound begins and ends there: a
// word has what is heard between its mark and the next. Older voices leave some marks out; the words between two known
// times share what lies between, and their marks say that they are estimated.
func (w written) marks(points []timepoint, clip audio.Clip) []tts.Mark {
	anchors := w.anchors(points, clip)
	all := words.Of(w.text)
	if len(all) > 0 && (len(anchors) == 0 || all[0].Start < anchors[0].at) {
		anchors = append([]anchor{{}}, anchors...)
	}
	var marks []tts.Mark
	for i, from := range anchors {
		to := anchor{at: len(w.text), sample: len(clip.Samples)}
		if i+1 < len(anchors) {
			to = anchors[i+1]
		}
		n := 0
		for n < len(all) && all[n].Start < to.at {
			n++
		}
		inside := all[:n]
		all = all[n:]
		if n == 0 {
			continue
		}
		stretch := tts.Mark{Kind: tts.TimingSentence, Start: inside[0].Start, End: inside[n-1].End, From: from.sample, To: to.sample}
		for _, mark := range estimate.Marks(w.text, clip, []tts.Mark{stretch}) {
			if mark.Kind == tts.TimingWord {
				mark.Estimated = n > 1 || !from.told
				marks = append(marks, mark)
			}
		}
	}
	return marks
}

// anchors are the times that can be true: of marks that were sent, in order, within the sound.
func (w written) anchors(points []timepoint, clip audio.Clip) []anchor {
	if w.document == nil {
		return nil
	}
	var anchors []anchor
	next, sample := 0, -1
	for _, p := range points {
		i, ok := w.document.Word(p.MarkName)
		at := math.Round(p.TimeSeconds * float64(clip.Rate))
		if !ok || i < next || !(at > float64(sample)) || at >= float64(len(clip.Samples)) {
			continue
		}
		next, sample = i+1, int(at)
		anchors = append(anchors, anchor{w.document.Words[i].Start, sample, true})
	}
	return anchors
}
