package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
)

const (
	// liveTolerance is how far from the target a stream may be, in LU: its level is set once, when the first utterance has
	// been heard. EBU R 128 allows 1 LU for live programmes.
	liveTolerance = 1.0
	// liveHeadroom is how much higher than the limiter's ceiling the codec may make a peak, in dB. It is twice codecHeadroom,
	// because a stream cannot be encoded again.
	liveHeadroom = 2 * codecHeadroom
)

// live is the encoding of a track that is heard while it still grows. Of nil the methods do nothing.
type live struct {
	begin chan beginning // takes the one signal to begin
	begun bool
	done  chan struct{}
	file  *os.File // gets the sound as well, to be measured
	got   measured
	err   error
}

// beginning is what a stream begins with.
type beginning struct {
	head       int64 // samples, of all channels, that set its level
	disclosure *disclosure.Disclosure
}

// heardLive says whether what goes to out is heard while it is made.
func (w *Worker) heardLive(out Output) bool { return out.Stream != nil && w.WholeFirst() == "" }

// WholeFirst is why the audio of a stream can only leave when all of it is made; empty where it leaves while it is spoken.
func (w *Worker) WholeFirst() string {
	switch {
	case w.settings.Signer != nil:
		return "it is signed, and the signature is over the whole file"
	case len(w.settings.Formats) != 1 || w.settings.Formats[0] != MP3:
		return "only MP3 can be heard while it is made"
	}
	return ""
}

// goLive makes ready to stream a track. The first failure goes to fail, so that nothing more is spoken that nobody hears.
func (w *Worker) goLive(ctx context.Context, t *Track, out Output, fail func(error)) (*live, error) {
	file, err := scratch(out.scratchDir())
	if err != nil {
		return nil, err
	}
	l := &live{begin: make(chan beginning, 1), done: make(chan struct{}), file: file}
	go func() {
		defer close(l.done)
		from, ok := <-l.begin
		if !ok {
			return
		}
		if l.err = w.play(ctx, t, from, io.Writer(&leavable{ctx, out.Stream}), file); l.err == nil {
			l.got, l.err = w.measure(ctx, file)
		}
		if l.err != nil {
			fail(l.err)
		}
	}()
	return l, nil
}

// play encodes a track to its end, to a listener and to a file. It waits for a listener who is slow: the track grows on disk
// meanwhile, and memory does not.
func (w *Worker) play(ctx context.Context, t *Track, from beginning, to, file io.Writer) error {
	l, err := t.headLevel(w.settings.Mastering, from.head, liveHeadroom)
	if err != nil {
		return err
	}
	w.log.DebugContext(ctx, "the stream begins", "gain", l.gain, "ceiling", l.ceiling)
	codec, ok := w.codecs[MP3].(lameMP3)
	if !ok {
		return errors.New("only MP3 can be heard while it is made")
	}
	from.disclosure.Encoder = codec.name(t.Channels)
	stream, err := disclosure.NewStream(to, from.disclosure)
	if err != nil {
		return err
	}
	encoder, err := codec.stream(io.MultiWriter(stream, file), t.Rate, t.Channels)
	if err != nil {
		return err
	}
	if err := t.render(l, everything, encoder.Write); err != nil {
		stream.End(err) // what the encoder still holds is not the end of the article
		_ = encoder.Close()
		return err
	}
	return encoder.Close()
}

// endLive waits for the end of a stream.
func (w *Worker) endLive(a *article.Article, sc *script.Script, t *Track) (*Result, error) {
	<-t.live.done
	if t.live.err != nil {
		return nil, t.live.cut(t.live.err)
	}
	r := newResult(a, sc, t, w.disclosure(a, sc, t))
	got, m := t.live.got, w.settings.Mastering
	r.Loudness, r.TruePeak = got.loudness, got.truePeak
	if got.truePeak > m.TruePeak || math.Abs(m.off(got)) > liveTolerance {
		r.Warnings = append(r.Warnings, fmt.Sprintf(
			"the stream measures %.1f LUFS and %.1f dBTP, which is not what was asked for; its level was set by its first sentence, and a file's is set by all of them",
			r.Loudness, r.TruePeak))
	}
	return r, nil
}

// waits says whether there is a stream that has not begun.
func (l *live) waits() bool { return l != nil && !l.begun }

// start begins the stream of a track, with all that it holds by now, whether that is in its spool already or still waits for
// its watermark. What follows is brought to its level.
func (l *live) start(t *Track, d *disclosure.Disclosure) {
	l.begun = true
	t.level.Hold()
	l.begin <- beginning{t.Samples * int64(t.Channels), d}
}

// cut is the error of a stream that ends with it.
func (l *live) cut(err error) error {
	if l == nil || !l.begun {
		return err
	}
	return &cutError{err}
}

// cutError says that a stream had begun when something failed.
type cutError struct{ err error }

func (e *cutError) Error() string { return "the stream is not whole: " + e.err.Error() }
func (e *cutError) Unwrap() error { return e.err }

// close waits until nothing runs any more.
func (l *live) close() {
	if l == nil {
		return
	}
	close(l.begin)
	<-l.done
	discard(l.file)
}

// leavable is a writer that can be left when ctx ends, though what it writes to may never take another byte.
type leavable struct {
	ctx context.Context
	to  io.Writer
}

func (w *leavable) Write(b []byte) (int, error) {
	if w.ctx.Err() != nil {
		return 0, context.Cause(w.ctx)
	}
	type answer struct {
		n   int
		err error
	}
	answers, own := make(chan answer, 1), bytes.Clone(b)
	go func() {
		n, err := w.to.Write(own)
		answers <- answer{n, err}
	}()
	select {
	case a := <-answers:
		return a.n, a.err
	case <-w.ctx.Done():
		return 0, context.Cause(w.ctx)
	}
}
