// Package fallback has a second backend ready for when the first one fails.
//
// An article keeps one voice: the wrapper does not speak on with the second, it says by its error, *Instead, that the article
// is to be made again with it, and package pipeline does. Only where it is asked to does it change the voice in the middle.
// It is not for trying again what may succeed (package retry), which stands around each of the two.
package fallback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/voicepress/voicepress/tts"
)

// Options say when the second backend speaks.
type Options struct {
	Backend string `mapstructure:"backend"` // its name; empty for none
	Voice   string `mapstructure:"voice"`   // its voice, or empty
	// On are the kinds of failure of the first at which the second speaks; see Kinds.
	On []string `mapstructure:"on"`
	// MidArticle lets the second say single utterances of an article that the first speaks.
	MidArticle bool `mapstructure:"mid_article"`
	// AgainAfter is how long the second speaks before the first is asked again, where the failure was not about one text.
	AgainAfter time.Duration `mapstructure:"again_after"`
}

// kinds are the kinds of failure; those that pass with the text that failed do not keep others from the first backend.
func kinds() []kind {
	return []kind{
		{"rate_limited", is[*tts.RateLimited], true},
		{"too_long", is[*tts.TooLong], false},
		{"no_such_voice", is[*tts.NoSuchVoice], false},
		{"not_authorised", is[*tts.NotAuthorised], true},
		{"refused", is[*tts.Refused], false},
		{"used_up", is[*tts.QuotaExceeded], true},
		{"bad_answer", is[*tts.BadAnswer], true},
		{"no_sound", is[*tts.NoSound], false},
		{"temporary", is[*tts.Temporary], true},
		{"unavailable", is[*tts.Unavailable], true},
		{"permanent", func(error) bool { return true }, false},
	}
}

type kind struct {
	name  string
	fits  func(error) bool
	lasts bool // it is about the backend, and not about one text
}

func is[T error](err error) bool {
	var e T
	return errors.As(err, &e)
}

// Kinds are the kinds of failure: those of package tts, and "permanent" for all others.
func Kinds() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// Kind is the kind of a failure. It is empty for what is none of the backend's: that it is closed, and that there is nothing
// to say.
func Kind(err error) string { return kindOf(err).name }

func kindOf(err error) kind {
	if err == nil || errors.Is(err, tts.ErrClosed) || errors.Is(err, tts.ErrNothingToSay) {
		return kind{}
	}
	all := kinds()
	return all[slices.IndexFunc(all, func(k kind) bool { return k.fits(err) })]
}

// Check finds what makes no sense.
func (o Options) Check() error {
	for _, name := range o.On {
		if !slices.Contains(Kinds(), name) {
			return fmt.Errorf("on: unknown kind of failure %q; there are %s", name, strings.Join(Kinds(), ", "))
		}
	}
	if o.AgainAfter < 0 {
		return fmt.Errorf("again_after: %v is negative", o.AgainAfter)
	}
	return nil
}

// Backend is a backend with a second one behind it. Its Info is that of the first.
type Backend struct {
	tts.Backend
	open    func(context.Context) (tts.Backend, error)
	options Options
	log     *slog.Logger

	mu     sync.Mutex
	second tts.Backend // nil until it is needed
	closed bool
	until  time.Time // the first is not asked before
	why    error     // because of this
}

// Wrap puts a second backend behind the first; open opens it when it is first needed.
func Wrap(first tts.Backend, open func(context.Context) (tts.Backend, error), o Options, log *slog.Logger) *Backend {
	return &Backend{Backend: first, open: open, options: o, log: log}
}

// Options are those that it was made with.
func (b *Backend) Options() Options { return b.options }

// Second is the second backend, which is opened if it is not yet. It is closed with b.
func (b *Backend) Second(ctx context.Context) (tts.Backend, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, tts.ErrClosed
	}
	if b.second == nil {
		second, err := b.open(ctx)
		if err != nil {
			return nil, err
		}
		b.second = second
	}
	return b.second, nil
}

// Close closes both.
func (b *Backend) Close() error {
	b.mu.Lock()
	second := b.second
	b.closed = true
	b.mu.Unlock()
	err := b.Backend.Close()
	if second != nil {
		err = errors.Join(err, second.Close())
	}
	return err
}

// Speak speaks with the first backend. Where that fails in one of the ways of Options.On, or did so a short time ago, the
// error is *Instead, or with Options.MidArticle the second speaks, and Speech.By says so.
func (b *Backend) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	why := b.down()
	if why == nil {
		speech, err := b.Backend.Speak(ctx, r)
		if err == nil || ctx.Err() != nil || !slices.Contains(b.options.On, Kind(err)) {
			return speech, err
		}
		b.failed(ctx, err)
		why = err
	}
	second, err := b.Second(ctx)
	if err != nil {
		return nil, Both(b.Info().Name, why, b.options.Backend, err)
	}
	if !b.options.MidArticle || !b.together(second.Info()) {
		return nil, &Instead{Backend: second, Voice: b.options.Voice, First: b.Info().Name, Err: why}
	}
	return b.speakWith(ctx, second, r, why)
}

// down is why the first is not asked now; nil where it is.
func (b *Backend) down() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || !time.Now().Before(b.until) {
		return nil
	}
	return b.why
}

// failed remembers a failure that is not about one text.
func (b *Backend) failed(ctx context.Context, err error) {
	if !kindOf(err).lasts || b.options.AgainAfter == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.until, b.why = time.Now().Add(b.options.AgainAfter), err
	b.log.WarnContext(ctx, "a backend failed; another speaks for a while", "failed", b.Info().Name, "speaks", b.options.Backend,
		"for", b.options.AgainAfter, "error", err)
}

// together says whether the second can speak what was prepared for the first, under the notice of the first: who turns numbers
// into words is the same, and "computer-generated" is not said of a trained voice.
func (b *Backend) together(second tts.Info) bool {
	first := b.Info()
	return first.NormalizesText == second.NormalizesText && (first.SourceType == second.SourceType || !first.SourceType.ByRules())
}

// speakWith says one utterance with the second.
func (b *Backend) speakWith(ctx context.Context, second tts.Backend, r tts.Request, why error) (*tts.Speech, error) {
	info := second.Info()
	voice, err := info.VoiceFor(b.options.Voice, r.Language)
	if err != nil {
		return nil, Both(b.Info().Name, why, info.Name, err)
	}
	r.Voice = voice.ID
	if !info.Phonemes {
		r.Phonemes = nil // it would complain about each
	}
	speech, err := second.Speak(ctx, r)
	switch {
	case err == nil:
	case ctx.Err() != nil, Kind(err) == "":
		return nil, err
	default:
		return nil, Both(b.Info().Name, why, info.Name, err)
	}
	by := *speech
	by.By = &tts.Speaker{Info: info, Voice: voice}
	return &by, nil
}

// Instead says that the first backend failed, and what is to speak the whole article instead.
type Instead struct {
	Backend tts.Backend // closed with the one that failed
	Voice   string      // the voice that is wanted; empty for any
	First   string      // name of the backend that failed
	Err     error       // how
}

func (e *Instead) Error() string { return e.Err.Error() }
func (e *Instead) Unwrap() error { return e.Err }

// Both is the error of two backends of which the second failed as well; it is of the second's kind.
func Both(first string, why error, second string, err error) error {
	return fmt.Errorf("%s failed (%s), and so did %s, which was to speak instead: %w", first, why.Error(), second, err)
}
