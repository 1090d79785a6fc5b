package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/configs"
	"github.com/voicepress/voicepress/tts/assets"
)

// defaultAsset is what `voicepress install` without a name installs: what the default backend needs for a first sound.
const defaultAsset = "en_US-joe-medium"

func newInstall(s *streams) *cobra.Command {
	var verify bool
	cmd := &cobra.Command{
		Use:   "install [NAME...]",
		Short: "Install voices and what they need",
		Long: `Install voices and runtimes of the catalogue (see ` + "`voicepress voices`" + `), with all that they need. Without a
name: ` + defaultAsset + `. Files are checked against the SHA-256 in the catalogue before they are moved into place.
An interrupted download goes on where it stopped; two installers at once do not disturb each other.`,
		Example: `  voicepress install
  voicepress install en_US-joe-medium
  voicepress install --verify        # hash again what is installed`,
		RunE: func(cmd *cobra.Command, names []string) error {
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			catalogue, store, err := openAssets(s, c)
			if err != nil {
				return err
			}
			if len(names) == 0 {
				names = []string{defaultAsset}
			}
			list, err := catalogue.WithNeeds(names...)
			if err != nil {
				return err
			}
			quiet, _ := cmd.Flags().GetBool("quiet")
			for _, a := range list {
				if err := installOne(cmd, s, store, a, verify, quiet); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&verify, "verify", false, "hash again what is installed already")
	return cmd
}

func installOne(cmd *cobra.Command, s *streams, store *assets.Store, a assets.Asset, verify, quiet bool) error {
	say := func(format string, args ...any) {
		if !quiet {
			fmt.Fprintf(s.err, format+"\n", args...)
		}
	}
	if store.Installed(a) {
		if verify {
			if err := store.Verify(a); err != nil {
				return err
			}
			say("%s %s: installed, hashes are right", a.Name, a.Version)
			return nil
		}
		say("%s %s: installed", a.Name, a.Version)
		return nil
	}
	say("%s %s: %s; licence %s", a.Name, a.Version, a.About, a.Licence)
	if a.Note != "" {
		say("  note: %s", a.Note)
	}
	bar := newByteBar(s, a.Name, quiet)
	err := store.Install(cmd.Context(), a, bar.update)
	bar.finish(err == nil)
	if err != nil {
		return err
	}
	say("%s %s: installed in %s", a.Name, a.Version, store.Dir)
	return nil
}

func newVoices(s *streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "voices",
		Short: "List the voices and runtimes of the catalogue",
		Example: `  voicepress voices
  voicepress voices --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			catalogue, store, err := openAssets(s, c)
			if err != nil {
				return err
			}
			type row struct {
				Name      string `json:"name"`
				Kind      string `json:"kind"`
				Backend   string `json:"backend"`
				Language  string `json:"language,omitempty"`
				Version   string `json:"version"`
				Licence   string `json:"licence"`
				About     string `json:"about"`
				Note      string `json:"note,omitempty"`
				Source    string `json:"source,omitempty"`
				Installed bool   `json:"installed"`
			}
			var rows []row
			for _, a := range catalogue.Assets {
				rows = append(rows, row{a.Name, string(a.Kind), a.Backend, a.Language, a.Version, a.Licence, a.About, a.Note, a.Source, store.Installed(a)})
			}
			if asJSON {
				return json.NewEncoder(s.out).Encode(rows)
			}
			table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "NAME\tKIND\tBACKEND\tLANGUAGE\tLICENCE\tINSTALLED\tABOUT")
			for _, r := range rows {
				installed := "no"
				if r.Installed {
					installed = "yes"
				}
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Name, r.Kind, r.Backend, r.Language, r.Licence, installed, r.About)
			}
			return table.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, with notes and sources")
	return cmd
}

// openAssets opens the catalogue and the data folder.
func openAssets(s *streams, c *settings) (*assets.Catalogue, *assets.Store, error) {
	catalogue, err := assets.Parse(configs.Assets)
	if err != nil {
		return nil, nil, err
	}
	log, err := newLog(s, c.Log)
	if err != nil {
		return nil, nil, err
	}
	dir, err := c.dataDir()
	if err != nil {
		return nil, nil, err
	}
	return catalogue, &assets.Store{Dir: dir, Log: log.With(slog.String("part", "assets"))}, nil
}

// dataDir is the configured data folder, or the user's.
func (s *settings) dataDir() (string, error) {
	if s.Data != "" {
		return s.Data, nil
	}
	return assets.DefaultDir()
}
