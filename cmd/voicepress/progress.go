package main

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
)

// sink shows how work goes, and closes when all of it is done.
type sink interface {
	pipeline.Progress
	close()
}

// showing says how progress is shown.
type showing struct {
	articles    int
	listed      bool // say what became of each article; where there is but one, the command says it itself
	json, quiet bool
}

// newSink chooses how to show progress: JSON lines where asked for, bars on a terminal, now and then a line elsewhere,
// only failures when quiet.
func newSink(s *streams, how showing) sink {
	switch {
	case how.json:
		return &jsonSink{events: json.NewEncoder(s.out), utterances: map[*article.Article]int{}}
	case how.quiet:
		return &quietSink{out: s.err, listed: how.listed}
	case s.errTTY:
		return newBarSink(s.err, how)
	default:
		return &lineSink{out: s.err, listed: how.listed, articles: map[*article.Article]*lineState{}, now: time.Now}
	}
}

// quietSink says only what failed.
type quietSink struct {
	pipeline.NoProgress
	mu     sync.Mutex
	out    io.Writer
	listed bool
}

func (q *quietSink) Done(a *article.Article, r *pipeline.Result, err error) {
	if q.listed && err != nil {
		q.mu.Lock()
		defer q.mu.Unlock()
		fmt.Fprintln(q.out, outcomeLine(a.Name, r, err))
	}
}

func (q *quietSink) close() {}

// jsonSink writes one JSON object a line to stdout.
type jsonSink struct {
	mu         sync.Mutex
	events     *json.Encoder
	utterances map[*article.Article]int
}

func (j *jsonSink) Start(a *article.Article, utterances int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.utterances[a] = utterances
	_ = j.events.Encode(startEvent{"start", a.Name, a.Title, utterances})
}

func (j *jsonSink) Update(a *article.Article, spoken int, audio time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	_ = j.events.Encode(progressEvent{"progress", a.Name, spoken, j.utterances[a], audio.Milliseconds()})
}

func (j *jsonSink) Done(a *article.Article, r *pipeline.Result, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.utterances, a)
	_ = j.events.Encode(newArticleEvent(a.Name, r, err))
}

func (j *jsonSink) close() {}

// barSink draws a bar an article, and one for all when they are listed.
type barSink struct {
	progress *mpb.Progress
	all      *mpb.Bar
	mu       sync.Mutex
	bars     map[*article.Article]*mpb.Bar
}

func newBarSink(w io.Writer, how showing, options ...mpb.ContainerOption) *barSink {
	options = append(options, mpb.WithOutput(w), mpb.WithWidth(40))
	b := &barSink{progress: mpb.New(options...), bars: map[*article.Article]*mpb.Bar{}}
	if how.listed {
		b.all = b.progress.AddBar(int64(how.articles), mpb.BarPriority(1<<20),
			mpb.PrependDecorators(decor.Name("all articles", decor.WCSyncSpaceR)),
			mpb.AppendDecorators(decor.CountersNoUnit("%d / %d", decor.WCSyncSpace)))
	}
	return b
}

func (b *barSink) Start(a *article.Article, utterances int) {
	began := time.Now()
	left := func(s decor.Statistics) string {
		switch {
		case s.Current <= 0:
			return ""
		case s.Current >= s.Total:
			return "writing"
		}
		return clock(time.Since(began)/time.Duration(s.Current)*time.Duration(s.Total-s.Current)) + " left"
	}
	// With a total of 0 the bar is not complete before Done says so: the audio has still to be written. An error means that
	// the terminal is gone; the work goes on without it.
	bar, err := b.progress.Add(0, mpb.BarStyle().Build(),
		mpb.PrependDecorators(decor.Name(shorten(nameOf(a), 32), decor.WCSyncSpaceR)),
		mpb.AppendDecorators(decor.CountersNoUnit("%d / %d sentences", decor.WCSyncSpace), decor.Any(left, decor.WCSyncSpace)))
	if err != nil {
		return
	}
	bar.SetTotal(int64(utterances), false)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bars[a] = bar
}

func (b *barSink) Update(a *article.Article, spoken int, _ time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if bar := b.bars[a]; bar != nil {
		bar.SetCurrent(int64(spoken))
	}
}

func (b *barSink) Done(a *article.Article, r *pipeline.Result, err error) {
	b.mu.Lock()
	bar := b.bars[a]
	delete(b.bars, a)
	b.mu.Unlock()
	if bar != nil {
		bar.Abort(true)
		bar.Wait()
	}
	if b.all != nil { // the line first: what is printed after the last bar is complete may not be drawn any more
		fmt.Fprintln(b.progress, outcomeLine(a.Name, r, err))
		b.all.Increment()
	}
}

func (b *barSink) close() {
	b.mu.Lock()
	for _, bar := range b.bars {
		bar.Abort(true)
	}
	b.mu.Unlock()
	if b.all != nil {
		b.all.Abort(true)
	}
	b.progress.Wait()
}

// lineSink prints plain lines for logs: every 10 s or 10 % of an article, whatever comes later.
type lineSink struct {
	out      io.Writer
	listed   bool
	now      func() time.Time
	mu       sync.Mutex
	articles map[*article.Article]*lineState
}

type lineState struct {
	utterances int
	printed    int // utterances at the last line
	at         time.Time
}

const (
	lineEvery = 10 * time.Second
	lineShare = 10 // percent
)

func (l *lineSink) Start(a *article.Article, utterances int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.articles[a] = &lineState{utterances: utterances, at: l.now()}
	fmt.Fprintf(l.out, "%s: %s to speak\n", shorten(nameOf(a), 60), counted(utterances, "sentence"))
}

func (l *lineSink) Update(a *article.Article, spoken int, audio time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	state := l.articles[a]
	if state == nil || l.now().Sub(state.at) < lineEvery || (spoken-state.printed)*100 < lineShare*state.utterances {
		return
	}
	state.printed, state.at = spoken, l.now()
	fmt.Fprintf(l.out, "%s: %d of %d sentences, %s of audio\n", shorten(nameOf(a), 60), spoken, state.utterances, clock(audio))
}

func (l *lineSink) Done(a *article.Article, r *pipeline.Result, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.articles, a)
	if l.listed {
		fmt.Fprintln(l.out, outcomeLine(a.Name, r, err))
	}
}

func (l *lineSink) close() {}

func nameOf(a *article.Article) string {
	if a.Title != "" {
		return a.Title
	}
	return a.Name
}

// clock is a length of audio as 4:07 or 1:02:33.
func clock(d time.Duration) string {
	s := int(d.Round(time.Second).Seconds())
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// byteBar shows a download.
type byteBar struct {
	progress *mpb.Progress
	bar      *mpb.Bar
	out      io.Writer
	name     string
	last     int64 // tenths of the download that have been printed
}

func newByteBar(s *streams, name string, quiet bool) *byteBar {
	b := &byteBar{out: s.err, name: name}
	switch {
	case quiet:
		b.out = io.Discard
	case s.errTTY:
		b.progress = mpb.New(mpb.WithOutput(s.err), mpb.WithWidth(40))
		b.bar = b.progress.AddBar(0,
			mpb.PrependDecorators(decor.Name(name, decor.WCSyncSpaceR)),
			mpb.AppendDecorators(decor.CountersKibiByte("% .1f / % .1f")))
	}
	return b
}

func (b *byteBar) update(done, total int64) {
	if b.bar != nil {
		b.bar.SetTotal(max(total, done), false)
		b.bar.SetCurrent(done)
		return
	}
	if total > 0 && done*10/total > b.last {
		b.last = done * 10 / total
		fmt.Fprintf(b.out, "%s: %d of %d MB\n", b.name, done>>20, total>>20)
	}
}

func (b *byteBar) finish(ok bool) {
	if b.bar == nil {
		return
	}
	if ok {
		b.bar.SetTotal(-1, true)
	} else {
		b.bar.Abort(true)
	}
	b.progress.Wait()
}
