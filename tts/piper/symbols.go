package piper

import "github.com/voicepress/voicepress/tts/internal/pronounce"

// sequence is what the network is fed, with what it stands for.
type sequence struct {
	ids     []int64
	symbols []pronounce.Symbol // the symbols that have ids
	first   int                // the index of the first id of a symbol
	ends    []int              // the index behind the last id of each symbol and its padding
	unknown map[rune]int
}

// encode turns symbols into ids as the voice was trained with them: the beginning, a padding, every symbol followed by
// a padding, and the end without one. A symbol that the voice does not know is left out and counted.
func (c *config) encode(symbols []pronounce.Symbol) sequence {
	s := sequence{unknown: map[rune]int{}}
	s.ids = append(append(s.ids, c.bos...), c.pad...)
	s.first = len(s.ids)
	for _, sym := range symbols {
		ids, ok := c.ids[sym.Rune]
		if !ok {
			if sym.Rune != ' ' {
				s.unknown[sym.Rune]++
			}
			continue
		}
		s.ids = append(append(s.ids, ids...), c.pad...)
		s.symbols = append(s.symbols, sym)
		s.ends = append(s.ends, len(s.ids))
	}
	s.ids = append(s.ids, c.eos...)
	return s
}

// times adds up the durations, in frames of hop samples. The time of a padding goes to the symbol before it.
func (s sequence) times(frames []float32, hop int) pronounce.Times {
	at := make([]int, len(frames)+1) // sample at which each id begins
	for i, f := range frames {
		at[i+1] = at[i] + int(f)*hop
	}
	var t pronounce.Times
	begin := s.first
	for i, end := range s.ends {
		t.Add(s.symbols[i], at[begin], at[end])
		begin = end
	}
	return t
}
