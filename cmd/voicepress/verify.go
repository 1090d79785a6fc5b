package main

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article/fetch"
)

func newVerify(s *streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify FILE|URL...",
		Short: "Check that audio is disclosed as AI-generated and unchanged",
		Long: `Check, for each audio file (MP3, WAV, FLAC, Opus, M4A), every layer of its disclosure:

  tags            the statement and the source type inside it
  sidecar, hash   NAME.disclosure.json beside it, and whether the hash there is that of the file
  spoken notice   when it is heard
  manifest        the signed C2PA manifest inside it, or NAME.c2pa beside an Opus file
  signature       whether the manifest is as it was signed, and by whom
  signer          whether a root that you trust vouches for the signer
  signed hash     whether the file is the one that was signed
  time stamp      when it was signed, where a server confirms it
  watermark       where a detector is configured (watermark.detector)

Roots are trusted only where you name them: with --trust, which takes PEM files and folders of keys, with signing.trust, or with
signing.keys. No list of public roots is built in. A signer whom nobody vouches for is no fault of the file.

Ends with code 0 only if every file is disclosed and unchanged. Files need no network. Of a URL the file is got, and the sidecar
and the manifest beside it; they are removed again.`,
		Example: `  voicepress verify audio/bridge.mp3
  voicepress verify audio/*.mp3 --json
  voicepress verify audio/bridge.mp3 --trust keys/root.pem
  voicepress verify https://example.org/audio/bridge.mp3 --trust publisher.pem`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, inputs []string) error { return runVerify(cmd, s, inputs, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a file")
	cmd.Flags().StringSlice("trust", nil, "PEM files with roots to trust, or folders of keys")
	cmd.Flags().Bool("allow-private", false, "allow addresses inside private networks and on this machine")
	return cmd
}

func runVerify(cmd *cobra.Command, s *streams, inputs []string, asJSON bool) error {
	c, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	v := &pipeline.Verifier{Fetch: fetch.Client{
		AllowPrivate: c.Fetch.AllowPrivate, MaxBytes: c.Fetch.MaxAudio, UserAgent: "voicepress/" + version,
	}}
	if v.Anchors, err = c.anchors(); err != nil {
		return err
	}
	mark, err := c.openWatermark(true)
	if err != nil {
		return err
	}
	if mark != nil {
		defer func() { _ = mark.Close() }()
		v.Watermarker = mark
		if v.Libraries, err = c.openDecoders(); err != nil {
			return err
		}
	}
	bad := 0
	for _, input := range inputs {
		report, err := v.Verify(cmd.Context(), input)
		if err != nil {
			if asJSON && cmd.Context().Err() == nil {
				failed := struct {
					File  string `json:"file"`
					Error string `json:"error"`
				}{input, err.Error()}
				if err := json.NewEncoder(s.out).Encode(failed); err != nil {
					return fmt.Errorf("print the finding: %w", err)
				}
			}
			if len(inputs) == 1 || cmd.Context().Err() != nil {
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
}

// anchors are the roots that are configured to be trusted, and the root of the configured keys.
func (s *settings) anchors() ([]*x509.Certificate, error) {
	var roots []*x509.Certificate
	var paths []string
	for _, path := range s.Signing.Trust {
		paths = append(paths, s.path("signing.trust", path))
	}
	if own := s.path("signing.keys", s.Signing.Keys); own != "" {
		if _, err := os.Stat(filepath.Join(own, c2pa.RootFile)); err == nil {
			paths = append(paths, own)
		}
	}
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			path = filepath.Join(path, c2pa.RootFile)
		}
		more, err := c2pa.ReadCertificates(path)
		if err != nil {
			hint := "a root is a certificate in a PEM file, such as root.pem of `voicepress keys init`"
			if errors.Is(err, fs.ErrNotExist) {
				hint = "check the path"
			}
			return nil, usagef(hint, "read the roots to trust: %w", err)
		}
		roots = append(roots, more...)
	}
	return roots, nil
}

func printReport(s *streams, r *disclosure.Report, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(s.out)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(r)
	}
	verdict := "disclosed and unchanged"
	switch {
	case !r.Disclosed && !r.Unchanged:
		verdict = "NOT DISCLOSED, and without proof that it is unchanged"
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
	for _, fact := range facts(r) {
		fmt.Fprintf(table, "  %s\tsays\t%s\n", fact[0], printable(fact[1]))
	}
	return table.Flush()
}

// facts are what the file says, for a person: [about what, what].
func facts(r *disclosure.Report) [][2]string {
	var list [][2]string
	add := func(name string, texts ...string) {
		var all []string
		for _, text := range texts {
			if text != "" {
				all = append(all, text)
			}
		}
		if len(all) > 0 {
			list = append(list, [2]string{name, strings.Join(all, ", ")})
		}
	}
	add("statement", r.Statement)
	if r.SourceType != "" {
		add("source type", filepath.Base(r.SourceType))
	}
	if s := r.Says; s != nil {
		add("voice", s.Voice.ID, s.Engine.Name)
		if of := s.InsteadOf; of != nil {
			add("instead of", of.Engine, of.Why)
		}
		for _, v := range s.Speakers {
			add("spoken by", v.Voice.ID, v.Engine.Name, counted(v.Utterances, "sentence"))
		}
		add("article", s.Source.Title, s.Source.URL)
	}
	if m := r.Manifest; m != nil {
		kind := ""
		if m.SourceType != "" {
			kind = filepath.Base(m.SourceType)
		}
		add("manifest", kind, m.Title, m.Generator)
		for _, source := range m.Ingredients {
			add("made from", source.Title, source.URI)
		}
	}
	return list
}
