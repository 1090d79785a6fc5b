package pipeline

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/disclosure"
)

// fileSet is the files of one article on their way to their final names.
type fileSet struct{ files []*stagedFile }

// stagedFile is a complete file under a temporary name.
type stagedFile struct {
	temp, final string
	bytes       int64
	hash        hash.Hash
}

func (f *stagedFile) sha256() string { return hex.EncodeToString(f.hash.Sum(nil)) }

func (f *stagedFile) Write(b []byte) (int, error) {
	f.bytes += int64(len(b))
	return f.hash.Write(b)
}

// add writes a file under a temporary name and syncs it.
func (s *fileSet) add(out Output, suffix string, write func(io.Writer) error) (*stagedFile, error) {
	f := &stagedFile{final: out.path(suffix), hash: sha256.New()}
	fail := func(err error) (*stagedFile, error) { return nil, fmt.Errorf("write %s: %w", f.final, err) }
	temp, err := os.CreateTemp(out.Dir, TempPattern)
	if err != nil {
		return fail(err)
	}
	f.temp = temp.Name()
	s.files = append(s.files, f)
	defer temp.Close()
	buffered := bufio.NewWriterSize(temp, 1<<16)
	if err := write(io.MultiWriter(buffered, f)); err != nil {
		return fail(err)
	}
	if err := errors.Join(buffered.Flush(), temp.Chmod(0o644), temp.Sync(), temp.Close()); err != nil {
		return fail(err)
	}
	return f, nil
}

// addAudio adds a finished audio file: the sound of src, and all that d says about it, signed where there is a signer. Of
// the output it fills in what the file itself tells. A manifest that the format cannot hold becomes a file beside it.
func (s *fileSet) addAudio(ctx context.Context, out Output, f Format, src *io.SectionReader, d *disclosure.Disclosure, signer *c2pa.Signer) (disclosure.Output, error) {
	return s.addFile(ctx, out, "."+string(f), f.MIME(), src, d, signer)
}

// addFile is addAudio for a file with another extension than its format's own.
func (s *fileSet) addFile(ctx context.Context, out Output, suffix, mime string, src *io.SectionReader, d *disclosure.Disclosure, signer *c2pa.Signer) (disclosure.Output, error) {
	var written disclosure.Written
	file, err := s.add(out, suffix, func(w io.Writer) (err error) {
		written, err = disclosure.Write(ctx, w, src, d, signer)
		return err
	})
	if err != nil {
		return disclosure.Output{}, err
	}
	o := disclosure.Output{File: filepath.Base(file.final), MIME: mime, Bytes: file.bytes, SHA256: file.sha256(), C2PA: written.Statement()}
	if written.Sidecar != nil {
		file, err := s.add(out, c2pa.SidecarSuffix, func(w io.Writer) error { _, err := w.Write(written.Sidecar); return err })
		if err != nil {
			return disclosure.Output{}, err
		}
		o.C2PA.File = filepath.Base(file.final)
	}
	return o, nil
}

// commit gives the files their final names, or leaves none of them. What has come into the place of one meanwhile is not
// replaced unasked. An old sidecar goes first: without it an interrupted commit is not taken for a finished one; so does
// an old manifest, because that of another file is worse than none.
func (s *fileSet) commit(out Output) error {
	return s.commitWithout(out, DisclosureSuffix, c2pa.SidecarSuffix)
}

// commitWithout is commit where other files than these are to go first.
func (s *fileSet) commitWithout(out Output, stale ...string) (err error) {
	defer func() {
		if err != nil {
			s.takeBack()
		}
	}()
	for _, f := range s.files {
		if err := out.vacant(f.final); err != nil {
			return err
		}
	}
	for _, suffix := range stale {
		if err := os.Remove(out.path(suffix)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("replace the old files: %w", err)
		}
	}
	for _, f := range s.files {
		if err := os.Rename(f.temp, f.final); err != nil {
			return fmt.Errorf("write %s: %w", f.final, err)
		}
		f.temp = ""
	}
	return syncDir(out.Dir)
}

// takeBack removes what has got its final name.
func (s *fileSet) takeBack() {
	for _, f := range s.files {
		if f.temp == "" {
			_ = os.Remove(f.final)
		}
	}
}

// abandon removes what has not got its final name.
func (s *fileSet) abandon() {
	for _, f := range s.files {
		if f.temp != "" {
			_ = os.Remove(f.temp)
		}
	}
}

func (s *fileSet) list() []File {
	var files []File
	for _, f := range s.files {
		files = append(files, File{Path: f.final, Bytes: f.bytes, SHA256: f.sha256()})
	}
	return files
}

// replace gives the files their final names, one of which is that of the original. Where that fails the original is back
// in its place.
func (s *fileSet) replace(out Output, original string, mode fs.FileMode, stale []string) error {
	for _, f := range s.files {
		if f.final == filepath.Join(out.Dir, filepath.Base(original)) {
			if err := os.Chmod(f.temp, mode); err != nil {
				return err
			}
		}
	}
	temp, err := os.CreateTemp(out.Dir, TempPattern)
	if err != nil {
		return err
	}
	backup := temp.Name()
	// A link needs a name that is free.
	if err := errors.Join(temp.Close(), os.Remove(backup), os.Link(original, backup)); err != nil {
		return fmt.Errorf("keep the original while it is replaced: %w", err)
	}
	if err := s.commitWithout(out, stale...); err != nil {
		return errors.Join(err, os.Rename(backup, original))
	}
	return os.Remove(backup)
}
