//go:build darwin || freebsd || linux || netbsd

package mp3

import "github.com/ebitengine/purego"

// load maps a shared library into the process. It stays there: unloading code that may still run is not worth the risk.
func load(file string) (uintptr, error) {
	return purego.Dlopen(file, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

func lookup(handle uintptr, symbol string) (uintptr, error) { return purego.Dlsym(handle, symbol) }
