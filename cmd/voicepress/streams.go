package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/term"
)

// streams are the standard streams and what is known about them, so that commands can be run by tests.
type streams struct {
	in  io.Reader
	out io.Writer // data only
	err io.Writer // messages, progress, logs

	inTTY, outTTY, errTTY bool
}

func osStreams() *streams {
	return &streams{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		inTTY:  term.IsTerminal(int(os.Stdin.Fd())),
		outTTY: term.IsTerminal(int(os.Stdout.Fd())),
		errTTY: term.IsTerminal(int(os.Stderr.Fd())),
	}
}

// note says something beside the result.
func (s *streams) note(text string) { fmt.Fprintln(s.err, printable(text)) }

// watched remembers the first error of a writer, so that output that was lost is not taken for success by a command
// that prints line by line.
type watched struct {
	to  io.Writer
	err error
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if err != nil && w.err == nil {
		w.err = err
	}
	return n, err
}

// printable makes text from an article or a file name safe for a terminal: no control or formatting characters.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
}

// shorten cuts s to at most n characters for display.
func shorten(s string, n int) string {
	runes := []rune(printable(s))
	if len(runes) <= n {
		return string(runes)
	}
	return string(runes[:n-1]) + "…"
}
