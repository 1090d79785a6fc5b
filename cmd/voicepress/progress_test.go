package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vbauerster/mpb/v8"
	"go.uber.org/goleak"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
)

var errDisk = errors.New("the disk is full") //nolint:gochecknoglobals // read-only

// done is the result of an article that became path.
func done(path string) *pipeline.Result {
	return &pipeline.Result{Files: []pipeline.File{{Path: path}}, Duration: 75 * time.Second}
}

func TestBarsSayWhatBecameOfEachArticle(t *testing.T) {
	defer goleak.VerifyNone(t)
	var out bytes.Buffer
	bars := newBarSink(&out, showing{articles: 5, listed: true}, mpb.WithAutoRefresh(), mpb.WithRefreshRate(time.Millisecond))
	good, bad := &article.Article{Name: "a.md", Title: "Bridge \x1b]0;owned\x07opens"}, &article.Article{Name: "b.md"}
	var both sync.WaitGroup
	both.Go(func() {
		bars.Start(good, 3)
		for i := range 3 {
			bars.Update(good, i+1, time.Second)
		}
		bars.Done(good, done("out/a.mp3"), nil)
	})
	both.Go(func() { // fails half way
		bars.Start(bad, 3)
		bars.Update(bad, 1, time.Second)
		bars.Done(bad, nil, errDisk)
	})
	both.Wait()
	bars.Done(&article.Article{Name: "c.md"}, nil, errDisk) // could not be read
	bars.Done(&article.Article{Name: "d.md"}, &pipeline.Result{Unchanged: true}, nil)
	bars.Done(&article.Article{Name: "e.md"}, nil, fmt.Errorf("encode MP3: %w", errInterrupted))
	bars.close()
	for _, line := range []string{
		"done       a.md: out/a.mp3, 1:15", "failed     b.md: the disk is full", "failed     c.md: the disk is full", "unchanged  d.md", "given up   e.md\n",
	} {
		require.Equal(t, 1, strings.Count(out.String(), line), line)
	}
	require.Contains(t, out.String(), "5 / 5")
	require.NotContains(t, out.String(), "\x1b]")
	require.NotContains(t, out.String(), "\x07")
}

func TestBarsEndWhenTheWorkIsGivenUp(t *testing.T) {
	for name, how := range map[string]showing{"one": {articles: 1}, "several": {articles: 9, listed: true}} {
		t.Run(name, func(t *testing.T) {
			defer goleak.VerifyNone(t)
			var out bytes.Buffer
			bars := newBarSink(&out, how, mpb.WithAutoRefresh(), mpb.WithRefreshRate(time.Millisecond))
			for range 3 {
				a := &article.Article{Name: "a.md"}
				bars.Start(a, 10)
				bars.Update(a, 10, time.Second)
			}
			bars.close()
		})
	}
}

func TestWorkGoesOnWhenTheTerminalIsGone(t *testing.T) {
	defer goleak.VerifyNone(t)
	bars := newBarSink(broken{}, showing{articles: 2, listed: true}, mpb.WithAutoRefresh(), mpb.WithRefreshRate(time.Millisecond))
	for { // until the bars have noticed
		if _, err := bars.progress.Write([]byte("x\n")); err != nil {
			break
		}
	}
	a := &article.Article{Name: "a.md"}
	bars.Start(a, 2)
	bars.Update(a, 1, time.Second)
	bars.Done(a, nil, errDisk)
	bars.close()
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errDisk }

func TestLinesComeSeldom(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	lines := &lineSink{out: &out, listed: true, articles: map[*article.Article]*lineState{}, now: func() time.Time { return now }}
	a := &article.Article{Name: "a.md", Title: "Bridge\nopens"}
	lines.Start(a, 100)
	for i := range 100 { // a sentence every 2 s: 10 % take longer than 10 s
		now = now.Add(2 * time.Second)
		lines.Update(a, i+1, time.Duration(i+1)*time.Second)
	}
	lines.Done(a, done("out/a.mp3"), nil)
	b := &article.Article{Name: "b.md"}
	lines.Start(b, 20)
	for i := range 20 { // a sentence every 3 s: 10 s take longer than 10 %
		now = now.Add(3 * time.Second)
		lines.Update(b, i+1, 0)
	}
	lines.Done(b, nil, errDisk)
	lines.Update(b, 3, 0) // of an article that is no more
	got := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, got, 1+10+1+1+5+1)
	require.Equal(t, "Bridge opens: 100 sentences to speak", got[0])
	require.Equal(t, "Bridge opens: 10 of 100 sentences, 0:10 of audio", got[1])
	require.Equal(t, "done       a.md: out/a.mp3, 1:15", got[11])
	require.Equal(t, "b.md: 4 of 20 sentences, 0:00 of audio", got[13])
	require.Equal(t, "failed     b.md: the disk is full", got[18])
}

func TestQuietSaysOnlyWhatFailed(t *testing.T) {
	for _, listed := range []bool{true, false} {
		var out bytes.Buffer
		show := newSink(&streams{err: &out, errTTY: true}, showing{articles: 2, listed: listed, quiet: true})
		a := &article.Article{Name: "a.md"}
		show.Start(a, 2)
		show.Update(a, 1, time.Second)
		show.Done(a, done("out/a.mp3"), nil)
		require.Empty(t, out.String())
		show.Done(a, nil, errDisk)
		show.close()
		want := ""
		if listed { // a single failure is said by the command
			want = "failed     a.md: the disk is full\n"
		}
		require.Equal(t, want, out.String())
	}
}

func TestJSONEventsAreWholeLinesOfManyArticles(t *testing.T) {
	var out bytes.Buffer
	show := newSink(&streams{out: &out}, showing{articles: 8, listed: true, json: true, quiet: true})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			a := &article.Article{Name: "a\x1b[2J\xff.md"}
			show.Start(a, 2)
			show.Update(a, 2, time.Second)
			show.Done(a, nil, errDisk)
		})
	}
	all.Wait()
	show.close()
	kinds := map[any]int{}
	for line := range strings.Lines(out.String()) {
		var event map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &event))
		kinds[event["type"]]++
		if event["type"] == "progress" {
			require.EqualValues(t, 2, event["utterances"])
		}
	}
	require.Equal(t, map[any]int{"start": 8, "progress": 8, "article": 8}, kinds)
	requirePlain(t, out.String())
}

func TestClock(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0:00", 499 * time.Millisecond: "0:00", 59600 * time.Millisecond: "1:00", 247 * time.Second: "4:07", 3753 * time.Second: "1:02:33",
	} {
		require.Equal(t, want, clock(d))
	}
}
