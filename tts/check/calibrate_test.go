package check

import (
	"flag"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
)

// `make calibrate` sets these. They are flags of the test program, so that nothing of it is in voicepress.
var (
	sentencesFlag = flag.String("sentences", "", "file of sentences to calibrate with, a JSON string a line")
	engineFlag    = flag.String("engine", "piper", "the backend to calibrate with")
	voiceFlag     = flag.String("voice", "", "its voice")
	keepFlag      = flag.String("keep", "", "folder for the sound, which is found there the next time")
	strideFlag    = flag.Int("stride", 1, "damage one utterance of so many")
	mostFlag      = flag.Int("most", 0, "look at so many sentences; 0 is all")
)

// TestCalibrate prints what the measures are over real utterances, how many are called bad although they most likely are
// not, and how many damaged ones are found.
func TestCalibrate(t *testing.T) {
	if *sentencesFlag == "" {
		t.Skip("`make calibrate DATA=DIR` runs this")
	}
	samples, info := corpus(t, *keepFlag, *engineFlag, *voiceFlag, *sentencesFlag, *mostFlag)
	request := func(s *sample) tts.Request { return tts.Request{Text: s.Text, Voice: s.Voice} }
	fmt.Printf("%s %s: %d utterances\n", info.Name, info.Voices[0].ID, len(samples))
	for _, known := range []bool{true, false} {
		as := info
		if !known {
			as.Name = "another" // judged as a voice that nobody has measured
		}
		table := newTable()
		alarms, all := map[Kind]int{}, 0
		found := map[string]*tally{}
		for i, s := range samples {
			speech, r := s.speech(t), request(s)
			if known {
				table.add(as, r, speech)
			}
			faults := Judge(as, r, speech)
			if len(faults) > 0 {
				all++
				if known {
					fmt.Printf("  alarm %s %v\n    %s\n", s.path, faults, s.Text)
				}
			}
			for _, k := range kinds(faults) {
				alarms[Kind(k)]++
			}
			for _, d := range damages() {
				if i%*strideFlag != 0 {
					continue
				}
				if found[d.name] == nil {
					found[d.name] = &tally{}
				}
				found[d.name].add(speech.Clip.Duration().Seconds(), len(Judge(as, r, d.apply(speech))) > 0)
			}
		}
		if known {
			table.print()
		}
		fmt.Printf("known voice: %v\n  false alarms: %d of %d (%.2f %%)", known, all, len(samples), 100*float64(all)/float64(len(samples)))
		for _, k := range Kinds() {
			if alarms[k] > 0 {
				fmt.Printf(", %s %d", k, alarms[k])
			}
		}
		fmt.Println()
		for _, d := range damages() {
			fmt.Printf("  %-32s %s\n", d.name, found[d.name])
		}
	}
}

// tally counts what was found, by the length of the utterance.
type tally struct{ found, of [3]int }

func (c *tally) add(seconds float64, found bool) {
	i := 0
	if seconds >= 3 {
		i++
	}
	if seconds >= 6 {
		i++
	}
	c.of[i]++
	if found {
		c.found[i]++
	}
}

func (c *tally) String() string {
	rate := func(found, of int) string { return fmt.Sprintf("%5.1f %%", 100*float64(found)/float64(max(of, 1))) }
	return fmt.Sprintf("all %s   below 3 s %s   3 to 6 s %s   longer %s",
		rate(c.found[0]+c.found[1]+c.found[2], c.of[0]+c.of[1]+c.of[2]),
		rate(c.found[0], c.of[0]), rate(c.found[1], c.of[1]), rate(c.found[2], c.of[2]))
}

// table collects the measures.
type table struct {
	names  []string
	values map[string][]float64
	rows   [][5]float64 // letters, words and stops of each text, 1, and its seconds
}

func newTable() *table { return &table{values: map[string][]float64{}} }

func (c *table) put(name string, value float64) {
	if !slices.Contains(c.names, name) {
		c.names = append(c.names, name)
	}
	c.values[name] = append(c.values[name], value)
}

func (c *table) add(info tts.Info, r tts.Request, speech *tts.Speech) {
	s := measure(speech.Clip)
	ref := referenceFor(info, r)
	if text, ok := sizeOf(r.Text); ok {
		times := ref.pace(&s, text, 1)
		switch {
		case text.letters < 15:
			c.put("pace, below 15 letters", times)
		case text.letters < 40:
			c.put("pace, 15 to 39 letters", times)
		default:
			c.put("pace, 40 letters or more", times)
		}
		c.put("pace beyond its limit", max(times, 1/times)/ref.most(text))
		c.rows = append(c.rows, [5]float64{1, text.letters, float64(text.words), text.stops, s.seconds()})
	}
	c.put("level, dBFS", s.level)
	c.put("clipped, of the samples", float64(s.clipped)/float64(len(speech.Clip.Samples)))
	c.put("offset", math.Abs(s.offset))
	c.put("longest silence, s", s.gap())
	c.put("noise at the end, s", s.noiseAtEnd())
	end := 0
	for _, m := range speech.Marks {
		if m.Kind != tts.TimingWord {
			continue
		}
		if word := r.Text[m.Start:m.End]; isWord(word, 1) {
			name := fmt.Sprintf("%d letters", utf8.RuneCountInString(word))
			if utf8.RuneCountInString(word) >= lettersOfWord {
				name = "3 letters or more"
			}
			if end == 0 {
				name += ", first"
			}
			c.put("time of a word, s: "+name, seconds(m.To-m.From, s.clip.Rate))
			c.put("word below utterance, dB: "+name, s.level-s.loudest(m.From, m.To))
		}
		end = max(m.To, 1)
	}
	if len(speech.Marks) > 0 {
		c.put("sound after the last word, s", seconds(s.to*s.hop-end, s.clip.Rate))
	}
}

func (c *table) print() {
	parts := []float64{0, 0.001, 0.01, 0.05, 0.5, 0.95, 0.99, 0.999, 1}
	fmt.Printf("  %-44s", "measure")
	for _, p := range parts {
		fmt.Printf("%9s", fmt.Sprintf("%g %%", 100*p))
	}
	fmt.Println()
	for _, name := range c.names {
		sorted := slices.Sorted(slices.Values(c.values[name]))
		fmt.Printf("  %-44s", name)
		for _, p := range parts {
			fmt.Printf("%9.4g", sorted[int(math.Round(p*float64(len(sorted)-1)))])
		}
		fmt.Println()
	}
	fmt.Printf("  seconds of a text (start, letter, word, stop): %s\n", c.fit())
}

// fit is the pace by least squares of the relative errors: a row for known().
func (c *table) fit() string {
	const n = 4
	var m [n][n + 1]float64
	for _, row := range c.rows {
		weight := 1 / math.Pow(max(row[n], 1), 2)
		for i := range n {
			for j := range n + 1 {
				m[i][j] += weight * row[i] * row[j]
			}
		}
	}
	for i := range n { // Gauss and Jordan; the matrix is positive definite
		for j := range n {
			if j == i || m[i][i] == 0 {
				continue
			}
			f := m[j][i] / m[i][i]
			for k := range n + 1 {
				m[j][k] -= f * m[i][k]
			}
		}
	}
	var parts []string
	for i := range n {
		parts = append(parts, fmt.Sprintf("%.4f", m[i][n]/m[i][i]))
	}
	return strings.Join(parts, ", ")
}

func TestPaceIsFitted(t *testing.T) {
	c := newTable()
	for _, row := range [][3]float64{{10, 2, 0}, {50, 9, 1}, {70, 15, 2.5}, {120, 20, 4}, {33, 8, 1}} {
		c.rows = append(c.rows, [5]float64{1, row[0], row[1], row[2], 0.1 + 0.05*row[0] + 0.02*row[1] + 0.3*row[2]})
	}
	require.Equal(t, "0.1000, 0.0500, 0.0200, 0.3000", c.fit())
}
