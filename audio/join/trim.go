// Package join makes the sound of one utterance ready to be set between pauses: it finds where the speech begins and
// ends, brings it to the level of what was heard before, shortens long silences inside, removes a constant offset and fades
// the ends. It is not for choosing pauses or for writing the utterances one after another; the stitching in pipeline does
// that.
//
// The order is RemoveDC, Level.Match, Trim, CapSilences, FadeIn and FadeOut.
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
	window      = 10               // steps: sound is looked at through a window of 10 ms, at every millisecond
	step        = time.Millisecond // so finely is it known where sound begins and ends
	keepBefore  = 30 * time.Millisecond
	keepAfter   = 60 * time.Millisecond // endings fade slowly
	mostTrimmed = 2 * time.Second       // at one end: more silence than any engine leaves is likelier to be missed speech

	silenceLevel = -50.0 // dBFS RMS: a window that is softer is silent
	overFloor    = 10.0  // dB: a window that is nearer to the noise floor is silent, too

	// The noise floor is the level that this part of the windows stays below. In 87 utterances of a neural voice (Piper,
	// joe) and as many of espeak-ng, which both have none, a twentieth of the windows stays below -60 dBFS in every one; at a
	// tenth, soft speech counts as noise in one of five.
	floorPart = 0.05

	// No window that is nearer than this (dB) to the loudest one counts as noise: a clip without a pause has no noise
	// floor to find. The softest sound of English is 28 dB below the loudest (H. Fletcher, Speech and Hearing in
	// Communication, 1953).
	belowSpeech = 30.0
)

// Range is the samples [From, To).
type Range struct{ From, To int }

// Part is what Trim keeps of a clip.
type Part struct {
	Kept  Range // with the margins
	Heard Range // inside Kept: from where sound rises out of silence to where it sinks back into it
}

// Trim finds the speech in samples at rate Hz: what is heard, and 30 ms before and 60 ms after it, or less where the pause
// there, before or after, has no room for that. Where the engine says what samples it speaks in, spoken, no phoneme is cut:
// the last consonant of a sentence may go on for 0.1 s below what is heard here. It is empty where that is not known. At
// neither end is more than 2 s cut off. Where nothing is heard, what that leaves is kept: nothing up to a length of 4 s.
//
// A mark at sample i of the whole lies at i-Kept.From of the part.
func Trim(samples []float32, rate int, spoken Range, before, after time.Duration) Part {
	n, most := len(samples), audio.Samples(mostTrimmed, rate)
	heard := edges(samples, rate)
	kept := Range{n, 0}
	if heard.From < heard.To {
		kept.From = heard.From - audio.Samples(min(keepBefore, max(before/3, fadeIn)), rate)
		kept.To = heard.To + audio.Samples(min(keepAfter, max(after-after/3, fadeOut)), rate)
	}
	if spoken.From < spoken.To {
		kept.From = min(kept.From, spoken.From-audio.Samples(fadeIn, rate))
		kept.To = max(kept.To, spoken.To+audio.Samples(fadeOut, rate))
	}
	kept = Range{max(min(kept.From, most), 0), min(max(kept.To, n-most), n)}
	if kept.From >= kept.To {
		return Part{}
	}
	if heard.From >= heard.To {
		heard = kept
	}
	return Part{kept, Range{max(heard.From, kept.From), min(heard.To, kept.To)}}
}

// edges is where sound begins and ends; empty where nothing is heard. The first window that is active only just reaches
// into the sound, and so does the last one.
func edges(samples []float32, rate int) Range {
	hop := max(audio.Samples(step, rate), 1)
	powers := windows(samples, hop)
	silent := silence(powers)
	first := slices.IndexFunc(powers, func(p float64) bool { return p > silent })
	if first < 0 {
		return Range{}
	}
	last := len(powers) - 1
	for powers[last] <= silent {
		last--
	}
	return Range{first * hop, min((last-window+2)*hop, len(samples))}
}

// windows is the mean square in each window: the i-th ends with the i-th step. The first ones begin before the samples and
// the last ones end after them, in silence.
func windows(samples []float32, hop int) []float64 {
	n := (len(samples) + hop - 1) / hop
	steps := make([]float64, n+2*window)
	for i := range n {
		var sum float64
		for _, x := range samples[i*hop : min((i+1)*hop, len(samples))] {
			sum += float64(x) * float64(x)
		}
		steps[window+i] = sum
	}
	powers := make([]float64, n+window-1)
	for i := range powers {
		var sum float64
		for _, s := range steps[i+1 : i+1+window] {
			sum += s
		}
		powers[i] = sum / float64(window*hop)
	}
	return powers
}

// silence is the mean square up to which a window is silent.
func silence(powers []float64) float64 {
	var inside []float64 // without those that reach over the ends, one for each stretch
	for i := window - 1; i < len(powers)-window+1; i += window {
		inside = append(inside, powers[i])
	}
	if len(inside) == 0 {
		return power(silenceLevel)
	}
	slices.Sort(inside)
	floor, loudest := inside[int(floorPart*float64(len(inside)-1))], inside[len(inside)-1]
	return max(power(silenceLevel), min(floor*power(overFloor), loudest*power(-belowSpeech)))
}

// power is the mean square of sound at a level in dB.
func power(level float64) float64 { return math.Pow(10, level/10) }
