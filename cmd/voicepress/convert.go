package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/batch"
	"github.com/voicepress/voicepress/tts"
)

// speakingFlags are the flags of every command that speaks.
func speakingFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringP("output", "o", ".", "where the files go")
	f.StringSlice("format", nil, "audio formats, one file each: "+pipeline.FormatList())
	f.String("preset", "podcast", "level and formats: "+presetList())
	f.StringSlice("timings", nil, "when what is heard: vtt, srt, vtt-words, smil, chapters")
	f.String("backend", "", "what speaks: "+backendNames())
	f.String("voice", "", "the voice, as the backend names it")
	f.Float64("rate", 1, "speed of speech, 0.5 to 2")
	f.Int("jobs", 0, "sentences spoken at once (0: one a processor; of a service, as many as it takes)")
	f.Uint64("seed", 0, "another number gives another reading of the same voice")
	f.String("keys", "", "sign with the keys in this `folder`, made by 'voicepress keys init'")
	f.Bool("no-spoken-notice", false, "leave out the spoken notice; the rest of the disclosure stays")
	f.Bool("overwrite", false, "replace files that are there")
	f.Bool("no-cache", false, "speak every sentence anew, and keep none for the next time")
	f.Bool("local-only", false, "refuse backends that send the text to another machine")
	f.Float64("budget", 0, "stop before more than so many US `dollars` are spent (0: no limit)")
	f.Bool("dry-run", false, "only say how much would be spoken and what it would cost")
	f.Bool("json", false, "print events as JSON, one a line; the last is the result")
	readingFlags(cmd)
	lexiconFlag(cmd)
}

// presetList names all presets for a person.
func presetList() string {
	var names []string
	for _, p := range pipeline.Presets() {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

// readingFlags are the flags of every command that reads articles.
func readingFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.String("as", "", "read the input as html, markdown, text, json or feed (default: look at it)")
	f.Bool("allow-private", false, "allow addresses inside private networks and on this machine")
	f.Bool("i-have-the-rights", false, "read a page that says it is not free to read")
}

// lexiconFlag is the flag of every command that turns text into what is said.
func lexiconFlag(cmd *cobra.Command) {
	cmd.Flags().StringSlice("lexicon", nil, "files with pronunciations, instead of the configured ones")
}

func newConvert(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "convert INPUT...",
		Short: "Turn articles into disclosed audio",
		Long: `Turn articles into audio that says its voice is AI-generated.

INPUT is an HTML, Markdown, text, JSON or feed file, a URL, or - for standard input. OUT (-o) is a folder, a file that ends
like one of the formats (` + pipeline.FormatList() + `), or - for standard output. For an article called NAME the folder gets

  NAME.mp3               the audio, with the disclosure in its tags
  NAME.disclosure.json   the disclosure for programs, with the hash of the audio
  NAME.vtt               captions
  NAME.words.json        when each word of the article is heard
  NAME.account.json      every block and byte: spoken as written, spoken as something else, or skipped and why
  NAME.player.html       the player with the statement beside it, to paste into the page of the article
  NAME.jsonld            the same for search engines

-o - writes the audio alone. MP3 is heard while the article is still spoken (convert article.html -o - | mpg123 -).

--timings srt,vtt-words,smil,chapters adds NAME.srt, NAME.words.vtt, NAME.smil with NAME.text.xhtml, NAME.chapters.json.

Files that are up to date are left as they are; others are replaced with --overwrite alone.`,
		Example: `  voicepress convert article.html -o audio/
  voicepress convert https://example.org/news/bridge -o bridge.mp3
  pandoc notes.docx -t markdown | voicepress convert - --as markdown -o - > notes.mp3
  voicepress convert article.md -o audio/ --format mp3,wav --rate 1.1`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, inputs []string) error { return runConvert(cmd, s, inputs) },
	}
	speakingFlags(cmd)
	return cmd
}

func runConvert(cmd *cobra.Command, s *streams, inputs []string) error {
	began := time.Now()
	c, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	target, err := parseTarget(cmd, s, c, inputs)
	if err != nil {
		return err
	}
	read, err := newReader(s, c, cmd)
	if err != nil {
		return err
	}
	// A voice takes as long to load as a page takes to read, so both are done at once.
	ctx := cmd.Context()
	opened := openAsync(ctx, s, c)
	defer opened.close()
	if target.stream != nil {
		// A listener who goes away is an error with a message, not a signal that ends the program without one. It is not ignored,
		// because the programs that are started would ignore it as well.
		gone := make(chan os.Signal, 1)
		signal.Notify(gone, syscall.SIGPIPE)
		defer signal.Stop(gone)
	}

	asJSON, _ := cmd.Flags().GetBool("json")
	quiet, _ := cmd.Flags().GetBool("quiet")
	if dry, _ := cmd.Flags().GetBool("dry-run"); dry {
		worker, err := opened.worker()
		if err != nil {
			return err
		}
		return rehearsal{read.read, worker, opened.backend, func(*article.Article, string) bool { return false }}.run(ctx, s, asJSON, inputs)
	}
	show := newSink(s, showing{articles: len(inputs), listed: len(inputs) > 1, json: asJSON, quiet: quiet})
	results, failures, err := convertAll(ctx, read, opened, inputs, target, show)
	show.close()
	sum := resultEvent{Type: "result", Done: len(results), Failed: len(failures), ElapsedMS: time.Since(began).Milliseconds()}
	for _, r := range results {
		if r.Unchanged {
			sum.Done--
			sum.Unchanged++
		}
		sum.AudioMS += r.Duration.Milliseconds()
		sum.Usage = sum.Usage.Add(r.Usage)
		if !asJSON && !quiet {
			printResult(s, r)
		}
	}
	sum.Usage.Bill = opened.spent() // what failed was paid for too
	if !quiet && (err != nil || len(failures) > 0) {
		printSpent(s, sum.Usage.Bill, c.Cache.Enabled)
	}
	switch {
	case err != nil:
		return err
	case len(inputs) == 1 && len(failures) == 1:
		return failures[0]
	case asJSON:
		if err := json.NewEncoder(s.out).Encode(sum); err != nil {
			return fmt.Errorf("print the result: %w", err)
		}
	}
	if len(failures) > 0 {
		return codeError(exitSome)
	}
	return nil
}

// convertAll converts the inputs one after the other. A failed article does not stop the others; err is what stops them.
func convertAll(ctx context.Context, read *reader, opened *opening, inputs []string, t target, show sink) (results []*pipeline.Result, failures []error, err error) {
	taken := map[string]bool{}
	for _, input := range inputs {
		a, err := read.read(ctx, input)
		if ctx.Err() != nil {
			return results, failures, context.Cause(ctx)
		}
		if err != nil {
			show.Done(&article.Article{Name: input}, nil, err)
			failures = append(failures, err)
			continue
		}
		worker, err := opened.worker()
		if err != nil {
			return results, failures, err
		}
		out := t.output(a, input, taken)
		if !t.overwrite && t.stream == nil {
			if r, ok := worker.UpToDate(a, out); ok {
				show.Done(a, r, nil)
				results = append(results, r)
				continue
			}
		}
		if why := worker.WholeFirst(); why != "" && t.stream != nil {
			t.stream.note("the audio leaves when all of it is spoken: " + why)
		}
		r, err := worker.Convert(ctx, a, out, show)
		switch {
		case ctx.Err() != nil && err != nil:
			return results, failures, context.Cause(ctx)
		case err != nil:
			failures = append(failures, err)
		default:
			results = append(results, r)
		}
	}
	return results, failures, nil
}

// opening is a worker that is being opened in the background.
type opening struct {
	done    chan struct{}
	backend *stack // nil where it could not be opened
	made    *pipeline.Worker
	err     error
}

func openAsync(ctx context.Context, s *streams, c *settings) *opening {
	o := &opening{done: make(chan struct{})}
	go func() {
		defer close(o.done)
		o.made, o.backend, o.err = openWorker(ctx, s, c)
	}()
	return o
}

func openWorker(ctx context.Context, s *streams, c *settings) (*pipeline.Worker, *stack, error) {
	log, err := newLog(s, c.Log)
	if err != nil {
		return nil, nil, err
	}
	ws, err := c.workerSettings()
	if err != nil {
		return nil, nil, err
	}
	if ws.Signer, err = c.openSigner(log); err != nil {
		return nil, nil, err
	}
	if ws.Cover, err = c.openCover(); err != nil {
		return nil, nil, err
	}
	began := time.Now()
	backend, err := openBackend(ctx, s, c, log)
	if err != nil {
		return nil, nil, err
	}
	log.DebugContext(ctx, "opened", "backend", c.Backend, "ms", time.Since(began).Milliseconds())
	ws.Fallback = backend.fallback
	if ws.Music, err = c.openMusic(ctx); err != nil {
		_ = backend.Close()
		return nil, nil, err
	}
	mark, err := c.openWatermark(false)
	if err != nil {
		_ = backend.Close()
		return nil, nil, err
	}
	if mark != nil {
		ws.Watermarker, backend.Backend = mark, withModel{backend.Backend, mark}
	}
	worker, err := pipeline.New(ctx, backend, ws, log)
	if err != nil {
		_ = backend.Close()
		return nil, nil, err
	}
	return worker, backend, nil
}

// withModel is a backend that is closed together with a model.
type withModel struct {
	tts.Backend
	model io.Closer
}

func (b withModel) Close() error { return errors.Join(b.Backend.Close(), b.model.Close()) }

func (o *opening) worker() (*pipeline.Worker, error) {
	<-o.done
	return o.made, o.err
}

// spent is what was paid for so far.
func (o *opening) spent() tts.Bill {
	<-o.done
	if o.backend == nil {
		return tts.Bill{}
	}
	return o.backend.meter.Total().Bill
}

func (o *opening) close() {
	<-o.done
	if o.backend != nil {
		_ = o.backend.Close()
	}
}

// target is where -o says the files go.
type target struct {
	dir       string
	name      string // "" takes the article's own
	overwrite bool
	stream    *streams // set for -o -
}

func parseTarget(cmd *cobra.Command, s *streams, c *settings, inputs []string) (target, error) {
	out, err := cmd.Flags().GetString("output")
	if err != nil {
		return target{}, fmt.Errorf("read flag --output: %w", err)
	}
	t := target{dir: out, overwrite: c.Output.Overwrite}
	if out == "" {
		return t, usagef("leave -o out for this folder", "-o names nothing")
	}
	if out == "-" {
		asJSON, _ := cmd.Flags().GetBool("json")
		switch {
		case len(inputs) != 1:
			return t, usagef("name a folder with -o", "standard output takes one article, not %d", len(inputs))
		case s.outTTY:
			return t, usagef("redirect it (`> article.mp3`), or name a folder with -o", "standard output is a terminal, which cannot show audio")
		case asJSON:
			return t, usagef("write to a folder with -o, or leave --json out", "--json and audio cannot both go to standard output")
		case len(c.Output.Formats) != 1:
			return t, usagef("name one with --format", "standard output takes one format, not %d", len(c.Output.Formats))
		}
		t.stream = s
		if quiet, _ := cmd.Flags().GetBool("quiet"); quiet {
			t.stream = &streams{out: s.out, err: io.Discard}
		}
		return t, nil
	}
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		return t, nil
	}
	extension := strings.ToLower(strings.TrimPrefix(filepath.Ext(out), "."))
	if extension == "" || strings.HasSuffix(out, "/") || strings.HasSuffix(out, string(filepath.Separator)) {
		return t, nil
	}
	format, err := pipeline.ParseFormat(extension)
	if err != nil {
		if slices.Contains([]string{"ogg", "oga", "aac", "mp4", "wave", "aiff"}, extension) {
			return t, usagef("name a folder, or a file that ends in one of: "+pipeline.FormatList(), "cannot write %s files", extension)
		}
		return t, nil
	}
	if len(inputs) != 1 {
		return t, usagef("name a folder with -o", "one file takes one article, not %d", len(inputs))
	}
	base := filepath.Base(out)
	t.dir, t.name = filepath.Dir(out), strings.TrimSuffix(base, filepath.Ext(base))
	if t.name == "" {
		return t, usagef("give the file a name: -o article"+base, "-o %s names no file", out)
	}
	given := len(c.Output.Formats) == 1 && strings.EqualFold(c.Output.Formats[0], string(format))
	if flag := cmd.Flags().Lookup("format"); flag.Changed && !given {
		return t, usagef("leave --format out, or name a folder with -o", "-o %s and --format %s do not agree", out, strings.Join(c.Output.Formats, ","))
	}
	c.Output.Formats = []string{string(format)}
	return t, nil
}

// output says where the files of an article go. taken are the names of this call; two articles of one title keep apart.
func (t target) output(a *article.Article, input string, taken map[string]bool) pipeline.Output {
	out := pipeline.Output{Dir: t.dir, Name: t.name, Overwrite: t.overwrite, Created: created()}
	if t.stream != nil {
		out.Stream = t.stream.out
	}
	if out.Name == "" {
		out.Name = batch.Unique(article.Slug(a.Title, input), input, func(name string) bool { return !taken[name] })
		taken[out.Name] = true
	}
	return out
}

// printResult says what was made: paths on standard output, the rest on standard error.
func printResult(s *streams, r *pipeline.Result) {
	for _, f := range r.Files {
		fmt.Fprintln(s.out, f.Path)
	}
	if r.Unchanged {
		fmt.Fprintf(s.err, "%s of audio; unchanged: the same article, voice, settings and program (--overwrite makes it again)\n", clock(r.Duration))
		return
	}
	fmt.Fprintf(s.err, "%s of audio, %s, %.1f LUFS, true peak %.1f dBTP, voice %s; notice spoken: %s\n",
		clock(r.Duration), counted(r.Utterances, "sentence"), r.Loudness, r.TruePeak, r.Voice, yesNo(r.NoticeSpoken))
	if line := usageLine(r.Usage, r.Utterances); line != "" {
		fmt.Fprintln(s.err, line)
	}
	if r.Skipped > 0 {
		why := "`voicepress article`" // a stream has no account beside it
		if path := r.AccountPath(); path != "" {
			why = path
		}
		fmt.Fprintf(s.err, "%s of the page not read; %s says why\n", counted(r.Skipped, "block"), why)
	}
	for _, w := range r.Warnings {
		fmt.Fprintf(s.err, "warning: %s\n", printable(w))
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
