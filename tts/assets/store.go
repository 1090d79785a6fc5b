package assets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"go.yaml.in/yaml/v3"
)

// Store is the folder with installed assets. Several programs may use and install into one folder at once.
type Store struct {
	Dir string // the data folder
	Log *slog.Logger
	// HTTP fetches from URLs; nil is http.DefaultClient.
	HTTP *http.Client
}

// Progress is told how many bytes of how many have been fetched; total is 0 when it is not known.
type Progress func(done, total int64)

// lockWait is how often a second installer looks whether the first has finished.
const lockWait = 200 * time.Millisecond

// Installed says whether every file of the asset is in place. It trusts sizes, because a file is only moved into place
// once its hash was right; Verify reads the files again.
func (s *Store) Installed(a Asset) bool {
	part, err := a.Here()
	if err != nil {
		return false
	}
	for _, f := range part.Files {
		info, err := os.Stat(s.path(f))
		if err != nil || !info.Mode().IsRegular() || info.Size() != f.Bytes {
			return false
		}
	}
	if a.Kind == Voice {
		_, err = os.Stat(s.meta(a, part))
	}
	return err == nil
}

// Verify hashes the asset's files and returns an error that names the first one that is missing or changed.
func (s *Store) Verify(a Asset) error {
	part, err := a.Here()
	if err != nil {
		return err
	}
	for _, f := range part.Files {
		if err := s.verify(f); err != nil {
			return fmt.Errorf("verify %s: %w", a.Name, err)
		}
	}
	return nil
}

// Install fetches the asset unless it is there. What an interrupted fetch left is used again. The ways to fetch are
// tried in order; when all fail the error holds the reason of each.
func (s *Store) Install(ctx context.Context, a Asset, progress Progress) error {
	part, err := a.Here()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return fmt.Errorf("install %s: %w", a.Name, err)
	}
	lock := flock.New(filepath.Join(s.Dir, ".install.lock"))
	if _, err := lock.TryLockContext(ctx, lockWait); err != nil {
		return fmt.Errorf("install %s: wait for another installer: %w", a.Name, err)
	}
	defer func() { _ = lock.Unlock() }()
	if s.Installed(a) {
		return nil
	}
	if s.Verify(a) == nil { // only the description is missing
		return s.writeMeta(a, part)
	}

	staging := filepath.Join(s.Dir, "downloads", a.Name+"-"+a.Version)
	if err := os.MkdirAll(staging, 0o755); err != nil {
		return fmt.Errorf("install %s: %w", a.Name, err)
	}
	var failures []error
	for _, way := range part.Fetch {
		if err := s.fetch(ctx, way, part, staging, progress); err != nil {
			if ctx.Err() != nil {
				return fmt.Errorf("install %s: %w", a.Name, context.Cause(ctx))
			}
			s.Log.Debug("fetch failed", "asset", a.Name, "error", err)
			failures = append(failures, err)
			continue
		}
		if err := s.writeMeta(a, part); err != nil {
			return fmt.Errorf("install %s: %w", a.Name, err)
		}
		if err := os.RemoveAll(staging); err != nil {
			s.Log.Warn("could not remove a download", "folder", staging, "error", err)
		}
		return nil
	}
	return &NotFetched{Name: a.Name, Err: errors.Join(failures...)}
}

// NotFetched says that no way to fetch an asset worked.
type NotFetched struct {
	Name string
	Err  error
}

func (e *NotFetched) Error() string { return fmt.Sprintf("install %s: %v", e.Name, e.Err) }
func (e *NotFetched) Unwrap() error { return e.Err }

// Hint says what to look at.
func (e *NotFetched) Hint() string {
	return "check the network and that `python3 -m pip --version` (or npm) works, then run `voicepress install " + e.Name + "` again; it goes on where it stopped"
}

// Meta is what is kept beside a voice about where it comes from, in NAME.meta.yaml.
type Meta struct {
	Name     string `yaml:"name"`
	Version  string `yaml:"version"`
	Language string `yaml:"language"`
	Licence  string `yaml:"licence"`
	Source   string `yaml:"source"`
	Note     string `yaml:"note,omitempty"`
}

func (s *Store) writeMeta(a Asset, part Part) error {
	if a.Kind != Voice {
		return nil
	}
	text, err := yaml.Marshal(Meta{a.Name, a.Version, a.Language, a.Licence, a.Source, a.Note})
	if err != nil {
		return fmt.Errorf("describe the voice: %w", err)
	}
	return place(s.meta(a, part), func(w io.Writer) error { _, err := w.Write(text); return err })
}

// meta is where the Meta of a voice is kept.
func (s *Store) meta(a Asset, part Part) string {
	return filepath.Join(filepath.Dir(s.path(part.Files[0])), a.Name+".meta.yaml")
}

func (s *Store) path(f File) string { return filepath.Join(s.Dir, filepath.FromSlash(f.To)) }

func (s *Store) verify(f File) error {
	file, err := os.Open(s.path(f))
	if err != nil {
		return err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return fmt.Errorf("read %s: %w", f.To, err)
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != f.SHA256 {
		return fmt.Errorf("%s is not the file of the catalogue: SHA-256 %s, not %s", f.To, got, f.SHA256)
	}
	return nil
}

// accept copies one file out of what was fetched into its place, if it is what the catalogue says.
func (s *Store) accept(f File, r io.Reader) error {
	return place(s.path(f), func(w io.Writer) error {
		hash := sha256.New()
		n, err := io.Copy(io.MultiWriter(w, hash), io.LimitReader(r, f.Bytes+1))
		if err != nil {
			return fmt.Errorf("copy %s: %w", f.To, err)
		}
		if n != f.Bytes {
			return fmt.Errorf("%s has not the %d bytes of the catalogue", f.To, f.Bytes)
		}
		if got := hex.EncodeToString(hash.Sum(nil)); got != f.SHA256 {
			return fmt.Errorf("%s is not the file of the catalogue: SHA-256 %s, not %s", f.To, got, f.SHA256)
		}
		return nil
	})
}

// place writes a file under a temporary name and renames it once it is safe on disk.
func place(path string, write func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".partial-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	defer temp.Close()
	if err := write(temp); err != nil {
		return err
	}
	if err := temp.Chmod(0o644); err != nil {
		return err
	}
	if err := temp.Sync(); err != nil {
		return err
	}
	if err := temp.Close(); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
