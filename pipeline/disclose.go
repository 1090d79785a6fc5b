package pipeline

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/wav"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
)

// disclose writes the finished files. It is the only place that does, and it writes no audio without a Disclosure. Each
// file is written under a temporary name, synced and only then renamed; the sidecar comes last, so a set of files with a
// sidecar is whole.
func (w *Worker) disclose(ctx context.Context, a *article.Article, sc *script.Script, account script.Account, t *Track, out Output) (*Result, error) {
	d := w.disclosure(a, sc, t)
	r := newResult(a, sc, t, d)
	var set fileSet
	defer set.abandon()
	var outputs []disclosure.Output
	for _, f := range w.settings.Formats {
		made, err := w.mastered(ctx, t, f, out.scratchDir())
		if err != nil {
			return nil, err
		}
		r.Loudness, r.TruePeak = made.got.loudness, made.got.truePeak
		if !w.settings.Mastering.right(made.got) {
			r.Warnings = append(r.Warnings, fmt.Sprintf("the %s measures %.1f LUFS and %.1f dBTP, which is not what was asked for", f, r.Loudness, r.TruePeak))
		}
		d.Encoder = w.codecs[f].name(t.Channels)
		write := func(out io.Writer) error { return finish(out, f, t, d, made) }
		if out.Stream != nil {
			return r, stream(out.Stream, write)
		}
		file, err := set.add(out, "."+string(f), write)
		if err != nil {
			return nil, err
		}
		outputs = append(outputs, disclosure.Output{
			File: filepath.Base(file.final), MIME: f.MIME(), Bytes: file.bytes, SHA256: file.sha256(),
			Duration: t.Duration().Milliseconds(), SampleRate: w.codecs[f].rate(t.Rate), Channels: t.Channels,
			Loudness: disclosure.Level(made.got.loudness), TruePeak: disclosure.Level(made.got.truePeak),
		})
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	sidecar := d.Sidecar(outputs, out.Created)
	companions, named := w.companions(a, sc, account, t, &sidecar, out)
	sidecar.Companions = named
	companions = append(companions, companion{DisclosureSuffix, func(w io.Writer) error {
		text, err := sidecar.Encode()
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	}})
	for _, companion := range companions {
		if _, err := set.add(out, companion.suffix, companion.write); err != nil {
			return nil, err
		}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err := set.commit(out); err != nil {
		return nil, err
	}
	r.Files = set.list()
	return r, nil
}

// finish writes a finished file of one format: the audio as it was encoded, and all that d says about it.
func finish(out io.Writer, f Format, t *Track, d *disclosure.Disclosure, made *encoded) error {
	if _, err := made.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read the encoded audio: %w", err)
	}
	if f == WAV {
		return writeWAV(out, t, d.WAV(t.Rate), made)
	}
	if _, err := out.Write(d.ID3()); err != nil {
		return fmt.Errorf("write the tag: %w", err)
	}
	_, err := io.Copy(out, made.file)
	return err
}

func writeWAV(out io.Writer, t *Track, chunks []wav.Chunk, made *encoded) error {
	writer, err := wav.NewWriter(out, t.Rate, t.Channels, t.Samples, chunks)
	if err != nil {
		return err
	}
	reader, err := wav.NewReader(made.file)
	if err != nil {
		return err
	}
	block := make([]float32, 1<<14)
	for {
		n, err := reader.Interleaved(block)
		if errors.Is(err, io.EOF) {
			return writer.Close()
		}
		if err != nil {
			return err
		}
		if err := writer.Write(block[:n]); err != nil {
			return err
		}
	}
}

// disclosure is what is known about the finished audio.
func (w *Worker) disclosure(a *article.Article, sc *script.Script, t *Track) *disclosure.Disclosure {
	info := w.backend.Info()
	voice := w.voiceFor(a)
	d := &disclosure.Disclosure{
		Wording:    disclosure.WordingFrom(w.settings.Notices, a.Language, info.SourceType),
		SourceType: info.SourceType,
		Engine:     disclosure.Engine{Name: info.Name, Version: info.Fingerprint},
		Voice:      disclosure.Voice{ID: voice.ID, Language: voice.Language, Licence: voice.Licence},
		Article: disclosure.Article{
			URL: a.URL, Title: a.Title, Site: a.Site, Authors: a.Authors, Section: a.Section, Published: a.Published,
			Language: a.Language,
		},
		PolicyURL: w.settings.PolicyURL,
		Tool:      w.settings.Tool,
		Edits:     []string{"silence trimmed and pauses set", "loudness and peaks set"},
		Key:       w.key(a, sc),
		Duration:  t.Duration(),
		Chapters:  chapters(a, sc, t),
		Text:      textOf(a),
		Watermark: watermarked(w.settings.Watermarker),
	}
	if d.Watermark != nil {
		d.Edits = append(d.Edits, "watermark put in")
	}
	sum := sha256.Sum256([]byte(d.Text))
	d.Article.TextSHA256 = hex.EncodeToString(sum[:])
	for i, u := range sc.Utterances {
		if u.Role != script.Notice {
			continue
		}
		at := t.Timeline.Utterances[i]
		if !d.Audible.Present {
			d.Audible = disclosure.Audible{Present: true, Start: at.Start}
		}
		d.Audible.End = at.End
	}
	d.Audible.Reminders = t.Timeline.Reminders
	return d
}

// textOf is what is read, as paragraphs.
func textOf(a *article.Article) string {
	var text strings.Builder
	if a.Title != "" {
		text.WriteString(a.Title + "\n")
	}
	for _, b := range a.Blocks {
		text.WriteString(b.Text + "\n")
	}
	return text.String()
}

// chapters begin at the headings. What is before the first one is a chapter with the article's title.
func chapters(a *article.Article, sc *script.Script, t *Track) []disclosure.Chapter {
	var list []disclosure.Chapter
	begin := func(title string, i int) {
		if n := len(list); n > 0 {
			list[n-1].End = t.Timeline.Utterances[i].Start
		}
		list = append(list, disclosure.Chapter{Title: title, Start: t.Timeline.Utterances[i].Start, End: t.Duration()})
	}
	last := script.NoticeBlock
	for i, u := range sc.Utterances {
		if u.Block == last {
			continue
		}
		last = u.Block
		switch {
		case u.Role == script.Heading:
			begin(a.Blocks[u.Block].Text, i)
		case len(list) == 0:
			begin(nameOf(a), i)
		}
	}
	return list
}

func nameOf(a *article.Article) string {
	if a.Title != "" {
		return a.Title
	}
	return "Article"
}

func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// stream writes finished audio to a stream.
func stream(out io.Writer, write func(io.Writer) error) error {
	buffered := bufio.NewWriterSize(out, 1<<16)
	if err := write(buffered); err != nil {
		return fmt.Errorf("write the audio: %w", err)
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write the audio: %w", err)
	}
	return nil
}

// fileSet is the files of one article on their way to their final names.
type fileSet struct{ files []*stagedFile }

// stagedFile is a complete file under a temporary name.
type stagedFile struct {
	temp, final string
	bytes       int64
	hash        hash.Hash
}

func (f *stagedFile) sha256() string { return hex.EncodeToString(f.hash.Sum(nil)) }

func (f *stagedFile) Write(b []byte) (int, error) {
	f.bytes += int64(len(b))
	return f.hash.Write(b)
}

// add writes a file under a temporary name and syncs it.
func (s *fileSet) add(out Output, suffix string, write func(io.Writer) error) (*stagedFile, error) {
	f := &stagedFile{final: out.path(suffix), hash: sha256.New()}
	fail := func(err error) (*stagedFile, error) { return nil, fmt.Errorf("write %s: %w", f.final, err) }
	temp, err := os.CreateTemp(out.Dir, TempPattern)
	if err != nil {
		return fail(err)
	}
	f.temp = temp.Name()
	s.files = append(s.files, f)
	defer temp.Close()
	buffered := bufio.NewWriterSize(temp, 1<<16)
	if err := write(io.MultiWriter(buffered, f)); err != nil {
		return fail(err)
	}
	if err := errors.Join(buffered.Flush(), temp.Chmod(0o644), temp.Sync(), temp.Close()); err != nil {
		return fail(err)
	}
	return f, nil
}

// commit gives the files their final names, or leaves none of them. What has come into the place of one meanwhile is not
// replaced unasked. An old sidecar goes first: without it an interrupted commit is not taken for a finished one.
func (s *fileSet) commit(out Output) (err error) {
	defer func() {
		if err != nil {
			s.takeBack()
		}
	}()
	for _, f := range s.files {
		if err := out.vacant(f.final); err != nil {
			return err
		}
	}
	if err := os.Remove(out.path(DisclosureSuffix)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("replace the old files: %w", err)
	}
	for _, f := range s.files {
		if err := os.Rename(f.temp, f.final); err != nil {
			return fmt.Errorf("write %s: %w", f.final, err)
		}
		f.temp = ""
	}
	return syncDir(out.Dir)
}

// takeBack removes what has got its final name.
func (s *fileSet) takeBack() {
	for _, f := range s.files {
		if f.temp == "" {
			_ = os.Remove(f.final)
		}
	}
}

// abandon removes what has not got its final name.
func (s *fileSet) abandon() {
	for _, f := range s.files {
		if f.temp != "" {
			_ = os.Remove(f.temp)
		}
	}
}

func (s *fileSet) list() []File {
	var files []File
	for _, f := range s.files {
		files = append(files, File{Path: f.final, Bytes: f.bytes, SHA256: f.sha256()})
	}
	return files
}
