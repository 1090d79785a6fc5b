package batch

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/voicepress/voicepress/pipeline"
)

// Inputs turns what a user names into a list of articles: files as they are, folders into the article files below them,
// patterns into the files that match, http and https addresses as they are. The order is that of the arguments, inside
// a folder or pattern by name; nothing comes twice.
func Inputs(args []string) ([]string, error) {
	var list []string
	seen := map[string]bool{}
	add := func(input string) {
		if !seen[plain(input)] {
			seen[plain(input)] = true
			list = append(list, input)
		}
	}
	for _, arg := range args {
		if IsURL(arg) {
			add(arg)
			continue
		}
		info, err := os.Stat(arg)
		switch {
		case err == nil && info.IsDir():
			files, err := articleFiles(arg)
			if err != nil {
				return nil, fmt.Errorf("read folder %s: %w", arg, err)
			}
			for _, f := range files {
				add(f)
			}
		case err == nil:
			add(arg)
		default:
			matches, globErr := filepath.Glob(arg)
			if globErr != nil || len(matches) == 0 {
				return nil, fmt.Errorf("find articles: %w", err)
			}
			for _, m := range matches {
				if info, err := os.Stat(m); !hidden(m) && !made(m) && (err != nil || !info.IsDir()) {
					add(m)
				}
			}
		}
	}
	return list, nil
}

// maxLine is the longest line of a list, in bytes: a path or URL longer than this is none.
const maxLine = 64 << 10

// ReadList reads paths and URLs, one a line; empty lines and lines that begin with # are passed over.
func ReadList(r io.Reader) ([]string, error) {
	var list []string
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the list: %w", err)
	}
	return list, nil
}

// IsURL says whether an input is an address on the web.
func IsURL(input string) bool {
	u, err := url.Parse(input)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// articleFiles lists the article files below a folder by their extension. Hidden files and folders are passed over.
func articleFiles(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir() && hidden(path) && path != dir:
			return filepath.SkipDir
		case entry.IsDir() || hidden(path):
			return nil
		}
		if !slices.Contains([]string{".html", ".htm", ".md", ".markdown", ".txt"}, strings.ToLower(filepath.Ext(path))) || made(path) {
			return nil
		}
		// A pipe would be waited for. A link that leads nowhere stays: reading it says so.
		if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() {
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// made says whether a file is no article but a page that was written for one.
func made(path string) bool { return strings.HasSuffix(path, pipeline.PlayerSuffix) }

func hidden(path string) bool {
	name := filepath.Base(path)
	return strings.HasPrefix(name, ".") && name != "." && name != ".."
}
