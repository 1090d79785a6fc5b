package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline"
)

func newDisclose(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "disclose FILE...",
		Short: "Add the disclosure to audio that another program made",
		Long: `Add the disclosure to audio (MP3, WAV, FLAC, Opus, M4A) whose voice is artificial and that another program made: tags, the
sidecar NAME.disclosure.json with the hash, and with --keys (or signing in the configuration) a signed manifest that names the
original as what it was made from. The sound is not touched: its encoded frames stay the same to the byte. What the tags of a
file say already stays, unless the disclosure says the same thing.

--spoken-notice lets the configured voice say the notice before the sound, which has to be encoded again for that: once, in its own
format, at a like bit rate and the level of audio.preset. Other tags than those named below are lost then.

The files go to a folder (-o), or with --in-place each takes the place of its original at once. What is not given by a flag is
taken from the tags of the file: title, publisher, date, language, address. --title, --url and --published are for one file.

Files that are disclosed already are left alone. A file that fails is left as it was and does not stop the others; the command then
ends with code 3.`,
		Example: `  voicepress disclose archive/*.mp3 -o disclosed/ --engine "Acme TTS" --voice Anna --language en
  voicepress disclose archive/*.m4a --in-place --keys keys
  voicepress disclose archive/*.mp3 -o disclosed/ --spoken-notice
  voicepress disclose bridge.mp3 -o out/ --title "The bridge" --url https://example.org/bridge --human-author`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error { return runDisclose(cmd, s, files) },
	}
	f := cmd.Flags()
	f.StringP("output", "o", "", "folder for the disclosed files")
	f.Bool("in-place", false, "replace each file by the disclosed one")
	f.Bool("overwrite", false, "replace files that are there, and disclose again what is disclosed")
	f.String("keys", "", "sign with the keys in this `folder`, made by 'voicepress keys init'")
	f.String("engine", "", "the program or service that spoke")
	f.String("voice", "", "its voice")
	f.String("title", "", "title of the article")
	f.String("url", "", "address of the article")
	f.String("site", "", "who published it")
	f.StringSlice("author", nil, "who wrote it")
	f.String("published", "", "when: 2026-11-26, or with time and zone")
	f.String("language", "", "language of the article: en, de-AT")
	f.Bool("human-author", false, "people wrote the text (=false: they did not)")
	f.Bool("rule-based", false, "the voice is a rule-based one such as espeak, and no neural one")
	f.Bool("mixed", false, "parts are recordings of people, such as an intro")
	f.Bool("spoken-notice", false, "let the configured voice say the notice before the sound, which is encoded again for that")
	f.String("backend", "", "what says the notice: piper, espeak, command or fake")
	f.Bool("json", false, "print events as JSON, one a line; the last is the result")
	_ = f.SetAnnotation("voice", describes, []string{"the audio"}) // fails only where there is no such flag
	return cmd
}

func runDisclose(cmd *cobra.Command, s *streams, files []string) error {
	began := time.Now()
	c, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	what, err := existing(cmd, len(files))
	if err != nil {
		return err
	}
	dir, _ := cmd.Flags().GetString("output")
	inPlace, _ := cmd.Flags().GetBool("in-place")
	if (dir == "") == !inPlace {
		return usagef("say -o DIR for another folder, or --in-place", "where shall the disclosed files go?")
	}
	log, err := newLog(s, c.Log)
	if err != nil {
		return err
	}
	ws, err := c.workerSettings()
	if err != nil {
		return err
	}
	d := &pipeline.Discloser{Tool: tool(), PolicyURL: c.Notice.PolicyURL, Notices: ws.Notices}
	if d.Signer, err = c.openSigner(log); err != nil {
		return err
	}
	if d.Libraries, err = c.openDecoders(); err != nil {
		return err
	}
	if spoken, _ := cmd.Flags().GetBool("spoken-notice"); spoken {
		backend, err := openBackend(cmd.Context(), s, c, log)
		if err != nil {
			return err
		}
		defer func() { _ = backend.Close() }()
		d.Announcer = &pipeline.Announcer{Backend: backend, Settings: ws, Log: log}
	}
	disclose := func(ctx context.Context, file string) (*pipeline.Result, error) {
		e := what
		e.Path = file
		if inPlace {
			return d.DiscloseInPlace(ctx, e, c.Output.Overwrite, created())
		}
		return d.Disclose(ctx, e, pipeline.Output{Dir: dir, Overwrite: c.Output.Overwrite, Created: created()})
	}
	asJSON, _ := cmd.Flags().GetBool("json")
	quiet, _ := cmd.Flags().GetBool("quiet")
	sum := resultEvent{Type: "result"}
	encoder := json.NewEncoder(s.out)
	encoder.SetEscapeHTML(false)
	for _, file := range files {
		r, err := disclose(cmd.Context(), file)
		switch {
		case cmd.Context().Err() != nil && err != nil:
			return context.Cause(cmd.Context())
		case err != nil && len(files) == 1:
			return err
		case err != nil:
			sum.Failed++
		case r.Unchanged:
			sum.Unchanged++
		default:
			sum.Done++
			sum.AudioMS += r.DurationMS
		}
		switch {
		case asJSON:
			if err := encoder.Encode(newArticleEvent(file, r, err)); err != nil {
				return fmt.Errorf("print the result: %w", err)
			}
		case err != nil:
			fmt.Fprintln(s.err, outcomeLine(file, nil, err))
		case r.Unchanged && !quiet:
			fmt.Fprintln(s.err, outcomeLine(file, r, nil))
		case !quiet:
			for _, f := range r.Files {
				fmt.Fprintln(s.out, f.Path)
			}
		}
	}
	sum.ElapsedMS = time.Since(began).Milliseconds()
	if asJSON {
		if err := encoder.Encode(sum); err != nil {
			return fmt.Errorf("print the result: %w", err)
		}
	} else if len(files) > 1 && !quiet {
		fmt.Fprintf(s.err, "%s disclosed, %d unchanged, %d failed\n", counted(sum.Done, "file"), sum.Unchanged, sum.Failed)
	}
	if sum.Failed > 0 {
		return codeError(exitSome)
	}
	return nil
}

// existing is what the flags say of the audio.
func existing(cmd *cobra.Command, files int) (pipeline.Existing, error) {
	text := func(name string) string {
		value, _ := cmd.Flags().GetString(name)
		return strings.TrimSpace(value)
	}
	e := pipeline.Existing{
		Title: text("title"), URL: text("url"), Site: text("site"), Published: text("published"), Language: text("language"),
		Engine: text("engine"), Voice: text("voice"),
	}
	e.Authors, _ = cmd.Flags().GetStringSlice("author")
	if name := (disclosure.Article{URL: e.URL, Published: e.Published, Language: e.Language}).Misunderstood(); name != "" {
		hint := map[string]string{
			"url": "give an address that begins with http:// or https://", "published": "give a date such as 2026-11-26 or 2026-11-26T07:15:00Z",
			"language": `name the language as BCP 47 does: "en", "pt-BR"`,
		}[name]
		return e, usagef(hint, "--%s %q is not understood", name, text(name))
	}
	for _, name := range []string{"title", "url", "published"} {
		if files > 1 && text(name) != "" {
			return e, usagef("disclose one file at a time, or let it be taken from their tags", "--%s is for one file, not %d", name, files)
		}
	}
	if flag := cmd.Flags().Lookup("human-author"); flag.Changed {
		human, _ := cmd.Flags().GetBool("human-author")
		e.HumanAuthor = &human
	}
	rules, _ := cmd.Flags().GetBool("rule-based")
	mixed, _ := cmd.Flags().GetBool("mixed")
	switch {
	case rules && mixed:
		return e, usagef("choose the one that tells more", "--rule-based and --mixed do not go together")
	case rules:
		e.SourceType = disclosure.AlgorithmicMedia
	case mixed:
		e.SourceType = disclosure.CompositeWithTrainedAlgorithmicMedia
	}
	return e, nil
}
