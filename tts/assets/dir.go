package assets

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

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
		return "", fmt.Errorf("find the data folder: %w", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "voicepress"), nil
	}
	return filepath.Join(home, ".local", "share", "voicepress"), nil
}
