package pipeline

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/voicepress/voicepress/audio/loudness"
)

// level is how a track is brought to its target: a gain in dB, then a limiter with a true-peak ceiling in dBTP.
type level struct{ gain, ceiling float64 }

// measured is what finished audio measures, after decoding: LUFS and dBTP.
type measured struct{ loudness, truePeak float64 }

const (
	// loudnessTolerance is how far from the target finished audio may be, in LU. EBU R 128 allows 0.5 LU for material
	// that cannot be measured in advance.
	loudnessTolerance = 0.3
	// codecHeadroom is how much higher a codec may make a peak, in dB, as first assumed; what it really does is measured.
	codecHeadroom = 0.5
	// levelTries bounds how often a track is encoded until it is right.
	levelTries = 4

	// headSeconds is how much of a track is measured to find the level for all of it. A voice keeps its level, so the
	// whole is most often as loud as its head; where it is not, the track is encoded again.
	headSeconds = 30
	// headTolerance is how exactly the level fits the head, in LU, after at most headTries.
	headTolerance = 0.05
	headTries     = 5
)

// headLevel finds the level at which the beginning of a track has the target loudness. The limiter takes some of it away,
// so the gain is found by trying. The result depends on the samples alone.
func (t *Track) headLevel(m Mastering) (level, error) {
	l := level{0, m.TruePeak - codecHeadroom}
	for range headTries {
		got, err := t.measure(l, headSeconds*int64(t.Rate))
		if err != nil {
			return l, err
		}
		off := m.Loudness - got.loudness
		if math.IsInf(off, 0) || math.Abs(off) < headTolerance { // silence has no loudness
			break
		}
		l.gain += off
	}
	return l, nil
}

// measure plays the first samples of a track at a level into a meter.
func (t *Track) measure(l level, samples int64) (measured, error) {
	meter, err := loudness.NewMeter(t.Rate, 1)
	if err != nil {
		return measured{}, fmt.Errorf("measure loudness: %w", err)
	}
	if err := t.render(l, samples, func(block []float32) error { meter.Write(block); return nil }); err != nil {
		return measured{}, err
	}
	return measured{meter.Integrated(), meter.TruePeak()}, nil
}

// check refuses what cannot be measured or limited.
func (m Mastering) check() error {
	if !(m.Loudness >= -70 && m.Loudness <= 0) { // below -70 LUFS is silence (ITU-R BS.1770-5, annex 1)
		return fmt.Errorf("loudness of %v LUFS: not between -70 and 0", m.Loudness)
	}
	_, err := loudness.NewLimiter(m.SampleRate, 1, m.TruePeak)
	return err
}

// right says whether audio measures what it should.
func (m Mastering) right(got measured) bool {
	return got.truePeak <= m.TruePeak && (math.IsInf(got.loudness, -1) || math.Abs(got.loudness-m.Loudness) <= loudnessTolerance)
}

// corrected is the next level to try.
func (m Mastering) corrected(l level, got measured) level {
	if !math.IsInf(got.loudness, -1) {
		l.gain += m.Loudness - got.loudness
	}
	if over := got.truePeak - m.TruePeak; over > 0 {
		l.ceiling -= over + 0.05
	}
	return l
}

// everything is the length of a whole track for render.
const everything = math.MaxInt64

// render plays the first samples of a track at a level into sink, in blocks that are only good until sink returns. While
// the track still grows it waits for the rest.
func (t *Track) render(l level, samples int64, sink func([]float32) error) error {
	limiter, err := loudness.NewLimiter(t.Rate, 1, l.ceiling)
	if err != nil {
		return fmt.Errorf("limit the peaks: %w", err)
	}
	gain := float32(math.Pow(10, l.gain/20))
	block, limited := make([]float32, 1<<14), []float32(nil)
	buf := make([]byte, len(block)*sampleBytes)
	for at := int64(0); ; {
		n, err := t.spool.read(block[:min(int64(len(block)), samples-at)], at, buf)
		if errors.Is(err, io.EOF) {
			return sink(limiter.Flush(limited[:0]))
		}
		if err != nil {
			return err
		}
		at += int64(n)
		for i := range block[:n] {
			block[i] *= gain
		}
		limited = limiter.Process(limited[:0], block[:n])
		if err := sink(limited); err != nil {
			return err
		}
	}
}
