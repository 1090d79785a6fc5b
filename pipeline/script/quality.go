package script

import "slices"

// Quality is what was heard in the sound of an article by quality control (tts/check).
type Quality struct {
	Retaken int            `json:"retaken"`          // utterances that were spoken more than once
	Flagged int            `json:"flagged"`          // utterances that are not good, whatever was tried
	Faults  map[string]int `json:"faults,omitempty"` // how many have each kind of fault
	Listen  []Flag         `json:"listen,omitempty"` // the flagged ones, in order
}

// Flag is an utterance to listen to.
type Flag struct {
	Block  int      `json:"block"` // as in Utterance
	Start  int      `json:"start"` // bytes of the block's text, [Start, End); both are 0 where the utterance is none of the article
	End    int      `json:"end"`
	Faults []string `json:"faults"` // kinds
}

// Count adds an utterance that was spoken so many times and has these faults.
func (q *Quality) Count(u Utterance, takes int, faults []string) {
	if takes > 1 {
		q.Retaken++
	}
	if len(faults) == 0 {
		return
	}
	q.Flagged++
	if q.Faults == nil {
		q.Faults = map[string]int{}
	}
	for _, f := range faults {
		q.Faults[f]++
	}
	flag := Flag{Block: u.Block, Faults: slices.Clone(faults)}
	if u.Block >= TitleBlock {
		flag.Start, flag.End = u.Start, u.Start+len(u.Written)
	}
	q.Listen = append(q.Listen, flag)
}
