package pipeline

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/voicepress/voicepress/audio/loudness"
	"github.com/voicepress/voicepress/audio/mp3"
)

// level is how a track is brought to its target: a gain in dB, then a limiter with a true-peak ceiling in dBTP.
type level struct{ gain, ceiling float64 }

// measured is what finished audio measures, after decoding: LUFS and dBTP.
type measured struct{ loudness, truePeak float64 }

const (
	// loudnessTolerance is how far from the target finished audio may be, in LU. EBU R 128 allows 0.5 LU for material
	// that cannot be measured in advance.
	loudnessTolerance = 0.3
	// codecHeadroom is how much higher MP3 may make a peak, in dB, as first assumed; what it really does is measured.
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
func (t *Track) headLevel(m Mastering, ceiling float64) (level, error) {
	l := level{0, ceiling}
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
	_, err := loudness.NewLimiter(m.SampleRate, m.TruePeak)
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
	limiter, err := loudness.NewLimiter(t.Rate, l.ceiling)
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

// encoding is an MP3 that is made while the track still grows, at a level found from the track's beginning.
type encoding struct {
	begin chan struct{} // takes the one signal to begin
	begun bool
	done  chan struct{}
	level level
	mp3   *encoded
	err   error
}

// encoded is a complete MP3 without tags, in a file without a name.
type encoded struct {
	file *os.File
	got  measured
}

func (e *encoded) close() {
	if e != nil {
		discard(e.file)
	}
}

// tryEncoder fails if LAME cannot encode as the settings ask, so that this is known before anything is spoken.
func tryEncoder(lame *mp3.Library, m Mastering) error {
	encoder, err := lame.NewEncoder(nowhere{}, m.SampleRate, m.Bitrate)
	if err != nil {
		return err
	}
	return errors.Join(encoder.Write(make([]float32, 1)), encoder.Close())
}

// nowhere takes what is written and keeps nothing.
type nowhere struct{}

func (nowhere) Write(b []byte) (int, error)    { return len(b), nil }
func (nowhere) Seek(int64, int) (int64, error) { return 0, nil }

// encodeAhead makes ready to encode a track.
func (w *Worker) encodeAhead(t *Track, dir string) *encoding {
	e := &encoding{begin: make(chan struct{}, 1), done: make(chan struct{})}
	go func() {
		defer close(e.done)
		if _, ok := <-e.begin; !ok {
			return
		}
		m := w.settings.Mastering
		if e.level, e.err = t.headLevel(m, m.TruePeak-codecHeadroom); e.err == nil {
			e.mp3, e.err = w.encodeMP3(t, e.level, dir)
		}
	}()
	return e
}

// start says that the head of the track is there. Only the first call counts.
func (e *encoding) start() {
	if e != nil && !e.begun {
		e.begun = true
		e.begin <- struct{}{}
	}
}

// close gives up what was not taken, and waits until nothing runs any more.
func (e *encoding) close() {
	if e != nil {
		close(e.begin)
		<-e.done
		e.mp3.close()
	}
}

// take waits for the encoder and hands over what it made.
func (e *encoding) take() (*encoded, level, error) {
	<-e.done
	made := e.mp3
	e.mp3 = nil
	return made, e.level, e.err
}

// masterMP3 is the track as an MP3 of the right loudness and true peak. Most often that is the one that was encoded
// ahead; if that one missed, the track is encoded again at a corrected level.
func (w *Worker) masterMP3(t *Track, dir string) (*encoded, error) {
	made, l, err := t.ahead.take()
	for try := 1; err == nil && !w.settings.Mastering.right(made.got) && try < levelTries; try++ {
		l = w.settings.Mastering.corrected(l, made.got)
		w.log.Debug("encode again", "loudness", made.got.loudness, "true_peak", made.got.truePeak, "gain", l.gain, "ceiling", l.ceiling)
		made.close()
		made, err = w.encodeMP3(t, l, dir)
	}
	return made, err
}

// encodeMP3 encodes a track once and measures what a decoder will make of it.
func (w *Worker) encodeMP3(t *Track, l level, dir string) (*encoded, error) {
	file, err := scratch(dir)
	if err != nil {
		return nil, err
	}
	got, err := w.encodeInto(file, t, l)
	if err != nil {
		discard(file)
		return nil, fmt.Errorf("encode MP3: %w", err)
	}
	return &encoded{file, got}, nil
}

// encodeInto encodes a track into a file and decodes it again to measure what a listener gets.
func (w *Worker) encodeInto(file *os.File, t *Track, l level) (measured, error) {
	encoder, err := w.lame.NewEncoder(file, t.Rate, w.settings.Mastering.Bitrate)
	if err != nil {
		return measured{}, err
	}
	if err := errors.Join(t.render(l, everything, encoder.Write), encoder.Close()); err != nil {
		return measured{}, err
	}
	meter, err := loudness.NewMeter(t.Rate, 1)
	if err != nil {
		return measured{}, err
	}
	if err := w.measureMP3(file, meter); err != nil {
		return measured{}, err
	}
	return measured{meter.Integrated(), meter.TruePeak()}, nil
}

// measureMP3 decodes a file into a meter.
func (w *Worker) measureMP3(file *os.File, meter *loudness.Meter) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	decoder, err := mp3.NewDecoder(file, w.mpg123)
	if err != nil {
		return err
	}
	defer decoder.Close()
	block := make([]float32, 1<<14)
	for {
		n, err := decoder.Read(block)
		meter.Write(block[:n])
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// levelPCM finds the level at which the track is right without a codec.
func (w *Worker) levelPCM(t *Track) (level, measured, error) {
	m := w.settings.Mastering
	l, err := t.headLevel(m, m.TruePeak)
	if err != nil {
		return l, measured{}, err
	}
	got, err := t.measure(l, everything)
	for try := 1; err == nil && !m.right(got) && try < levelTries; try++ {
		l = m.corrected(l, got)
		got, err = t.measure(l, everything)
	}
	return l, got, err
}
