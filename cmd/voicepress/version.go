package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is the version of the program. Releases set it: go build -ldflags "-X main.version=1.2.3".
var version = "0.1.0-dev" //nolint:gochecknoglobals // set by the linker

func newVersion(s *streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if !asJSON {
				fmt.Fprintf(s.out, "voicepress %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
				return nil
			}
			modules := map[string]string{}
			if build, ok := debug.ReadBuildInfo(); ok {
				for _, m := range build.Deps {
					modules[m.Path] = m.Version
				}
			}
			return json.NewEncoder(s.out).Encode(map[string]any{
				"version": version, "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH,
				"neural": neuralBuilt, "modules": modules,
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, with the modules the program is built from")
	return cmd
}
