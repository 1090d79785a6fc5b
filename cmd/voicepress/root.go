package main

import (
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"
)

// newRoot makes the whole command line. It holds no state between two calls.
func newRoot(s *streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "voicepress",
		Short: "Turn published articles into audio that says its voice is AI-generated",
		Long: `voicepress reads an article from a file, a page or a stream, speaks it with a voice of your
choice, and writes audio that says in every way a file can that its voice is AI-generated.`,
		Example: `  voicepress install en_US-joe-medium
  voicepress convert article.html -o audio/
  voicepress batch archive/ -o audio/
  voicepress verify audio/article.mp3`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("see `"+cmd.CommandPath()+" --help`", "%w", err)
	})
	flags := root.PersistentFlags()
	flags.String("config", "", "configuration file (default: $XDG_CONFIG_HOME/voicepress/voicepress.yaml)")
	flags.String("data", "", "folder with installed voices and runtimes (default: the user's data folder)")
	flags.String("log-level", "", "what goes to the log: debug, info, warn or error")
	flags.String("log-format", "", "form of the log: text or json")
	flags.BoolP("quiet", "q", false, "print only errors")

	root.AddCommand(
		newConvert(s), newBatch(s),
		newArticle(s), newScript(s), newAccount(s), newLexicon(s),
		newVerify(s), newDisclose(s), newKeys(s),
		newInstall(s), newVoices(s), newBackends(s), newCache(s),
		newDoctor(s), newConfig(s), newVersion(s),
		&cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: exitCodesHelp},
	)
	requireArguments(root)
	return root
}

// requireArguments turns cobra's complaints about arguments into usage errors.
func requireArguments(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		if check := sub.Args; check != nil {
			sub.Args = func(cmd *cobra.Command, args []string) error {
				if err := check(cmd, args); err != nil {
					return usagef("see `"+cmd.CommandPath()+" --help`", "%w", err)
				}
				return nil
			}
		}
		requireArguments(sub)
	}
}

// newLog makes the logger for one command. It writes to stderr.
func newLog(s *streams, c logConfig) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return nil, usagef("use debug, info, warn or error", "log level %q", c.Level)
	}
	options := &slog.HandlerOptions{Level: level}
	switch c.Format {
	case "text":
		return slog.New(slog.NewTextHandler(s.err, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(s.err, options)), nil
	}
	return nil, usagef("use text or json", "log format %q", c.Format)
}

// counted is "1 article", "2 articles".
func counted(n int, thing string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, thing)
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
