package assets

import (
	"os"
	"path/filepath"
	"runtime"
)

// noHome says that the user has no home folder, and so no data folder.
type noHome struct{ err error }

func (e noHome) Error() string { return "find the data folder: " + e.err.Error() }
func (e noHome) Unwrap() error { return e.err }
func (e noHome) Hint() string  { return "name the folder with --data or VOICEPRESS_DATA, or set HOME" }

// DefaultDir is the data folder of this user: $XDG_DATA_HOME/voicepress or ~/.local/share/voicepress, and the usual
// folders of macOS and Windows.
//
// Source: XDG Base Directory Specification 0.8.
func DefaultDir() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "voicepress"), nil
	}
	if runtime.GOOS == "windows" {
		if dir := os.Getenv("LOCALAPPDATA"); dir != "" {
			return filepath.Join(dir, "voicepress"), nil
		}
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", noHome{err}
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "voicepress"), nil
	}
	return filepath.Join(home, ".local", "share", "voicepress"), nil
}
