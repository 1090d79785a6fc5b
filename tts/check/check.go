// Package check listens to what a voice says: a wrapper that measures each take, has it spoken again where it is no good,
// and says so where it stays that way.
//
// It hears what can be measured: too little or too much time for the words, wrong level, clipping, silence inside, noise
// at the end, words without sound. It is no speech recognition: a wrong word that takes the right time passes.
package check

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/split"
)

// Options set up the wrapper.
type Options struct {
	Enabled bool `mapstructure:"enabled"`
	Retakes int  `mapstructure:"retakes"` // how often a bad utterance is spoken again in one piece
}

// revision is that of the judgements and of what follows from them, for the fingerprint.
const revision = "1"

// Wrap returns a backend that speaks as b does, and better. Where checking is not enabled it is b itself.
//
// A take is judged from its request and its sound alone (Judge). A bad one is spoken again with another seed, up to Retakes
// times; then in two halves; and then the best of all takes is kept, with its faults in Speech.Faults and a warning. All of
// this follows from the request, so where b is deterministic so is the wrapper, whatever else is spoken at the same time.
// A backend that gives the same sound for another seed is not asked again; one that charges is paid for every take, and
// Speech.Bill holds the sum.
//
// What is no sound at all after that is an error: *tts.NoSound or *tts.BadAnswer.
func Wrap(b tts.Backend, o Options, log *slog.Logger) tts.Backend {
	if !o.Enabled {
		return b
	}
	return &backend{b, o, log}
}

type backend struct {
	tts.Backend
	options Options
	log     *slog.Logger
}

// Info is that of the backend inside. What is promised to be the same every time is known by how it is checked as well.
func (b *backend) Info() tts.Info {
	info := b.Backend.Info()
	if info.Deterministic {
		info.Fingerprint += fmt.Sprintf(", check %s with %d retakes", revision, b.options.Retakes)
	}
	return info
}

// Speak says a request until it is good, or as good as it gets.
func (b *backend) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	info := b.Backend.Info()
	var spent tts.Bill
	best, err := b.take(ctx, info, r, &spent)
	if err != nil {
		return nil, err
	}
	if len(best.faults) > 0 {
		if best, err = b.improve(ctx, info, r, best, &spent); err != nil {
			return nil, err
		}
	}
	if err := Sound(best.speech); err != nil {
		return nil, err
	}
	speech := *best.speech // what the backend inside returned is left as it was
	speech.Bill, speech.Takes, speech.Faults, speech.Provisional = spent, best.takes, kinds(best.faults), best.failed
	if len(best.faults) > 0 {
		speech.Warnings = append(slices.Clone(speech.Warnings), warning(r.Text, best.faults, best.takes))
	}
	return &speech, nil
}

// take is one way in which a request was spoken.
type take struct {
	speech *tts.Speech
	faults []Fault
	takes  int  // takes so far, this one included
	failed bool // another was asked for in vain, and may be had later
}

// take speaks a request once, and adds to what was spent. That there is no sound is no error yet: another take may have some.
func (b *backend) take(ctx context.Context, info tts.Info, r tts.Request, spent *tts.Bill) (take, error) {
	speech, err := b.Backend.Speak(ctx, r)
	if err != nil && !errors.As(err, new(*tts.NoSound)) {
		return take{}, err
	}
	if speech == nil {
		speech = &tts.Speech{}
	}
	*spent = spent.Add(speech.Bill)
	return take{speech: speech, faults: Judge(info, r, speech), takes: 1}, nil
}

// improve speaks again what was bad at first, and returns the best take. An error ends it, and is one only if nothing that was
// spoken so far can be used.
func (b *backend) improve(ctx context.Context, info tts.Info, r tts.Request, first take, spent *tts.Bill) (take, error) {
	best, n := first, 1
	keep := func(t take) {
		n++
		if better(t.faults, best.faults) < 0 {
			best = t
		}
	}
	var failure error
	for i := 1; i <= b.options.Retakes && len(best.faults) > 0; i++ {
		b.log.DebugContext(ctx, "speak again", "text", excerpt(r.Text), "faults", kinds(best.faults), "take", n+1)
		other := r
		other.Seed = Reseed(r.Seed, i)
		var t take
		if t, failure = b.take(ctx, info, other, spent); failure != nil {
			break
		}
		keep(t)
		if sameSound(t.speech, first.speech) {
			break // another seed changes nothing
		}
	}
	if len(best.faults) > 0 && failure == nil {
		var t take
		var ok bool
		if t, ok, failure = b.halves(ctx, info, r, spent); ok {
			keep(t)
		}
	}
	if ctx.Err() != nil {
		return take{}, context.Cause(ctx)
	}
	if failure != nil {
		if Sound(best.speech) != nil {
			return take{}, failure
		}
		b.log.WarnContext(ctx, "could not speak again", "text", excerpt(r.Text), "faults", kinds(best.faults), "error", failure)
	}
	best.takes, best.failed = n, passes(failure)
	return best, nil
}

// passes says whether a failure is not over the request.
func passes(err error) bool {
	return errors.Is(err, tts.ErrClosed) || errors.As(err, new(*tts.Temporary)) || errors.As(err, new(*tts.RateLimited)) ||
		errors.As(err, new(*tts.QuotaExceeded))
}

// halves speaks a request in two pieces and judges each. ok is false where it cannot be cut, or not be spoken.
func (b *backend) halves(ctx context.Context, info tts.Info, r tts.Request, spent *tts.Bill) (t take, ok bool, err error) {
	one, two, ok := split.Halves(r)
	if !ok {
		return t, false, nil
	}
	pieces := []split.Piece{one, two}
	var speeches []*tts.Speech
	var faults []Fault
	for _, p := range pieces {
		half, err := b.take(ctx, info, p.Request, spent)
		if err != nil {
			return t, false, err
		}
		speeches, faults = append(speeches, half.speech), append(faults, half.faults...)
	}
	speech, err := split.Join(pieces, speeches)
	if err != nil {
		return t, false, err
	}
	return take{speech: speech, faults: faults, takes: 1}, true, nil
}

// Reseed is the seed of the nth take of a request.
func Reseed(seed uint64, n int) uint64 {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, seed), uint64(n)))
	return binary.BigEndian.Uint64(sum[:])
}

// sameSound says whether two takes are the same to the sample.
func sameSound(a, b *tts.Speech) bool {
	return a.Clip.Rate == b.Clip.Rate && slices.Equal(a.Clip.Samples, b.Clip.Samples)
}
