package pipeline

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/voicepress/voicepress/audio/loudness"
)

// Mastering is what the finished audio measures, and how it is packed.
type Mastering struct {
	SampleRate   int     // Hz; Opus is always 48,000 Hz
	Target       Target  // what Mono and Stereo are a level of
	Mono, Stereo float64 // level of a file with one or two channels, in LUFS or dB RMS
	TruePeak     float64 // highest true peak in dBTP, after decoding
	MP3          int     // bit rates in kb/s, of each channel
	Opus         int
	AAC          int
}

// Target is how the level of finished audio is measured.
type Target string

const (
	// ByLUFS is programme loudness in LUFS (ITU-R BS.1770-5).
	ByLUFS Target = "lufs"
	// ByRMS is the root mean square of all samples in dB below full scale, as audiobook shops measure it.
	ByRMS Target = "rms"
	// AsSpoken leaves the level as it is.
	AsSpoken Target = "none"
)

// level is how a track is brought to its target: a gain in dB, then a limiter with a true-peak ceiling in dBTP.
type level struct{ gain, ceiling float64 }

// measured is what finished audio measures, after decoding: LUFS, dB RMS and dBTP.
type measured struct {
	loudness, rms, truePeak float64
	channels                int
}

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

// headLevel finds the level at which the first samples of a track, of all its channels, have the target loudness, with so
// much room below the highest true peak (dB) for the codec. The limiter takes some of the loudness away, so the gain is found
// by trying. The result depends on the samples alone.
func (t *Track) headLevel(m Mastering, samples int64, room float64) (level, error) {
	l := level{0, m.TruePeak - room}
	if m.Target == AsSpoken {
		return l, nil
	}
	for range headTries {
		meter, err := newMeter(t.Rate, t.Channels)
		if err != nil {
			return l, err
		}
		if err := t.render(l, samples, func(block []float32) error { meter.write(block); return nil }); err != nil {
			return l, err
		}
		off := m.off(meter.read())
		if math.Abs(off) < headTolerance {
			break
		}
		l.gain += off
	}
	return l, nil
}

// meter measures sound in every way that counts here.
type meter struct {
	loudness *loudness.Meter
	channels int
	energy   float64
	samples  int64
}

func newMeter(rate, channels int) (*meter, error) {
	m, err := loudness.NewMeter(rate, channels)
	if err != nil {
		return nil, fmt.Errorf("measure loudness: %w", err)
	}
	return &meter{loudness: m, channels: channels}, nil
}

func (m *meter) write(samples []float32) {
	m.loudness.Write(samples)
	for _, x := range samples {
		m.energy += float64(x) * float64(x)
	}
	m.samples += int64(len(samples))
}

func (m *meter) read() measured {
	return measured{m.loudness.Integrated(), 10 * math.Log10(m.energy/float64(m.samples)), m.loudness.TruePeak(), m.channels}
}

// check refuses what cannot be measured or limited.
func (m Mastering) check() error {
	for _, l := range []float64{m.Mono, m.Stereo} {
		if !(l >= -70 && l <= 0) { // below -70 LUFS is silence (ITU-R BS.1770-5, annex 1)
			return fmt.Errorf("level of %v dB: not between -70 and 0", l)
		}
	}
	_, err := loudness.NewLimiter(m.SampleRate, 1, m.TruePeak)
	return err
}

// off is how many dB audio is from its target: 0 for silence, and where there is no target.
func (m Mastering) off(got measured) float64 {
	target, off := m.Mono, 0.0
	if got.channels == 2 {
		target = m.Stereo
	}
	switch m.Target {
	case ByLUFS:
		off = target - got.loudness
	case ByRMS:
		off = target - got.rms
	case AsSpoken:
	}
	if math.IsInf(off, 0) || math.IsNaN(off) {
		return 0
	}
	return off
}

// right says whether audio measures what it should.
func (m Mastering) right(got measured) bool {
	return got.truePeak <= m.TruePeak && math.Abs(m.off(got)) <= loudnessTolerance
}

// corrected is the next level to try.
func (m Mastering) corrected(l level, got measured) level {
	l.gain += m.off(got)
	if over := got.truePeak - m.TruePeak; over > 0 {
		l.ceiling -= over + 0.05
	}
	return l
}

// everything is the length of a whole track for render.
const everything = math.MaxInt64

// render plays the first samples of a track, of all its channels, at a level into sink, in blocks that are only good until sink returns. While
// the track still grows it waits for the rest.
func (t *Track) render(l level, samples int64, sink func([]float32) error) error {
	limiter, err := loudness.NewLimiter(t.Rate, t.Channels, l.ceiling)
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
