package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"

	"github.com/go-viper/mapstructure/v2"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/all"
	"github.com/voicepress/voicepress/tts/cache"
	"github.com/voicepress/voicepress/tts/check"
	"github.com/voicepress/voicepress/tts/estimate"
	"github.com/voicepress/voicepress/tts/fallback"
	"github.com/voicepress/voicepress/tts/limit"
	"github.com/voicepress/voicepress/tts/meter"
	"github.com/voicepress/voicepress/tts/retry"
	"github.com/voicepress/voicepress/tts/split"
)

// stack is the configured backend with what stands around it.
type stack struct {
	tts.Backend
	meter *meter.Meter
	cache *cache.Backend

	fallback *fallback.Backend // nil where there is no second backend
}

// openBackend opens the configured backend with what stands around it.
func openBackend(ctx context.Context, to *streams, c *settings, log *slog.Logger) (*stack, error) {
	backend, err := openNamed(ctx, c, c.Backend, log)
	if err != nil {
		return nil, err
	}
	if c.says() {
		sends(to, backend.Info())
	}
	s := &stack{meter: meter.New(c.Budget)}
	s.surround(backend, c, log)
	if name := c.Fallback.Backend; name != "" {
		if err := c.fallbackKnown(); err != nil {
			return nil, errors.Join(err, s.Close())
		}
		if name == c.Backend && (c.Fallback.Voice == "" || c.Fallback.Voice == c.Voice) { // as after --backend: what failed cannot speak instead of itself
			return s, nil
		}
		s.fallback = fallback.Wrap(s.Backend, func(ctx context.Context) (tts.Backend, error) { return s.openSecond(ctx, to, c, log) }, c.Fallback, log)
		s.Backend = s.fallback
		if c.LocalOnly { // better said now than in the middle of an article
			var refused *usageError
			if _, err := s.fallback.Second(ctx); errors.As(err, &refused) {
				return nil, errors.Join(fmt.Errorf("fallback: %w", err), s.Close())
			}
		}
	}
	return s, nil
}

// fallbackKnown makes sure that the second backend, if there is one, is one of those that there are.
func (s *settings) fallbackKnown() error {
	if name := s.Fallback.Backend; name != "" {
		if _, ok := all.Registry().Find(name); !ok {
			return usagef("there are: "+backendNames(), "fallback.backend: unknown backend %q", name)
		}
	}
	return nil
}

// openSecond opens the backend that speaks where the first fails. What both cost is counted together.
func (s *stack) openSecond(ctx context.Context, to *streams, c *settings, log *slog.Logger) (tts.Backend, error) {
	own := *c
	own.Backend, own.Voice = c.Fallback.Backend, c.Fallback.Voice
	backend, err := openNamed(ctx, &own, own.Backend, log)
	if err != nil {
		return nil, err
	}
	if c.says() {
		sends(to, backend.Info())
	}
	second := &stack{meter: s.meter}
	second.surround(backend, &own, log)
	return second.Backend, nil
}

// surround puts the wrappers around a backend. Their order, from the inside out:
//
//	watch     ends a call that hangs, and so is right around it
//	finish    ends no call that is paid for, and keeps what it brings
//	limit     waits until the service takes another request
//	meter     counts what is paid for, and stops at the budget
//	retry     tries again what may succeed; each try waits and is counted
//	check     listens to each take, and has it spoken again if it is not good
//	cache     keeps what is good, so that nothing is paid for twice
//	split     cuts what is too long for one request; each piece is kept
//	estimate  gives words times where the backend knows none
//
// Around two such stacks stands fallback, where there is a second backend.
func (s *stack) surround(b tts.Backend, c *settings, log *slog.Logger) {
	b = bounded{b, new(sync.Once)}
	b = retry.Watch(b, c.Retry.Stall)
	b = meter.Finish(b)
	b = limit.Wrap(b, c.Limit)
	b = s.meter.Wrap(b)
	b = retry.Wrap(b, c.Retry, log)
	b = check.Wrap(b, c.Check, log)
	s.cache = c.openCache(log).Wrap(b)
	b = split.Wrap(s.cache)
	s.Backend = estimate.Wrap(b)
}

// says is whether it is to be said where the text goes: it goes nowhere in a dry run.
func (s *settings) says() bool {
	quiet, _ := s.flags.GetBool("quiet")
	dry, _ := s.flags.GetBool("dry-run")
	return !quiet && !dry
}

// sends says where the text goes, before any of it goes there.
func sends(s *streams, info tts.Info) {
	if !info.Remote {
		return
	}
	fmt.Fprintf(s.err, "the text leaves this machine: it is spoken by %s", info.Name)
	if info.PricePerMillion > 0 {
		fmt.Fprintf(s.err, ", for about $%g a million characters", info.PricePerMillion)
	}
	if info.Terms != "" {
		fmt.Fprintf(s.err, "; terms: %s", printable(info.Terms))
	}
	fmt.Fprintln(s.err)
}

// backendNames names all backends for a person.
func backendNames() string {
	var names []string
	for _, f := range all.Registry().All() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// wrongOptions says of an error of opening a backend that its options are wrong, unless it says itself what kind it is: what is
// missing, a key that cannot be read.
func wrongOptions(ctx context.Context, err error) error {
	var file *fs.PathError
	if ctx.Err() != nil || exitCode(err) != exitFailed || errors.As(err, &file) {
		return err
	}
	return usagef(cmp.Or(hintOf(err), "docs/backends.md says what each option takes"), "%w", err)
}

func openNamed(ctx context.Context, c *settings, name string, log *slog.Logger) (tts.Backend, error) {
	factory, ok := all.Registry().Find(name)
	if !ok {
		return nil, usagef("there are: "+backendNames(), "unknown backend %q", name)
	}
	options := factory.Options()
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result: options, ErrorUnused: true, WeaklyTypedInput: true,
		DecodeHook: mapstructure.ComposeDecodeHookFunc(mapstructure.StringToTimeDurationHookFunc(), mapstructure.StringToSliceHookFunc(",")),
	})
	if err != nil {
		return nil, fmt.Errorf("configure backend %s: %w", name, err)
	}
	if err := decoder.Decode(c.Backends[name]); err != nil {
		return nil, usagef("`voicepress config init` prints every key", "configure backend %s: %w", name, err)
	}
	data, err := c.dataDir()
	if err != nil {
		return nil, err
	}
	backend, err := factory.Open(ctx, options, tts.Env{Data: data, Voice: c.Voice, Concurrency: c.Jobs, Log: log})
	if err != nil {
		return nil, wrongOptions(ctx, err) // it names the backend
	}
	if c.LocalOnly && backend.Info().Remote {
		return nil, errors.Join(usagef("choose a backend that speaks here, as piper or espeak, or leave --local-only out",
			"%s sends the text to another machine, and only local backends are allowed", name), backend.Close())
	}
	return backend, nil
}
