package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/batch"
)

func newBatch(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "batch INPUT...",
		Short: "Turn many articles into disclosed audio, and do only what changed",
		Long: `Turn many articles into disclosed audio in one folder.

INPUT is a file, a folder (its .html, .htm, .md, .markdown and .txt files), a pattern, or a URL; --list FILE reads more of
them, one a line (- reads standard input). Run again, it converts only articles that changed, or whose voice, settings
or program changed. Killed at any moment, the next run does the rest; a file under its final name is always whole.`,
		Example: `  voicepress batch archive/ -o audio/
  voicepress batch 'archive/2024-*.html' -o audio/ --articles 4
  voicepress batch archive/ -o audio/ --backend polly --dry-run
  voicepress batch archive/ -o audio/ --backend polly --budget 5.00
  voicepress batch --list urls.txt -o audio/ --json > run.jsonl`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return runBatch(cmd, s, args) },
	}
	speakingFlags(cmd)
	cmd.Flags().String("list", "", "file with paths or URLs, one a line; - is standard input")
	cmd.Flags().Int("articles", 0, "articles converted at once")
	cmd.Flags().Bool("fail-on-empty", false, "end with code 6 when there was nothing to do")
	return cmd
}

func runBatch(cmd *cobra.Command, s *streams, args []string) error {
	began := time.Now()
	c, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	inputs, err := batchInputs(cmd, s, args)
	if err != nil {
		return err
	}
	read, err := newReader(s, c, cmd)
	if err != nil {
		return err
	}
	dir, _ := cmd.Flags().GetString("output")
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		_, notAudio := pipeline.ParseFormat(strings.TrimPrefix(filepath.Ext(dir), "."))
		switch {
		case dir == "":
			return usagef("leave -o out for this folder", "-o names nothing")
		case dir == "-":
			return usagef("name a folder with -o", "a batch cannot go to standard output")
		case notAudio == nil:
			return usagef("name a folder with -o", "a batch cannot go to one file")
		}
	}
	ctx := cmd.Context()
	worker, backend, err := openWorker(ctx, s, c)
	if err != nil {
		return err
	}
	defer func() { _ = backend.Close() }()

	asJSON, _ := cmd.Flags().GetBool("json")
	quiet, _ := cmd.Flags().GetBool("quiet")
	if dry, _ := cmd.Flags().GetBool("dry-run"); dry {
		return rehearsal{read.read, worker, backend, upToDate(dir, inputs, worker)}.run(ctx, s, asJSON, inputs)
	}
	show := newSink(s, showing{articles: len(inputs), listed: true, json: asJSON, quiet: quiet})
	sum, err := (&batch.Batch{
		Worker: worker, Read: read.read, Dir: dir, Articles: c.Batch.Articles, Overwrite: c.Output.Overwrite,
		Created: created(), Progress: show,
	}).Run(ctx, inputs)
	show.close()
	if err != nil && sum == (batch.Summary{}) { // it could not start
		return err
	}
	result := resultEvent{
		Type: "result", Done: sum.Done, Unchanged: sum.Unchanged, Failed: sum.Failed,
		AudioMS: sum.Audio.Milliseconds(), ElapsedMS: time.Since(began).Milliseconds(), Usage: sum.Usage,
	}
	result.Usage.Bill = backend.meter.Total().Bill // what failed was paid for too
	if asJSON {
		if err != nil { // the last line is the error
			return err
		}
		if err := json.NewEncoder(s.out).Encode(result); err != nil {
			return fmt.Errorf("print the result: %w", err)
		}
	} else if !quiet {
		fmt.Fprintf(s.err, "%s converted (%s of audio), %d unchanged, %d failed, in %s\n",
			counted(sum.Done, "article"), clock(sum.Audio), sum.Unchanged, sum.Failed, clock(time.Since(began)))
		if b := result.Usage.Bill; b.Characters > 0 {
			fmt.Fprintln(s.err, billed(b))
		}
	}
	empty, _ := cmd.Flags().GetBool("fail-on-empty")
	switch {
	case err != nil:
		return err
	case sum.Failed > 0:
		return codeError(exitSome)
	case empty && sum.Done == 0:
		return codeError(exitEmpty)
	}
	return nil
}

func batchInputs(cmd *cobra.Command, s *streams, args []string) ([]string, error) {
	if list, _ := cmd.Flags().GetString("list"); list != "" {
		r := s.in
		if list != "-" {
			file, err := os.Open(list)
			if err != nil {
				return nil, fmt.Errorf("read the list: %w", err)
			}
			defer file.Close()
			r = file
		}
		more, err := batch.ReadList(r)
		if err != nil {
			return nil, err
		}
		args = append(args, more...)
	}
	if len(args) == 0 {
		return nil, usagef("name files, folders or URLs, or a file of them with --list", "no input")
	}
	inputs, err := batch.Inputs(args)
	if err != nil {
		return nil, err
	}
	if len(inputs) == 0 {
		return nil, usagef("articles are .html, .htm, .md, .markdown and .txt files", "%w", batch.ErrNoInput)
	}
	return inputs, nil
}
