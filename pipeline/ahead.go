package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/voicepress/voicepress/audio/decode"
)

// ahead is the encoding of a track in every format while it still grows, at a level found from its beginning. Of nil the
// methods do nothing.
type ahead struct {
	begin chan struct{} // takes the one signal to begin
	begun bool
	done  chan struct{}
	level level
	made  map[Format]*encoded
	err   error
}

// encoded is complete audio that says nothing about itself yet, in a file without a name.
type encoded struct {
	file *os.File
	got  measured
}

func (e *encoded) close() {
	if e != nil {
		discard(e.file)
	}
}

// encodeAhead makes ready to encode a track. Temporary files go to dir.
func (w *Worker) encodeAhead(ctx context.Context, t *Track, dir string) *ahead {
	a := &ahead{begin: make(chan struct{}, 1), done: make(chan struct{}), made: map[Format]*encoded{}}
	go func() {
		defer close(a.done)
		if _, ok := <-a.begin; !ok {
			return
		}
		if a.level, a.err = t.headLevel(w.settings.Mastering, headSeconds*int64(t.Rate*t.Channels), codecHeadroom); a.err != nil {
			return
		}
		var all sync.WaitGroup
		var mu sync.Mutex
		for f, c := range w.codecs {
			all.Go(func() {
				made, err := w.encode(ctx, t, c, a.level, dir)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					a.err = errors.Join(a.err, fmt.Errorf("encode %s: %w", f, err))
					return
				}
				a.made[f] = made
			})
		}
		all.Wait()
	}()
	return a
}

// start says that the head of the track is there. Only the first call counts.
func (a *ahead) start() {
	if a != nil && !a.begun {
		a.begun = true
		a.begin <- struct{}{}
	}
}

// close gives up what was made, and waits until nothing runs any more.
func (a *ahead) close() {
	if a == nil {
		return
	}
	close(a.begin)
	<-a.done
	for _, e := range a.made {
		e.close()
	}
}

// mastered is the track in one format, of the right loudness and true peak. Most often that is what was encoded ahead;
// where that missed, the track is encoded again at a corrected level. The track keeps the file.
func (w *Worker) mastered(ctx context.Context, t *Track, f Format, dir string) (*encoded, error) {
	<-t.ahead.done
	if t.ahead.err != nil {
		return nil, t.ahead.err
	}
	c, m, l := w.codecs[f], w.settings.Mastering, t.ahead.level
	for try := 1; !m.right(t.ahead.made[f].got) && try < levelTries; try++ {
		got := t.ahead.made[f].got
		l = m.corrected(l, got)
		w.log.DebugContext(ctx, "encode again", "format", f, "loudness", got.loudness, "true_peak", got.truePeak, "gain", l.gain, "ceiling", l.ceiling)
		made, err := w.encode(ctx, t, c, l, dir)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", f, err)
		}
		t.ahead.made[f].close()
		t.ahead.made[f] = made
	}
	return t.ahead.made[f], nil
}

// encode makes a file of a track at a level, and decodes it again to measure what a listener gets.
func (w *Worker) encode(ctx context.Context, t *Track, c codec, l level, dir string) (e *encoded, err error) {
	file, err := scratch(dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			discard(file)
		}
	}()
	encoder, err := c.encode(ctx, file, shape{t.Rate, t.Channels, t.length})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(t.render(l, everything, encoder.Write), encoder.Close()); err != nil {
		return nil, err
	}
	got, err := w.measure(ctx, file)
	return &encoded{file, got}, err
}

// measure decodes a file to its end and measures it.
func (w *Worker) measure(ctx context.Context, file *os.File) (measured, error) {
	src, err := whole(file)
	if err != nil {
		return measured{}, err
	}
	decoder, err := decode.Open(ctx, src, w.libs)
	if err != nil {
		return measured{}, err
	}
	defer decoder.Close()
	meter, err := newMeter(decoder.Rate, decoder.Channels)
	if err != nil {
		return measured{}, err
	}
	if err := decodeAll(ctx, decoder, func(block []float32) error { meter.write(block); return nil }); err != nil {
		return measured{}, err
	}
	return meter.read(), nil
}

// whole is a file from its beginning to its end.
func whole(file *os.File) (*io.SectionReader, error) {
	size, err := file.Seek(0, io.SeekEnd)
	return io.NewSectionReader(file, 0, size), err
}
