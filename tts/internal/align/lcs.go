package align

import "slices"

// maxCells bounds the table of the longest common subsequence, in bytes: about 4,000 letters on each side that differ
// from the first to the last.
const maxCells = 1 << 24

// pairs lines up two sequences of letters by their longest common subsequence, and returns the indexes of each pair, in
// order. The words that both begin and end with are paired at once. Sequences that differ over too great a length get no pairs there.
func pairs(a, b []letter) [][2]int {
	begin := 0
	for begin < min(len(a), len(b)) && a[begin].r == b[begin].r {
		begin++
	}
	// Back to where words begin on both sides: the letter after may fit better elsewhere.
	for begin > 0 && (!starts(a, begin) || !starts(b, begin)) {
		begin--
	}
	end := 0
	for end < min(len(a), len(b))-begin && a[len(a)-1-end].r == b[len(b)-1-end].r {
		end++
	}
	for end > 0 && (!starts(a, len(a)-end) || !starts(b, len(b)-end)) {
		end--
	}
	var list [][2]int
	for i := range begin {
		list = append(list, [2]int{i, i})
	}
	for _, p := range common(a[begin:len(a)-end], b[begin:len(b)-end]) {
		list = append(list, [2]int{begin + p[0], begin + p[1]})
	}
	for i := end; i > 0; i-- {
		list = append(list, [2]int{len(a) - i, len(b) - i})
	}
	return list
}

// starts says whether a word starts at index i, or the sequence ends there.
func starts(letters []letter, i int) bool { return i == len(letters) || letters[i].first }

// The steps of the way back through the table.
const (
	skipOurs byte = iota
	skipTheirs
	pair
)

// common is the longest common subsequence (R. A. Wagner, M. J. Fischer, "The String-to-String Correction Problem",
// Journal of the ACM 21, 1974). Among equally long ones it takes letters that follow each other on both sides, so that a
// word is found in one piece.
func common(a, b []letter) [][2]int {
	if len(a) == 0 || len(b) == 0 || len(a)*len(b) > maxCells {
		return nil
	}
	// A pair counts more than any number of neighbours, and neighbours decide between equals.
	const worth = 1 << 14
	width := len(b) + 1
	steps := make([]byte, (len(a)+1)*width)
	above, row := make([]int, width), make([]int, width)
	aboveRun, run := make([]int, width), make([]int, width) // whether the best way here ends with a pair
	for i := range a {
		for j := range b {
			best, step, ends := above[j+1], skipOurs, 0
			if row[j] > best {
				best, step = row[j], skipTheirs
			}
			if a[i].r == b[j].r {
				if score := above[j] + worth + aboveRun[j]; score >= best {
					best, step, ends = score, pair, 1
				}
			}
			row[j+1], run[j+1] = best, ends
			steps[(i+1)*width+j+1] = step
		}
		above, row = row, above
		aboveRun, run = run, aboveRun
		row[0], run[0] = 0, 0
	}
	var list [][2]int
	for i, j := len(a), len(b); i > 0 && j > 0; {
		switch steps[i*width+j] {
		case pair:
			i, j = i-1, j-1
			list = append(list, [2]int{i, j})
		case skipOurs:
			i--
		default:
			j--
		}
	}
	slices.Reverse(list)
	return list
}
