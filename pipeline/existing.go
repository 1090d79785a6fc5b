package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/loudness"
)

// Discloser adds the disclosure to audio that another program made. The sound stays as it is, to the byte. It is safe for
// concurrent use.
type Discloser struct {
	Tool      disclosure.Tool
	Notices   map[string]disclosure.Own // the publisher's own wording of the notice, by BCP 47 language
	PolicyURL string                    // the publisher's page about AI voices
	Signer    *c2pa.Signer              // signs the manifest; nil leaves it out
	Libraries decode.Libraries          // to find how long and how loud the sound is
	// Announcer puts the spoken notice before the sound, which is encoded again for that; nil leaves the sound as it is.
	Announcer *Announcer
}

// Existing is audio that another program made, and what is known about it. What is empty is taken from its tags.
type Existing struct {
	Path      string
	Title     string
	URL       string // of the article
	Site      string
	Authors   []string
	Published string // ISO 8601
	Language  string // BCP 47
	// HumanAuthor is whether people wrote the text; nil is unknown.
	HumanAuthor *bool
	Engine      string // what spoke; empty is unknown
	Voice       string
	// SourceType is how the sound came to be. The zero value means a neural voice.
	SourceType disclosure.SourceType
}

// NotDisclosableError says that a file is not one that can be disclosed, or replaced.
type NotDisclosableError struct {
	Path string
	Err  error
	hint string
}

func (e *NotDisclosableError) Error() string { return fmt.Sprintf("disclose %s: %v", e.Path, e.Err) }
func (e *NotDisclosableError) Unwrap() error { return e.Err }

// Hint is what the user can do about it.
func (e *NotDisclosableError) Hint() string { return e.hint }

// Disclose writes the file with its disclosure to a folder, and the sidecar beside it. Of out the name is that of the file
// where it is empty. Files that are there already, made from the same file with the same words, are left alone.
func (d *Discloser) Disclose(ctx context.Context, e Existing, out Output) (*Result, error) {
	return d.disclose(ctx, e, out, false)
}

// DiscloseInPlace puts the disclosed file in the place of the file itself, at once: at no time is there half a file. A
// file that is disclosed and unchanged already is left alone unless overwrite is set. The time goes into the sidecar.
func (d *Discloser) DiscloseInPlace(ctx context.Context, e Existing, overwrite bool, created time.Time) (*Result, error) {
	return d.disclose(ctx, e, Output{Dir: filepath.Dir(e.Path), Overwrite: overwrite, Created: created}, true)
}

func (d *Discloser) disclose(ctx context.Context, e Existing, out Output, inPlace bool) (*Result, error) {
	fail := func(err error) (*Result, error) {
		var known *NotDisclosableError
		if errors.As(err, &known) || ctx.Err() != nil {
			return nil, err
		}
		return nil, &NotDisclosableError{Path: e.Path, Err: err}
	}
	file, info, err := openExisting(e.Path, inPlace)
	if err != nil {
		return fail(err)
	}
	defer file.Close()
	ext := filepath.Ext(e.Path)
	out.Name = cmp.Or(out.Name, strings.TrimSuffix(filepath.Base(e.Path), ext))
	src := io.NewSectionReader(file, 0, info.Size())
	found, err := disclosure.Look(src)
	if err != nil {
		return fail(err)
	}
	if d.Announcer != nil && found.Signed {
		return fail(&NotDisclosableError{
			e.Path, errors.New("it holds a signed manifest, which would be lost where it is encoded again"), "disclose it without a spoken notice",
		})
	}
	if !out.Overwrite {
		if r, ok := d.alreadyDisclosed(ctx, e.Path); ok {
			return r, nil
		}
	}
	said, sum, err := d.describe(ctx, e, src, found)
	if err != nil {
		return fail(err)
	}
	said.Created = out.Created
	target := out.path(ext)
	others, err := besides(out, filepath.Base(target))
	if err != nil {
		return fail(err)
	}
	switch there, err := os.Stat(target); {
	case inPlace:
		if err := others.strange(out, e.Path); err != nil && !out.Overwrite {
			return fail(err)
		}
		out.Overwrite = true
	case err != nil: // nothing is there, or it will be found out when it is written
	case os.SameFile(there, info):
		return fail(&NotDisclosableError{
			e.Path, errors.New("the result would take its place"), "use --in-place if that is what you want, or choose another folder with -o",
		})
	case !out.Overwrite:
		if r, ok := made(others.sidecar, target, there.Size(), said.Key, sum); ok {
			return r, nil
		}
	}
	if err := out.prepareFiles(others.suffixes(ext)...); err != nil {
		return nil, err
	}
	heard, err := d.measure(ctx, src)
	if err != nil {
		return fail(err)
	}
	said.Ingredient = &disclosure.Ingredient{Name: filepath.Base(e.Path), MIME: Format(strings.ToLower(found.Format)).MIME(), SHA256: sum}

	var set fileSet
	defer set.abandon()
	finish := func(sound announced) error {
		said.Duration = time.Duration(sound.output.Duration) * time.Millisecond
		said.Audible, said.Edits = sound.at, sound.edits
		said.Wording.Spoken = cmp.Or(sound.text, said.Wording.Spoken)
		o, err := set.addFile(ctx, out, ext, Format(strings.ToLower(found.Format)).MIME(), sound.src, said, d.Signer)
		if err != nil {
			return err
		}
		if o.C2PA.File != "" && others.store {
			return fmt.Errorf("%s is the manifest of another file", o.C2PA.File)
		}
		o.Duration, o.SampleRate, o.Channels = sound.output.Duration, sound.output.SampleRate, sound.output.Channels
		o.Loudness, o.TruePeak = sound.output.Loudness, sound.output.TruePeak
		o.Original = &disclosure.Original{File: filepath.Base(e.Path), SHA256: sum}
		sidecar := said.Sidecar(append(others.outputs, o), out.Created)
		_, err = set.add(out, DisclosureSuffix, func(w io.Writer) error { return writeMade(w, sidecar.Encode) })
		return err
	}
	if d.Announcer != nil {
		err = d.Announcer.announce(ctx, e.Path, said.Article.Language, found, info.Size(), heard, sum, out.Dir, finish)
	} else {
		err = finish(announced{src: src, output: heard, edits: []string{}})
	}
	if err != nil {
		return fail(err)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	out.Overwrite = out.Overwrite || others.sidecar != nil // which was looked at
	if inPlace {
		err = set.replace(out, e.Path, info.Mode().Perm(), others.stale())
	} else {
		err = set.commitWithout(out, others.stale()...)
	}
	if err != nil {
		return fail(err)
	}
	return &Result{
		Files: set.list(), Title: said.Article.Title, Voice: said.Voice.ID, Duration: said.Duration, DurationMS: said.Duration.Milliseconds(),
		NoticeSpoken: said.Audible.Present,
		Warnings:     []string{},
	}, nil
}

// openExisting opens a file that is one: a pipe or a device would block or never end.
func openExisting(path string, inPlace bool) (*os.File, fs.FileInfo, error) {
	const hint = "name audio files; patterns are for the shell: disclose archive/*.mp3"
	link, err := os.Lstat(path)
	if err != nil {
		return nil, nil, &NotDisclosableError{path, cause(err), "check the path"}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, &NotDisclosableError{path, cause(err), "check the path"}
	}
	switch {
	case info.IsDir():
		return nil, nil, &NotDisclosableError{path, errors.New("it is a folder"), hint}
	case !info.Mode().IsRegular():
		return nil, nil, &NotDisclosableError{path, errors.New("it is not a file"), hint}
	case inPlace && link.Mode()&fs.ModeSymlink != 0:
		return nil, nil, &NotDisclosableError{path, errors.New("it is a symbolic link"), "name the file itself, or write to a folder with -o"}
	case inPlace && info.Mode().Perm()&0o200 == 0:
		return nil, nil, &NotDisclosableError{path, errors.New("it is read-only"), "make it writable, or write to a folder with -o"}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, &NotDisclosableError{path, cause(err), "check that you may read it"}
	}
	return file, info, nil
}

// cause is what went wrong without the path, which stands elsewhere in the message.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// describe puts together what is to be said of the audio: what the user says, then what its tags say. It returns the hash
// of the file as well.
func (d *Discloser) describe(ctx context.Context, e Existing, src *io.SectionReader, found disclosure.Found) (*disclosure.Disclosure, string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, contextReader{ctx, io.NewSectionReader(src, 0, src.Size())}); err != nil {
		return nil, "", err
	}
	sum := hex.EncodeToString(h.Sum(nil))
	said := &disclosure.Disclosure{
		SourceType: e.SourceType,
		Engine:     disclosure.Engine{Name: cmp.Or(e.Engine, "unknown")},
		Article: disclosure.Article{
			URL: cmp.Or(e.URL, found.URL), Title: cmp.Or(e.Title, found.Title), Site: cmp.Or(e.Site, found.Site), Authors: e.Authors,
			Published: cmp.Or(e.Published, found.Published), Language: cmp.Or(e.Language, found.Language), HumanAuthor: e.HumanAuthor,
		},
		PolicyURL: d.PolicyURL,
		Tool:      d.Tool,
		Edits:     []string{},
	}
	said.Voice = disclosure.Voice{ID: e.Voice, Language: said.Article.Language}
	said.Wording = disclosure.WordingFrom(d.Notices, said.Article.Language, said.SourceType)
	signer, notice := "", ""
	if d.Signer != nil {
		signer = d.Signer.Fingerprint()
	}
	if d.Announcer != nil {
		notice = d.Announcer.Backend.Info().Fingerprint + " " + said.Wording.Spoken
	}
	e.Path = ""
	text, err := json.Marshal([]any{"existing", e, said.Article, said.Wording, d.PolicyURL, d.Tool, signer, notice})
	if err != nil {
		return nil, "", err
	}
	key := sha256.Sum256(text)
	said.Key = hex.EncodeToString(key[:])
	return said, sum, nil
}

// contextReader ends with its context.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.Reader.Read(p)
}

// alreadyDisclosed says whether a file is disclosed, unchanged and, where there is a signer, signed.
func (d *Discloser) alreadyDisclosed(ctx context.Context, path string) (*Result, bool) {
	report, err := disclosure.Verifier{}.Verify(ctx, path)
	if err != nil || !report.OK() || report.Says == nil || d.Signer != nil && report.Manifest == nil ||
		d.Announcer != nil && !report.Says.Audible.Present {
		return nil, false
	}
	return unchanged(path, report.Says), true
}

// made says whether the file at target was made before, of the same file and with the same words.
func made(s *disclosure.Sidecar, target string, size int64, key, original string) (*Result, bool) {
	if s == nil || s.Key != key {
		return nil, false
	}
	for _, o := range s.Outputs {
		if o.File == filepath.Base(target) && o.Bytes == size && o.Original != nil && o.Original.SHA256 == original {
			return unchanged(target, s), true
		}
	}
	return nil, false
}

func unchanged(path string, s *disclosure.Sidecar) *Result {
	r := &Result{Unchanged: true, Title: s.Source.Title, Voice: s.Voice.ID, NoticeSpoken: s.Audible.Present, Warnings: []string{}, Files: []File{}}
	for _, o := range s.Outputs {
		if o.File == filepath.Base(path) {
			r.Files = append(r.Files, File{path, o.Bytes, o.SHA256})
			r.DurationMS, r.Duration = o.Duration, time.Duration(o.Duration)*time.Millisecond
		}
	}
	return r
}

// measure decodes the sound to its end: how long it is, and how loud.
func (d *Discloser) measure(ctx context.Context, src *io.SectionReader) (disclosure.Output, error) {
	sound, err := decode.Open(ctx, io.NewSectionReader(src, 0, src.Size()), d.Libraries)
	if err != nil {
		return disclosure.Output{}, err
	}
	defer sound.Close()
	meter, err := loudness.NewMeter(sound.Rate, sound.Channels)
	if err != nil {
		meter = nil // a rate or a number of channels that has no measure
	}
	frames := int64(0)
	err = decodeAll(ctx, sound, func(block []float32) error {
		frames += int64(len(block) / sound.Channels)
		if meter != nil {
			meter.Write(block)
		}
		return nil
	})
	if err != nil {
		return disclosure.Output{}, err
	}
	o := disclosure.Output{
		SampleRate: sound.Rate, Channels: sound.Channels, Duration: audio.Duration(int(frames), sound.Rate).Milliseconds(),
	}
	if meter != nil {
		o.Loudness, o.TruePeak = disclosure.Level(meter.Integrated()), disclosure.Level(meter.TruePeak())
	}
	return o, nil
}
