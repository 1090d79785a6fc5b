package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/configs"
)

func newConfig(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show the configuration, or print a file to start from",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigShow(s), &cobra.Command{
		Use:     "init",
		Short:   "Print the whole configuration with its defaults and comments",
		Example: `  voicepress config init > ~/.config/voicepress/voicepress.yaml`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := s.out.Write(configs.Defaults)
			return err
		},
	})
	return cmd
}

func newConfigShow(s *streams) *cobra.Command {
	var origin, asJSON bool
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Print every option with its value",
		Long: `Print every option with the value it has now. A value comes from the first of: a flag, an environment
variable (VOICEPRESS_ and the key in capitals, dots as underscores), the configuration file, the default.`,
		Example: `  voicepress config show --origin
  VOICEPRESS_AUDIO_LOUDNESS=-16 voicepress config show --origin`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			type option struct {
				Key    string `json:"key"`
				Value  any    `json:"value"`
				Origin string `json:"origin"`
			}
			var options []option
			for _, key := range slices.Sorted(slices.Values(c.viper.AllKeys())) {
				options = append(options, option{key, c.viper.Get(key), c.origin(key)})
			}
			if asJSON {
				return json.NewEncoder(s.out).Encode(options)
			}
			table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
			for _, o := range options {
				value, err := json.Marshal(o.Value)
				if err != nil {
					return fmt.Errorf("print %s: %w", o.Key, err)
				}
				if origin {
					fmt.Fprintf(table, "%s\t%s\t%s\n", o.Key, value, o.Origin)
				} else {
					fmt.Fprintf(table, "%s\t%s\n", o.Key, value)
				}
			}
			return table.Flush()
		},
	}
	cmd.Flags().BoolVar(&origin, "origin", false, "say where each value comes from")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
