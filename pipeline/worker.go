// Package pipeline turns an article into finished, disclosed audio. A Worker splits the article's text into sentences,
// sends them to a tts.Backend, stitches the audio, and attaches the disclosure that the voice is AI-generated. It is
// not for finding or reading articles (see article) or for running over many of them (see batch).
package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/pipeline/script/lexicon"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fallback"
)

// Worker converts articles with one backend. It is safe for concurrent use: articles converted at the same time share
// the backend and its number of jobs.
type Worker struct {
	backend  tts.Backend
	settings Settings
	asked    Settings // before they were fitted to the backend
	codecs   map[Format]codec
	libs     decode.Libraries // decode what the codecs made, to measure it
	log      *slog.Logger
	slots    chan struct{} // one a request under way

	mu    sync.Mutex
	other *Worker // speaks with the second backend; nil until it is needed
}

// Settings say how articles are spoken and mastered. They are part of what decides a file's bytes.
type Settings struct {
	Tool      disclosure.Tool           // the program, for the disclosure
	Voice     string                    // tts.Voice.ID; empty is the backend's default
	Rate      float64                   // speed of speech; 0 means 1
	Seed      uint64                    // see tts.Request
	Jobs      int                       // requests to the backend at once; 0 means one a processor, and to a service as many as it takes
	Lexicon   *lexicon.Lexicon          `json:"-"` // how words are read; nil for no lexicon, not even lexicon.BuiltIn, of which only a backend that takes phonemes gets any
	MaxRunes  int                       // longest sentence that is spoken in one piece; 0 means script's default
	Reading   script.Reading            // how emoji and addresses of pages are read
	Pauses    script.Pauses             // silences
	NoNotice  bool                      // leave the spoken notice out; the rest of the disclosure stays
	Notices   map[string]disclosure.Own // the publisher's own wording of the notice, by BCP 47 language
	PolicyURL string                    // the publisher's page about AI voices, for the disclosure
	Mastering Mastering
	Cover     *disclosure.Cover // the picture that players show; nil for none
	Formats   []Format          // at least one; their order does not matter
	Page      bool              // write what stands on the page of the article: the player and the JSON-LD
	BaseURL   string            // address of the folder of the files, for the page; empty makes addresses relative
	Timings   []Timing          // besides word times as JSON, which are always written; their order does not matter
	Reminder  time.Duration     // after so much of the recording the spoken notice is heard again, at the next paragraph; 0 for never
	LAME      string            // path of the LAME library; empty searches the usual places
	Mpg123    string            // path of the mpg123 library; empty searches the usual places
	Opus      string            // path of the Opus library; empty searches the usual places
	FFmpeg    string            // path or name of the ffmpeg program; empty is ffmpeg
	Music     *Music            `json:"-"` // the publisher's recordings around the speech; nil for none
	Fallback  *fallback.Backend `json:"-"` // the part of the backend that has a second one ready; nil for none
	// Watermarker marks the sound; nil leaves it as it is.
	Watermarker Watermarker `json:"-"`
	// Signer signs a manifest for each file; nil leaves manifests out.
	Signer *c2pa.Signer `json:"-"`
}

// New makes a Worker, and tries every encoder once, until ctx ends. It does not own the backend: the caller closes it
// after the last conversion.
func New(ctx context.Context, backend tts.Backend, s Settings, log *slog.Logger) (*Worker, error) {
	if len(s.Formats) == 0 {
		return nil, errors.New("no output format")
	}
	w, err := newWorker(backend, s, log)
	if err != nil {
		return nil, err
	}
	if s.NoNotice && s.Fallback != nil { // the second has to allow that as well
		if _, err := w.second(ctx); err != nil {
			return nil, err
		}
	}
	if err := s.Mastering.check(); err != nil {
		return nil, err
	}
	if w.codecs, w.libs, err = openCodecs(ctx, w.settings, log); err != nil {
		return nil, err
	}
	return w, nil
}

// newWorker makes a Worker without codecs.
func newWorker(backend tts.Backend, s Settings, log *slog.Logger) (*Worker, error) {
	info, asked := backend.Info(), s
	if s.NoNotice && info.NoticeRequired {
		return nil, &NoticeError{Backend: info.Name}
	}
	if err := disclosure.CheckOwn(s.Notices, info.SourceType); err != nil {
		return nil, err
	}
	s.Rate = cmp.Or(s.Rate, 1)
	if !(s.Rate > 0) || math.IsInf(s.Rate, 0) {
		return nil, fmt.Errorf("rate %v is not a speed", s.Rate)
	}
	s.Formats = slices.Compact(slices.Sorted(slices.Values(s.Formats)))
	s.Timings = slices.Compact(slices.Sorted(slices.Values(s.Timings)))
	s.Jobs = jobs(s.Jobs, info)
	if !info.Phonemes {
		s.Lexicon = s.Lexicon.Own()
	}
	w := &Worker{backend: backend, settings: s, asked: asked, log: log, slots: make(chan struct{}, s.Jobs)}
	return w, w.checkVoice()
}

// jobs is how many requests are made at once: as many as asked for, but no more than the backend takes. Requests to a
// service take none of this machine's processors.
func jobs(asked int, info tts.Info) int {
	if asked <= 0 {
		asked = runtime.GOMAXPROCS(0)
		if info.Remote {
			asked = max(asked, info.Concurrency)
		}
	}
	if info.Concurrency > 0 {
		asked = min(asked, info.Concurrency)
	}
	return asked
}

// Convert speaks the article and writes its files to out. It returns when every file is complete under its final name,
// or with an error and no file. When ctx ends it stops at the next utterance or, while it encodes, at the next block.
//
// An MP3 stream without a signer is heard while the article is still spoken: its first byte leaves once the first utterance
// is whole. After an error nothing more is written to it, but it cannot be told from a shorter article: look at the error.
// Other streams leave when everything is spoken (see Worker.WholeFirst). A stream that takes no more does not hold Convert
// when ctx ends; then one call of its Write may still be under way.
func (w *Worker) Convert(ctx context.Context, a *article.Article, out Output, p Progress) (r *Result, err error) {
	defer func() { p.Done(a, r, err) }()
	if err := out.prepare(&w.settings); err != nil {
		return nil, err
	}
	var spent Usage
	r, err = w.convert(ctx, a, out, p, nil, &spent)
	var instead *fallback.Instead
	if ctx.Err() == nil && errors.As(err, &instead) && !errors.As(err, new(*cutError)) {
		return w.convertInstead(ctx, a, out, p, instead, &spent)
	}
	return r, err
}

// convert is Convert with this backend alone, which speaks instead of another one unless that is nil. What that spent on the
// article is in spent, to which is added what this one does.
func (w *Worker) convert(ctx context.Context, a *article.Article, out Output, p Progress, of *fallback.Instead, spent *Usage) (r *Result, err error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	sc, account, err := Split(a, w.backend.Info(), w.settings)
	if err != nil {
		return nil, err
	}
	p.Start(a, len(sc.Utterances))
	track, err := w.newTrack(ctx, out.scratchDir())
	if err != nil {
		return nil, err
	}
	defer track.close()
	defer func() { *spent = spent.Add(track.Usage) }()
	track.insteadOf(of, w.backend.Info().Name, w.voiceFor(a).ID)
	if w.heardLive(out) {
		if track.live, err = w.goLive(ctx, track, out, fail); err != nil {
			return nil, err
		}
	} else {
		track.ahead = w.encodeAhead(ctx, track, out.scratchDir())
	}
	defer context.AfterFunc(ctx, func() { track.spool.end(context.Cause(ctx)) })()
	spoken := func(n int) { p.Update(a, n, track.Duration()) }
	if err := w.stitch(ctx, a, sc, w.speak(ctx, a, sc), track, spoken); err != nil {
		return nil, track.live.cut(err)
	}
	if track.live != nil {
		return w.endLive(a, sc, track)
	}
	return w.disclose(ctx, a, sc, account, track, out)
}

// checkVoice refuses a voice that the backend does not have.
func (w *Worker) checkVoice() error {
	var known []string
	for _, v := range w.backend.Info().Voices {
		if v.ID == w.settings.Voice || w.settings.Voice == "" {
			return nil
		}
		known = append(known, v.ID)
	}
	return &tts.NoSuchVoice{Voice: w.settings.Voice, Known: known, Remedy: "`voicepress voices` lists what can be installed"}
}

// voiceFor is the voice that reads an article: the one of the settings, or else the backend's first that speaks the
// article's language, or else its first. That there is one is checked when the worker is made.
func (w *Worker) voiceFor(a *article.Article) tts.Voice {
	voice, _ := w.backend.Info().VoiceFor(w.settings.Voice, a.Language)
	return voice
}

// NoticeError says that the spoken notice may not be switched off.
type NoticeError struct{ Backend string }

func (e *NoticeError) Error() string {
	return fmt.Sprintf("the terms of %s do not allow the spoken notice to be switched off", e.Backend)
}

// Hint says what to do.
func (e *NoticeError) Hint() string { return "leave --no-spoken-notice out, or choose another backend" }
