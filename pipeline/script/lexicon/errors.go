package lexicon

import (
	"fmt"
	"strings"
)

// Error is a mistake in a lexicon file.
type Error struct {
	File string
	Line int // counted from 1; 0 where the file as a whole is meant
	Err  error
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Errors are all the mistakes of some files, in order. It is never empty.
type Errors []*Error

func (e Errors) Error() string {
	lines := make([]string, 0, len(e))
	for _, err := range e {
		lines = append(lines, err.Error())
	}
	return strings.Join(lines, "\n")
}
