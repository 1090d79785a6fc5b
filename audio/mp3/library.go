package mp3

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/ebitengine/purego"
)

// sharedLibrary is what has to be known to find and name a shared library.
type sharedLibrary struct {
	name   string   // as its makers call it
	files  []string // file names by operating system, in the order to try
	remedy string
}

func lameLibrary() sharedLibrary {
	return sharedLibrary{
		name: "LAME",
		files: fileNames(
			[]string{"libmp3lame.so.0", "libmp3lame.so"},
			[]string{"libmp3lame.0.dylib", "libmp3lame.dylib"},
			[]string{"libmp3lame.dll", "libmp3lame-0.dll"}),
		remedy: "install it: apt-get install libmp3lame0, dnf install lame-libs or brew install lame; or name the path of its library",
	}
}

func mpg123Library() sharedLibrary {
	return sharedLibrary{
		name: "mpg123",
		files: fileNames(
			[]string{"libmpg123.so.0", "libmpg123.so"},
			[]string{"libmpg123.0.dylib", "libmpg123.dylib"},
			[]string{"libmpg123-0.dll", "mpg123.dll"}),
		remedy: "install it: apt-get install libmpg123-0, dnf install mpg123-libs or brew install mpg123; or name the path of its library",
	}
}

// fileNames picks the names for this system. Homebrew keeps libraries where the loader of macOS does not look.
func fileNames(linux, darwin, windows []string) []string {
	switch runtime.GOOS {
	case "windows":
		return windows
	case "darwin":
		for _, folder := range []string{"/opt/homebrew/lib/", "/usr/local/lib/"} {
			for _, file := range darwin[:2] {
				darwin = append(darwin, folder+file)
			}
		}
		return darwin
	default:
		return linux
	}
}

// open loads the library at path, or where path is empty the first of its usual files that loads, and binds functions:
// a map from a symbol to a pointer to a Go function of the same signature.
func (l sharedLibrary) open(path string, functions map[string]any) error {
	files := l.files
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
			return l.fail(fmt.Errorf("%s: %w", file, err))
		}
		return nil
	}
	return l.fail(errors.Join(problems...))
}

func (l sharedLibrary) fail(err error) error { return &LibraryError{l.name, err, l.remedy} }

func bind(handle uintptr, functions map[string]any) error {
	for symbol, function := range functions {
		address, err := lookup(handle, symbol)
		if err != nil || address == 0 {
			return fmt.Errorf("it has no function %s", symbol)
		}
		purego.RegisterFunc(function, address)
	}
	return nil
}
