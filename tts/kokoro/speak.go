package kokoro

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/join"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/pronounce"
	"github.com/voicepress/voicepress/tts/internal/words"
)

// Speak says one request. See tts.Backend.
//
// Every word of the text has a TimingWord mark, in order; words are those of Unicode Standard Annex 29, so "well-known"
// is two. A word that has no sound of its own has an empty mark where the word before it ends.
func (b *Backend) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	if err := b.info.Check(r); err != nil {
		return nil, err
	}
	if speed := r.Speed(); speed < slowest || speed > fastest {
		return nil, fmt.Errorf("kokoro: a rate of %v, not %v to %v", speed, slowest, fastest)
	}
	voice, err := b.info.Voice(r.Voice)
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
	dialect, _ := dialectOf(voice.ID)
	clauses, warnings, err := b.speakers[dialect.espeak].Clauses(ctx, r, spans)
	if err != nil {
		return nil, err
	}
	unknown := map[rune]int{}
	pieces := b.pieces(clauses, dialect, unknown)
	speech.Warnings = slices.Concat(speech.Warnings, warnings, pronounce.Unknown(unknown))
	if len(pieces) == 0 {
		return nil, fmt.Errorf("kokoro: the voice %s has no sound for this text: %w", voice.ID, tts.ErrNothingToSay)
	}
	network, err := b.model.Get(ctx)
	if err != nil {
		return nil, err
	}
	speech.Clip.Rate = rate
	var times pronounce.Times
	for _, c := range chunks(pieces) {
		samples, said, err := network.say(ctx, c, b.styles[voice.ID], r)
		if err != nil {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			return nil, fmt.Errorf("kokoro: %w", err)
		}
		times.Append(said, len(speech.Clip.Samples))
		speech.Clip.Samples = slices.Concat(speech.Clip.Samples, samples, make([]float32, int(c.pause*rate)))
	}
	clip(speech.Clip)
	if network.durations != "" {
		speech.Marks = times.Marks(spans)
	}
	return speech, nil
}

// pieces turns clauses into tokens, and leaves out those that have no sound.
func (b *Backend) pieces(clauses []pronounce.Clause, d dialect, unknown map[rune]int) []piece {
	var out []piece
	for _, c := range clauses {
		tokens := b.vocabulary.encode(d.write(c.Symbols), unknown)
		if !slices.ContainsFunc(tokens, func(t token) bool { return pronounce.Sounds(t.Rune) }) {
			continue
		}
		mark := strings.TrimSpace(c.Terminator) + " "
		tokens = append(tokens, b.vocabulary.encode(pronounce.Symbols("x"+mark), unknown)[1:]...)
		out = append(out, piece{tokens, strings.ContainsAny(mark, ".?!")})
	}
	return out
}

// say speaks a chunk: what is heard, without the silence around it, and when.
func (m *model) say(ctx context.Context, c chunk, s style, r tts.Request) ([]float32, pronounce.Times, error) {
	tokens := c.tokens
	if tokens[len(tokens)-1].Rune == ' ' {
		tokens = tokens[:len(tokens)-1]
	}
	ids := make([]int64, len(tokens)+2) // 0 at the ends
	for i, t := range tokens {
		ids[i+1] = t.id
	}
	out, err := m.run(ctx, ids, s.row(rowFor(len(tokens), r.Seed)), float32(r.Speed()))
	if err != nil || out.frames == nil {
		return out.samples, pronounce.Times{}, err
	}
	return trim(out, tokens)
}

// early is how much earlier a token is heard than its durations say, in samples: 55 ms, where in three sentences of each of
// three voices the level fits the kinds of phonemes best (of -150 to 90 ms). Kokoro's own program counts 3 frames of 25 ms.
const early = 1320

// trim cuts off the silence around what is said, and times the tokens. The network gives the first and the last phoneme a
// part of that silence, or less time than they are heard for, so where sound begins and ends is listened for.
func trim(s sound, tokens []token) ([]float32, pronounce.Times, error) {
	part := join.Trim(s.samples, rate, join.Range{}, time.Second, time.Second)
	samples := s.samples[part.Kept.From:part.Kept.To]
	if len(samples) == 0 {
		return nil, pronounce.Times{}, errors.New("the network gave silence")
	}
	join.FadeIn(samples, rate)
	join.FadeOut(samples, rate)
	heard := join.Range{From: part.Heard.From - part.Kept.From, To: part.Heard.To - part.Kept.From}
	last := len(tokens) - 1
	for last > 0 && !pronounce.Sounds(tokens[last].Rune) {
		last--
	}
	var times pronounce.Times
	at := int(s.frames[0])*frameSamples - early - part.Kept.From
	begin := heard.From
	for i, t := range tokens {
		at += int(s.frames[i+1]) * frameSamples
		end := min(max(at, begin), heard.To)
		if i == last {
			end = heard.To
		}
		times.Add(t.Symbol, begin, end)
		begin = end
	}
	return samples, times, nil
}

// clip bounds the samples: now and then the network goes a little beyond full scale.
func clip(c audio.Clip) {
	for i, v := range c.Samples {
		c.Samples[i] = float32(math.Max(-1, math.Min(1, float64(v))))
	}
}
