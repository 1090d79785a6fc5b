package lexicon

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// File is what one lexicon file says.
type File struct {
	Name    string
	Entries []Entry
	Notes   []*Error // what is well-formed and not used
}

// MaxBytes is the largest lexicon file that is read.
const MaxBytes = 32 << 20

// Open reads a lexicon file: W3C PLS where its name ends in .pls, else YAML. The error is an Errors where the file says
// something wrong.
func Open(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the lexicon: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the lexicon %s: %w", path, err)
	}
	if strings.EqualFold(filepath.Ext(path), ".pls") {
		return ReadPLS(path, data)
	}
	return ReadYAML(path, data)
}

var errTooLarge = errors.New("the file is larger than a lexicon may be (32 MB)")

// add checks an entry and adds it, or its mistake.
func (f *File) add(e Entry, errs Errors) Errors {
	e.File = f.Name
	if err := e.prepare(); err != nil {
		return append(errs, &Error{f.Name, e.Line, err})
	}
	f.Entries = append(f.Entries, e)
	return errs
}

// done is the file, or its mistakes.
func (f *File) done(errs Errors) (*File, error) {
	if len(errs) > 0 {
		return nil, errs
	}
	return f, nil
}
