package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Kind is a kind of fault, as it stands in tts.Speech.Faults.
type Kind string

// The kinds of fault.
const (
	Silent   Kind = "silent"    // nothing is heard
	Broken   Kind = "broken"    // samples are no numbers, or there is no sample rate
	Marks    Kind = "marks"     // word times lie outside the sound
	Short    Kind = "short"     // too little time for the words: some may be missing
	Long     Kind = "long"      // too much time for the words: some may be said twice, or drawn out
	Soft     Kind = "soft"      // far below the level of the voice
	Loud     Kind = "loud"      // far above it
	Clipped  Kind = "clipped"   // peaks are cut off
	Offset   Kind = "offset"    // the samples are not around zero
	Gap      Kind = "gap"       // a long silence inside
	Noise    Kind = "noise"     // static at the end, or sound after the last word
	LostWord Kind = "lost word" // a word has too little time, or nothing is heard in it
)

// Kinds lists them.
func Kinds() []Kind {
	return []Kind{Silent, Broken, Marks, Short, Long, Soft, Loud, Clipped, Offset, Gap, Noise, LostWord}
}

// Fault is something that is wrong with a take.
type Fault struct {
	Kind   Kind
	Detail string  // in plain words, to follow "the sentence": "ends in noise (0.4 s)"
	By     float64 // how far beyond its limit the measure is, as a multiple of it; 1 is at the limit
}

// fatal says that a take cannot be used at all.
func (f Fault) fatal() bool { return f.Kind == Silent || f.Kind == Broken }

func fault(kind Kind, by float64, detail string, args ...any) Fault {
	return Fault{kind, fmt.Sprintf(detail, args...), by}
}

// better compares what is wrong with two takes: below 0 if a is the better one. Fewer faults are better, and of as many the
// lesser ones.
func better(a, b []Fault) int {
	sum := func(faults []Fault) (s float64) {
		for _, f := range faults {
			s += f.By
		}
		return s
	}
	fatal := func(faults []Fault) int {
		if slices.ContainsFunc(faults, Fault.fatal) {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(fatal(a), fatal(b)), cmp.Compare(len(a), len(b)), cmp.Compare(sum(a), sum(b)))
}

// kinds are the names of the faults, each once.
func kinds(faults []Fault) []string {
	var names []string
	for _, f := range faults {
		if !slices.Contains(names, string(f.Kind)) {
			names = append(names, string(f.Kind))
		}
	}
	return names
}

// warning says to the editor which sentence to listen to, and for what.
func warning(text string, faults []Fault, takes int) string {
	details := make([]string, len(faults))
	for i, f := range faults {
		details[i] = f.Detail
	}
	tried := ""
	if takes > 1 {
		tried = fmt.Sprintf(" (the best of %d takes)", takes)
	}
	return fmt.Sprintf("listen to %q: it %s%s", excerpt(text), strings.Join(details, ", and it "), tried)
}

// excerpt is the beginning of a text.
func excerpt(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return s
}
