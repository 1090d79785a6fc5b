package join

import (
	"time"

	"github.com/voicepress/voicepress/audio"
)

// longestSilence is how long a silence inside an utterance may be. A longer one is a slip of the engine: planned pauses
// stand between utterances, and the longest a reader makes inside one is below 900 ms.
const longestSilence = 900 * time.Millisecond

// Cuts are ranges of samples that have been taken out, in rising order. They do not touch.
type Cuts []Range

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
	hop, longest := max(audio.Samples(step, rate), 1), audio.Samples(longestSilence, rate)
	powers := windows(samples, hop)
	silent := silence(powers)
	end := -1 // of the sound before
	for i, p := range powers {
		if p <= silent {
			continue
		}
		// As in edges, a window that is active first reaches into the sound with its last step, one that is active last with
		// its first.
		if start := i * hop; end >= 0 && start-end > longest {
			cuts = append(cuts, Range{end + longest/2, start - (longest - longest/2)})
		}
		end = (i - window + 2) * hop
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
