//go:build darwin || freebsd || linux || netbsd

package dl

import (
	"runtime"

	"github.com/ebitengine/purego"
)

// load maps a shared library into the process. It stays there: unloading code that may still run is not worth the risk.
func load(file string) (uintptr, error) {
	// The loader keeps its last error for the thread that made it (dlerror in POSIX), so both calls must be on one.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return purego.Dlopen(file, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

func lookup(handle uintptr, symbol string) (uintptr, error) { return purego.Dlsym(handle, symbol) }
