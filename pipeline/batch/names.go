package batch

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// namesFile is the list, in the output folder, of which input has which name. A line is the hash of an input, a space
// and a name; the input itself is not written, because the folder may be published.
const namesFile = ".voicepress.names"

// names gives the articles of a folder the names of their files, and remembers them from run to run: an article keeps
// its name whatever comes or goes beside it, and never takes one that belongs to another.
type names struct {
	file  *os.File
	owner map[string]string // name → owner of its input
	taken map[string]bool   // names given out in this run
}

func openNames(dir string) (*names, error) {
	n := &names{owner: map[string]string{}, taken: map[string]bool{}}
	file, err := os.OpenFile(filepath.Join(dir, namesFile), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the list of names: %w", err)
	}
	n.file = file
	if err := scanNames(file, n.owner); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return n, nil
}

// scanNames reads the list: name to owner.
func scanNames(file *os.File, owner map[string]string) error {
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		who, name, ok := strings.Cut(lines.Text(), " ")
		if ok && len(who) == hex.EncodedLen(sha256.Size) { // any other line was cut short by a full disk
			owner[name] = who
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read %s: %w", file.Name(), err)
	}
	return nil
}

// give is the name for an article that would like to be called slug.
func (n *names) give(slug, input string) (string, error) {
	who := ownerOf(input)
	name := Unique(slug, input, func(name string) bool {
		owner, owned := n.owner[name]
		return !n.taken[name] && (!owned || owner == who)
	})
	n.taken[name] = true
	if n.owner[name] == who {
		return name, nil
	}
	n.owner[name] = who
	if _, err := fmt.Fprintf(n.file, "%s %s\n", who, name); err != nil {
		return "", fmt.Errorf("remember the name %s: %w", name, err)
	}
	return name, nil
}

// Unique is slug where that is free, or else slug with a piece of the hash of the input, so that an article keeps its
// name however many others of the same title there are.
func Unique(slug, input string, free func(name string) bool) string {
	name, who := slug, ownerOf(input)
	for n := 8; !free(name) && n <= len(who); n += 8 {
		name = slug + "-" + who[:n]
	}
	return name
}

// ownerOf is the hash of an input, the same for every way to write a path.
func ownerOf(input string) string {
	sum := sha256.Sum256([]byte(filepath.ToSlash(plain(input))))
	return hex.EncodeToString(sum[:])
}

// plain is an input in its shortest form.
func plain(input string) string {
	if IsURL(input) {
		return input
	}
	return filepath.Clean(input)
}

// InputsOf finds which of some inputs the articles of an output folder were made from: name to input.
func InputsOf(dir string, inputs []string) (map[string]string, error) {
	byOwner := make(map[string]string, len(inputs))
	for _, input := range inputs {
		byOwner[ownerOf(input)] = input
	}
	file, err := os.Open(filepath.Join(dir, namesFile))
	if err != nil {
		return nil, fmt.Errorf("open the list of names: %w", err)
	}
	defer file.Close()
	owners, found := map[string]string{}, map[string]string{}
	if err := scanNames(file, owners); err != nil {
		return nil, err
	}
	for name, who := range owners {
		if input, ok := byOwner[who]; ok {
			found[name] = input
		}
	}
	return found, nil
}
