package cache

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
)

// Backend is a backend whose speech is kept. Make one with Cache.Wrap.
type Backend struct {
	inner tts.Backend
	cache *Cache

	mu      sync.Mutex
	closed  bool
	flights map[Key]*flight
	running sync.WaitGroup // flights
	hits    int
	misses  int
}

// flight is one request that is being looked up or spoken, for everyone who wants it at that time.
type flight struct {
	cancel context.CancelFunc
	done   chan struct{}
	speech *tts.Speech // after done
	err    error

	// Under Backend.mu:
	asking []context.Context // of all who ever asked
	left   int               // how many of them still wait
	billed bool              // one of them has got the bill
}

// Info is that of the backend inside.
func (b *Backend) Info() tts.Info { return b.inner.Info() }

// Speak gives what is kept, or has it spoken and keeps it. The same request made several times at once is spoken once; it
// goes on as long as one of those who asked still waits. What is kept is Cached, and its bill is Saved.
func (b *Backend) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if b.cache.dir == "" {
		speech, err := b.inner.Speak(ctx, r)
		if err != nil {
			return nil, err
		}
		return settled(speech), nil
	}
	k := KeyOf(b.inner.Info(), r)
	f, err := b.join(ctx, k, r)
	if err != nil {
		return nil, err
	}
	select {
	case <-f.done:
		return b.take(f)
	case <-ctx.Done():
		b.leave(k, f)
		return nil, context.Cause(ctx)
	}
}

// join finds the flight for a request, or begins one.
func (b *Backend) join(ctx context.Context, k Key, r tts.Request) (*flight, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, tts.ErrClosed
	}
	f := b.flights[k]
	if f == nil {
		f = &flight{done: make(chan struct{})}
		b.flights[k] = f
		// It does not end with the one who asked first, but with the last who waits.
		var under context.Context
		under, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
		under = tts.WithAlive(under, func() { b.alive(f) })
		b.running.Go(func() {
			f.speech, f.err = b.get(under, k, r)
			b.mu.Lock()
			b.forget(k, f)
			b.mu.Unlock()
			close(f.done)
		})
	}
	f.asking = append(f.asking, ctx)
	f.left++
	return f, nil
}

// alive tells everyone who asked that the flight makes progress.
func (b *Backend) alive(f *flight) {
	b.mu.Lock()
	asking := slices.Clone(f.asking)
	b.mu.Unlock()
	for _, ctx := range asking {
		tts.Alive(ctx)
	}
}

// forget makes the next who asks for k begin anew.
func (b *Backend) forget(k Key, f *flight) {
	if b.flights[k] == f {
		delete(b.flights, k)
	}
	f.cancel()
}

// leave waits for a flight no longer. The last to leave ends it, and waits until it has ended.
func (b *Backend) leave(k Key, f *flight) {
	b.mu.Lock()
	f.left--
	last := f.left == 0
	if last {
		b.forget(k, f)
	}
	b.mu.Unlock()
	if last {
		<-f.done
	}
}

// take is what a flight brought, for one of those who asked: the bill to the first, a copy to the others.
func (b *Backend) take(f *flight) (*tts.Speech, error) {
	if f.err != nil {
		return nil, f.err
	}
	b.mu.Lock()
	first := !f.billed
	f.billed = true
	b.mu.Unlock()
	if first {
		return f.speech, nil
	}
	s := *f.speech
	s.Clip = audio.Clip{Samples: slices.Clone(s.Clip.Samples), Rate: s.Clip.Rate}
	s.Marks, s.Warnings, s.Faults = slices.Clone(s.Marks), slices.Clone(s.Warnings), slices.Clone(s.Faults)
	return kept(&s), nil
}

// kept makes of speech that was paid for speech that is not paid for again.
func kept(s *tts.Speech) *tts.Speech {
	s.Saved, s.Bill, s.Cached = s.Saved.Add(s.Bill), tts.Bill{}, true
	return s
}

// get reads a request from the folder, or has it spoken and kept.
func (b *Backend) get(ctx context.Context, k Key, r tts.Request) (*tts.Speech, error) {
	if s, ok := b.lookUp(k, r); ok {
		return s, nil
	}
	speech, err := b.inner.Speak(ctx, r)
	if err != nil {
		return nil, err
	}
	speech = settled(speech)
	b.keep(k, r, speech)
	return speech, nil
}

// lookUp reads a request from the folder.
func (b *Backend) lookUp(k Key, r tts.Request) (*tts.Speech, bool) {
	h, sound, ok := b.cache.read(k)
	if ok {
		s, err := h.speech(sound, len(r.Text))
		if err == nil {
			b.cache.touch(k)
			b.count(&b.hits)
			return kept(s), true
		}
		b.cache.discard(b.cache.path(k), err)
	}
	b.count(&b.misses)
	return nil, false
}

func (b *Backend) count(n *int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	*n++
}

// keep writes speech to the folder. If that fails, nothing more is written.
func (b *Backend) keep(k Key, r tts.Request, s *tts.Speech) {
	if b.cache.full.Load() || !worthKeeping(s, len(r.Text)) {
		return
	}
	info := b.inner.Info()
	data, err := encode(k, info.Name, taken(info, r.Voice).ID, s)
	if err != nil {
		b.cache.log.Debug("speech cannot be kept", "error", err)
		return
	}
	if err := b.cache.write(k, data); err != nil && b.cache.full.CompareAndSwap(false, true) {
		b.cache.log.Warn("speech is not kept from here on", "folder", b.cache.dir, "error", err)
	}
}

// Kept is what is known of speech that is kept.
type Kept struct {
	Bill     tts.Bill // what it cost when it was spoken
	Duration time.Duration
}

// Has says whether a request would be answered from the folder. It checks the file, but decodes nothing and counts as no
// use of it.
func (b *Backend) Has(r tts.Request) (Kept, bool) {
	h, _, ok := b.cache.read(KeyOf(b.inner.Info(), r))
	if !ok {
		return Kept{}, false
	}
	return Kept{h.Speech.Saved.Add(h.Speech.Bill), audio.Duration(h.Samples, h.Speech.Clip.Rate)}, true
}

// Close closes the backend inside and waits for what is under way.
func (b *Backend) Close() error {
	b.mu.Lock()
	again := b.closed
	b.closed = true
	b.mu.Unlock()
	err := b.inner.Close()
	b.running.Wait()
	if !again && b.cache.dir != "" {
		b.cache.log.Debug("speech from the cache", "kept", b.hits, "spoken", b.misses)
	}
	return err
}
