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

// newSink chooses how to show progress: JSON lines where asked for, bars on a terminal, now and then a line elsewhere,
// nothing when quiet. total is the number of articles.
func newSink(s *streams, total int, asJSON, quiet bool) sink {
	switch {
	case asJSON:
		return &jsonSink{events: json.NewEncoder(s.out)}
	case quiet:
		return noSink{}
	case s.errTTY:
		return newBarSink(s.err, total)
	default:
		return &lineSink{out: s.err, total: total, articles: map[*article.Article]*lineState{}, now: time.Now}
	}
}

type noSink struct{ pipeline.NoProgress }

func (noSink) close() {}

// jsonSink writes one JSON object a line to stdout.
type jsonSink struct {
	mu     sync.Mutex
	events *json.Encoder
	counts sync.Map // *article.Article → number of utterances
}

func (j *jsonSink) emit(event any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	_ = j.events.Encode(event)
}

func (j *jsonSink) Start(a *article.Article, utterances int) {
	j.counts.Store(a, utterances)
	j.emit(startEvent{"start", a.Name, a.Title, utterances})
}

func (j *jsonSink) Update(a *article.Article, spoken int, audio time.Duration) {
	total, _ := j.counts.Load(a)
	n, _ := total.(int)
	j.emit(progressEvent{"progress", a.Name, spoken, n, audio.Milliseconds()})
}

func (j *jsonSink) Done(a *article.Article, r *pipeline.Result, err error) {
	j.counts.Delete(a)
	j.emit(newArticleEvent(a.Name, r, err))
}

func (j *jsonSink) close() {}

// barSink draws a bar an article, and one for all when there are several.
type barSink struct {
	progress *mpb.Progress
	all      *mpb.Bar
	mu       sync.Mutex
	bars     map[*article.Article]*mpb.Bar
}

func newBarSink(w io.Writer, total int) *barSink {
	b := &barSink{progress: mpb.New(mpb.WithOutput(w), mpb.WithWidth(40)), bars: map[*article.Article]*mpb.Bar{}}
	if total > 1 {
		b.all = b.progress.AddBar(int64(total), mpb.BarPriority(1<<20),
			mpb.PrependDecorators(decor.Name("all articles", decor.WCSyncSpaceR)),
			mpb.AppendDecorators(decor.CountersNoUnit("%d / %d", decor.WCSyncSpace)))
	}
	return b
}

func (b *barSink) Start(a *article.Article, utterances int) {
	bar := b.progress.AddBar(int64(utterances), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(shorten(nameOf(a), 32), decor.WCSyncSpaceR)),
		mpb.AppendDecorators(decor.CountersNoUnit("%d / %d sentences", decor.WCSyncSpace),
			decor.OnComplete(decor.AverageETA(decor.ET_STYLE_GO, decor.WCSyncSpace), "writing")))
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
	if b.all != nil {
		b.all.Increment()
		fmt.Fprintln(b.progress, outcomeLine(a.Name, r, err))
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
	total    int
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
	if l.total > 1 {
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
