package dl

import (
	"fmt"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// load maps a DLL into the process. A bare name is searched for beside the program and in the system folder, never in
// the working directory, where anybody may have put a file.
func load(file string) (uintptr, error) {
	flags := uintptr(windows.LOAD_LIBRARY_SEARCH_DEFAULT_DIRS)
	if filepath.Base(file) != file {
		absolute, err := filepath.Abs(file)
		if err != nil {
			return 0, err
		}
		file, flags = absolute, flags|windows.LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR
	}
	handle, err := windows.LoadLibraryEx(file, 0, flags)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	return uintptr(handle), nil
}

func lookup(handle uintptr, symbol string) (uintptr, error) {
	return windows.GetProcAddress(windows.Handle(handle), symbol)
}
