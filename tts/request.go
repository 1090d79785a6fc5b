package tts

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Check says whether r is a request that a backend of this description can take, apart from its voice: text with
// something to say (ErrNothingToSay otherwise), within the limit (*TooLong), and a rate that is 0 or a positive number.
func (i Info) Check(r Request) error {
	if !i.Limit.Fits(r.Text) {
		return &TooLong{Limit: i.Limit}
	}
	if !strings.ContainsFunc(r.Text, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsNumber(c) }) {
		return ErrNothingToSay
	}
	if !(r.Rate >= 0 && r.Rate <= 1e3) { // and so neither NaN nor infinite
		return fmt.Errorf("the rate of speech is %v, which is not a positive number", r.Rate)
	}
	return nil
}

// PieceLimit is the most text that is said in one piece: what a request should keep to, even where more is taken.
func (i Info) PieceLimit() Limit {
	if i.Piece.N > 0 {
		return i.Piece
	}
	return i.Limit
}

// Speed is the rate of speech, with 1 in the place of 0.
func (r Request) Speed() float64 {
	if r.Rate == 0 {
		return 1
	}
	return r.Rate
}

// Voice returns the voice of that ID, or the default voice if id is empty. If there is none, the error is a
// *NoSuchVoice that names the voices whose IDs are most like it.
func (i Info) Voice(id string) (Voice, error) {
	if id == "" && len(i.Voices) > 0 {
		return i.Voices[0], nil
	}
	known := make([]string, len(i.Voices))
	for n, voice := range i.Voices {
		if voice.ID == id {
			return voice, nil
		}
		known[n] = voice.ID
	}
	return Voice{}, &NoSuchVoice{Voice: id, Known: Nearest(id, known, 8)}
}

// VoiceFor is the voice of that ID; without one, the first that speaks a language; without such a one, the default.
func (i Info) VoiceFor(id, language string) (Voice, error) {
	speaks := func(v Voice) bool { return v.Language != "" && language != "" && SameLanguage(v.Language, language) }
	if n := slices.IndexFunc(i.Voices, speaks); id == "" && n >= 0 {
		return i.Voices[n], nil
	}
	return i.Voice(id)
}

// SameLanguage compares what comes first in two BCP 47 tags, as "en" in "en-GB"; an empty tag is like any.
func SameLanguage(a, b string) bool {
	first := func(tag string) string {
		tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
		return tag
	}
	return a == "" || b == "" || first(a) == first(b)
}

// Nearest returns the n names of known that are most like name, the most like first.
func Nearest(name string, known []string, n int) []string {
	distances := make(map[string]int, len(known))
	for _, k := range known {
		distances[k] = distance(strings.ToLower(name), strings.ToLower(k))
	}
	sorted := slices.Clone(known)
	slices.SortStableFunc(sorted, func(a, b string) int { return cmp.Compare(distances[a], distances[b]) })
	return sorted[:min(n, len(sorted))]
}

// distance is the number of bytes to insert, delete or replace to turn a into b (Levenshtein). Only the first 64 bytes
// count, so that a long name costs little.
func distance(a, b string) int {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
