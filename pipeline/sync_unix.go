//go:build unix

package pipeline

import (
	"errors"
	"fmt"
	"os"
)

// syncDir makes renames in a folder last through a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync the output folder: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync the output folder: %w", err)
	}
	return nil
}
