package remote

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/voicepress/voicepress/tts"
)

// maxKey bounds a file with a key, in bytes.
const maxKey = 8 << 10

// Key says where the key of a service is. The key itself is never in a configuration file.
type Key struct {
	Env  string // the name of an environment variable: "OPENAI_API_KEY"
	File string // the path of a file that holds it alone; if given, Env is not looked at
}

// Read gets the key. Where there is none, or it cannot be one, the error is a *tts.NotAuthorised with a hint, and holds
// nothing of it.
func (k Key) Read() (string, error) {
	where, key := "the environment variable "+k.Env, os.Getenv(k.Env)
	if k.File != "" {
		where = "the file " + k.File
		var err error
		if key, err = readKey(k.File); err != nil {
			return "", k.missing(err)
		}
	}
	key = strings.TrimSpace(key)
	if key == "" {
		return "", k.missing(fmt.Errorf("no key is in %s", where))
	}
	if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", k.missing(fmt.Errorf("what is in %s is no key: it holds spaces or characters beyond ASCII", where))
	}
	return key, nil
}

func (k Key) missing(err error) error {
	hint := "write the key alone into " + k.File
	if k.File == "" {
		hint = fmt.Sprintf("put the key into the environment variable %s, or into a file and name that with api_key_file", k.Env)
	}
	return &tts.NotAuthorised{Err: Hint(err, hint)}
}

func readKey(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("read the key: %w", err)
	}
	if !info.Mode().IsRegular() { // a pipe would have the program wait
		return "", fmt.Errorf("read the key: %s is no regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read the key: %w", err)
	}
	defer f.Close()
	key, err := io.ReadAll(io.LimitReader(f, maxKey+1))
	if err != nil {
		return "", fmt.Errorf("read the key: %w", err)
	}
	if len(key) > maxKey {
		return "", errors.New("read the key: the file is larger than 8 KiB")
	}
	return string(key), nil
}
