package pipeline

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
)

// disclose writes the finished files. It is the only place that does but for goLive, and it writes no audio without a Disclosure. Each
// file is written under a temporary name, synced and only then renamed; the sidecar comes last, so a set of files with a
// sidecar is whole.
func (w *Worker) disclose(ctx context.Context, a *article.Article, sc *script.Script, account script.Account, t *Track, out Output) (*Result, error) {
	d := w.disclosure(a, sc, t)
	d.Duration, d.Chapters, d.Created = t.Duration(), chapters(a, sc, t), out.Created
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
		src, err := whole(made.file)
		if err != nil {
			return nil, err
		}
		if out.Stream != nil {
			return r, w.stream(ctx, out.Stream, src, d, r)
		}
		o, err := set.addAudio(ctx, out, f, src, d, w.settings.Signer)
		if err != nil {
			return nil, err
		}
		o.Duration, o.SampleRate, o.Channels = t.Duration().Milliseconds(), w.codecs[f].rate(t.Rate), t.Channels
		o.Loudness, o.TruePeak = disclosure.Level(made.got.loudness), disclosure.Level(made.got.truePeak)
		outputs = append(outputs, o)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	sidecar := d.Sidecar(outputs, out.Created)
	account.Voices = t.accountOfVoices(sc, d)
	companions, named := w.companions(a, sc, account, t, d, &sidecar, out)
	sidecar.Companions = named
	companions = append(companions, companion{DisclosureSuffix, func(w io.Writer) error { return writeMade(w, sidecar.Encode) }})
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

// stream writes finished audio to a stream.
func (w *Worker) stream(ctx context.Context, out io.Writer, src *io.SectionReader, d *disclosure.Disclosure, r *Result) error {
	buffered := bufio.NewWriterSize(out, 1<<16)
	written, err := disclosure.Write(ctx, buffered, src, d, w.settings.Signer)
	if err == nil {
		err = buffered.Flush()
	}
	if err != nil {
		return fmt.Errorf("write the audio: %w", err)
	}
	if written.Sidecar != nil {
		r.Warnings = append(r.Warnings, fmt.Sprintf("the signed manifest is not written: %s has no room for it, and a stream no file beside it", written.Format))
	}
	return nil
}

// disclosure is what is known about the audio, but for its length and chapters. The track may still grow: what is not heard
// yet is not in it.
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
		Text:      textOf(a),
		Cover:     w.settings.Cover,
		Watermark: watermarked(w.settings.Watermarker),
	}
	if info.SourceType == disclosure.AlgorithmicMedia {
		d.Engine.Kind = disclosure.Formant
	}
	w.settings.Music.describe(d)
	t.describeSpeakers(d)
	if d.Watermark != nil {
		d.Edits = append(d.Edits, "watermark put in")
	}
	sum := sha256.Sum256([]byte(d.Text))
	d.Article.TextSHA256 = hex.EncodeToString(sum[:])
	for i, u := range sc.Utterances {
		switch {
		case u.Role != script.Notice:
			continue
		case i >= len(t.Timeline.Utterances): // its end is not known yet
			d.Audible.End = 0
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

// chapters begin at the headings. What is before the first one is a chapter with the article's title. Intro and outro have
// their own.
func chapters(a *article.Article, sc *script.Script, t *Track) []disclosure.Chapter {
	var list []disclosure.Chapter
	music := 0 // chapters before the first of the article
	begin := func(title string, i int) {
		if n := len(list); n > music {
			list[n-1].End = t.Timeline.Utterances[i].Start
		}
		list = append(list, disclosure.Chapter{Title: title, Start: t.Timeline.Utterances[i].Start, End: t.Duration()})
	}
	if at := t.Timeline.Intro; at.End > 0 {
		list = append(list, disclosure.Chapter{Title: "Intro", Start: at.Start, End: at.End})
	}
	music = len(list)
	last := script.NoticeBlock
	for i, u := range sc.Utterances {
		if u.Block == last {
			continue
		}
		last = u.Block
		switch {
		case u.Role == script.Heading:
			begin(a.Blocks[u.Block].Text, i)
		case len(list) == music:
			begin(nameOf(a), i)
		}
	}
	if at := t.Timeline.Outro; at.End > 0 {
		if n := len(list); n > music {
			list[n-1].End = at.Start
		}
		list = append(list, disclosure.Chapter{Title: "Outro", Start: at.Start, End: at.End})
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
