package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/batch"
	"github.com/voicepress/voicepress/tts"
)

func newLexiconAffected(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "affected DIR [INPUT...]",
		Short: "List the articles of an output folder that the lexicon now reads otherwise",
		Long: `List the articles of an output folder in which the lexicon decides otherwise than when they were spoken, because an
entry is new, changed or gone. What it decided then stands in each NAME.account.json.

Standard output gets a name a line, and standard error the words. With INPUT, or --list FILE, it gets the inputs the
articles were made from instead of their names, so that a batch can take them. A plain batch over everything does the same
work: it speaks again what changed and nothing else.`,
		Example: `  voicepress lexicon affected audio/
  voicepress lexicon affected audio/ archive/ --lexicon new.yaml | voicepress batch --list - -o audio/ --lexicon new.yaml
  voicepress lexicon affected audio/ --json | jq -r '.words[]? | .word' | sort | uniq -c`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return affectedByLexicon(cmd, s, args[0], args[1:]) },
	}
	lexiconFlag(cmd)
	cmd.Flags().String("list", "", "file with the inputs of the folder's batch, one a line; - is standard input")
	cmd.Flags().Bool("json", false, "print each article as a line of JSON; the last line is the result")
	cmd.Flags().Bool("fail-on-empty", false, "end with code 6 when no article is affected")
	return cmd
}

// affectedEvent is an article that would be read otherwise.
type affectedEvent struct {
	Type  string            `json:"type"` // "affected"
	Name  string            `json:"name"`
	Input string            `json:"input,omitempty"`
	Words []pipeline.Reread `json:"words"`
}

func affectedByLexicon(cmd *cobra.Command, s *streams, dir string, inputs []string) error {
	c, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	ws, err := c.workerSettings()
	if err != nil {
		return err
	}
	list, _ := cmd.Flags().GetString("list")
	var inputOf map[string]string
	if list != "" || len(inputs) > 0 {
		if inputs, err = batchInputs(cmd, s, inputs); err != nil {
			return err
		}
		if inputOf, err = batch.InputsOf(dir, inputs); err != nil {
			return err
		}
	}
	paths, err := accountsIn(dir)
	if err != nil {
		return err
	}
	asJSON, _ := cmd.Flags().GetBool("json")
	encoder := json.NewEncoder(s.out)
	encoder.SetEscapeHTML(false)
	engines := engines{}
	affected, failed := 0, 0
	for _, path := range paths {
		if cmd.Context().Err() != nil {
			return context.Cause(cmd.Context())
		}
		name := strings.TrimSuffix(filepath.Base(path), pipeline.AccountSuffix)
		words, err := rereads(cmd.Context(), c, ws, path, engines)
		switch {
		case err != nil:
			failed++
			fmt.Fprintf(s.err, "failed     %s: %s\n", printable(name), printable(err.Error()))
			continue
		case len(words) == 0 || inputOf != nil && inputOf[name] == "":
			continue
		}
		affected++
		if asJSON {
			err = encoder.Encode(affectedEvent{"affected", name, inputOf[name], words})
		} else {
			err = printAffected(s, name, inputOf[name], words)
		}
		if err != nil {
			return fmt.Errorf("print the articles: %w", err)
		}
	}
	if asJSON {
		err = encoder.Encode(map[string]any{"type": "result", "articles": len(paths), "affected": affected, "failed": failed})
	} else {
		_, err = fmt.Fprintf(s.err, "%d of %s affected\n", affected, counted(len(paths), "article"))
	}
	empty, _ := cmd.Flags().GetBool("fail-on-empty")
	switch {
	case err != nil:
		return err
	case failed > 0:
		return codeError(exitSome)
	case empty && affected == 0:
		return codeError(exitEmpty)
	}
	return nil
}

// accountsIn lists the accounts of an output folder by name.
func accountsIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the output folder: %w", err)
	}
	var paths []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), pipeline.AccountSuffix) {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	if len(paths) == 0 {
		return nil, usagef("name a folder that `voicepress batch` or `voicepress convert` wrote to", "%s holds no account of an article", dir)
	}
	return paths, nil
}

func rereads(ctx context.Context, c *settings, ws pipeline.Settings, path string, known engines) ([]pipeline.Reread, error) {
	acc, err := readAccount(path)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(strings.TrimSuffix(path, pipeline.AccountSuffix) + pipeline.DisclosureSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("it has no disclosure, so it is not whole")
	}
	if err != nil {
		return nil, fmt.Errorf("read the disclosure: %w", err)
	}
	defer file.Close()
	sidecar, err := disclosure.ReadSidecar(file)
	if err != nil {
		return nil, err
	}
	return pipeline.Rereads(acc, known.info(ctx, c, sidecar.Engine.Name), ws)
}

// engines are what the backends that made the articles say of themselves, by name.
type engines map[string]tts.Info

// info opens a backend to ask it. One that is not here, as on an editor's machine, is taken for one that can be told
// pronunciations.
func (e engines) info(ctx context.Context, c *settings, name string) tts.Info {
	if info, ok := e[name]; ok {
		return info
	}
	e[name] = tts.Info{Phonemes: true}
	if backend, err := openNamed(ctx, c, name, slog.New(slog.DiscardHandler)); err == nil {
		e[name] = backend.Info()
		_ = backend.Close()
	}
	return e[name]
}

func printAffected(s *streams, name, input string, words []pipeline.Reread) error {
	line := name
	if input != "" {
		line = input
	}
	if _, err := fmt.Fprintln(s.out, printable(line)); err != nil {
		return err
	}
	reading := func(w *pipeline.WordSound) string {
		if w == nil {
			return "as the rules have it"
		}
		return readingOf(w.Say, w.IPA)
	}
	for _, w := range words {
		fmt.Fprintf(s.err, "  %s: %s, was %s (%s)\n", printable(w.Word), printable(reading(w.Now)), printable(reading(w.Was)), counted(w.Count, "time"))
	}
	return nil
}
