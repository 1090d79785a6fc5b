// Package batch converts many articles on one machine into one folder. Run again, it does only what changed; killed at
// any moment, the next run does the rest. An input keeps the name of its files from run to run; an input is known by its
// path as it was given, or its address. It is not for sharing work between machines.
package batch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/tts"
)

// Batch is a run over many articles.
type Batch struct {
	// Worker converts the articles. Its backend is shared by all of them.
	Worker *pipeline.Worker
	// Read gets the article of one input.
	Read func(ctx context.Context, input string) (*article.Article, error)
	// Dir is the output folder.
	Dir string
	// Articles is how many are converted at once; 0 means 1.
	Articles int
	// Overwrite converts again what has not changed.
	Overwrite bool
	// Created is written into the sidecars; the zero time is left out.
	Created time.Time
	// Progress is told about every article; for one that could not be read, only Done, with an article that has
	// nothing but its name.
	Progress pipeline.Progress
}

// Summary counts what became of the articles.
type Summary struct {
	Done, Unchanged, Failed int
	Audio                   time.Duration // of the articles that were done
	Usage                   pipeline.Usage
}

// staleAfter is the age at which a temporary file is taken for the remains of a program that was killed.
const staleAfter = time.Hour

// Run converts the inputs. A failed article does not stop the others: it is reported to Progress and counted. Where the
// money is used up or the service refuses the key, no more articles are begun. Run returns an error then, when it could
// not start, and when ctx ended.
func (b *Batch) Run(ctx context.Context, inputs []string) (Summary, error) {
	if err := os.MkdirAll(b.Dir, 0o755); err != nil {
		return Summary{}, fmt.Errorf("make the output folder: %w", err)
	}
	lock := flock.New(filepath.Join(b.Dir, ".voicepress.lock"))
	locked, err := lock.TryLock()
	if err != nil {
		return Summary{}, fmt.Errorf("lock the output folder: %w", err)
	}
	if !locked {
		return Summary{}, &LockedError{Dir: b.Dir}
	}
	defer func() { _ = lock.Unlock() }()
	given, err := openNames(b.Dir)
	if err != nil {
		return Summary{}, err
	}
	defer given.file.Close()
	sweep(b.Dir, time.Now().Add(-staleAfter))

	var (
		mu      sync.Mutex
		sum     Summary
		stopped error // why no more articles are begun
	)
	reading, stop := context.WithCancel(ctx)
	defer stop()
	count := func(r *pipeline.Result, err error) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case ctx.Err() != nil && err != nil: // given up, not failed: the next run does it
		case err != nil:
			sum.Failed++
			if hopeless(err) {
				stopped = err
				stop()
			}
		case r.Unchanged:
			sum.Unchanged++
		default:
			sum.Done++
			sum.Audio += r.Duration
			sum.Usage = sum.Usage.Add(r.Usage)
		}
	}
	var workers sync.WaitGroup
	work := make(chan job)
	for range max(b.Articles, 1) {
		workers.Go(func() {
			for j := range work {
				count(b.convert(ctx, j))
			}
		})
	}
	b.read(reading, inputs, given, work, count)
	workers.Wait()
	if ctx.Err() != nil {
		return sum, context.Cause(ctx)
	}
	return sum, stopped
}

// hopeless says whether an error is one that every other article would end with.
func hopeless(err error) bool {
	var used *tts.QuotaExceeded
	var auth *tts.NotAuthorised
	return errors.As(err, &used) || errors.As(err, &auth)
}

// job is an article with the name of its files.
type job struct {
	article *article.Article
	name    string
}

// read reads the articles one after the other, so that names are given out in the order of the inputs.
func (b *Batch) read(ctx context.Context, inputs []string, given *names, work chan<- job, count func(*pipeline.Result, error)) {
	defer close(work)
	for _, input := range inputs {
		a, err := b.Read(ctx, input)
		if ctx.Err() != nil {
			return
		}
		var name string
		if err == nil {
			name, err = given.give(article.Slug(a.Title, input), input)
		}
		if err != nil {
			b.Progress.Done(&article.Article{Name: input}, nil, err)
			count(nil, err)
			continue
		}
		select {
		case work <- job{a, name}:
		case <-ctx.Done():
			return
		}
	}
}

func (b *Batch) convert(ctx context.Context, j job) (*pipeline.Result, error) {
	out := pipeline.Output{Dir: b.Dir, Name: j.name, Overwrite: true, Created: b.Created}
	if !b.Overwrite {
		if r, ok := b.Worker.UpToDate(j.article, out); ok {
			b.Progress.Done(j.article, r, nil)
			return r, nil
		}
	}
	return b.Worker.Convert(ctx, j.article, out, b.Progress)
}

// sweep removes what killed programs left: temporary files older than before.
func sweep(dir string, before time.Time) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if match, err := filepath.Match(pipeline.TempPattern, e.Name()); err != nil || !match {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && info.ModTime().Before(before) {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// LockedError says that another batch works in the output folder.
type LockedError struct{ Dir string }

func (e *LockedError) Error() string { return "another batch is writing to " + e.Dir }

// Hint says what to do.
func (e *LockedError) Hint() string { return "wait for it to end, or choose another folder with -o" }

// ErrNoInput says that there is nothing to convert.
var ErrNoInput = errors.New("no articles found")
