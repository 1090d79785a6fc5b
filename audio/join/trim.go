// Package join makes the sound of one utterance ready to be set between pauses: it finds where the speech begins and
// ends, shortens long silences inside, removes a constant offset and fades the ends. It is not for choosing pauses or for
// writing the utterances one after another; the stitching in pipeline does that.
//
// The order is RemoveDC, Trim, CapSilences, Fade.
package join

import (
	"math"
	"slices"
	"time"

	"github.com/voicepress/voicepress/audio"
)

// Where silence ends. Speech engines leave 10 to 300 ms of silence around what they say; pauses are planned, so theirs
// goes. The margins keep soft beginnings and endings (f, h, th, breath), which may be below the threshold. Numbers without
// a source are this project's.
const (
	frameLength = 10 * time.Millisecond
	keepBefore  = 30 * time.Millisecond // before the first active frame
	keepAfter   = 60 * time.Millisecond // after the last one: endings fade slowly
	mostTrimmed = 2 * time.Second       // at one end: more silence than any engine leaves is likelier to be missed speech

	silenceLevel = -50.0 // dBFS RMS: a frame that is softer is silent
	overFloor    = 10.0  // dB: a frame that is nearer to the noise floor is silent, too
	floorPart    = 0.10  // the noise floor is the level that this part of the frames stays below

	// No frame that is nearer than this (dB) to the loudest one counts as noise: a clip without a pause has no noise
	// floor to find. The softest sound of English is 28 dB below the loudest (H. Fletcher, Speech and Hearing in
	// Communication, 1953).
	belowSpeech = 30.0
)

// Trim finds the speech in samples at rate Hz: the range [from, to) is worth keeping, with 30 ms before and 60 ms after
// what is audible. At neither end is more than 2 s cut off. Where nothing is audible, the range is what that leaves: empty
// up to a length of 4 s.
//
// A mark at sample i of the whole lies at i-from of the part.
func Trim(samples []float32, rate int) (from, to int) {
	n, frame := len(samples), frameSize(rate)
	active := activity(samples, rate)
	first := slices.Index(active, true)
	if first < 0 {
		from, to = n, 0
	} else {
		last := len(active) - 1
		for !active[last] {
			last--
		}
		from = max(first*frame-audio.Samples(keepBefore, rate), 0)
		to = min((last+1)*frame+audio.Samples(keepAfter, rate), n)
	}
	most := audio.Samples(mostTrimmed, rate)
	from, to = min(from, most), max(to, n-most)
	if from >= to {
		return 0, 0
	}
	return from, to
}

// frameSize is how many samples a frame has.
func frameSize(rate int) int { return max(audio.Samples(frameLength, rate), 1) }

// activity says for each frame, also for a last one that is shorter, whether it is louder than silence.
func activity(samples []float32, rate int) []bool {
	powers := make([]float64, 0, len(samples)/frameSize(rate)+1)
	for frame := range slices.Chunk(samples, frameSize(rate)) {
		var sum float64
		for _, x := range frame {
			sum += float64(x) * float64(x)
		}
		powers = append(powers, sum/float64(len(frame)))
	}
	if len(powers) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(powers))
	floor, loudest := sorted[int(floorPart*float64(len(sorted)-1))], sorted[len(sorted)-1]
	silent := max(power(silenceLevel), min(floor*power(overFloor), loudest*power(-belowSpeech)))

	active := make([]bool, len(powers))
	for i, p := range powers {
		active[i] = p > silent
	}
	return active
}

// power is the mean square of sound at a level in dB.
func power(level float64) float64 { return math.Pow(10, level/10) }
