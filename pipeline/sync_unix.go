//go:build unix

package pipeline

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// syncDir makes renames in a folder last through a power cut, on file systems that can do so; some network file systems
// cannot, and say EINVAL (fsync(2)).
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync the output folder: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil && !errors.Is(err, syscall.EINVAL) {
		return fmt.Errorf("sync the output folder: %w", err)
	}
	return nil
}
