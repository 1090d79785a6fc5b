package piper

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/pronounce"
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

	b.model.Start() // while the text becomes phonemes
	speech := &tts.Speech{Warnings: pronounce.OtherLanguage(voice, r.Language)}
	spans := words.Of(r.Text)
	clauses, warnings, err := b.pronouncer.Clauses(ctx, r, spans)
	if err != nil {
		return nil, err
	}
	seq := b.config.encode(join(clauses))
	speech.Warnings = slices.Concat(speech.Warnings, warnings, pronounce.Unknown(seq.unknown))
	if !slices.ContainsFunc(seq.symbols, func(s pronounce.Symbol) bool { return pronounce.Sounds(s.Rune) }) {
		return nil, fmt.Errorf("piper: the voice %s has no sound for this text: %w", voice.ID, tts.ErrNothingToSay)
	}
	network, err := b.model.Get(ctx)
	if err != nil {
		return nil, err
	}
	set := b.settings
	set.lengthScale /= r.Speed()
	random := newNoise(r, voice.ID, set)
	out, err := network.run(ctx, utterance{
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
		t := seq.times(out.frames, b.config.hop)
		speech.Clip.Samples = t.Trim(out.samples, b.config.sampleRate)
		speech.Marks = t.Marks(spans)
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

// join puts clauses behind each other, with the marks between them.
func join(clauses []pronounce.Clause) []pronounce.Symbol {
	var symbols []pronounce.Symbol
	for _, c := range clauses {
		symbols = append(append(symbols, c.Symbols...), pronounce.Symbols(c.Terminator)...)
	}
	return symbols
}
