package check

import (
	"strings"

	"github.com/voicepress/voicepress/tts"
)

// reference is what a voice sounds like when nothing is wrong. The numbers are constants and no statistics of what it has
// said so far: those would depend on which of several utterances is finished first and on what is in a cache, and the same
// article would not always become the same recording.
type reference struct {
	// Seconds at rate 1 from the first to the last sound, for a text without anything, and for each letter, word and stop.
	start, letter, word, stop float64
	level                     float64 // dBFS, as in sound

	// How far a take may be off: so many times too long or too short, and so many dB. The fewer letters it has the more, since
	// a single word is said in many ways: few and fewDecibels by the number of letters are added.
	times, few, decibels, fewDecibels float64

	// The longest silence inside, and the longest noise at the end, in seconds.
	gap, noise float64

	// The least time of a word in seconds; 0 where the engine's word times are not exact enough for it.
	leastWord float64

	measured bool // for the voice itself
}

// pace says how long a take is as a multiple of what its text takes at a rate.
func (r reference) pace(s *sound, text size, rate float64) float64 {
	return s.seconds() * rate / (r.start + r.letter*text.letters + r.word*float64(text.words) + r.stop*text.stops)
}

// most is how far a take of a text of that size may be from 1, as a multiple.
func (r reference) most(text size) float64 { return r.times + r.few/text.letters }

// known are the voices that were measured: see docs/quality.md, and `make calibrate`.
func known() []struct {
	engine, voice string
	as            string // what has to stand in Info.Fingerprint
	reference
} {
	return []struct {
		engine, voice string
		as            string
		reference
	}{
		{"piper", "en_US-joe-medium", "", reference{0.0568, 0.0546, 0.0276, 0.2608, -24.7, 1.25, 3, 6, 10, 1, 0.2, 0.040, true}},
		{"espeak", "en-us", ", 175 words a minute", reference{0.0959, 0.0530, 0.0378, 0.2805, -20.6, 1.25, 3, 6, 10, 1, 0.3, 0, true}},
	}
}

// anyVoice is for the others: the middle of the voices that were measured, and limits that are wide enough for all that
// people listen to.
func anyVoice() reference {
	return reference{0.1, 0.056, 0.02, 0.27, -24, 1.7, 4, 18, 10, 1.2, 0.35, 0, false}
}

// referenceFor is the reference for a request.
func referenceFor(info tts.Info, r tts.Request) reference {
	voice, err := info.Voice(r.Voice)
	if err != nil || !tts.SameLanguage(r.Language, voice.Language) {
		return anyVoice()
	}
	for _, k := range known() {
		if k.engine == info.Name && k.voice == voice.ID && strings.Contains(info.Fingerprint, k.as) {
			return k.reference
		}
	}
	return anyVoice()
}
