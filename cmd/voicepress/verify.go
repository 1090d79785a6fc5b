package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/audio/disclosure"
)

func newVerify(s *streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify FILE...",
		Short: "Check that audio is disclosed as AI-generated and unchanged",
		Long: `Check, for each audio file, every layer of its disclosure: the tags inside it, the sidecar beside it, and whether
the sidecar's hash is that of the file. Ends with code 0 only if every file is disclosed and unchanged.`,
		Example: `  voicepress verify audio/bridge.mp3
  voicepress verify audio/*.mp3 --json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			bad := 0
			for _, file := range files {
				report, err := disclosure.Verify(file)
				if err != nil {
					if len(files) == 1 {
						return err
					}
					fmt.Fprintf(s.err, "voicepress: %s\n", printable(err.Error()))
					bad++
					continue
				}
				if !report.OK() {
					bad++
				}
				if err := printReport(s, report, asJSON); err != nil {
					return err
				}
			}
			if bad > 0 {
				return codeError(exitFailed)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a file")
	return cmd
}

func printReport(s *streams, r *disclosure.Report, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(s.out).Encode(r)
	}
	verdict := "disclosed and unchanged"
	switch {
	case !r.Disclosed:
		verdict = "NOT DISCLOSED"
	case !r.Unchanged:
		verdict = "disclosed, but CHANGED or without proof that it is not"
	}
	fmt.Fprintf(s.out, "%s: %s\n", printable(r.File), verdict)
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, layer := range r.Layers {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", layer.Name, layer.State, printable(layer.Detail))
	}
	return table.Flush()
}
