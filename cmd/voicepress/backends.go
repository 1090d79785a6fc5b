package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/all"
)

// declared is a backend and what it says of itself. `backends --json` prints it.
type declared struct {
	Name           string  `json:"name"`
	Summary        string  `json:"summary"`
	Available      bool    `json:"available"` // it can be opened as it is configured; else only Error and Hint follow
	Error          string  `json:"error,omitempty"`
	Hint           string  `json:"hint,omitempty"`
	Remote         bool    `json:"remote"`
	USDPerMillion  float64 `json:"usd_per_million"`
	Terms          string  `json:"terms"`
	NoticeRequired bool    `json:"notice_required"`
	Voices         int     `json:"voices"`
	Limit          int     `json:"limit"`
	LimitUnit      string  `json:"limit_unit"`
	Concurrency    int     `json:"concurrency"`
	PerMinute      int     `json:"requests_per_minute"`
	SampleRate     int     `json:"sample_rate"`
	Timing         string  `json:"timing"`
	Deterministic  bool    `json:"deterministic"`
	Pronunciations bool    `json:"pronunciations"`
	Context        bool    `json:"context"`
	NormalizesText bool    `json:"normalizes_text"`
	SourceType     string  `json:"source_type"`
	Fingerprint    string  `json:"fingerprint"`
}

func declare(f tts.Factory, info tts.Info) declared {
	return declared{
		Name: f.Name, Summary: f.Summary, Available: true,
		Remote: info.Remote, USDPerMillion: info.PricePerMillion, Terms: info.Terms, NoticeRequired: info.NoticeRequired,
		Voices: len(info.Voices), Limit: info.Limit.N, LimitUnit: string(info.Limit.Unit),
		Concurrency: info.Concurrency, PerMinute: info.RequestsPerMinute, SampleRate: info.SampleRate,
		Timing: info.Timing.String(), Deterministic: info.Deterministic, Pronunciations: info.Phonemes,
		Context: info.Context, NormalizesText: info.NormalizesText, SourceType: string(info.SourceType), Fingerprint: info.Fingerprint,
	}
}

func newBackends(s *streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "backends",
		Short: "What can speak, and what each says of itself",
		Long: `List the backends: which can be used as they are configured, whether the text leaves this machine, what a million characters cost, how
much text one request takes, and whether the terms require the spoken notice. No request is made. docs/backends.md says how each is set up.`,
		Example: `  voicepress backends
  voicepress backends --json | jq -r 'select(.remote | not) | .name'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			c.LocalOnly = false // they are only looked at
			log, err := newLog(s, c.Log)
			if err != nil {
				return err
			}
			var list []declared
			voice := c.Voice
			for _, f := range all.Registry().All() {
				c.Voice = ""
				if f.Name == c.Backend {
					c.Voice = voice
				}
				backend, err := openNamed(cmd.Context(), c, f.Name, log)
				if err != nil {
					list = append(list, declared{Name: f.Name, Summary: f.Summary, Error: err.Error(), Hint: hintOf(err)})
					continue
				}
				list = append(list, declare(f, backend.Info()))
				if err := backend.Close(); err != nil {
					return fmt.Errorf("close backend %s: %w", f.Name, err)
				}
			}
			if !asJSON {
				return printBackends(s, list)
			}
			for _, d := range list {
				if err := json.NewEncoder(s.out).Encode(d); err != nil {
					return fmt.Errorf("print the backends: %w", err)
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object for each, one a line")
	return cmd
}

func printBackends(s *streams, list []declared) error {
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "BACKEND\tTEXT LEAVES\tUSD A MILLION\tLIMIT\tWORD TIMES\tNOTICE\tWHAT IT IS")
	for _, d := range list {
		if !d.Available {
			fmt.Fprintf(table, "%s\t-\t-\t-\t-\t-\t%s\n", d.Name, d.Summary)
			continue
		}
		fmt.Fprintf(table, "%s\t%s\t%g\t%s\t%s\t%s\t%s\n", d.Name, yesNo(d.Remote), d.USDPerMillion, d.limit(), d.times(), d.notice(), d.Summary)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print the backends: %w", err)
	}
	for _, d := range list {
		if !d.Available {
			fmt.Fprintf(s.err, "%s cannot be used: %s\n", d.Name, printable(d.Error))
			if d.Hint != "" {
				fmt.Fprintf(s.err, "  hint: %s\n", printable(d.Hint))
			}
		}
	}
	return nil
}

func (d declared) limit() string {
	if d.Limit == 0 {
		return "none"
	}
	return fmt.Sprintf("%d %s", d.Limit, strings.ReplaceAll(d.LimitUnit, string(tts.Runes), "characters"))
}

func (d declared) times() string {
	if d.Timing == tts.TimingNone.String() || d.Timing == tts.TimingSentence.String() {
		return "estimated"
	}
	return "known"
}

func (d declared) notice() string {
	if d.NoticeRequired {
		return "required"
	}
	return "may be off"
}
