package assets

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// watchEvery is how often the size of a download that another program makes is looked at.
const watchEvery = 200 * time.Millisecond

// fetch gets the archives or files of one way into staging and moves the files into place.
func (s *Store) fetch(ctx context.Context, way Fetch, part Part, staging string, progress Progress) error {
	if way.URL != "" {
		return s.fetchURLs(ctx, way.URL, part, staging, progress)
	}
	var total, before int64
	for _, p := range way.packages() {
		total += p.Bytes
	}
	var archives []string
	for i, p := range way.packages() {
		folder := filepath.Join(staging, strconv.Itoa(i))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		command, suffix, what := pipCommand, wheel, "pip download "+p.Pip
		if p.NPM != "" {
			command, suffix, what = npmCommand, tarball, "npm pack "+p.NPM
		}
		report := func(done, _ int64) { progress(before+done, total) }
		if err := download(ctx, p, folder, suffix, report, command); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		archive, err := only(folder, suffix)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		archives = append(archives, archive)
		before += p.Bytes
	}
	if err := s.unpack(part, archives); err != nil { // so that the next run fetches them again
		for _, archive := range archives {
			err = errors.Join(err, os.Remove(archive))
		}
		return err
	}
	return nil
}

// Endings of the archives that pip and npm fetch.
const (
	wheel   = ".whl"
	tarball = ".tgz"
)

func pipCommand(ctx context.Context, way Fetch, staging string) (*exec.Cmd, error) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if python, err = exec.LookPath("python"); err != nil {
			return nil, errors.New("python3 is not installed")
		}
	}
	args := []string{"-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--only-binary=:all:", "--dest", staging}
	if way.Tags != nil {
		args = append(args, "--implementation", "cp", "--python-version", way.Tags["python"], "--abi", way.Tags["abi"], "--platform", way.Tags["platform"])
	}
	return exec.CommandContext(ctx, python, append(args, way.Pip)...), nil
}

func npmCommand(ctx context.Context, way Fetch, staging string) (*exec.Cmd, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return nil, errors.New("npm is not installed")
	}
	return exec.CommandContext(ctx, npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", staging, way.NPM), nil
}

// download lets another program fetch an archive into staging, unless an earlier run has finished that, and reports
// its growth.
func download(ctx context.Context, way Fetch, staging, suffix string, progress Progress, command func(context.Context, Fetch, string) (*exec.Cmd, error)) error {
	if _, err := only(staging, suffix); err == nil {
		return nil
	}
	cmd, err := command(ctx, way, staging)
	if err != nil {
		return err
	}
	// The program's own temporary files go into a folder that is watched and thrown away.
	temp, err := os.MkdirTemp(staging, "tmp-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.Env = append(os.Environ(), "TMPDIR="+temp)
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case err := <-done:
			if err != nil {
				return fmt.Errorf("%w: %s", err, lastLine(stderr.Bytes()))
			}
			return nil
		case <-ticker.C:
			done := size(staging) // twice as much for a moment, while the program copies what it has
			if way.Bytes > 0 {
				done = min(done, way.Bytes)
			}
			progress(done, way.Bytes)
		}
	}
}

// unpack takes the files out of the archives.
func (s *Store) unpack(part Part, archives []string) error {
	var folders []fs.FS
	for _, archive := range archives {
		if strings.HasSuffix(archive, wheel) {
			z, err := zip.OpenReader(archive)
			if err != nil {
				return fmt.Errorf("open %s: %w", filepath.Base(archive), err)
			}
			defer z.Close()
			folders = append(folders, z)
			continue
		}
		folder := strings.TrimSuffix(archive, tarball) + ".unpacked"
		if err := untar(archive, folder, part); err != nil {
			return fmt.Errorf("unpack %s: %w", filepath.Base(archive), err)
		}
		folders = append(folders, os.DirFS(folder))
	}
	for _, f := range part.Files {
		if err := s.unpackOne(f, folders); err != nil {
			return fmt.Errorf("unpack %s: %w", f.To, err)
		}
	}
	return nil
}

// unpackOne puts a file into its place from the folders that hold its parts.
func (s *Store) unpackOne(f File, folders []fs.FS) error {
	var readers []io.Reader
	for _, name := range f.parts() {
		err := fs.ErrNotExist
		for _, folder := range folders {
			var file fs.File
			if file, err = folder.Open(name); err == nil {
				defer file.Close()
				readers = append(readers, file)
				break
			}
		}
		if err != nil {
			return err
		}
	}
	return s.accept(f, io.MultiReader(readers...))
}

// untar takes what the files need out of an npm tarball into a folder.
func untar(archive, folder string, part Part) error {
	most := map[string]int64{} // bytes of what is wanted
	for _, f := range part.Files {
		for _, name := range f.parts() {
			most[name] = f.Bytes
		}
	}
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	gz, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	for tr := tar.NewReader(gz); ; {
		header, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if n, ok := most[header.Name]; ok && header.Typeflag == tar.TypeReg {
			err := place(filepath.Join(folder, filepath.FromSlash(header.Name)), func(w io.Writer) error {
				_, err := io.Copy(w, io.LimitReader(tr, n+1)) // too long a file is refused by its hash
				return err
			})
			if err != nil {
				return err
			}
		}
	}
}

func (s *Store) fetchURLs(ctx context.Context, base string, part Part, staging string, progress Progress) error {
	var before int64
	for _, f := range part.Files {
		name := path.Base(f.From)
		partial := filepath.Join(staging, name+".part")
		report := func(n int64) { progress(before+n, part.Bytes()) }
		if err := s.resume(ctx, strings.TrimSuffix(base, "/")+"/"+name, partial, f.Bytes, report); err != nil {
			return fmt.Errorf("fetch %s: %w", name, err)
		}
		file, err := os.Open(partial)
		if err != nil {
			return err
		}
		err = s.accept(f, file)
		_ = file.Close()
		if err != nil {
			return errors.Join(err, os.Remove(partial))
		}
		before += f.Bytes
	}
	return nil
}

// stallAfter is how long a server may send nothing before it is given up.
const stallAfter = time.Minute

var errStalled = errors.New("the server sends nothing any more")

// resume fetches url into the file partial, going on after the bytes that are already there.
func (s *Store) resume(ctx context.Context, url, partial string, total int64, report func(int64)) error {
	file, err := os.OpenFile(partial, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	have, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if have == total {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := time.AfterFunc(stallAfter, func() { cancel(errStalled) })
	defer stalled.Stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if have > 0 && have < total {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	response, err := cmp.Or(s.HTTP, http.DefaultClient).Do(request)
	if err != nil {
		return cmp.Or(context.Cause(ctx), err)
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusPartialContent:
	case http.StatusOK: // the server does not resume, or there was nothing to resume
		if err := file.Truncate(0); err != nil {
			return err
		}
		if have, err = file.Seek(0, io.SeekStart); err != nil {
			return err
		}
	default:
		return fmt.Errorf("the server answers %s", response.Status)
	}
	body := io.LimitReader(response.Body, total-have+1)
	buffer := make([]byte, 1<<16)
	for {
		n, err := body.Read(buffer)
		stalled.Reset(stallAfter)
		if n > 0 {
			if _, err := file.Write(buffer[:n]); err != nil {
				return err
			}
			have += int64(n)
			report(have)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return cmp.Or(context.Cause(ctx), err)
		}
	}
	if have != total {
		return fmt.Errorf("got %d of %d bytes", have, total)
	}
	return nil
}

// only is the path of the one file in dir whose name ends in suffix.
func only(dir, suffix string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return !strings.HasSuffix(e.Name(), suffix) })
	if len(entries) != 1 {
		return "", fmt.Errorf("found %d files %s where there should be one", len(entries), suffix)
	}
	return filepath.Join(dir, entries[0].Name()), nil
}

// size is the number of bytes in all files below dir.
func size(dir string) int64 {
	var n int64
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // a file that is gone again has no size
		}
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
			n += info.Size()
		}
		return nil
	})
	return n
}

func lastLine(b []byte) string {
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return strings.ToValidUTF8(lines[len(lines)-1], "")
}
