package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/disclosure"
)

// neighbours are what the sidecar at the place of a new one says of other files: the same recording in other formats.
type neighbours struct {
	sidecar *disclosure.Sidecar // nil where there is none of ours
	outputs []disclosure.Output // that are still there, without the file itself
	store   bool                // the manifest beside the audio belongs to one of them
	own     bool                // or to the file itself
}

func besides(out Output, base string) (n neighbours, err error) {
	file, err := os.Open(out.path(DisclosureSuffix))
	if errors.Is(err, fs.ErrNotExist) {
		return n, nil
	}
	if err != nil {
		return n, err
	}
	defer file.Close()
	if n.sidecar, err = disclosure.ReadSidecar(file); err != nil {
		n.sidecar = nil // not one of ours: it is in the way, as any other file
		return n, nil
	}
	for _, o := range n.sidecar.Outputs {
		if o.File == base {
			n.own = o.C2PA.File != ""
			continue
		}
		if _, err := os.Lstat(filepath.Join(out.Dir, o.File)); err == nil {
			n.outputs = append(n.outputs, o)
			n.store = n.store || o.C2PA.File != ""
		}
	}
	return n, nil
}

// strange fails where a manifest lies beside the file that is not ours: a new one would take its place.
func (n neighbours) strange(out Output, path string) error {
	store := out.path(c2pa.SidecarSuffix)
	if _, err := os.Lstat(store); err != nil || n.own || n.store {
		return nil //nolint:nilerr // none is there
	}
	return &NotDisclosableError{
		path, fmt.Errorf("%s beside it is the manifest of another program", filepath.Base(store)),
		"write to a folder with -o, or replace the manifest with --overwrite",
	}
}

// suffixes are the endings of the files that nothing may be in the way of.
func (n neighbours) suffixes(ext string) []string {
	all := []string{ext}
	if !n.store && !n.own {
		all = append(all, c2pa.SidecarSuffix)
	}
	if n.sidecar == nil {
		all = append(all, DisclosureSuffix)
	}
	return all
}

// stale are the endings of the files that go first.
func (n neighbours) stale() []string {
	if n.store {
		return []string{DisclosureSuffix}
	}
	return []string{DisclosureSuffix, c2pa.SidecarSuffix}
}
