package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/article/fetch"
	"github.com/voicepress/voicepress/pipeline/batch"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/pipeline/script/lexicon"
	"github.com/voicepress/voicepress/tts"
)

// tool is this program, for disclosures.
func tool() disclosure.Tool { return disclosure.Tool{Name: "voicepress", Version: version} }

// created is the time that goes into sidecars: now, or SOURCE_DATE_EPOCH for builds that must repeat to the byte.
//
// Source: https://reproducible-builds.org/specs/source-date-epoch/.
func created() time.Time {
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		if seconds, err := strconv.ParseInt(epoch, 10, 64); err == nil {
			return time.Unix(seconds, 0).UTC()
		}
	}
	return time.Now().UTC().Truncate(time.Second)
}

// workerSettings translates the configuration.
func (s *settings) workerSettings() (pipeline.Settings, error) {
	var formats []pipeline.Format
	for _, name := range s.Output.Formats {
		f, err := pipeline.ParseFormat(name)
		if err != nil {
			return pipeline.Settings{}, usagef("use --format mp3, or several: --format mp3,wav", "%w", err)
		}
		formats = append(formats, f)
	}
	var timings []pipeline.Timing
	for _, name := range s.Output.Timings {
		t, err := pipeline.ParseTiming(name)
		if err != nil {
			return pipeline.Settings{}, usagef("use --timings vtt,srt", "%w", err)
		}
		timings = append(timings, t)
	}
	lex, err := s.openLexicon()
	if err != nil {
		return pipeline.Settings{}, err
	}
	return pipeline.Settings{
		Tool: tool(), Voice: s.Voice, Rate: s.Rate, Seed: s.Seed, Jobs: s.Jobs,
		Lexicon: lex, MaxRunes: s.Text.MaxSentence, Pauses: s.Pauses, Reading: s.Extract.Reading,
		NoNotice: !s.Notice.Spoken, Reminder: s.Notice.Reminder, Notices: s.Notice.Text, PolicyURL: s.Notice.PolicyURL,
		Mastering: s.preset.Mastering,
		Formats:   formats, Timings: timings, Page: s.Output.Page, BaseURL: s.Output.BaseURL, LAME: s.Audio.LAME, Mpg123: s.Audio.Mpg123, Opus: s.Audio.OpusLib, FFmpeg: s.Audio.FFmpeg,
	}, nil
}

// openCover reads the configured cover; nil where none is.
func (s *settings) openCover() (*disclosure.Cover, error) {
	if s.Output.Cover == "" {
		return nil, nil //nolint:nilnil // no cover is a choice, and no mistake
	}
	path := s.path("output.cover", s.Output.Cover)
	info, err := os.Stat(path)
	if err != nil {
		return nil, usagef("output.cover is a JPEG or PNG file", "read the cover: %w", err)
	}
	if !info.Mode().IsRegular() { // a pipe might never end
		return nil, usagef("output.cover is a JPEG or PNG file", "read the cover: %s is not a file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, usagef("output.cover is a JPEG or PNG file", "read the cover: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, disclosure.MaxCover+1))
	if err != nil {
		return nil, fmt.Errorf("read the cover: %w", err)
	}
	cover, err := disclosure.NewCover(data, s.Output.CoverBadge)
	if err != nil {
		return nil, usagef("output.cover is a JPEG or PNG file", "read the cover %s: %w", file.Name(), err)
	}
	return cover, nil
}

// openLexicon reads the configured lexicon files, and the built-in one below them.
func (s *settings) openLexicon() (*lexicon.Lexicon, error) {
	files, mistakes, err := s.openLexiconFiles(nil)
	if err != nil {
		return nil, err
	}
	lex, err := lexicon.New(files...)
	if len(mistakes) > 0 {
		err = mistakes
	}
	if err != nil {
		return nil, usagef("`voicepress lexicon check` lists every mistake; docs/lexicon.md has the form", "%w", err)
	}
	return lex, nil
}

// openLexiconFiles reads lexicon files and collects what is wrong with them. Without paths it reads the configured ones.
func (s *settings) openLexiconFiles(paths []string) (files []*lexicon.File, mistakes lexicon.Errors, err error) {
	if len(paths) == 0 {
		paths = s.lexiconPaths()
		if s.Lexicon.BuiltIn {
			f, err := lexicon.BuiltIn()
			if err != nil {
				return nil, nil, fmt.Errorf("read the built-in lexicon: %w", err)
			}
			files = append(files, f)
		}
	}
	for _, path := range paths {
		f, err := lexicon.Open(path)
		var errs lexicon.Errors
		switch {
		case errors.As(err, &errs):
			mistakes = append(mistakes, errs...)
		case err != nil:
			return nil, nil, usagef("", "%w", err)
		default:
			files = append(files, f)
		}
	}
	return files, mistakes, nil
}

// lexiconPaths are the configured files. Those that the configuration file names are in its folder.
func (s *settings) lexiconPaths() []string {
	paths := slices.Clone(s.Lexicon.Files)
	for i, path := range paths {
		paths[i] = s.path("lexicon.files", path)
	}
	return paths
}

// reader reads articles as a command's flags say.
type reader struct {
	streams *streams
	fetch   fetch.Client
	as      article.Format
	rights  bool
	policy  article.Policy
	rules   *article.Rules
}

func newReader(s *streams, c *settings, cmd *cobra.Command) (*reader, error) {
	r := &reader{streams: s, rights: c.Fetch.HaveRights, policy: c.Extract.Policy, rules: c.rules, fetch: fetch.Client{
		AllowPrivate: c.Fetch.AllowPrivate, Timeout: c.Fetch.Timeout, MaxBytes: c.Fetch.MaxBytes,
		UserAgent: "voicepress/" + version,
	}}
	if flag := cmd.Flags().Lookup("as"); flag != nil && flag.Changed {
		format, err := article.ParseFormat(flag.Value.String())
		if err != nil {
			return nil, usagef("", "%w", err)
		}
		r.as = format
	}
	return r, nil
}

// maxInput is the most that is read of a file or stream, in bytes; article.Read refuses more by name.
const maxInput = article.MaxBytes + 1

// read gets the article of one input: a path, an address, or "-" for standard input.
func (r *reader) read(ctx context.Context, input string) (*article.Article, error) {
	data, src, err := r.load(ctx, input)
	if err != nil {
		return nil, err
	}
	a, err := article.Read(data, src)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", input, err)
	}
	return a, nil
}

// explain says what became of some blocks of an input.
func (r *reader) explain(ctx context.Context, input, query string) ([]article.Explanation, error) {
	data, src, err := r.load(ctx, input)
	if err != nil {
		return nil, err
	}
	blocks, err := article.Explain(data, src, query)
	if err != nil {
		return nil, fmt.Errorf("explain %s: %w", input, err)
	}
	return blocks, nil
}

// load gets the bytes of an input and all that is known of it.
func (r *reader) load(ctx context.Context, input string) (data []byte, src article.Source, err error) {
	src = article.Source{Name: input, As: r.as, HaveRights: r.rights, Policy: r.policy, Rules: r.rules}
	switch {
	case batch.IsURL(input):
		page, err := r.fetch.Get(ctx, input)
		if err != nil {
			return nil, src, err
		}
		data, src.URL, src.ContentType = page.Data, page.URL, page.ContentType
	default:
		file, err := r.open(input)
		if err != nil {
			return nil, src, err
		}
		defer file.Close()
		if data, err = io.ReadAll(io.LimitReader(file, maxInput)); err != nil {
			return nil, src, fmt.Errorf("read %s: %w", input, err)
		}
	}
	return data, src, nil
}

// open opens a file, or standard input for "-".
func (r *reader) open(input string) (io.ReadCloser, error) {
	if input == "-" {
		if r.streams.inTTY {
			return nil, usagef("pipe an article into it (`curl ... | voicepress convert -`), or name a file", "standard input is a terminal")
		}
		return io.NopCloser(r.streams.in), nil
	}
	file, err := os.Open(input)
	if err != nil {
		return nil, fmt.Errorf("read the input: %w", err)
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = usagef("use `voicepress batch "+input+"` for a folder", "%s is a folder", input)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

// frontEnd makes scripts of articles without a voice.
type frontEnd struct {
	reader   *reader
	settings pipeline.Settings
}

func newFrontEnd(s *streams, cmd *cobra.Command) (*frontEnd, error) {
	c, err := loadConfig(cmd)
	if err != nil {
		return nil, err
	}
	read, err := newReader(s, c, cmd)
	if err != nil {
		return nil, err
	}
	ws, err := c.workerSettings()
	return &frontEnd{read, ws}, err
}

// split reads an article and makes its script and account.
func (f *frontEnd) split(ctx context.Context, input string) (*article.Article, *script.Script, script.Account, error) {
	a, err := f.reader.read(ctx, input)
	if err != nil {
		return nil, nil, script.Account{}, err
	}
	sc, acc, err := pipeline.Split(a, tts.Info{}, f.settings)
	return a, sc, acc, err
}
