package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/batch"
	"github.com/voicepress/voicepress/pipeline/script"
)

// accountOptions are the flags of account.
type accountOptions struct {
	json, changes, skipped, all bool
	at, find                    string
}

func newAccount(s *streams) *cobra.Command {
	var o accountOptions
	cmd := &cobra.Command{
		Use:   "account FILE...",
		Short: "Check and show what became of every byte of an article: said, changed, left out",
		Long: `Show, in reading order, what a listener does not hear as it is written: what was said in another form and by which
rule, what was left out and why, and what was added. Everything else is said as written.

FILE is an account, the audio or another file beside it, or an article as convert takes it; then nothing is spoken, and what
is shown is what would be said. Ends with code 1 if a byte of the text is not accounted for, and says which.

With --at and --find it answers from the word times beside the account: what is being said at a moment, and when a text is said.`,
		Example: `  voicepress account audio/bridge.mp3
  voicepress account audio/*.account.json --changes
  voicepress account article.html --skipped
  voicepress account audio/bridge.mp3 --at 1:23.4
  voicepress account audio/bridge.mp3 --find "Wex Crossings Authority"`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			if o.at != "" || o.find != "" {
				if len(files) > 1 || o.at != "" && o.find != "" {
					return usagef("ask about one moment or one text of one recording", "--at and --find take one file, one at a time")
				}
				return answer(s, files[0], o)
			}
			// Files beside audio need no configuration, and of several articles one loads it for all.
			front := sync.OnceValues(func() (*frontEnd, error) { return newFrontEnd(s, cmd) })
			bad := 0
			for _, file := range files {
				acc, err := openAccount(cmd.Context(), file, front)
				if err == nil {
					err = showAccount(s, file, acc, o, len(files) > 1)
				}
				if err != nil {
					if len(files) == 1 {
						return err
					}
					fmt.Fprintf(s.err, "voicepress: %s\n", printable(err.Error()))
					bad++
				}
			}
			if bad > 0 {
				return codeError(exitFailed)
			}
			return nil
		},
	}
	readingFlags(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.json, "json", false, "print one JSON object a file")
	f.BoolVar(&o.changes, "changes", false, "show only what is said in another form or added")
	f.BoolVar(&o.skipped, "skipped", false, "show only what is not said")
	f.BoolVar(&o.all, "all", false, "show also what changes no word: dashes and brackets that become pauses, stops that are added or left out")
	f.StringVar(&o.at, "at", "", "show the word and the sentence that are said at a moment: 83.4, 1:23.4 or 0:01:23.4")
	f.StringVar(&o.find, "find", "", "show when a text of the article is said")
	f.Bool("no-spoken-notice", false, "leave out the spoken notice, where FILE is an article")
	return cmd
}

// openAccount gets the account that a file names: it is one, lies beside it, or is made of an article.
func openAccount(ctx context.Context, file string, front func() (*frontEnd, error)) (script.Account, error) {
	if path, _, ok := pipeline.Companions(file); ok && !batch.IsURL(file) {
		return readAccount(path)
	}
	f, err := front()
	if err != nil {
		return script.Account{}, err
	}
	_, _, acc, err := f.split(ctx, file)
	return acc, err
}

func readAccount(path string) (script.Account, error) {
	file, err := os.Open(path)
	if err != nil {
		return script.Account{}, fmt.Errorf("open the account: %w", err)
	}
	defer file.Close()
	acc, err := script.ReadAccount(file)
	if err != nil {
		return acc, fmt.Errorf("%s: %w", path, err)
	}
	if err := acc.Balance(); err != nil {
		return acc, &unbalancedError{path, err}
	}
	return acc, nil
}

// unbalancedError says that an account does not tell what became of every byte.
type unbalancedError struct {
	path string
	err  error
}

func (e *unbalancedError) Error() string { return e.path + ": " + e.err.Error() }
func (e *unbalancedError) Unwrap() error { return e.err }

// Hint says what to do.
func (*unbalancedError) Hint() string {
	return "the file is not as it was written, for no audio is made unless its account balances: convert the article again"
}

// showAccount prints an account for people, or as one JSON object.
func showAccount(s *streams, file string, acc script.Account, o accountOptions, named bool) error {
	report := acc.Report()
	var shown []script.Entry
	signs := 0
	for _, e := range report.Entries {
		spoken := e.What == script.Changed || e.What == script.Added
		switch {
		case o.changes != o.skipped && spoken != o.changes:
		case e.Signs && !o.all && !o.json:
			signs++
		default:
			shown = append(shown, e)
		}
	}
	if o.json {
		report.Entries = append([]script.Entry{}, shown...)
		return encodeLine(s, struct {
			File string `json:"file"`
			script.Report
			Quality *script.Quality `json:"quality,omitempty"`
		}{file, report, acc.Quality})
	}
	if named {
		fmt.Fprintf(s.out, "File %s\n", printable(file))
	}
	last := script.NoticeBlock
	for _, e := range shown {
		if e.What == script.Skipped || e.What == script.Added && e.Kind == "" {
			printEntry(s, e)
			last = script.NoticeBlock
			continue
		}
		if e.Block != last {
			printBlock(s, acc, e.Block)
			last = e.Block
		}
		fmt.Fprint(s.out, "  ")
		printEntry(s, e)
	}
	printCounts(s, report, signs, len(acc.Blocks))
	printQuality(s, acc)
	for _, v := range acc.Voices {
		line := fmt.Sprintf("%s said by %s, voice %s", counted(v.Utterances, "sentence"), v.Engine, v.Voice)
		if v.InsteadOf != "" {
			line += ", instead of " + v.InsteadOf
		}
		if v.Why != "" {
			line += " (" + v.Why + ")"
		}
		s.note(line)
	}
	if named {
		fmt.Fprintln(s.out)
	}
	return nil
}

func printBlock(s *streams, acc script.Account, index int) {
	if index == script.TitleBlock {
		fmt.Fprintf(s.out, "title: %s\n", printable(acc.Title.Text))
		return
	}
	b := acc.Blocks[index]
	fmt.Fprintf(s.out, "%s, block %d: %s\n", printable(string(b.Kind)), b.Index, printable(b.Text))
}

func printEntry(s *streams, e script.Entry) {
	from, to := strings.TrimSpace(printable(e.From)), strings.TrimSpace(printable(e.To))
	if from == "" && e.What == script.LeftOut {
		from = fmt.Sprintf("%+q", e.From) // signs that nobody sees
	}
	why := e.Rule
	if why == "" {
		why = e.Reason
	}
	switch e.What {
	case script.Changed:
		fmt.Fprintf(s.out, "changed: %s → %s (%s)\n", from, readingOf(to, printable(e.IPA)), printable(why))
	case script.Added:
		fmt.Fprintf(s.out, "added: %s (%s)\n", to, printable(why))
	case script.LeftOut:
		fmt.Fprintf(s.out, "left out: %s (%s)\n", from, printable(why))
	case script.Skipped:
		fmt.Fprintf(s.out, "skipped %s: %s (%s)\n", printable(string(e.Kind)), shorten(from, 200), printable(why))
	}
}

// printQuality says which sentences to listen to.
func printQuality(s *streams, acc script.Account) {
	if acc.Quality == nil {
		return
	}
	if n := acc.Quality.Retaken; n > 0 {
		fmt.Fprintf(s.out, "Spoken again: %s.\n", counted(n, "sentence"))
	}
	for _, f := range acc.Quality.Listen {
		what := "the spoken notice or an announcement"
		if b := acc.Block(f.Block); b != nil && 0 <= f.Start && f.Start <= f.End && f.End <= len(b.Text) {
			what = fmt.Sprintf("%q", b.Text[f.Start:f.End])
		}
		fmt.Fprintf(s.out, "Listen to %s: %s.\n", printable(what), printable(strings.Join(f.Faults, ", ")))
	}
}

func printCounts(s *streams, r script.Report, signs, blocks int) {
	count := map[script.What]int{}
	for _, e := range r.Entries {
		if !e.Signs {
			count[e.What]++
		}
	}
	fmt.Fprintf(s.out, "%s in the title and %s: %d said as written, %d in another form, %d not said, spaces included.\n",
		counted(r.Bytes.Text, "byte"), counted(blocks, "block"), r.Bytes.Spoken, r.Bytes.Respoken, r.Bytes.Skipped)
	fmt.Fprintf(s.out, "%s, %s, %s left out, %s of the page skipped.\n", counted(count[script.Changed], "change"),
		counted(count[script.Added], "addition"), counted(count[script.LeftOut], "piece"), counted(count[script.Skipped], "block"))
	if signs > 0 {
		fmt.Fprintf(s.out, "Not listed: %s of signs alone, such as dashes and stops; --all shows them.\n", counted(signs, "change"))
	}
	fmt.Fprintln(s.out, "Every byte is accounted for.")
}
