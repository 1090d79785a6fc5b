package pronounce

// The costs of aligning two phonemes, and of leaving one out: a vowel is often reduced to another one in a sentence, a
// consonant seldom to anything else. Measured on English, German and French sentences of espeak-ng.
const (
	vowelForVowel = 0.4
	substitution  = 1.2
	gap           = 1.0
)

// align gives every phoneme of a clause the word it belongs to. espeak-ng does not keep words apart: it runs small ones
// together ("of the" is one group) and reads others as several, so that counting spaces fails. Instead, each word as it
// sounds alone is laid against the clause so that the most of it fits (global alignment, Needleman and Wunsch 1970).
//
// The words are numbered from first; alone are their phonemes. A phoneme that fits no word belongs to the word before
// it, or the first. What is no phoneme, such as a stress mark, belongs to the phoneme behind it if it is a stress mark
// and to the one before it otherwise; what stands between two words belongs to none.
func align(symbols []Symbol, alone []string, first int) {
	if len(alone) == 0 {
		return
	}
	var at []int // places of the phonemes in symbols
	for i, s := range symbols {
		if Sounds(s.Rune) {
			at = append(at, i)
		}
	}
	var reference []Symbol
	for w, phonemes := range alone {
		for _, s := range Symbols(phonemes) {
			if Sounds(s.Rune) {
				reference = append(reference, Symbol{s.Rune, first + w})
			}
		}
	}
	word := first
	partners := pairs(symbols, at, reference)
	for i, place := range at {
		if p := partners[i]; p >= 0 {
			word = reference[p].Word
		}
		symbols[place].Word = word
	}
	attach(symbols)
}

// pairs finds for each phoneme at a place its partner in the reference, or -1.
func pairs(symbols []Symbol, at []int, reference []Symbol) []int {
	rows, columns := len(at)+1, len(reference)+1
	cost := make([]float32, rows*columns)
	for i := range rows {
		cost[i*columns] = float32(i) * gap
	}
	for j := range columns {
		cost[j] = float32(j) * gap
	}
	distance := func(i, j int) float32 {
		a, b := symbols[at[i]].Rune, reference[j].Rune
		switch {
		case a == b:
			return 0
		case Vowel(a) && Vowel(b):
			return vowelForVowel
		default:
			return substitution
		}
	}
	for i := 1; i < rows; i++ {
		for j := 1; j < columns; j++ {
			cost[i*columns+j] = min(cost[(i-1)*columns+j-1]+distance(i-1, j-1),
				cost[(i-1)*columns+j]+gap, cost[i*columns+j-1]+gap)
		}
	}
	partners := make([]int, len(at))
	i, j := rows-1, columns-1
	for i > 0 {
		here := cost[i*columns+j]
		switch {
		case j > 0 && here == cost[(i-1)*columns+j-1]+distance(i-1, j-1):
			i, j = i-1, j-1
			partners[i] = j
		case here == cost[(i-1)*columns+j]+gap:
			i--
			partners[i] = -1
		default:
			j--
		}
	}
	return partners
}

// attach gives marks to the phonemes they modify.
func attach(symbols []Symbol) {
	next := Pause
	for i := len(symbols) - 1; i >= 0; i-- { // stress stands before
		switch s := &symbols[i]; {
		case s.Word != Pause:
			next = s.Word
		case s.Rune == 'ˈ' || s.Rune == 'ˌ':
			s.Word = next
		default:
			next = Pause
		}
	}
	before := Pause
	for i := range symbols { // length and the rest behind
		switch s := &symbols[i]; {
		case s.Rune == ' ':
			before = Pause
		case s.Word != Pause:
			before = s.Word
		default:
			s.Word = before
		}
	}
}
