package cache

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const (
	suffix  = ".speech"
	tempDir = "tmp" // of files that are not finished
)

// path is where the entry lies: in one of 256 folders.
func (c *Cache) path(k Key) string {
	name := k.String()
	return filepath.Join(c.dir, name[:2], name+suffix)
}

// read is the checked entry of k; ok is false where there is none. A damaged one is removed.
func (c *Cache) read(k Key) (h *header, sound []byte, ok bool) {
	if c.dir == "" {
		return nil, nil, false
	}
	path := c.path(k)
	data, err := readEntry(path)
	if err == nil {
		h, sound, err = parse(data, k)
	}
	switch {
	case err == nil:
		return h, sound, true
	case errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, errDamaged):
		c.discard(path, err)
	default:
		c.warned.Do(func() { c.log.Warn("kept speech cannot be read, and is spoken again", "error", err) })
	}
	return nil, nil, false
}

// readEntry reads a file that may be an entry.
func readEntry(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxEntry { // a pipe might never end
		return nil, damaged("it is no file of at most %d bytes", maxEntry)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(file, data); errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return nil, damaged("it is cut")
	} else if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return data, nil
}

// discard removes a damaged file.
func (c *Cache) discard(path string, why error) {
	c.damaged.Do(func() {
		c.log.Warn("kept speech is damaged, and is spoken again; `voicepress cache verify` checks the rest", "file", path, "error", why)
	})
	_ = os.Remove(path) // if it cannot be removed it stays a miss
}

// touch says that an entry was used now.
func (c *Cache) touch(k Key) {
	now := time.Now()
	_ = os.Chtimes(c.path(k), now, now) // in a folder that cannot be written it only looks older than it is
}

// write puts an entry into its place, whole or not at all for every process that reads. There is no fsync: it takes longer
// than all the rest, and what a crash of the machine leaves half written does not match its checksum.
func (c *Cache) write(k Key, data []byte) error {
	if c.dir == "" || c.full.Load() || int64(len(data)) > min(c.max, maxEntry) {
		return nil
	}
	if err := c.place(k, data); err != nil {
		return err
	}
	c.account(int64(len(data)))
	return nil
}

func (c *Cache) place(k Key, data []byte) (err error) {
	temp, err := c.create()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temp.Name())
		}
	}()
	_, err = temp.Write(data)
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	path := c.path(k)
	err = os.Rename(temp.Name(), path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		err = os.Rename(temp.Name(), path)
	}
	if _, there := os.Lstat(path); err != nil && there == nil { // where open files cannot be replaced another was faster
		return os.Remove(temp.Name())
	}
	return err
}

// create makes a file that is not finished.
func (c *Cache) create() (*os.File, error) {
	dir := filepath.Join(c.dir, tempDir)
	file, err := os.CreateTemp(dir, "*"+suffix)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		file, err = os.CreateTemp(dir, "*"+suffix)
	}
	return file, err
}
