package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/pipeline/script/lexicon"
	"github.com/voicepress/voicepress/pipeline/script/normalize"
	"github.com/voicepress/voicepress/tts/kokoro"
	"github.com/voicepress/voicepress/tts/piper"
)

func newLexicon(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lexicon",
		Short: "Check, try and hear how words are read",
		Long: `Check, try and hear how words are read.

A lexicon file says for words, phrases and families of them what to say, or how they sound:

  entries:
    - {word: Wexcombe, say: Wex come}
    - {word: Saoirse, ipa: ˈsɜːrʃə}
    - {word: WCA, spell: true}
    - {word: The The, leave: true}
    - {regexp: 'A(\d+)\(M\)', say: A $1 M}

Name the files under lexicon.files in the configuration, or with --lexicon. docs/lexicon.md has all there is to say.`,
		Example: `  voicepress lexicon check our-names.yaml
  voicepress lexicon test 'The ferry to Wexcombe is late.'
  voicepress lexicon preview Wexcombe -o wexcombe.mp3
  voicepress lexicon affected audio/`,
	}
	cmd.AddCommand(newLexiconCheck(s), newLexiconTest(s), newLexiconPreview(s), newLexiconAffected(s), newLexiconList(s), newLexiconImport(s))
	return cmd
}

// problemEvent is a mistake or a warning of `lexicon check`.
type problemEvent struct {
	Type    string `json:"type"` // "problem"
	Level   string `json:"level"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Message string `json:"message"`
}

func newLexiconCheck(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check [FILE...]",
		Short: "Check lexicon files",
		Long: `Check the lexicon files given, or else the configured ones.

Mistakes are keys and values that are not understood, and two entries of one file for the same words; with one the lexicon
cannot be used, and the command ends with code 1. Warnings are about what will not be heard as it is meant: a pronunciation
with characters that the voice does not know (the installed voice of the piper backend, or else the International Phonetic
Alphabet as such), a respelling that is itself read in another way, an entry that changes nothing.`,
		Example: `  voicepress lexicon check our-names.yaml
  voicepress lexicon check --json | jq -r 'select(.level == "error") | "\(.file):\(.line) \(.message)"'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return checkLexicon(cmd, s, c, args)
		},
	}
	cmd.Flags().Bool("json", false, "print each problem as a line of JSON; the last line is the result")
	cmd.Flags().String("voice", "", "the voice whose sounds count")
	return cmd
}

func checkLexicon(cmd *cobra.Command, s *streams, c *settings, paths []string) error {
	files, mistakes, err := c.openLexiconFiles(paths)
	if err != nil {
		return err
	}
	lex, err := lexicon.New(files...)
	var errs lexicon.Errors
	if errors.As(err, &errs) {
		mistakes = append(mistakes, errs...)
	} else if err != nil {
		return err
	}
	var warnings []*lexicon.Error
	entries := 0
	for _, f := range files {
		warnings = append(warnings, f.Notes...)
		entries += len(f.Entries)
	}
	warnings = append(warnings, lex.Check(c.unknownIPA())...)
	asJSON, _ := cmd.Flags().GetBool("json")
	encoder := json.NewEncoder(s.out)
	for i, p := range append(mistakes, warnings...) {
		level := "error"
		if i >= len(mistakes) {
			level = "warning"
		}
		if !asJSON {
			_, err = fmt.Fprintf(s.out, "%s: %s\n", level, printable(p.Error()))
		} else {
			err = encoder.Encode(problemEvent{"problem", level, p.File, p.Line, p.Err.Error()})
		}
		if err != nil {
			return fmt.Errorf("print the problems: %w", err)
		}
	}
	if asJSON {
		err = encoder.Encode(map[string]any{"type": "result", "entries": entries, "errors": len(mistakes), "warnings": len(warnings)})
	} else {
		_, err = fmt.Fprintf(s.err, "entries: %d, mistakes: %d, warnings: %d\n", entries, len(mistakes), len(warnings))
	}
	if err == nil && len(mistakes) > 0 {
		return codeError(exitFailed)
	}
	return err
}

// unknownIPA is what the voice leaves out of a pronunciation: an installed one of the piper or kokoro backend, where it
// speaks.
func (s *settings) unknownIPA() func(string) []rune {
	data, err := s.dataDir()
	if err != nil {
		return lexicon.StrangeIPA
	}
	var check func(string) []rune
	switch s.Backend {
	case "piper":
		check, err = piper.Check(piper.Folder(data), s.Voice)
	case "kokoro":
		check, err = kokoro.Check(kokoro.Folder(data), s.Voice)
	}
	if err != nil || check == nil {
		return lexicon.StrangeIPA
	}
	return check
}

func newLexiconTest(s *streams) *cobra.Command {
	var scope lexicon.Scope
	var site string
	cmd := &cobra.Command{
		Use:   "test TEXT",
		Short: "Show which entries a text has, and how it is said",
		Long: `Show which entries of the lexicon a text has, what becomes of the words, and the text as it is said. TEXT may be -
for standard input.`,
		Example: `  voicepress lexicon test 'The ferry to Wexcombe is late.'
  voicepress lexicon test --lexicon new.yaml --section Sport 'Leeds drew with Reading'
  voicepress lexicon test - --json < story.txt`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			lex, err := c.openLexicon()
			if err != nil {
				return err
			}
			text, err := textArgument(s, args)
			if err != nil {
				return err
			}
			if site != "" {
				scope.URL = "https://" + site + "/"
			}
			asJSON, _ := cmd.Flags().GetBool("json")
			return tryLexicon(s, lex.For(scope), scope.Language, text, asJSON)
		},
	}
	lexiconFlag(cmd)
	cmd.Flags().StringVar(&scope.Language, "language", "en", "language of the text (BCP 47)")
	cmd.Flags().StringVar(&site, "site", "", "the site the text is from, such as news.example.org")
	cmd.Flags().StringVar(&scope.Section, "section", "", "the section the text is from")
	cmd.Flags().Bool("json", false, "print one object: hits and spoken text")
	return cmd
}

// hitJSON is an entry that a text has. Offsets are bytes of the text.
type hitJSON struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	From  string `json:"from"`
	To    string `json:"to"`
	IPA   string `json:"ipa,omitempty"`
	Entry string `json:"entry"`
	File  string `json:"file"`
	Line  int    `json:"line"`
}

func tryLexicon(s *streams, view *lexicon.View, language, text string, asJSON bool) error {
	hits := []hitJSON{}
	for _, h := range view.Hits(text) {
		hits = append(hits, hitJSON{h.Start, h.End, text[h.Start:h.End], h.Say, h.IPA, h.Entry.Subject(), h.Entry.File, h.Entry.Line})
	}
	spoken := normalize.New(language).With(view).Normalize(text).Spoken
	if asJSON {
		return encodeLine(s, struct {
			Hits   []hitJSON `json:"hits"`
			Spoken string    `json:"spoken"`
		}{hits, spoken})
	}
	for _, h := range hits {
		fmt.Fprintf(s.out, "%s → %s  (%s)\n", printable(h.From), printable(readingOf(h.To, h.IPA)), printable(fmt.Sprintf("%s:%d", h.File, h.Line)))
	}
	fmt.Fprintln(s.out, printable(spoken))
	if len(hits) == 0 {
		fmt.Fprintln(s.err, "no entry of the lexicon is in it")
	}
	return nil
}

// readingOf shows words and their sound.
func readingOf(words, ipa string) string {
	if ipa == "" {
		return words
	}
	return words + " /" + ipa + "/"
}

// maxTry is the longest text that is tried, in bytes.
const maxTry = 1 << 20

// textArgument is the text of the arguments, or of standard input for "-".
func textArgument(s *streams, args []string) (string, error) {
	text := strings.Join(args, " ")
	if text == "-" {
		if s.inTTY {
			return "", usagef("pipe a text into it, or give it as an argument", "standard input is a terminal")
		}
		data, err := io.ReadAll(io.LimitReader(s.in, maxTry+1))
		if err != nil {
			return "", fmt.Errorf("read the text: %w", err)
		}
		if len(data) > maxTry {
			return "", usagef("`voicepress script -` reads whole articles", "the text is longer than %d bytes", maxTry)
		}
		text = string(data)
	}
	if text = strings.TrimSpace(text); text == "" {
		return "", usagef("give a word or a sentence", "there is no text")
	}
	return strings.ToValidUTF8(text, ""), nil
}

func newLexiconList(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Print the entries of the lexicon, the built-in ones too",
		Example: `  voicepress lexicon list | grep -i thames
  voicepress lexicon list --yaml > all.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			lex, err := c.openLexicon()
			if err != nil {
				return err
			}
			asYAML, _ := cmd.Flags().GetBool("yaml")
			var entries []lexicon.Entry
			for e := range lex.All() {
				entries = append(entries, *e)
				if !asYAML {
					fmt.Fprintf(s.out, "%s → %s  (%s)\n", printable(e.Subject()), printable(e.Reading()), printable(e.Origin()))
				}
			}
			if asYAML {
				return lexicon.WriteYAML(s.out, entries)
			}
			return nil
		},
	}
	lexiconFlag(cmd)
	cmd.Flags().Bool("yaml", false, "print them as a lexicon file")
	return cmd
}

func newLexiconImport(s *streams) *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "Print a W3C PLS lexicon as a lexicon in YAML",
		Long: `Print a W3C PLS 1.0 lexicon, in IPA or X-SAMPA, as a lexicon in YAML. A .pls file can also be used as it is, under
lexicon.files or with --lexicon.`,
		Example: "  voicepress lexicon import names.pls > names.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			f, err := lexicon.Open(args[0])
			if err != nil {
				return err
			}
			for _, note := range f.Notes {
				fmt.Fprintf(s.err, "warning: %s\n", printable(note.Error()))
			}
			return lexicon.WriteYAML(s.out, f.Entries)
		},
	}
}
