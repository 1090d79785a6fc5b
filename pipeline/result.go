package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/pipeline/script/lexicon"
)

// Result is what became of one article.
type Result struct {
	Unchanged    bool           `json:"unchanged"` // the files were there and are still right
	Files        []File         `json:"files"`
	Title        string         `json:"title"`
	Voice        string         `json:"voice"`
	Duration     time.Duration  `json:"-"`
	DurationMS   int64          `json:"duration_ms"`
	Utterances   int            `json:"utterances"`
	Words        int            `json:"words"`
	Skipped      int            `json:"skipped"` // blocks of the page that are not read
	Loudness     float64        `json:"-"`       // LUFS, of the last format
	TruePeak     float64        `json:"-"`       // dBTP
	NoticeSpoken bool           `json:"notice_spoken"`
	Usage        Usage          `json:"usage"`
	Quality      script.Quality `json:"quality"`
	Warnings     []string       `json:"warnings"`
}

// File is one file that was written.
type File struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hex
}

func newResult(a *article.Article, sc *script.Script, t *Track, d *disclosure.Disclosure) *Result {
	t.warnOfSpeakers(d)
	if foreign(d.Voice.Language, a.Language) {
		t.warn(fmt.Sprintf("the voice %s speaks %s, and the text is in %s", d.Voice.ID, d.Voice.Language, a.Language))
	}
	return &Result{
		Files: []File{}, Title: a.Title, Voice: d.Voice.ID, Duration: t.Duration(), DurationMS: t.Duration().Milliseconds(),
		Utterances: len(sc.Utterances), Words: len(t.Timeline.Words), Skipped: len(a.Skipped),
		NoticeSpoken: d.Audible.Present, Usage: t.Usage, Quality: t.Quality, Warnings: append(append([]string{}, a.Warnings...), t.Warnings...),
	}
}

// foreign says whether a voice of one language reads a text in another. A voice of no language, or of several, reads all.
func foreign(voice, text string) bool {
	every := []string{"", "und", "mul"} // ISO 639-2: undetermined, multiple languages
	return !slices.Contains(every, voice) && !slices.Contains(every, text) && script.PrimaryLanguage(voice) != script.PrimaryLanguage(text)
}

// Audio is the path of the audio file; of the first when there are several.
func (r *Result) Audio() string {
	var suffixes []string
	for _, f := range Formats() {
		suffixes = append(suffixes, "."+string(f))
	}
	return r.withSuffix(suffixes...)
}

// AccountPath is the path of the account.
func (r *Result) AccountPath() string { return r.withSuffix(AccountSuffix) }

func (r *Result) withSuffix(suffixes ...string) string {
	for _, f := range r.Files {
		for _, suffix := range suffixes {
			if strings.HasSuffix(f.Path, suffix) {
				return f.Path
			}
		}
	}
	return ""
}

// key is a hash of everything that decides the bytes of an article's files: what is read and how it is named, the
// backend, the settings and the program. Of the lexicon only what it decided in this article counts, so another entry is no
// reason to speak it again.
func (w *Worker) key(a *article.Article, sc *script.Script) string {
	what := *a
	what.Name = ""
	s, info := w.settings, w.backend.Info()
	s.Jobs, s.LAME, s.Mpg123, s.Opus, s.FFmpeg = 0, "", "", "", "" // these do not change a byte
	s.Reading = s.Reading.For(a)
	s.Voice = "" // the voice that is taken counts, not how it was asked for
	s.Notices = nil
	var encoders []string
	for _, f := range s.Formats {
		encoders = append(encoders, w.codecs[f].name(s.Music.channels()))
	}
	mark, signer := "", ""
	if s.Watermarker != nil {
		mark = s.Watermarker.Fingerprint()
	}
	if s.Signer != nil {
		signer = s.Signer.Fingerprint()
	}
	text, err := json.Marshal([]any{
		what, info.Name, info.Fingerprint, info.PieceLimit(), info.Timing, info.SourceType, w.voiceFor(a), s, encoders, runtime.Version(),
		lexiconIn(sc), mark, signer, disclosure.WordingFrom(w.settings.Notices, a.Language, info.SourceType), s.Music.fingerprint(),
	})
	if err != nil {
		panic("the key of an article cannot be encoded: " + err.Error()) // only plain data goes in
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// lexiconIn is what the lexicon decided: which bytes of which block, the words and their sound.
func lexiconIn(sc *script.Script) [][]any {
	var list [][]any
	for _, u := range sc.Utterances {
		for _, s := range u.Spans {
			if s.Class == lexicon.Class {
				list = append(list, []any{u.Block, u.Start + s.Start, u.Start + s.End, u.Spoken[s.From:s.To], s.IPA})
			}
		}
	}
	return list
}

// UpToDate says whether the article's files are all there, whole, and made from the same article with the same voice,
// settings and program; then Result lists them. Contents are not hashed again; the disclosure's verification does that.
func (w *Worker) UpToDate(a *article.Article, out Output) (*Result, bool) {
	file, err := os.Open(out.path(DisclosureSuffix))
	if err != nil {
		return nil, false
	}
	defer file.Close()
	sidecar, err := disclosure.ReadSidecar(file)
	if err != nil || len(sidecar.Outputs) != len(w.settings.Formats) {
		return nil, false
	}
	r := &Result{Unchanged: true, Title: a.Title, Voice: sidecar.Voice.ID, NoticeSpoken: sidecar.Audible.Present, Warnings: []string{}}
	for i, o := range sidecar.Outputs {
		path := out.path("." + string(w.settings.Formats[i]))
		info, err := os.Lstat(path)
		if err != nil || o.File != filepath.Base(path) || info.Size() != o.Bytes {
			return nil, false
		}
		if o.C2PA.File != "" {
			if _, err := os.Lstat(filepath.Join(out.Dir, o.C2PA.File)); err != nil {
				return nil, false
			}
		}
		r.Files = append(r.Files, File{path, o.Bytes, o.SHA256})
		r.DurationMS = o.Duration
		r.Duration = time.Duration(o.Duration) * time.Millisecond
	}
	for _, suffix := range w.settings.companionSuffixes() {
		if _, err := os.Lstat(out.path(suffix)); err != nil {
			return nil, false
		}
	}
	// The key last: where there is a lexicon it takes the article's script.
	if !w.made(a, sidecar) && !w.madeInstead(a, sidecar) {
		return nil, false
	}
	return r, true
}

// made says whether a sidecar is that of the article as this worker makes it.
func (w *Worker) made(a *article.Article, sidecar *disclosure.Sidecar) bool {
	sc := &script.Script{}
	if !w.settings.Lexicon.Empty() {
		var err error
		if sc, _, err = Split(a, w.backend.Info(), w.settings); err != nil {
			return false
		}
	}
	return sidecar.Key == w.key(a, sc)
}
