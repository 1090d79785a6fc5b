package join

import (
	"time"

	"github.com/voicepress/voicepress/audio"
)

// longestSilence is how long a silence inside an utterance may be. A longer one is a slip of the engine: planned pauses
// stand between utterances, and the longest a reader makes inside one is below 900 ms.
const longestSilence = 900 * time.Millisecond

// Cut is a range of samples, [From, To), that has been taken out.
type Cut struct{ From, To int }

// Cuts are cuts in rising order that do not touch.
type Cuts []Cut

// Map is where a sample of the sound before the cuts lies after them. A sample that was taken out maps to where the sound
// goes on.
func (c Cuts) Map(sample int) int {
	removed := 0
	for _, cut := range c {
		if sample < cut.From {
			break
		}
		removed += min(sample, cut.To) - cut.From
	}
	return sample - removed
}

// CapSilences shortens every silence inside samples at rate Hz to 900 ms, and says what it took out. It takes the middle,
// so that the end of what is before and the beginning of what is after stay, and fades at the seam. Silence at the ends
// is left to Trim. It works in place: the result shares the storage of samples.
func CapSilences(samples []float32, rate int) ([]float32, Cuts) {
	var cuts Cuts
	frame, longest := frameSize(rate), audio.Samples(longestSilence, rate)
	end := -1 // of the last active frame
	for i, active := range activity(samples, rate) {
		if !active {
			continue
		}
		if start := i * frame; end >= 0 && start-end > longest {
			cuts = append(cuts, Cut{end + longest/2, start - (longest - longest/2)})
		}
		end = (i + 1) * frame
	}
	if len(cuts) == 0 {
		return samples, nil
	}
	kept := samples[:cuts[0].From]
	for i, cut := range cuts {
		next := len(samples)
		if i+1 < len(cuts) {
			next = cuts[i+1].From
		}
		FadeOut(kept, rate)
		after := samples[cut.To:next]
		FadeIn(after, rate)
		kept = append(kept, after...)
	}
	return kept, cuts
}
