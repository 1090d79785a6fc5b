package fake

import (
	"hash/fnv"
	"math"
	"unicode"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/words"
)

// The shape of the sound, in seconds at rate 1. The values are chosen to sound like speech in length, not for a source.
const (
	letterSeconds = 0.065 // a letter or digit in a word
	gapSeconds    = 0.040 // between words
	commaSeconds  = 0.180 // more, after , ; : and dashes
	stopSeconds   = 0.350 // more, after . ? ! …
	fadeSeconds   = 0.004 // at both ends of a word, against clicks
	amplitude     = 0.3
)

// tableBits is the logarithm of the sine table's length: 4,096 entries keep errors below -60 dB.
const tableBits = 12

// sine is one period of a sine of the amplitude.
func sine() []float32 {
	table := make([]float32, 1<<tableBits)
	for i := range table {
		table[i] = float32(amplitude * math.Sin(2*math.Pi*float64(i)/float64(len(table))))
	}
	return table
}

// sing turns a request into tones: a tone a letter, whose pitch is the letter's, with silence between words and after
// punctuation.
func (b *Backend) sing(r tts.Request, voice tts.Voice) *tts.Speech {
	rate := b.options.SampleRate
	length := func(seconds float64) int { return int(math.Round(seconds / r.Speed() * float64(rate))) }
	lead, trail := audio.Samples(b.options.LeadingSilence, rate), audio.Samples(b.options.TrailingSilence, rate)
	letter, gap := max(length(letterSeconds), 1), length(gapSeconds)

	// First where everything goes, then the tones: one allocation.
	spans := words.Of(r.Text)
	marks := make([]tts.Mark, len(spans))
	at := lead
	for i, span := range spans {
		if i > 0 {
			at += gap + length(pauseSeconds(r.Text[spans[i-1].End:span.Start]))
		}
		letters := 0
		for _, c := range r.Text[span.Start:span.End] {
			if sounds(c) {
				letters++
			}
		}
		marks[i] = tts.Mark{Kind: tts.TimingWord, Start: span.Start, End: span.End, From: at, To: at + letters*letter}
		at = marks[i].To
	}
	samples := make([]float32, at+trail)
	base := pitch(voice.ID, r.Seed)
	for _, mark := range marks {
		b.word(samples[mark.From:mark.To], r.Text[mark.Start:mark.End], letter, base)
	}
	speech := &tts.Speech{Clip: audio.Clip{Samples: samples, Rate: rate}}
	if !b.options.NoMarks {
		speech.Marks = marks
	}
	return speech
}

// word fills out with the tones of a word, each n samples long.
func (b *Backend) word(out []float32, word string, n int, base float64) {
	var phase uint32 // a full turn is 2^32, so that it wraps by itself
	i := 0
	for _, c := range word {
		if !sounds(c) {
			continue
		}
		// A semitone for each of two octaves.
		frequency := base * math.Pow(2, float64(unicode.ToLower(c)%24)/12)
		step := uint32(frequency / float64(b.options.SampleRate) * (1 << 32))
		tone := out[i : i+n]
		for j := range tone {
			tone[j] = b.table[phase>>(32-tableBits)]
			phase += step
		}
		i += n
	}
	fade := min(int(fadeSeconds*float64(b.options.SampleRate)), len(out)/2)
	for j := range fade {
		gain := float32(j) / float32(fade)
		out[j] *= gain
		out[len(out)-1-j] *= gain
	}
}

// sounds says whether a character of a word has a tone. Each word has at least one that does.
func sounds(c rune) bool { return unicode.IsLetter(c) || unicode.IsNumber(c) }

// pitch is the frequency of the lowest tone in Hz: 150 to 225, by voice, and by seed within a semitone.
func pitch(voice string, seed uint64) float64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(voice))
	of := func(n uint32, high float64) float64 { return math.Pow(2, high/12*float64(n%64)/63) }
	base := 150 * of(h.Sum32(), 6)
	if seed != 0 {
		base *= of(uint32(seed^seed>>32)*2654435761>>16, 1)
	}
	return base
}

// pauseSeconds is the pause that the punctuation between two words asks for.
func pauseSeconds(between string) float64 {
	pause := 0.0
	for _, c := range between {
		switch c {
		case '.', '?', '!', '…', '。', '？', '！':
			return stopSeconds
		case ',', ';', ':', '–', '—', '、', '，':
			pause = commaSeconds
		}
	}
	return pause
}
