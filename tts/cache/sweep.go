package cache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The folder is looked through when something is first written, and again after a sixteenth of what it may hold. If it is
// then fuller than 15/16, it is emptied to 14/16. So one process keeps to the bound; of several, each may be a sixteenth over
// it for a while.
const (
	sixteenth = 16
	abandoned = time.Hour // after that an unfinished file is taken for that of a process that was killed
)

// file is a kept file, as far as the folder tells.
type file struct {
	path  string
	key   string // in hexadecimal
	bytes int64
	used  time.Time
}

// account notes that n bytes were written, and looks through the folder when it is time. Others that write wait meanwhile.
func (c *Cache) account(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unseen += n
	if c.swept && c.unseen <= c.max/sixteenth {
		return
	}
	c.swept, c.unseen = true, 0
	files := c.files()
	if total(files) > c.max-c.max/sixteenth {
		removeOldest(files, c.max-2*(c.max/sixteenth))
	}
	c.removeAbandoned()
}

// files lists what is kept. Nothing else in the folder is ever looked at.
func (c *Cache) files() []file {
	var files []file
	for i := range 256 {
		shard := string("0123456789abcdef"[i>>4]) + string("0123456789abcdef"[i&15])
		entries, err := os.ReadDir(filepath.Join(c.dir, shard))
		if err != nil {
			continue // most often it is not there
		}
		for _, e := range entries {
			key, ok := strings.CutSuffix(e.Name(), suffix)
			if !ok || len(key) != 2*len(Key{}) || key[:2] != shard {
				continue
			}
			if info, err := e.Info(); err == nil && info.Mode().IsRegular() { // or it has just been removed
				files = append(files, file{filepath.Join(c.dir, shard, e.Name()), key, info.Size(), info.ModTime()})
			}
		}
	}
	slices.SortFunc(files, func(a, b file) int { return a.used.Compare(b.used) })
	return files
}

func total(files []file) (sum int64) {
	for _, f := range files {
		sum += f.bytes
	}
	return sum
}

// removeOldest removes files, which are in order of their use, until at most so many bytes are left.
func removeOldest(files []file, most int64) {
	left := total(files)
	for _, f := range files {
		if left <= most {
			break
		}
		if err := os.Remove(f.path); err == nil || errors.Is(err, fs.ErrNotExist) { // another process may have done it
			left -= f.bytes
		}
	}
}

// removeAbandoned removes what processes that were killed have left.
func (c *Cache) removeAbandoned() {
	dir := filepath.Join(c.dir, tempDir)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && strings.HasSuffix(e.Name(), suffix) && time.Since(info.ModTime()) > abandoned {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
