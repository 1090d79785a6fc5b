package check

import (
	"math/rand/v2"
	"slices"

	"github.com/voicepress/voicepress/tts"
)

// damage is a way in which a take can be bad.
type damage struct {
	name string
	// do damages a take of its own.
	do func(s *tts.Speech)
}

// damages are made from good takes. Marks go where a careless engine would leave them: inside the sound that is left.
func damages() []damage {
	return []damage{
		{"second half missing", func(s *tts.Speech) { cutOut(s, len(s.Clip.Samples)/2, len(s.Clip.Samples)) }},
		{"a second said twice", func(s *tts.Speech) {
			rate, at := s.Clip.Rate, len(s.Clip.Samples)/2
			insert(s, at, slices.Clone(s.Clip.Samples[max(at-rate, 0):at]))
		}},
		{"first word cut out", func(s *tts.Speech) { cutOut(s, 0, firstWord(s).To) }},
		{"first word silent", func(s *tts.Speech) { clear(s.Clip.Samples[firstWord(s).From:firstWord(s).To]) }},
		{"0.5 s of static at the end", func(s *tts.Speech) { addNoise(s, 0.5, 0.01) }},
		{"0.5 s of soft static at the end", func(s *tts.Speech) { addNoise(s, 0.5, 0.005) }},
		{"clipped", func(s *tts.Speech) {
			most := slices.Max(s.Clip.Samples)
			for i, x := range s.Clip.Samples {
				s.Clip.Samples[i] = max(-1, min(1, x/most*2))
			}
		}},
		{"1.5 s of silence inside", func(s *tts.Speech) { insert(s, len(s.Clip.Samples)/2, make([]float32, s.Clip.Rate*3/2)) }},
		{"10 dB softer", func(s *tts.Speech) { amplify(s, 0.316) }},
		{"10 dB louder", func(s *tts.Speech) { amplify(s, 3.16) }},
		{"half the speed", func(s *tts.Speech) { stretch(s, 2) }},
		{"twice the speed", func(s *tts.Speech) { stretch(s, 0.5) }},
	}
}

// apply damages a copy.
func (d damage) apply(s *tts.Speech) *tts.Speech {
	bad := *s
	bad.Clip.Samples, bad.Marks = slices.Clone(s.Clip.Samples), slices.Clone(s.Marks)
	d.do(&bad)
	return &bad
}

// firstWord is the mark of the first word, or its likely place where there are no marks.
func firstWord(s *tts.Speech) tts.Mark {
	for _, m := range s.Marks {
		if m.Kind == tts.TimingWord && m.To > m.From {
			return m
		}
	}
	m := measure(s.Clip)
	from := m.from * m.hop
	return tts.Mark{From: from, To: min(from+s.Clip.Rate*3/10, len(s.Clip.Samples))}
}

func cutOut(s *tts.Speech, from, to int) {
	s.Clip.Samples = slices.Delete(s.Clip.Samples, from, to)
	move := func(at int) int { return at - min(max(at-from, 0), to-from) }
	for i := range s.Marks {
		s.Marks[i].From, s.Marks[i].To = move(s.Marks[i].From), move(s.Marks[i].To)
	}
}

func insert(s *tts.Speech, at int, samples []float32) {
	s.Clip.Samples = slices.Insert(s.Clip.Samples, at, samples...)
	for i := range s.Marks {
		for _, place := range []*int{&s.Marks[i].From, &s.Marks[i].To} {
			if *place > at {
				*place += len(samples)
			}
		}
	}
}

func addNoise(s *tts.Speech, seconds, level float64) {
	random := rand.New(rand.NewPCG(1, 2))
	for range int(seconds * float64(s.Clip.Rate)) {
		s.Clip.Samples = append(s.Clip.Samples, float32(level*random.NormFloat64()))
	}
}

func amplify(s *tts.Speech, gain float32) {
	for i := range s.Clip.Samples {
		s.Clip.Samples[i] *= gain
	}
}

// stretch makes the sound so many times as long, by linear interpolation. Its pitch goes down with it, which nothing looks at.
func stretch(s *tts.Speech, times float64) {
	from := s.Clip.Samples
	to := make([]float32, int(times*float64(len(from)-1)))
	for i := range to {
		at, part := int(float64(i)/times), float32(float64(i)/times-float64(int(float64(i)/times)))
		to[i] = from[at]*(1-part) + from[at+1]*part
	}
	s.Clip.Samples = to
	for i := range s.Marks {
		s.Marks[i].From, s.Marks[i].To = min(int(times*float64(s.Marks[i].From)), len(to)), min(int(times*float64(s.Marks[i].To)), len(to))
	}
}
