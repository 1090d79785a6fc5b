package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/pipeline/article"
)

func newArticle(s *streams) *cobra.Command {
	var asJSON bool
	var why string
	cmd := &cobra.Command{
		Use:   "article INPUT",
		Short: "Show what is read of a page, and what is skipped and why",
		Long: `Show what is read of a page, and what is skipped and why, in reading order.

With --why, explain the blocks that a CSS selector matches or, where it matches none, those that hold a text: read or
skipped and why, what the two extractors said, and the publisher's rule that decided, if one did. When no block matches,
the command ends with code 1. A selector that looks at siblings (~, :nth-child) is taken for a text here.`,
		Example: `  voicepress article page.html
  voicepress article https://example.org/news/bridge --json | jq '.skipped'
  voicepress article page.html --why .standfirst
  voicepress article page.html --why 'photograph: lena'`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			read, err := newReader(s, c, cmd)
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("why") {
				blocks, err := read.explain(cmd.Context(), args[0], why)
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(s.out).Encode(blocks)
				}
				printExplanations(s, blocks)
				return nil
			}
			a, err := read.read(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(s.out).Encode(a)
			}
			printArticle(s, a)
			return nil
		},
	}
	readingFlags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the article as JSON")
	cmd.Flags().StringVar(&why, "why", "", "explain the blocks that a CSS selector matches, or that hold a text")
	return cmd
}

func printExplanations(s *streams, blocks []article.Explanation) {
	for i, b := range blocks {
		if i > 0 {
			fmt.Fprintln(s.out)
		}
		verdict := "skipped: " + b.Reason
		if b.Read {
			verdict = fmt.Sprintf("read, as block %d", b.Block)
		}
		fmt.Fprintf(s.out, "%-11s %s\n", b.Kind, printable(b.Text))
		for _, field := range [][2]string{
			{"element", b.Element},
			{"verdict", verdict},
			{"rule", b.Rule},
			{"trafilatura", b.Trafilatura},
			{"readability", b.Readability},
		} {
			if field[1] != "" {
				fmt.Fprintf(s.out, "  %-11s %s\n", field[0], printable(field[1]))
			}
		}
	}
}

func printArticle(s *streams, a *article.Article) {
	for _, field := range [][2]string{
		{"title", a.Title},
		{"authors", strings.Join(a.Authors, ", ")},
		{"site", a.Site},
		{"published", a.Published},
		{"language", a.Language},
		{"url", a.URL},
	} {
		if field[1] != "" {
			fmt.Fprintf(s.out, "%-10s %s\n", field[0], printable(field[1]))
		}
	}
	fmt.Fprintln(s.out)
	next, told := 0, 0
	skipped := func(before int) {
		for ; told < len(a.Announced) && a.Announced[told].Before <= before; told++ {
			what := "a listing"
			if n := a.Announced[told].Rows; n > 0 {
				what = "a table with " + counted(n, "row")
			}
			fmt.Fprintf(s.out, "%-10s + announced: %s\n", a.Announced[told].Kind, what)
		}
		for ; next < len(a.Skipped) && a.Skipped[next].Before <= before; next++ {
			b := a.Skipped[next]
			fmt.Fprintf(s.out, "%-10s - %s [%s]\n", b.Kind, shorten(b.Text, 90), printable(b.Reason))
		}
	}
	for i, b := range a.Blocks {
		skipped(i)
		fmt.Fprintf(s.out, "%-10s %s\n", b.Kind, printable(b.Text))
	}
	skipped(len(a.Blocks))
	for _, w := range a.Warnings {
		fmt.Fprintf(s.err, "warning: %s\n", printable(w))
	}
}
