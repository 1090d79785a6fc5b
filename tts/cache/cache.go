// Package cache keeps what was spoken on disk, so that no sentence is spoken or paid for twice. Its Backend stands around
// another: a request that was answered before is answered from the folder, to the sample as it was the first time.
//
// A file holds one spoken request: its sound as FLAC, its marks, what it cost and what was said of it. It is named by a
// hash of everything that decides the sound, so nothing in it ever has to be changed: an edited sentence is another file.
// Every byte is checked when it is read; what is damaged is removed and spoken again.
//
// Sound is rounded to 24 bits, kept or not, so that it is the same whether it comes from the folder or from the voice.
// That changes it by noise at -149 dBFS (a step of 2^-23 over the root of 12), 48 dB below that of 16 bits; the sound of
// voices that themselves give 16 bits it does not change, and that is kept in 16.
//
// It is not for finished audio, and it does not guard what it keeps: who may read the folder may hear the articles.
package cache

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/voicepress/voicepress/tts"
)

// Options are the section cache of the configuration.
type Options struct {
	Enabled  bool   `mapstructure:"enabled"`
	Dir      string `mapstructure:"dir"`       // empty is DefaultDir
	MaxBytes int64  `mapstructure:"max_bytes"` // the most that the folder may hold
}

// Cache is a folder of spoken requests. Any number of processes may share one. It is safe for concurrent use.
type Cache struct {
	dir string // "" keeps nothing
	max int64
	log *slog.Logger

	mu     sync.Mutex
	swept  bool  // the folder was looked through
	unseen int64 // bytes written since then

	full    atomic.Bool // nothing more is written, because it failed once
	warned  sync.Once   // of what cannot be read
	damaged sync.Once
}

// DefaultDir is where speech is kept unless told otherwise: voicepress in the user's cache folder ($XDG_CACHE_HOME or
// ~/.cache; macOS ~/Library/Caches; Windows %LocalAppData%).
func DefaultDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache folder: %w", err)
	}
	return filepath.Join(dir, "voicepress"), nil
}

// Open makes a Cache of the folder dir that holds at most maxBytes. The folder is made when something is first kept, for
// this user alone. What cannot be written or read is warned of once and then done without.
func Open(dir string, maxBytes int64, log *slog.Logger) (*Cache, error) {
	if dir == "" {
		return nil, errors.New("open the cache: no folder is named")
	}
	if maxBytes <= 0 {
		return nil, fmt.Errorf("open the cache: %d is no number of bytes to hold at most", maxBytes)
	}
	return &Cache{dir: dir, max: maxBytes, log: log}, nil
}

// Off is a Cache that keeps nothing. What it wraps sounds as with one that does.
func Off() *Cache { return &Cache{log: slog.New(slog.DiscardHandler)} }

// Wrap returns a backend that speaks as b does, and answers from the folder what was spoken before.
func (c *Cache) Wrap(b tts.Backend) *Backend {
	return &Backend{inner: b, cache: c, flights: map[Key]*flight{}}
}

// Dir is the folder; "" where nothing is kept.
func (c *Cache) Dir() string { return c.dir }
