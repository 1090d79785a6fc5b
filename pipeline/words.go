package pipeline

import (
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/tts"
)

// heard is when a word is heard, in samples of a clip, [from, to).
type heard struct {
	from, to  int
	estimated bool
}

// hear gives when each word of an utterance is heard, from the word marks of its speech. Where several words share a mark
// they share its time, in proportion to their lengths; words without a mark share the time between their neighbours.
// Such times are estimated. Without any word mark it gives nothing. Marks and words are in the order of the text.
func hear(words []script.Word, marks []tts.Mark, samples int) []heard {
	times, known := make([]heard, len(words)), make([]bool, len(words))
	any, k := false, 0
	for _, m := range marks {
		if m.Kind != tts.TimingWord {
			continue
		}
		for k < len(words) && words[k].End <= m.Start {
			k++
		}
		n := k
		for n < len(words) && words[n].Start < m.End {
			n++
		}
		shares := share(words[k:n], m.Start, m.End, m.From, m.To)
		for i, s := range shares {
			t := &times[k+i]
			if !known[k+i] {
				t.from = s.from
			}
			t.to, t.estimated = s.to, t.estimated || m.Estimated || len(shares) > 1
			known[k+i], any = true, true
		}
	}
	if !any {
		return nil
	}
	for i := 0; i < len(words); i++ {
		first, from, to := i, 0, samples
		for i < len(words) && !known[i] {
			i++
		}
		if first == i {
			continue
		}
		if first > 0 {
			from = times[first-1].to
		}
		if i < len(words) {
			to = times[i].from
		}
		copy(times[first:i], share(words[first:i], words[first].Start, words[i-1].End, from, max(from, to)))
	}
	return times
}

// share gives words of bytes [start, end) their parts of the samples [from, to), by their lengths in bytes.
func share(words []script.Word, start, end, from, to int) []heard {
	total := 0
	for _, w := range words {
		total += min(w.End, end) - max(w.Start, start)
	}
	shares := make([]heard, len(words))
	done, last := 0, from
	for i, w := range words {
		done += min(w.End, end) - max(w.Start, start)
		next := from + int(int64(to-from)*int64(done)/int64(total))
		shares[i] = heard{last, next, true}
		last = next
	}
	return shares
}
