package pipeline

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Output says where the files of one article go.
type Output struct {
	Dir       string    // folder, made if it is not there
	Name      string    // file name without extension: NAME.mp3, NAME.disclosure.json...
	Overwrite bool      // replace files that are there
	Created   time.Time // written into the sidecar; the zero time is left out
	// Stream takes the audio instead of a folder, in the one format of the settings; no other file is written.
	Stream io.Writer
}

// TempPattern is how files are called before they are complete. A name like this is never a finished file.
const TempPattern = ".voicepress-*.tmp"

// scratchDir is where temporary files go: beside the output, because that is where room is expected.
func (o Output) scratchDir() string {
	if o.Stream != nil {
		return os.TempDir()
	}
	return o.Dir
}

func (o Output) path(suffix string) string { return filepath.Join(o.Dir, o.Name+suffix) }

// prepare makes the folder and refuses to replace files unasked.
func (o Output) prepare(s *Settings) error {
	if o.Stream != nil {
		if len(s.Formats) != 1 {
			return fmt.Errorf("a stream takes one format, not %d", len(s.Formats))
		}
		return nil
	}
	return o.prepareFiles(s.suffixes()...)
}

// prepareFiles is prepare for files with these endings.
func (o Output) prepareFiles(suffixes ...string) error {
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return fmt.Errorf("make the output folder: %w", err)
	}
	for _, suffix := range suffixes {
		if err := o.vacant(o.path(suffix)); err != nil {
			return err
		}
	}
	return nil
}

// vacant says whether a file may be put at path: nothing is there, or a file that may be replaced.
func (o Output) vacant(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("look for old files: %w", err)
	case !o.Overwrite:
		return &ExistsError{Path: path}
	case info.IsDir():
		return fmt.Errorf("replace %s: it is a folder", path)
	}
	return nil
}

// ExistsError says that a file is there already.
type ExistsError struct{ Path string }

func (e *ExistsError) Error() string { return e.Path + " is there already" }

// Hint says how to replace it.
func (e *ExistsError) Hint() string {
	return "use --overwrite to replace it, or choose another folder with -o"
}
