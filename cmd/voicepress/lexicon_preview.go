package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
)

func newLexiconPreview(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "preview WORD...",
		Short: "Hear a word or a sentence as it would be read",
		Long: `Speak a word or a sentence with the lexicon and the voice, into a file, a folder or standard output (-). It is audio
like any other: it discloses that the voice is AI-generated, and has the same files beside it as the audio of an article.
--no-spoken-notice leaves out the spoken notice, for which one word is a long wait.`,
		Example: `  voicepress lexicon preview Wexcombe -o wexcombe.mp3
  voicepress lexicon preview --lexicon new.yaml --no-spoken-notice -o - 'The ferry to Wexcombe' | mpv -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return previewLexicon(cmd, s, args) },
	}
	speakingFlags(cmd)
	cmd.Flags().String("language", "en", "language of the words (BCP 47)")
	return cmd
}

func previewLexicon(cmd *cobra.Command, s *streams, args []string) error {
	c, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	text, err := textArgument(s, args)
	if err != nil {
		return err
	}
	target, err := parseTarget(cmd, s, c, []string{text})
	if err != nil {
		return err
	}
	a, err := article.Read([]byte(text), article.Source{Name: text, As: article.Text})
	if err != nil {
		return fmt.Errorf("read the words: %w", err)
	}
	a.Language, _ = cmd.Flags().GetString("language")
	worker, backend, err := openWorker(cmd.Context(), s, c)
	if err != nil {
		return err
	}
	defer func() { _ = backend.Close() }()
	r, err := worker.Convert(cmd.Context(), a, target.output(a, text, map[string]bool{}), pipeline.NoProgress{})
	if err != nil {
		return err
	}
	if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
		return json.NewEncoder(s.out).Encode(r)
	}
	printResult(s, r)
	return nil
}
