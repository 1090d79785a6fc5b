package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/audio/c2pa"
)

func newKeys(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Make keys that sign what the audio says about itself",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeysInit(s))
	return cmd
}

func newKeysInit(s *streams) *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "init DIR",
		Short: "Make a private root and a signer below it",
		Long: `Make keys in DIR, which is made if it is not there:

  root.pem     the certificate that readers are to trust; give it to whoever shall check your audio
  signer.pem   the certificate of the signer
  signer.key   its private key, which only you can read: keep it secret, and keep a copy

Readers that do not have root.pem say that the signer is not known to them, which is right: no public authority vouches for
it. Where that is needed, get a certificate from one on the C2PA trust list and name it in the configuration
(signing.certificate, signing.key or signing.command). Nothing that is there is overwritten.`,
		Example: `  voicepress keys init keys --name "The Courier"
  voicepress convert article.html -o audio/ --keys keys
  voicepress verify audio/article.mp3 --trust keys/root.pem`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := args[0]
			if name == "" {
				name = publisher()
			}
			if name = strings.TrimSpace(printable(name)); name == "" {
				return usagef(`name yourself with --name "The Courier"`, "the signer has no name")
			}
			if err := c2pa.InitKeys(dir, name, time.Now()); err != nil {
				if errors.Is(err, fs.ErrExist) {
					return &credentialError{err, "name a new folder; keys that are there are never overwritten"}
				}
				return err
			}
			if quiet, _ := cmd.Flags().GetBool("quiet"); quiet {
				return nil
			}
			shown := printable(dir)
			fmt.Fprintf(s.out, "%s\n%s\n%s\n",
				filepath.Join(shown, c2pa.RootFile), filepath.Join(shown, c2pa.CertificateFile), filepath.Join(shown, c2pa.KeyFile))
			fmt.Fprintf(s.err, `
Keys of %q are made. What to do next:
  sign what you make      voicepress convert article.html -o audio/ --keys %[2]s
  or always               signing: {keys: %[3]s} in the configuration
  check it                voicepress verify audio/article.mp3 --trust %[2]s
  let others check it     give them %[4]s
  keep secret             %[5]s (and keep a copy in another place)
`, name, shown, absolute(shown), filepath.Join(shown, c2pa.RootFile), filepath.Join(shown, c2pa.KeyFile))
			return nil
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "the publisher, as readers shall show it (default: the name of this user)")
	return cmd
}

// publisher is the name of the user.
func publisher() string {
	u, err := user.Current()
	if err != nil {
		return os.Getenv("USER")
	}
	full, _, _ := strings.Cut(u.Name, ",") // the first of the comment fields of the password file
	if full = strings.TrimSpace(full); full != "" {
		return full
	}
	return u.Username
}

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// credentialError says that keys or certificates cannot be used.
type credentialError struct {
	err  error
	hint string
}

func (e *credentialError) Error() string { return e.err.Error() }
func (e *credentialError) Unwrap() error { return e.err }
func (e *credentialError) Hint() string  { return e.hint }
