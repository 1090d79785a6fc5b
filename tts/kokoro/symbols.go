package kokoro

import (
	"strings"

	"github.com/voicepress/voicepress/tts/internal/pronounce"
)

// dialect is one of the two kinds of English that Kokoro speaks, and how espeak-ng's phonemes for it are written in the
// symbols that the network was trained with.
//
// Those are the symbols of misaki (github.com/hexgrad/misaki, EN_PHONES.md), which differ from the International Phonetic
// Alphabet: diphthongs and affricates are one character, and each dialect has vowels of its own. What espeak-ng's phonemes
// are in them is what misaki's fallback on espeak-ng makes of them (misaki/espeak.py), for symbols of version 1.0 of the
// network (a tapped t is T, a glottal stop t).
type dialect struct {
	espeak   string // espeak-ng's voice
	language string // BCP 47
	rules    []rule
}

// rule replaces a sequence of phonemes within one word.
type rule struct {
	from []rune
	to   []rune
}

//nolint:gochecknoglobals // read-only
var (
	american = dialect{"en-us", "en-US", rules(
		"oʊ O", "əʊ O", "ɜːɹ ɜɹ", "ɜː ɜɹ", "ɚ əɹ", "eə ɛɹ", "ɪə iə", "ɒ ɑ", "a ɑ", "ɾ T", "ː", "o ɔ")}
	british = dialect{"en-gb", "en-GB", rules(
		"əʊ Q", "oʊ Q", "ɚ ə", "eə ɛː", "iə ɪə", "æ a", "ᵻ ɪ", "ɾ t", "o ɔ")}
)

// shared are the rules of both dialects.
const shared = "dʒ ʤ|tʃ ʧ|eɪ A|aɪ I|aʊ W|ɔɪ Y|e A|r ɹ|g ɡ|ɫ l|ɬ l|x k|c\u0327 k|ɐ ə|ʔ t|ʲ|\u0303"

// rules puts together the rules of a dialect and the shared ones, the longest first.
func rules(own ...string) []rule {
	var all []rule
	for length := 3; length > 0; length-- {
		for _, text := range append(own, strings.Split(shared, "|")...) {
			from, to, _ := strings.Cut(text, " ")
			if r := (rule{[]rune(from), []rune(to)}); len(r.from) == length {
				all = append(all, r)
			}
		}
	}
	return all
}

const (
	syllabic = '\u0329' // the mark below a consonant that is a syllable of its own
	schwa    = 'ᵊ'      // Kokoro's symbol for the vowel that is hardly there in such a syllable
)

// write turns the phonemes of a clause into Kokoro's symbols, each of the word it came from. What no rule knows stays.
func (d dialect) write(phonemes []pronounce.Symbol) []pronounce.Symbol {
	var out []pronounce.Symbol
	for i := 0; i < len(phonemes); {
		here := phonemes[i]
		switch {
		case here.Rune == syllabic:
			if n := len(out); n > 0 && out[n-1].Word == here.Word {
				out = append(out[:n-1], pronounce.Symbol{Rune: schwa, Word: here.Word}, out[n-1])
			}
			i++
			continue
		case weakL(phonemes, i):
			out = append(out, pronounce.Symbol{Rune: schwa, Word: here.Word})
			i++
			continue
		}
		from, to := 1, []rune{here.Rune}
		for _, r := range d.rules {
			if r.matches(phonemes[i:]) {
				from, to = len(r.from), r.to
				break
			}
		}
		for _, r := range to {
			out = append(out, pronounce.Symbol{Rune: r, Word: here.Word})
		}
		i += from
	}
	return out
}

// matches says whether phonemes begin with the rule's, all of one word.
func (r rule) matches(phonemes []pronounce.Symbol) bool {
	if len(phonemes) < len(r.from) {
		return false
	}
	for i, want := range r.from {
		if phonemes[i].Rune != want || phonemes[i].Word != phonemes[0].Word {
			return false
		}
	}
	return true
}

// weakL says whether the phoneme at i is the ə of "little": between a consonant and an l that no vowel follows.
func weakL(phonemes []pronounce.Symbol, i int) bool {
	in := func(j int) bool { return j >= 0 && j < len(phonemes) && phonemes[j].Word == phonemes[i].Word }
	consonant := func(j int) bool {
		return in(j) && pronounce.Sounds(phonemes[j].Rune) && !pronounce.Vowel(phonemes[j].Rune)
	}
	return phonemes[i].Rune == 'ə' && consonant(i-1) && in(i+1) && phonemes[i+1].Rune == 'l' &&
		(!in(i+2) || consonant(i+2))
}
