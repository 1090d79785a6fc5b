package check

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/voicepress/voicepress/tts"
)

// Limits that are the same for every voice. docs/quality.md says where they come from.
const (
	audible     = -60.0 // dBFS: some frame of speech reaches it
	mostOffset  = 0.02
	mostClipped = 0.001 // of the samples
	// A word of so many letters takes some time, and reaches some level below that of the utterance. So does the first word
	// whatever its length: shorter ones are only run together with what is before them. Where word times are not exact only
	// words of so many seconds are looked at, since the time of a shorter one may be that of a pause.
	lettersOfWord  = 3
	lettersOfFirst = 1
	softestWord    = 25.0 // dB
	inexactWord    = 0.100
	// The engine's last word ends so many seconds before the sound does, at most.
	mostAfterWords = 0.3
)

// Judge says what is wrong with a take of a request, from the request and the take alone: the same take always gets the
// same faults.
func Judge(info tts.Info, r tts.Request, speech *tts.Speech) []Fault {
	s := measure(speech.Clip)
	if f, bad := unusable(&s); bad {
		return []Fault{f}
	}
	ref := referenceFor(info, r)
	faults := []Fault{}
	add := func(kind Kind, by float64, detail string, args ...any) {
		if by > 1 {
			faults = append(faults, fault(kind, by, detail, args...))
		}
	}
	text, ok := sizeOf(r.Text)
	if ok {
		slow, fast := r.Speed(), r.Speed()
		if !ref.measured { // its engine may have no rate
			slow, fast = max(slow, 1), min(fast, 1)
		}
		most := ref.most(text)
		times := ref.pace(&s, text, slow)
		add(Short, 1/(times*most), "is too short for its words (%.0f %% of the usual time): some may be missing", 100*times)
		times = ref.pace(&s, text, fast)
		add(Long, times/most, "is too long for its words (%.1f times the usual time): some may be said twice or drawn out", times)
	}
	off, most := s.level-ref.level, ref.decibels
	if ok {
		most += ref.fewDecibels / text.letters
	}
	add(Soft, -off/most, "is %.0f dB softer than the voice speaks", -off)
	add(Loud, off/most, "is %.0f dB louder than the voice speaks", off)
	add(Clipped, float64(s.clipped)/(mostClipped*float64(len(speech.Clip.Samples))), "is distorted, since its peaks are cut off")
	add(Offset, math.Abs(s.offset)/mostOffset, "has a constant offset (%.2f of full scale), as sound that was decoded in a wrong way has", s.offset)
	gap := s.gap()
	add(Gap, gap*r.Speed()/ref.gap, "has a silence of %.1f s inside", gap)
	noise := s.noiseAtEnd()
	add(Noise, noise/ref.noise, "ends in noise (%.1f s)", noise)
	return append(faults, judgeMarks(&s, r, ref, speech.Marks)...)
}

// unusable is the fault of a take of which nothing can be used.
func unusable(s *sound) (Fault, bool) {
	switch {
	case s.broken:
		return fault(Broken, math.Inf(1), "has samples that are no numbers"), true
	case s.loudest(0, len(s.clip.Samples)) < audible || s.from == s.to:
		return fault(Silent, math.Inf(1), "is silent"), true
	}
	return Fault{}, false
}

// judgeMarks is what the engine's word times say.
func judgeMarks(s *sound, r tts.Request, ref reference, marks []tts.Mark) []Fault {
	n := len(s.clip.Samples)
	last, end := -1, 0
	for i, m := range marks {
		if m.Start < 0 || m.Start > m.End || m.End > len(r.Text) || m.From < 0 || m.From > m.To || m.To > n {
			return []Fault{fault(Marks, 2, "has word times outside of its sound")}
		}
		if !m.Estimated && m.Kind == tts.TimingWord {
			last, end = i, m.To
		}
	}
	if last < 0 {
		return nil
	}
	var faults []Fault
	if after := seconds(s.to*s.hop-end, s.clip.Rate); after > mostAfterWords {
		faults = append(faults, fault(Noise, after/mostAfterWords, "goes on for %.1f s after its last word", after))
	}
	letters := lettersOfFirst
	for _, m := range marks {
		if m.Estimated || m.Kind != tts.TimingWord {
			continue
		}
		word, least := r.Text[m.Start:m.End], letters
		letters = lettersOfWord
		if !isWord(word, least) {
			continue
		}
		d := seconds(m.To-m.From, s.clip.Rate) * r.Speed()
		if d < ref.leastWord {
			return append(faults, fault(LostWord, ref.leastWord/max(d, 1e-3), "swallows %q", word))
		}
		if ref.leastWord == 0 && d < inexactWord {
			continue
		}
		if below := s.level - s.loudest(m.From, m.To); below > softestWord {
			return append(faults, fault(LostWord, below/softestWord, "leaves %q out", word))
		}
	}
	return faults
}

// isWord says whether a word has so many letters, and nothing else, which may be said in one way or another.
func isWord(word string, least int) bool {
	return utf8.RuneCountInString(word) >= least && !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
}

func seconds(samples, rate int) float64 { return float64(samples) / float64(rate) }
