package onnx

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/voicepress/voicepress/tts"
)

// remedy installs the library.
const remedy = "voicepress install onnxruntime"

// Find is the path of the newest ONNX Runtime library installed under the data folder, as
// runtimes/onnxruntime-VERSION/libonnxruntime.so (.dylib on macOS, onnxruntime.dll on Windows). If there is none the
// error is a *tts.Unavailable.
func Find(data string) (string, error) {
	name := "libonnxruntime.so"
	switch runtime.GOOS {
	case "darwin":
		name = "libonnxruntime.dylib"
	case "windows":
		name = "onnxruntime.dll"
	}
	folder := filepath.Join(data, "runtimes")
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", unavailable(err)
	}
	var found string
	var newest []int
	for _, e := range entries {
		text, ok := strings.CutPrefix(e.Name(), "onnxruntime-")
		path := filepath.Join(folder, e.Name(), name)
		version := parseVersion(text)
		if !ok || version == nil || slices.Compare(version, newest) <= 0 {
			continue
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			found, newest = path, version
		}
	}
	if found == "" {
		return "", unavailable(fmt.Errorf("no %s under %s", name, folder))
	}
	return found, nil
}

func unavailable(err error) error {
	return &tts.Unavailable{What: "ONNX Runtime", Err: err, Remedy: remedy}
}

// parseVersion reads "1.32.0"; nil is not a version.
func parseVersion(text string) []int {
	var v []int
	for part := range strings.SplitSeq(text, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil
		}
		v = append(v, n)
	}
	return v
}

// checkLibrary refuses a file that is cut short. The loaders of macOS and Windows see that themselves; Linux's maps what
// the header promises, and the program dies at the first touch of what is not there.
func checkLibrary(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if runtime.GOOS != "linux" {
		return nil
	}
	file, err := elf.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_LOAD && p.Off+p.Filesz > uint64(info.Size()) {
			return fmt.Errorf("the file is cut short at byte %d", info.Size())
		}
	}
	return nil
}
