// Package dl loads shared libraries at run time, without cgo, and says what to install where one is missing. It is for
// the codecs below audio; what a library's functions mean is theirs.
package dl

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/ebitengine/purego"
)

// Library is what has to be known to find and name a shared library.
type Library struct {
	Name                   string   // as its makers call it
	Linux, Darwin, Windows []string // file names, in the order to try
	Remedy                 string   // how to get it
}

// Error says that a shared library is missing or cannot be used.
type Error struct {
	Name   string // "LAME"
	Err    error
	Remedy string
}

func (e *Error) Error() string { return fmt.Sprintf("load %s: %v", e.Name, e.Err) }
func (e *Error) Unwrap() error { return e.Err }

// Hint is the command that installs the library.
func (e *Error) Hint() string { return e.Remedy }

// Open loads the library at path, or where path is empty the first of its usual files that loads, and binds functions:
// a map from a symbol to a pointer to a Go function of the same signature, or to a []any of such pointers for a C
// function that is called in several ways. It fails with *Error.
func (l Library) Open(path string, functions map[string]any) error {
	files := l.files()
	if path != "" {
		files = []string{path}
	}
	var problems []error
	for _, file := range files {
		handle, err := load(file)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if err := bind(handle, functions); err != nil {
			return l.Fail(fmt.Errorf("%s: %w", file, err))
		}
		return nil
	}
	return l.Fail(errors.Join(problems...))
}

// Fail is err as an *Error of this library.
func (l Library) Fail(err error) error { return &Error{l.Name, err, l.Remedy} }

// files is the names for this system. Homebrew keeps libraries where the loader of macOS does not look.
func (l Library) files() []string {
	switch runtime.GOOS {
	case "windows":
		return l.Windows
	case "darwin":
		files := l.Darwin
		for _, folder := range []string{"/opt/homebrew/lib/", "/usr/local/lib/"} {
			for _, file := range l.Darwin {
				files = append(files[:len(files):len(files)], folder+file)
			}
		}
		return files
	default:
		return l.Linux
	}
}

func bind(handle uintptr, functions map[string]any) error {
	for symbol, function := range functions {
		address, err := lookup(handle, symbol)
		if err != nil || address == 0 {
			return fmt.Errorf("it has no function %s", symbol)
		}
		several, ok := function.([]any)
		if !ok {
			several = []any{function}
		}
		for _, one := range several {
			purego.RegisterFunc(one, address)
		}
	}
	return nil
}
