package kokoro

import "math"

const (
	// mostTokens is the most that the network takes at once, without the two at the ends: its context is 512.
	mostTokens = 510
	// goodTokens is how long a chunk is at most where there is a choice: what is longer sounds hurried, and near the limit
	// the network drops words.
	goodTokens = 220
)

// piece is a clause in tokens, with its mark and the space behind it.
type piece struct {
	tokens []token
	strong bool // the mark ends a sentence
}

// chunk is what the network says at once.
type chunk struct {
	tokens []token
	pause  float64 // seconds of silence behind it
}

// Silence between two chunks, beside what Times.Trim keeps around each: about what the network itself leaves at such a
// mark.
const (
	pauseSentence = 0.30
	pauseClause   = 0.12
)

// chunks divides what is too long for one run so that all parts are about as long, because a short rest would be said at
// another pace and level; at the ends of sentences if it can be, else of clauses, else between words, else anywhere.
func chunks(pieces []piece) []chunk {
	type place struct {
		at    int // tokens before it
		cost  float64
		pause float64
	}
	var all []token
	places := []place{{}}
	for i, p := range pieces {
		begin := len(all)
		all = append(all, p.tokens...)
		for at := begin + 1; at < len(all); at++ {
			if all[at-1].Rune == ' ' {
				places = append(places, place{at, 0.5, 0})
			} else if at-places[len(places)-1].at >= goodTokens/4 { // a very long word
				places = append(places, place{at, 2, 0})
			}
		}
		end := place{len(all), 0.02, pauseClause}
		if p.strong || i == len(pieces)-1 {
			end.cost, end.pause = 0, pauseSentence
		}
		places = append(places, end)
	}
	if len(all) <= goodTokens {
		return []chunk{{tokens: all}}
	}
	// The best way to each place: the least sum of the costs of the places and, for each chunk, of how far it is from the
	// ideal length and how far beyond a good one, both squared.
	ideal := float64(len(all)) / math.Ceil(float64(len(all))/goodTokens)
	best, from := make([]float64, len(places)), make([]int, len(places))
	for i := 1; i < len(places); i++ {
		best[i] = math.Inf(1)
		for j := i - 1; j >= 0 && places[i].at-places[j].at <= mostTokens; j-- {
			length := float64(places[i].at - places[j].at)
			off, over := (length-ideal)/ideal, max(0, length-goodTokens)/goodTokens
			if cost := best[j] + places[i].cost + 0.3*off*off + 2*over*over; cost < best[i] {
				best[i], from[i] = cost, j
			}
		}
	}
	var out []chunk
	for i := len(places) - 1; i > 0; i = from[i] {
		out = append([]chunk{{all[places[from[i]].at:places[i].at], places[i].pause}}, out...)
	}
	out[len(out)-1].pause = 0
	return out
}
