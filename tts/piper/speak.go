package piper

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/words"
)

// Speak says one request. See tts.Backend.
//
// Every word of the text has a TimingWord mark, in order; words are those of Unicode Standard Annex 29, so "well-known"
// is two. A word that has no sound of its own, because espeak-ng leaves it out or runs it into its neighbour beyond
// telling, has an empty mark where the word before it ends.
func (b *Backend) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	if err := b.info.Check(r); err != nil {
		return nil, err
	}
	if speed := r.Speed(); speed < slowest || speed > fastest {
		return nil, fmt.Errorf("piper: a rate of %v, not %v to %v", speed, slowest, fastest)
	}
	voice, speaker, err := b.voice(r.Voice)
	if err != nil {
		return nil, err
	}
	ctx, leave, err := b.gate.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()

	speech := &tts.Speech{}
	if !sameLanguage(r.Language, voice.Language) {
		speech.Warnings = append(speech.Warnings,
			fmt.Sprintf("the voice %s speaks %s, and the text is in %s", voice.ID, voice.Language, r.Language))
	}
	spans := words.Of(r.Text)
	symbols, warnings, err := b.pronounce(ctx, r, spans)
	if err != nil {
		return nil, err
	}
	speech.Warnings = append(speech.Warnings, warnings...)
	seq := b.config.encode(symbols)
	if len(seq.unknown) > 0 {
		speech.Warnings = append(speech.Warnings, unknownPhonemes(seq.unknown))
	}
	if !slices.ContainsFunc(seq.symbols, func(s symbol) bool { return sounds(s.r) }) {
		return nil, fmt.Errorf("piper: the voice %s has no sound for this text: %w", voice.ID, tts.ErrNothingToSay)
	}
	set := b.settings
	set.lengthScale /= r.Speed()
	random := newNoise(r, voice.ID, set)
	out, err := b.model.run(ctx, utterance{
		ids: seq.ids, speaker: speaker,
		noiseScale: float32(set.noiseScale), lengthScale: float32(set.lengthScale), noiseW: float32(set.noiseW),
		durationNoise: func(dst []float32) { random.normal(0, dst) },
		latentNoise:   func(dst []float32) { random.normal(1, dst) },
	})
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("piper: %w", err)
	}
	speech.Clip = audio.Clip{Samples: out.samples, Rate: b.config.sampleRate}
	if out.frames != nil {
		t := newTimes(seq, out.frames, b.config.hop)
		speech.Marks = t.marks(spans)
		speech.Clip.Samples = t.trim(out.samples, speech.Marks, b.config.sampleRate)
	}
	return speech, nil
}

// voice finds the speaker to use.
func (b *Backend) voice(id string) (tts.Voice, int64, error) {
	if id == "" || id == b.name {
		return b.info.Voices[0], b.config.speaker, nil
	}
	if name, speaker, ok := strings.Cut(id, "#"); ok && name == b.name && b.config.speakers > 1 {
		if n, ok := b.config.speakerNamed(speaker); ok {
			v := b.info.Voices[0]
			v.ID = id
			return v, n, nil
		}
	}
	_, err := b.info.Voice(id)
	return tts.Voice{}, 0, err
}

// sameLanguage compares what comes first in two BCP 47 tags; an empty tag is like any.
func sameLanguage(a, b string) bool {
	if a == "" || b == "" {
		return true
	}
	x, _ := language.Make(a).Base()
	y, _ := language.Make(b).Base()
	return x == y
}

func unknownPhonemes(unknown map[rune]int) string {
	n := 0
	var list []string
	for _, r := range slices.Sorted(maps.Keys(unknown)) {
		n += unknown[r]
		if len(list) < 8 {
			list = append(list, string(r))
		}
	}
	return fmt.Sprintf("%d phonemes are unknown to the voice and were left out: %s", n, strings.Join(list, " "))
}
