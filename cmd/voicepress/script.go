package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/pipeline/script/lexicon"
	"github.com/voicepress/voicepress/pipeline/script/normalize"
	"github.com/voicepress/voicepress/pipeline/script/segment"
)

func newScript(s *streams) *cobra.Command {
	var asJSON, lines bool
	var language string
	cmd := &cobra.Command{
		Use:   "script INPUT",
		Short: "Show what would be spoken, sentence by sentence",
		Long: `Show what would be spoken without speaking it: role, text as written and as spoken, pauses, and how long it
would take.

With --jsonl the input (a file, or - for standard input) holds lines of {"id","text"}, each one paragraph of plain text;
for each a line {"id","sentences":[{"start","end","spoken"}]} is printed, with offsets in bytes of the UTF-8 text.`,
		Example: `  voicepress script article.html
  voicepress script article.html --json | jq '.utterances[].spoken'
  voicepress script - --jsonl < paragraphs.jsonl > sentences.jsonl`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			front, err := newFrontEnd(s, cmd)
			if err != nil {
				return err
			}
			if lines {
				in, err := front.reader.open(args[0])
				if err != nil {
					return err
				}
				defer in.Close()
				return scriptLines(in, s.out, language, front.settings.Lexicon)
			}
			a, sc, _, err := front.split(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(s.out).Encode(struct {
					Title   string  `json:"title"`
					Seconds float64 `json:"estimated_seconds"`
					*script.Script
				}{a.Title, sc.Estimate().Seconds(), sc})
			}
			printScript(s, sc)
			return nil
		},
	}
	readingFlags(cmd)
	lexiconFlag(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the script as JSON, with the map between written and spoken text")
	cmd.Flags().BoolVar(&lines, "jsonl", false, "read lines of {\"id\",\"text\"} and print the sentences of each")
	cmd.Flags().StringVar(&language, "language", "en", "language of the texts with --jsonl (BCP 47)")
	cmd.Flags().Bool("no-spoken-notice", false, "leave out the spoken notice")
	return cmd
}

func printScript(s *streams, sc *script.Script) {
	for _, u := range sc.Utterances {
		fmt.Fprintf(s.out, "%-10s %s\n", u.Role, printable(u.Written))
		if u.Written != u.Spoken {
			fmt.Fprintf(s.out, "%-10s → %s\n", "", printable(u.Spoken))
		}
	}
	fmt.Fprintf(s.err, "%s, about %s\n", counted(len(sc.Utterances), "utterance"), clock(sc.Estimate()))
}

type lineIn struct {
	ID   json.RawMessage `json:"id"`
	Text string          `json:"text"`
}

type lineOut struct {
	ID        json.RawMessage `json:"id"`
	Sentences []sentenceOut   `json:"sentences"`
}

type sentenceOut struct {
	Start  int    `json:"start"`
	End    int    `json:"end"`
	Spoken string `json:"spoken"`
}

// scriptLines runs the text front end over JSON lines.
func scriptLines(in io.Reader, out io.Writer, language string, lex *lexicon.Lexicon) error {
	normalizer := normalize.New(language).With(lex.For(lexicon.Scope{Language: language}))
	decoder := json.NewDecoder(in)
	buffered := bufio.NewWriter(out)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	for n := 1; ; n++ {
		var line lineIn
		if err := decoder.Decode(&line); err == io.EOF { //nolint:errorlint // Decode returns it bare
			return buffered.Flush()
		} else if err != nil {
			return usagef(`each line is an object: {"id": "1", "text": "..."}`, "read line %d: %w", n, err)
		}
		result := lineOut{ID: line.ID, Sentences: []sentenceOut{}}
		for start, end := range segment.Sentences(line.Text, language) {
			result.Sentences = append(result.Sentences, sentenceOut{start, end, normalizer.Normalize(line.Text[start:end]).Spoken})
		}
		if err := encoder.Encode(result); err != nil {
			return fmt.Errorf("print line %d: %w", n, err)
		}
	}
}
